"""``weighted_sum(x, w, b)`` is w·x + b, a number."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import relu, sigmoid, step


def cases(rng):
    return [
        (np.array([2.0]), np.array([3.0]), 1.0),
        (np.array([2.0]), np.array([3.0]), -1.0),
        (np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5),
        (np.array([0.0, 0.0]), np.array([1.0, 1.0]), -2.0),
        (np.array([1.0, -2.0, 4.0]), np.array([0.5, 1.5, -1.0]), 2.0),
        (np.array([1.0, 2.0]), np.array([0.5, 0.5]), 0.0),
        (rng.normal(size=5), rng.normal(size=5), rng.normal()),
        (rng.normal(size=40), rng.normal(size=40), rng.normal()),
    ]


EXERCISE = FunctionExercise(
    next_question="which inputs give the same sum when one weight is 0?",
    parameters=("x", "w", "b"),
    returns=Returns("number"),
    expected=lambda x, w, b: np.sum(w * x) + b,
    cases=cases,
    misconceptions=(
        Misconception(
            "missing-bias",
            lambda x, w, b: w @ x,
            "The bias is missing: your result is w·x alone. Add `b` at the end.",
        ),
        Misconception(
            "first-feature-only",
            lambda x, w, b: x[0] * w[0] + b,
            "Only the first feature is used: does `return` stand inside the loop?",
        ),
        Misconception(
            "last-feature-only",
            lambda x, w, b: x[-1] * w[-1] + b,
            "Only the last feature is left: add each product to the sum, do not replace it.",
        ),
        Misconception(
            "subtracted-bias",
            lambda x, w, b: w @ x - b,
            "You subtract the bias. The neuron adds it: w·x + b.",
        ),
        Misconception(
            "bias-per-feature",
            lambda x, w, b: np.sum(w * x + b),
            "The bias is added once for every feature. A neuron has one bias: add it once, "
            "after the sum.",
        ),
        Misconception(
            "not-summed",
            lambda x, w, b: w * x + b,
            "`w * x` multiplies number by number and leaves one product a feature. The "
            "neuron adds the products up: `np.sum(w * x)`, or `w @ x`.",
        ),
        Misconception(
            "averaged",
            lambda x, w, b: np.mean(w * x) + b,
            "You average the products. The neuron adds them up.",
        ),
        Misconception(
            "added-weights",
            lambda x, w, b: np.sum(x + w) + b,
            "You add each weight to its feature. A weight multiplies its feature.",
        ),
        Misconception(
            "separate-sums",
            lambda x, w, b: np.sum(x) * np.sum(w) + b,
            "You sum features and weights first and multiply the two sums. Multiply each "
            "feature by its own weight first, then sum.",
        ),
        Misconception(
            "multiplied-bias",
            lambda x, w, b: (w @ x) * b,
            "You multiply by the bias. The neuron adds it.",
        ),
        Misconception(
            "ignored-weights",
            lambda x, w, b: np.sum(x) + b,
            "The weights are not used: your result is the sum of the features plus b.",
        ),
        Misconception(
            "activation-applied",
            lambda x, w, b: step(w @ x + b),
            "You already decided: your result is 0 or 1. Here only the weighted sum is asked "
            "for, the activation comes after it.",
        ),
        Misconception(
            "activation-applied",
            lambda x, w, b: relu(w @ x + b),
            "Negative sums come out as 0, as after a ReLU. Here only the weighted sum is "
            "asked for, the activation comes after it.",
        ),
        Misconception(
            "activation-applied",
            lambda x, w, b: sigmoid(w @ x + b),
            "Your result lies between 0 and 1, as after a sigmoid. Here only the weighted "
            "sum is asked for, the activation comes after it.",
        ),
    ),
)
