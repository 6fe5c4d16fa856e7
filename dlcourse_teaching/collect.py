"""Take in what students handed in: a folder, an LMS's archive, JupyterHub's exchange.

Every file is kept as it came under ``collected/``; what will be graded is copied to ``submitted/``.
"""

import hashlib
import shutil
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import nbformat

from dlcourse_teaching.arrival import Arrival, digest, merged
from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.owners import Owner, Register, copy_number, owners, slug, stems
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.restore import match, read_notebook
from dlcourse_teaching.sources import Found, files

_NOTEBOOK = ".ipynb"
_MOST_TOLD = 5  # problems of one student


@dataclass
class Collected:
    """What a run of `collect` found, for the summary."""

    students: set[str] = field(default_factory=set)
    notebooks: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Taken:
    """A file that will be graded, and what it came as."""

    owner: Owner
    file: Found


def collect(
    assignment: AssignmentFolder, sources: list[Path], *, file_times: bool = False
) -> Collected:
    """Take in folders and archives.

    Parameters
    ----------
    assignment : AssignmentFolder
    sources : list of Path
        Folders, ``.zip`` or ``.tar(.gz)`` files. Who handed a file in is read from its path:
        Moodle's and Canvas' naming, a folder for each student, or the name in the file's name.
    file_times : bool
        Whether the files' times are those at which they were handed in.

    Returns
    -------
    Collected

    Raises
    ------
    ValueError
        If a source does not exist or is no archive.
    """
    settings = assignment.load()
    releases = {
        path.name: nbformat.read(path, as_version=4)
        for path in sorted(assignment.step("release").glob("*.ipynb"))
    }
    found, register = Collected(), Register(assignment)
    by_student: dict[str, list[_Taken]] = {}
    for source in sources:
        came = list(files(source))
        if source.is_file():
            name = f"{hashlib.sha256(source.read_bytes()).hexdigest()[:8]}-{slug(source.name)}"
            kept = assignment.folder / "collected" / "archives" / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, kept)
        whose = owners([f.path for f in came if not f.leaves], settings.name, releases)
        for file in came:
            owner = whose.get(file.path)
            if owner is None:
                found.problems.append(f"{file.path}: {file.problem or 'whose is it?'}")
                continue
            by_student.setdefault(owner.key, []).append(_Taken(owner, file))
    for key in sorted(by_student):
        student = register.id(by_student[key][0].owner)
        found.students.add(student)
        _take(assignment, student, by_student[key], releases, found, file_times)
    found.problems += _look_alike(found.students, assignment.students())
    found.problems = list(dict.fromkeys(found.problems))
    return found


def collect_exchange(assignment: AssignmentFolder, root: Path | None) -> Collected:
    """Collect from JupyterHub's exchange, by nbgrader; it also checks who owns each file."""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeCollect

    from dlcourse_teaching.engine import configuration

    settings = assignment.load()
    config = configuration(assignment.folder, settings)
    config.CourseDirectory.student_id = "*"
    config.ExchangeCollect.update = True
    if root is not None:
        config.Exchange.root = str(root)
    course = CourseDirectory(config=config)
    ExchangeCollect(coursedir=course, config=config).start()
    found = Collected(students=set(assignment.students()))
    for student in found.students:
        files = sorted(assignment.step("submitted", student).glob("*.ipynb"))
        found.notebooks += len(files)
        note = assignment.note("collected", student) or {
            "name": student, "lms": "exchange", "lms_id": student, "key": f"exchange:{student}",
            "late": False, "problems": [],
        }  # fmt: skip
        if note["lms"] == "exchange":
            # As nbgrader reads its file timestamp.txt: in UTC, and without saying so.
            time = course.get_existing_timestamp(str(assignment.step("submitted", student)))
            time = time and time.replace(tzinfo=UTC)
            came = {path.name: Arrival(digest(path.read_bytes()), time) for path in files}
            note["arrivals"] = merged(note, came)
            assignment.save_note("collected", student, note)
    return found


