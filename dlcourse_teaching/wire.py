"""Plain data between the grader and a submission's process, both ways, in frames of bounded size.

What comes from a submission may be anything, so nothing is unpickled and no name that it sends is
looked up: numbers, texts, lists, dictionaries, NumPy's arrays of numbers, and for all else a mere
description.
"""

import json
import math
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

_HEAD = struct.Struct("!II")  # bytes of JSON, bytes of arrays
MOST_JSON = 8_000_000
MOST_ARRAYS = 256_000_000
_DEEPEST = 60
_NUMBERS = "biufc"  # kinds of dtypes that travel as bytes
_EXACT = 2**53
_MOST_NAME = 60


class BrokenFrame(Exception):
    """What came is no frame of ours."""


class Foreign:
    """Stands for an object of the submission's that cannot travel.

    Each has a class of its own, so that messages on it can name the object's type. Sent back, it is
    the object again: a function's own state can come and go with it.
    """

    def __init__(self, number: int, array: np.ndarray | None = None) -> None:
        self.number = number
        if array is not None:
            self.__array__ = lambda *_, **__: array


def send(
    connection: socket.socket,
    message: Any,
    *,
    lend: Callable[[Callable], int] | None = None,
    hold: Callable[[Any], int] | None = None,
) -> None:
    """Send a message: plain data of whatever depth.

    Parameters
    ----------
    connection : socket
    message : object
    lend : callable, optional
        Returns a number for a function that is to be callable from the other side.
    hold : callable, optional
        Returns a number for an object that cannot travel, and keeps it until it is sent back.

    Raises
    ------
    ValueError
        If it is larger than the other side would take.
    """
    arrays: list[bytes] = []
    text = json.dumps(_plain(message, arrays, lend, hold, 0)).encode()
    size = sum(map(len, arrays))
    if len(text) > MOST_JSON or size > MOST_ARRAYS:
        raise ValueError("too much data")
    connection.sendall(_HEAD.pack(len(text), size) + text + b"".join(arrays))


def receive(
    connection: socket.socket,
    seconds: float | None = None,
    *,
    lent: Callable[[int], Callable] | None = None,
    held: Callable[[int], Any] | None = None,
) -> Any:
    """Return the next message.

    Parameters
    ----------
    connection : socket
    seconds : float, optional
        How long the whole of it may take.
    lent : callable, optional
        Returns what stands for a function of the other side, from its number.
    held : callable, optional
        Returns an object that was kept here, from its number.

    Raises
    ------
    TimeoutError
        If it does not come in time.
    EOFError
        If the other side is gone.
    BrokenFrame
        If it is none of ours.
    """
    end = None if seconds is None else time.monotonic() + seconds
    head = _read(connection, _HEAD.size, end)
    length, size = _HEAD.unpack(head)
    if length > MOST_JSON or size > MOST_ARRAYS:
        raise BrokenFrame("larger than allowed")
    text, arrays = _read(connection, length, end), _read(connection, size, end)
    try:
        return _Reader(memoryview(arrays), lent, held).value(json.loads(text), 0)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as problem:
        raise BrokenFrame(str(problem)[:200]) from None


def _read(connection: socket.socket, count: int, end: float | None) -> bytearray:
    """So many bytes; memory is taken as they come, not as they are announced."""
    came = bytearray()
    while len(came) < count:
        if end is not None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
        else:
            connection.settimeout(None)
        part = connection.recv(min(count - len(came), 1 << 20))
        if not part:
            raise EOFError
        came += part
    return came


def _plain(
    value: Any, arrays: list[bytes], lend: Callable | None, hold: Callable | None, depth: int
) -> Any:
    if depth > _DEEPEST:
        return _tagged("foreign", ["object", -1])

    def inner(part: Any) -> Any:
        return _plain(part, arrays, lend, hold, depth + 1)

    kind = type(value)
    if value is None or kind in (bool, str):
        return value if kind is not str else value.encode("utf-8", "replace").decode()
    if kind is int:
        return value if abs(value) < _EXACT else _tagged("int", hex(value))
    if kind is float:
        return value if math.isfinite(value) else _tagged("float", repr(value))
    if kind is complex:
        return _tagged("complex", [repr(value.real), repr(value.imag)])
    if value is ...:
        return _tagged("...", None)
    if kind is list:
        return [inner(part) for part in value]
    if kind in (tuple, set, frozenset):
        return _tagged(kind.__name__, [inner(part) for part in value])
    if kind is dict:
        return _tagged("dict", [[inner(key), inner(part)] for key, part in value.items()])
    if isinstance(value, np.ndarray) and value.dtype.kind in _NUMBERS:
        content = np.ascontiguousarray(value)
        arrays.append(content.tobytes())
        return _tagged("array", [content.dtype.str, list(value.shape), len(arrays[-1])])
    if isinstance(value, np.ndarray) and value.dtype.kind in "OU":
        return _tagged("objects", [list(value.shape), [inner(part) for part in value.ravel()]])
    if isinstance(value, np.generic) and value.dtype.kind in _NUMBERS:
        return _tagged("scalar", inner(np.asarray(value))["v"])
    if kind is np.random.Generator and type(value.bit_generator) is np.random.PCG64:
        return _tagged("generator", inner(value.bit_generator.state))
    if isinstance(value, Foreign):
        return _tagged("held", value.number)
    if callable(value) and lend is not None:
        return _tagged("function", lend(value))
    return _foreign(value, inner, -1 if hold is None else hold(value))


