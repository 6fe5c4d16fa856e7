"""``reconstruction_errors(X, X_hat)`` is the mean squared error of each row."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    return [
        (np.array([[1.0, 0.0]]), np.array([[0.0, 0.0]])),
        (np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.0, 0.0], [0.5, 0.5]])),
        (np.array([[0.0, 2.0, 0.0]]), np.array([[3.0, 2.0, 0.0]])),
        (rng.random((4, 3)), rng.random((4, 3))),
        (rng.random((30, 784)), rng.random((30, 784))),
    ]


EXERCISE = FunctionExercise(
    next_question="an image of 784 pixels is off by 0.1 at every pixel. What is its error?",
    parameters=("X", "X_hat"),
    returns=Returns("array"),
    expected=lambda X, R: np.mean((X - R) ** 2, axis=1),
    cases=cases,
    library_calls=("MeanSquaredError", "mean_squared_error"),
    misconceptions=(
        Misconception(
            "one-number",
            lambda X, R: np.mean((X - R) ** 2),
            "One number for the whole batch: average over the pixels of each row only, so "
            "that every example keeps its own error.",
        ),
        Misconception(
            "per-pixel",
            lambda X, R: np.mean((X - R) ** 2, axis=0),
            "One number for each pixel: you averaged over the examples. An example is a row, "
            "so average along `axis=1`.",
        ),
        Misconception(
            "summed",
            lambda X, R: np.sum((X - R) ** 2, axis=1),
            "You add the squares up. Divide by the number of pixels: the mean is asked for.",
        ),
        Misconception(
            "absolute",
            lambda X, R: np.mean(np.abs(X - R), axis=1),
            "You average the sizes of the differences. Square each difference first.",
        ),
        Misconception(
            "root",
            lambda X, R: np.sqrt(np.mean((X - R) ** 2, axis=1)),
            "You take a root at the end. The mean of the squares is asked for.",
        ),
        Misconception(
            "length",
            lambda X, R: np.sqrt(np.sum((X - R) ** 2, axis=1)),
            "This is the distance between the two rows. The mean of the squares is asked for.",
        ),
        Misconception(
            "signed-mean",
            lambda X, R: np.mean(X - R, axis=1),
            "Differences of opposite sign cancel in your mean. Square each of them first.",
        ),
        Misconception(
            "square-of-mean",
            lambda X, R: np.mean(X - R, axis=1) ** 2,
            "You square after averaging, so differences of opposite sign have cancelled. "
            "Square each of them first.",
        ),
        Misconception(
            "not-averaged",
            lambda X, R: (X - R) ** 2,
            "One number for each pixel of each example: the mean over the pixels is missing.",
        ),
        Misconception(
            "norm-not-squared",
            lambda X, R: np.linalg.norm(X - R, axis=1) / X.shape[1],
            "`np.linalg.norm` is the *root* of the sum of the squares. The mean of the squares is "
            "its square, divided by the number of pixels.",
        ),
    ),
)
