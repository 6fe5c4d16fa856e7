"""Exercises on large numbers: a sigmoid and a softmax that never overflow."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.activations.bends import sigmoid
from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.results import Returns
from dlcourse_utils.exercises.engine.safe_call import Clock, call
from dlcourse_utils.exercises.engine.wording import show

_OVERFLOW = (
    "`np.exp` of a large number is infinity, and ∞/∞ is not a number. Let `np.exp` see only "
    "numbers up to 0."
)


def softmax(Z):
    """Return the softmax of each row of Z (n, classes)."""
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@exercise(
    "safe-sigmoid",
    next_question="what does your function give for −1000, and what would its logarithm be? "
    "Chapter 3 needs that logarithm.",
)
def check_safe_sigmoid(answer: Any, rng: np.random.Generator) -> Passed:
    """``safe_sigmoid(z)`` is 1 / (1 + exp(−z)) and overflows for no z."""
    passed = check_function(
        answer,
        parameters=("z",),
        returns=Returns("array"),
        expected=sigmoid,
        cases=[
            (np.array([0.0]),),
            (np.array([2.0]),),
            (np.array([-2.0]),),
            (np.array([1000.0]),),
            (np.array([-1000.0]),),
            (np.array([-1000.0, -8.0, 0.5, 1000.0]),),
            (np.array([[1.0, -3.0], [800.0, -800.0]]),),
            (3 * rng.normal(size=(3, 4)),),
        ],
        misconceptions=[
            Misconception("overflow", lambda z: np.exp(z) / (1 + np.exp(z)), _OVERFLOW),
            Misconception(
                "wrong-sign",
                lambda z: 1 / (1 + np.exp(z)),
                "The sign in the exponent is wrong: this falls from 1 to 0. σ(z) = 1/(1 + e⁻ᶻ).",
            ),
            Misconception(
                "wrong-sign",
                lambda z: 1 / (1 + np.exp(np.abs(z))),
                "The result never rises above ½. With e = exp(−|z|), a negative z gives "
                "e/(1 + e), a positive one 1/(1 + e).",
            ),
            Misconception(
                "sign-lost",
                lambda z: 1 / (1 + np.exp(-np.abs(z))),
                "The sign of z is lost: negative inputs must give less than ½. With "
                "e = exp(−|z|), that is e/(1 + e).",
            ),
            Misconception(
                "tanh-for-sigmoid",
                lambda z: np.tanh(z),
                "This is tanh, from −1 to 1. The sigmoid is (1 + tanh(z/2))/2.",
            ),
            Misconception(
                "tanh-for-sigmoid",
                lambda z: (1 + np.tanh(z)) / 2,
                "Almost: tanh of z/2, not of z.",
            ),
            *(
                Misconception(
                    "clipped-too-early",
                    lambda z, limit=limit: sigmoid(np.clip(z, -limit, limit)),
                    f"Cut off at ±{limit}, the result stops before it has reached 0 and 1. Rather "
                    "rearrange the formula so that nothing needs to be cut.",
                )
                for limit in (1, 2, 3, 4, 5, 6, 8, 10)
            ),
            Misconception(
                "rounded",
                lambda z: (z > 0).astype(float),
                "These are only 0 and 1: the step function. Between them lies the sigmoid's slope.",
            ),
        ],
        library_calls=("expit", "keras"),
    )
    _forbid_overflow(answer)
    return passed


def _forbid_overflow(answer: Any) -> None:
    """Run the function once more, NumPy's overflow warnings turned into errors."""

    def guarded(z):
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return answer(z)

    for z in (np.array([1000.0]), np.array([-1000.0])):
        if call(guarded, (z,), Clock()).error is None:
            continue
        raise Wrong(
            "The values are right, but on the way `np.exp` overflows, and NumPy warns. (In "
            "`np.where(…, a, b)` both a and b are computed for every number.) Let `np.exp` see "
            "only numbers up to 0: exp(−|z|).",
            counter_example=CounterExample(
                inputs=(("z", show(z)),),
                expected=f"{show(sigmoid(z))} without an overflow",
                got="the right value after an overflow",
            ),
            misconception="overflow-on-the-way",
        )


@exercise(
    "safe-softmax",
    next_question="you subtracted a number from every sum and nothing changed. What does that say "
    "about the bias of a softmax layer?",
)
def check_safe_softmax(answer: Any, rng: np.random.Generator) -> Passed:
    """``safe_softmax(Z)`` is the softmax of each row, for sums of any size."""

    def naive(Z):
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)

    def shifted(Z, shift):
        powers = np.exp(Z - shift)
        return powers / powers.sum(axis=1, keepdims=True)

    return check_function(
        answer,
        parameters=("Z",),
        returns=Returns("array"),
        expected=softmax,
        cases=[
            (np.array([[0.0, 0.0]]),),
            (np.array([[1.0, 2.0]]),),
            (np.array([[1.0, 2.0, -1.0], [0.0, 3.0, 3.0]]),),
            (np.array([[1000.0, 1000.0]]),),
            (np.array([[-1000.0, -1001.0]]),),
            (np.array([[1000.0, 999.0], [-1000.0, -998.0]]),),
            (np.array([[1000.0, -1000.0, 0.0]]),),
            (rng.normal(size=(3, 3)),),
            (3 * rng.normal(size=(2, 4)),),
        ],
        misconceptions=[
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
        ],
        library_calls=("softmax", "keras"),
    )
