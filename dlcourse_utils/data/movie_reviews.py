"""Movie reviews: 10,662 sentences with their sentiment, or the course's own with their chapter."""

import hashlib
import re
import tarfile
from pathlib import Path

import numpy as np

from .registry import DataSet
from .shakespeare import course_prose
from .sources import is_default, load

Labelled = tuple[list[str], np.ndarray]

# The label of a file's sentences is its place in this order.
_FILES = ("rt-polarity.neg", "rt-polarity.pos")
# A line of the opening cell of each chapter, and of no other cell.
_CHAPTER_BEGINS = "You will be able to"
_WORD = r"[\w'-]*[a-z][\w'-]*"


def load_movie_reviews(*, quiet: bool = False) -> tuple[list[str], np.ndarray, tuple[str, str]]:
    """Load sentences from movie reviews, or the course's own where they cannot be had.

    Looks in the same places as `load_mnist`, for ``rt-polaritydata.tar.gz`` or the two files in it,
    ``rt-polarity.neg`` and ``rt-polarity.pos`` side by side, and prints one line saying which it
    took.

    Parameters
    ----------
    quiet : bool
        Leave that line out. A problem, or the default in its place, is said all the same.

    Returns
    -------
    sentences : list of str
        10,662 sentences in lower case, words and marks set apart by spaces, sorted by label. The
        default, see `course_sentences`, has about 900.
    labels : numpy.ndarray
        uint8 of shape (sentences,): 0 or 1.
    names : tuple of str
        What the labels 0 and 1 mean.

    References
    ----------
    Pang & Lee (2005), https://doi.org/10.3115/1219840.1219855: sentence polarity dataset v1.0.

    Examples
    --------
    >>> sentences, labels, names = load_movie_reviews()
    Pang and Lee's movie reviews ...
    >>> len(sentences) == len(labels), len(names)
    (True, 2)
    """
    sentences, labels = load(MOVIE_REVIEWS, quiet=quiet)
    names = ("early chapter", "late chapter") if is_default("movie-reviews") else _NAMES
    return sentences, labels, names


_NAMES = ("negative", "positive")


def course_sentences() -> Labelled:
    """The sentences of this course's chapters 1 to 6, labelled by the half that they are from.

    Returns
    -------
    sentences : list of str
        Whole sentences of five words or more, in lower case, as the movie reviews are.
    labels : numpy.ndarray
        uint8 of shape (sentences,): 0 for the first half of the chapters, 1 for the second.

    Examples
    --------
    >>> sentences, labels = course_sentences()
    >>> sentences[0], labels[0]
    ('a neuron in a computer is one weighted sum and one decision .', np.uint8(0))
    """
    cells = course_prose().split("\n\n")
    chapter = np.cumsum([_CHAPTER_BEGINS in cell.splitlines() for cell in cells])
    sentences, labels = [], []
    for cell, number in zip(cells, chapter, strict=True):
        found = [_spaced(s) for line in cell.splitlines() for s in re.split(r"(?<=[.?!])\s+", line)]
        # Headings and list items end otherwise.
        found = [s for s in found if s[-1:] in ".?!" and len(re.findall(_WORD, s)) >= 5]
        sentences += found
        labels += [2 * number > chapter[-1] + 1] * len(found)
    return sentences, np.array(labels, dtype="uint8")


def _spaced(sentence: str) -> str:
    """A sentence in the form of the movie reviews: lower case, marks set apart."""
    return " ".join(re.findall(r"[\w'-]+|[^\w\s]", sentence.lower()))


def _read(path: Path) -> Labelled:
    if path.name in _FILES:
        contents = [path.with_name(name).read_bytes() for name in _FILES]
    else:
        with tarfile.open(path) as archive:
            members = {Path(m.name).name: archive.extractfile(m) for m in archive if m.isfile()}
            contents = [member.read() for name in _FILES if (member := members[name])]
    by_label = [_sentences(content) for content in contents]
    labels = np.repeat(np.arange(2, dtype="uint8"), [len(part) for part in by_label])
    return by_label[0] + by_label[1], labels


def _sentences(content: bytes) -> list[str]:
    """The lines of a file, which is Windows' Latin-1 at its origin and UTF-8 in many copies."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    # Not `splitlines`, which would also split at rarer marks inside a sentence.
    return [line.strip() for line in text.split("\n") if line.strip()]


def _fingerprint(content: Labelled) -> str:
    sentences, labels = content
    lines = (f"{label} {s}\n" for label, s in zip(labels, sentences, strict=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


MOVIE_REVIEWS = DataSet(
    name="movie-reviews",
    title="Pang and Lee's movie reviews",
    file_name="rt-polaritydata.tar.gz",
    unpacked=("rt-polarity.pos", "rt-polarity.neg"),
    url="https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
    file_sha256="a05befe52aafda71d458d188a1c54506a998b1308613ba76bbda2e5029409ce9",
    read=_read,
    fingerprint=_fingerprint,
    content_sha256="b9b6b609612fcdfd1f99122e9adb4a8142cf2eb8193eed83e3bd3c5e98a7295c",
    default=course_sentences,
    default_words="the sentences of this course's first six chapters, early or late",
)
