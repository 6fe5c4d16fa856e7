"""A new chapter: a notebook with what every chapter has, its exercises' checks, its quiz."""

import re
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse_authoring.chapter_cells import code_cell, exercise_cells
from dlcourse_authoring.new_exercise import write_check

_GOALS = ("do something that an exercise can test", "do a second thing", "do a third")
_MINUTES = 60
# Kind and stars of the exercises, beside the section that each trains.
_EXERCISES = {
    "compute": ("compute", 1),
    "predict": ("predict", 1),
    "write": ("write", 2),
    "read": ("read", 2),
    "design": ("design", 3),
}
_FRONT = """\
# {title}

Begin with the question that the chapter answers, why anyone cares, and what the chapters before \
left open.

**You will be able to**

{goals}

**You need** layers and forward propagation from [Neurons](01-neurons.ipynb).

**Time** About {minutes} minutes to read and practise. The code runs in about a minute on two \
CPU cores."""
_IDEA = """\
## A first idea

Somebody really asks: how fast does it grow? Take tiny numbers first. Start at 3 and double it \
twice: 3, 6, 12. The drawing shows the thing itself, with the names that formula and code use."""
_FORMULA = """\
In words: each step makes it twice as large. In symbols:

$$x_t = 2 \\, x_{t-1}$$

| symbol | meaning | shape |
|---|---|---|
| $x_t$ | the value after step $t$ | a number |
| $x_{t-1}$ | the value before it | a number |

Predict what the code prints; the numbers are those above."""
_FROM_SCRATCH = """\
value, values = 3, [3]
for step in range(2):
    value = 2 * value
    values.append(value)
print(values)"""
_KERAS = "Keras computes the same. Where the habit is known, fold this cell away."
_AGREES = """\
import keras
import numpy as np

doubled = keras.ops.convert_to_numpy(2 * keras.ops.convert_to_tensor(values))
np.testing.assert_allclose(doubled[:-1], values[1:])
print("equal to Keras")"""
_EXPERIMENT = """\
## When it matters

An experiment on real data: when it matters, and when not. Each side has its own tuned setting, \
several seeds and the spread; a strong simple rival is in it."""
_CURVE = """\
import matplotlib.pyplot as plt

plt.plot(values, marker="o")
plt.gca().set(title="It doubles in each step", xlabel="step", ylabel="value");"""
_ASK = """\
> **Note.** What may be passed over.

<details><summary>Ask yourself: what would the curve do if each step added 3?</summary>

It would rise by the same in each step: a straight line.

</details>"""
_TRIUMPH = """\
## What it can do

Let the method do something that a reader would show to a friend, against rivals tuned alike. Then \
say honestly where it fails."""
_REMEMBER = "## What to remember\n\n- Three to six lines, in standard words."
_LOOK_AHEAD = "## Look ahead\n\nWhat is still open, and which chapter takes it up."
_READ_ON = "## Read on\n\n- [Authors, year](https://doi.org/…): one line on why."


def new_chapter(root: Path, number: int, name: str) -> list[Path]:
    """Write a chapter's notebook, its exercises' checks and its quiz from templates.

    What a chapter is, `docs/chapter-format.md` says; the notebook has an example of each part.

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
    goals = ";\n".join(f"- {goal}" for goal in _GOALS) + "."
    front = _FRONT.format(title=title, goals=goals, minutes=_MINUTES)
    exercises = {f"{name}-{word}": facts for word, facts in _EXERCISES.items()}
    tasks = [exercise_cells(id, stars, kind) for id, (kind, stars) in exercises.items()]
    compare = "nbval-check-output"
    quiz = f'dl.quiz("{path.stem}")'
    cells = [
        _slide(new_markdown_cell(front, id="title")),
        new_code_cell(setup.source, id="setup", metadata={"tags": setup.metadata.tags}),
        _slide(new_markdown_cell(_IDEA, id="first-idea")),
        _picture("drawing", "dl.plot_network([1, 1]);", "figure", "Two circles and a line."),
        new_markdown_cell(_FORMULA, id="formula"),
        code_cell("from-scratch", _FROM_SCRATCH, [compare]),
        new_markdown_cell(_KERAS, id="keras"),
        code_cell("agrees-with-keras", _AGREES, ["agreement", compare]),
        *tasks[0],
        _slide(new_markdown_cell(_EXPERIMENT, id="experiment")),
        *tasks[1],
        _picture("curve", _CURVE, "figure", "A curve of three points, each twice as high."),
        *tasks[2],
        new_markdown_cell(_ASK, id="ask-yourself"),
        *tasks[3],
        _slide(new_markdown_cell(_TRIUMPH, id="triumph")),
        *tasks[4],
        new_markdown_cell("## Quiz", id="quiz-title"),
        _picture("quiz", quiz, "quiz", "The questions of the quiz, as text."),
        _slide(new_markdown_cell(_REMEMBER, id="remember")),
        new_markdown_cell(_LOOK_AHEAD, id="look-ahead"),
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
    checks = [write_check(root, path.stem, id, kind) for id, (kind, _) in exercises.items()]
    return [path, *checks, _write_quiz(root, path.stem, title)]


def _write_quiz(root: Path, chapter: str, title: str) -> Path:
    template = (files("dlcourse_authoring") / "templates" / "quiz.yaml.txt").read_text("utf-8")
    path = root / "dlcourse_utils" / "quizzes" / f"{chapter}.yaml"
    path.write_text(template.replace("TITLE", title.lower()), "utf-8")
    return path


def _picture(id: str, source: str, tag: str, alt: str) -> NotebookNode:
    """A cell whose code the site folds away, with what one sees in its picture."""
    cell = code_cell(id, source, [tag, "hide-input", "nbval-ignore-output"])
    cell.metadata["mystnb"] = {"image": {"alt": alt}}
    return cell


def _slide(cell: NotebookNode) -> NotebookNode:
    cell.metadata["slideshow"] = {"slide_type": "slide"}
    return cell
