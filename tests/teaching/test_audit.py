"""When an executed notebook's tests are believed, and what is said when they are not."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlcourse_teaching.audit import audit
from dlcourse_teaching.hidden import TRIPWIRE
from dlcourse_teaching.problems import SubmissionProblem

RIGHT = 'dlcourse-verdict {"exercise": "a", "status": "passed", "misconception": null}\n'
WRONG = RIGHT.replace("passed", "wrong")


def cell(id, *outputs):
    made = new_code_cell("", outputs=list(outputs))
    made.metadata["nbgrader"] = {"grade_id": id}
    return made


def error(name, value=""):
    return new_output("error", ename=name, evalue=value, traceback=[])


def said(text):
    return new_output("stream", name="stdout", text=text)


def notebook(*cells, tripwire=None):
    tripwire = tripwire or error("AssertionError", TRIPWIRE)
    return new_notebook(cells=[new_markdown_cell("Text"), *cells, cell(TRIPWIRE, tripwire)])


@pytest.mark.parametrize(
    "outputs",
    [[said(RIGHT)], [said(WRONG), error("AssertionError")], [error("NameError")]],
)  # fmt: skip
def test_what_fits_is_believed(outputs):
    audit(notebook(cell("a", said("hello")), cell("a-hidden", *outputs)))


UNFIT = {
    "silent": [],
    "right-but-failed": [said(RIGHT), error("AssertionError")],
    "wrong-but-silent": [said(WRONG)],
    "two-verdicts": [said(RIGHT + RIGHT)],
    "partial-credit": [said(RIGHT), new_output("execute_result", data={"text/plain": "1"})],
}


@pytest.mark.parametrize("outputs", UNFIT.values(), ids=UNFIT)
def test_what_does_not_fit_is_tampered(outputs):
    with pytest.raises(SubmissionProblem) as problem:
        audit(notebook(cell("a", error("ValueError")), cell("a-hidden", *outputs)))
    assert problem.value.kind == "tampered"


def test_a_tripwire_that_holds_still_is_tampered():
    with pytest.raises(SubmissionProblem) as problem:
        audit(notebook(cell("a-hidden", said(RIGHT)), tripwire=said("fine")))
    assert problem.value.kind == "tampered"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("MemoryError", "memory"), ("CellTimeoutError", "hangs"), ("KeyboardInterrupt", "hangs")],
)
def test_tests_silenced_by_a_lack_of_memory_or_time_accuse_nobody(name, kind):
    with pytest.raises(SubmissionProblem) as problem:
        audit(notebook(cell("a", error(name)), cell("a-hidden")))
    assert problem.value.kind == kind
    with pytest.raises(SubmissionProblem) as problem:
        audit(notebook(cell("a", error(name)), tripwire=error(name)))
    assert problem.value.kind == kind


def test_a_test_that_fails_without_memory_says_nothing_about_the_answer():
    greedy = cell("b", error("MemoryError"))
    audit(notebook(greedy, cell("a-hidden", said(RIGHT))))
    with pytest.raises(SubmissionProblem) as problem:
        audit(notebook(greedy, cell("a-hidden", said(WRONG), error("AssertionError"))))
    assert problem.value.kind == "memory"


def test_a_line_that_came_in_parts_is_one_line():
    """A kernel sends what it has every 0.2 seconds, in the middle of a `print` too."""
    for at in (0, 5, 16, 40, len(RIGHT) - 1):
        audit(notebook(cell("a-hidden", said(RIGHT[:at]), said(RIGHT[at:]))))
        parts = [said(WRONG[:at]), new_output("stream", name="stderr", text="!"), said(WRONG[at:])]
        audit(notebook(cell("a-hidden", *parts, error("AssertionError"))))
