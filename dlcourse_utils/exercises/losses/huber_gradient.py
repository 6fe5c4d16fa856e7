"""``huber_gradient(y_true, y_pred, delta)`` is clip(ŷ − y, −δ, δ) / n."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def right(y, p, d):
    return np.clip(p - y, -d, d) / len(y)


def cases(rng):
    return [
        (np.array([0.0]), np.array([0.5]), 1.0),
        (np.array([0.0]), np.array([3.0]), 1.0),
        (np.array([3.0]), np.array([0.0]), 1.0),
        (np.array([0.0]), np.array([3.0]), 2.0),
        (np.array([0.0, 0.0]), np.array([-0.5, 3.0]), 2.0),
        (np.array([1.0, 0.0, 4.0]), np.array([1.5, -3.0, 4.0]), 1.0),
        (rng.normal(size=6), 2 * rng.normal(size=6), 0.7),
        (rng.normal(size=40), 3 * rng.normal(size=40), 1.5),
    ]


def edges(rng):
    return [
        (np.array([0.5, 1.0]), np.array([1.0, 3.0]), 1.5),
    ]


EXERCISE = FunctionExercise(
    next_question="what does the gradient become for a very small δ, and for a very large one?",
    parameters=("y_true", "y_pred", "delta"),
    returns=Returns("array"),
    expected=right,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "not-averaged",
            lambda y, p, d: len(y) * right(y, p, d),
            "Each number is n times too large: the loss is a mean, so its gradient is divided "
            "by the number of examples.",
        ),
        Misconception(
            "opposite-sign",
            lambda y, p, d: -right(y, p, d),
            "The sign is turned round. The gradient points to where the loss rises: above the "
            "truth it is positive.",
        ),
        Misconception(
            "mse-gradient",
            lambda y, p, d: 2 * (p - y) / len(y),
            "This is the gradient of MSE: it grows with the error without a limit.",
        ),
        Misconception(
            "no-line",
            lambda y, p, d: (p - y) / len(y),
            "It grows with the error without a limit. Beyond δ the loss is a straight line: "
            "what is its slope?",
        ),
        Misconception(
            "mae-gradient",
            lambda y, p, d: np.sign(p - y) / len(y),
            "This is the gradient of MAE. Near 0 Huber's loss is a parabola, so its slope "
            "goes to 0 there.",
        ),
        Misconception(
            "slope-one",
            lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, np.sign(p - y)) / len(y),
            "Beyond δ you use the slope 1. The line has the slope δ: differentiate δ(|e| − δ/2).",
        ),
        Misconception(
            "doubled",
            lambda y, p, d: np.where(np.abs(p - y) <= d, 2 * (p - y), d * np.sign(p - y)) / len(y),
            "Within δ your slope is twice too large: the parabola is e²/2, not e².",
        ),
        Misconception(
            "missing-sign",
            lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, d) / len(y),
            "Beyond δ the slope is δ on the right and −δ on the left: give it the sign of "
            "the error.",
        ),
        Misconception(
            "signed-comparison",
            lambda y, p, d: np.minimum(p - y, d) / len(y),
            "Large errors below the truth are not limited: compare the *size* of the error, "
            "|e|, with δ.",
        ),
        Misconception(
            "swapped-branches",
            lambda y, p, d: np.where(np.abs(p - y) > d, p - y, d * np.sign(p - y)) / len(y),
            "The two branches are swapped: the parabola is for small errors, the line for "
            "large ones.",
        ),
        Misconception(
            "loss-itself",
            lambda y, p, d: np.where(
                np.abs(p - y) <= d, (p - y) ** 2 / 2, d * (np.abs(p - y) - d / 2)
            ),
            "This is the loss of each example. Its gradient is asked for: the derivative with "
            "respect to each prediction.",
        ),
        Misconception(
            "averaged",
            lambda y, p, d: np.mean(np.clip(p - y, -d, d)),
            "One number for all: the gradient has one number for each prediction.",
        ),
        Misconception(
            "zeroed",
            lambda y, p, d: np.where(np.abs(p - y) <= d, p - y, 0.0) / len(y),
            "Beyond δ your gradient is 0. There the loss is a line that still rises, so "
            "outliers still pull, with a limited force.",
        ),
    ),
)
