"""What a graded notebook says of each exercise: the answer, the verdict and its reason."""

import re
from dataclasses import dataclass
from typing import Any

import nbformat

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.problems import errors

_MOST_TEXT = 4000
_TRY_OTHERS = (
    "Right on the inputs of the check in the notebook, and wrong on others of the same kind. Try "
    "zero, negative numbers, a single example, other shapes and sizes."
)
_WORDS = {
    "passed": "Right.",
    "not-started": "Not started: the … of the starter is still there.",
    "missing": "No answer was found: no cell defines it, or the cell stopped with an error.",
    "failed": "Not right yet.",
}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Result:
    """One exercise in one student's graded notebook.

    Parameters
    ----------
    exercise : str
    code : str
        The answer's source.
    verdict : str
        passed, failed, not-started or missing.
    misconception : str or None
        Id of the known reason.
    visible_passed : bool
        Whether the check that students see passed.
    told : str
        What the visible check said.
    right, cases : int
        On how many inputs a wrong answer is right, where that was counted.
    """

    exercise: str
    code: str
    verdict: str
    misconception: str | None
    visible_passed: bool
    told: str
    right: int = 0
    cases: int = 0

    @property
    def reason(self) -> str | None:
        """What to count in a report: the misconception, or else what kind of failure it was."""
        if self.verdict == "passed":
            return None
        if self.verdict == "failed" and self.visible_passed:
            return "right-on-visible-inputs-only"
        if self.misconception is None and self.verdict == "failed":
            return "reason-not-known"
        return self.misconception or self.verdict


def graded_notebooks(
    assignment: AssignmentFolder, settings: Settings, student: str
) -> dict[str, dict[str, Result]]:
    """Results of all of a student's graded notebooks, by chapter and exercise."""
    folder = assignment.folder / "autograded" / student / settings.name
    verdicts = assignment.note("grading", student).get("verdicts", {})
    found = {}
    for name, ids in settings.exercises.items():
        path = folder / f"{name}.ipynb"
        if path.is_file():
            cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
            found[name] = {
                id: result_of(id, cells[id], verdicts[id]) for id in ids if id in verdicts
            }
    return found


def explained(result: Result, *, in_part: bool = False) -> str:
    """What a verdict means, in a sentence for the student; `in_part`, if it earned a part."""
    words = _WORDS[result.verdict]
    if result.verdict == "failed" and result.visible_passed:
        words = _TRY_OTHERS
    if in_part and result.verdict == "failed" and result.cases:
        words += f" Right on {result.right} of {result.cases} inputs, for a part of the points."
    return words


def result_of(exercise: str, cell: nbformat.NotebookNode, verdict: dict[str, Any]) -> Result:
    """An exercise's result, from the cell of its answer as it ran and the judge's verdict."""
    told = verdict["told"]
    # Why there is no answer stands in its cell: it stopped with an error of its own.
    if verdict["status"] != "passed" and (failed := errors(cell)):
        told = f"Your answer's cell stopped: {_words(failed[0])}\n\n{told}".strip()
    return Result(
        exercise=exercise,
        code=cell.source,
        verdict=verdict["status"],
        misconception=verdict["misconception"],
        visible_passed=verdict["passes_visible"],
        told=told,
        right=verdict.get("right", 0),
        cases=verdict.get("cases", 0),
    )


def _words(error: nbformat.NotebookNode) -> str:
    if error.ename == "CellTimeoutError":
        return "it ran for too long."
    return f"{error.ename}: {_COLOURS.sub('', str(error.evalue))[:_MOST_TEXT].strip()}"
