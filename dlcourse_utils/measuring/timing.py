"""Time a call: warm it up, wait until the device is done, repeat, say the spread."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Seconds of repeated calls.

    Attributes
    ----------
    seconds : tuple of float
        One number a call, in the order of the calls, the warm-up not among them.

    Examples
    --------
    >>> print(Timing((0.002, 0.001, 0.004)))
    2 ms (1 to 4)
    """

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one: a single interruption does not move it."""
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        size, unit = next(
            (size, unit) for size, unit in _UNITS if self.median >= size or unit == "µs"
        )
        low, middle, high = (
            _three_digits(value / size)
            for value in (min(self.seconds), self.median, max(self.seconds))
        )
        return f"{middle} {unit} ({low} to {high})"


def _three_digits(value: float) -> str:
    """A number in three digits, but never as a power of ten."""
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def synchronise(result: Any = None) -> None:
    """Wait until the device has computed what was asked of it.

    A call on a GPU or TPU returns as soon as the work is queued.

    Parameters
    ----------
    result : tensor, optional
        What was computed. JAX can only wait for a result; TensorFlow and PyTorch wait for the
        whole device.

    References
    ----------
    https://docs.jax.dev/en/latest/async_dispatch.html,
    https://docs.pytorch.org/docs/stable/notes/cuda.html#asynchronous-execution

    Examples
    --------
    >>> import keras
    >>> total = keras.ops.sum(keras.ops.ones(1000))
    >>> synchronise(total)
    """
    import keras

    backend = keras.config.backend()
    if backend == "jax":
        import jax

        jax.block_until_ready(result)
    elif backend == "torch":
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()
        elif torch.backends.mps.is_available():
            torch.mps.synchronize()
    else:
        import tensorflow as tf

        tf.test.experimental.sync_devices()


def time_calls(
    function: Callable[[], Any],
    *,
    warmups: int = 2,
    repeats: int = 5,
    budget: float = 0.2,
    most: int = 100,
    wait: Callable[[Any], None] = synchronise,
    clock: Callable[[], float] = time.perf_counter,
) -> Timing:
    """Time a function.

    Parameters
    ----------
    function : callable
        Takes nothing; its result is what is waited for.
    warmups : int
        Calls that are not counted: the first ones compile, allocate and fill caches.
    repeats : int
        At least so many calls are counted.
    budget : float
        Seconds after which no further call is made once there are `repeats`.
    most : int
        At most so many calls are counted.
    wait : callable
        Called with each result before the clock is read.
    clock : callable
        Returns seconds.

    Returns
    -------
    Timing

    Raises
    ------
    ValueError
        Where `repeats` is not from 1 to `most`, or `warmups` is negative.

    Examples
    --------
    >>> ticks = iter([0.0, 1.0, 1.0, 3.0])
    >>> time_calls(int, repeats=2, budget=0, wait=lambda _: None, clock=lambda: next(ticks)).seconds
    (1.0, 2.0)
    """
    if not 1 <= repeats <= most:
        raise ValueError(f"repeats must lie between 1 and most ({most}), got {repeats!r}")
    if warmups < 0:
        raise ValueError(f"warmups must be 0 or more, got {warmups!r}")
    for _ in range(warmups):
        wait(function())
    seconds: list[float] = []
    while len(seconds) < repeats or (sum(seconds) < budget and len(seconds) < most):
        started = clock()
        wait(function())
        seconds.append(clock() - started)
    return Timing(tuple(seconds))
