"""What a submission may decide, and what it may not."""

import copy
import json

import generate
import pytest

from dlcourse_teaching.kit import CHECK
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.restore import match, read_notebook, rebuild

FOUR = "04-backpropagation.ipynb"


@pytest.fixture
def release(pristine):
    return generate.released(pristine)[FOUR]


@pytest.fixture
def solved(pristine):
    return json.loads(json.dumps(generate.solved(pristine)[FOUR]))


def rebuilt(release, notebook):
    made = rebuild(release, read_notebook(json.dumps(notebook).encode()))
    return made.notebook, made.missing


def answer(notebook, id="one-weight-slope"):
    return next(cell.source for cell in notebook.cells if cell.id == id)


def test_an_unchanged_release_comes_back(release):
    notebook, missing = rebuilt(release, release)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in release.cells]
    assert missing == []


def forget(cell, *names):
    for name in names:
        cell["metadata"].pop(name, None)


@pytest.mark.parametrize("kept", ["grade id", "cell id", "colab's id", "name of the function"])
def test_an_answer_is_found_by(kept, release, solved):
    for cell in solved["cells"]:
        grader, id = cell["metadata"].pop("nbgrader"), cell.pop("id")
        if kept == "grade id":
            cell["metadata"] = {"nbgrader": grader}
        elif kept == "cell id":
            cell["id"] = id
        elif kept == "colab's id":
            cell["metadata"] = {"id": id}
    notebook, missing = rebuilt(release, solved)
    assert missing == []
    assert "2 * error * x" in answer(notebook)


def test_own_cells_stay_where_they_were_and_copies_of_tests_go(release, solved):
    position = next(i for i, c in enumerate(solved["cells"]) if c["id"] == "one-weight-slope")
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "helper = 1", "id": "mine"}
    solved["cells"].insert(position, own)
    solved["cells"] += copy.deepcopy([c for c in solved["cells"] if c["id"].endswith(CHECK)])
    notebook, _ = rebuilt(release, solved)
    sources = [cell.source for cell in notebook.cells]
    assert sources.index("helper = 1") < sources.index(answer(notebook))
    assert len(sources) == len(release.cells) + 1


def test_metadata_of_the_student_is_never_used(release, solved):
    for cell in solved["cells"]:
        cell["metadata"]["nbgrader"] |= {"points": 1000, "grade": True, "locked": False}
        cell["metadata"]["evil"] = True
    notebook, _ = rebuilt(release, solved)
    for cell, own in zip(notebook.cells, release.cells, strict=True):
        assert cell.metadata == own.metadata


def test_an_answer_that_is_gone_is_named(release, solved):
    solved["cells"] = [c for c in solved["cells"] if c["id"] != "one-weight-slope"]
    notebook, missing = rebuilt(release, solved)
    assert missing == ["one-weight-slope"]
    assert answer(notebook) == answer(release), "the starter, which the check calls not started"


