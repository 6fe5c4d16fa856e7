"""``root_mean_squared_error(y_true, y_pred)`` is √(mean (ŷ − y)²), a number."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    return [
        (np.array([1.0]), np.array([3.0])),
        (np.array([3.0]), np.array([1.0])),
        (np.array([2.0, 5.0]), np.array([2.0, 5.0])),
        (np.array([0.0, 0.0]), np.array([3.0, 4.0])),
        (np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.0, 3.0])),
        (rng.normal(size=6), rng.normal(size=6)),
        (100 * rng.normal(size=50), 100 * rng.normal(size=50)),
    ]


EXERCISE = FunctionExercise(
    next_question="which is larger, RMSE or MAE, and when are they equal?",
    parameters=("y_true", "y_pred"),
    returns=Returns("number"),
    expected=lambda y, p: np.sqrt(np.mean((p - y) ** 2)),
    cases=cases,
    library_calls=("RootMeanSquaredError", "MeanSquaredError", "root_mean_squared_error"),
    misconceptions=(
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
            "You divide by n − 1, as for a variance around an estimated mean. A loss divides by n.",
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
        Misconception(
            "two-for-n",
            lambda y, p: np.sqrt(np.sum((p - y) ** 2) / 2),
            "You always divide by 2. Divide by the number of examples, `len(y_true)`.",
        ),
    ),
)
