"""Take in what students handed in: a folder, an LMS's archive, JupyterHub's exchange.

Every file is kept as it came under ``collected/``; what will be graded is copied to ``submitted/``.
Nothing is unpacked by its own path, and no link is followed.
"""

import hashlib
import re
import shutil
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import nbformat

from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.restore import MOST_BYTES, match, read_notebook

_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?")
_CANVAS = re.compile(r"(?P<key>[^_/]+?)_(?P<late>LATE_)?(?P<user>\d+)_(?P<upload>\d+)_(?P<file>.+)")
# What browsers and learning platforms add to a file's name.
_ADDED_TO_NAME = re.compile(
    r"^(copy of |kopie von )+|([ _-]*\(\d+\)|-\d{1,2}|[ _-]copy\d*)+$", re.I
)
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
_NOISE = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db"}


@dataclass
class _File:
    """A file that came, or the reason why it was not taken."""

    path: PurePosixPath
    content: bytes = b""
    problem: str | None = None


@dataclass
class Collected:
    """What a run of `collect` found, for the summary."""

    students: set[str] = field(default_factory=set)
    notebooks: int = 0
    problems: list[str] = field(default_factory=list)


def collect(course: AssignmentFolder, sources: list[Path]) -> Collected:
    """Take in folders and archives.

    Parameters
    ----------
    course : AssignmentFolder
    sources : list of Path
        Folders, ``.zip`` or ``.tar(.gz)`` files. Who handed a file in is read from its path:
        Moodle's and Canvas' naming, a folder for each student, or the name in the file's name.

    Returns
    -------
    Collected

    Raises
    ------
    ValueError
        If a source does not exist or is no archive.
    """
    settings = course.load()
    releases = {
        path.name: nbformat.read(path, as_version=4)
        for path in sorted(course.step("release").glob("*.ipynb"))
    }
    found = Collected()
    by_student: dict[tuple, list[tuple[_File, dict]]] = {}
    for source in sources:
        if not source.exists():
            raise ValueError(f"{source} does not exist.")
        if source.is_file():
            digest = hashlib.sha256(source.read_bytes()).hexdigest()[:8]
            kept = course.folder / "collected" / "archives" / f"{digest}-{_slug(source.name)}"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, kept)
        for file in _files(source):
            if _NOISE & set(file.path.parts):
                continue
            who = _owner(file.path, settings.name, list(releases))
            if who is None:
                found.problems.append(f"{file.path}: {file.problem or 'whose is it?'}")
                continue
            by_student.setdefault((who["lms"], who["raw"]), []).append((file, who))
    taken: dict[str, tuple] = {}
    for key, files in sorted(by_student.items()):
        student = _student_id(key, files[0][1], taken)
        found.students.add(student)
        _take(course, student, files, releases, found)
    return found


def collect_exchange(course: AssignmentFolder, root: Path | None) -> Collected:
    """Collect from JupyterHub's exchange, by nbgrader; it also checks who owns each file."""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeCollect

    from dlcourse_teaching.engine import configuration

    settings = course.load()
    config = configuration(course.folder, settings)
    config.CourseDirectory.student_id = "*"
    config.ExchangeCollect.update = True
    if root is not None:
        config.Exchange.root = str(root)
    ExchangeCollect(coursedir=CourseDirectory(config=config), config=config).start()
    found = Collected(students=set(course.students()))
    for student in found.students:
        files = sorted(course.step("submitted", student).glob("*.ipynb"))
        found.notebooks += len(files)
        if not course.note("collected", student):
            note = {"name": student, "lms": "exchange", "lms_id": student, "late": False}
            came = {"files": {p.name: p.name for p in files}, "problems": []}
            course.save_note("collected", student, note | came)
    return found


def _take(course, student, files, releases, found: Collected) -> None:
    who = files[0][1]
    problems, chosen = [], {}
    files = sorted(
        files, key=lambda pair: (pair[1]["order"], _copy_number(pair[0].path), str(pair[0].path))
    )
    for file, of in files:
        if file.problem:
            problems.append(f"{file.path.name}: {file.problem}")
            continue
        name = f"{hashlib.sha256(file.content).hexdigest()[:8]}-{_slug(file.path.name)}"
        write(course.folder / "collected" / "files" / student / name, file.content)
        if file.path.suffix.lower() != ".ipynb":
            problems.append(f"{file.path.name}: not a notebook, kept but not graded")
            continue
        target = _which(file, releases)
        if target is None:
            problems.append(f"{file.path.name}: not a notebook of this assignment")
            continue
        order, earlier = chosen.get(target, (None, file))
        if order == of["order"] and earlier.content != file.content:
            names = f"{earlier.path.name} and {file.path.name}"
            problems.append(f"{names} are the same notebook: the second was taken")
        chosen[target] = of["order"], file  # a later upload replaces an earlier one
    for target, (_, file) in chosen.items():
        write(course.step("submitted", student) / target, file.content)
        found.notebooks += 1
    if not chosen:
        course.step("submitted", student).mkdir(parents=True, exist_ok=True)
    old = course.note("collected", student)
    note = {
        "name": who["name"],
        "lms": who["lms"],
        "lms_id": who["lms_id"],
        "late": any(other["late"] for _, other in files),
        "files": old.get("files", {}) | {t: str(f.path) for t, (_, f) in sorted(chosen.items())},
        "problems": problems,
    }
    course.save_note("collected", student, note)
    found.problems += [f"{student}: {problem}" for problem in problems]


