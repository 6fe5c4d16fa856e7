"""What a graded notebook says of each exercise: the answer, the verdict and its reason."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.hidden import plain_word, verdicts

_MOST_TEXT = 4000
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
        passed, failed, not-started, missing, too-slow, or error (the cell broke otherwise).
    misconception : str or None
        Id of the known reason.
    visible_passed : bool
        Whether the check that students see passed.
    told : str
        What the visible check said.
    """

    exercise: str
    code: str
    verdict: str
    misconception: str | None
    visible_passed: bool
    told: str

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


def read_results(path: Path, exercises: list[str]) -> dict[str, Result]:
    """Read the results of a graded notebook, by exercise."""
    cells = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    found = {}
    for id in exercises:
        visible, hidden = cells[f"{id}-check"], cells[f"{id}-hidden"]
        error = _error(visible)
        said, hidden_error = verdicts(hidden), _error(hidden)
        if said:
            verdict = plain_word(said[0].get("status")) or "error"
            misconception = plain_word(said[0].get("misconception"))
        else:
            too_slow = hidden_error is not None and hidden_error.ename == "CellTimeoutError"
            verdict, misconception = ("too-slow" if too_slow else "error"), None
        found[id] = Result(
            exercise=id,
            code=cells[id].source,
            verdict=verdict,
            misconception=misconception,
            visible_passed=error is None,
            told=_words(error),
        )
    return found


def graded_notebooks(
    assignment: AssignmentFolder, settings: Settings, student: str
) -> dict[str, dict]:
    """Results of all of a student's graded notebooks, by chapter and exercise."""
    folder = assignment.folder / "autograded" / student / settings.name
    return {
        name: read_results(folder / f"{name}.ipynb", ids)
        for name, ids in settings.exercises.items()
        if (folder / f"{name}.ipynb").is_file()
    }


def _error(cell: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    return next((o for o in cell.outputs if o.output_type == "error"), None)


def _words(error: nbformat.NotebookNode | None) -> str:
    if error is None:
        return ""
    if error.ename == "CellTimeoutError":
        return "The check was stopped: your code ran for too long."
    text = _COLOURS.sub("", str(error.evalue))[:_MOST_TEXT].strip()
    if error.ename == "AssertionError":
        return text
    if error.ename == "NameError":
        return f"{text}. The cell with your answer was missing, or it stopped with an error."
    return f"{error.ename}: {text}"
