"""Which files Python in the page consists of, and where the build gets them: a folder, or the web.

Pyodide is CPython compiled to WebAssembly, the editor is prism-code-editor. ``pins.json`` has their
versions, addresses and SHA-256: of Pyodide's own files as in its package on npm, of NumPy as in the
release's ``pyodide-lock.json``.
"""

import hashlib
import json
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests

# A first answer that has not come by then counts as no connection.
SECONDS_TO_CONNECT = 5.0
_SECONDS_BETWEEN_BYTES = 30.0
_PINS = Path(__file__).with_name("pins.json")
# Of the pinned release: its Python, and what its own lock file says of itself.
PYTHON = "3.13"
LOCK_INFO = {
    "abi_version": "2025_0",
    "arch": "wasm32",
    "platform": "emscripten_4_0_9",
    "python": "3.13.2",
    "version": "0.29.3",
}


class FilesMissing(Exception):
    """Not all files could be had; the message says why, in one line."""


@dataclass(frozen=True)
class PinnedFile:
    """A file that the site serves.

    Parameters
    ----------
    path : str
        Where it lies, in the site's folder and in the one that DLCOURSE_PYODIDE names.
    url : str
        Its official address.
    sha256 : str
        64 hexadecimal digits.
    size : int
        In bytes, or nearly; what a reader is told.
    """

    path: str
    url: str
    sha256: str
    size: int


def pinned() -> list[PinnedFile]:
    """All files, of Pyodide and of the editor.

    Examples
    --------
    >>> [file.path for file in pinned() if file.path.endswith(".wasm")]
    ['pyodide.asm.wasm']
    """
    sources = json.loads(_PINS.read_text("utf-8")).values()
    return [
        PinnedFile(source["folder"] + name, source["address"] + name, **facts)
        for source in sources
        for name, facts in source["files"].items()
    ]


def have(files: Iterable[PinnedFile], folder: Path | None, cache: Path) -> dict[str, Path]:
    """The place on this machine of each file, fetched where it is in neither folder.

    Parameters
    ----------
    files : iterable of PinnedFile
    folder : Path or None
        Looked into first: what DLCOURSE_PYODIDE names. It may hold a NumPy of its own making, for
        which its own ``pyodide-lock.json`` then has the hash.
    cache : Path
        Looked into next; what is fetched is kept there.

    Returns
    -------
    dict of str to Path
        By the files' paths.

    Raises
    ------
    FilesMissing
        If one can be had nowhere, or one in `folder` is not what it should be.
    """
    found, missing = {}, []
    vouched = _vouched_for(folder)
    for file in files:
        given = folder / file.path if folder else None
        kept = cache / file.sha256[:16] / Path(file.path).name
        if given and given.is_file():
            if sha256(given) not in {file.sha256, vouched.get(file.path)}:
                raise FilesMissing(
                    f"{file.path} in the folder that DLCOURSE_PYODIDE names has another SHA-256 "
                    "than book/in_page/pins.json and the folder's pyodide-lock.json say"
                )
            found[file.path] = given
        elif kept.is_file() and sha256(kept) == file.sha256:
            found[file.path] = kept
        else:
            missing.append((file, kept))
    if missing:
        _check_connection(missing[0][0].url)
    for file, kept in missing:
        _fetch(file, kept)
        found[file.path] = kept
    return found


def folders_of_this_machine() -> tuple[Path | None, Path]:
    """The folder that DLCOURSE_PYODIDE names, if it names one, and the cache."""
    named = os.environ.get("DLCOURSE_PYODIDE", "")
    folder = Path(named).expanduser() if named not in ("", "require") else None
    return folder, Path(pooch.os_cache("dlcourse-book"))


def is_required() -> bool:
    """Whether their absence is an error: ``DLCOURSE_PYODIDE=require``, or a named folder."""
    return bool(os.environ.get("DLCOURSE_PYODIDE"))


def _vouched_for(folder: Path | None) -> dict[str, str]:
    lock = folder / "pyodide-lock.json" if folder else None
    if lock is None or not lock.is_file():
        return {}
    packages = json.loads(lock.read_text("utf-8"))["packages"].values()
    return {package["file_name"]: package["sha256"] for package in packages}


def _check_connection(url: str) -> None:
    """Fail within `SECONDS_TO_CONNECT` where nobody answers, or the name is not found."""
    problem: list[str] = ["no answer"]

    def ask() -> None:
        try:
            requests.head(url, timeout=SECONDS_TO_CONNECT)
            problem.clear()
        except requests.RequestException as reason:
            problem[:] = [type(reason).__name__]

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(SECONDS_TO_CONNECT)
    if problem:
        raise FilesMissing(f"{url} cannot be reached ({problem[0]})")


def _fetch(file: PinnedFile, path: Path) -> None:
    """Write the file to `path`, whole and right or not at all."""
    growing = path.with_name(f"{path.name}.{os.getpid()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    limits = (SECONDS_TO_CONNECT, _SECONDS_BETWEEN_BYTES)
    try:
        with requests.get(file.url, stream=True, timeout=limits) as answer:
            answer.raise_for_status()
            with growing.open("wb") as out:
                for piece in answer.iter_content(1 << 16):
                    out.write(piece)
        if sha256(growing) != file.sha256:
            raise FilesMissing(f"{file.url} sent something else than pinned (wrong SHA-256)")
        growing.replace(path)
    except (requests.RequestException, OSError) as problem:
        raise FilesMissing(f"{file.url} could not be fetched ({type(problem).__name__})") from None
    finally:
        growing.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
