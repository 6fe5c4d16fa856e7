"""Whose a file is, read from where it lay and what it is called.

Moodle and Canvas write a number into each name, which is what counts there. In folders the first
one counts that differs from student to student: ``anna/work/x`` and ``ben/work/x`` are of anna and
ben, ``week3/anna/x`` and ``week3/ben/x`` too.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from dlcourse_teaching.assignment_folder import AssignmentFolder

_MOODLE = re.compile(
    r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?"
)
_CANVAS = re.compile(r"(?P<key>[^_/]+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>\d+)_(?P<file>.+)")
# What browsers and learning platforms add to a file's name.
_ADDED_TO_NAME = re.compile(
    r"^(copy of |kopie von )+|([ _-]*\(\d+\)|-\d{1,2}|[ _-]copy\d*)+$", re.I
)
# Of a file with several endings, as some browsers save notebooks, and of the archives inside.
_ENDINGS = re.compile(r"(\.(ipynb|txt|json|zip|tar|gz|tgz|html|pdf|py))+$", re.I)
# Folders that a student makes, not for one.
_NO_NAME = re.compile(
    r"(work|src|notebooks?|submissions?|submitted|final|first|second|last|draft|old|new|copy|try|"
    r"attempt|version|v|homework|hw|assignment|exercises?|chapter|ch|week|part|backup)s?\b|"
    r"[\W\d]*$|v\d|.*(try|attempt|version|backup)$",
    re.I,
)


@dataclass(frozen=True)
class Owner:
    """Who handed a file in.

    Parameters
    ----------
    lms : {"moodle", "canvas", "folder"}
    lms_id : str
        What the student has there and nobody else has: a number, or the folder's name.
    name : str
        As it stood there.
    file : str
        The file's name without what the learning platform wrote in front of it.
    late : bool
        Whether the learning platform says so.
    order : int
        Grows from upload to upload.
    upload : str
        The whole name that the learning platform gave the upload.
    """

    lms: str
    lms_id: str
    name: str
    file: str
    late: bool = False
    order: int = 0
    upload: str = ""

    @property
    def key(self) -> str:
        """The same for all of a student's files, in this run and in every other.

        A name can be written in several ways that look alike: macOS takes letters with dots and
        strokes apart, other systems do not.
        """
        return f"{self.lms}:{unicodedata.normalize('NFC', self.lms_id)}"


def owners(
    paths: Iterable[PurePosixPath], assignment: str, notebooks: Iterable[str]
) -> dict[PurePosixPath, Owner | None]:
    """Tell whose files are, from their paths in one source; None if that cannot be told.

    Parameters
    ----------
    paths : iterable of PurePosixPath
    assignment : str
        Its name, which many put into a path.
    notebooks : iterable of str
        Names of the assignment's notebooks.
    """
    notebooks = list(notebooks)
    found = {path: _of_platform(path) for path in paths}
    others = [path for path, owner in found.items() if owner is None]
    folders = {path: _folders(path, assignment) for path in others}
    level = _level([(names, stems(path.name)[1]) for path, names in folders.items() if names])
    for path in others:
        names = folders[path]
        if not names and any(folders.values()) and path.suffix.lower() != ".ipynb":
            continue  # beside the students' folders: a readme, a table
        name = names[min(level, len(names) - 1)] if names else _name_in(path, notebooks)
        if name:
            found[path] = Owner("folder", name, name, path.name)
    return found


def copy_number(path: PurePosixPath) -> int:
    """The number that a browser or a learning platform gave a copy; 0 for what has none.

    Examples
    --------
    >>> copy_number(PurePosixPath("anna/04-backpropagation (2).ipynb"))
    2
    """
    added = re.search(r"\((\d+)\)$|-(\d{1,2})$", _stem(path.name))
    return int(added[1] or added[2]) if added else 0


def stems(name: str) -> tuple[str, str]:
    """A file's name without its endings, and without what browsers add to it besides.

    Examples
    --------
    >>> stems("Copy of 05-optimizers.ipynb.txt")
    ('Copy of 05-optimizers', '05-optimizers')
    """
    return _stem(name), _ADDED_TO_NAME.sub("", _stem(name))


class Register:
    """Each student's id in the assignment's folder: remembered over runs, given to nobody else."""

    def __init__(self, assignment: AssignmentFolder) -> None:
        self._ids: dict[str, str] = {}
        for student in assignment.students():
            note = assignment.note("collected", student)
            key = note.get("key") or f"{note.get('lms')}:{note.get('lms_id')}"
            self._ids[key] = student
        self._taken = {student.casefold() for student in self._ids.values()}

    def id(self, owner: Owner) -> str:
        """A name that is safe in paths, the same whenever this student hands something in."""
        if owner.key not in self._ids:
            name = slug(owner.name)
            if owner.lms in ("canvas", "moodle"):
                name = f"{name[:40]}_{owner.lms_id[:20]}"
            if name.casefold() in self._taken:
                name += "-" + hashlib.sha256(owner.key.encode()).hexdigest()[:6]
            self._ids[owner.key] = name
            self._taken.add(name.casefold())
        return self._ids[owner.key]


def slug(text: str) -> str:
    """A text as letters, digits, dots, hyphens and underscores, for a file's name.

    Examples
    --------
    >>> slug("Zoë Müller")
    'Zoe-Muller'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:60]
    return plain or "student-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def _of_platform(path: PurePosixPath) -> Owner | None:
    for part in path.parts:
        if found := _MOODLE.fullmatch(part):
            file = found["file"] if part == path.name and found["file"] else path.name
            return Owner("moodle", found["id"], found["name"], file)
    for part in path.parts[::-1]:
        if found := _CANVAS.fullmatch(part):
            file = found["file"] if part == path.name else path.name
            late, order = bool(found["late"]), int(found["upload"])
            return Owner("canvas", found["user"], found["key"], file, late, order, part)
    return None


