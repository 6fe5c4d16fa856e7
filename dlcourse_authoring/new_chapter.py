"""A new chapter: a notebook with every kind of cell, its first exercise's check, its quiz."""

import re
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse_authoring.chapter_cells import code_cell, exercise_cells
from dlcourse_authoring.new_exercise import write_check

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
_REMEMBER = "## What to remember\n\n- Three to six lines."
_READ_ON = "## Read on\n\n- [Authors, year](https://doi.org/…): one line on why."


def new_chapter(root: Path, number: int, name: str) -> list[Path]:
    """Write a chapter's notebook, its first exercise's check and its quiz from templates.

    Parameters
    ----------
    root : Path
        The course's folder, with at least one chapter: its setup cell is copied.
    number : int
        The chapter's number, 1 to 99.
    name : str
        Its name in small letters, digits and hyphens, such as ``"diffusion-models"``.

    Returns
    -------
    list of Path
        The files, the notebook first. Nothing is overwritten.

    Raises
    ------
    ValueError
        If the name is not of this form, or the number is taken.
    """
    folder = root / "chapters"
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
    look = "import numpy as np\n\nx = np.arange(3)\nx"
    quiz = code_cell(
        "quiz", f'dl.quiz("{path.stem}")', ["quiz", "hide-input", "nbval-ignore-output"]
    )
    quiz.metadata["mystnb"] = {"image": {"alt": "The questions of the quiz, as text."}}
    cells = [
        _slide(new_markdown_cell(front, id="title")),
        new_code_cell(setup.source, id="setup", metadata={"tags": setup.metadata.tags}),
        _slide(new_markdown_cell(_SECTION, id="first-idea")),
        code_cell("first-look", look, ["nbval-ignore-output"]),
        *exercise_cells(exercise),
        new_markdown_cell("## Quiz", id="quiz-title"),
        quiz,
        new_markdown_cell(_REMEMBER, id="remember"),
        new_markdown_cell(_READ_ON, id="read-on"),
    ]
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
    return [path, write_check(root, path.stem, exercise), _write_quiz(root, path.stem, title)]


def _write_quiz(root: Path, chapter: str, title: str) -> Path:
    template = (files("dlcourse_authoring") / "templates" / "quiz.yaml.txt").read_text("utf-8")
    path = root / "dlcourse_utils" / "quizzes" / f"{chapter}.yaml"
    path.write_text(template.replace("TITLE", title.lower()), "utf-8")
    return path


def _slide(cell):
    cell.metadata["slideshow"] = {"slide_type": "slide"}
    return cell
