"""Submissions that are alike in what is unusual about them.

Code is cut into runs of words and signs, as in winnowing (Schleimer, Wilkerson and Aiken, 2003).
Short right answers are alike without anyone copying, so runs that the starter, the worked solution
or several students have do not count.
"""

import io
import tokenize
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

TOKENS = 8
LEAST_PIECES = 15
LEAST_SHARE = 0.6
_COMMON_SHARE = 0.05


@dataclass(frozen=True)
class Pair:
    """Two students, the unusual pieces they share, and their share of the smaller one's pieces."""

    first: str
    second: str
    pieces: int
    share: float


def pieces(code: str) -> set[tuple[str, ...]]:
    """Cut code into runs of words and signs; layout does not matter, comments do.

    Examples
    --------
    >>> pieces("x=1") == pieces("x  =  1")
    True
    """
    words = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type not in _LAYOUT:
                words += token.string.split()
    except (tokenize.TokenError, SyntaxError, IndentationError):
        words = code.split()
    runs = range(max(len(words) - TOKENS + 1, 1))
    return {tuple(words[start : start + TOKENS]) for start in runs if words}


def most_common(students: int) -> int:
    """How many students may have a piece that still counts as unusual."""
    return max(2, round(_COMMON_SHARE * students))


def alike(answers: dict[str, list[str]], known: Iterable[str]) -> list[Pair]:
    """Find pairs of students that share most of what is unusual in their code.

    Parameters
    ----------
    answers : dict of list of str
        Each student's code.
    known : iterable of str
        Starters and worked solutions.

    Returns
    -------
    list of Pair
        The most alike first.
    """
    usual = set().union(*map(pieces, known))
    own = {s: set().union(*map(pieces, codes)) - usual for s, codes in answers.items()}
    counts = Counter(piece for found in own.values() for piece in found)
    rare = {
        student: {piece for piece in found if counts[piece] <= most_common(len(answers))}
        for student, found in own.items()
    }
    owners: dict[tuple, list[str]] = {}
    for student in sorted(rare):
        for piece in rare[student]:
            owners.setdefault(piece, []).append(student)
    shared = Counter(pair for group in owners.values() for pair in combinations(group, 2))
    found = [
        Pair(first, second, count, count / min(len(rare[first]), len(rare[second])))
        for (first, second), count in shared.items()
        if count >= LEAST_PIECES
    ]
    found = [pair for pair in found if pair.share >= LEAST_SHARE]
    return sorted(found, key=lambda pair: (-pair.pieces, pair.first, pair.second))


_LAYOUT = {
    tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
