"""Compare what a learner's function returned with what it should have returned."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from dlcourse_utils.exercises.engine.safe_call import Call
from dlcourse_utils.exercises.engine.verdicts import Wrong
from dlcourse_utils.exercises.engine.wording import kind_of, plural, show, show_pair, with_shape

# float32 in, float32 through some sums: more digits than these are not the learner's fault.
_RELATIVE, _ABSOLUTE = 1e-4, 1e-5
_MOST_PARTS = 8  # values of one result that are written one by one
_MOST_PAIRS = 12  # that are written one by one


@dataclass(frozen=True)
class Returns:
    """What a function must return.

    Parameters
    ----------
    kind : {"number", "whole number", "array", "booleans", "pairs"}
        What a single value is; a whole number must be of an integer type. Pairs are an array
        (n, 2) that is shown as a list of pairs. Of several parts the
        right result says whether each is a number or an array, unless all are whole numbers.
    parts : tuple of str
        Names of the parts where several are returned; empty for one.
    """

    kind: Literal["number", "whole number", "array", "booleans", "pairs"] = "number"
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong with one call: the reason's id, words, and both values as text."""

    reason: str
    words: str
    expected: str
    got: str


class Unusable(Exception):
    """A value that is no numbers at all."""


def find_problem(call: Call, expected: Any, returns: Returns) -> Problem | None:
    """Return what is wrong with the result of a call, or None."""
    plain = show_result(expected, returns)
    if call.timed_out:
        return Problem("too-slow", "", plain, "no answer in time")
    if call.error is not None:
        return Problem("raised", "", plain, str(call.error))
    if call.value is None:
        return Problem("returned-nothing", nothing_words(call), plain, "None")
    problem = (
        _compare_parts(call.value, expected, returns)
        if returns.parts
        else _compare(call.value, expected, returns.kind, "")
    )
    if problem is None and call.changed:
        return Problem("changed-input", "", plain, f"{plain}, but an input was changed")
    return problem


def fit_parts(value: Any, shapes: dict[str, tuple[int, ...]]) -> list[np.ndarray]:
    """Return the parts of a value as arrays of these shapes.

    Raises
    ------
    Wrong
        If there are more or fewer parts, or one is of another shape or no finite numbers.
    """
    parts = split(value, map(len, shapes.values()))
    names = ", ".join(shapes)
    if parts is None or len(parts) != len(shapes):
        count = "one value" if parts is None else plural(len(parts), "value")
        raise Wrong(
            f"return {len(shapes)} values ({names}); your function returns {count}.",
            misconception="wrong-count",
        )
    return [
        fit(part, shape, f"`{name}`")
        for part, (name, shape) in zip(parts, shapes.items(), strict=True)
    ]


def fit(value: Any, shape: tuple[int, ...], subject: str) -> np.ndarray:
    """Return a value as a finite array of this shape.

    Raises
    ------
    Wrong
        If it is something else; ``subject`` names it in the message.
    """
    wanted = f"an array of shape {shape}" if shape else "one number"
    try:
        array = to_array(value)
    except Unusable as problem:
        raise Wrong(
            f"{subject} must be {wanted}, not {problem}.", misconception="wrong-type"
        ) from None
    if array.shape != shape:
        hint = ""
        if array.size == np.prod(shape, dtype=int):
            hint = (
                " The numbers may be right: take the number out of its array."
                if not shape
                else (
                    f" It holds as many numbers as it should: `np.reshape(…, {shape})` or fewer "
                    "brackets."
                )
            )
        got = f"an array of shape {array.shape}" if array.ndim else "one number"
        raise Wrong(f"{subject} must be {wanted}, not {got}.{hint}", misconception="wrong-shape")
    if not np.all(np.isfinite(array)):
        raise Wrong(_not_finite_words(array, subject), misconception="not-finite")
    return array.astype(float)


def to_array(value: Any) -> np.ndarray:
    """Turn plain data, such as a call returns, into an array of numbers.

    Raises
    ------
    Unusable
        With words on what it is instead.
    """
    if isinstance(value, (str, bytes, dict)):
        raise Unusable(kind_of(value))
    try:
        array = np.asarray(value)
    except Exception:
        if isinstance(value, tuple):
            raise Unusable("several values of different shapes") from None
        if isinstance(value, list):
            raise Unusable("a list whose rows have different lengths") from None
        raise Unusable(kind_of(value)) from None
    if array.dtype == object:
        try:
            if any(part is None for part in array.ravel()):  # NumPy would make NaN of it
                raise TypeError
            array = array.astype(float)
        except OverflowError:
            raise Unusable("a number too large for an array") from None
        except (TypeError, ValueError):
            raise Unusable(kind_of(value)) from None
    if array.dtype.kind not in "biuf":
        if array.dtype.kind == "V":  # bfloat16 and its like
            return array.astype(np.float32)
        raise Unusable(
            "complex numbers" if array.dtype.kind == "c" else f"{kind_of(value)} without numbers"
        )
    return array


