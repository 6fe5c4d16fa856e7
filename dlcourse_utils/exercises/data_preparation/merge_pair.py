"""``merge(ids, pair, new)`` replaces each occurrence of a pair, from left to right."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


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


def drop_overlaps(ids, pair, new):
    """Every place where the pair begins, overlapping ones too, and no second halves."""
    begins = [tuple(ids[i : i + 2]) == tuple(pair) for i in range(len(ids))]
    merged = [
        new if begins[i] else ids[i]
        for i in range(len(ids))
        if begins[i] or i == 0 or not begins[i - 1]
    ]
    return np.array(merged)


def cases(rng):
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
    return cases


EXERCISE = FunctionExercise(
    next_question="which pairs can the next merge choose that were not there before this one?",
    parameters=("ids", "pair", "new"),
    returns=Returns("array"),
    expected=_merge,
    cases=cases,
    misconceptions=(
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
    ),
)
