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
    """Stands for an object that cannot travel.

    Each has a class of its own, so that messages on it can name the object's type.
    """

    def __init__(self, array: np.ndarray | None = None) -> None:
        if array is not None:
            self.__array__ = lambda *_, **__: array


def send(connection: socket.socket, message: Any, name_function: Callable | None = None) -> None:
    """Send a message: plain data of whatever depth.

    Parameters
    ----------
    connection : socket
    message : object
    name_function : callable, optional
        Returns a number for a function that is to be callable from the other side; without it
        functions are described.

    Raises
    ------
    ValueError
        If it is larger than the other side would take.
    """
    arrays: list[bytes] = []
    text = json.dumps(_plain(message, arrays, name_function, 0)).encode()
    size = sum(map(len, arrays))
    if len(text) > MOST_JSON or size > MOST_ARRAYS:
        raise ValueError("too much data")
    connection.sendall(_HEAD.pack(len(text), size) + text + b"".join(arrays))


def receive(
    connection: socket.socket,
    seconds: float | None = None,
    make_function: Callable[[int], Callable] | None = None,
) -> Any:
    """Return the next message.

    Parameters
    ----------
    connection : socket
    seconds : float, optional
        How long the whole of it may take.
    make_function : callable, optional
        Returns what stands for a function of the other side, from its number.

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
        return _restored(json.loads(text), memoryview(arrays), make_function, 0)
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


def _plain(value: Any, arrays: list[bytes], name_function: Callable | None, depth: int) -> Any:
    if depth > _DEEPEST:
        return _tagged("foreign", "too deep")

    def inner(part: Any) -> Any:
        return _plain(part, arrays, name_function, depth + 1)

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
    if callable(value) and name_function is not None:
        return _tagged("function", name_function(value))
    return _foreign(value, inner)


def _foreign(value: Any, inner: Callable) -> dict:
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
    return _tagged(
        "foreign", str(type(value).__name__)[:_MOST_NAME], None if array is None else inner(array)
    )


def _tagged(tag: str, content: Any, more: Any = None) -> dict:
    return {"t": tag, "v": content} | ({} if more is None else {"a": more})


def _restored(
    value: Any,
    arrays: memoryview,
    make_function: Callable | None,
    depth: int,
    place: list | None = None,
) -> Any:
    place = [0] if place is None else place  # how many bytes of the arrays are used

    def inner(part: Any) -> Any:
        return _restored(part, arrays, make_function, depth + 1, place)

    if depth > _DEEPEST + 2:
        raise BrokenFrame("too deep")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, list):
        return [inner(part) for part in value]
    tag, content = value["t"], value["v"]
    if tag == "int":
        return int(content, 16)
    if tag == "float":
        return float(content)
    if tag == "complex":
        return complex(float(content[0]), float(content[1]))
    if tag == "...":
        return ...
    if tag in ("tuple", "set", "frozenset"):
        return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](map(inner, content))
    if tag == "dict":
        return {inner(key): inner(part) for key, part in content}
    if tag in ("array", "scalar"):
        return _array(content, arrays, place, is_scalar=tag == "scalar")
    if tag == "objects":
        shape, parts = tuple(map(int, content[0])), [inner(part) for part in content[1]]
        made = np.empty(len(parts), dtype=object)
        made[:] = parts
        return made.reshape(shape)
    if tag == "generator":
        bits = np.random.PCG64()
        bits.state = inner(content)
        return np.random.Generator(bits)
    if tag == "function" and make_function is not None:
        return make_function(int(content))
    name = "".join(sign for sign in str(content) if sign.isalnum() or sign in "._")[:_MOST_NAME]
    array = inner(value["a"]) if "a" in value else None
    return type(name or "object", (Foreign,), {})(array)


def _array(content: list, arrays: memoryview, place: list, *, is_scalar: bool) -> Any:
    dtype, shape, size = np.dtype(content[0]), tuple(map(int, content[1])), int(content[2])
    if (
        dtype.kind not in _NUMBERS
        or dtype.hasobject
        or min(shape, default=0) < 0
        or len(shape) > 32
    ):
        raise BrokenFrame("no array of numbers")
    if math.prod(shape) * dtype.itemsize != size or place[0] + size > len(arrays):
        raise BrokenFrame("an array of another size than it says")
    part = arrays[place[0] : place[0] + size]
    place[0] += size
    array = np.frombuffer(part, dtype=dtype).reshape(shape).copy()
    return array[()] if is_scalar else array