def has_shape(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether a value is numbers in this shape; anything may be asked."""
    try:
        return to_array(value).shape == shape
    except Unusable:
        return False


def same_result(got: Any, wrong: Any) -> bool:
    """Whether two results are the same numbers in the same shapes."""
    if isinstance(wrong, tuple):
        parts = split(got, map(np.ndim, wrong))
        return (
            parts is not None
            and len(parts) == len(wrong)
            and all(same_result(one, other) for one, other in zip(parts, wrong, strict=True))
        )
    if isinstance(got, (list, tuple)) and (np.ndim(wrong) == 0 or len(got) != len(wrong)):
        return False  # without a look at what may be a million numbers
    try:
        one, other = to_array(got), to_array(wrong)
    except Unusable:
        return False
    return one.shape == other.shape and close(one, other)


def same_data(one: Any, other: Any) -> bool:
    """Whether two values that a learner's function returned are the same."""
    with contextlib.suppress(ValueError):  # arrays within lists have no one truth
        if type(one) is type(other) and not isinstance(one, np.ndarray) and one == other:
            return True
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(same_data, one, other))
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return same_result(one, other)
    return type(one) is type(other) and (one == other or one != one)


def _compare_parts(value: Any, expected: tuple, returns: Returns) -> Problem | None:
    names = ", ".join(returns.parts)
    plain = show_result(expected, returns)
    parts = split(value, map(np.ndim, expected))
    if parts is None or len(parts) != len(returns.parts):
        count = "one value" if parts is None else plural(len(parts), "value")
        return Problem(
            "wrong-count",
            f"Your function returns {count}; it must return {len(returns.parts)}: "
            f"`return {names}`.",
            plain,
            show_anything(value) if parts is None else _show_some(parts),
        )
    for name, part, right in zip(returns.parts, parts, expected, strict=True):
        if returns.kind == "whole number":
            kind = returns.kind
        else:
            kind = "number" if np.ndim(right) == 0 else "array"
        problem = _compare(part, right, kind, name)
        if problem is not None and problem.reason == "wrong-value":
            return replace(problem, expected=plain, got=_show_parts(parts, returns))
        if problem is not None:
            return problem
    return None


def _compare(value: Any, expected: Any, kind: str, name: str) -> Problem | None:
    """Compare one returned value. ``name`` is its name where there are several."""
    subject = f"`{name}`" if name else "The result"
    label = f"{name} = " if name else ""
    expected = np.asarray(expected)
    try:
        got = to_array(value)
    except Unusable as problem:
        return Problem(
            "wrong-type",
            f"{subject} must be {_wanted(kind)}; your function returns {problem}.",
            label + show(expected),
            label + str(problem),
        )
    if got.shape != expected.shape:
        texts = (with_shape(array, _show_as(kind, array)) for array in (expected, got))
        right, wrong = (label + text for text in texts)
        return Problem("wrong-shape", _shape_words(got, expected, subject), right, wrong)
    if not np.all(np.isfinite(got)):
        return Problem(
            "not-finite", _not_finite_words(got, subject), label + show(expected), label + show(got)
        )
    if not close(got, expected):
        right, wrong = show_pair(expected, got)
        if kind == "pairs":
            right, wrong = _show_as(kind, expected), _show_as(kind, got)
        return Problem(
            "wrong-value", _difference_words(got, expected), label + right, label + wrong
        )
    if kind == "whole number" and got.dtype.kind not in "iu":
        return Problem(
            "not-whole",
            "The value is right, its type is not: a count is a whole number, and "
            f"`range({float(got)})` would fail. Divide with `//`, or turn the result into an "
            "`int`.",
            label + show(expected),
            label + ("True or False" if got.dtype.kind == "b" else f"{float(got)}  (a float)"),
        )
    if kind == "booleans" and got.dtype.kind != "b":
        return Problem(
            "not-boolean",
            "The values are right, their type is not: True and False are wanted, and as an index "
            "the numbers 1 and 0 would pick places. Compare with `==` or `<=`, or use "
            "`.astype(bool)`.",
            show(expected),
            f"{show(got)}  (numbers of type {got.dtype})",
        )
    return None


