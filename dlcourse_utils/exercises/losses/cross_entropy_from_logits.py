"""``cross_entropy_from_logits(z, y)`` is the mean of log(1 + eᶻ) − y z, for any z."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid

_LOGIT_LIBRARY = ("BinaryCrossentropy", "binary_crossentropy")


def _clipped(epsilon):
    def formula(z, y):
        p = np.clip(sigmoid(z), epsilon, 1 - epsilon)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return formula


def _nudged(epsilon):
    def formula(z, y):
        p = sigmoid(z)
        return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))

    return formula


def right(z, y):
    return np.mean(np.logaddexp(0, z) - y * z)


def naive(z, y):
    return -np.mean(y * np.log(sigmoid(z)) + (1 - y) * np.log(1 - sigmoid(z)))


clipping = [
    Misconception(
        "clipped",
        formula(10.0**-digits),
        "A sure mistake gets the loss of the smallest probability that you allow, not its "
        "own: z = −1000 for class 1 costs 1000. Rearrange the formula, so that no logarithm "
        "of a probability is left.",
    )
    for digits in range(3, 17)
    for formula in (_clipped, _nudged)
]


def cases(rng):
    return [
        (np.array([0.0]), np.array([1.0])),
        (np.array([2.0]), np.array([1.0])),
        (np.array([2.0]), np.array([0.0])),
        (np.array([-3.0, 1.0]), np.array([1.0, 0.0])),
        (rng.normal(size=5) * 2, np.array([1.0, 0.0, 1.0, 1.0, 0.0])),
        (np.array([40.0]), np.array([0.0])),
        (np.array([-1000.0]), np.array([1.0])),
        (np.array([1000.0]), np.array([0.0])),
        (np.array([1000.0, -1000.0]), np.array([1.0, 0.0])),
        (1000 * rng.normal(size=30), (rng.random(30) < 0.5).astype(float)),
    ]


EXERCISE = FunctionExercise(
    next_question="for which z is the loss nearly equal to |z|, and what is its slope there?",
    parameters=("z", "y"),
    returns=Returns("number"),
    expected=right,
    cases=cases,
    library_calls=_LOGIT_LIBRARY,
    misconceptions=(
        Misconception(
            "overflow",
            naive,
            "Right for small z, but far from 0 the sigmoid rounds to exactly 0 or 1, and the "
            "logarithm of 0 is −∞. Rearrange the formula before you compute.",
        ),
        Misconception(
            "overflow",
            lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
            "Right for small z, but e to the power 1000 is too large for a float. Use "
            "max(z, 0) − y z + log(1 + exp(−|z|)): its exponent is never positive.",
        ),
        *clipping,
        Misconception(
            "swapped-classes",
            lambda z, y: np.mean(np.logaddexp(0, z) - (1 - y) * z),
            "The classes are swapped: a large z is good news for y = 1, so there it must cost "
            "little.",
        ),
        Misconception(
            "added-truth",
            lambda z, y: np.mean(np.logaddexp(0, z) + y * z),
            "You add y z. For class 1 a large z must make the loss smaller: subtract it.",
        ),
        Misconception(
            "one-class-only",
            lambda z, y: np.mean(y * np.logaddexp(0, -z)),
            "Examples of class 0 cost nothing in your loss. Theirs is −log(1 − ŷ).",
        ),
        Misconception(
            "summed",
            lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
            "You add the losses up. Take their mean.",
        ),
        Misconception(
            "not-averaged",
            lambda z, y: np.logaddexp(0, z) - y * z,
            "One loss for each example: the mean is missing.",
        ),
        Misconception(
            "missing-log-term",
            lambda z, y: np.mean(np.maximum(z, 0) - y * z),
            "The term log(1 + exp(−|z|)) is missing. It is small for large |z|, and log 2 "
            "at z = 0.",
        ),
        Misconception(
            "logits-as-probabilities",
            lambda z, y: -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z)),
            "You use z as if it were a probability. It is the sum before the sigmoid.",
        ),
        Misconception(
            "squared-error",
            lambda z, y: np.mean((sigmoid(z) - y) ** 2),
            "This is MSE on the probabilities, not cross-entropy.",
        ),
        Misconception(
            "base-two",
            lambda z, y: right(z, y) / np.log(2),
            "You use the logarithm to base 2. In this book log is the natural one.",
        ),
        Misconception(
            "missing-absolute",
            lambda z, y: np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-z))),
            "In the last term the absolute value is missing: exp(−|z|).",
        ),
    ),
)
