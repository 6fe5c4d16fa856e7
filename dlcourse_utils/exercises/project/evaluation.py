"""Exercises on evaluation: comparing two models, and the calibration error."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _paired(right_a, right_b):
    difference = np.asarray(right_a, float) - np.asarray(right_b, float)
    return difference.mean(), difference.std() / np.sqrt(len(difference))


@exercise(
    "paired-difference",
    next_question="two models make the same mistakes but for ten sentences. Does the number of "
    "sentences on which they agree change the difference's error?",
)
def check_paired_difference(answer: Any, rng: np.random.Generator) -> Passed:
    """``paired_difference(right_a, right_b)`` is the difference and its standard error."""

    def with_error(error):
        return lambda a, b: (np.mean(a) - np.mean(b), error(np.asarray(a), np.asarray(b)))

    def both(a, b):
        return np.sqrt((a.var() + b.var()) / len(a))

    cases = [
        (np.array([1, 0]), np.array([1, 1])),
        (np.array([1, 1, 0, 1]), np.array([1, 0, 0, 0])),
        (np.array([1, 1, 1, 0]), np.array([1, 1, 0, 1])),
    ]
    for size, agree in [(12, 0.5), (40, 0.8), (101, 0.9)]:
        a = rng.integers(0, 2, size=size)
        cases.append((a, np.where(rng.random(size) < agree, a, 1 - a)))
    return check_function(
        answer,
        parameters=("right_a", "right_b"),
        returns=Returns(parts=("difference", "error")),
        expected=_paired,
        cases=cases,
        misconceptions=[
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
                "The spread is measured from 0. Measure it from the mean difference, as `np.std` "
                "does.",
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
        ],
    )


def _bins(p, y, bins):
    """Of each bin that is not empty: answers in it, mean probability, share of positives."""
    number = np.floor(p * bins).astype(int)
    chosen = [number == k for k in range(bins) if (number == k).any()]
    return np.array([(c.sum(), p[c].mean(), y[c].mean()) for c in chosen]).T


def _calibration_error(p, y, bins=10):
    size, mean, share = _bins(p, y, bins)
    return (size * np.abs(mean - share)).sum() / size.sum()


@exercise(
    "calibration-error",
    next_question="a model that answers 0.5 to everyone: which error has it on balanced data, and "
    "what is it good for?",
)
def check_calibration_error(answer: Any, rng: np.random.Generator) -> Passed:
    """``calibration_error(p, y, bins)`` is the expected calibration error."""

    def from_bins(formula):
        return lambda p, y, bins=10: formula(*_bins(p, y, bins), bins)

    def case(p, y, *bins):
        return (np.array(p), np.array(y), *bins)

    cases = [
        case([0.25], [1], 1),
        case([0.1, 0.3, 0.9], [0, 1, 1], 2),
        case([0.2, 0.4, 0.6], [1, 1, 0], 2),
        case([0.5, 0.75], [0, 1], 2),
        case([0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1], 2),
        case([0.05, 0.15, 0.95, 0.92], [1, 0, 1, 0]),
    ]
    for count, bins in [(30, 5), (80, 10), (60, 4)]:
        p = rng.uniform(0, 0.999, size=count)
        cases.append((p, (rng.random(count) < p**2).astype(int), bins))
    return check_function(
        answer,
        parameters=("p", "y", "bins"),
        returns=Returns("number"),
        expected=_calibration_error,
        cases=cases,
        misconceptions=[
            Misconception(
                "not-weighted",
                from_bins(lambda size, mean, share, bins: np.abs(mean - share).mean()),
                "Every bin counts the same. Weight each distance by the number of answers in its "
                "bin.",
            ),
            Misconception(
                "empty-bins-counted",
                from_bins(lambda size, mean, share, bins: np.abs(mean - share).sum() / bins),
                "You divide by the number of bins. Weight each distance by the number of answers "
                "in its bin instead.",
            ),
            Misconception(
                "signs-cancel",
                from_bins(
                    lambda size, mean, share, bins: (size * (mean - share)).sum() / size.sum()
                ),
                "Bins that are too high and bins that are too low cancel. Take the absolute value "
                "in each bin.",
            ),
            Misconception(
                "signs-cancel",
                from_bins(
                    lambda size, mean, share, bins: abs((size * (mean - share)).sum() / size.sum())
                ),
                "Bins that are too high and bins that are too low cancel. Take the absolute value "
                "in each bin, before they are added.",
            ),
            Misconception(
                "answer-by-answer",
                lambda p, y, bins=10: np.abs(p - y).mean(),
                "You compare each probability with its own label, so even a true 0.5 looks wrong. "
                "Average within a bin first.",
            ),
            Misconception(
                "squared",
                from_bins(
                    lambda size, mean, share, bins: (size * (mean - share) ** 2).sum() / size.sum()
                ),
                "The distances are squared. Take their absolute values.",
            ),
            Misconception(
                "largest-bin",
                from_bins(lambda size, mean, share, bins: np.abs(mean - share).max()),
                "This is the largest distance, the maximum calibration error. Asked for is the "
                "weighted mean.",
            ),
            Misconception(
                "not-divided",
                from_bins(lambda size, mean, share, bins: (size * np.abs(mean - share)).sum()),
                "The sum is right; divide it by the number of answers.",
            ),
            Misconception(
                "bin-centres",
                _with_centres,
                "You compare with the middle of the bin. Use the mean of the probabilities in it.",
            ),
            Misconception(
                "accuracy",
                _with_accuracy,
                "You compare with the share of right answers. Here p is the probability of label "
                "1: compare with the share of positives.",
            ),
            Misconception(
                "bins-ignored",
                lambda p, y, bins=10: _calibration_error(p, y, 10),
                "Your function always uses ten bins: the argument `bins` plays no part.",
            ),
        ],
    )


def _with_centres(p, y, bins=10):
    number = np.floor(p * bins).astype(int)
    filled = [(number == k, (k + 0.5) / bins) for k in range(bins) if (number == k).any()]
    return sum(c.sum() * abs(middle - y[c].mean()) for c, middle in filled) / len(p)


def _with_accuracy(p, y, bins=10):
    return _calibration_error(p, ((p >= 0.5) == y).astype(float), bins)
