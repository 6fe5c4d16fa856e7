"""Whether the tests of an executed notebook can be believed."""

import sys

import nbformat

from dlcourse_teaching.hidden import TRIPWIRE, verdicts
from dlcourse_teaching.problems import SubmissionProblem, errors, has_error, memory_problem


def audit(notebook: nbformat.NotebookNode) -> None:
    """Look for signs that the notebook's code interfered with its tests.

    The tripwire cell must have failed, by its own error. Each hidden test must have printed one
    verdict, and the verdict, the error and what nbgrader makes of them must agree. And no test may
    have failed after a cell used up the memory: the answer may have been right.

    Raises
    ------
    SubmissionProblem
        If one of these does not hold.
    """
    for cell in notebook.cells:
        if not _is_believable(cell):
            print("the cell that does not fit:", cell, file=sys.stderr)  # for the log
            raise _innocent_reason(notebook) or SubmissionProblem(
                "tampered",
                "its tests do not fail when they must: some code in it changes how tests are run",
            )
    if any(_is_test(cell) and errors(cell) for cell in notebook.cells):
        if problem := memory_problem(notebook):
            raise problem


def _is_believable(cell: nbformat.NotebookNode) -> bool:
    if _id(cell) == TRIPWIRE:
        return any((e.ename, e.evalue) == ("AssertionError", TRIPWIRE) for e in errors(cell))
    if not _is_test(cell):
        return True
    said, failed = verdicts(cell), bool(errors(cell))
    if any(output.output_type == "execute_result" for output in cell.outputs):
        return False
    if not said:
        return failed
    return len(said) == 1 and (said[0].get("status") == "passed") != failed


def _id(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _is_test(cell: nbformat.NotebookNode) -> bool:
    return _id(cell).endswith("-hidden")


def _innocent_reason(notebook: nbformat.NotebookNode) -> SubmissionProblem | None:
    """What else than interference may have silenced the tests: accuse nobody without need."""
    if has_error(notebook, "CellTimeoutError", "KeyboardInterrupt"):
        return SubmissionProblem(
            "hangs",
            "a cell was stopped because it ran for too long, and its tests could not be run "
            "properly after that",
        )
    return memory_problem(notebook)
