"""What a submission may decide, and what it may not."""

import copy
import json

import generate
import pytest

from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.restore import match, read_notebook, rebuild

FOUR = "04-backpropagation.ipynb"


@pytest.fixture
def release(assignment):
    return generate.released(assignment)[FOUR]


@pytest.fixture
def solved(assignment):
    return json.loads(json.dumps(generate.solved(assignment)[FOUR]))


def rebuilt(release, notebook):
    return rebuild(release, read_notebook(json.dumps(notebook).encode()))


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
    solved["cells"] += copy.deepcopy(solved["cells"][-3:])
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
