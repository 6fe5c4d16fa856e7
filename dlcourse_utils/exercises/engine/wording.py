"""Numbers and arrays as a learner can read them: short, with shapes where they help."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_LINE = 60
_MOST_IN_ROWS = 16  # numbers of a matrix that is written row by row


def show(value: Any, digits: int = 4) -> str:
    """Write a number, an array or a nested list compactly.

    Parameters
    ----------
    value : number, array_like, str or list of str
    digits : int
        Significant digits of each number.

    Examples
    --------
    >>> show([1, 2.5])
    '[1, 2.5]'
    >>> print(show(np.ones((30, 30))))
    array of shape (30, 30), numbers from 1 to 1
    >>> show(["one text", "another"])
    "['one text', 'another']"
    """
    if isinstance(value, str):
        return shorten(value)
    if isinstance(value, (list, tuple)) and any(isinstance(part, str) for part in value):
        text = str(list(value)) if len(value) <= _LINE else ""
        return text if 0 < len(text) <= _LINE else plural(len(value), "text")
    if isinstance(value, (list, tuple)) and len(value) <= _LINE and _is_plain(value):
        text = str([tuple(part) if isinstance(part, tuple) else part for part in value])
        if len(text) <= _LINE:
            return text
    array = np.asarray(value)
    if array.ndim == 0:
        return show_number(array[()], digits)
    if array.ndim == 2 and len(array) > 2 and array.size <= _MOST_IN_ROWS:
        return "[" + ",\n ".join(_nested(row, digits) for row in array) + "]"
    line = _nested(array, digits) if array.size <= _LINE else ""
    if 0 < len(line) <= _LINE or (line and array.ndim == 1 and array.size <= 12):
        return line
    if array.size == 0:
        return f"array of shape {array.shape}, without numbers"
    low, high = show_number(np.min(array), digits), show_number(np.max(array), digits)
    return f"array of shape {array.shape}, numbers from {low} to {high}"


def shorten(text: str, most: int = 200) -> str:
    """Cut a long text.

    Examples
    --------
    >>> shorten("a long text", 6)
    'a long …'
    """
    return text if len(text) <= most else text[:most] + " …"


def show_number(number: Any, digits: int = 4) -> str:
    """Write one number: whole numbers whole, others with ``digits`` significant digits."""
    if isinstance(number, (bool, np.bool_)):
        return str(bool(number))
    if isinstance(number, (int, np.integer)) and abs(number) < 10**15:
        return str(int(number))
    try:
        number = float(number)
    except OverflowError:
        return "a number of more than 300 digits"
    if np.isfinite(number) and number == round(number) and abs(number) < 1e9:
        return str(round(number))
    return f"{number:.{digits}g}"


def show_pair(expected: Any, got: Any) -> tuple[str, str]:
    """Write two different values with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9):
        texts = show(expected, digits), show(got, digits)
        if texts[0] != texts[1]:
            break
    return texts


def with_shape(array: np.ndarray, text: str) -> str:
    """Put the shape of an array beside its text, where the text does not say it."""
    if text.startswith("array of shape"):
        return text
    if array.ndim == 0:
        return f"{text}  (a number)"
    return f"{text}  (shape {array.shape})"


@dataclass(frozen=True)
class Other:
    """What a learner's code returned that is no data; ``kind`` says in words what it was."""

    kind: str


def kind_of(value: Any) -> str:
    """Name the type of a value in words a learner knows.

    Examples
    --------
    >>> kind_of("text"), kind_of({}), kind_of(len)
    ('a string', 'a dictionary', 'a function')
    """
    names = {
        str: "a string",
        dict: "a dictionary",
        set: "a set",
        bool: "True or False",
        int: "a number",
        float: "a number",
        list: "a list",
        tuple: "a tuple",
        type(None): "None",
        type(...): "`...`",
        np.ndarray: "an array",
    }
    if isinstance(value, Other):
        return value.kind
    if type(value) in names:
        return names[type(value)]
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if hasattr(type(value), "__next__"):
        return "a generator"
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"an object of type {name}"


def plural(number: int, noun: str) -> str:
    """Count something: ``plural(1, "line")`` is ``"1 line"``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _is_plain(value: list | tuple) -> bool:
    flat = [leaf for part in value for leaf in (part if isinstance(part, tuple) else (part,))]
    return all(isinstance(leaf, int) for leaf in flat)


def _nested(array: np.ndarray, digits: int) -> str:
    if array.ndim == 0:
        return show_number(array[()], digits)
    return "[" + ", ".join(_nested(part, digits) for part in array) + "]"
