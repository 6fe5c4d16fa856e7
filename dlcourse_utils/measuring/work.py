"""What is timed: single operations, with how many operations and bytes each is at least."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

BYTES = {"float32": 4, "TF32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True)
class Work:
    """One operation on tensors that lie on the device.

    Attributes
    ----------
    name : str
        With its sizes.
    run : callable
        Computes it once and returns the result.
    flops : int
        Additions and multiplications.
    bytes : int
        What must be read and written at least: each input once, the result once.

    Examples
    --------
    >>> product = matrix_product(64)
    >>> product.flops, product.bytes, round(product.intensity, 1)
    (524288, 49152, 10.7)
    """

    name: str
    run: Callable[[], Any]
    flops: int
    bytes: int

    @property
    def intensity(self) -> float:
        """Arithmetic intensity: operations a byte (Williams, Waterman & Patterson, 2009).

        https://doi.org/10.1145/1498765.1498785
        """
        return self.flops / self.bytes


def matrix_product(size: int, precision: str = "float32", *, rows: int | None = None) -> Work:
    """A product of (rows, size) by (size, size), as a dense layer computes for a batch.

    Parameters
    ----------
    size : int
        Rows and columns of the second matrix.
    precision : {"float32", "TF32", "bfloat16", "float16"}
        Of the numbers; TF32 are float32 that a GPU multiplies with fewer digits.
    rows : int, optional
        The batch; by default `size`, a product of two square matrices.

    Returns
    -------
    Work
        2 · rows · size² operations.

    Raises
    ------
    ValueError
        For another precision, naming those that there are.

    Examples
    --------
    >>> tuple(matrix_product(64, rows=2).run().shape)
    (2, 64)
    """
    import keras

    rows = size if rows is None else rows
    a, b = _normal((rows, size), precision, 0), _normal((size, size), precision, 1)
    return Work(
        name=f"({rows}, {size}) · ({size}, {size})",
        run=_with(precision, lambda: keras.ops.matmul(a, b)),
        flops=2 * rows * size * size,
        bytes=BYTES[precision] * (2 * rows * size + size * size),
    )


def convolution(
    batch: int, side: int, channels: int, precision: str = "float32", *, kernel: int = 3
) -> Work:
    """A convolution with as many filters as channels, stride 1, the size kept.

    Parameters
    ----------
    batch : int
        Images.
    side : int
        Their height and width in pixels.
    channels : int
        Of the images, and of the result.
    precision : {"float32", "TF32", "bfloat16", "float16"}
        As in `matrix_product`.
    kernel : int
        Height and width of a filter.

    Returns
    -------
    Work
        2 · batch · side² · channels² · kernel² operations.

    Raises
    ------
    ValueError
        As in `matrix_product`.

    Examples
    --------
    >>> convolution(1, 8, 4).flops
    18432
    """
    import keras

    images = _normal((batch, side, side, channels), precision, 0)
    kernels = _normal((kernel, kernel, channels, channels), precision, 1)
    pixels = batch * side * side
    return Work(
        name=f"{kernel} × {kernel} on ({batch}, {side}, {side}, {channels})",
        run=_with(precision, lambda: keras.ops.conv(images, kernels, padding="same")),
        flops=2 * pixels * channels * channels * kernel * kernel,
        bytes=BYTES[precision] * (2 * pixels * channels + kernel * kernel * channels * channels),
    )


def addition(numbers: int, precision: str = "float32") -> Work:
    """An elementwise addition: one operation for three numbers moved.

    Parameters
    ----------
    numbers : int
        Of each vector.
    precision : {"float32", "bfloat16", "float16"}
        As in `matrix_product`.

    Returns
    -------
    Work

    Raises
    ------
    ValueError
        As in `matrix_product`.

    Examples
    --------
    >>> round(addition(1000).intensity, 3)
    0.083
    """
    import keras

    a, b = _normal((numbers,), precision, 0), _normal((numbers,), precision, 1)
    return Work(
        name=f"sum of two vectors of {numbers:,}",
        run=lambda: keras.ops.add(a, b),
        flops=numbers,
        bytes=3 * BYTES[precision] * numbers,
    )


def correct_digits(precision: str, size: int = 512) -> float:
    """How many decimal digits of a matrix product are right.

    Parameters
    ----------
    precision : {"float32", "TF32", "bfloat16", "float16"}
        As in `matrix_product`.
    size : int
        Rows and columns of both matrices.

    Returns
    -------
    float
        −log10 of the error's size relative to that of the product computed in float64, both as
        Frobenius norms.

    Examples
    --------
    >>> correct_digits("float32", size=64) > correct_digits("bfloat16", size=64)
    True
    """
    import keras

    a, b = (_numbers((size, size), seed).astype("float64") for seed in (0, 1))
    found = matrix_product(size, precision).run()
    found = keras.ops.convert_to_numpy(keras.ops.cast(found, "float32")).astype("float64")
    return float(-np.log10(np.linalg.norm(found - a @ b) / np.linalg.norm(a @ b)))


def _normal(shape: tuple[int, ...], precision: str, seed: int) -> Any:
    import keras

    if precision not in BYTES:
        raise ValueError(f"precision must be one of {tuple(BYTES)}, got {precision!r}")
    tensor = keras.ops.convert_to_tensor(_numbers(shape, seed))
    return tensor if BYTES[precision] == 4 else keras.ops.cast(tensor, precision)


def _numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, dtype="float32")


def _with(precision: str, function: Callable[[], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with tensor_float_32(precision == "TF32"):
            return function()

    return run


@contextlib.contextmanager
def tensor_float_32(allowed: bool) -> Iterator[None]:
    """Let a GPU multiply float32 in TF32, with 10 bits behind the point, or not.

    Parameters
    ----------
    allowed : bool
        Afterwards it is as it was before.

    Yields
    ------
    None

    References
    ----------
    https://docs.nvidia.com/cuda/ampere-tuning-guide/index.html
    """
    import keras

    backend = keras.config.backend()
    if backend == "jax":
        import jax

        with jax.default_matmul_precision("tensorfloat32" if allowed else "highest"):
            yield
    elif backend == "torch":
        import torch

        switches = torch.backends.cuda.matmul, torch.backends.cudnn
        before = [switch.allow_tf32 for switch in switches]
        for switch in switches:
            switch.allow_tf32 = allowed
        try:
            yield
        finally:
            for switch, value in zip(switches, before, strict=True):
                switch.allow_tf32 = value
    else:
        from tensorflow.config import experimental as settings

        before = settings.tensor_float_32_execution_enabled()
        settings.enable_tensor_float_32_execution(allowed)
        try:
            yield
        finally:
            settings.enable_tensor_float_32_execution(before)
