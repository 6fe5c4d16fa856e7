"""The five places where a data set is looked for, in their order."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .download import DownloadFailed, download
from .registry import ClosedFile, DamagedFile, DataSet

KAGGLE_INPUT = Path("/kaggle/input")
# Where Keras puts files when its own folder cannot be written.
KERAS_ELSEWHERE = Path("/tmp/.keras")
# After a failed download, later loads do not make a learner wait for the same failure again.
SECONDS_BEFORE_NEXT_TRY = 60.0

# What this session knows, by name of the data set: whether the last load was the default, and when
# and why the last download failed.
used_default: dict[str, bool] = {}
failures: dict[str, tuple[float, str]] = {}


def load(data_set: DataSet, *, quiet: bool = False) -> Any:
    """The content of a data set from the first place that has it, unharmed.

    Parameters
    ----------
    data_set : DataSet
        What to look for.
    quiet : bool
        Leave out the printed line that says which place it was. Problems are printed all the same.

    Returns
    -------
    object
        What the data set's `read` gives, or its default.
    """
    whole = find_stored(data_set)
    if whole:
        return _found(data_set, whole.content, whole.place, quiet)

    path = keras_cache() / data_set.file_name
    try:
        _download_unless_just_failed(data_set, path)
        return _found(data_set, data_set.read_verified(path), "its official address", quiet)
    except (DownloadFailed, DamagedFile) as reason:
        print(
            f"{data_set.title} is not on this machine, or not whole, and could not be downloaded: "
            f"{reason}.\n"
            f"So this notebook uses {data_set.default_words} instead; the numbers in its text are "
            f"those of {data_set.title}, and yours will differ. If you have "
            f"{data_set.file_name}, put it in a folder and name that folder in the environment "
            "variable DLCOURSE_DATA."
        )
    used_default[data_set.name] = True
    return data_set.default()


@dataclass(frozen=True)
class Stored:
    """A whole copy of a data set on this machine.

    Attributes
    ----------
    place : str
        Where it lies, in words: "Kaggle's input folder".
    path : Path
        Its file, or the first of its files.
    content : object
        What the data set's `read` gave.
    """

    place: str
    path: Path
    content: Any


def find_stored(data_set: DataSet) -> Stored | None:
    """The first whole copy of a data set on this machine; nothing is downloaded.

    A copy that is damaged, or closed to this account, is named in a printed line and passed over.

    Parameters
    ----------
    data_set : DataSet
        What to look for.

    Returns
    -------
    Stored or None
    """
    for place, path in stored(data_set.file_name, *data_set.unpacked[:1]):
        try:
            return Stored(place, path, data_set.read_verified(path))
        except ClosedFile as closed:
            print(f"{path.name} in {place} {closed}. Looking further.")
        except DamagedFile as damage:
            print(
                f"{path.name} in {place} is damaged ({damage}): delete it or get it "
                "again. Looking further."
            )
    return None


def is_default(name: str) -> bool:
    """Whether the last load of this data set fell back to what ships with the course.

    Parameters
    ----------
    name : str
        Name of the data set, e.g. "mnist".

    Returns
    -------
    bool

    Examples
    --------
    >>> is_default("never loaded")
    False
    """
    return used_default.get(name, False)


def where() -> str:
    """In words, where this session looks for data first; `dl.start` prints it.

    Returns
    -------
    str
        Such as "the folder in DLCOURSE_DATA".

    Examples
    --------
    >>> isinstance(where(), str)
    True
    """
    if data_folder():
        return "the folder in DLCOURSE_DATA"
    elsewhere = "Kaggle's input folder" if KAGGLE_INPUT.is_dir() else "Keras' cache"
    is_set = bool(os.environ.get("DLCOURSE_DATA"))
    missing = "the folder in DLCOURSE_DATA does not exist, so " if is_set else ""
    return f"{missing}{elsewhere}, else downloaded"


def data_folder() -> Path | None:
    """The folder in DLCOURSE_DATA.

    A relative path counts from the working folder or, as for notebooks that `make` runs, from the
    repository.

    Returns
    -------
    Path or None
        None where the variable is not set, or names what does not exist. A folder that this
        account may not enter is there.
    """
    value = os.environ.get("DLCOURSE_DATA")
    if not value:
        return None
    folder = Path(os.path.expanduser(value))
    repository = Path(__file__).resolve().parents[2]
    return next((f for f in (folder, repository / folder) if _may_be_folder(f)), None)


def _may_be_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except PermissionError:
        return True
    except OSError:
        return False


def keras_cache(kind: str = "datasets") -> Path:
    """The folder into which Keras would put a file, found without importing Keras.

    Parameters
    ----------
    kind : {"datasets", "models"}

    Returns
    -------
    Path
        In KERAS_HOME, else in ``.keras`` of the home folder; where that cannot be written, in
        ``/tmp/.keras``.

    References
    ----------
    ``keras.utils.get_file``, https://keras.io/api/utils/python_utils/#getfile-function
    """
    return _keras_folders()[-1] / kind


def _keras_folders() -> list[Path]:
    """Where Keras' files may lie; the last is where it would put more."""
    # `os.path` leaves a home that cannot be found as it is; `Path` would raise.
    home = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"))
    there = next(folder for folder in (home, *home.parents) if os.path.exists(folder))
    return [home] if os.access(there, os.W_OK | os.X_OK) else [home, KERAS_ELSEWHERE]


