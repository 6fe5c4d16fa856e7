"""``dense(X, W, b)`` is ReLU(X W + b), one row an example."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import relu, sigmoid, step


def cases(rng):
    return [
        (np.array([[2.0]]), np.array([[3.0]]), np.array([1.0])),
        (np.array([[2.0]]), np.array([[-3.0, 1.0]]), np.array([1.0, 0.0])),
        (np.array([[1.0, 2.0]]), np.array([[1.0, 3.0], [-2.0, 1.0]]), np.array([1.0, -1.0])),
        (np.array([[1.0, 2.0]]), np.array([[2.0], [1.0]]), np.array([-1.0])),
        (
            np.array([[1.0, 2.0], [3.0, -1.0]]),
            np.array([[1.0, 0.0], [2.0, -1.0]]),
            np.array([0.5, -0.5]),
        ),
        (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)),
        (rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)),
        (rng.normal(size=(2, 6)), rng.normal(size=(6, 4)), rng.normal(size=4)),
    ]


EXERCISE = FunctionExercise(
    next_question="which array grows when you send 1,000 examples through instead of one?",
    parameters=("X", "W", "b"),
    returns=Returns("array"),
    expected=lambda X, W, b: relu(X @ W + b),
    cases=cases,
    library_calls=("Dense",),
    # A framework that adds a bias to whole numbers cuts its decimals: a layer is fed decimals.
    whole_numbers=False,
    misconceptions=(
        Misconception(
            "missing-activation",
            lambda X, W, b: X @ W + b,
            "The activation is missing: negative sums must come out as 0. Apply "
            "`np.maximum(0, …)`.",
        ),
        Misconception(
            "transposed-weights",
            lambda X, W, b: relu(X @ W.T + b),
            "You multiply by W transposed. W has one row an input and one column a unit, so "
            "X @ W fits as it is.",
        ),
        Misconception(
            "swapped-factors",
            lambda X, W, b: relu(W @ X + b),
            "You multiply in the order W @ X. Each row of X is an example: X @ W.",
        ),
        Misconception(
            "elementwise-product",
            lambda X, W, b: relu(X * W + b),
            "`X * W` multiplies number by number. Each unit sums over all inputs: `X @ W`.",
        ),
        Misconception(
            "missing-bias",
            lambda X, W, b: relu(X @ W),
            "The bias is missing: add `b` to X @ W, before the activation.",
        ),
        Misconception(
            "bias-after-activation",
            lambda X, W, b: relu(X @ W) + b,
            "The bias is added after the activation. Add it to X @ W first, then apply the ReLU.",
        ),
        Misconception(
            "subtracted-bias",
            lambda X, W, b: relu(X @ W - b),
            "You subtract the bias. The layer adds it.",
        ),
        Misconception(
            "minimum-for-maximum",
            lambda X, W, b: np.minimum(0, X @ W + b),
            "You keep the negative sums and drop the positive ones. ReLU is the maximum of 0 "
            "and z.",
        ),
        Misconception(
            "absolute-value",
            lambda X, W, b: np.abs(X @ W + b),
            "Negative sums come out positive, as with the absolute value. ReLU makes them 0.",
        ),
        Misconception(
            "step-for-relu",
            lambda X, W, b: step(X @ W + b),
            "Positive sums come out as 1: this is the step function. ReLU lets them through "
            "as they are.",
        ),
        Misconception(
            "sigmoid-for-relu",
            lambda X, W, b: sigmoid(X @ W + b),
            "Every result lies between 0 and 1: this is the sigmoid. ReLU is the maximum of "
            "0 and z.",
        ),
        Misconception(
            "bias-as-column",
            lambda X, W, b: relu(X @ W + b[:, None]),
            "The bias is added as a column, so it varies from row to row. Added as it is, "
            "it goes to every row.",
        ),
        Misconception(
            "transposed-result",
            lambda X, W, b: relu(X @ W + b).T,
            "Rows and columns are swapped: the result has one row an example.",
        ),
        Misconception(
            "first-example-only",
            lambda X, W, b: relu(X[0] @ W + b),
            "Only the first example went through. X @ W takes all rows at once.",
        ),
        Misconception(
            "summed-over-units",
            lambda X, W, b: relu(np.sum(X @ W + b, axis=1)),
            "The units are added up. Each unit keeps its own output: one column a unit.",
        ),
        Misconception(
            "one-maximum",
            lambda X, W, b: np.max(X @ W + b),
            "`np.max` takes the largest of all numbers. `np.maximum(0, z)` compares each "
            "number with 0.",
        ),
    ),
)
