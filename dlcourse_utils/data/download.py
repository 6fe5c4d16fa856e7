"""Fetching a file from its official address: verified, whole or not at all, quick to give up."""

import errno
import os
import socket
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path

from ..progress_line import ProgressLine, bar
from .reasons import NO_CONNECTION, cannot_write, explain

# A connection that has not answered by then is treated as no connection.
TIMEOUT_SECONDS = 6.0
MEGABYTE = 1_000_000


class DownloadFailed(Exception):
    """Nothing was downloaded; the message says why and what to do."""


def download(url: str, sha256: str | None, path: Path) -> None:
    """Download a file that exists afterwards only if it is whole.

    It grows under a temporary name in the same folder and is renamed at the end, so two notebooks
    that download at once do not harm each other.

    Parameters
    ----------
    url : str
        Where it is.
    sha256 : str or None
        The hash that makes it right, 64 hexadecimal digits. None: whatever arrives whole is right.
    path : Path
        Where it goes; the folder is made where it does not exist.

    Raises
    ------
    DownloadFailed
        Without network, where a proxy or a certificate is in the way, with a folder that cannot be
        written, a full disk, or a wrong hash.

    References
    ----------
    ``pooch.retrieve``, https://www.fatiando.org/pooch/latest/retrieve.html
    """
    if os.path.exists(path) and not os.access(path, os.R_OK):
        raise DownloadFailed(
            f"{path.name} is there already, but this account may not read it; set KERAS_HOME to a "
            "folder of your own, before Python starts"
        )
    if sys.platform == "emscripten":
        raise DownloadFailed("Python in a web page downloads nothing")
    # Where it cannot be stored, there is no reason to fetch it.
    made = _make_folder(path.parent)
    try:
        _check_reachable(url)
        _fetch(url, sha256, path)
    except DownloadFailed:
        for folder in made:
            _remove_if_empty(folder)
        raise


def _fetch(url: str, sha256: str | None, path: Path) -> None:
    import pooch

    # Its messages would go to stderr and name folders of this machine.
    pooch.get_logger().setLevel("ERROR")
    fetcher = pooch.HTTPDownloader(
        progressbar=_DownloadBar(path.name), timeout=TIMEOUT_SECONDS, chunk_size=64 * 1024
    )
    try:
        pooch.retrieve(url, sha256, fname=path.name, path=path.parent, downloader=fetcher)
    except OSError as problem:  # requests' own exceptions are OSErrors too
        raise DownloadFailed(explain(problem, url)) from None
    except ValueError:  # pooch: the hash does not match
        raise DownloadFailed(
            f"what its address sent is not {path.name} (wrong SHA-256), so it was thrown away; "
            "run the cell again, and if it stays so, a proxy or portal may be answering instead"
        ) from None


class _DownloadBar:
    """The progress bar interface that pooch asks for, on our own line of progress."""

    def __init__(self, name: str):
        self.total = 0
        self._name = name
        self._done = 0
        self._line = ProgressLine()

    def update(self, n_bytes: int) -> None:
        self._done += n_bytes
        if self.total:
            text = f"{bar(self._done / self.total)} {self._done / MEGABYTE:.1f} of "
            self._line.update(f"{self._name} {text}{self.total / MEGABYTE:.1f} MB")

    def reset(self) -> None:
        # pooch resets the bar at the end, to show all of it once more
        self._done = 0

    def close(self) -> None:
        self._line.keep(f"Downloaded {self._name} ({self.total / MEGABYTE:.1f} MB).")


def _check_reachable(url: str) -> None:
    """Fail within `TIMEOUT_SECONDS` where the name cannot be resolved.

    `requests` limits the time to connect but not the time to look up a name, which without network
    can take minutes.
    """
    address = urllib.parse.urlsplit(url)
    proxies = urllib.request.getproxies()
    if address.scheme in proxies or "all" in proxies:
        return  # the proxy looks the name up
    answer: list = []

    def look_up() -> None:
        try:
            answer.extend(socket.getaddrinfo(address.hostname, address.port))
        except OSError:
            pass

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    if not answer:
        raise DownloadFailed(NO_CONNECTION)


def _make_folder(folder: Path) -> list[Path]:
    """Make `folder` and check that it can be written; return what was made, innermost first."""
    missing = [f for f in (folder, *folder.parents) if not os.path.exists(f)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable")
    except OSError as problem:
        raise DownloadFailed(cannot_write(problem)) from None
    return missing


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        pass
