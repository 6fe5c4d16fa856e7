"""Exercises on text: one merge of byte pairs, and the pairs that skip-gram learns from."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _merge(ids, pair, new):
    merged, place = [], 0
    while place < len(ids):
        if tuple(ids[place : place + 2]) == tuple(pair):
            merged.append(new)
            place += 2
        else:
            merged.append(ids[place])
            place += 1
    return np.array(merged)


def _merge_first_only(ids, pair, new):
    for place in range(len(ids) - 1):
        if tuple(ids[place : place + 2]) == tuple(pair):
            return np.array([*ids[:place], new, *ids[place + 2 :]])
    return np.array(ids)


def _merge_without_skipping(ids, pair, new):
    """What a loop over all places does that forgets that a merge uses up two tokens."""
    merged = []
    for place in range(len(ids)):
        is_pair = tuple(ids[place : place + 2]) == tuple(pair)
        merged.append(new if is_pair else ids[place])
    return np.array(merged)


@exercise(
    "merge-pair",
    next_question="which pairs can the next merge choose that were not there before this one?",
)
def check_merge_pair(answer: Any, rng: np.random.Generator) -> Passed:
    """``merge(ids, pair, new)`` replaces each occurrence of a pair, from left to right."""

    def drop_overlaps(ids, pair, new):
        """Every place where the pair begins, overlapping ones too, and no second halves."""
        begins = [tuple(ids[i : i + 2]) == tuple(pair) for i in range(len(ids))]
        merged = [
            new if begins[i] else ids[i]
            for i in range(len(ids))
            if begins[i] or i == 0 or not begins[i - 1]
        ]
        return np.array(merged)

    cases = [
        ([1, 2], (1, 2), 9),
        ([3, 1, 2], (1, 2), 9),
        ([2, 1, 3], (1, 2), 9),
        ([1, 2, 3, 1, 2], (1, 2), 9),
        ([5, 5, 5], (5, 5), 9),
        ([5, 5, 5, 5, 1], (5, 5), 9),
        ([1], (1, 2), 9),
        ([1, 1, 2, 2, 1], (1, 2), 9),
        # In a text of digits, "1 2" and "12" also stand where no token 1 is before a token 2.
        ([11, 2, 12, 1, 2], (1, 2), 256),
    ]
    for length in (8, 20):
        cases.append(([int(i) for i in rng.integers(1, 3, size=length)] + [2, 2, 2], (2, 2), 9))
    return check_function(
        answer,
        parameters=("ids", "pair", "new"),
        returns=Returns("array"),
        expected=_merge,
        cases=cases,
        misconceptions=[
            Misconception(
                "first-only",
                _merge_first_only,
                "Only the first occurrence is merged. Go on to the end.",
            ),
            Misconception(
                "nothing-skipped",
                _merge_without_skipping,
                "The second token of a merged pair is still there. A merge uses up two tokens: go "
                "on two places further.",
            ),
            Misconception(
                "overlap",
                drop_overlaps,
                "In 5 5 5 the middle 5 is used twice. Once merged it is gone: go on two places "
                "further.",
            ),
            Misconception(
                "from-the-right",
                lambda ids, pair, new: _merge(ids[::-1], pair[::-1], new)[::-1],
                "You merge from the right. In 5 5 5 the first two become the new token.",
            ),
            Misconception(
                "order-ignored",
                lambda ids, pair, new: _merge_either_way(ids, pair, new),
                "You also merge the pair turned round. 2 1 is another pair than 1 2.",
            ),
            Misconception(
                "last-token-lost",
                lambda ids, pair, new: _merge_until(ids, pair, new, len(ids) - 1),
                "The last token is lost where it belongs to no pair.",
            ),
            Misconception(
                "digits-merged",
                _merge_digits,
                "You replace digits in a text, and 11 2 holds the digits 1 2 too. Compare tokens, "
                "not the characters they are written with.",
            ),
            Misconception(
                "pair-kept",
                lambda ids, pair, new: _merge_and_keep(ids, pair, new),
                "The new token stands beside the pair. It takes the place of both.",
            ),
        ],
    )


def _merge_either_way(ids, pair, new):
    merged, place = [], 0
    while place < len(ids):
        if sorted(ids[place : place + 2]) == sorted(pair):
            merged.append(new)
            place += 2
        else:
            merged.append(ids[place])
            place += 1
    return np.array(merged)


def _merge_until(ids, pair, new, end):
    merged, place = [], 0
    while place < end:
        if tuple(ids[place : place + 2]) == tuple(pair):
            merged.append(new)
            place += 2
        else:
            merged.append(ids[place])
            place += 1
    return np.array(merged)


def _merge_digits(ids, pair, new):
    text = " ".join(map(str, ids)).replace(f"{pair[0]} {pair[1]}", str(new))
    return np.array([int(token) for token in text.split()])


def _merge_and_keep(ids, pair, new):
    merged = _merge(ids, pair, new)
    kept = [part for i in merged for part in ((*pair, new) if i == new else (i,))]
    return np.array(kept)


def _pairs(ids, window, contexts: Callable) -> np.ndarray:
    found = [
        (ids[i], ids[j]) for i in range(len(ids)) for j in contexts(i, window) if 0 <= j < len(ids)
    ]
    return np.array(found).reshape(-1, 2)


def _around(i, window):
    return [j for j in range(i - window, i + window + 1) if j != i]


@exercise(
    "skip-gram-pairs",
    next_question="about how many pairs do n words give? What does a wider window change besides?",
)
def check_skip_gram_pairs(answer: Any, rng: np.random.Generator) -> Passed:
    """``skip_gram_pairs(ids, window)`` pairs each word with those around it."""

    def around(contexts):
        return lambda ids, window: _pairs(ids, window, contexts)

    def by_distance(ids, window):
        steps = [step for step in range(-window, window + 1) if step]
        found = [
            (ids[i], ids[i + step])
            for step in steps
            for i in range(len(ids))
            if 0 <= i + step < len(ids)
        ]
        return np.array(found).reshape(-1, 2)

    cases = [
        ([4, 7], 1),
        ([4, 7, 2], 1),
        ([4, 7, 2, 9], 2),
        ([1, 2, 1, 2, 3], 2),
        *(
            ([int(i) for i in rng.integers(0, 50, size=n)], window)
            for n, window in [(6, 3), (9, 2)]
        ),
    ]
    return check_function(
        answer,
        parameters=("ids", "window"),
        returns=Returns("array"),
        expected=lambda ids, window: _pairs(ids, window, _around),
        cases=cases,
        misconceptions=[
            Misconception(
                "one-side",
                around(lambda i, window: range(i + 1, i + window + 1)),
                "Only the words behind the centre are there. Those before it count too.",
            ),
            Misconception(
                "one-side",
                around(lambda i, window: range(i - window, i)),
                "Only the words before the centre are there. Those behind it count too.",
            ),
            Misconception(
                "pairs-with-itself",
                around(lambda i, window: range(i - window, i + window + 1)),
                "The centre is paired with itself. Leave out its own place (not its own word: the "
                "same word may stand beside it).",
            ),
            Misconception(
                "same-word-left-out",
                lambda ids, window: np.array(
                    [pair for pair in _pairs(ids, window, _around) if pair[0] != pair[1]]
                ).reshape(-1, 2),
                "You leave out every pair of equal words. Only the centre's own *place* is left "
                "out; the same word two places on is a context like any other.",
            ),
            Misconception(
                "off-by-one",
                around(lambda i, window: [j for j in range(i - window, i + window) if j != i]),
                "The last word of each window is missing: `range` stops before its end.",
            ),
            Misconception(
                "far-edge-only",
                around(lambda i, window: (i - window, i + window)),
                "Only the words at exactly this distance are there. The nearer ones count too.",
            ),
            Misconception(
                "swapped",
                lambda ids, window: _pairs(ids, window, _around)[:, ::-1],
                "Centre and context are exchanged: the centre comes first.",
            ),
            Misconception(
                "wraps-around",
                lambda ids, window: np.array(
                    [
                        (ids[i], ids[j % len(ids)])
                        for i in range(len(ids))
                        for j in _around(i, window)
                    ]
                ),
                "At the edges you go on at the other end of the text. Beyond the edge there is "
                "no context.",
            ),
            Misconception(
                "wraps-around",
                lambda ids, window: np.array(
                    [
                        (ids[i], ids[j])
                        for i in range(len(ids))
                        for j in _around(i, window)
                        if j < len(ids)
                    ]
                ),
                "A negative index counts from the end of the text: words at its beginning get "
                "contexts from its end. Begin at max(0, …).",
            ),
            Misconception(
                "other-order",
                by_distance,
                "The pairs are right, their order is not: first all pairs of the first word, then "
                "all of the second, each from left to right.",
            ),
        ],
    )
