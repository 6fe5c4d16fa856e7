"""Getting all data sets at once, for a classroom without network: `dlcourse data --all`."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from .download import DownloadFailed, download
from .mnist import MNIST
from .places import find_stored
from .registry import DamagedFile, DataSet
from .shakespeare import SHAKESPEARE

DATA_SETS = (MNIST, SHAKESPEARE)


def fetch_all(folder: Path, say: Callable[[str], None] = print) -> list[DataSet]:
    """Put a verified copy of each data set into a folder, which DLCOURSE_DATA can then name.

    What is there already stays; what another place on this machine has is copied; the rest is
    downloaded. So a second run goes on where the first was interrupted.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    say : callable
        Gets one line for each data set.

    Returns
    -------
    list of DataSet
        Those that could not be had; empty where all went well.

    Raises
    ------
    OSError
        Where the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for data_set in DATA_SETS:
        target = folder / data_set.file_name
        try:
            done = _fetch(data_set, target)
        except (DownloadFailed, DamagedFile) as reason:
            say(f"✗ {data_set.title}: {reason}.")
            missing.append(data_set)
        else:
            say(f"✓ {data_set.title}: {done} ({target.stat().st_size / 1e6:.1f} MB, verified).")
    return missing


def _fetch(data_set: DataSet, target: Path) -> str:
    """Get one data set; returns in words how."""
    if target.is_file():
        try:
            data_set.read_verified(target)
            return "already there"
        except DamagedFile:
            target.unlink()  # a copy that no chapter would take
    stored = find_stored(data_set)
    if stored:
        _copy(stored.path, target)
        return f"copied from {stored.place}"
    download(data_set.url, data_set.file_sha256, target)
    data_set.read_verified(target)
    return "downloaded"


def _copy(source: Path, target: Path) -> None:
    """Copy a file so that it stands under its name whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as temporary:
        try:
            with source.open("rb") as original:
                shutil.copyfileobj(original, temporary)
            temporary.close()
            Path(temporary.name).chmod(0o644)
            os.replace(temporary.name, target)
        except BaseException:
            temporary.close()
            Path(temporary.name).unlink(missing_ok=True)
            raise
