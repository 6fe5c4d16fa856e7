"""A trained digit network as plain arrays: what *draw a digit* runs in the page without Keras.

A **network** is a dictionary: ``"layers"`` holds a list of layer descriptions, in order, and
``"kernel_0"``, ``"bias_0"``, ``"kernel_1"``, … hold the arrays of the layers that have parameters,
numbered in order of appearance.

Four kinds of layer are enough, because activations are kept as ``(height, width, channels)``:
flattening them then changes nothing, and global pooling is pooling with a window as large as the
image. Dropout does nothing outside training, and batch normalisation is folded into the layer
before it.

=============  ====================================================================================
kind           further keys (all carry ``name``, ``input`` and ``output``: shapes without the batch)
=============  ====================================================================================
convolution    ``kernel`` (height, width), ``stride``, ``padding`` (rows above, columns left)
dense          none
pooling        ``function`` ("max" or "average"), ``kernel``, ``stride``, ``padding``
activation     ``function`` ("relu", "tanh", "sigmoid" or "softmax"); softmax always ends the list
=============  ====================================================================================

The file (``save``, ``load``) is a compressed ``.npz`` without pickles: the arrays as float16 under
the names above (convolution kernels (height, width, in, out), dense ones (in, out), as Keras keeps
them) and ``layers``, one JSON string.
"""

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

IMAGE_SHAPE = (28, 28, 1)
CLASSES = 10
LARGEST_FLOAT16 = float(np.finfo(np.float16).max)
_IGNORED = {"InputLayer", "Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise"}
_ACTIVATIONS = {"linear", "relu", "tanh", "sigmoid", "softmax"}

Network = dict[str, Any]


def from_keras(model) -> Network:
    """Turn a trained Keras ``Sequential`` for MNIST into plain arrays.

    Parameters
    ----------
    model : keras.Sequential
        From images (28, 28, 1) to ten logits or ten softmax probabilities, of the layers
        ``Conv2D``, ``BatchNormalization`` (straight after a ``Conv2D`` or ``Dense`` without
        activation), ``ReLU``, ``Activation``, ``MaxPooling2D``, ``AveragePooling2D``, the global
        poolings, ``Flatten``, ``Dropout`` and ``Dense``.

    Returns
    -------
    dict
        ``"layers"`` and the float32 arrays, as this module's docstring describes.

    Raises
    ------
    ValueError
        If the model is not of this form; the message names the layer.

    Examples
    --------
    >>> network = from_keras(model)  # doctest: +SKIP
    >>> save("digit_network.npz", network)  # doctest: +SKIP
    """
    if type(model).__name__ != "Sequential":
        raise ValueError(f"expected a trained keras.Sequential, got {type(model).__name__}")
    if not model.built:
        raise ValueError("the model has no weights yet: start it with keras.Input((28, 28, 1))")
    if tuple(model.input_shape[1:]) != IMAGE_SHAPE:
        raise ValueError(
            f"expected a model that takes images of shape {IMAGE_SHAPE}, "
            f"got one that takes {tuple(model.input_shape[1:])}"
        )
    builder = _Builder()
    for layer in model.layers:
        builder.add(layer)
    return builder.finish()