def stored(*names: str, kind: str = "datasets") -> Iterator[tuple[str, Path]]:
    """Each place on this machine that has a file of one of these names.

    A place that this account may not look into is named in a printed line and passed over.

    Parameters
    ----------
    *names : str
        Names of files.
    kind : {"datasets", "models"}
        Which part of Keras' cache.

    Yields
    ------
    place : str
        In words.
    path : Path
        The file.
    """
    folder = data_folder()
    if folder:
        owner = "ask whoever looks after it for `chmod -R a+rX` on it"
        yield from _look_into(folder, names, "the folder in DLCOURSE_DATA", owner)
    elif os.environ.get("DLCOURSE_DATA"):
        print(
            "The folder in DLCOURSE_DATA does not exist: correct it or unset it. Looking further."
        )
    for name in names:
        for path in sorted(KAGGLE_INPUT.rglob(name)):
            yield "Kaggle's input folder", path
    for folder in _keras_folders():
        own = "set KERAS_HOME to a folder of your own, before Python starts"
        yield from _look_into(folder / kind, names, "Keras' cache", own)


def _look_into(
    folder: Path, names: tuple[str, ...], place: str, cure: str
) -> Iterator[tuple[str, Path]]:
    for name in names:
        try:
            is_file = stat.S_ISREG((folder / name).stat().st_mode)
        except PermissionError:
            print(f"This account may not look into {place}: {cure}. Looking further.")
            return
        except OSError:
            continue
        if is_file:
            yield place, folder / name


def _download_unless_just_failed(data_set: DataSet, path: Path) -> None:
    failed_at, reason = failures.get(data_set.name, (float("-inf"), ""))
    if time.monotonic() - failed_at < SECONDS_BEFORE_NEXT_TRY:
        raise DownloadFailed(reason)
    try:
        download(data_set.url, data_set.file_sha256, path)
    except DownloadFailed as failure:
        failures[data_set.name] = (time.monotonic(), str(failure))
        raise


def _found(data_set: DataSet, content: Any, source: str, quiet: bool) -> Any:
    used_default[data_set.name] = False
    if not quiet:
        print(f"{data_set.title} from {source}.")
    return content


def copy_file(source: Path, target: Path) -> None:
    """Copy a file so that it stands under its new name whole or not at all.

    Parameters
    ----------
    source, target : Path
        The target's folder is made where it does not exist.

    Raises
    ------
    ClosedFile
        Where this account may not read the source.
    OSError
        Where the target's folder cannot be written or the disk is full.
    """
    if not os.access(source, os.R_OK):
        raise ClosedFile()
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, so that two notebooks that copy at once do not harm each other.
    handle, name = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    try:
        shutil.copyfile(source, name)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
