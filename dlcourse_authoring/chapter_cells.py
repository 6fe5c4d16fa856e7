"""Cells as chapters have them, with their metadata, and the place in a chapter where they go."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

_FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}, "_kg_hide-input": True}
# What stands in the cells of each kind: task, starter, solution, and what the check cell checks.
_FUNCTION = (
    "The task in two sentences, with an example: `{name}(3)` is 6.",
    '''\
def {name}(x):
    """Twice x.

    x: a number. Returns a number.
    """
    ...''',
    "def {name}(x):\n    return 2 * x",
)
_NUMBER = (
    "With pencil and paper: how much is twice 3.5? Two decimals are enough.",
    "{name} = ...  # a number",
    "{name} = 2 * 3.5",
)
_CHOICE = (
    "{asked}\n\n- **a.** It falls.\n- **b.** It doubles.\n- **c.** It stays.",
    '{name} = ...  # "a", "b" or "c"',
    '{name} = "b"',
)
_CELLS = {
    "compute": _NUMBER,
    "predict": _CHOICE,
    "write": _FUNCTION,
    "read": _CHOICE,
    "design": _FUNCTION,
}
_ASKED = {
    "predict": "Before you run the cell below: what will the curve do?",
    "read": "Look at the curve above: what does it do?",
}
KINDS = tuple(_CELLS)


def exercise_cells(id: str, stars: int = 1, kind: str = "write") -> list[NotebookNode]:
    """Task, starter, check and solution of a small exercise, to be replaced by one's own.

    Parameters
    ----------
    id : str
        The exercise's id, such as ``"weighted-sum"``.
    stars : {1, 2, 3}
        How hard it is.
    kind : str
        One of `KINDS`.

    Returns
    -------
    list of NotebookNode
        Four cells.

    Examples
    --------
    >>> [cell.id for cell in exercise_cells("half-sum")]
    ['exercise-half-sum', 'half-sum', 'half-sum-check', 'half-sum-solution']
    >>> print(exercise_cells("half-sum", kind="compute")[1].source)
    half_sum = ...  # a number
    """
    name, title = id.replace("-", "_"), id.replace("-", " ").capitalize()
    task, starter, solution = (
        text.format(name=name, asked=_ASKED.get(kind)) for text in _CELLS[kind]
    )
    if kind == "design":
        title = f"Try it: {title[0].lower()}{title[1:]}"
    check = f'dl.check("{id}", {name})'
    facts = {"exercise": id}
    of_starter = {**facts, "kind": kind, "stars": stars, "points": stars}
    solved = f"# @title Solution\n# The reasoning, in a line or two.\n{solution}\n\n\n{check}"
    compare, ignore = "nbval-check-output", "nbval-ignore-output"
    cells = [
        new_markdown_cell(f"### Exercise {'★' * stars} {title}\n\n{task}", id=f"exercise-{id}"),
        code_cell(id, starter, ["exercise", ignore]),
        code_cell(f"{id}-check", check, ["check", compare]),
        code_cell(f"{id}-solution", solved, ["solution", "hide-cell", compare]),
    ]
    cells[1].metadata["dlcourse"] = of_starter
    cells[2].metadata["dlcourse"] = facts
    cells[3].metadata |= {"dlcourse": facts, **_FOLDED}
    return cells


def explorable_cell(class_name: str, module: str) -> NotebookNode:
    """The cell that shows an explorable.

    Parameters
    ----------
    class_name, module : str
        As in ``dl.explore``: "DrawDigit", "draw_digit".

    Returns
    -------
    NotebookNode
    """
    cell = code_cell(
        module.replace("_", "-"),
        f"dl.explore.{class_name}()",
        ["explorable", "hide-input", "nbval-ignore-output"],
    )
    cell.metadata["mystnb"] = {"image": {"alt": "Say here what one sees in the picture."}}
    return cell


def code_cell(id: str, source: str, tags: list[str]) -> NotebookNode:
    """A code cell with an id and tags.

    Parameters
    ----------
    id : str
        A short word, such as ``"relu-gradient-check"``.
    source : str
        Its code.
    tags : list of str
        Of those that ``docs/chapter-format.md`` lists.

    Returns
    -------
    NotebookNode
    """
    return new_code_cell(source, id=id, metadata={"tags": tags})


def find_chapter(folder: Path, wanted: str) -> Path:
    """A chapter's file by its name or number.

    Parameters
    ----------
    folder : Path
        With the chapters.
    wanted : str
        Such as "04-backpropagation", "04" or "4".

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If there is none; the message names those there are.
    """
    chapters = sorted(folder.glob("[0-9][0-9]-*.ipynb"))
    for path in chapters:
        if wanted in (path.stem, path.name, path.stem[:2], path.stem[:2].lstrip("0")):
            return path
    names = ", ".join(path.stem for path in chapters)
    raise ValueError(f"there is no chapter {wanted!r} in {folder}; there are {names or 'none'}.")


def insert(chapter: Path, cells: list[NotebookNode], section: str | None = None) -> None:
    """Put cells at the end of a chapter's section, and write the chapter.

    Parameters
    ----------
    chapter : Path
        The notebook.
    cells : list of NotebookNode
        With ids of their own.
    section : str, optional
        The heading of a section, without its signs; without it, the last one before the quiz.

    Raises
    ------
    ValueError
        If there is no such section, or a cell of one of these ids is there already.
    """
    notebook = nbformat.read(chapter, as_version=4)
    taken = {cell.id for cell in notebook.cells} & {cell.id for cell in cells}
    if taken:
        raise ValueError(f"{chapter.name} has a cell {sorted(taken)[0]!r} already: choose another.")
    headings = {
        cell.source.splitlines()[0].removeprefix("## "): place
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown" and cell.source.startswith("## ")
    }
    titles = list(headings)
    if section is None:
        section = titles[titles.index("Quiz") - 1] if "Quiz" in titles[1:] else titles[0]
    if section not in headings:
        raise ValueError(f"{chapter.name} has no section {section!r}; it has {', '.join(titles)}.")
    after = [place for place in headings.values() if place > headings[section]]
    end = min(after, default=len(notebook.cells))
    notebook.cells[end:end] = cells
    nbformat.validate(notebook)
    nbformat.write(notebook, chapter)
