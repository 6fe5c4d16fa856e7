"""``to_mg_per_dl(values, in_mmol)`` converts the marked values and no others."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns

_MG = 18.0  # mg/dL in one mmol/L of glucose, rounded as laboratories do


def cases(rng):
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
    return cases


EXERCISE = FunctionExercise(
    next_question="what would you do if nobody had noted which rows are in mmol/L?",
    parameters=("values", "in_mmol"),
    returns=Returns("array"),
    expected=lambda values, in_mmol: np.where(in_mmol, _MG * values, values),
    cases=cases,
    misconceptions=(
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
        Misconception(
            "only-converted",
            lambda values, in_mmol: _MG * values[in_mmol],
            "Only the converted values come back. Those that are in mg/dL already belong to the "
            "result too, unchanged and in their places: `np.where`, or change a copy where "
            "`in_mmol` is True.",
        ),
        Misconception(
            "factor-zero",
            lambda values, in_mmol: _MG * values * in_mmol,
            "What is in mg/dL already becomes 0: False counts as 0 in a product. Its factor must "
            "be 1.",
        ),
    ),
)
