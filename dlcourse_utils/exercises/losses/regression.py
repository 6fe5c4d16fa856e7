"""Exercises on losses for numbers: the root of MSE, the gradient of Huber's loss."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


@exercise(
    "root-mean-squared-error",
    next_question="which is larger, RMSE or MAE, and when are they equal?",
)
def check_root_mean_squared_error(answer: Any, rng: np.random.Generator) -> Passed:
    """``root_mean_squared_error(y_true, y_pred)`` is √(mean (ŷ − y)²), a number."""
    return check_function(
        answer,
        parameters=("y_true", "y_pred"),
        returns=Returns("number"),
        expected=lambda y, p: np.sqrt(np.mean((p - y) ** 2)),
        cases=[
            (np.array([1.0]), np.array([3.0])),
            (np.array([3.0]), np.array([1.0])),
            (np.array([2.0, 5.0]), np.array([2.0, 5.0])),
            (np.array([0.0, 0.0]), np.array([3.0, 4.0])),
            (np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.0, 3.0])),
            (rng.normal(size=6), rng.normal(size=6)),
            (100 * rng.normal(size=50), 100 * rng.normal(size=50)),
        ],
        library_calls=("RootMeanSquaredError", "MeanSquaredError", "root_mean_squared_error"),
        misconceptions=[
            Misconception(
                "missing-root",
                lambda y, p: np.mean((p - y) ** 2),
                "This is MSE, in the square of the unit. Take the root of it.",
            ),
            Misconception(
                "root-before-mean",
                lambda y, p: np.mean(np.abs(p - y)),
                "This is MAE: you take the root of each square (or the absolute value) before "
                "the mean. Average the squares first, then take one root.",
            ),
            Misconception(
                "summed",
                lambda y, p: np.sqrt(np.sum((p - y) ** 2)),
                "You add the squares up and do not divide by their number, so more examples "
                "give a larger result. Take the mean.",
            ),
            Misconception(
                "divided-outside",
                lambda y, p: np.sqrt(np.sum((p - y) ** 2)) / len(y),
                "You divide by n after the root. Divide before it: the root of the *mean* square.",
            ),
            Misconception(
                "n-minus-one",
                lambda y, p: np.sqrt(np.sum((p - y) ** 2) / (len(y) - 1)),
                "You divide by n − 1, as for a variance around an estimated mean. A loss divides "
                "by n.",
            ),
            Misconception(
                "square-of-mean",
                lambda y, p: np.abs(np.mean(p - y)),
                "You average the errors before you square them, so errors of opposite sign "
                "cancel. Square each error first.",
            ),
            Misconception(
                "signed-mean",
                lambda y, p: np.mean(p - y),
                "Errors of opposite sign cancel in your mean. Square each error first.",
            ),
            Misconception(
                "centred",
                lambda y, p: np.std(p - y),
                "You take the standard deviation of the errors: it leaves out their mean. A model "
                "that is wrong by 3 everywhere would get 0.",
            ),
            Misconception(
                "not-averaged",
                lambda y, p: np.abs(p - y),
                "One number for each example: the mean is missing.",
            ),
        ],
    )


@exercise(
    "huber-gradient",
    next_question="what does the gradient become for a very small δ, and for a very large one?",
)
def check_huber_gradient(answer: Any, rng: np.random.Generator) -> Passed:
    """``huber_gradient(y_true, y_pred, delta)`` is clip(ŷ − y, −δ, δ) / n."""

    def right(y, p, d):
        return np.clip(p - y, -d, d) / len(y)

    return check_function(
        answer,
        parameters=("y_true", "y_pred", "delta"),
        returns=Returns("array"),
        expected=right,
        cases=[
            (np.array([0.0]), np.array([0.5]), 1.0),
            (np.array([0.0]), np.array([3.0]), 1.0),
            (np.array([3.0]), np.array([0.0]), 1.0),
            (np.array([0.0]), np.array([3.0]), 2.0),
            (np.array([0.0, 0.0]), np.array([-0.5, 3.0]), 2.0),
            (np.array([1.0, 0.0, 4.0]), np.array([1.5, -3.0, 4.0]), 1.0),
            (rng.normal(size=6), 2 * rng.normal(size=6), 0.7),
            (rng.normal(size=40), 3 * rng.normal(size=40), 1.5),
        ],
        misconceptions=[
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
                "Beyond δ you use the slope 1. The line has the slope δ: differentiate "
                "δ(|e| − δ/2).",
            ),
            Misconception(
                "doubled",
                lambda y, p, d: (
                    np.where(np.abs(p - y) <= d, 2 * (p - y), d * np.sign(p - y)) / len(y)
                ),
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
        ],
    )
