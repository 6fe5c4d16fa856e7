"""``masked_mean(values, lengths)`` averages each row over its real steps."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _is_real(values, lengths):
    return np.arange(values.shape[1]) < lengths[:, np.newaxis]


def total(values, lengths):
    return np.where(_is_real(values, lengths), values, 0).sum(axis=1)


def _mean_with_one_more(values, lengths):
    counted = np.minimum(lengths + 1, values.shape[1])
    return total(values, counted) / counted


def cases(rng):
    cases = [
        (np.array([[2.0, 4.0, 0.0]]), np.array([2])),
        (np.array([[3.0, 0.0, 6.0]]), np.array([3])),
        (np.array([[2.0, 4.0, 0.0], [3.0, 0.0, 6.0]]), np.array([2, 3])),
        # Padding need not be 0: what stands there must not count.
        (np.array([[1.0, 5.0, 9.0, 9.0], [4.0, -4.0, 3.0, 9.0]]), np.array([2, 3])),
    ]
    for count, steps in [(3, 5), (5, 4), (4, 7)]:
        values, lengths = rng.normal(size=(count, steps)), rng.integers(1, steps + 1, size=count)
        cases.append((np.where(_is_real(values, lengths), values, 0), lengths))
    return cases


EXERCISE = FunctionExercise(
    next_question=(
        "a batch in which one row is ten times as long as the others: how much of the "
        "work is padding?"
    ),
    parameters=("values", "lengths"),
    returns=Returns("array"),
    expected=lambda values, lengths: total(values, lengths) / lengths,
    cases=cases,
    misconceptions=(
        Misconception(
            "padding-counted",
            lambda values, lengths: values.mean(axis=1),
            "The padding is averaged in. Count the first lengths[i] numbers of row i only.",
        ),
        Misconception(
            "divided-by-all-steps",
            lambda values, lengths: total(values, lengths) / values.shape[1],
            "The sum leaves the padding out, and the division counts it. Divide by the "
            "row's own length.",
        ),
        Misconception(
            "zeros-as-padding",
            lambda values, lengths: values.sum(axis=1) / (values != 0).sum(axis=1).clip(1),
            "You take every 0 for padding. A real value may be 0; only `lengths` says what "
            "is real.",
        ),
        Misconception(
            "padding-summed",
            lambda values, lengths: values.sum(axis=1) / lengths,
            "You divide by the length, but sum over everything: what stands in the padding "
            "is not always 0.",
        ),
        Misconception(
            "not-divided",
            total,
            "This is the sum. Divide by the row's length.",
        ),
        Misconception(
            "one-step-too-many",
            lambda values, lengths: (
                np.where(np.arange(values.shape[1]) <= lengths[:, np.newaxis], values, 0).sum(
                    axis=1
                )
                / lengths
            ),
            "One step too many: with length 2, the steps 0 and 1 are real, step 2 is not. "
            "Use <, not <=.",
        ),
        Misconception(
            "one-mean-for-all",
            lambda values, lengths: np.full(
                len(values), total(values, lengths).sum() / lengths.sum()
            ),
            "This is one mean over all rows. Asked for is one for each row.",
        ),
        Misconception(
            "last-value",
            lambda values, lengths: values[np.arange(len(values)), lengths - 1],
            "This is the last real value of each row. Asked for is the mean.",
        ),
        Misconception(
            "one-step-too-many",
            _mean_with_one_more,
            "One step too many is averaged, the first of the padding: with length 2, the steps 0 "
            "and 1 are real, step 2 is not. Use <, not <=.",
        ),
    ),
)
