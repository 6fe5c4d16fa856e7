"""Whether the tests of an executed notebook can be believed."""

import sys

import nbformat

from dlcourse_teaching.assignment import CANARY
from dlcourse_teaching.hidden import verdicts
from dlcourse_teaching.problems import SubmissionProblem


def audit(notebook: nbformat.NotebookNode) -> None:
    """Look for signs that the notebook's code interfered with its tests.

    The canary cell must have failed, by its own error. Each hidden test must have printed one
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
    if any(_is_test(cell) and _errors(cell) for cell in notebook.cells):
        if problem := memory_problem(notebook):
            raise problem


def _is_believable(cell: nbformat.NotebookNode) -> bool:
    errors = _errors(cell)
    if _id(cell) == CANARY:
        return any((error.ename, error.evalue) == ("AssertionError", "canary") for error in errors)
    if not _is_test(cell):
        return True
    said, failed = verdicts(cell), bool(errors)
    if any(output.output_type == "execute_result" for output in cell.outputs):
        return False
    if not said:
        return failed
    return len(said) == 1 and (said[0].get("status") == "passed") != failed


def _id(cell: nbformat.NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def _is_test(cell: nbformat.NotebookNode) -> bool:
    return _id(cell).endswith("-hidden")


def memory_problem(notebook: nbformat.NotebookNode) -> SubmissionProblem | None:
    """The problem to report if one of the notebook's cells ran out of memory.

    What a kernel does after that is not to be relied on: what it prints can get lost, it can
    hang or die.
    """
    if not _has_error(notebook, "MemoryError"):
        return None
    return SubmissionProblem(
        "memory",
        "a cell used up the memory that a submission may have (an endless print does so too), "
        "and its tests could not be run properly after that",
    )


def _innocent_reason(notebook: nbformat.NotebookNode) -> SubmissionProblem | None:
    """What else than interference may have silenced the tests: accuse nobody without need."""
    if _has_error(notebook, "CellTimeoutError", "KeyboardInterrupt"):
        return SubmissionProblem(
            "hangs",
            "a cell was stopped because it ran for too long, and its tests could not be run "
            "properly after that",
        )
    return memory_problem(notebook)


def _has_error(notebook: nbformat.NotebookNode, *names: str) -> bool:
    return any(error.ename in names for cell in notebook.cells for error in _errors(cell))


def _errors(cell: nbformat.NotebookNode) -> list:
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]
