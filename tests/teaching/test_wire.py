"""Plain data between a submission and its judge, and what is none."""

import json
import socket
import struct
import threading

import numpy as np
import pytest

from dlcourse_teaching import wire


@pytest.fixture
def both():
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def carried(both, value, **names):
    """A value as it comes out of the other end."""
    sender = threading.Thread(target=wire.send, args=(both[0], value), daemon=True)
    sender.start()
    came = wire.receive(both[1], 5.0, **names)
    sender.join(5)
    return came


@pytest.mark.parametrize("value", [
    None, True, 3, 2**70, -2.5, float("inf"), 1 + 2j, "text ✓", [1, [2, (3,)]], {"a": {1: "b"}},
    {1, 2}, frozenset([1]), ..., [], {}, (1, None),
], ids=repr)  # fmt: skip
def test_plain_values_arrive_as_they_were(both, value):
    came = carried(both, value)
    assert came == value and type(came) is type(value)


@pytest.mark.parametrize("array", [
    np.arange(6.0).reshape(2, 3), np.float32(2.5), np.int8(-3), np.zeros((0, 4)), np.array(True),
    np.array([1 + 1j]), np.arange(4)[::-1], np.asfortranarray(np.eye(3)), np.arange(3, dtype=">i4"),
], ids=str)  # fmt: skip
def test_arrays_arrive_as_they_were(both, array):
    came = carried(both, {"x": [array]})["x"][0]
    assert type(came) is type(array) and came.dtype == array.dtype and came.shape == array.shape
    assert np.array_equal(came, array)


def test_not_a_number_and_several_arrays_arrive(both):
    first, second, third = carried(both, (np.arange(3), float("nan"), np.ones(2)))
    assert second != second and list(first) == [0, 1, 2] and list(third) == [1, 1]


def test_a_generator_goes_on_where_it_was(both):
    rng = np.random.default_rng(3)
    rng.random(5)
    came = carried(both, rng)
    assert came.random() == rng.random()


def test_other_objects_arrive_as_a_description(both):
    class Tensor:
        def __array__(self, *_, **__):
            return np.arange(3.0)

    class Thing:
        pass

    tensor, thing, function = carried(both, [Tensor(), Thing(), len])
    assert np.array_equal(np.asarray(tensor), [0, 1, 2]) and type(tensor).__name__ == "Tensor"
    assert type(thing).__name__ == "Thing" and not callable(function)


def test_an_object_that_was_kept_comes_back(both):
    kept = []

    def hold(value):
        kept.append(value)
        return len(kept) - 1

    state = object()
    wire.send(both[0], {"s": [state]}, hold=hold)
    there = wire.receive(both[1], 5.0)
    assert type(there["s"][0]).__name__ == "object"
    wire.send(both[1], there)
    assert wire.receive(both[0], 5.0, held=kept.__getitem__) == {"s": [state]}


def test_a_list_in_itself_comes_to_an_end(both):
    endless = []
    endless.append(endless)
    assert isinstance(carried(both, endless), list)


def raw(text, arrays=b"", length=None, size=None):
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    head = struct.pack("!II", length or len(text), size if size is not None else len(arrays))
    return head + text + arrays


BROKEN = {
    "no JSON": raw(b"{"),
    "too long": raw(b"1", length=2**31),
    "too large": raw(b"1", size=2**32 - 1),
    "deep": raw(b"[" * 50_000 + b"]" * 50_000),
    "no tag": raw({"a": 1}),
    "array beyond the bytes": raw({"t": "array", "v": ["<f8", [4], 32]}, b"12345678"),
    "array of objects": raw({"t": "array", "v": ["|O", [1], 8]}, b"12345678"),
    "negative shape": raw({"t": "array", "v": ["<f8", [-1], 8]}, b"12345678"),
    "wrong size": raw({"t": "array", "v": ["<f8", [2], 8]}, b"12345678"),
    "no shape": raw({"t": "array", "v": ["<f8", "x", 8]}, b"12345678"),
    "unhashable key": raw({"t": "dict", "v": [[[1], 2]]}),
    "endless number": raw(b"9" * 100_000),
    "no generator": raw({"t": "generator", "v": 5}),
}


@pytest.mark.parametrize("frame", BROKEN.values(), ids=BROKEN)
def test_what_is_no_frame_is_called_so(both, frame):
    threading.Thread(target=both[0].sendall, args=(frame,), daemon=True).start()
    with pytest.raises(wire.BrokenFrame):
        wire.receive(both[1], 5.0)


def test_half_a_frame_is_waited_for_and_no_longer(both):
    both[0].sendall(raw({"t": "...", "v": None})[:5])
    with pytest.raises(TimeoutError):
        wire.receive(both[1], 0.2)
    both[0].close()
    with pytest.raises(EOFError):
        wire.receive(both[1], 0.2)


def test_too_much_is_not_sent(both):
    with pytest.raises(ValueError):
        wire.send(both[0], "x" * (wire.MOST_JSON + 1))
