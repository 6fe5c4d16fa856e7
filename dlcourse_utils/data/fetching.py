"""Getting all data sets at once, for a classroom without network: `dlcourse data --all`."""

import os
from collections.abc import Callable
from pathlib import Path

from .download import DownloadFailed, download
from .imagenet import FILES, fetch_file
from .mnist import MNIST
from .movie_reviews import MOVIE_REVIEWS
from .registry import ClosedFile, DamagedFile, DataSet
from .shakespeare import SHAKESPEARE
from .sources import copy_file, find_stored

DATA_SETS = (MNIST, SHAKESPEARE, MOVIE_REVIEWS)


def fetch_all(folder: Path, say: Callable[[str], None] = print) -> list[str]:
    """Put a verified copy of each data set into a folder, which DLCOURSE_DATA can then name.

    What is there already stays; what another place on this machine has is copied; the rest is
    downloaded. So a second run goes on where the first was interrupted. The weights of MobileNetV2,
    which chapter 11 uses, come along.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    say : callable
        Gets one line for each data set.

    Returns
    -------
    list of str
        Titles of those that could not be had; empty where all went well.

    Raises
    ------
    OSError
        Where the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written. Choose another folder with --to.")
    missing = []
    for data_set in DATA_SETS:
        try:
            done = _fetch(data_set, folder)
        except (DownloadFailed, DamagedFile) as reason:
            say(f"✗ {data_set.title}: {reason}.")
            missing.append(data_set.title)
        except ClosedFile as closed:
            say(f"✗ {data_set.title}: {data_set.file_name} is there, but {closed}.")
            missing.append(data_set.title)
        else:
            say(f"✓ {data_set.title}: {done}, verified.")
    for name in FILES:
        try:
            done = fetch_file(name, folder)
        except DownloadFailed as reason:
            say(f"✗ {name}: {reason}.")
            missing.append(name)
        else:
            say(f"✓ {name}: {done} (Keras publishes no hash to verify it by).")
    return missing


def _fetch(data_set: DataSet, folder: Path) -> str:
    """Get one data set; returns in words how."""
    for name in (data_set.file_name, *data_set.unpacked[:1]):
        if (folder / name).is_file():
            try:
                data_set.read_verified(folder / name)
                return "already there"
            except DamagedFile:
                (folder / name).unlink()  # a copy that no chapter would take
    whole = find_stored(data_set)
    if whole:
        for source in data_set.files(whole.path):
            copy_file(source, folder / source.name)
        return f"copied from {whole.place}"
    target = folder / data_set.file_name
    download(data_set.url, data_set.file_sha256, target)
    data_set.read_verified(target)
    return "downloaded"
