"""Exercises on tables: one unit, scaling without a look at the test rows, a split by group."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.functions import Misconception, check_function, get_result
from dlcourse_utils.exercises.engine.registry import Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.results import Returns, fit
from dlcourse_utils.exercises.engine.safe_call import Clock
from dlcourse_utils.exercises.engine.wording import show

_MG = 18.0  # mg/dL in one mmol/L of glucose, rounded as laboratories do


@exercise(
    "one-unit",
    next_question="what would you do if nobody had noted which rows are in mmol/L?",
)
def check_one_unit(answer: Any, rng: np.random.Generator) -> Passed:
    """``to_mg_per_dl(values, in_mmol)`` converts the marked values and no others."""
    cases = [
        (np.array([5.0]), np.array([True])),
        (np.array([90.0]), np.array([False])),
        (np.array([5.0, 90.0]), np.array([True, False])),
        # 25 mg/dL is dangerously low and 33 mmol/L dangerously high; both happen.
        (np.array([25.0, 33.0, 100.0]), np.array([False, True, False])),
    ]
    for count in (4, 8):
        in_mmol = rng.random(count) < 0.5
        in_mmol[:2] = [True, False]
        values = np.where(in_mmol, rng.uniform(3, 9, count), rng.uniform(60, 160, count))
        cases.append((values.round(1), in_mmol))
    return check_function(
        answer,
        parameters=("values", "in_mmol"),
        returns=Returns("array"),
        expected=lambda values, in_mmol: np.where(in_mmol, _MG * values, values),
        cases=cases,
        misconceptions=[
            Misconception(
                "all-converted",
                lambda values, in_mmol: _MG * values,
                "You convert every row. Those that are in mg/dL already must stay.",
            ),
            Misconception(
                "mask-inverted",
                lambda values, in_mmol: np.where(in_mmol, values, _MG * values),
                "You convert the rows that are in mg/dL and leave the others. True marks mmol/L.",
            ),
            Misconception(
                "divided",
                lambda values, in_mmol: np.where(in_mmol, values / _MG, values),
                "The wrong way: 1 mmol/L is 18 mg/dL, so the number becomes larger.",
            ),
            Misconception(
                "guessed-by-size",
                lambda values, in_mmol: np.where(values < 30, _MG * values, values),
                "You guess the unit from the size of the number. Extreme values of one unit look "
                "like usual ones of the other; `in_mmol` says what is true.",
            ),
            Misconception(
                "rows-dropped",
                lambda values, in_mmol: values[~in_mmol],
                "The rows in mmol/L are gone. They are good measurements: convert them.",
            ),
        ],
    )


def _spread(values, **options):
    spread = np.std(values, axis=0, **options)
    return np.where(spread > 0, spread, 1.0)


def _standardise(train, test):
    mean, spread = train.mean(axis=0), _spread(train)
    return (train - mean) / spread, (test - mean) / spread


@exercise(
    "standardise",
    next_question="a new patient arrives alone. With which mean do you scale this one row?",
)
def check_standardise(answer: Any, rng: np.random.Generator) -> Passed:
    """``standardise(train, test)`` scales both with what the training rows say."""

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
    return check_function(
        answer,
        parameters=("train", "test"),
        returns=Returns(parts=("train", "test")),
        expected=_standardise,
        cases=cases,
        misconceptions=[
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
                "This spread divides by n − 1 (pandas' habit). Here it is NumPy's, which divides "
                "by n.",
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
        ],
    )


_SEEDS = range(6)


@exercise(
    "group-split",
    next_question="three hospitals, and the model will be used in a fourth. What is a group?",
)
def check_group_split(answer: Any, rng: np.random.Generator) -> Passed:
    """``group_split(groups, share, seed)`` marks all rows of some groups for testing."""
    cases = [
        (np.array([1, 1, 2, 2]), 0.5),
        (np.array([7, 7, 7, 7, 7, 7, 3, 5, 9]), 0.25),
        # Shares that are no whole number of groups: 2.25 of 9 and 2.7 of 9.
        (np.array([8, 6, 4, 2, 1, 3, 5, 7, 9, 9]), 0.25),
        # Not in order, and of very different sizes.
        (rng.permutation(np.repeat(np.arange(9), rng.integers(1, 12, size=9))), 0.3),
    ]
    parameters = ("groups", "share", "seed")
    clock = Clock()
    always_equal = True
    for groups, share in cases:
        masks = []
        for seed in _SEEDS:
            arguments = (groups, share, seed)
            texts = (show(groups), f"{share:g}", str(seed))
            result = get_result(answer, parameters, arguments, texts, clock=clock)
            masks.append(_as_mask(result, groups, texts))
            _require_whole_groups(masks[-1], groups, share, texts)
            again = get_result(answer, parameters, arguments, texts, clock=clock)
            _require_same(masks[-1], _as_mask(again, groups, texts), texts)
        always_equal = always_equal and bool(np.all(masks == masks[0]))
    # Over all cases together: one right answer in 32 draws the same of two groups six times.
    if always_equal:
        raise Wrong(
            f"Seeds 0 to {len(_SEEDS) - 1} all give the same split. Let the seed decide which "
            "groups are drawn: `np.random.default_rng(seed)`.",
            misconception="not-random",
        )
    return Passed(f"right, on {len(cases) * len(_SEEDS)} splits.")


def _as_mask(result: Any, groups: np.ndarray, texts: tuple[str, ...]) -> np.ndarray:
    mask = fit(result, groups.shape, "the result")
    if not np.isin(mask, [0, 1]).all():
        raise Wrong(
            "The result must be True or False for each row, True for testing.",
            counter_example=_counter(texts, "True or False for each row", show(mask)),
            misconception="no-mask",
        )
    return mask.astype(bool)


def _require_same(mask, again, texts) -> None:
    if not np.array_equal(mask, again):
        raise Wrong(
            "The same seed gives another split the second time, so nobody can repeat your test. "
            "Take all chance from `np.random.default_rng(seed)`.",
            counter_example=_counter(texts, _numbers(mask), _numbers(again)),
            misconception="seed-ignored",
        )


def _require_whole_groups(mask, groups, share, texts) -> None:
    split = [group for group in np.unique(groups) if 0 < mask[groups == group].mean() < 1]
    if split:
        raise Wrong(
            f"Group {split[0]} has rows on both sides. Draw groups, not rows, then mark every row "
            "of those drawn.",
            counter_example=_counter(texts, "each group on one side", _numbers(mask)),
            misconception="group-on-both-sides",
        )
    count, drawn = len(np.unique(groups)), len(np.unique(groups[mask]))
    wanted = round(share * count)
    if drawn == wanted:
        return
    if drawn == count - wanted:
        reason, words = "train-for-test", "You mark the groups for training; True means testing."
    else:
        reason = "wrong-number-of-groups"
        words = (
            f"{drawn} of {count} groups are for testing, and share · groups, rounded, is {wanted}. "
            "Count each group once, however many rows it has, and draw none twice."
        )
    raise Wrong(
        words,
        counter_example=_counter(texts, f"{wanted} of {count} groups", _numbers(mask)),
        misconception=reason,
    )


def _numbers(mask: np.ndarray) -> str:
    return show(mask.astype(int))


def _counter(texts: tuple[str, ...], expected: str, got: str) -> CounterExample:
    names = ("groups", "share", "seed")
    return CounterExample(tuple(zip(names, texts, strict=True)), expected, got)