class _Builder:
    """Collects layer descriptions and arrays while it walks through a model."""

    def __init__(self) -> None:
        self.layers: list[dict] = []
        self.parameters: list[tuple[np.ndarray, np.ndarray]] = []
        self.shape: tuple[int, ...] = IMAGE_SHAPE

    def add(self, layer) -> None:
        kind = type(layer).__name__
        if kind in _IGNORED:
            return
        method = getattr(self, f"_add_{kind}", None)
        if method is None:
            raise _unsupported(layer, f"layers of type {kind} cannot run in the page")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise _unsupported(layer, "its data_format must be channels_last")
        method(layer)

    def finish(self) -> Network:
        if self.shape != (CLASSES,):
            raise ValueError(f"expected a model with {CLASSES} outputs, got shape {self.shape}")
        last = self.layers[-1]
        if last["kind"] == "dense":
            self._append(last, "activation", self.shape, function="softmax", name="softmax")
        elif last.get("function") != "softmax":
            raise ValueError(
                f"expected a model that ends in {CLASSES} logits or a softmax, "
                f"got one that ends in {last.get('function', last['kind'])}"
            )
        network: Network = {"layers": self.layers}
        for index, (kernel, bias) in enumerate(self.parameters):
            network[f"kernel_{index}"] = kernel.astype(np.float32)
            network[f"bias_{index}"] = bias.astype(np.float32)
        return network

    def _append(self, layer, kind: str, output: tuple[int, ...], *, name=None, **details) -> None:
        self.layers.append(
            {
                "kind": kind,
                "name": name or layer.name,
                "input": list(self.shape),
                "output": list(output),
                **details,
            }
        )
        self.shape = output

    def _image_shape(self, layer) -> tuple[int, int, int]:
        if len(self.shape) != 3:
            raise _unsupported(layer, f"it needs (height, width, channels), got {self.shape}")
        return self.shape

    def _window(self, layer, kernel, stride) -> tuple[int, int, list[int]]:
        """Output height and width of a sliding window, and its padding above and left."""
        sizes, before = [], []
        for size, window, step in zip(self._image_shape(layer), kernel, stride, strict=False):
            if layer.padding == "same":
                count = math.ceil(size / step)
                before.append(max((count - 1) * step + window - size, 0) // 2)
            else:
                count = (size - window) // step + 1
                before.append(0)
            sizes.append(count)
        return sizes[0], sizes[1], before

    def _add_Conv2D(self, layer) -> None:
        if tuple(layer.dilation_rate) != (1, 1) or layer.groups != 1:
            raise _unsupported(layer, "dilated and grouped convolutions cannot run in the page")
        kernel, stride = list(layer.kernel_size), list(layer.strides)
        height, width, padding = self._window(layer, kernel, stride)
        self._append(
            layer,
            "convolution",
            (height, width, layer.filters),
            kernel=kernel,
            stride=stride,
            padding=padding,
        )
        self._add_parameters(layer, layer.filters)

    def _add_Dense(self, layer) -> None:
        if len(self.shape) != 1:
            raise _unsupported(layer, "put a Flatten or a global pooling before it")
        self._append(layer, "dense", (layer.units,))
        self._add_parameters(layer, layer.units)

    def _add_parameters(self, layer, units: int) -> None:
        weights = layer.get_weights()
        bias = weights[1] if layer.use_bias else np.zeros(units, np.float32)
        self.parameters.append((weights[0], bias))
        self._add_Activation(layer)

    def _add_BatchNormalization(self, layer) -> None:
        if not self.layers or self.layers[-1]["kind"] not in ("convolution", "dense"):
            raise _unsupported(
                layer, "it must follow a Conv2D or Dense without activation, to be folded into it"
            )
        if layer.axis not in (-1, len(self.shape)):
            raise _unsupported(layer, "it must normalise over the channels, axis=-1")
        weights = list(layer.get_weights())
        gamma = weights.pop(0) if layer.scale else 1.0
        beta = weights.pop(0) if layer.center else 0.0
        mean, variance = weights
        scale = gamma / np.sqrt(variance + layer.epsilon)
        kernel, bias = self.parameters[-1]
        self.parameters[-1] = (kernel * scale, (bias - mean) * scale + beta)

    def _add_Activation(self, layer) -> None:
        function = layer.activation.__name__
        if function not in _ACTIVATIONS:
            known = ", ".join(sorted(_ACTIVATIONS))
            raise _unsupported(layer, f"activation {function!r} is not one of {known}")
        if function != "linear":
            self._append(layer, "activation", self.shape, function=function)

    def _add_ReLU(self, layer) -> None:
        if layer.max_value is not None or layer.negative_slope or layer.threshold:
            raise _unsupported(layer, "only the plain ReLU, max(0, z), can run in the page")
        self._append(layer, "activation", self.shape, function="relu")

    def _add_Softmax(self, layer) -> None:
        self._append(layer, "activation", self.shape, function="softmax")

    def _add_MaxPooling2D(self, layer, function: str = "max") -> None:
        kernel, stride = list(layer.pool_size), list(layer.strides)
        height, width, padding = self._window(layer, kernel, stride)
        output = (height, width, self.shape[2])
        self._append(
            layer,
            "pooling",
            output,
            function=function,
            kernel=kernel,
            stride=stride,
            padding=padding,
        )

    def _add_AveragePooling2D(self, layer) -> None:
        self._add_MaxPooling2D(layer, "average")

    def _add_GlobalAveragePooling2D(self, layer, function: str = "average") -> None:
        height, width, channels = self._image_shape(layer)
        self._append(
            layer,
            "pooling",
            (1, 1, channels),
            function=function,
            kernel=[height, width],
            stride=[1, 1],
            padding=[0, 0],
        )
        self.shape = (channels,)

    def _add_GlobalMaxPooling2D(self, layer) -> None:
        self._add_GlobalAveragePooling2D(layer, "max")

    def _add_Flatten(self, layer) -> None:
        self.shape = (math.prod(self.shape),)


def _unsupported(layer, reason: str) -> ValueError:
    return ValueError(f"layer {layer.name!r} ({type(layer).__name__}): {reason}")


def parameter_arrays(network: Network) -> list[np.ndarray]:
    """The arrays of a network in order: kernel, bias, kernel, bias, and so on."""
    count = sum(layer["kind"] in ("convolution", "dense") for layer in network["layers"])
    return [network[f"{kind}_{i}"] for i in range(count) for kind in ("kernel", "bias")]


def to_float16(network: Network) -> bytes:
    """All parameters, in order, as little-endian float16: what the page receives.

    Raises
    ------
    ValueError
        If a weight is not finite or too large for float16.
    """
    arrays = parameter_arrays(network)
    for index, array in enumerate(arrays):
        if not np.all(np.abs(array) <= LARGEST_FLOAT16):
            kind = "kernel" if index % 2 == 0 else "bias"
            raise ValueError(
                f"{kind}_{index // 2} holds values that are not finite or beyond "
                f"{LARGEST_FLOAT16:.0f}; train the network again"
            )
    return b"".join(array.astype("<f2").tobytes() for array in arrays)


def from_float16(layers: list[dict], data: bytes) -> Network:
    """The network of these layers whose parameters ``to_float16`` gave."""
    numbers = np.frombuffer(data, dtype="<f2").astype(np.float32)
    network: Network = {"layers": layers}
    start = index = 0
    for layer in layers:
        if layer["kind"] not in ("convolution", "dense"):
            continue
        units = layer["output"][-1]
        shape = (*layer.get("kernel", ()), layer["input"][-1], units)
        for name, size in ((f"kernel_{index}", shape), (f"bias_{index}", (units,))):
            count = math.prod(size)
            network[name] = numbers[start : start + count].reshape(size)
            start += count
        index += 1
    return network


def save(path: str | os.PathLike, network: Network) -> None:
    """Write a network as a compressed ``.npz`` of float16 arrays.

    The file takes its name only once it is complete.
    """
    to_float16(network)  # refuses weights that float16 cannot hold
    arrays = {name: value.astype(np.float16) for name, value in network.items() if name != "layers"}
    path = Path(path)
    unfinished = path.with_name(path.name + ".part")
    try:
        with unfinished.open("wb") as file:
            np.savez_compressed(file, layers=np.array(json.dumps(network["layers"])), **arrays)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: str | os.PathLike) -> Network:
    """Read a network that ``save`` wrote.

    Returns
    -------
    dict
        ``"layers"`` and float32 arrays (which hold the float16 values exactly).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is truncated or holds something else.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            network: Network = {"layers": json.loads(str(file["layers"]))}
            network |= {
                name: file[name].astype(np.float32) for name in file.files if name != "layers"
            }
        to_float16(network)  # every array is there and holds numbers
    except FileNotFoundError:
        raise
    except Exception as problem:  # zipfile, zlib, json, NumPy and the OS each raise their own
        raise ValueError(
            f"{Path(path).name} is damaged or no digit network: get it again, or remake it with "
            "`dlcourse export-network`"
        ) from problem
    return network


def predict(network: Network, images: np.ndarray) -> np.ndarray:
    """Class probabilities, computed with NumPy: the reference for the page's own arithmetic.

    Parameters
    ----------
    network : dict
        From ``from_keras`` or ``load``.
    images : array of shape (n, 28, 28) or (n, 28, 28, 1)
        Ink from 0 (paper) to 1.

    Returns
    -------
    array of shape (n, 10), float32

    Raises
    ------
    ValueError
        If the images have another shape.
    """
    images = np.asarray(images, dtype=np.float32)
    if images.shape[1:3] != IMAGE_SHAPE[:2] or images.shape[3:] not in ((), (1,)):
        raise ValueError(f"expected images of shape (n, 28, 28), got {images.shape}")
    values = images.reshape(-1, *IMAGE_SHAPE)
    parameters = iter(parameter_arrays(network))
    for layer in network["layers"]:
        values = values.reshape(-1, *layer["input"])
        if layer["kind"] == "convolution":
            values = _convolution(values, layer, next(parameters)) + next(parameters)
        elif layer["kind"] == "dense":
            values = values @ next(parameters) + next(parameters)
        elif layer["kind"] == "pooling":
            values = _pooling(values, layer)
        else:
            values = _activation(values, layer["function"])
    return values


def _windows(values: np.ndarray, layer: dict, fill: float) -> np.ndarray:
    """Every window of a layer: (n, rows, columns, channels, kernel rows, kernel columns)."""
    kernel, stride, before = layer["kernel"], layer["stride"], layer["padding"]
    margins = [(0, 0)]
    for axis in (0, 1):
        reach = (layer["output"][axis] - 1) * stride[axis] + kernel[axis]
        after = max(reach - before[axis] - values.shape[axis + 1], 0)
        margins.append((before[axis], after))
    padded = np.pad(values, [*margins, (0, 0)], constant_values=fill)
    windows = sliding_window_view(padded, kernel, axis=(1, 2))
    return windows[:, :: stride[0], :: stride[1]][:, : layer["output"][0], : layer["output"][1]]


def _convolution(values: np.ndarray, layer: dict, kernel: np.ndarray) -> np.ndarray:
    windows = _windows(values, layer, 0.0)
    return np.einsum("nrcihw,hwio->nrco", windows, kernel, optimize=True)


def _pooling(values: np.ndarray, layer: dict) -> np.ndarray:
    windows = _windows(values, layer, np.nan)  # padding is neither largest nor part of a mean
    reduce = np.nanmax if layer["function"] == "max" else np.nanmean
    return reduce(windows, axis=(-2, -1))


def _activation(values: np.ndarray, function: str) -> np.ndarray:
    if function == "relu":
        return np.maximum(values, 0)
    if function == "tanh":
        return np.tanh(values)
    if function == "sigmoid":
        return 1 / (1 + np.exp(-values))
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
