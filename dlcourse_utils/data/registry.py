"""What the course knows about a data set, and the hashes by which its content is recognised."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class DataSet:
    """One data set: its file, how to read and recognise it, and what stands in for it.

    Attributes
    ----------
    name, title : str
        In code ("mnist") and in sentences ("MNIST").
    file_name : str
        What the file is called in every place.
    url, file_sha256 : str
        Its official address and the hash of the file there.
    read : callable
        Path -> content; may raise anything on a damaged file.
    fingerprint : callable
        Content -> hash, the same for a re-packed file and another one for altered content.
    content_sha256 : str
        What `fingerprint` gives for the true content.
    default : callable
        () -> content that stands in where the file is found nowhere.
    default_words : str
        What that is, as it ends the sentence "so this notebook uses ...".
    unpacked : tuple of str, optional
        Names of the files in the archive `file_name`, which some people keep unpacked: `read` takes
        the path of the first as well, and finds the others beside it.
    """

    name: str
    title: str
    file_name: str
    url: str
    file_sha256: str
    read: Callable[[Path], Any]
    fingerprint: Callable[[Any], str]
    content_sha256: str
    default: Callable[[], Any]
    default_words: str
    unpacked: tuple[str, ...] = ()

    def files(self, path: Path) -> list[Path]:
        """The files of a copy.

        Parameters
        ----------
        path : Path
            Where it was found.

        Returns
        -------
        list of Path
            The archive, or all that is unpacked.
        """
        if path.name in self.unpacked:
            return [path.with_name(name) for name in self.unpacked]
        return [path]

    def read_verified(self, path: Path) -> Any:
        """The content of the file at `path`.

        Parameters
        ----------
        path : Path
            The file, or the first of the unpacked ones.

        Returns
        -------
        object
            What `read` gives.

        Raises
        ------
        ClosedFile
            Where this account may not read it.
        DamagedFile
            Where it is not what it should be.
        """
        try:
            content = self.read(path)
        except PermissionError as problem:
            raise ClosedFile() from problem
        except Exception as problem:  # each reader and archive format raises its own
            raise DamagedFile("truncated or no such archive") from problem
        if self.fingerprint(content) != self.content_sha256:
            raise DamagedFile("altered: its content is not the original's")
        return content


class DamagedFile(Exception):
    """A file was found, but it is not the data set; the message says what is wrong with it."""


class ClosedFile(Exception):
    """A file was found that this account may not read; the message goes on after its name.

    Examples
    --------
    >>> print("mnist.npz", ClosedFile())
    mnist.npz may not be read by this account: ask its owner for `chmod a+r` on it
    """

    def __str__(self) -> str:
        return "may not be read by this account: ask its owner for `chmod a+r` on it"


def hash_arrays(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 over name, dtype, shape and bytes of each array, in the order given.

    Unlike a file's hash, it does not depend on how the arrays were compressed or packed.

    Parameters
    ----------
    arrays : dict of str to numpy.ndarray
        Of any shape and of any dtype but object.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> hash_arrays({"x": np.zeros(3, "uint8")})[:12]
    'a1a485f0e563'
    >>> hash_arrays({"x": np.zeros((3, 1), "uint8")})[:12]       # another shape
    '0d2be66a86e5'
    """
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
