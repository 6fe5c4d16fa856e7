"""``paired_difference(right_a, right_b)`` is the difference and its standard error."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _paired(right_a, right_b):
    difference = np.asarray(right_a, float) - np.asarray(right_b, float)
    return difference.mean(), difference.std() / np.sqrt(len(difference))


def with_error(error):
    return lambda a, b: (np.mean(a) - np.mean(b), error(np.asarray(a), np.asarray(b)))


def both(a, b):
    return np.sqrt((a.var() + b.var()) / len(a))


def cases(rng):
    cases = [
        (np.array([1, 0]), np.array([1, 1])),
        (np.array([1, 1, 0, 1]), np.array([1, 0, 0, 0])),
        (np.array([1, 1, 1, 0]), np.array([1, 1, 0, 1])),
    ]
    for size, agree in [(12, 0.5), (40, 0.8), (101, 0.9)]:
        a = rng.integers(0, 2, size=size)
        cases.append((a, np.where(rng.random(size) < agree, a, 1 - a)))
    return cases


EXERCISE = FunctionExercise(
    next_question=(
        "two models make the same mistakes but for ten sentences. Does the number of "
        "sentences on which they agree change the difference's error?"
    ),
    parameters=("right_a", "right_b"),
    returns=Returns(parts=("difference", "error")),
    expected=_paired,
    cases=cases,
    misconceptions=(
        Misconception(
            "unpaired",
            with_error(both),
            "This is the error for two models on *different* sentences. On the same ones, take "
            "the differences sentence by sentence and their standard deviation.",
        ),
        Misconception(
            "errors-added",
            with_error(lambda a, b: (a.std() + b.std()) / np.sqrt(len(a))),
            "You add two standard errors. Take the differences sentence by sentence, and one "
            "standard deviation of these.",
        ),
        Misconception(
            "error-of-one",
            with_error(lambda a, b: a.std() / np.sqrt(len(a))),
            "This is the error of the first accuracy, not that of the difference.",
        ),
        Misconception(
            "missing-root",
            lambda a, b: (_paired(a, b)[0], (a - b).std() / len(a)),
            "Divide by the root of n, not by n.",
        ),
        Misconception(
            "not-divided",
            lambda a, b: (_paired(a, b)[0], (a - b).std()),
            "This is the spread of single differences. The error of their mean is smaller: "
            "divide by the root of n.",
        ),
        Misconception(
            "variance",
            lambda a, b: (_paired(a, b)[0], (a - b).var() / np.sqrt(len(a))),
            "You use the variance. Take its root, the standard deviation.",
        ),
        Misconception(
            "variance",
            lambda a, b: (_paired(a, b)[0], (a - b).var() / len(a)),
            "This is the square of the standard error: take its root.",
        ),
        Misconception(
            "other-sign",
            lambda a, b: _paired(b, a),
            "The difference has the wrong sign: the first accuracy minus the second.",
        ),
        Misconception(
            "absolute",
            lambda a, b: (abs(_paired(a, b)[0]), _paired(a, b)[1]),
            "The difference lost its sign: it is negative where b is better.",
        ),
        Misconception(
            "disagreements",
            lambda a, b: (
                np.mean(a != b),
                np.asarray(a != b, float).std() / np.sqrt(len(a)),
            ),
            "You count where the two disagree. A sentence counts as +1 where only a is right, "
            "and as −1 where only b is.",
        ),
        Misconception(
            "about-zero",
            lambda a, b: (_paired(a, b)[0], np.sqrt(((a - b) ** 2).mean() / len(a))),
            "The spread is measured from 0. Measure it from the mean difference, as `np.std` does.",
        ),
        Misconception(
            "sample-deviation",
            lambda a, b: (_paired(a, b)[0], (a - b).std(ddof=1) / np.sqrt(len(a))),
            "You divide the squares by n − 1 (`ddof=1`), which is a fine estimate too; here "
            "use `np.std` as it is.",
        ),
        Misconception(
            "swapped-result",
            lambda a, b: _paired(a, b)[::-1],
            "The two numbers come back in the wrong order: `return difference, error`.",
        ),
        Misconception(
            "sign-lost",
            with_error(lambda a, b: np.abs(a - b).std() / np.sqrt(len(a))),
            "The difference is right. In the error the absolute value loses the signs: a sentence "
            "that only b has right counts as −1.",
        ),
    ),
)
