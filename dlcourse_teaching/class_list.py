"""Who is in the class, as a learning platform or the instructor's own table has it."""

from collections.abc import Iterable
from dataclasses import dataclass

from dlcourse_teaching.marks import Mark
from dlcourse_teaching.roster import Table, moodle_columns, participant

# What the column is called that says which part of the class somebody is in.
_SECTION = ("section", "group", "gruppe", "groupe", "grupo", "gruppo", "groep")
_FULL_NAME = (
    "full name", "vollständiger name", "nom complet", "nombre completo", "nome completo", "name",
)  # fmt: skip
CANVAS_IDS = ("ID", "SIS Login ID", "SIS User ID")
_NOBODY = ("Points Possible", "Student, Test", "Test Student")  # rows in Canvas' gradebook


@dataclass(frozen=True)
class Member:
    """One student of the class.

    Parameters
    ----------
    platform : {"canvas", "moodle", ""}
        Whose ids they are; empty for the instructor's own table.
    ids : tuple of str
        By any of which a mark may name the student.
    name : str
    section : str
        Empty where the table has none.
    """

    platform: str
    ids: tuple[str, ...]
    name: str
    section: str

    def mark(self, marks: Iterable[Mark]) -> Mark | None:
        """The student's mark among these; None if there is none."""
        return next((mark for mark in marks if self._is(mark)), None)

    def _is(self, mark: Mark) -> bool:
        if self.platform:  # a number of another platform means nothing
            is_other = mark.lms in {"canvas", "moodle"} - {self.platform}
            return mark.lms_id in self.ids and not is_other
        return bool({mark.student, mark.lms_id, mark.name} & set(self.ids))


def members(table: Table, grade_column: str | None = None) -> list[Member]:
    """Everyone in Canvas' gradebook, Moodle's grading worksheet or a table of one's own.

    Parameters
    ----------
    table : Table
        One's own needs a column ``student``; ``name`` and ``section`` may be there.
    grade_column : str, optional
        For a worksheet in a language that we do not know.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if {"Student", "ID"} <= set(table.head):
        found = _canvas(table)
    elif "student" in table.head:
        found = _own(table)
    else:
        found = _moodle(table, grade_column)
    if not found:
        raise ValueError("there is nobody in the roster.")
    return found


def never_handed_in(everyone: list[Member], marks: list[Mark]) -> list[str]:
    """Say who of the class has handed in nothing, section by section."""
    by_section: dict[str, list[str]] = {}
    for member in everyone:
        if member.mark(marks) is None:
            by_section.setdefault(member.section, []).append(member.name)
    return [
        f"never handed in{f', {section}' if section else ''}: {'; '.join(names)}"
        for section, names in sorted(by_section.items())
    ]


def _canvas(table: Table) -> list[Member]:
    rows = [row for row in _entries(table) if row["ID"] and row["Student"] not in _NOBODY]
    return [
        Member("canvas", _filled(row.get(name, "") for name in CANVAS_IDS), row["Student"],
               _cell(row, _SECTION))
        for row in rows
    ]  # fmt: skip


def _moodle(table: Table, grade_column: str | None) -> list[Member]:
    who = table.head[moodle_columns(table, grade_column)[0]]
    found = []
    for row in _entries(table):
        if number := participant(row[who]):
            name = _cell(row, _FULL_NAME) or row[who]
            found.append(Member("moodle", (number,), name, _cell(row, _SECTION)))
    return found


def _own(table: Table) -> list[Member]:
    return [
        Member("", _filled((row["student"], row.get("name", ""))),
               row.get("name") or row["student"], _cell(row, _SECTION))
        for row in _entries(table)
        if row["student"]
    ]  # fmt: skip


def _entries(table: Table) -> list[dict[str, str]]:
    """Rows by heading, each with every heading."""
    return [
        dict.fromkeys(table.head, "")
        | {head: cell.strip() for head, cell in zip(table.head, row, strict=False)}
        for row in table.rows[1:]
    ]


def _cell(row: dict[str, str], names: tuple[str, ...]) -> str:
    return next((cell for head, cell in row.items() if head.strip().casefold() in names), "")


def _filled(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(cell for cell in cells if cell)
