"""``causal_mask(length)``: entry (i, j) is True where place i may look at place j."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def lower(n):
    return np.tril(np.ones((n, n), dtype=bool))


def cases(rng):
    return [(2,), (1,), (3,), (5,), (int(rng.integers(6, 20)),)]


EXERCISE = FunctionExercise(
    next_question="how many of the n² entries are True, as n grows?",
    parameters=("length",),
    returns=Returns("booleans"),
    expected=lower,
    cases=cases,
    misconceptions=(
        Misconception(
            "transposed",
            lambda n: lower(n).T,
            "Rows and columns are swapped: your places look at themselves and at what comes "
            "later. Row i belongs to the place that looks.",
        ),
        Misconception(
            "inverted",
            lambda n: ~lower(n),
            "Your mask is True where looking is forbidden. True must mean: may look.",
        ),
        Misconception(
            "not-at-itself",
            lambda n: np.tril(np.ones((n, n), dtype=bool), -1),
            "A place may look at itself: the diagonal is True. Without it the first place "
            "could look at nothing.",
        ),
        Misconception(
            "one-ahead",
            lambda n: np.tril(np.ones((n, n), dtype=bool), 1),
            "Each place sees one place too many: the next character, which is the answer.",
        ),
        Misconception(
            "only-itself",
            lambda n: np.eye(n, dtype=bool),
            "Your places see only themselves. They may look at all earlier ones too.",
        ),
        Misconception(
            "only-neighbour",
            lambda n: lower(n) & ~np.tril(np.ones((n, n), dtype=bool), -2),
            "Each place sees itself and one before it. It may look at all earlier ones.",
        ),
        Misconception(
            "everything",
            lambda n: np.ones((n, n), dtype=bool),
            "Your mask forbids nothing.",
        ),
        Misconception(
            "additive",
            lambda n: np.where(lower(n), 0.0, -np.inf),
            "This is a mask to be added to the scores. Return True and False.",
        ),
        Misconception(
            "additive",
            lambda n: np.where(lower(n), 0.0, -1e9),
            "This is a mask to be added to the scores. Return True and False.",
        ),
    ),
)
