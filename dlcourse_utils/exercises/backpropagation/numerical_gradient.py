"""``numerical_gradient(f, x, h)`` nudges each number of x both ways."""

from collections.abc import Callable

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


class WrittenFunction(str):
    """A function that also is its own formula, so that a counter-example can show it."""

    def __new__(cls, text: str, function: Callable[[np.ndarray], float]) -> "WrittenFunction":
        written = super().__new__(cls, text)
        written.function = function
        return written

    def __call__(self, x: np.ndarray) -> float:
        return self.function(x)

    def __deepcopy__(self, memo: dict) -> "WrittenFunction":
        return self


def _central(f, x, h=1e-5):
    return _differences(f, x, h, -h) / (2 * h)


def _differences(f, x, up, down):
    """f(x nudged up) − f(x nudged down), for each number of x alone."""
    return _ends(f, x, up) - _ends(f, x, down)


def _ends(f, x, nudge):
    """f at x with one number nudged, for each number of x."""
    result = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[index] += nudge
        result[index] = f(nudged)
    return result


def _piling_up(f, x, h=1e-5):
    nudged, result = x.copy(), np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        nudged[index] += h
        above = f(nudged)
        nudged[index] -= 2 * h
        result[index] = (above - f(nudged)) / (2 * h)
    return result


def _row_slope(f, x, row, h):
    nudge = np.zeros_like(x)
    nudge[row] = h
    return (f(x + nudge) - f(x - nudge)) / (2 * h)


def cases(rng):
    square = WrittenFunction("x[0]²", lambda x: x[0] ** 2)
    cube = WrittenFunction("x[0]³", lambda x: x[0] ** 3)
    two = WrittenFunction("x[0]³ · x[1]", lambda x: x[0] ** 3 * x[1])
    plane = WrittenFunction("x[0] + 3·x[1] + x[0]·x[1]", lambda x: x[0] + 3 * x[1] + x[0] * x[1])
    wave = WrittenFunction("the sum of sin(x) · x", lambda x: np.sum(np.sin(x) * x))
    mixed = WrittenFunction("the sum of x, to the third power", lambda x: np.sum(x) ** 3)
    weights = rng.normal(size=(2, 3))
    neuron = WrittenFunction("the sum of tanh(A · x)", lambda x: np.sum(np.tanh(weights @ x)))

    def draw(*shape):
        return np.round(64 * rng.normal(size=shape)) / 64

    return [
        # Numbers and nudges that binary fractions hold exactly: x + h − 2h + h is x again.
        (square, np.array([3.0]), 0.5),
        (cube, np.array([1.0]), 0.5),
        (two, np.array([1.0, 2.0]), 0.5),
        (plane, np.zeros(2)),
        (mixed, np.array([[1.0, 0.0], [0.5, -1.0]]), 0.125),
        (wave, draw(4), 2**-7),
        (wave, draw(2, 3), 0.25),
        (neuron, draw(3, 2), 2**-10),
    ]


EXERCISE = FunctionExercise(
    next_question="how often does it call f for a network of 50,000 weights?",
    parameters=("f", "x", "h"),
    returns=Returns("array"),
    whole_numbers=False,
    expected=_central,
    cases=cases,
    misconceptions=(
        Misconception(
            "one-sided",
            lambda f, x, h=1e-5: _differences(f, x, h, 0) / h,
            "You nudge in one direction only. Nudge both ways, x + h and x − h, and divide "
            "by 2h: the error falls from order h to order h².",
        ),
        Misconception(
            "one-sided",
            lambda f, x, h=1e-5: _differences(f, x, 0, -h) / h,
            "You nudge in one direction only. Nudge both ways, x + h and x − h, and divide "
            "by 2h: the error falls from order h to order h².",
        ),
        Misconception(
            "divided-by-h",
            lambda f, x, h=1e-5: _differences(f, x, h, -h) / h,
            "From x − h to x + h the way is 2h, and you divide by h: every result is twice "
            "too large.",
        ),
        Misconception(
            "not-divided",
            lambda f, x, h=1e-5: _differences(f, x, h, -h),
            "This is the change of f. The slope is the change divided by the way, 2h.",
        ),
        Misconception(
            "one-half-divided",
            lambda f, x, h=1e-5: _ends(f, x, h) - _ends(f, x, -h) / (2 * h),
            "Only f(x − h) is divided by 2h. Put the difference in brackets.",
        ),
        Misconception(
            "no-copy",
            lambda f, x, h=1e-5: np.zeros(x.shape),
            "Every slope is 0. Are the nudged arrays two copies? After `above = x`, both "
            "names mean the same array; `x.copy()` makes a new one.",
        ),
        Misconception(
            "half-way",
            lambda f, x, h=1e-5: _differences(f, x, h, 0) / (2 * h),
            "You nudge by h in one direction and divide by 2h: one of the two nudges is missing.",
        ),
        Misconception(
            "all-at-once",
            lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
            "All numbers of x are nudged together, which gives the sum of the slopes. Nudge "
            "one at a time, and put x back before the next.",
        ),
        Misconception(
            "all-at-once",
            lambda f, x, h=1e-5: np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h)),
            "All numbers of x are nudged together, which gives the sum of the slopes. Nudge "
            "one at a time, and put x back before the next.",
        ),
        Misconception(
            "row-by-row",
            lambda f, x, h=1e-5: np.stack(
                [np.zeros_like(x[i]) + _row_slope(f, x, i, h) for i in range(len(x))]
            ),
            "In a matrix you nudge a whole row at a time. `np.ndindex(x.shape)` runs over "
            "single numbers, in any number of dimensions.",
        ),
        Misconception(
            "nudges-pile-up",
            _piling_up,
            "A number that was nudged is not put back, so the next slope is taken at another "
            "place. Restore it, or nudge a fresh copy each time.",
        ),
        Misconception(
            "ignored-h",
            lambda f, x, h=1e-5: _central(f, x),
            "Your nudge has a fixed size: use the argument h.",
        ),
        Misconception(
            "opposite-sign",
            lambda f, x, h=1e-5: -_central(f, x, h),
            "Every result has the opposite sign: it is f(x + h) − f(x − h).",
        ),
        Misconception(
            "flattened",
            lambda f, x, h=1e-5: _central(f, x, h).ravel(),
            "The slopes are right, but in one row. Return them in the shape of x.",
        ),
    ),
)
