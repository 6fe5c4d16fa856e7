"""Training steps of the networks of `dl.explore.Budget`, timed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .timing import Timing, time_calls
from .work import tensor_float_32

POLICIES = {
    "float32": "float32",
    "TF32": "float32",
    "mixed bfloat16": "mixed_bfloat16",
    "mixed float16": "mixed_float16",
}
CLASSES = 10


@dataclass(frozen=True)
class Throughput:
    """A training step at one batch size.

    Attributes
    ----------
    batch : int
        Examples in a batch.
    timing : Timing
        Of the repeated step.

    Examples
    --------
    >>> Throughput(batch=64, timing=Timing((0.01, 0.02, 0.02))).examples_per_second
    3200.0
    """

    batch: int
    timing: Timing

    @property
    def examples_per_second(self) -> float:
        """Training examples a second, by the median step."""
        return self.batch / self.timing.median


def build_network(
    kind: str, layers: int, width: int, size: int, *, precision: str = "float32"
) -> Any:
    """The network that `dl.explore.Budget` reckons with, as a Keras model that gives logits.

    Parameters
    ----------
    kind : {"MLP", "CNN"}
    layers : int
        Hidden layers, or convolutions.
    width : int
        Units of each, or channels.
    size : int
        Inputs of an MLP; height and width of a CNN's images in pixels.
    precision : {"float32", "TF32", "mixed bfloat16", "mixed float16"}
        What the layers compute in; the logits are float32.

    Returns
    -------
    keras.Sequential
        (batch, size), or (batch, size, size, 3), to (batch, 10).

    Raises
    ------
    ValueError
        For another kind or precision, naming those that there are.

    References
    ----------
    Micikevicius et al. (2018), Mixed precision training, https://arxiv.org/abs/1710.03740

    Examples
    --------
    >>> build_network("MLP", 1, 128, 784).count_params()
    101770
    """
    import keras

    if kind not in ("MLP", "CNN"):
        raise ValueError(f'kind must be "MLP" or "CNN", got {kind!r}')
    if precision not in POLICIES:
        raise ValueError(f"precision must be one of {tuple(POLICIES)}, got {precision!r}")
    policy = keras.DTypePolicy(POLICIES[precision])
    if kind == "MLP":
        parts = [keras.layers.Input((size,))]
        parts += [keras.layers.Dense(width, activation="relu", dtype=policy) for _ in range(layers)]
    else:
        parts, side = [keras.layers.Input((size, size, 3))], size
        for layer in range(1, layers + 1):
            parts.append(
                keras.layers.Conv2D(width, 3, padding="same", activation="relu", dtype=policy)
            )
            if layer % 2 == 0 and side >= 8:
                parts.append(keras.layers.MaxPooling2D(dtype=policy))
                side //= 2
        parts.append(keras.layers.GlobalAveragePooling2D(dtype=policy))
    # The loss is computed from the logits, so they stay in float32.
    parts.append(keras.layers.Dense(CLASSES, dtype="float32"))
    return keras.Sequential(parts)


def build_step(
    model: Any, batch: int, *, jit_compile: bool | str = "auto", optimizer: str = "adam"
) -> Callable[[], Any]:
    """A training step of a model on one batch of random numbers that lies on the device.

    Parameters
    ----------
    model : keras.Model
        Compiled here; it gives logits for `CLASSES` classes.
    batch : int
        Examples in a batch.
    jit_compile : bool or "auto"
        As in Keras' ``compile``.
    optimizer : str
        As in Keras' ``compile``.

    Returns
    -------
    callable
        Makes one step, the loss included, and returns the loss.

    Examples
    --------
    >>> step = build_step(build_network("MLP", 1, 8, 4), batch=2, jit_compile=False)
    >>> float(step()) > 0
    True
    """
    import keras

    model.compile(
        optimizer,
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit_compile,
    )
    generator = np.random.default_rng(0)
    shape = (batch, *model.input_shape[1:])
    x = keras.ops.convert_to_tensor(generator.normal(size=shape).astype("float32"))
    y = keras.ops.convert_to_tensor(generator.integers(CLASSES, size=batch).astype("int32"))
    return lambda: model.train_on_batch(x, y)


def time_training(
    kind: str,
    layers: int,
    width: int,
    size: int,
    batches: Iterable[int],
    *,
    precision: str = "float32",
    jit_compile: bool | str = "auto",
    patience: float = 0.5,
    budget: float = 0.2,
) -> list[Throughput]:
    """Time training steps by batch size, from the smallest on.

    Parameters
    ----------
    kind : {"MLP", "CNN"}
    layers, width, size : int
        The network, see `build_network`.
    batches : iterable of int
        Batch sizes.
    precision : str
        See `build_network`.
    jit_compile : bool or "auto"
        As in Keras' ``compile``.
    patience : float
        No larger batch is tried once a step takes longer than so many seconds.
    budget : float
        Seconds of steps at each batch size, at least three steps.

    Returns
    -------
    list of Throughput

    Examples
    --------
    >>> found = time_training("MLP", 1, 8, 4, [2, 1], budget=0, jit_compile=False)
    >>> [one.batch for one in found]
    [1, 2]
    """
    found = []
    with tensor_float_32(precision == "TF32"):
        for batch in sorted(batches):
            model = build_network(kind, layers, width, size, precision=precision)
            step = build_step(model, batch, jit_compile=jit_compile)
            timing = time_calls(step, repeats=3, budget=budget)
            found.append(Throughput(batch, timing))
            if timing.median > patience:
                break
    return found
