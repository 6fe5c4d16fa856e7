"""``safe_softmax(Z)`` is the softmax of each row, for sums of any size."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid, softmax


def naive(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def shifted(Z, shift):
    powers = np.exp(Z - shift)
    return powers / powers.sum(axis=1, keepdims=True)


def cases(rng):
    return [
        (np.array([[0.0, 0.0]]),),
        (np.array([[1.0, 2.0]]),),
        (np.array([[1.0, 2.0, -1.0], [0.0, 3.0, 3.0]]),),
        (np.array([[1000.0, 1000.0]]),),
        (np.array([[-1000.0, -1001.0]]),),
        (np.array([[1000.0, 999.0], [-1000.0, -998.0]]),),
        (np.array([[1000.0, -1000.0, 0.0]]),),
        (rng.normal(size=(3, 3)),),
        (3 * rng.normal(size=(2, 4)),),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "you subtracted a number from every sum and nothing changed. What does that say "
        "about the bias of a softmax layer?"
    ),
    parameters=("Z",),
    returns=Returns("array"),
    expected=softmax,
    cases=cases,
    misconceptions=(
        Misconception(
            "overflow",
            naive,
            "The formula is right, the computer's numbers end at about 10³⁰⁸: `np.exp(1000)` "
            "is infinity, and `np.exp(-1000)` is 0. Subtract each row's largest number first.",
        ),
        Misconception(
            "one-maximum",
            lambda Z: shifted(Z, Z.max()),
            "You subtract one number from all rows, the largest of all. A row of much smaller "
            "sums then vanishes: subtract each row's own largest.",
        ),
        Misconception(
            "wrong-axis",
            lambda Z: softmax(Z.T).T,
            "The columns add up to 1. One example is a row: maximum and sum go along axis=1.",
        ),
        Misconception(
            "wrong-axis",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0),
            "The columns add up to 1. One example is a row: maximum and sum go along axis=1.",
        ),
        Misconception(
            "wrong-axis",
            lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(axis=0),
            "The columns add up to 1. One example is a row: maximum and sum go along axis=1.",
        ),
        Misconception(
            "one-sum",
            lambda Z: (
                np.exp(Z - Z.max(axis=1, keepdims=True))
                / np.exp(Z - Z.max(axis=1, keepdims=True)).sum()
            ),
            "All rows together add up to 1. Each row has a sum of its own: `axis=1`.",
        ),
        Misconception(
            "one-sum",
            lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(),
            "All rows together add up to 1. Each row has a largest number and a sum of its "
            "own: `axis=1`.",
        ),
        Misconception(
            "one-sum",
            lambda Z: np.exp(Z) / np.exp(Z).sum(),
            "All rows together add up to 1. Each row has a sum of its own: `axis=1`.",
        ),
        Misconception(
            "lost-axis",
            lambda Z: np.exp(Z - Z.max(axis=1)) / np.exp(Z - Z.max(axis=1)).sum(axis=1),
            "`Z.max(axis=1)` has the shape (n,) and lines up with the columns. "
            "`keepdims=True` keeps it (n, 1), one number a row; the sum needs it too.",
        ),
        Misconception(
            "lost-axis",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1),
            "The sum has the shape (n,) and lines up with the columns. `keepdims=True` keeps "
            "it (n, 1), one number a row.",
        ),
        Misconception(
            "lost-axis",
            lambda Z: (
                np.exp(Z - Z.max(axis=1, keepdims=True))
                / np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)
            ),
            "The sum has the shape (n,) and lines up with the columns. `keepdims=True` keeps "
            "it (n, 1), one number a row.",
        ),
        Misconception(
            "absolute-maximum",
            lambda Z: shifted(Z, np.abs(Z).max(axis=1, keepdims=True)),
            "You subtract the largest absolute value. In a row of negative sums that pushes "
            "everything further down: subtract the largest value.",
        ),
        Misconception(
            "wrong-shift",
            lambda Z: shifted(Z, Z.mean(axis=1, keepdims=True)),
            "You subtract the mean, and numbers far above it still overflow. Subtract the "
            "largest: then no exponent is above 0.",
        ),
        Misconception(
            "wrong-shift",
            lambda Z: shifted(Z, Z.min(axis=1, keepdims=True)),
            "You subtract the smallest number, and the large ones still overflow. Subtract "
            "the largest: then no exponent is above 0.",
        ),
        Misconception(
            "fixed-shift",
            lambda Z: shifted(Z, 1000),
            "1000 was the right shift for the example in the text. A row of small sums "
            "vanishes with it: subtract each row's own largest.",
        ),
        Misconception(
            "half-shifted",
            lambda Z: (
                np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True)
            ),
            "You shift the numerator only. The fraction stays the same when numerator and "
            "denominator are both divided by e^c.",
        ),
        Misconception(
            "half-shifted",
            lambda Z: (
                np.exp(Z) / np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
            ),
            "You shift the denominator only. The fraction stays the same when numerator and "
            "denominator are both divided by e^c.",
        ),
        Misconception(
            "divided-instead-of-shifted",
            lambda Z: softmax(Z / np.abs(Z).max(axis=1, keepdims=True)),
            "Dividing the sums changes the result. Subtracting does not: e^(z−c) = e^z / e^c.",
        ),
        Misconception(
            "divided-instead-of-shifted",
            lambda Z: softmax(Z / Z.max(axis=1, keepdims=True)),
            "Dividing the sums changes the result. Subtracting does not: e^(z−c) = e^z / e^c.",
        ),
        *(
            Misconception(
                "clipped",
                lambda Z, limit=limit: naive(np.clip(Z, -limit, limit)),
                "Cutting the sums off makes large ones equal: 1000 and 999 must not come out "
                "alike. Subtract each row's largest instead.",
            )
            for limit in (20, 50, 100, 500, 600, 700)
        ),
        Misconception(
            "no-exponential",
            lambda Z: Z / Z.sum(axis=1, keepdims=True),
            "The exponential is missing: shares of the sums themselves may be negative.",
        ),
        Misconception(
            "not-normalised",
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
            "The rows do not add up to 1: divide by their sums.",
        ),
        Misconception(
            "not-normalised",
            lambda Z: sigmoid(Z),
            "Each number got a sigmoid of its own. In a softmax the classes share: a row adds "
            "up to 1.",
        ),
        Misconception(
            "logarithm",
            lambda Z: np.log(softmax(Z)),
            "These are the logarithms of the probabilities. Return the probabilities.",
        ),
    ),
    library_calls=("softmax", "Softmax", "log_softmax"),
)
