"""Traits that say what is wrong and what to give: the same sentence at the start and later on.

An explorable's inputs are declared once, with their bounds; its constructor hands them over, and
whatever sets them afterwards (Python, the page) is held to the same.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from traitlets import Bytes, Enum, Float, Int, List, TraitError, Unicode


class WrongInput(TraitError, ValueError):
    """What an explorable was given cannot be; the message says what it takes."""


def require(fine: Any, name: str, wanted: str, got: Any) -> None:
    """Raise ``NAME must WANTED, got GOT`` unless it is fine."""
    if not fine:
        raise WrongInput(f"{name} must {wanted}, got {got!r}")


def require_between(name: str, value: float, low: float, high: float) -> None:
    """Raise unless ``low <= value <= high``: for bounds that hang on other traits.

    Examples
    --------
    >>> require_between("step", 3, 1, 5)
    """
    require(low <= value <= high, name, f"lie between {low:g} and {high:g}", value)


class Number(Float):
    """A float from `low` to `high`, or a finite one above `above`; NaN lies outside of any bounds.

    Examples
    --------
    >>> from traitlets import HasTraits
    >>> class Figure(HasTraits):
    ...     noise = Number(0.1, low=0, high=0.5)
    >>> Figure(noise=0.7)
    Traceback (most recent call last):
    dlcourse_utils.explore.traits.WrongInput: noise must lie between 0 and 0.5, got 0.7
    """

    def __init__(
        self,
        default: float = 0.0,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        above: float = -math.inf,
        **kwargs: Any,
    ) -> None:
        self.low, self.high, self.above = low, high, above
        super().__init__(default, **kwargs)

    @property
    def words(self) -> str:
        """What it takes, in the plural."""
        if math.isfinite(self.low):
            return f"numbers from {self.low:g} to {self.high:g}"
        return f"numbers above {self.above:g}" if math.isfinite(self.above) else "finite numbers"

    def allows(self, value: Any) -> bool:
        """Whether a value is among them."""
        return _is_number(value) and self.low <= value <= self.high and value > self.above

    def validate(self, obj: Any, value: Any) -> float:
        """Return the number as a Python float."""
        if math.isfinite(self.low):
            wanted = f"lie between {self.low:g} and {self.high:g}"
        elif math.isfinite(self.above):
            wanted = f"be a number above {self.above:g}"
        else:
            wanted = "be a finite number"
        require(self.allows(value), self.name, wanted, value)
        return float(value)


class Whole(Int):
    """A whole number from `low` to `high`.

    Examples
    --------
    >>> from traitlets import HasTraits
    >>> class Figure(HasTraits):
    ...     seed = Whole(1, low=0, high=9999)
    >>> Figure(seed=0.5)
    Traceback (most recent call last):
    dlcourse_utils.explore.traits.WrongInput: seed must be a whole number from 0 to 9999, got 0.5
    """

    def __init__(self, default: int = 0, *, low: int, high: int, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(default, **kwargs)

    @property
    def words(self) -> str:
        """What it takes, in the plural."""
        return f"whole numbers from {self.low} to {self.high}"

    def allows(self, value: Any) -> bool:
        """Whether a value is among them."""
        return _is_number(value) and self.low <= value <= self.high and value == int(value)

    def validate(self, obj: Any, value: Any) -> int:
        """Return the number as a Python int."""
        wanted = f"be a whole number from {self.low} to {self.high}"
        require(self.allows(value), self.name, wanted, value)
        return int(value)


class Choice(Enum):
    """One of a few values, as they were declared.

    Examples
    --------
    >>> from traitlets import HasTraits
    >>> class Figure(HasTraits):
    ...     fill = Choice(("black", "edge"))
    >>> Figure(fill="white")
    Traceback (most recent call last):
    dlcourse_utils.explore.traits.WrongInput: fill must be one of 'black', 'edge', got 'white'
    """

    @property
    def words(self) -> str:
        """What it takes, in the plural."""
        return f"values out of {_listed(self.values)}"

    def allows(self, value: Any) -> bool:
        """Whether a value is among them."""
        return not isinstance(value, np.ndarray) and value in self.values

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the declared value that equals the given one."""
        require_one_of(self.name, value, self.values)
        return next(option for option in self.values if option == value)


def require_one_of(name: str, value: Any, options: Sequence[Any]) -> None:
    """Raise unless a value is one of the options: for options that hang on other traits."""
    is_one = not isinstance(value, np.ndarray) and value in options
    require(is_one, name, f"be one of {_listed(options)}", value)


class Text(Unicode):
    """A text, for lists of them."""

    words = "texts"

    def allows(self, value: Any) -> bool:
        """Whether a value is one."""
        return isinstance(value, str)


