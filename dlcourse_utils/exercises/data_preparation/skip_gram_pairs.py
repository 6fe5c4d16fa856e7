"""``skip_gram_pairs(ids, window)`` pairs each word with those around it."""

from collections.abc import Callable

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _pairs(ids, window, contexts: Callable) -> np.ndarray:
    found = [
        (ids[i], ids[j]) for i in range(len(ids)) for j in contexts(i, window) if 0 <= j < len(ids)
    ]
    return np.array(found).reshape(-1, 2)


def _around(i, window):
    return [j for j in range(i - window, i + window + 1) if j != i]


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


def cases(rng):
    return [
        ([4, 7], 1),
        ([4, 7, 2], 1),
        ([4, 7, 2, 9], 2),
        ([1, 2, 1, 2, 3], 2),
        *(
            ([int(i) for i in rng.integers(0, 50, size=n)], window)
            for n, window in [(6, 3), (9, 2)]
        ),
    ]


EXERCISE = FunctionExercise(
    next_question="about how many pairs do n words give? What does a wider window change besides?",
    parameters=("ids", "window"),
    returns=Returns("pairs"),
    expected=lambda ids, window: _pairs(ids, window, _around),
    cases=cases,
    misconceptions=(
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
                [(ids[i], ids[j % len(ids)]) for i in range(len(ids)) for j in _around(i, window)]
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
    ),
)
