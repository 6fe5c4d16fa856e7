"""The course's table: every student's mark in each assignment, and their total."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.class_list import Member, members
from dlcourse_teaching.marks import Mark, collect_marks, to_look_at
from dlcourse_teaching.roster import Table, read_table

_ALIKE = "has the same name as somebody else: their marks cannot be put together"


@dataclass
class _Student:
    """Somebody's marks by assignment, and where they are in the class."""

    name: str
    section: str = ""
    marks: dict[str, Mark] = field(default_factory=dict)
    is_alike: bool = False


def course_total(
    folders: list[Path],
    *,
    weights: dict[str, float] | None = None,
    drop_lowest: int = 0,
    roster: Path | None = None,
) -> tuple[Table, list[str]]:
    """Put the marks of several assignments together.

    Every assignment counts by the share of its points. The total is the mean of the shares in
    percent, by weight. What was not handed in counts 0; who has an assignment that is not decided
    has no total.

    Parameters
    ----------
    folders : list of Path
        The assignments' folders.
    weights : dict, optional
        By assignment; 1 where it is not named.
    drop_lowest : int
        How many of each student's lowest shares do not count.
    roster : Path, optional
        As `class_list.members` reads it: who is in the class, and in which section.

    Returns
    -------
    Table
        A row for each student.
    list of str
        What to look at.

    Raises
    ------
    ValueError
        If a folder is no assignment, or a weight or the number to drop makes no sense.
    """
    courses = _loaded(folders)
    weights = _checked(weights or {}, courses, drop_lowest)
    students: dict[tuple[str, ...], _Student] = {}
    notes = []
    for name, (assignment, settings) in courses.items():
        marks = collect_marks(assignment, settings)
        notes += [f"{name}, {note}" for note in to_look_at(assignment, settings, marks)]
        for key, mark in _by_identity(marks).items():
            student = students.setdefault(key, _Student(mark.name, is_alike=len(key) > 2))
            student.marks[name] = mark
    everyone = members(read_table(roster)) if roster else []
    notes += _add_sections(students, everyone)
    notes += [f"{s.name} {_ALIKE}" for s in students.values() if s.is_alike]
    has_sections = any(student.section for student in students.values())
    head = ["student", *(["section"] if has_sections else []), *courses, "total", "remark"]
    table = Table([head])
    totals = {name: settings.total for name, (_, settings) in courses.items()}
    for student in sorted(students.values(), key=lambda s: (s.section, s.name.casefold())):
        points, total, remarks = _row(student, totals, weights, drop_lowest)
        section = [student.section] if has_sections else []
        cells = [*map(table.number, points), table.number(total), "; ".join(remarks)]
        table.rows.append([student.name, *section, *cells])
    return table, notes


def _row(
    student: _Student, totals: dict[str, float], weights: dict[str, float], drop_lowest: int
) -> tuple[list[float | None], float | None, list[str]]:
    """A student's points in each assignment, the total and the remarks."""
    points: dict[str, float | None] = {}
    remarks = []
    for name in totals:
        mark = student.marks.get(name)
        if mark is None:
            points[name] = None if student.is_alike else 0.0
            remarks.append(f"{name}: not handed in" if not student.is_alike else f"{name}: unknown")
        else:
            points[name] = mark.points
            if mark.points is None:
                remarks.append(f"{name}: {mark.status}")
            elif mark.late.remark:
                remarks.append(f"{name}: {mark.late.remark}")
    if None in points.values():
        return list(points.values()), None, remarks
    shares = {name: points[name] / most for name, most in totals.items()}
    # Of equal shares the one that weighs most, for the student.
    counts = [name for name in totals if weights[name]]
    dropped = sorted(counts, key=lambda name: (shares[name], -weights[name]))[:drop_lowest]
    counted = [name for name in totals if name not in dropped]
    reached = sum(weights[name] * shares[name] for name in counted)
    total = round(100 * reached / sum(weights[name] for name in counted), 2)
    remarks += [f"without {', '.join(dropped)}"] if dropped else []
    return list(points.values()), total, remarks


def _loaded(folders: list[Path]) -> dict[str, tuple[AssignmentFolder, Settings]]:
    courses: dict[str, tuple[AssignmentFolder, Settings]] = {}
    for folder in folders:
        assignment = AssignmentFolder(folder)
        settings = assignment.load()
        if settings.name in courses:
            raise ValueError(f"two of these assignments are called {settings.name}.")
        if settings.total <= 0:
            raise ValueError(f"{settings.name} has no points, so no share of them can count.")
        courses[settings.name] = assignment, settings
    return courses


def _checked(weights: dict[str, float], names: dict, drop_lowest: int) -> dict[str, float]:
    for name, weight in weights.items():
        if name not in names:
            raise ValueError(f"--weight {name}: no such assignment; there are {', '.join(names)}.")
        if weight < 0:
            raise ValueError(f"--weight {name}={weight:g}: weights are not negative.")
    made = dict.fromkeys(names, 1.0) | weights
    counting = sum(weight > 0 for weight in made.values())
    if not 0 <= drop_lowest < counting:
        raise ValueError(
            f"--drop-lowest {drop_lowest}: of {counting} assignments that weigh more than 0, one "
            "must be left."
        )
    return made


def _by_identity(marks: list[Mark]) -> dict[tuple[str, ...], Mark]:
    """Marks by what is the same in every assignment.

    That is Canvas' number. Moodle's differs from assignment to assignment, so there it is the
    name, as it is in folders; where two have the same one, each stands alone.
    """
    keys = [_identity(mark.lms, mark.lms_id, mark.name) for mark in marks]
    times = Counter(keys)
    return {
        key if times[key] == 1 else (*key, mark.student): mark
        for key, mark in zip(keys, marks, strict=True)
    }


def _identity(lms: str, lms_id: str, name: str) -> tuple[str, str]:
    if lms == "canvas":
        return "canvas", lms_id
    text = unicodedata.normalize("NFC", lms_id if lms in ("folder", "exchange") else name)
    return "name", text.casefold()


def _add_sections(students: dict[tuple[str, ...], _Student], everyone: list[Member]) -> list[str]:
    """Give everyone their section; add those of the class who handed in nothing at all."""
    if not everyone:
        return []
    unseen = set(students)
    for member in everyone:
        keys = [key for key, student in students.items() if _is_of(member, key, student)]
        for key in keys:
            students[key].name, students[key].section = member.name, member.section
        unseen -= set(keys)
        if not keys:
            students["roster", *member.ids] = _Student(member.name, member.section)
    return [f"{students[key].name}: not in the roster" for key in sorted(unseen)]


def _is_of(member: Member, key: tuple[str, ...], student: _Student) -> bool:
    if member.platform != "moodle":
        return member.mark(student.marks.values()) is not None
    return key[:2] == _identity("moodle", "", member.name)