def close(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays of one shape hold the same numbers, NaN being like NaN."""
    return bool(np.allclose(one, other, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True))


def split(value: Any, dimensions: Iterable[int]) -> list | None:
    """Return the parts of a tuple, a list or an array of parts; None for a single value.

    An array holds parts only where all have the same number of ``dimensions``, and it one more:
    `np.array([da, db])` for two numbers. A matrix alone is no list of its rows.
    """
    if isinstance(value, (tuple, list)):
        return list(value)
    one_more = {count + 1 for count in dimensions}
    if one_more == {len(getattr(value, "shape", ()))}:
        return list(value)
    return None


def _wanted(kind: str) -> str:
    wanted = {"array": "an array of numbers", "booleans": "an array of True and False"}
    return wanted.get(kind, f"one {kind}")


def nothing_words(call: Call) -> str:
    """Say why a function may have returned None."""
    if call.printed.strip():
        return "Your function prints its result and returns None: use `return` instead of `print`."
    return "Your function returned None: does it end with a `return` in every case?"


def _shape_words(got: np.ndarray, expected: np.ndarray, subject: str) -> str:
    same_numbers = got.size == expected.size and close(got.ravel(), expected.ravel())
    if expected.ndim == 0:
        if same_numbers:
            return (
                f"The number is right, but {subject[0].lower() + subject[1:]} is an array of "
                f"shape {got.shape}: return the number itself."
            )
        return f"{subject} must be one number, not an array of shape {got.shape}."
    wanted = f"{subject} must have the shape {expected.shape}, not {got.shape}."
    if same_numbers:
        return f"The numbers are right, the shape is not. {wanted}"
    if got.ndim == 0:
        return f"{subject} must be an array of shape {expected.shape}, not one number."
    if got.shape == expected.shape[::-1] and close(got.T, expected):
        return f"The numbers are right, but rows and columns are swapped. {wanted}"
    return wanted


def _not_finite_words(got: np.ndarray, subject: str) -> str:
    what = "NaN (not a number)" if np.isnan(got).any() else "infinity"
    where = subject if got.ndim == 0 else f"{subject} holds a number that"
    return (
        f"{where} is {what}. It comes from a division by zero, from `np.exp` of a large number, "
        "from the logarithm or root of a negative number, or from memory that was never filled "
        "(`np.empty`)."
    )


def _difference_words(got: np.ndarray, expected: np.ndarray) -> str:
    if got.size < 7:
        return "The inputs above are small enough to work it out by hand: where do you differ?"
    differs = ~np.isclose(got, expected, rtol=_RELATIVE, atol=_ABSOLUTE)
    place = tuple(int(axis) for axis in np.argwhere(differs)[0])
    right, wrong = show_pair(expected[place], got[place])
    return (
        f"{np.count_nonzero(differs)} of {got.size} numbers differ, the first at index "
        f"{list(place)}: expected {right}, got {wrong}."
    )


def show_result(result: Any, returns: Returns) -> str:
    """Write what a right function returns, each part with its name."""
    if not returns.parts:
        return _show_as(returns.kind, result)
    return ", ".join(
        f"{name} = {show(part)}" for name, part in zip(returns.parts, result, strict=True)
    )


def _show_as(kind: str, value: Any) -> str:
    array = np.asarray(value)
    if kind == "pairs" and array.ndim == 2 and array.shape[1] == 2 and len(array) <= _MOST_PAIRS:
        return "[" + ", ".join(f"({show(one)}, {show(other)})" for one, other in array) + "]"
    return show(value)


def _show_some(parts: list) -> str:
    """Write the first values of as many as a learner may have returned."""
    shown = ", ".join(map(show_anything, parts[:_MOST_PARTS]))
    return shown if len(parts) <= _MOST_PARTS else f"{shown}, …"


def _show_parts(parts: list, returns: Returns) -> str:
    return ", ".join(
        f"{name} = {show_anything(part)}" for name, part in zip(returns.parts, parts, strict=True)
    )


def show_anything(value: Any) -> str:
    """Write what a learner returned, be it numbers or not."""
    try:
        return show(to_array(value))
    except Unusable as problem:
        return str(problem)
