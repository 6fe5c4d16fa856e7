"""The one reader of a chapter's facts: what it finds, and what it says where one is missing."""

import json
from pathlib import Path

import pytest

from dlcourse_utils.chapter import ChapterError, read, read_cells

ROOT = Path(__file__).parents[2]
NAME = "01-neurons.ipynb"
EXERCISE = "weighted-sum"


@pytest.fixture
def notebook() -> dict:
    return json.loads((ROOT / "chapters" / NAME).read_text("utf-8"))


@pytest.fixture
def written(tmp_path, notebook):
    """``written()`` reads the notebook as the test has changed it."""

    def read_it():
        path = tmp_path / NAME
        path.write_text(json.dumps(notebook), "utf-8")
        return read(path)

    return read_it


def cell(notebook: dict, id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def problem_of(written) -> str:
    with pytest.raises(ChapterError) as caught:
        list(written().exercises)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(NAME)
    return message


def test_a_chapter_says_what_its_metadata_says(notebook, written):
    facts = notebook["metadata"]["dlcourse"]["chapter"]
    chapter = written()
    assert (chapter.title, chapter.question) == (facts["title"], facts["question"])
    assert (list(chapter.goals), chapter.minutes) == (facts["goals"], facts["minutes"])
    starters = [c for c in notebook["cells"] if "exercise" in c["metadata"].get("tags", [])]
    assert len(starters) == len(chapter.exercises) > 5
    for starter, exercise in zip(starters, chapter.exercises, strict=True):
        of_cell = starter["metadata"]["dlcourse"]
        assert (exercise.id, exercise.stars) == (of_cell["exercise"], of_cell["stars"])
        assert exercise.starter == "".join(starter["source"])
        assert "dl.check" not in exercise.solution and "@title" not in exercise.solution


@pytest.mark.parametrize("name", ["title", "question", "goals", "minutes", "needs"])
@pytest.mark.parametrize("wrong", ["missing", "of another kind"])
def test_a_missing_fact_is_named_with_an_example(notebook, written, name, wrong):
    facts = notebook["metadata"]["dlcourse"]["chapter"]
    if wrong == "missing":
        del facts[name]
    else:
        facts[name] = None
    assert f'write "{name}": ' in problem_of(written)


def test_a_notebook_without_the_course_s_metadata_is_told_to_begin_with_the_title(
    notebook, written
):
    del notebook["metadata"]["dlcourse"]
    assert "metadata.dlcourse.chapter" in problem_of(written)


@pytest.mark.parametrize(
    ("fact", "value", "cure"),
    [
        ("kind", None, "compute, predict"),
        ("kind", "guess", "compute, predict"),
        ("stars", 4, "1, 2"),
    ],
)
def test_an_exercise_s_missing_fact_is_named_with_its_cell(notebook, written, fact, value, cure):
    cell(notebook, EXERCISE)["metadata"]["dlcourse"][fact] = value
    message = problem_of(written)
    assert f"cell {EXERCISE}: " in message and cure in message


@pytest.mark.parametrize("part", ["check", "solution"])
def test_a_missing_cell_of_an_exercise_is_named(notebook, written, part):
    notebook["cells"].remove(cell(notebook, f"{EXERCISE}-{part}"))
    assert problem_of(written).endswith(f"exercise {EXERCISE!r} has no {part} cell")


@pytest.mark.parametrize("part", ["check", "solution"])
def test_a_cell_that_is_not_python_is_named_with_the_line(notebook, written, part):
    cell(notebook, f"{EXERCISE}-{part}")["source"] = "x = 1\ndef f(:"
    message = problem_of(written)
    assert f"cell {EXERCISE}-{part}: Python cannot read line 2" in message


def test_a_check_that_checks_nothing_is_told_what_to_write(notebook, written):
    cell(notebook, f"{EXERCISE}-check")["source"] = "dl.check()"
    assert f'write it as dl.check("{EXERCISE}", answer)' in problem_of(written)


def test_two_versions_in_one_file_are_found(tmp_path):
    path = tmp_path / NAME
    text = (ROOT / "chapters" / NAME).read_text("utf-8")
    path.write_text(text.replace('"cells"', '<<<<<<< HEAD\n "cells"', 1), "utf-8")
    with pytest.raises(ChapterError, match=f"{NAME}, line 2: this is not JSON"):
        read(path)


def test_a_file_that_changed_is_read_anew(notebook, written):
    assert written().minutes == notebook["metadata"]["dlcourse"]["chapter"]["minutes"]
    notebook["metadata"]["dlcourse"]["chapter"]["minutes"] = 7
    assert written().minutes == 7


def test_a_notebook_that_is_no_chapter_has_cells(tmp_path, notebook):
    notebook["metadata"] = {}
    path = tmp_path / "page.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    assert len(read_cells(path)) == len(notebook["cells"])
