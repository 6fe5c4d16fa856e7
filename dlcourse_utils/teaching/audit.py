"""Whether the tests of an executed notebook can be believed."""

import nbformat

from dlcourse_utils.teaching.assignment import CANARY
from dlcourse_utils.teaching.hidden import verdicts
from dlcourse_utils.teaching.problems import SubmissionProblem


def audit(notebook: nbformat.NotebookNode) -> None:
    """Look for signs that the notebook's code interfered with its tests.

    The canary cell must have failed, by its own error. Each hidden test must have printed one
    verdict, and the verdict, the error and what nbgrader makes of them must agree.

    Raises
    ------
    SubmissionProblem
        If one of these does not hold.
    """
    for cell in notebook.cells:
        id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if id == CANARY:
            _require_failure(cell)
        if not id.endswith("-hidden"):
            continue
        said, failed = verdicts(cell), bool(_errors(cell))
        if any(output.output_type == "execute_result" for output in cell.outputs):
            raise _tampered(cell)
        if len(said) > 1 or (not said and not failed):
            raise _tampered(cell)
        if said and (said[0].get("status") == "passed") == failed:
            raise _tampered(cell)


def _require_failure(canary: nbformat.NotebookNode) -> None:
    errors = _errors(canary)
    if any(error.ename == "AssertionError" and error.evalue == "canary" for error in errors):
        return
    if any(error.ename in ("CellTimeoutError", "KeyboardInterrupt") for error in errors):
        raise SubmissionProblem("hangs", "it was still busy when its last test ran; grade it again")
    raise _tampered(canary)


def _tampered(cell: nbformat.NotebookNode) -> SubmissionProblem:
    print("the cell that does not fit:", cell)  # for the log
    return SubmissionProblem(
        "tampered",
        "its tests do not fail when they must: some code in it changes how tests are run",
    )


def _errors(cell: nbformat.NotebookNode) -> list:
    return [output for output in cell.outputs if output.output_type == "error"]
