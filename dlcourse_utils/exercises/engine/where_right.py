"""What the inputs on which a function is right have in common: a value, a size, a sign."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.patterns import Reason, Results
from dlcourse_utils.exercises.engine.probing import Prober, Trial
from dlcourse_utils.exercises.engine.wording import show_number

_FAR_OUT = 100.0  # from 0: exponentials of the doubled number and more are at their limits
_OFTEN = 0.6  # share of the cases beyond a limit that must be wrong


def right_where(
    prober: Prober, parameters: Sequence[str], trials: Sequence[Trial]
) -> Reason | None:
    """Say what the cases on which a function is right have in common.

    Parameters
    ----------
    prober : Prober
        Calls the function on wrong cases changed to what the right ones have in common: only if it
        is right there, that is what counts.
    parameters : sequence of str
    trials : sequence of Trial
    """
    right = [trial.problem is None for trial in trials]
    if sum(right) < 2 or len(right) - sum(right) < 2:
        return None
    wrong = [trial.case for trial in trials if trial.problem is not None]
    for position in range(min(len(trial.case) for trial in trials)):
        name, values = parameters[position], [trial.case[position] for trial in trials]
        found = _one_entry(name, values, right)
        if found is not None:
            return found
        for reason, change in (*_values(name, values, right), *_sizes(name, values, right)):
            changed = [change(case, position) for case in wrong]
            if all(prober.is_right_on(case) for case in changed if case is not None):
                return reason
    return _one_length_of_result([trial.expected for trial in trials], right)


def _one_entry(name: str, values: list, right: Sequence[bool]) -> Reason | None:
    if not all(isinstance(value, np.ndarray) and value.ndim for value in values):
        return None
    if [len(value) == 1 for value in values] != list(right):
        return None
    if all(value.ndim == 1 for value in values):
        return "one-number-only", (
            f"It is right where `{name}` holds one number and wrong where it holds more. What has "
            "to be done for each number by itself, and what over all of them?"
        )
    return "batch-of-one", (
        f"It is right where `{name}` has one row and wrong where it has more. What has to be done "
        "for each row, and what over all rows?"
    )


def _values(name: str, values: list, right: Sequence[bool]) -> Iterator[tuple[Reason, Callable]]:
    """Yield what the value of an argument may explain, and what puts that value into a case."""
    if not all(isinstance(value, (bool, int, float, str)) for value in values):
        return
    of_wrong = {value for value, is_right in zip(values, right, strict=True) if not is_right}
    for value in dict.fromkeys(values):
        is_all = values.count(value) == sum(right)
        if value in of_wrong or values.count(value) < (2 if is_all else 3):
            continue
        shown = value if isinstance(value, str) else show_number(value)
        words = (
            f"It is right where `{name}` is {shown}, and often wrong where it is anything else: "
        )
        if isinstance(value, (bool, str)):
            words += f"what should another `{name}` change?"
        else:
            words += f"does {shown} stand where `{name}` belongs, or is `{name}` missing somewhere?"
        yield (
            ("one-value-only", words),
            lambda case, at, value=value: (*case[:at], value, *case[at + 1 :]),
        )


def _only_one(values: list, right: Sequence[bool]) -> Any:
    """Return the value that all right cases have and no wrong one has, else None."""
    of_right = {value for value, is_right in zip(values, right, strict=True) if is_right}
    of_wrong = {value for value, is_right in zip(values, right, strict=True) if not is_right}
    return None if len(of_right) != 1 or of_right & of_wrong else of_right.pop()


def _sizes(name: str, values: list, right: Sequence[bool]) -> Iterator[tuple[Reason, Callable]]:
    """Yield what the sizes of an argument may explain, and what cuts a case to such a size."""
    if all(isinstance(value, list) or np.ndim(value) == 1 for value in values):
        length = _only_one([len(value) for value in values], right)
        if length:
            yield _length_words(f"`{name}`", length), partial(_cut_to_length, length=length)
    elif all(isinstance(value, np.ndarray) and value.ndim in (2, 3) for value in values):
        sizes = [_rows_and_columns(value) for value in values]
        for reason, holds, words in _FORMS:
            if _divides([holds(*size) for size in sizes], right):
                yield (reason, words.format(name=name) + _BY_AXIS), _cut_to_square


def _one_length_of_result(wanted: Sequence[Any], right: Sequence[bool]) -> Reason | None:
    if any(isinstance(result, tuple) or np.ndim(result) != 1 for result in wanted):
        return None
    length = _only_one([len(result) for result in wanted], right)
    return _length_words("the result", length) if length else None


def _length_words(subject: str, length: int) -> Reason:
    return "one-length-only", (
        f"It is right where {subject} has {length} entries, and wrong where it has more or fewer: "
        f"your code must not count on {length}, but go by as many as there are."
    )


def _cut_to_length(case: tuple, position: int, length: int) -> tuple | None:
    """Cut an argument, and those of the same length with it; None if it is too short."""
    own = len(case[position])
    if own < length:
        return None
    return tuple(
        argument[:length] if np.ndim(argument) and len(argument) == own else argument
        for argument in case
    )


_BY_AXIS = ": take the number of rows and that of columns each from its own axis of `shape`."
_FORMS: tuple[tuple[str, Callable[[int, int], bool], str], ...] = (
    (
        "square-only",
        lambda rows, columns: rows == columns,
        "It is right where `{name}` has as many rows as columns, and wrong elsewhere",
    ),
    (
        "wide-only",
        lambda rows, columns: rows <= columns,
        "It is wrong where `{name}` has more rows than columns",
    ),
    (
        "tall-only",
        lambda rows, columns: rows >= columns,
        "It is wrong where `{name}` has more columns than rows",
    ),
)


def _rows_and_columns(array: np.ndarray) -> tuple[int, int]:
    height = int(_holds_several(array))
    return array.shape[height], array.shape[height + 1]


def _holds_several(array: np.ndarray) -> bool:
    """Whether it holds several images, and is not one image with colours."""
    return array.ndim == 3 and array.shape[2] != 3


def _cut_to_square(case: tuple, position: int) -> tuple:
    array = case[position]
    side = min(_rows_and_columns(array))
    cut = array[:, :side, :side] if _holds_several(array) else array[:side, :side]
    return (*case[:position], cut, *case[position + 1 :])


def _divides(holds: Sequence[bool], right: Sequence[bool]) -> bool:
    """Whether all cases for which it holds are right, and most of the others wrong."""
    within = [is_right for it_holds, is_right in zip(holds, right, strict=True) if it_holds]
    beyond = [is_right for it_holds, is_right in zip(holds, right, strict=True) if not it_holds]
    if len(within) < 2 or len(beyond) < 2 or not all(within):
        return False
    return sum(beyond) <= (1 - _OFTEN) * len(beyond)


def overflows(parameters: Sequence[str], trials: Sequence[Trial]) -> Reason | None:
    """Say on which side an exponential is infinite, where all is right but far from 0."""
    right = [trial.case for trial in trials if trial.problem is None]
    infinite = [
        trial.case for trial in trials if trial.problem and trial.problem.reason == "not-finite"
    ]
    if len(right) < 2 or len(right) + len(infinite) < len(trials):
        return None
    for position, name in enumerate(parameters):
        for side, words in ((-1, "below"), (1, "above")):
            if any(_is_far_out(case, position, side) for case in right):
                continue
            if all(_is_far_out(case, position, side) for case in infinite):
                return "overflow", (
                    f"It is right except where `{name}` is far {words} 0: there the number that "
                    "`np.exp` is given is so large that its result is infinity. Rearrange the "
                    "formula so that `np.exp` sees only numbers up to 0, such as −|z|."
                )
    return None


def _is_far_out(case: tuple, position: int, side: int) -> bool:
    if len(case) <= position or not isinstance(case[position], np.ndarray):
        return False
    return bool(np.any(side * case[position] > _FAR_OUT))


def by_sign(name: str, cases: Sequence[tuple], results: Results) -> Reason | None:
    """Say on which side of 0 a function that works number by number on ``name`` is wrong."""
    if any(len(case) == 0 or not isinstance(case[0], np.ndarray) for case in cases):
        return None
    if any(
        case[0].shape != wanted.shape or wanted.shape != given.shape
        for case, wanted, given in zip(cases, results.wanted, results.given, strict=True)
    ):
        return None
    inputs = np.concatenate([case[0].ravel() for case in cases])
    wanted, given = results.joined()
    right = np.isclose(wanted, given, rtol=1e-4, atol=1e-5)
    for reason, side, other, words in (
        ("wrong-for-negative", inputs < 0, inputs > 0, "negative"),
        ("wrong-for-positive", inputs > 0, inputs < 0, "positive"),
    ):
        if np.count_nonzero(side) < 2 or np.count_nonzero(other) < 2:
            continue
        if not np.any(~right & ~side) and np.mean(~right[side]) > 0.6:
            return reason, f"It is wrong only where `{name}` is {words}: look at that side."
    return None