def test_swapped_ids_do_not_confuse_more_than_the_student(release, solved):
    cells = read_notebook(json.dumps(solved).encode())
    assert len(set(match(release, cells).values())) == len(release.cells)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"<html>", "web page"), (b"%PDF-1.7", "PDF"), (b"PK\x03\x04", "archive"),
        (b'{"cells": [', "cut off"), (b"[1, 2]", "no notebook"), (b'{"worksheets": []}', "format"),
        (b'{"cells": [1]}', "no notebook"), (b"\xff\xfe\x00", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b'{"cells": ' + str([{}] * 2000).encode() + b"}", "2000 cells"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_called_by_its_name(content, words):
    with pytest.raises(SubmissionProblem, match=words):
        read_notebook(content)


def test_odd_cells_are_read_as_well_as_they_can():
    cells = read_notebook(json.dumps({
        "cells": [
            {"cell_type": "code", "source": ["a", 5, "b"], "metadata": None, "id": 7},
            {"cell_type": "banana", "source": {"x": 1}, "metadata": {"nbgrader": "no"}},
            {"source": "\ud800"},
        ]
    }).encode())  # fmt: skip
    assert [cell["kind"] for cell in cells] == ["code", "markdown", "markdown"]
    assert cells[0]["source"] == "ab" and cells[2]["source"] == "?"


def without_marks(notebook):
    for cell in notebook["cells"]:
        cell["metadata"], cell["id"] = {}, None
    return notebook


HELPED = {
    "a helper": "def half(v):\n    return v / 2\n\n\ndef slope(w, b, x, y):\n    return half(4)",
    "a class": "class Line:\n    pass\n\n\ndef slope(w, b, x, y):\n    return 4",
    "a constant": "TWO = 2\n\n\ndef slope(w, b, x, y):\n    return TWO",
    "an import": "import math\n\n\ndef slope(w, b, x, y):\n    return math.pi",
    "an if": "if True:\n    def slope(w, b, x, y):\n        return 4",
    "a try": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    slope = max",
    "a magic": "%time\nslope = lambda w, b, x, y: 4",
    "code that is no Python": "def slope(w, b, x, y):\n    return 4\nfor",
}


@pytest.mark.parametrize("marks", ["kept", "lost"])
@pytest.mark.parametrize("begins", HELPED)
def test_an_answer_is_one_however_it_begins(release, solved, begins, marks):
    at(solved, "one-weight-slope")["source"] = HELPED[begins]
    notebook, missing = rebuilt(release, solved if marks == "kept" else without_marks(solved))
    assert missing == [] and answer(notebook) == HELPED[begins]


def at(notebook, id):
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def executed(notebook):
    """What a kernel would have defined at the end, of plain functions and numbers."""
    names = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id != "setup" and not cell.id.endswith(CHECK):
            exec(cell.source, names)
    return names


@pytest.mark.parametrize("marks", ["kept", "lost"])
@pytest.mark.parametrize("where", ["first", "before", "after", "last"])
def test_the_starter_does_not_come_after_an_answer_in_a_cell_of_ones_own(
    release, solved, where, marks
):
    source = at(solved, "one-weight-slope")["source"]
    at(solved, "one-weight-slope")["source"] = answer(release)
    cells = solved["cells"]
    position = next(i for i, cell in enumerate(cells) if cell["id"] == "one-weight-slope")
    place = {"first": 0, "before": position, "after": position + 1, "last": len(cells)}[where]
    own = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, "id": "mine"}
    cells.insert(place, own)
    made = rebuild(release, read_notebook(json.dumps(
        solved if marks == "kept" else without_marks(solved)).encode()))  # fmt: skip
    assert made.missing == []
    assert executed(made.notebook)["slope"](1.0, 2.0, 0.0) == 8.0
    if marks == "kept":
        assert made.remarks == ["one-weight-slope: the answer stands in another cell"]


@pytest.mark.parametrize("marks", ["kept", "lost"])
@pytest.mark.parametrize("starters", ["kept", "gone"])
def test_all_answers_may_stand_in_one_cell(release, solved, marks, starters):
    ids = ["one-weight-slope", "divide-backward"]
    whole = "\n\n".join(at(solved, id)["source"] for id in ids)
    for id in ids:
        at(solved, id)["source"] = answer(release, id)
    at(solved, ids[0])["source"] = whole
    if starters == "gone":
        solved["cells"] = [c for c in solved["cells"] if c["id"] != ids[1]]
    notebook, missing = rebuilt(release, solved if marks == "kept" else without_marks(solved))
    assert missing == []
    names = executed(notebook)
    assert names["slope"](1.0, 2.0, 0.0) == 8.0
    assert "..." not in answer(notebook, ids[1])


@pytest.mark.parametrize("id", ["setup", "given", "one-weight-slope-check"])
def test_what_was_added_to_a_locked_cell_is_kept_and_said(release, solved, id):
    at(solved, id)["source"] = "import math\n" + at(solved, id)["source"] + "\nhelp_me = math.pi"
    made = rebuild(release, read_notebook(json.dumps(solved).encode()))
    sources = [cell.source for cell in made.notebook.cells]
    added = next(i for i, s in enumerate(sources) if "help_me" in s)
    assert sources[added].splitlines() == ["import math", "help_me = math.pi"]
    locked = next(i for i, cell in enumerate(made.notebook.cells) if cell.id == id)
    assert sources[locked] == answer(release, id), "the locked cell is the release's"
    assert (added < locked) == id.endswith("-check")
    assert made.remarks == [f"what was added to the locked cell {id} ran as a cell of its own"]