def _folders(path: PurePosixPath, assignment: str) -> list[str]:
    """The folders above a file; an archive that somebody handed in counts by its name."""
    return [
        _stem(part)
        for part in path.parts[:-1]
        if part not in (assignment, f"{assignment}.zip") and _stem(part)
    ]


def _level(places: list[tuple[list[str], str]]) -> int:
    """How deep in their folders the students' names stand: where these first differ.

    Where folders there hold several with the same notebook, whose names all differ and sound like
    nobody's tries (``group1/anna/x`` and ``group1/ben/x``), they are groups, and the names stand
    one deeper.

    Parameters
    ----------
    places : list of (list of str, str)
        Of each file the folders above it, and its name.
    """
    if not places:
        return 0
    shortest = min(len(folders) for folders, _ in places)
    level = 0
    while level < shortest and len({folders[level] for folders, _ in places}) == 1:
        level += 1
    if level == shortest:  # one student alone
        return shortest - 1
    while level + 1 < shortest and _are_groups(places, level):
        level += 1
    return level


def _are_groups(places: list[tuple[list[str], str]], level: int) -> bool:
    inner = {tuple(folders[: level + 2]) for folders, _ in places}
    outer_and_file = Counter(
        (*folder[:-1], name)
        for folder in inner
        for name in {name for folders, name in places if tuple(folders[: level + 2]) == folder}
    )
    names = [folder[-1].casefold() for folder in inner]
    return (
        max(outer_and_file.values()) > 1
        and len(set(names)) == len(names)
        and not any(_NO_NAME.match(name) for name in names)
    )


def _name_in(path: PurePosixPath, notebooks: list[str]) -> str:
    """The student's name in a file's name, such as ``anna`` in ``anna_05-optimizers.ipynb``."""
    stem = stems(path.name)[1]
    for notebook in notebooks:
        stem = re.sub(re.escape(notebook.removesuffix(".ipynb")), "", stem, flags=re.IGNORECASE)
    return stem.strip(" _-.")


def _stem(name: str) -> str:
    return _ENDINGS.sub("", name)
