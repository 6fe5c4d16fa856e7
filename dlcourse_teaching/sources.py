"""The files in what an instructor has: a folder, an archive, an archive inside one of these.

Nothing is unpacked by its own path, and no link is followed.
"""

import io
import re
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from dlcourse_teaching.restore import MOST_BYTES

_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
_NOISE = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db"}
_MOST_INSIDE = 200  # files of an archive that somebody handed in


@dataclass(frozen=True)
class Found:
    """A file that came, or the reason why it was not taken.

    Parameters
    ----------
    path : PurePosixPath
        Where it lay in the source.
    content : bytes
    problem : str, optional
    leaves : bool
        Whether its path leads out of the archive: then it tells nothing about who sent it.
    is_opened : bool
        Whether it is an archive whose files come after it.
    time : datetime, optional
        What the folder or the archive says of when it was written.
    """

    path: PurePosixPath
    content: bytes = b""
    problem: str | None = None
    leaves: bool = False
    is_opened: bool = False
    time: datetime | None = None


def files(source: Path) -> Iterator[Found]:
    """Yield the files of a folder or an archive, those of archives inside it too.

    Raises
    ------
    ValueError
        If the source does not exist, or is neither.
    """
    if not source.exists():
        raise ValueError(f"{source} does not exist.")
    if source.is_dir():
        found = _of_folder(source)
    elif zipfile.is_zipfile(source) or tarfile.is_tarfile(source):
        found = _of_archive(source)
    elif source.suffix == ".ipynb":
        raise ValueError(f"{source} is one notebook. Name the folder it is in.")
    else:
        raise ValueError(f"{source} is neither a folder nor an archive ({', '.join(_ARCHIVES)}).")
    for file in found:
        if not _NOISE & set(file.path.parts):
            yield from _opened(file)


def _opened(file: Found) -> Iterator[Found]:
    """The file itself, or the files of the archive that it is."""
    if not file.path.name.lower().endswith(_ARCHIVES) or file.problem:
        yield file
        return
    try:
        inside = [f for f in _of_archive(io.BytesIO(file.content)) if not _NOISE & {*f.path.parts}]
    except (zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError):
        yield replace(file, problem="an archive that cannot be opened")
        return
    problem = None if inside else "an empty archive"
    yield replace(file, problem=problem, is_opened=True)
    for one in inside[:_MOST_INSIDE]:
        # Whose it is stands in the archive's own path; what it is, in the name of the file. When it
        # came is the archive's time: those inside are of the student's own clock.
        yield Found(file.path / one.path.name, one.content, one.problem, time=file.time)
    if len(inside) > _MOST_INSIDE:
        yield Found(file.path, problem=f"an archive of more than {_MOST_INSIDE} files")


def _of_folder(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("*")):
        relative = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_symlink():
            yield Found(relative, problem="a link, not a file; it was not followed")
        elif path.is_file():
            if path.stat().st_size > MOST_BYTES:
                yield Found(relative, problem=_too_large(path.stat().st_size))
            else:
                time = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield Found(relative, path.read_bytes(), time=time)


def _of_archive(source: Path | io.BytesIO) -> Iterator[Found]:
    if zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield _from_zip(archive, entry)
        return
    if isinstance(source, Path):
        opened = tarfile.open(source)
    else:
        source.seek(0)
        opened = tarfile.open(fileobj=source)
    with opened as archive:
        for entry in archive:
            if not entry.isdir():
                yield _from_tar(archive, entry)


def _from_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Found:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if _leaves(path):
        return Found(path, problem="its path tries to leave the archive", leaves=True)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Found(path, problem="a link, not a file; it was not followed")
    if entry.flag_bits & 1:
        return Found(path, problem="protected by a password")
    try:
        with archive.open(entry) as stream:  # what the archive says of its size may be a lie
            content = stream.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as problem:
        return Found(path, problem=f"cannot be unpacked ({problem})")
    if len(content) > MOST_BYTES:
        return Found(path, problem=_too_large(max(entry.file_size, len(content))))
    try:  # without a time zone: the clock of whoever packed it, taken to be this machine's
        time = datetime(*entry.date_time).astimezone()
    except ValueError:
        time = None
    return Found(path, content, time=time)


def _from_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Found:
    path = PurePosixPath(entry.name)
    if _leaves(path):
        return Found(path, problem="its path tries to leave the archive", leaves=True)
    if entry.issym() or entry.islnk():
        return Found(path, problem="a link, not a file; it was not followed")
    if not entry.isreg():
        return Found(path, problem="not a regular file")
    if entry.size > MOST_BYTES:
        return Found(path, problem=_too_large(entry.size))
    time = datetime.fromtimestamp(entry.mtime, UTC)
    return Found(path, archive.extractfile(entry).read(MOST_BYTES + 1), time=time)


def _leaves(path: PurePosixPath) -> bool:
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)) is not None


def _too_large(size: int) -> str:
    return f"{size / 1e6:.0f} MB, more than the {MOST_BYTES // 1_000_000} MB a notebook may have"
