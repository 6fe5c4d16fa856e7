"""Everyone's mark: what was earned, what lateness takes, what the instructor decided."""

from dataclasses import dataclass

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.lateness import Calendar, Lateness
from dlcourse_teaching.roster import as_number, read_table, require_columns

BY_HAND = "by-hand.csv"  # student,points,reason: what the instructor decided
_GRADED = "graded"


@dataclass(frozen=True)
class Mark:
    """One student's mark.

    Parameters
    ----------
    student : str
        As the assignment's folder calls them.
    name : str
        As it stood where the work came from.
    lms, lms_id : str
        Where that was, and what the student has there and nobody else.
    status : str
        graded, by hand, needs attention, not graded yet.
    points : float or None
        The mark; None where nobody has decided yet.
    raw : float or None
        The points before lateness takes a part of them.
    remark : str
    by_exercise : dict of float
    late : Lateness
        What a late hand-in takes off, or what is to be asked.
    """

    student: str
    name: str
    lms: str
    lms_id: str
    status: str
    points: float | None
    raw: float | None
    remark: str
    by_exercise: dict[str, float]
    late: Lateness


def collect_marks(assignment: AssignmentFolder, settings: Settings) -> list[Mark]:
    """Everyone's marks. What needs attention has none, unless `by-hand.csv` gives it.

    A mark that `by-hand.csv` gives is taken as it stands there, however late the work.

    Raises
    ------
    ValueError
        If `by-hand.csv`, `extensions.csv` or `handed-in.csv` cannot be read, or the first or the
        last of them names someone unknown.
    """
    scores, decided = engine.marks(assignment, settings), by_hand(assignment)
    calendar = Calendar(assignment, settings)
    marks = []
    for student in assignment.students():
        collected = assignment.note("collected", student)
        grading = assignment.note("grading", student)
        late = calendar.lateness(student, collected)
        status = grading.get("status", "not graded yet")
        raw = sum(scores[student].values()) if status == _GRADED else None
        waiting = [id for id in settings.tasks if id not in scores.get(student, {})]
        if status == _GRADED and waiting:
            raw = None
        points = None if raw is None else late.of(raw)
        remarks = [grading.get("reason") or "", *grading.get("remarks", [])]
        if status == _GRADED and waiting:
            remarks.append(f"waits for a mark by hand: {', '.join(waiting)}")
        remarks.append(late.remark)
        by_exercise = scores.get(student, {}) if status == _GRADED else {}
        if student in decided:
            points, why = decided[student]
            raw, late = points, Lateness()
            status, remarks = "by hand", [*remarks[:-1], why]
        marks.append(
            Mark(
                student,
                collected.get("name", student),
                collected.get("lms", "folder"),
                collected.get("lms_id", student),
                "needs attention" if status == "attention" else status,
                points,
                raw,
                "; ".join(remark for remark in remarks if remark),
                by_exercise,
                late,
            )
        )
    return marks


def to_look_at(assignment: AssignmentFolder, settings: Settings, marks: list[Mark]) -> list[str]:
    """What an instructor has to look at before the marks go out."""
    notes = [f"{m.student}: no mark ({m.remark or m.status})" for m in marks if m.points is None]
    asked = [mark for mark in marks if mark.points is not None and mark.late.question]
    notes += [f"{mark.student}: {mark.late.question}" for mark in asked]
    unknown = Calendar(assignment, settings).unknown
    return notes + [f"extensions.csv: no submission of {student!r} (yet)" for student in unknown]


def by_hand(assignment: AssignmentFolder) -> dict[str, tuple[float, str]]:
    """Points and reason of those whose mark the instructor decided, by student.

    Raises
    ------
    ValueError
        If the file cannot be read, or names someone unknown.
    """
    path = assignment.folder / BY_HAND
    if not path.is_file():
        return {}
    table = read_table(path)
    require_columns(table, ["student", "points", "reason"], BY_HAND)
    decided = {}
    for number, row in enumerate(table.rows[1:], start=2):
        entry = dict(zip(table.head, row, strict=False))
        if entry["student"] not in assignment.students():
            raise ValueError(f"{BY_HAND}, line {number}: no submission of {entry['student']!r}.")
        points = as_number(entry.get("points", ""))
        if points is None:
            raise ValueError(
                f"{BY_HAND}, line {number}: points {entry.get('points')!r} is no number."
            )
        decided[entry["student"]] = (points, entry.get("reason", ""))
    return decided
