"""Turn whatever a learner's code returns into plain data, in bounded time and memory."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.wording import Other, kind_of

MOST_NUMBERS = 2_000_000
_IN_AN_ARRAY = 10  # times as many: an array is copied in one go
_DEEPEST = 30
_SCALARS = frozenset((type(None), bool, int, float, complex, str))
_PLAIN = (type(None), type(...), bool, int, float, complex, str, bytes, np.generic)


class _TooMuch(Exception):
    """The data is too large or too deep."""


def to_plain(value: Any) -> Any:
    """Return a copy of a value that is made of numbers, texts, arrays, lists and dictionaries.

    Parameters
    ----------
    value : object
        Anything. What knows how to become an array (a tensor, a table) becomes one.

    Returns
    -------
    object
        `Other` in place of what is no data, of more than `MOST_NUMBERS` numbers (ten times as
        many in an array), and of a list that holds itself.

    Examples
    --------
    >>> to_plain([1, (2.0, range(3))])
    [1, (2.0, [0, 1, 2])]
    >>> to_plain(len)
    Other(kind='a function')
    """
    try:
        return _plain(value, _Budget(), 0)
    except _TooMuch as problem:
        return Other(f"{kind_of(value)} {problem}")


class _Budget:
    """How many more things may be taken over."""

    def __init__(self) -> None:
        self._left = MOST_NUMBERS

    def take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise _TooMuch("of many millions of numbers")


def _plain(value: Any, budget: _Budget, depth: int) -> Any:
    if depth > _DEEPEST:
        raise _TooMuch("that holds lists in lists without an end")
    budget.take(1)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, np.ndarray):
        return _plain_array(value, budget, depth)
    if isinstance(value, dict):
        budget.take(len(value))
        return {_key(key): _plain(part, budget, depth + 1) for key, part in list(value.items())}
    if isinstance(value, (tuple, list, range)):
        budget.take(len(value))
        kind = tuple if isinstance(value, tuple) else list
        if _SCALARS.issuperset(map(type, value)):  # most often; one by one takes much longer
            return kind(value)
        return kind([_plain(part, budget, depth + 1) for part in value])
    if isinstance(value, type) or (callable(value) and not hasattr(type(value), "__array__")):
        return Other(kind_of(value))
    return _from_another_library(value, budget, depth)


def _plain_array(array: np.ndarray, budget: _Budget, depth: int) -> Any:
    budget.take(array.size if array.dtype == object else array.size // _IN_AN_ARRAY)
    array = np.array(array, subok=False)
    if array.dtype == object:
        for place in np.ndindex(array.shape):
            array[place] = _plain(array[place], budget, depth + 1)
    return array


def _from_another_library(value: Any, budget: _Budget, depth: int) -> Any:
    """Return a tensor, a table or another sequence of numbers as an array."""
    kind = Other(kind_of(value))
    if not any(hasattr(type(value), name) for name in ("__array__", "detach", "__getitem__")):
        return kind
    try:
        if hasattr(type(value), "detach"):  # a PyTorch tensor that may still carry gradients
            value = value.detach().cpu()
        if hasattr(type(value), "__len__") and getattr(value, "shape", None) != ():
            budget.take(len(value))  # a tensor that is one number has none
        array = np.asarray(value)
    except _TooMuch:
        raise
    except Exception:
        return kind
    if array.dtype == object and array.ndim == 0:  # NumPy could make nothing of it
        return kind
    return _plain_array(array, budget, depth)


def _key(key: Any) -> Any:
    return key if isinstance(key, (str, int, float, bool, type(None))) else kind_of(key)
