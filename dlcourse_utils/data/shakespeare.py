"""Tiny Shakespeare: 40,000 lines of plays as one text, and the prose that stands in for it."""

import hashlib
from pathlib import Path

from .course_files import shipped
from .registry import DataSet
from .sources import load


def load_shakespeare(*, quiet: bool = False) -> str:
    """Load scenes of Shakespeare's plays, or the course's own prose where they cannot be had.

    Looks in the same places as `load_mnist`, for the file ``shakespeare.txt``, and prints one line
    saying which it took.

    Parameters
    ----------
    quiet : bool
        Leave that line out. A problem, or the default in its place, is said all the same.

    Returns
    -------
    str
        1,115,394 characters, 65 different ones, in lines. The default has about 60,000.

    References
    ----------
    Put together by Andrej Karpathy for his char-rnn (2015),
    https://karpathy.github.io/2015/05/21/rnn-effectiveness/

    Examples
    --------
    >>> text = load_shakespeare()
    Tiny Shakespeare ...
    >>> len(text) > 50_000
    True
    """
    return load(SHAKESPEARE, quiet=quiet)


def course_prose() -> str:
    r"""The sentences of this course's chapters 1 to 6, without formulas and code.

    Returns
    -------
    str
        About 60,000 characters of ASCII.

    Examples
    --------
    >>> course_prose()[:50]
    'Neurons\nA neuron in a computer is one weighted sum'
    """
    return _read(shipped("course_prose.txt"))


def _read(path: Path) -> str:
    # Newlines are made equal, so that a copy from Windows is recognised too.
    return path.read_text(encoding="utf-8")


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SHAKESPEARE = DataSet(
    name="shakespeare",
    title="Tiny Shakespeare",
    file_name="shakespeare.txt",
    url="https://storage.googleapis.com/download.tensorflow.org/data/shakespeare.txt",
    file_sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    read=_read,
    fingerprint=_hash_text,
    content_sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    default=course_prose,
    default_words="the prose of this course's first six chapters",
)
