"""Feedback pages on their way back: as Moodle and Canvas take them, by mail, by the exchange."""

import io
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.marks import Mark, collect_marks
from dlcourse_teaching.roster import Table, participant, read_table, to_bytes

# What nbgrader looks for beside a page; `nbgrader submit` made both, and only the student has them.
_OF_THE_EXCHANGE = ("timestamp.txt", "submission_secret.txt")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBERED = ("id", "identifier", "user id", "sis user id", "student", "student id")


def pack_for_moodle(assignment: AssignmentFolder, pages: list[Path]) -> Path | None:
    """Pack the pages of students who handed in through Moodle, for its *Upload feedback files*.

    Parameters
    ----------
    assignment : AssignmentFolder
    pages : list of Path
        As `write_feedback` returns them.

    Returns
    -------
    Path or None
        ``feedback-moodle.zip`` in the assignment's folder; None if nobody came from Moodle.
    """

    def named() -> Iterator[tuple[Path, str]]:
        for page, who in _from("moodle", assignment, pages):
            # Moodle tells whose a file is by what stands between the first two underscores.
            name = re.sub(r"[_/\\]", "-", who["name"])
            yield page, f"{name}_{who['lms_id']}_assignsubmission_file/{page.name}"

    return _packed(assignment.folder / "feedback-moodle.zip", named())


def pack_for_canvas(assignment: AssignmentFolder, pages: list[Path]) -> Path | None:
    """Pack the pages of students who handed in through Canvas, for its *Upload Submissions*.

    Canvas tells whose a file is by the two numbers in the name that it gave the submission, so
    each page is called as the file that it is about.

    Parameters
    ----------
    assignment : AssignmentFolder
    pages : list of Path
        As `write_feedback` returns them.

    Returns
    -------
    Path or None
        ``feedback-canvas.zip`` in the assignment's folder; None if nobody came from Canvas, or all
        of it was collected before names were kept.
    """

    def named() -> Iterator[tuple[Path, str]]:
        taken = set()
        for page, who in _from("canvas", assignment, pages):
            uploads = who.get("uploads", {})
            upload = uploads.get(f"{page.stem}.ipynb") or uploads.get("")
            if not upload:
                continue
            name = PurePosixPath(upload).stem
            if name in taken:  # several notebooks in one archive
                name += f"-{page.stem}"
            taken.add(name)
            yield page, f"{name}.html"

    return _packed(assignment.folder / "feedback-canvas.zip", named())


def write_mail_merge(
    assignment: AssignmentFolder, pages: list[Path], roster: Path
) -> tuple[Path, list[str]]:
    """Write ``feedback-mail.csv``, a line for each student, for a mail merge.

    Parameters
    ----------
    assignment : AssignmentFolder
    pages : list of Path
        As `write_feedback` returns them.
    roster : Path
        A table with addresses, and with names, numbers or folders of students.

    Returns
    -------
    Path
    list of str
        Students without an address, in words.

    Raises
    ------
    ValueError
        If the roster has no addresses.
    """
    table = read_table(roster)
    if not any(_EMAIL.fullmatch(cell.strip()) for row in table.rows[1:] for cell in row):
        raise ValueError(f"{roster} has no e-mail addresses; its columns: {', '.join(table.head)}.")
    settings = assignment.load()
    by_student: dict[str, list[Path]] = {}
    for page in pages:
        by_student.setdefault(page.parents[1].name, []).append(page)
    widest = max(map(len, by_student.values()), default=1)
    head = ["name", "email", "total", "of", *(f"page {i}" for i in range(1, widest + 1))]
    made, notes = Table([head]), []
    for mark in collect_marks(assignment, settings):
        if mark.student not in by_student:
            continue
        addresses = _addresses(table, mark)
        if len(addresses) != 1:
            why = "no address" if not addresses else f"{len(addresses)} addresses"
            notes.append(f"{mark.student}: {why} in {roster.name}, left out")
            continue
        own = [str(page.resolve()) for page in by_student[mark.student]]
        total = [made.number(mark.points), made.number(settings.total)]
        made.rows.append([mark.name, *addresses, *total, *own, *[""] * (widest - len(own))])
    path = assignment.folder / "feedback-mail.csv"
    write(path, to_bytes(made))
    return path, notes


def ready_for_exchange(assignment: AssignmentFolder, pages: list[Path]) -> int:
    """Make the pages of students who handed in through the exchange such as nbgrader releases.

    Parameters
    ----------
    assignment : AssignmentFolder
    pages : list of Path
        As `write_feedback` returns them.

    Returns
    -------
    int
        Pages that ``nbgrader release_feedback`` will take.
    """
    ready = 0
    for page, _ in _from("exchange", assignment, pages):
        own = assignment.step("submitted", page.parents[1].name)
        if not all((own / name).is_file() for name in _OF_THE_EXCHANGE):
            continue
        for name in _OF_THE_EXCHANGE:
            shutil.copyfile(own / name, page.parent / name)
            (page.parent / name).chmod(0o600)
        page.chmod(0o644)  # nbgrader hands on the mode, and the student has to read it
        ready += 1
    return ready


def _from(
    platform: str, assignment: AssignmentFolder, pages: list[Path]
) -> Iterator[tuple[Path, dict]]:
    for page in pages:
        who = assignment.note("collected", page.parents[1].name)
        if who.get("lms") == platform:
            yield page, who


def _packed(path: Path, named: Iterable[tuple[Path, str]]) -> Path | None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for page, name in named:
            archive.write(page, name)
        if not archive.namelist():
            return None
    write(path, packed.getvalue())
    return path


def _addresses(table: Table, mark: Mark) -> list[str]:
    """The addresses in the rows that are of a student."""
    found = {}
    for row in table.rows[1:]:
        if _is_of(dict(zip(table.head, row, strict=False)), mark):
            for cell in row:
                if _EMAIL.fullmatch(cell.strip()):
                    found[cell.strip().casefold()] = cell.strip()
                    break
    return list(found.values())


def _is_of(row: dict[str, str], mark: Mark) -> bool:
    names = {_plain(name) for name in (mark.student, mark.name, mark.lms_id)}
    for head, cell in row.items():
        if cell.strip().isdigit():  # a mark or a group may be the same number as somebody's
            if head.strip().casefold() in _NUMBERED and cell.strip() == mark.lms_id:
                return True
        elif _plain(cell) in names or (
            mark.lms == "moodle"
            and head.strip().casefold() in _NUMBERED
            and participant(cell) == mark.lms_id
        ):
            return True
    return False


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
