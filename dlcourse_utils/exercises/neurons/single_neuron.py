"""Exercises on one neuron: its sum, its boundary, its learning step."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns
from dlcourse_utils.exercises.neurons.activations import relu, sigmoid, step


@exercise(
    "weighted-sum",
    next_question="which inputs give the same sum when one weight is 0?",
)
def check_weighted_sum(answer: Any, rng: np.random.Generator) -> Passed:
    """``weighted_sum(x, w, b)`` is w·x + b, a number."""
    return check_function(
        answer,
        parameters=("x", "w", "b"),
        returns=Returns("number"),
        expected=lambda x, w, b: np.sum(w * x) + b,
        cases=[
            (np.array([2.0]), np.array([3.0]), 1.0),
            (np.array([2.0]), np.array([3.0]), -1.0),
            (np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5),
            (np.array([0.0, 0.0]), np.array([1.0, 1.0]), -2.0),
            (np.array([1.0, -2.0, 4.0]), np.array([0.5, 1.5, -1.0]), 2.0),
            (np.array([1.0, 2.0]), np.array([0.5, 0.5]), 0.0),
            (rng.normal(size=5), rng.normal(size=5), rng.normal()),
            (rng.normal(size=40), rng.normal(size=40), rng.normal()),
        ],
        misconceptions=[
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
        ],
    )


@exercise(
    "signed-distance",
    next_question="what happens to the distance, and to the boundary, when you double w and b?",
)
def check_signed_distance(answer: Any, rng: np.random.Generator) -> Passed:
    """``signed_distance(x, w, b)`` is (w·x + b) / ||w||."""

    def norm(w):
        return np.sqrt(np.sum(w**2))

    return check_function(
        answer,
        parameters=("x", "w", "b"),
        returns=Returns("number"),
        expected=lambda x, w, b: (w @ x + b) / norm(w),
        cases=[
            (np.array([3.0]), np.array([2.0]), 0.0),
            (np.array([1.0]), np.array([2.0]), 4.0),
            (np.array([1.0]), np.array([2.0]), -4.0),
            (np.array([1.0, 1.0]), np.array([3.0, 4.0]), 3.0),
            (np.array([0.0, 0.0]), np.array([3.0, 4.0]), -10.0),
            (np.array([4.0, -3.0]), np.array([3.0, 4.0]), 0.0),
            (rng.normal(size=3), rng.normal(size=3), rng.normal()),
            (rng.normal(size=6), rng.normal(size=6), -1 - rng.random()),
        ],
        misconceptions=[
            Misconception(
                "not-normalised",
                lambda x, w, b: w @ x + b,
                "This is the weighted sum z. It grows with the length of w, a distance does not: "
                "divide by ||w||.",
            ),
            Misconception(
                "squared-norm",
                lambda x, w, b: (w @ x + b) / np.sum(w**2),
                "You divide by ||w||², the sum of the squares. The length ||w|| is the square "
                "root of it.",
            ),
            Misconception(
                "unsigned",
                lambda x, w, b: abs(w @ x + b) / norm(w),
                "The sign is lost. It tells on which side of the boundary x lies: take no "
                "absolute value of w·x + b.",
            ),
            Misconception(
                "sum-of-weights",
                lambda x, w, b: (w @ x + b) / np.sum(np.abs(w)),
                "You divide by the sum of the absolute weights. The length is √(w₁² + w₂² + …).",
            ),
            Misconception(
                "sum-of-weights",
                lambda x, w, b: (w @ x + b) / np.sum(w),
                "You divide by the sum of the weights. The length is √(w₁² + w₂² + …).",
            ),
            Misconception(
                "wrong-norm",
                lambda x, w, b: (w @ x + b) / norm(x),
                "You divide by the length of x. The distance needs the length of w.",
            ),
            Misconception(
                "missing-bias",
                lambda x, w, b: w @ x / norm(w),
                "The bias is missing: this is the distance to the parallel line through the "
                "origin.",
            ),
            Misconception(
                "bias-not-divided",
                lambda x, w, b: w @ x / norm(w) + b,
                "Only w·x is divided by ||w||. Put brackets around w·x + b: the bias is divided "
                "too.",
            ),
            Misconception(
                "only-bias-divided",
                lambda x, w, b: w @ x + b / norm(w),
                "Only the bias is divided by ||w||: `/` comes before `+`. Put brackets around "
                "w·x + b.",
            ),
            Misconception(
                "bias-in-norm",
                lambda x, w, b: (w @ x + b) / np.sqrt(np.sum(w**2) + b**2),
                "The bias is part of your length. ||w|| is made of the weights alone.",
            ),
            Misconception(
                "multiplied-by-norm",
                lambda x, w, b: (w @ x + b) * norm(w),
                "You multiply by ||w||. Divide by it.",
            ),
            Misconception(
                "subtracted-bias",
                lambda x, w, b: (w @ x - b) / norm(w),
                "You subtract the bias. The boundary is where w·x + b = 0: add it.",
            ),
        ],
    )


@exercise(
    "perceptron-step",
    next_question="what does the step do when the prediction is right, and why is that wise?",
)
def check_perceptron_step(answer: Any, rng: np.random.Generator) -> Passed:
    """``perceptron_step(w, b, x, y, learning_rate)`` is one update of Rosenblatt's rule."""

    def predict(w, b, x):
        return 1.0 if w @ x + b > 0 else 0.0

    def update(error, w, b, x, rate):
        return w + rate * error * x, b + rate * error

    def right(w, b, x, y, rate):
        return update(y - predict(w, b, x), w, b, x, rate)

    def recomputed(w, b, x, y, rate):
        new_w, _ = right(w, b, x, y, rate)
        return new_w, b + rate * (y - predict(new_w, b, x))

    def random_case(size, y):
        return (rng.normal(size=size), rng.normal(), rng.normal(size=size), y, 0.3)

    return check_function(
        answer,
        parameters=("w", "b", "x", "y", "learning_rate"),
        returns=Returns(parts=("w", "b")),
        expected=right,
        cases=[
            # predicted 0, was 1; predicted 1, was 0; both right; z exactly 0
            (np.array([1.0]), -3.0, np.array([2.0]), 1, 0.5),
            (np.array([1.0]), 1.0, np.array([2.0]), 0, 0.5),
            (np.array([1.0]), 1.0, np.array([2.0]), 1, 0.5),
            (np.array([1.0]), -3.0, np.array([2.0]), 0, 0.5),
            (np.array([1.0]), -2.0, np.array([2.0]), 1, 0.5),
            (np.array([1.0]), -2.0, np.array([2.0]), 0, 0.5),
            (np.array([1.0, -2.0]), -0.5, np.array([1.0, 3.0]), 1, 0.1),
            (np.array([1.0, -2.0]), 8.0, np.array([-1.0, 3.0]), 0, 0.1),
            (np.array([1.0, 1.0]), -0.2, np.array([0.2, 0.2]), 0, 1.0),
            *(random_case(4, y) for y in (0, 1, 0, 1, 0, 1)),
        ],
        misconceptions=[
            Misconception(
                "wrong-direction",
                lambda w, b, x, y, rate: update(predict(w, b, x) - y, w, b, x, rate),
                "The step goes the wrong way: the prediction gets worse. The error is "
                "y − ŷ, not ŷ − y.",
            ),
            Misconception(
                "recomputed-prediction",
                recomputed,
                "The error for the bias is computed after w has changed. Compute it once, before "
                "you change anything.",
            ),
            Misconception(
                "updates-at-zero",
                lambda w, b, x, y, rate: update(y - float(w @ x + b >= 0), w, b, x, rate),
                "At w·x + b = 0 exactly you predict 1. The perceptron predicts 1 only when the "
                "sum is greater than 0.",
            ),
            Misconception(
                "updates-at-zero",
                lambda w, b, x, y, rate: update(
                    (2 * y - 1) * float((2 * y - 1) * (w @ x + b) <= 0), w, b, x, rate
                ),
                "At w·x + b = 0 exactly you always step. There the prediction is 0, and for a "
                "truth of 0 that is right: nothing changes.",
            ),
            Misconception(
                "always-updates",
                lambda w, b, x, y, rate: update(y, w, b, x, rate),
                "You add η·y·x whatever the prediction is. The step uses the error y − ŷ, "
                "which is 0 when the prediction is right.",
            ),
            Misconception(
                "always-updates",
                lambda w, b, x, y, rate: update(2 * y - 1, w, b, x, rate),
                "You step even when the prediction is right. Predict first; the error y − ŷ is "
                "0 then, and so is the step.",
            ),
            Misconception(
                "missing-sign",
                lambda w, b, x, y, rate: update(float(y != predict(w, b, x)), w, b, x, rate),
                "Whenever the prediction is wrong you add the step, also where you predict 1 for "
                "a 0. There the error y − ŷ is −1: subtract.",
            ),
            Misconception(
                "predicts-minus-one",
                lambda w, b, x, y, rate: update(y - np.sign(w @ x + b), w, b, x, rate),
                "Your prediction is −1 where it should be 0: `np.sign` knows three values. Use "
                "1 if w·x + b > 0, else 0.",
            ),
            Misconception(
                "missing-learning-rate",
                lambda w, b, x, y, rate: update(y - predict(w, b, x), w, b, x, 1.0),
                "The learning rate is not used: multiply the step by it.",
            ),
            Misconception(
                "bias-without-learning-rate",
                lambda w, b, x, y, rate: (
                    right(w, b, x, y, rate)[0],
                    b + y - predict(w, b, x),
                ),
                "The weights are right. The bias needs the learning rate too.",
            ),
            Misconception(
                "bias-not-updated",
                lambda w, b, x, y, rate: (right(w, b, x, y, rate)[0], b),
                "The weights are right, but the bias stays as it was. It learns too: its input "
                "is always 1.",
            ),
            Misconception(
                "only-bias-updated",
                lambda w, b, x, y, rate: (w, right(w, b, x, y, rate)[1]),
                "The bias is right, but the weights stay as they were.",
            ),
            Misconception(
                "nothing-updated",
                lambda w, b, x, y, rate: (w, b),
                "You return w and b as they came in. Add the step to each of them.",
            ),
            Misconception(
                "missing-input",
                lambda w, b, x, y, rate: (
                    w + rate * (y - predict(w, b, x)),
                    right(w, b, x, y, rate)[1],
                ),
                "Every weight gets the same step. A weight's step is multiplied by its own "
                "input x.",
            ),
            Misconception(
                "bias-times-input",
                lambda w, b, x, y, rate: (
                    right(w, b, x, y, rate)[0],
                    b + rate * (y - predict(w, b, x)) * x,
                ),
                "The bias is multiplied by x and becomes an array. Its input is always 1: add "
                "only η·(y − ŷ).",
            ),
            Misconception(
                "prediction-without-bias",
                lambda w, b, x, y, rate: update(y - predict(w, 0.0, x), w, b, x, rate),
                "The prediction leaves out the bias: it is 1 when w·x + b > 0.",
            ),
            Misconception(
                "sum-for-prediction",
                lambda w, b, x, y, rate: update(y - (w @ x + b), w, b, x, rate),
                "The error is y minus the sum w·x + b. Turn the sum into a prediction first: 1 "
                "if it is greater than 0, else 0.",
            ),
            Misconception(
                "labels-plus-minus-one",
                lambda w, b, x, y, rate: update(
                    (2 * y - 1) - (2 * predict(w, b, x) - 1), w, b, x, rate
                ),
                "Your step is twice as long, as with labels −1 and 1. Here they are 0 and 1.",
            ),
            Misconception(
                "swapped-result",
                lambda w, b, x, y, rate: right(w, b, x, y, rate)[::-1],
                "Weights and bias come back in the wrong order: `return w, b`.",
            ),
            Misconception(
                "update-without-old-values",
                lambda w, b, x, y, rate: (
                    right(w, b, x, y, rate)[0] - w,
                    right(w, b, x, y, rate)[1] - b,
                ),
                "You return the steps alone. Add them to the old w and b.",
            ),
        ],
    )