def _files(source: Path) -> Iterator[_File]:
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            relative = PurePosixPath(path.relative_to(source).as_posix())
            if path.is_symlink():
                yield _File(relative, problem="a link, not a file; it was not followed")
            elif path.is_file():
                if path.stat().st_size > MOST_BYTES:
                    yield _File(relative, problem=_too_large(path.stat().st_size))
                else:
                    yield _File(relative, path.read_bytes())
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield _from_zip(archive, entry)
    elif tarfile.is_tarfile(source):
        with tarfile.open(source) as archive:
            for entry in archive:
                if not entry.isdir():
                    yield _from_tar(archive, entry)
    elif source.suffix == ".ipynb":
        raise ValueError(f"{source} is one notebook. Name the folder it is in.")
    else:
        raise ValueError(f"{source} is neither a folder nor an archive ({', '.join(_ARCHIVES)}).")


def _from_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _File:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _File(_inside(path), problem="a link, not a file; it was not followed")
    if _leaves(path):
        return _File(_inside(path), problem="its path tries to leave the archive")
    if entry.flag_bits & 1:
        return _File(path, problem="protected by a password")
    try:
        with archive.open(entry) as stream:  # what the archive says of its size may be a lie
            content = stream.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as problem:
        return _File(path, problem=f"cannot be unpacked ({problem})")
    if len(content) > MOST_BYTES:
        return _File(path, problem=_too_large(max(entry.file_size, len(content))))
    return _File(path, content)


def _from_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> _File:
    path = PurePosixPath(entry.name)
    if entry.issym() or entry.islnk():
        return _File(_inside(path), problem="a link, not a file; it was not followed")
    if _leaves(path):
        return _File(_inside(path), problem="its path tries to leave the archive")
    if not entry.isreg():
        return _File(path, problem="not a regular file")
    if entry.size > MOST_BYTES:
        return _File(path, problem=_too_large(entry.size))
    return _File(path, archive.extractfile(entry).read(MOST_BYTES + 1))


def _leaves(path: PurePosixPath) -> bool:
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)) is not None


def _inside(path: PurePosixPath) -> PurePosixPath:
    """A path without the parts that lead out, to read from it whose file it was."""
    return PurePosixPath(*[part for part in path.parts if part not in ("..", "/", ".")] or ["file"])


def _too_large(size: int) -> str:
    return f"{size / 1e6:.0f} MB, more than the {MOST_BYTES // 1_000_000} MB a notebook may have"


def _owner(path: PurePosixPath, assignment: str, notebooks: list[str]) -> dict | None:
    """Who handed a file in, from its path; None if that cannot be told."""
    base = {"late": False, "order": 0}
    for part in path.parts[:-1]:
        if found := _MOODLE.fullmatch(part):
            same = {"lms": "moodle", "raw": part, "name": found["name"], "lms_id": found["id"]}
            return base | same
    if found := _CANVAS.fullmatch(path.name):
        return base | {
            "lms": "canvas", "raw": (found["key"], found["user"]), "name": found["key"],
            "lms_id": found["user"], "late": bool(found["late"]), "order": int(found["upload"]),
        }  # fmt: skip
    folders = [part for part in path.parts[:-1] if part != assignment]
    if folders:
        name = folders[-1]
    else:
        stem = _ADDED_TO_NAME.sub("", path.stem)
        for notebook in notebooks:
            stem = re.sub(re.escape(notebook.removesuffix(".ipynb")), "", stem, flags=re.IGNORECASE)
        name = stem.strip(" _-.")
        if not name:
            return None
    return base | {"lms": "folder", "raw": name, "name": name, "lms_id": name}


def _copy_number(path: PurePosixPath) -> int:
    """The number that a browser or a learning platform gave a copy; 0 for what has none."""
    added = re.search(r"\((\d+)\)$|-(\d{1,2})$", path.stem)
    return int(added[1] or added[2]) if added else 0


def _which(file: _File, releases: dict) -> str | None:
    """The notebook of the assignment that a file is, by its name or else by its cells."""
    stem = file.path.stem
    if found := _CANVAS.fullmatch(file.path.name):
        stem = PurePosixPath(found["file"]).stem
    for text in (stem, _ADDED_TO_NAME.sub("", stem)):
        for name in releases:
            if text.lower() == name.removesuffix(".ipynb").lower():
                return name
    try:
        cells = read_notebook(file.content)
    except SubmissionProblem:
        cells = []
    shares = {name: len(match(release, cells)) for name, release in releases.items()}
    best = max(shares, key=shares.get)
    if shares[best] > 0:
        return best
    named = [n for n in releases if n.removesuffix(".ipynb").lower() in stem.lower()]
    if named or len(releases) == 1:
        return (named or list(releases))[0]
    return None


def _student_id(key: tuple, who: dict, taken: dict[str, tuple]) -> str:
    """A name that is safe in paths and that no other student has."""
    name = _slug(who["name"])
    if who["lms"] in ("canvas", "moodle"):
        name = f"{name[:40]}_{who['lms_id'][:20]}"
    if taken.get(name, key) != key:
        name += "-" + hashlib.sha256(repr(key).encode()).hexdigest()[:6]
    taken[name] = key
    return name


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:60]
    return plain or "student-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
