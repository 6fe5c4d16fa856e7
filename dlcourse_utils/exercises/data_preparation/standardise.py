"""``standardise(train, test)`` scales both with what the training rows say."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _spread(values, **options):
    spread = np.std(values, axis=0, **options)
    return np.where(spread > 0, spread, 1.0)


def _standardise(train, test):
    mean, spread = train.mean(axis=0), _spread(train)
    return (train - mean) / spread, (test - mean) / spread


def with_all_rows(train, test):
    rows = np.concatenate([train, test])
    mean, spread = rows.mean(axis=0), _spread(rows)
    return (train - mean) / spread, (test - mean) / spread


def alone(rows):
    return (rows - rows.mean(axis=0)) / _spread(rows)


def one_number(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


def divided_by(function):
    def formula(train, test):
        mean, spread = train.mean(axis=0), function(train)
        return (train - mean) / spread, (test - mean) / spread

    return formula


def cases(rng):
    cases = [
        (np.array([[1.0], [3.0]]), np.array([[4.0]])),
        (np.array([[0.0], [4.0]]), np.array([[2.0], [10.0]])),
        (np.array([[1.0, 10.0], [3.0, 30.0]]), np.array([[3.0, 40.0], [2.0, 0.0]])),
        # A column that is the same in all training rows, in the test rows or not.
        (np.array([[1.0, 7.0], [5.0, 7.0]]), np.array([[9.0, 7.0]])),
        (np.array([[1.0, 7.0], [5.0, 7.0]]), np.array([[9.0, 8.0]])),
    ]
    for train, test, columns in [(5, 3, 2), (8, 4, 3)]:
        centre = rng.uniform(-50, 50, size=columns)
        cases.append(
            tuple((centre + 10 * rng.normal(size=(n, columns))).round(1) for n in (train, test))
        )
    return cases


def edges(rng):
    return [
        (np.array([[0.0], [1.0], [5.0]]), np.array([[1.0], [2.0]])),
    ]


EXERCISE = FunctionExercise(
    next_question="a new patient arrives alone. With which mean do you scale this one row?",
    parameters=("train", "test"),
    returns=Returns(parts=("train", "test")),
    expected=_standardise,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "constant-column",
            divided_by(lambda rows: rows.std(axis=0)),
            "Right until a column has the same value in every training row: its spread is 0, "
            "and 0 / 0 is no number. Divide such a column by 1.",
        ),
        Misconception(
            "tiny-spread",
            divided_by(lambda rows: rows.std(axis=0) + 1e-8),
            "A tiny number in place of 0 avoids 0 / 0. But a test value that differs by 1 then "
            "becomes 100 million. Divide such a column by 1.",
        ),
        Misconception(
            "all-rows",
            with_all_rows,
            "Mean and spread come from all rows. The test rows must not be looked at: take "
            "both numbers from `train` alone.",
        ),
        Misconception(
            "own-statistics",
            lambda train, test: (alone(train), alone(test)),
            "The test rows are scaled with their own mean and spread, so the same patient "
            "gets other numbers in other company. Use those of `train` for both.",
        ),
        Misconception(
            "test-untouched",
            lambda train, test: (_standardise(train, test)[0], test),
            "The test rows come back unscaled, and the model would not know them again.",
        ),
        Misconception(
            "one-mean-for-all",
            one_number,
            "One mean and one spread for the whole table. Each column has its own: axis=0.",
        ),
        Misconception(
            "variance",
            divided_by(lambda rows: _spread(rows) ** 2),
            "You divide by the variance. The standard deviation is its root.",
        ),
        Misconception(
            "sample-spread",
            divided_by(lambda rows: _spread(rows, ddof=1)),
            "This spread divides by n − 1 (pandas' habit). Here it is NumPy's, which divides by n.",
        ),
        Misconception(
            "min-max",
            lambda train, test: tuple(
                (rows - train.min(axis=0))
                / np.where(np.ptp(train, axis=0) > 0, np.ptp(train, axis=0), 1)
                for rows in (train, test)
            ),
            "This brings the smallest value to 0 and the largest to 1. Standardising brings "
            "the mean to 0 and the standard deviation to 1.",
        ),
    ),
)
