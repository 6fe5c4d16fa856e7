"""Marks as a table: plain, or filled into the file that Canvas or Moodle gave out."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write

BY_HAND = "by-hand.csv"  # student,points,reason: what the instructor decided
_GRADED = "graded"


@dataclass(frozen=True)
class Mark:
    """One student's mark; `points` is None where nobody has decided yet."""

    student: str
    name: str
    lms_id: str
    status: str
    points: float | None
    remark: str
    by_exercise: dict[str, float]


def collect_marks(course: AssignmentFolder, settings: Settings) -> list[Mark]:
    """Everyone's marks. What needs attention has none, unless `by-hand.csv` gives it.

    Raises
    ------
    ValueError
        If `by-hand.csv` cannot be read, or names someone unknown.
    """
    scores, by_hand = engine.marks(course, settings), _by_hand(course)
    marks = []
    for student in course.students():
        collected, grading = course.note("collected", student), course.note("grading", student)
        status = grading.get("status", "not graded yet")
        points = sum(scores[student].values()) if status == _GRADED else None
        remarks = [grading.get("reason") or "", *grading.get("remarks", [])]
        if collected.get("late"):
            remarks.append("late, says the learning platform")
        if student in by_hand:
            points, why = by_hand[student]
            status, remarks = "by hand", [*remarks, why]
        marks.append(
            Mark(
                student,
                collected.get("name", student),
                collected.get("lms_id", student),
                "needs attention" if status == "attention" else status,
                points,
                "; ".join(remark for remark in remarks if remark),
                scores.get(student, {}) if status == _GRADED else {},
            )
        )
    return marks


def export(
    course: AssignmentFolder, form: str, roster: Path | None = None
) -> tuple[Path, list[str]]:
    """Write the marks.

    Parameters
    ----------
    course : AssignmentFolder
    form : {"csv", "canvas", "moodle"}
    roster : Path, optional
        The file that Canvas (gradebook) or Moodle (grading worksheet) gave out; it is filled in.

    Returns
    -------
    Path
        The file written, in the assignment's folder.
    list of str
        What to look at: students without a mark, students that the roster does not have.
    """
    settings = course.load()
    marks = collect_marks(course, settings)
    notes = [f"{m.student}: no mark ({m.remark or m.status})" for m in marks if m.points is None]
    if form == "csv":
        table = _plain(marks, settings)
    else:
        if roster is None:
            what = {"canvas": "gradebook", "moodle": "grading worksheet"}[form]
            raise ValueError(
                f"--format {form} fills in {form.capitalize()}'s own {what}: download it there and "
                "name it with --roster."
            )
        table, unknown = (_canvas if form == "canvas" else _moodle)(marks, settings, _read(roster))
        notes += unknown
    path = course.folder / f"marks-{form}.csv"
    write(path, _to_csv(table))
    return path, notes


def _plain(marks: list[Mark], settings: Settings) -> list[list]:
    ids = [id for chosen in settings.exercises.values() for id in chosen]
    head = ["student", "name", "lms_id", "status", "points", "of", "remark", *ids]
    rows = [
        [
            *(mark.student, mark.name, mark.lms_id, mark.status, _number(mark.points)),
            *(_number(settings.total), mark.remark),
            *(_number(mark.by_exercise.get(id)) for id in ids),
        ]
        for mark in marks
    ]
    return [head, *rows]


def _canvas(marks: list[Mark], settings: Settings, roster: list[list[str]]):
    """Canvas' gradebook with one column, named after the assignment, filled in."""
    head = roster[0]
    _require(head, ["Student", "ID"], "Canvas' gradebook")
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
    by_id = {mark.lms_id: mark for mark in marks}
    table, seen = [[head[i] for i in kept]], set()
    for row in roster[1:]:
        mark = by_id.get(row[head.index("ID")])
        filled = list(row)
        if mark is not None:
            seen.add(mark.lms_id)
            filled[column] = _number(mark.points)
        table.append([filled[i] for i in kept])
    return table, _unknown(marks, seen)


_CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def _moodle(marks: list[Mark], settings: Settings, roster: list[list[str]]):
    """Moodle's grading worksheet with its column Grade filled in."""
    head = roster[0]
    _require(head, ["Identifier", "Grade"], "Moodle's grading worksheet")
    by_id = {f"Participant {mark.lms_id}": mark for mark in marks}
    table, seen = [head], set()
    for row in roster[1:]:
        mark = by_id.get(row[head.index("Identifier")])
        filled = list(row)
        if mark is not None:
            seen.add(mark.lms_id)
            filled[head.index("Grade")] = _number(mark.points)
        table.append(filled)
    return table, _unknown(marks, seen)


def _unknown(marks: list[Mark], seen: set[str]) -> list[str]:
    return [f"{m.student}: not in the roster" for m in marks if m.lms_id not in seen]


def _by_hand(course: AssignmentFolder) -> dict[str, tuple[float, str]]:
    path = course.folder / BY_HAND
    if not path.is_file():
        return {}
    rows = _read(path)
    _require(rows[0], ["student", "points", "reason"], BY_HAND)
    decided = {}
    for number, row in enumerate(rows[1:], start=2):
        entry = dict(zip(rows[0], row, strict=False))
        if entry["student"] not in course.students():
            raise ValueError(f"{BY_HAND}, line {number}: no submission of {entry['student']!r}.")
        try:
            decided[entry["student"]] = (float(entry["points"]), entry.get("reason", ""))
        except ValueError:
            raise ValueError(
                f"{BY_HAND}, line {number}: points {entry['points']!r} is no number."
            ) from None
    return decided


def _read(path: Path) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text)) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ValueError(f"{path} cannot be read as CSV: {problem}") from None
    if not rows:
        raise ValueError(f"{path} is empty.")
    return rows


def _require(head: list[str], columns: list[str], what: str) -> None:
    missing = [column for column in columns if column not in head]
    if missing:
        raise ValueError(f"{what} has no column {', '.join(missing)}; it has {', '.join(head)}.")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _safe(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula: names come from outside."""
    is_formula = cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(cell)
    return "'" + cell if is_formula else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _to_csv(table: list[list]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([[_safe(str(c)) for c in row] for row in table])
    return out.getvalue().encode("utf-8")