class Several(List):
    """A list of `least` to `most` numbers or texts, each within its own bounds.

    Examples
    --------
    >>> from traitlets import HasTraits
    >>> class Figure(HasTraits):
    ...     hidden = Several(Whole(1, low=1, high=8), least=0, most=3)
    >>> Figure(hidden=[9])
    Traceback (most recent call last):
    dlcourse_utils.explore.traits.WrongInput: hidden must hold up to 3 whole numbers from 1 to 8,
    got [9]
    """

    def __init__(
        self, each: Number | Whole | Choice | Text, *, least: int = 1, most: int, **kwargs: Any
    ) -> None:
        self.each, self.least, self.most = each, least, most
        super().__init__(each, **kwargs)

    def validate(self, obj: Any, value: Any) -> list:
        """Return the values as a list."""
        values = value.tolist() if isinstance(value, np.ndarray) else value
        is_row = isinstance(values, (list, tuple, range))
        if self.least == self.most:
            count = str(self.most)
        else:
            count = f"{self.least} to {self.most}" if self.least else f"up to {self.most}"
        wanted = f"hold {count} {self.each.words}"
        fine = is_row and self.least <= len(values) <= self.most
        require(fine and all(map(self.each.allows, values)), self.name, wanted, values)
        return super().validate(obj, list(values))


class Buffer(Bytes):
    """A binary trait that also takes what arrives from the browser (a memoryview) and arrays.

    With `check`, a function that gets the float32 numbers and raises, they are held to it.
    """

    def __init__(
        self, *args: Any, check: Callable[[np.ndarray], None] | None = None, **kwargs: Any
    ):
        self.check = check
        super().__init__(*args, **kwargs)

    def validate(self, obj: Any, value: Any) -> bytes:
        """Turn any bytes-like value or array into bytes; arrays become little-endian float32."""
        if isinstance(value, np.ndarray):
            if self.check:
                self.check(value)
            value = pack(value)
        elif isinstance(value, (bytearray, memoryview)):
            value = bytes(value)
        value = super().validate(obj, value)
        if self.check:
            self.check(unpack(value))
        return value


def pack(values: Any) -> bytes:
    """Numbers as the bytes of a binary trait: float32, little-endian, row after row.

    Examples
    --------
    >>> pack([1.0])
    b'\\x00\\x00\\x80?'
    """
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def unpack(data: bytes, shape: Sequence[int] = (-1,)) -> np.ndarray:
    """The float32 array in the bytes of a binary trait.

    Examples
    --------
    >>> unpack(pack([[1, 2], [3, 4]]), (-1, 2)).shape
    (2, 2)
    """
    return np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(shape)


def require_shape(name: str, values: np.ndarray, shape: Sequence[int | str]) -> None:
    """Raise unless an array has a shape; a name stands for any length of at least 1.

    Examples
    --------
    >>> require_shape("X", np.zeros((5, 2)), ("n", 2))
    >>> require_shape("y", np.zeros(4), (5,))
    Traceback (most recent call last):
    dlcourse_utils.explore.traits.WrongInput: y must have shape (5,), got (4,)
    """
    fits = values.ndim == len(shape) and all(
        length >= 1 if isinstance(wanted, str) else length == wanted
        for length, wanted in zip(values.shape, shape, strict=False)
    )
    words = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    require(fits, name, f"have shape ({words})", values.shape)


def require_finite(name: str, values: np.ndarray) -> None:
    """Raise unless all numbers of an array are finite."""
    if not np.isfinite(values).all():
        raise WrongInput(f"{name} must be finite: remove or replace NaN and infinite values")


def as_points(X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Check a set of labelled points in the plane.

    Parameters
    ----------
    X : array of shape (n, 2)
        The points.
    y : array of shape (n,)
        Their classes, 0 or 1.

    Returns
    -------
    tuple of numpy.ndarray
        ``X`` as float32 (n, 2) and ``y`` as float32 (n,).

    Raises
    ------
    WrongInput
        If a shape is wrong, a value is not finite, or a label is neither 0 nor 1.

    Examples
    --------
    >>> as_points([[0, 0], [1, 2]], [0, 1])[1].tolist()
    [0.0, 1.0]
    """
    X = np.asarray(X, dtype=np.float32)
    y = np.asarray(y, dtype=np.float32)
    require_shape("X", X, ("n", 2))
    require_shape("y", y, (len(X),))
    require_finite("X", X)
    require(np.isin(y, (0, 1)).all(), "y", "hold only 0 and 1", sorted(set(y.tolist()))[:5])
    return X, y


def as_unit_image(image: Any) -> np.ndarray:
    """An image's values as floats from 0 to 1, checked; integers are taken for 0 to 255.

    Examples
    --------
    >>> as_unit_image(np.array([[0, 255]])).tolist()
    [[0.0, 1.0]]
    """
    image = np.asarray(image)
    numbers = np.issubdtype(image.dtype, np.number) or image.dtype == bool
    largest = 255 if np.issubdtype(image.dtype, np.integer) else 1
    if not numbers or not np.all((image >= 0) & (image <= largest)):
        found = f"from {image.min()} to {image.max()}" if numbers else "no numbers"
        raise WrongInput(
            "image must hold floats from 0 to 1 or integers from 0 to 255, "
            f"got {image.dtype}, {found}"
        )
    return image / largest


def _listed(options: Sequence[Any]) -> str:
    return ", ".join(map(repr, options))


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, (int, float, np.number, np.bool_))
    return is_real and not np.iscomplexobj(value) and math.isfinite(value)
