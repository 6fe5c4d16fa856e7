"""A new chapter's notebook: every cell that a chapter has, with what to write there."""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

_GOALS = ("do something that an exercise can test", "do a second thing", "do a third")
_MINUTES = 60
_FRONT = """\
# {title}

Begin with the question that the chapter answers, and why anyone cares.

**You will be able to**

{goals}

**You need** layers and forward propagation from [Neurons](01-neurons.ipynb).

**Time** About {minutes} minutes to read and practise. The code runs in about a minute on two \
CPU cores."""
_SECTION = """\
## A first idea

A concrete question, a picture or something to play with, the formula with every symbol named, the \
same from scratch in NumPy, the same in Keras, and an experiment that shows when it matters."""
_EXERCISE = """\
### Exercise ★ A first exercise

The task in two sentences, with an example: for `x = 3` the result is 6."""
_REMEMBER = "## What to remember\n\n- Three to six lines."
_READ_ON = "## Read on\n\n- [Authors, year](https://doi.org/…): one line on why."
_STARTER = '''\
def double(x):
    """Twice x; a number."""
    ...'''
_SOLUTION = """\
# @title Solution
# The reasoning, in a line or two.
def double(x):
    return 2 * x


dl.check("{id}", double)"""


def new_chapter(folder: Path, number: int, name: str) -> Path:
    """Write a chapter's notebook from the template.

    Parameters
    ----------
    folder : Path
        The folder ``chapters``, with at least one chapter: its setup cell is copied.
    number : int
        The chapter's number, 1 to 99.
    name : str
        Its name in small letters, digits and hyphens, such as ``"diffusion-models"``.

    Returns
    -------
    Path
        The file. Nothing is overwritten.

    Raises
    ------
    ValueError
        If the name is not of this form, or the number is taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(
            f"{name!r}: use small letters, digits and hyphens, as in diffusion-models."
        )
    if not 1 <= number <= 99:
        raise ValueError(f"{number}: a chapter's number is 1 to 99.")
    chapters = sorted(folder.glob("[0-9][0-9]-*.ipynb"))
    taken = [path.name for path in chapters if path.name.startswith(f"{number:02d}-")]
    if taken:
        raise ValueError(f"chapter {number} is there already: {taken[0]}.")
    if not chapters:
        raise ValueError(f"{folder} has no chapter to copy the setup cell from.")
    setup = next(
        cell
        for cell in nbformat.read(chapters[0], as_version=4).cells
        if "setup" in cell.metadata.get("tags", [])
    )
    path = folder / f"{number:02d}-{name}.ipynb"
    title = name.replace("-", " ").capitalize()
    exercise = f"{name}-first"
    goals = ";\n".join(f"- {goal}" for goal in _GOALS) + "."
    front = _FRONT.format(title=title, goals=goals, minutes=_MINUTES)
    cells = [
        _slide(new_markdown_cell(front, id="title")),
        new_code_cell(setup.source, id="setup", metadata={"tags": setup.metadata.tags}),
        _slide(new_markdown_cell(_SECTION, id="first-idea")),
        _code("first-look", "import numpy as np\n\nx = np.arange(3)\nx", ["nbval-ignore-output"]),
        new_markdown_cell(_EXERCISE, id=f"exercise-{exercise}"),
        _part(exercise, exercise, _STARTER, ["exercise", "nbval-ignore-output"]),
        _part(
            f"{exercise}-check", exercise, f'dl.check("{exercise}", double)',
            ["check", "nbval-check-output"],
        ),
        _part(
            f"{exercise}-solution", exercise, _SOLUTION.format(id=exercise),
            ["solution", "hide-cell", "nbval-check-output"],
        ),
        new_markdown_cell(_REMEMBER, id="remember"),
        new_markdown_cell(_READ_ON, id="read-on"),
    ]  # fmt: skip
    cells[7].metadata |= {
        "cellView": "form", "jupyter": {"source_hidden": True}, "_kg_hide-input": True,
    }  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    facts = {
        "title": title,
        "question": "Which question does the chapter answer?",
        "goals": list(_GOALS),
        "minutes": _MINUTES,
        "needs": ["01-neurons"],
    }
    metadata = {
        "kernelspec": kernel,
        "language_info": {"name": "python"},
        "dlcourse": {"chapter": facts},
    }
    notebook = new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)
    return path


def _slide(cell):
    cell.metadata["slideshow"] = {"slide_type": "slide"}
    return cell


def _code(id: str, source: str, tags: list[str]):
    return new_code_cell(source, id=id, metadata={"tags": tags})


def _part(id: str, exercise: str, source: str, tags: list[str]):
    facts = {"exercise": exercise}
    if "exercise" in tags:
        facts |= {"kind": "write", "stars": 1, "points": 1}
    return new_code_cell(source, id=id, metadata={"dlcourse": facts, "tags": tags})