def _foreign(value: Any, inner: Callable, number: int) -> dict:
    """A description of an object; of a framework's tensor its numbers too."""
    array = None
    if not callable(value) and hasattr(value, "__array__"):
        try:
            if hasattr(value, "detach"):  # PyTorch
                value = value.detach().cpu()
            array = np.asarray(value)
        except Exception:  # code of the object's own
            array = None
    if array is not None and array.dtype.kind == "V":  # bfloat16 and its like
        array = array.astype(np.float32)
    if array is not None and array.dtype.kind not in _NUMBERS:
        array = None
    name = str(type(value).__name__)[:_MOST_NAME]
    return _tagged("foreign", [name, number], None if array is None else inner(array))


def _tagged(tag: str, content: Any, more: Any = None) -> dict:
    return {"t": tag, "v": content} | ({} if more is None else {"a": more})


class _Reader:
    """Makes values of a frame's JSON and of the bytes of its arrays."""

    def __init__(self, arrays: memoryview, lent: Callable | None, held: Callable | None) -> None:
        self._arrays, self._lent, self._held = arrays, lent, held
        self._place = 0  # how many bytes of the arrays are used

    def value(self, value: Any, depth: int) -> Any:
        if depth > _DEEPEST + 2:
            raise BrokenFrame("too deep")
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if isinstance(value, list):
            return [self.value(part, depth + 1) for part in value]
        return self._tagged(value["t"], value["v"], value.get("a"), depth)

    def _tagged(self, tag: str, content: Any, more: Any, depth: int) -> Any:
        def inner(part: Any) -> Any:
            return self.value(part, depth + 1)

        match tag:
            case "int":
                return int(content, 16)
            case "float":
                return float(content)
            case "complex":
                return complex(float(content[0]), float(content[1]))
            case "...":
                return ...
            case "tuple":
                return tuple(map(inner, content))
            case "set":
                return set(map(inner, content))
            case "frozenset":
                return frozenset(map(inner, content))
            case "dict":
                return {inner(key): inner(part) for key, part in content}
            case "array":
                return self._array(*content)
            case "scalar":
                return self._array(*content)[()]
            case "objects":
                made = np.empty(len(content[1]), dtype=object)
                made[:] = [inner(part) for part in content[1]]
                return made.reshape(tuple(map(int, content[0])))
            case "generator":
                bits = np.random.PCG64()
                bits.state = inner(content)
                return np.random.Generator(bits)
            case "function" if self._lent is not None:
                return self._lent(int(content))
            case "held" if self._held is not None:
                return self._held(int(content))
            case "foreign":
                name, number = str(content[0]), int(content[1])
                name = "".join(s for s in name if s.isalnum() or s in "._")[:_MOST_NAME]
                array = None if more is None else inner(more)
                return type(name or "object", (Foreign,), {})(number, array)
        raise BrokenFrame(f"unknown tag {str(tag)[:40]!r}")

    def _array(self, kind: str, shape: list, size: int) -> np.ndarray:
        dtype, shape, size = np.dtype(kind), tuple(map(int, shape)), int(size)
        if dtype.kind not in _NUMBERS or min(shape, default=0) < 0 or len(shape) > 32:
            raise BrokenFrame("no array of numbers")
        is_whole = math.prod(shape) * dtype.itemsize == size
        if not is_whole or self._place + size > len(self._arrays):
            raise BrokenFrame("an array of another size than it says")
        part = self._arrays[self._place : self._place + size]
        self._place += size
        return np.frombuffer(part, dtype=dtype).reshape(shape).copy()
