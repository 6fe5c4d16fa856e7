"""New chapters, exercises and explorables from templates: whole, and refused where they clash."""

import importlib.util
import inspect
import json
import re
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml

from dlcourse_authoring.new_chapter import new_chapter
from dlcourse_authoring.new_exercise import new_exercise
from dlcourse_authoring.new_explorable import new_explorable
from dlcourse_utils.chapter import read, read_all
from dlcourse_utils.cli import main
from dlcourse_utils.exercises.engine import NotStarted
from dlcourse_utils.exercises.engine.answer import as_answer
from dlcourse_utils.quizzes.schema import validate

ROOT = Path(__file__).parents[2]


@pytest.fixture
def course(tmp_path):
    """The least that a course has: a chapter of three sections, and the folders beside it."""
    for folder in ("chapters", "dlcourse_utils/exercises", "dlcourse_utils/explore"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dlcourse_utils/quizzes").mkdir()
    facts = {"title": "Neurons", "question": "?", "goals": [], "minutes": 1, "needs": []}
    cells = [("title", "# Neurons"), ("one", "## One"), ("two", "## Two"), ("quiz", "## Quiz")]
    markdown = [nbformat.v4.new_markdown_cell(text, id=id) for id, text in cells]
    setup = nbformat.v4.new_code_cell("1", id="setup", metadata={"tags": ["setup"]})
    notebook = nbformat.v4.new_notebook(cells=[markdown[0], setup, *markdown[1:]])
    notebook.metadata.dlcourse = {"chapter": facts}
    nbformat.write(notebook, tmp_path / "chapters" / "01-neurons.ipynb")
    return tmp_path


def load_file(path):
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ids(path):
    return [cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]]


def test_a_new_chapter_has_every_part(course):
    path, *checks, quiz = new_chapter(course, 15, "diffusion-models")
    chapter = read_all(course / "chapters")[-1]
    assert (chapter.number, chapter.needs, chapter.minutes) == (15, ("01-neurons",), 60)
    assert [(e.kind, e.stars) for e in chapter.exercises] == [
        ("compute", 1), ("predict", 1), ("write", 2), ("read", 2), ("design", 3)
    ]  # fmt: skip
    folder = course / "dlcourse_utils/exercises/diffusion_models"
    assert checks == [folder / f"{e.id.replace('-', '_')}.py" for e in chapter.exercises]
    validate(yaml.safe_load(quiz.read_text("utf-8")), quiz.name)
    with pytest.raises(ValueError, match="there already"):
        new_chapter(course, 15, "another")
    with pytest.raises(ValueError, match="small letters"):
        new_chapter(course, 16, "Diffusion Models")


def test_a_new_chapter_keeps_the_rules_of_chapters(course, monkeypatch):
    """All that tests/notebooks asks of a notebook, but for its length and its stored outputs."""
    shutil.copy(ROOT / "chapters" / "01-neurons.ipynb", course / "chapters")
    path, *_ = new_chapter(course, 15, "diffusion-models")
    rules = load_file(ROOT / "tests" / "notebooks" / "test_structure.py")
    notebook = nbformat.read(path, as_version=4)
    ids = [e.id for e in read(path).exercises]
    monkeypatch.setattr(rules.exercises, "exercise_ids", lambda: ids)
    kept = []
    for name, rule in vars(rules).items():
        wanted = inspect.signature(rule).parameters if name.startswith("test_") else {}
        if wanted and "output" not in name and "stored" not in name and name != "test_length":
            rule(**{key: {"path": path, "notebook": notebook}[key] for key in wanted})
            kept.append(name)
    assert len(kept) >= 14, "the rules were not found"


def test_the_checks_of_a_new_chapter_say_what_they_should(course):
    path, *checks, _ = new_chapter(course, 15, "diffusion-models")
    for exercise, file in zip(read(path).exercises, checks, strict=True):
        check = load_file(file).EXERCISE.check
        for source, verdict in ((exercise.starter, NotStarted), (exercise.solution, None)):
            names: dict = {}
            exec(source, names)
            answer = as_answer(names[exercise.answer])
            if verdict:
                with pytest.raises(verdict):
                    check(answer, np.random.default_rng(0))
            else:
                check(answer, np.random.default_rng(0))


@pytest.mark.parametrize("section", [None, "One"])
def test_a_new_exercise_goes_to_the_end_of_its_section(course, section):
    path, check = new_exercise(course, "1", "half-sum", section=section, stars=2)
    cells = ["exercise-half-sum", "half-sum", "half-sum-check", "half-sum-solution"]
    before = ["title", "setup", "one"] if section else ["title", "setup", "one", "two"]
    assert ids(path)[: len(before) + 4] == before + cells
    (exercise,) = read(path).exercises
    assert (exercise.id, exercise.stars, exercise.answer) == ("half-sum", 2, "half_sum")
    assert exercise.section == (section or "Two")
    assert check.parent.name == "neurons" and (check.parent / "__init__.py").is_file()


def test_the_solution_of_a_new_exercise_passes_its_check(course):
    path, check = new_exercise(course, "01-neurons", "half-sum")
    module = load_file(check)
    names: dict = {}
    exec(read(path).exercises[0].solution, names)
    expected = module.EXERCISE.expected
    assert names["half_sum"](3.5) == expected(3.5)
    wrong = {m.id: m.formula(3.5) for m in module.EXERCISE.misconceptions}
    assert expected(3.5) not in wrong.values() and len(set(wrong.values())) == 3


def test_a_new_explorable_has_its_own_names_everywhere(course):
    path, *files = new_explorable(course, "two-lines", "1", section="One")
    assert ids(path)[:4] == ["title", "setup", "one", "two-lines"]
    assert [file.name for file in files] == ["__init__.py", "view.js", "style.css"]
    text = "".join(file.read_text("utf-8") for file in files)
    assert "class TwoLines(Explorable):" in text and ".dl-two-lines {" in text
    assert '"two_lines"' in text and not re.search("straight[_-]line|StraightLine", text)
    cell = read(path).cells[3]
    assert cell.source == "dl.explore.TwoLines()" and "explorable" in cell.tags


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new-exercise", "9", "half-sum"], "there is no chapter '9'.*01-neurons"),
        (["new-exercise", "1", "half-sum", "--section", "Three"], "no section 'Three'.*One, Two"),
        (["new-exercise", "1", "Half Sum"], "small letters"),
        (["new-exercise", "1", "half-sum", "--stars", "4"], "1, 2 or 3"),
        (["new-exercise", "1", "twice"], "already"),
        (["new-exercise", "1", "half-sum", "--kind", "guess"], "'guess'.*compute, predict"),
        (["new-explorable", "twice", "1"], "already"),
        (["new-explorable", "Two Lines", "1"], "small letters"),
        (["new-explorable", "two-lines", "nine"], "there is no chapter 'nine'"),
    ],
)
def test_what_cannot_be_added_changes_nothing_and_says_so(
    course, arguments, words, monkeypatch, capsys
):
    new_exercise(course, "1", "twice")
    (course / "dlcourse_utils" / "explore" / "twice").mkdir()
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    monkeypatch.chdir(course)
    assert main(arguments) == 1
    assert re.search(words, capsys.readouterr().err)
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before