def _take(
    assignment: AssignmentFolder,
    student: str,
    came: list[_Taken],
    releases: dict[str, nbformat.NotebookNode],
    found: Collected,
    file_times: bool,
) -> None:
    problems: list[str] = []  # of one student; what is said of them must not hide the others'
    chosen: dict[str, _Taken] = {}
    came = sorted(
        came,
        key=lambda one: (one.owner.order, copy_number(one.file.path), str(one.file.path)),
    )
    for one in came:
        file, name = one.file, one.file.path.name
        if file.content:
            kept = f"{hashlib.sha256(file.content).hexdigest()[:8]}-{slug(name)}"
            write(assignment.folder / "collected" / "files" / student / kept, file.content)
        if file.problem:
            problems.append(f"{name}: {file.problem}")
        if file.problem or file.is_opened:
            continue
        target = which_notebook(one.owner.file, file.content, releases)
        if target is None:
            is_notebook = name.lower().endswith(_NOTEBOOK)
            why = "not a notebook of this assignment" if is_notebook else "not a notebook, kept but"
            problems.append(f"{name}: {why}{'' if is_notebook else ' not graded'}")
            continue
        earlier = chosen.get(target)
        if (
            earlier is not None
            and earlier.owner.order == one.owner.order
            and earlier.file.content != file.content
        ):
            names = " and ".join(_told_apart(earlier.file, file))
            problems.append(f"{names} are the same notebook: the second was taken")
        chosen[target] = one  # a later upload replaces an earlier one
    arrivals = {}
    for target, one in chosen.items():
        write(assignment.step("submitted", student) / target, one.file.content)
        found.notebooks += 1
        time = one.file.time if file_times else None
        arrivals[target] = Arrival(digest(one.file.content), time, late=one.owner.late)
    assignment.step("submitted", student).mkdir(parents=True, exist_ok=True)
    who = came[-1].owner
    known = merged(assignment.note("collected", student), arrivals)
    note = {
        "name": who.name,
        "lms": who.lms,
        "lms_id": who.lms_id,
        "key": who.key,
        "late": any(one["late"] for one in known.values()),
        "arrivals": known,
        "problems": problems[:_MOST_TOLD],
        # What Canvas called each notebook, for the way back; "" stands for whatever came last.
        "uploads": assignment.note("collected", student).get("uploads", {})
        | {target: one.owner.upload for target, one in chosen.items()}
        | {"": who.upload},
    }
    assignment.save_note("collected", student, note)
    found.problems += [f"{student}: {problem}" for problem in problems[:_MOST_TOLD]]
    if len(problems) > _MOST_TOLD:
        found.problems.append(f"{student}: … and {len(problems) - _MOST_TOLD} more of that kind")


def _told_apart(first: Found, second: Found) -> tuple[str, str]:
    """Names of two files, with their folders where the names alone are the same."""
    if first.path.name != second.path.name:
        return first.path.name, second.path.name
    return str(first.path), str(second.path)


def which_notebook(
    file: str, content: bytes, releases: dict[str, nbformat.NotebookNode]
) -> str | None:
    """The notebook of the assignment that a file is, by its name or else by its cells.

    A notebook may have another ending: browsers save ``.ipynb.txt`` and ``.json``.

    Parameters
    ----------
    file : str
        The file's name, as the student called it.
    content : bytes
    releases : dict of NotebookNode
        The assignment's notebooks by name.
    """
    is_notebook = file.lower().endswith(_NOTEBOOK)
    try:
        cells = read_notebook(content)
    except SubmissionProblem:
        if not is_notebook:
            return None
        cells = []
    for text in stems(file):
        for name in releases:
            if text.lower() == name.removesuffix(_NOTEBOOK).lower():
                return name
    shares = {name: len(match(release, cells)) for name, release in releases.items()}
    best = max(shares, key=shares.get)
    if shares[best] > 0:
        return best
    if not is_notebook and not cells:
        return None
    stem = stems(file)[0].lower()
    named = [name for name in releases if name.removesuffix(_NOTEBOOK).lower() in stem]
    if named or len(releases) == 1:
        return (named or list(releases))[0]
    return None


def _look_alike(came: set[str], students: list[str]) -> list[str]:
    """Ask whether names that differ in capitals or accents alone are two students or one."""
    by_look: dict[str, list[str]] = {}
    for student in students:
        head, _, tail = student.rpartition("-")
        is_numbered = len(tail) == 6 and all(sign in "0123456789abcdef" for sign in tail)
        by_look.setdefault((head if is_numbered else student).casefold(), []).append(student)
    return [
        f"{' and '.join(alike)} have nearly the same name: two students, or one?"
        for alike in by_look.values()
        if len(alike) > 1 and came & set(alike)
    ]
