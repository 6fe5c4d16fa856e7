"""``signed_distance(x, w, b)`` is (w·x + b) / ||w||."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def norm(w):
    return np.sqrt(np.sum(w**2))


def cases(rng):
    return [
        (np.array([3.0]), np.array([2.0]), 0.0),
        (np.array([1.0]), np.array([2.0]), 4.0),
        (np.array([1.0]), np.array([2.0]), -4.0),
        (np.array([1.0, 1.0]), np.array([3.0, 4.0]), 3.0),
        (np.array([0.0, 0.0]), np.array([3.0, 4.0]), -10.0),
        (np.array([4.0, -3.0]), np.array([3.0, 4.0]), 0.0),
        (rng.normal(size=3), rng.normal(size=3), rng.normal()),
        (rng.normal(size=6), rng.normal(size=6), -1 - rng.random()),
    ]


EXERCISE = FunctionExercise(
    next_question="what happens to the distance, and to the boundary, when you double w and b?",
    parameters=("x", "w", "b"),
    returns=Returns("number"),
    expected=lambda x, w, b: (w @ x + b) / norm(w),
    cases=cases,
    misconceptions=(
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
            "The bias is missing: this is the distance to the parallel line through the origin.",
        ),
        Misconception(
            "bias-not-divided",
            lambda x, w, b: w @ x / norm(w) + b,
            "Only w·x is divided by ||w||. Put brackets around w·x + b: the bias is divided too.",
        ),
        Misconception(
            "only-bias-divided",
            lambda x, w, b: w @ x + b / norm(w),
            "Only the bias is divided by ||w||: `/` comes before `+`. Put brackets around w·x + b.",
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
    ),
)
