"""Marks as a table: plain, or filled into the file that Canvas or Moodle gave out."""

from dataclasses import dataclass
from pathlib import Path

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.roster import (
    Table,
    as_number,
    moodle_columns,
    participant,
    read_table,
    require_columns,
    to_bytes,
)

BY_HAND = "by-hand.csv"  # student,points,reason: what the instructor decided
_GRADED = "graded"


@dataclass(frozen=True)
class Mark:
    """One student's mark; `points` is None where nobody has decided yet."""

    student: str
    name: str
    lms: str
    lms_id: str
    status: str
    points: float | None
    remark: str
    by_exercise: dict[str, float]


def collect_marks(assignment: AssignmentFolder, settings: Settings) -> list[Mark]:
    """Everyone's marks. What needs attention has none, unless `by-hand.csv` gives it.

    Raises
    ------
    ValueError
        If `by-hand.csv` cannot be read, or names someone unknown.
    """
    scores, decided = engine.marks(assignment, settings), by_hand(assignment)
    marks = []
    for student in assignment.students():
        collected = assignment.note("collected", student)
        grading = assignment.note("grading", student)
        status = grading.get("status", "not graded yet")
        points = sum(scores[student].values()) if status == _GRADED else None
        remarks = [grading.get("reason") or "", *grading.get("remarks", [])]
        waiting = [id for id in settings.tasks if id not in scores.get(student, {})]
        if status == _GRADED and waiting:
            points = None
            remarks.append(f"waits for a mark by hand: {', '.join(waiting)}")
        if collected.get("late"):
            remarks.append("late, says the learning platform")
        if student in decided:
            points, why = decided[student]
            status, remarks = "by hand", [*remarks, why]
        marks.append(
            Mark(
                student,
                collected.get("name", student),
                collected.get("lms", "folder"),
                collected.get("lms_id", student),
                "needs attention" if status == "attention" else status,
                points,
                "; ".join(remark for remark in remarks if remark),
                scores.get(student, {}) if status == _GRADED else {},
            )
        )
    return marks


def export(
    assignment: AssignmentFolder,
    form: str,
    roster: Path | None = None,
    *,
    grade_column: str | None = None,
) -> tuple[Path, list[str]]:
    """Write the marks.

    Parameters
    ----------
    assignment : AssignmentFolder
    form : {"csv", "canvas", "moodle"}
    roster : Path, optional
        The file that Canvas (gradebook) or Moodle (grading worksheet) gave out; it is filled in.
    grade_column : str, optional
        What Moodle calls the column for the mark, in a language that we do not know.

    Returns
    -------
    Path
        The file written, in the assignment's folder.
    list of str
        What to look at: students without a mark, students that the roster does not have.
    """
    settings = assignment.load()
    marks = collect_marks(assignment, settings)
    notes = [f"{m.student}: no mark ({m.remark or m.status})" for m in marks if m.points is None]
    if form == "csv":
        table = _plain(marks, settings)
    elif roster is None:
        what = {"canvas": "gradebook", "moodle": "grading worksheet"}[form]
        raise ValueError(
            f"--format {form} fills in {form.capitalize()}'s own {what}: download it there and "
            "name it with --roster."
        )
    elif form == "canvas":
        table, more = _canvas(marks, settings, read_table(roster))
        notes += more
    else:
        table, more = _moodle(marks, settings, read_table(roster), grade_column)
        notes += more
    path = assignment.folder / f"marks-{form}.csv"
    write(path, to_bytes(table))
    return path, notes


def _plain(marks: list[Mark], settings: Settings) -> Table:
    ids = settings.tasks
    head = ["student", "name", "lms_id", "status", "points", "of", "remark", *ids]
    table = Table([head])
    for mark in marks:
        scores = [table.number(mark.by_exercise.get(id)) for id in ids]
        who = [mark.student, mark.name, mark.lms_id, mark.status]
        points = [table.number(mark.points), table.number(settings.total)]
        table.rows.append([*who, *points, mark.remark, *scores])
    return table


def _canvas(marks: list[Mark], settings: Settings, roster: Table) -> tuple[Table, list[str]]:
    """Canvas' gradebook with one column, named after the assignment, filled in."""
    head = roster.head
    require_columns(roster, ["Student", "ID"], "Canvas' gradebook")
    column = next(
        (i for i, text in enumerate(head) if text == settings.name
         or text.startswith(f"{settings.name} (")), None,
    )  # fmt: skip
    if column is None:
        raise ValueError(
            f"the roster has no column {settings.name!r}. Make an assignment of that name in "
            "Canvas, and export the gradebook again."
        )
    kept = [i for i, text in enumerate(head) if text in _CANVAS_COLUMNS] + [column]
    by_id = _by_id(marks, "canvas")
    identifying = [head.index(name) for name in _CANVAS_IDS if name in head]
    rows, seen, notes = [[head[i] for i in kept]], set(), []
    for row in roster.rows[1:]:
        filled = row + [""] * (len(head) - len(row))
        mark = next((by_id[filled[i]] for i in identifying if filled[i] in by_id), None)
        if mark is not None:
            seen.add(mark.student)
            filled[column] = roster.number(mark.points)
        elif filled[head.index("Student")].strip() == "Points Possible":
            notes += _other_total("Canvas", as_number(filled[column]), settings)
        rows.append([filled[i] for i in kept])
    return Table(rows, roster.delimiter, roster.decimal), notes + _unknown(marks, seen)


_CANVAS_IDS = ("ID", "SIS Login ID", "SIS User ID")
_CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def _moodle(
    marks: list[Mark], settings: Settings, roster: Table, grade_column: str | None
) -> tuple[Table, list[str]]:
    """Moodle's grading worksheet with its column for the grade filled in."""
    who, grade, most = moodle_columns(roster, grade_column)
    by_id = _by_id(marks, "moodle")
    rows, seen, totals = [roster.head], set(), set()
    for row in roster.rows[1:]:
        filled = row + [""] * (len(roster.head) - len(row))
        mark = by_id.get(participant(filled[who]) or "")
        if mark is not None:
            seen.add(mark.student)
            filled[grade] = roster.number(mark.points)
        if most is not None:
            totals.add(as_number(filled[most]))
        rows.append(filled)
    notes = [note for total in totals for note in _other_total("Moodle", total, settings)]
    return Table(rows, roster.delimiter, roster.decimal), notes + _unknown(marks, seen)


def _by_id(marks: list[Mark], platform: str) -> dict[str, Mark]:
    """Marks by what the platform calls a student; a number of another platform means nothing."""
    return {m.lms_id: m for m in marks if m.lms not in {"canvas", "moodle"} - {platform}}


def _other_total(where: str, total: float | None, settings: Settings) -> list[str]:
    if total is None or total == settings.total:
        return []
    return [
        f"{where} has {total:g} as the most points, and the assignment {settings.total:g}: change "
        "it there, or the marks mean something else"
    ]


def _unknown(marks: list[Mark], seen: set[str]) -> list[str]:
    return [f"{mark.student}: not in the roster" for mark in marks if mark.student not in seen]


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
