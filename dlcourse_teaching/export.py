"""Marks as a table: plain, or filled into the file that Canvas or Moodle gave out."""

from pathlib import Path

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.class_list import CANVAS_IDS, Member, members, never_handed_in
from dlcourse_teaching.marks import Mark, collect_marks, to_look_at
from dlcourse_teaching.roster import (
    Table,
    as_number,
    moodle_columns,
    participant,
    read_table,
    require_columns,
    to_bytes,
)


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
        For ``csv`` also a table of one's own, with a column ``student``. Who is in it and has
        handed in nothing is listed, by section where there is such a column.
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
    notes = to_look_at(assignment, settings, marks)
    given = read_table(roster) if roster is not None else None
    if form == "csv":
        everyone = members(given, grade_column) if given else []
        table = _plain(marks, settings, everyone)
        notes += _unknown(
            marks,
            {mark.student for m in everyone if (mark := m.mark(marks))}
            if given
            else {mark.student for mark in marks},
        )
    elif given is None:
        what = {"canvas": "gradebook", "moodle": "grading worksheet"}[form]
        raise ValueError(
            f"--format {form} fills in {form.capitalize()}'s own {what}: download it there and "
            "name it with --roster."
        )
    elif form == "canvas":
        table, more = _canvas(marks, settings, given)
        notes += more
    else:
        table, more = _moodle(marks, settings, given, grade_column)
        notes += more
    if given is not None:
        notes += never_handed_in(members(given, grade_column), marks)
    path = assignment.folder / f"marks-{form}.csv"
    write(path, to_bytes(table))
    return path, notes


def _plain(marks: list[Mark], settings: Settings, everyone: list[Member]) -> Table:
    """A row for each mark, and for each of the class who has none; sections where they are known.

    `raw` are the points before lateness takes a part of them.
    """
    ids = settings.tasks
    has_sections = any(member.section for member in everyone)
    section_of = {m.student: one.section for one in everyone if (m := one.mark(marks))}
    head = ["student", "name", "lms_id", "status", "points", "of", "remark", "raw"]
    table = Table([[*head, *(["section"] if has_sections else []), *ids]])
    for mark in marks:
        scores = [table.number(mark.by_exercise.get(id)) for id in ids]
        who = [mark.student, mark.name, mark.lms_id, mark.status]
        points = [table.number(mark.points), table.number(settings.total)]
        section = [section_of.get(mark.student, "")] if has_sections else []
        row = [*who, *points, mark.remark, table.number(mark.raw), *section, *scores]
        table.rows.append(row)
    for member in everyone:
        if member.mark(marks) is None:
            who = ["", member.name, member.ids[0], "not handed in"]
            section = [member.section] if has_sections else []
            blank = [""] * len(ids)
            row = [*who, "", table.number(settings.total), "", "", *section, *blank]
            table.rows.append(row)
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
    identifying = [head.index(name) for name in CANVAS_IDS if name in head]
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
