"""How late each student's work is, by the due date, extensions and what is known of when it came.

What counts, in this order: `handed-in.csv`, the time that the exchange or the files have, that the
work was collected before it was due, and what Canvas says.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dlcourse_teaching.arrival import Arrival, arrivals
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.deadline import LatePolicy, in_words, read_moment
from dlcourse_teaching.roster import read_table, require_columns

EXTENSIONS = "extensions.csv"  # student,due,reason
HANDED_IN = "handed-in.csv"  # student,time: what the instructor knows better
_UNKNOWN = "it is not known when it was handed in"


@dataclass(frozen=True)
class Lateness:
    """How late a student's work is, and what that costs.

    Parameters
    ----------
    percent : float
        What is taken off its points.
    remark : str
        Why, for the student too; empty if there is nothing to say.
    question : str
        What the instructor has to decide; empty if nothing.
    """

    percent: float = 0
    remark: str = ""
    question: str = ""

    def of(self, points: float) -> float:
        """What is left of the points."""
        return round(points * (100 - self.percent) / 100, 2) if self.percent else points


class Calendar:
    """An assignment's due date, its extensions, and the times that the instructor wrote down.

    Parameters
    ----------
    assignment : AssignmentFolder
    settings : Settings

    Raises
    ------
    ValueError
        If the date or one of the files cannot be read, or `handed-in.csv` names someone unknown.
    """

    def __init__(self, assignment: AssignmentFolder, settings: Settings) -> None:
        self._policy = settings.late
        self._due = _due(settings)
        folder, zone = assignment.folder, settings.timezone
        self._extensions = _moments(folder / EXTENSIONS, ["student", "due", "reason"], zone)
        self._handed_in = _moments(folder / HANDED_IN, ["student", "time"], zone)
        students = assignment.students()
        # An extension may stand there before any work came.
        self.unknown = [s for s in self._extensions if s not in students]
        if unknown := [s for s in self._handed_in if s not in students]:
            raise ValueError(f"{HANDED_IN}: no submission of {unknown[0]!r}.")

    def lateness(self, student: str, note: dict[str, Any]) -> Lateness:
        """How late a student's work is.

        Parameters
        ----------
        student : str
        note : dict
            What was noted when it was collected.
        """
        came = arrivals(note)
        is_called_late = any(one.late for one in came)
        due = self._extensions.get(student, self._due)
        if due is None:
            return Lateness(remark="late, says the learning platform" if is_called_late else "")
        policy = self._policy or LatePolicy()
        if student in self._handed_in:
            came = [Arrival(handed_in=self._handed_in[student])]
        days = [_days(one, due, policy, note.get("lms", "")) for one in came]
        extended = f"extension until {in_words(due)}" if student in self._extensions else ""
        if None not in days:
            return _late(max(days), policy, extended)
        said = "late, says the learning platform" if is_called_late else ""
        question = ""
        if self._policy is not None:
            question = f"{said or 'in time or late?'}; {_UNKNOWN}: write it into {HANDED_IN}"
        return Lateness(0, _joined(said, extended), question)


def _late(days: int, policy: LatePolicy, extended: str) -> Lateness:
    if not days:
        return Lateness(remark=extended)
    percent = policy.percent(days)
    words = f"{days} day{'' if days == 1 else 's'} late"
    if percent:
        words += f": −{percent:g}%"
    return Lateness(percent, _joined(words, extended))


def _days(one: Arrival, due: datetime, policy: LatePolicy, lms: str) -> int | None:
    """Days late of one notebook; None if that is not known."""
    if one.handed_in is not None:
        return policy.days(one.handed_in, due)
    if one.seen is not None and not policy.days(one.seen, due):
        return 0
    if lms == "canvas" and not one.late:  # Canvas marks what is late, in the file's name
        return 0
    return None


def _due(settings: Settings) -> datetime | None:
    try:
        return settings.deadline
    except ValueError:
        if settings.late is not None:
            raise
        return None  # in words, as the first edition had it: then nothing is late


def _moments(path: Path, columns: list[str], timezone: str | None) -> dict[str, datetime]:
    """The moment in the second column of a file, by student; {} if there is no file."""
    if not path.is_file():
        return {}
    table = read_table(path)
    require_columns(table, columns, path.name)
    student, time = (table.head.index(name) for name in columns[:2])
    found = {}
    for number, row in enumerate(table.rows[1:], start=2):
        cells = [cell.strip() for cell in row] + [""] * len(table.head)
        what = f"{path.name}, line {number}: {columns[1]}"
        found[cells[student]] = read_moment(cells[time], timezone, what)
    return found


def _joined(*texts: str) -> str:
    return "; ".join(text for text in texts if text)
