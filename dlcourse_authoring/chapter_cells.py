"""Cells as chapters have them, with their metadata, and the place in a chapter where they go."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

_FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}, "_kg_hide-input": True}
_TASK = """\
### Exercise {stars} {title}

The task in two sentences, with an example: `{function}(3)` is 6."""
_STARTER = '''\
def {function}(x):
    """Twice x; a number."""
    ...'''
_SOLUTION = """\
# @title Solution
# The reasoning, in a line or two.
def {function}(x):
    return 2 * x


dl.check("{id}", {function})"""


def exercise_cells(id: str, stars: int = 1) -> list[NotebookNode]:
    """Task, starter, check and solution of a small exercise, to be replaced by one's own.

    Parameters
    ----------
    id : str
        The exercise's id, such as ``"weighted-sum"``.
    stars : {1, 2, 3}
        How hard it is.

    Returns
    -------
    list of NotebookNode
        The four cells, in their order.

    Examples
    --------
    >>> [cell.id for cell in exercise_cells("half-sum")]
    ['exercise-half-sum', 'half-sum', 'half-sum-check', 'half-sum-solution']
    """
    words = {
        "id": id,
        "function": id.replace("-", "_"),
        "title": id.replace("-", " ").capitalize(),
        "stars": "★" * stars,
    }
    starter = {"kind": "write", "stars": stars, "points": stars}
    ignore, compare = "nbval-ignore-output", "nbval-check-output"
    check = f'dl.check("{id}", {words["function"]})'
    return [
        new_markdown_cell(_TASK.format(**words), id=f"exercise-{id}"),
        _part(id, id, _STARTER.format(**words), ["exercise", ignore], starter),
        _part(f"{id}-check", id, check, ["check", compare]),
        _part(
            f"{id}-solution", id, _SOLUTION.format(**words), ["solution", "hide-cell", compare]
        ),
    ]  # fmt: skip


def explorable_cell(class_name: str, module: str) -> NotebookNode:
    """The cell that shows an explorable.

    Parameters
    ----------
    class_name, module : str
        Its class and its folder, such as ``"StraightLine"`` and ``"straight_line"``.

    Returns
    -------
    NotebookNode
        A code cell.

    Examples
    --------
    >>> explorable_cell("StraightLine", "straight_line").id
    'straight-line'
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
    id, source : str
        Its id and its code.
    tags : list of str
        As docs/chapter-format.md lists them.

    Returns
    -------
    NotebookNode
        The cell.

    Examples
    --------
    >>> code_cell("first-look", "x", ["nbval-ignore-output"]).metadata
    {'tags': ['nbval-ignore-output']}
    """
    return new_code_cell(source, id=id, metadata={"tags": tags})


def _part(id: str, exercise: str, source: str, tags: list[str], more=()) -> NotebookNode:
    cell = code_cell(id, source, tags)
    cell.metadata["dlcourse"] = {"exercise": exercise, **dict(more)}
    if "solution" in tags:
        cell.metadata |= _FOLDED
    return cell


def find_chapter(folder: Path, wanted: str) -> Path:
    """A chapter's file by its name or number.

    Parameters
    ----------
    folder : Path
        The folder with the chapters.
    wanted : str
        Such as ``"01-neurons"``, ``"01"`` or ``"1"``.

    Returns
    -------
    Path
        The notebook.

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
        What is put in, in this order.
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
