"""Latent space: a point of a plane, and the image that a trained decoder makes of it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Dict, Float, List

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    WrongInput,
    pack,
    require,
    require_finite,
    require_shape,
    unpack,
)
from dlcourse_utils.palette import GREY, VIOLET

SIDE = 28
PIXELS = SIDE * SIDE
MOST_PARAMETERS = 30_000
MOST_CODES = 1000
ACTIVATIONS = ("linear", "relu", "leaky_relu", "elu", "tanh", "sigmoid")
_SUPPORTED = (
    "Dense, Reshape, Flatten, Conv2D, Conv2DTranspose, UpSampling2D (nearest), "
    "BatchNormalization, Activation, ReLU, LeakyReLU, ELU and Dropout"
)
_IGNORED = {"InputLayer", "Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise"}
_ALONE = 3.0  # half the width of the plane where no codes tell how wide it is


class LatentSpace(Explorable):
    """A plane in which every point is an image: drag the point, the decoder draws.

    The decoder runs in the browser, without Keras. A ring marks where a walk begins, the disc
    where it ends, and a strip shows what the decoder draws on the straight way between them.

    Parameters
    ----------
    decoder : keras.Sequential
        A trained decoder or generator from points (2,) to images (28, 28), (28, 28, 1) or (784,),
        with at most 30,000 parameters and of the layers that the error message for any other one
        names. An image runs from 0 to 1, or from -1 to 1 where the last activation is tanh.
    codes : array of shape (n, 2), optional
        Where the encoder puts real digits, drawn as points; at most 1,000. They decide how much of
        the plane is shown: from the 1st to the 99th percentile of each number, and a margin.
    labels : array of shape (n,), optional
        The digit of each code, 0 to 9: the codes are then drawn as coloured numerals.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If the decoder has a layer that cannot run in the page (the message names it), too many
        parameters or other shapes, or if codes and labels do not fit.

    Examples
    --------
    >>> plane = LatentSpace(decoder, codes=encoder.predict(x), labels=y)  # doctest: +SKIP
    >>> plane.image.shape  # what the decoder draws where the point is  # doctest: +SKIP
    (28, 28)
    """

    preview_size = (7.0, 3.9)

    layers = List(Dict(), help="What the decoder does, layer by layer.").tag(sync=True)
    weights = Buffer(help="Its parameters, in order, float32.").tag(sync=True)
    codes = Buffer(help="Codes of real digits, float32 (n, 2).").tag(sync=True)
    labels = Buffer(help="The digit of each code, uint8; empty: not known.").tag(sync=True)
    span = List(Float(), help="The plane shown: lowest and highest x, then y.").tag(sync=True)
    x = Float(help="The point that is decoded.").tag(sync=True)
    y = Float().tag(sync=True)
    start_x = Float(help="Where the walk begins.").tag(sync=True)
    start_y = Float().tag(sync=True)
    pixels = Buffer(help="What the page draws at the point, float32.").tag(sync=True)

    def __init__(
        self, decoder: Any, codes: Any = None, labels: Any = None, *, caption: str | None = None
    ) -> None:
        layers, arrays = read_decoder(decoder)
        points, digits = as_codes(codes, labels)
        if caption is None and len(points):
            caption = (
                "Every point of this plane is a drawing. Drag the disc: where does one digit turn "
                "into another, and where does the decoder draw what is no digit at all?"
            )
        elif caption is None:
            caption = (
                "Every point of this plane is a drawing. Drag the disc: which digits can you find, "
                "which are missing, and what lies between two of them?"
            )
        start, end = _first_walk(points, digits)
        super().__init__(
            layers=layers,
            weights=b"".join(pack(array) for array in arrays),
            codes=points,
            labels=digits.tobytes(),
            span=_plane(points),
            start_x=float(start[0]),
            start_y=float(start[1]),
            x=float(end[0]),
            y=float(end[1]),
            caption=caption,
        )
        self.pixels = self.image

    @classmethod
    def example(cls) -> "LatentSpace":
        """A small decoder of random weights, and the codes of three digits."""
        import keras

        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(PIXELS, "sigmoid")])
        random = np.random.default_rng(0)
        model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
        centres = np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, 5.0]]).repeat(20, axis=0)
        codes = centres + 0.4 * random.normal(size=centres.shape)
        return cls(model, codes, np.repeat([1, 4, 7], 20))

    @property
    def image(self) -> np.ndarray:
        """What the decoder draws at the point: float32 of shape (28, 28)."""
        return self.decode([[self.x, self.y]])[0]

    def decode(self, points: Any) -> np.ndarray:
        """What the decoder draws at some points, computed with NumPy.

        Parameters
        ----------
        points : array of shape (n, 2)

        Returns
        -------
        array of shape (n, 28, 28), float32

        Raises
        ------
        ValueError
            If the points have another shape.
        """
        points = np.asarray(points, dtype=np.float32)
        require_shape("points", points, ("n", 2))
        return run_decoder(self.layers, self.weights, points)

    def draw_preview(self, figure: Any) -> None:
        plane, picture = figure.subplots(1, 2, width_ratios=(1.25, 1))
        points = unpack(self.codes, (-1, 2))
        digits = np.frombuffer(self.labels, dtype=np.uint8)
        if len(digits):
            for (x, y), digit in zip(points, digits, strict=True):
                plane.text(x, y, str(digit), color=GREY, fontsize=7, ha="center", va="center",
                           clip_on=True)  # fmt: skip
        else:
            plane.scatter(*points.T, s=6, color=GREY)
        plane.plot(self.x, self.y, "o", color=VIOLET, markersize=13, markeredgecolor="white")
        plane.set(xlim=self.span[:2], ylim=self.span[2:])
        plane.set(xlabel="first latent number", ylabel="second latent number")
        plane.set_title("a point of the plane")
        lowest = -1 if self.layers[-1].get("function") == "tanh" else 0
        picture.imshow(self.image, cmap="gray", vmin=lowest, vmax=1)
        picture.set(title="its image", xticks=[], yticks=[])
        picture.spines[:].set_visible(False)


def as_codes(codes: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Check codes and labels; returns float32 (n, 2) and uint8 (n,), empty where none are given."""
    if codes is None:
        if labels is not None:
            raise WrongInput("labels need codes: give codes of shape (n, 2) too")
        return np.zeros((0, 2), np.float32), np.zeros(0, np.uint8)
    codes = np.asarray(codes, dtype=np.float32)
    require_shape("codes", codes, ("n", 2))
    require(len(codes) <= MOST_CODES, "codes", f"be {MOST_CODES} at most", len(codes))
    require_finite("codes", codes)
    if labels is None:
        return codes, np.zeros(0, np.uint8)
    labels = np.asarray(labels)
    require_shape("labels", labels, (len(codes),))
    found = np.unique(labels).tolist()
    require(np.isin(labels, range(10)).all(), "labels", "be digits from 0 to 9", found)
    return codes, labels.astype(np.uint8)


def _plane(points: np.ndarray) -> list[float]:
    """Lowest and highest x and y to show."""
    if not len(points):
        return [-_ALONE, _ALONE, -_ALONE, _ALONE]
    # Without the outermost codes, or a single one far away would press all others into a corner.
    low, high = np.percentile(points, (1, 99), axis=0)
    margin = np.maximum(0.08 * (high - low), 0.1)
    low, high = low - margin, high + margin
    return [float(edge[axis]) for axis in (0, 1) for edge in (low, high)]


def _first_walk(points: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Two codes for the first walk: the middles of the two classes that lie farthest apart."""
    if not len(points):
        return np.array([[-1.5, 0.0], [1.5, 0.0]])
    if not len(np.unique(digits)) > 1:
        order = points[:, 0].argsort(kind="stable")
        return points[order[[len(order) // 10, -1 - len(order) // 10]]]
    middles = np.stack([middle_code(points[digits == digit]) for digit in np.unique(digits)])
    distances = np.linalg.norm((middles[:, None] - middles) / points.std(axis=0), axis=-1)
    return middles[list(np.unravel_index(distances.argmax(), distances.shape))]


def middle_code(points: np.ndarray) -> np.ndarray:
    """The code nearest to the median of some codes: a typical one that really exists."""
    return points[np.linalg.norm(points - np.median(points, axis=0), axis=1).argmin()]


# ---- the decoder as plain data -------------------------------------------------------------------


def read_decoder(model: Any) -> tuple[list[dict], list[np.ndarray]]:
    """Turn a trained Keras decoder into layer descriptions and arrays.

    Descriptions have ``kind``, ``input`` and ``output`` (shapes without the batch), and by kind:
    ``dense`` nothing more; ``convolution`` ``kernel``, ``stride``, ``padding`` (rows above, columns
    left); ``transpose`` (a transposed convolution) the same, its padding being what is cut off
    there; ``upsampling`` ``size``; ``scale`` (a factor and a shift for each channel) nothing;
    ``activation`` ``function`` and ``slope``. Arrays follow in order: kernel, then bias; a
    transposed convolution's kernel is (rows, columns, in, out) here.

    Raises
    ------
    ValueError
        If the model is not of this form; the message names the layer and what would do.
    """
    if type(model).__name__ != "Sequential":
        raise ValueError(f"decoder must be a trained keras.Sequential, got {type(model).__name__}")
    if not model.built:
        raise ValueError("the decoder has no weights yet: start it with keras.Input((2,))")
    if tuple(model.input_shape[1:]) != (2,):
        raise ValueError(
            "the decoder must take points of shape (2,), "
            f"got one that takes {tuple(model.input_shape[1:])}"
        )
    if tuple(model.output_shape[1:]) not in ((PIXELS,), (SIDE, SIDE), (SIDE, SIDE, 1)):
        raise ValueError(
            "the decoder must give images of shape (28, 28), (28, 28, 1) or (784,), "
            f"got {tuple(model.output_shape[1:])}"
        )
    if model.count_params() > MOST_PARAMETERS:
        raise ValueError(
            f"the decoder has {model.count_params():,} parameters; a page carries at most "
            f"{MOST_PARAMETERS:,}: use fewer units or filters"
        )
    builder = _Builder()
    for layer in model.layers:
        builder.add(layer)
    if not all(np.all(np.isfinite(array)) for array in builder.arrays):
        raise ValueError("the decoder holds weights that are not finite: train it again")
    return builder.layers, builder.arrays


class _Builder:
    """Collects layer descriptions and arrays while it walks through a decoder."""

    def __init__(self) -> None:
        self.layers: list[dict] = []
        self.arrays: list[np.ndarray] = []
        self.shape: tuple[int, ...] = (2,)

    def add(self, layer: Any) -> None:
        kind = type(layer).__name__
        if kind in _IGNORED:
            return
        method = getattr(self, f"_add_{kind}", None)
        if method is None:
            raise _unsupported(layer, f"it cannot run in the page; what can: {_SUPPORTED}")
        if getattr(layer, "data_format", "channels_last") != "channels_last":
            raise _unsupported(layer, "its data_format must be channels_last")
        method(layer)

    def _append(self, kind: str, output: Sequence[int], arrays: Sequence = (), **details) -> None:
        self.layers.append(
            {"kind": kind, "input": list(self.shape), "output": list(output), **details}
        )
        self.arrays += [np.asarray(array, dtype=np.float32) for array in arrays]
        self.shape = tuple(output)

    def _image_shape(self, layer: Any) -> tuple[int, int, int]:
        if len(self.shape) != 3:
            raise _unsupported(layer, f"it needs (height, width, channels), got {self.shape}")
        return self.shape

    def _add_Reshape(self, layer: Any) -> None:
        self.shape = tuple(layer.output.shape[1:])

    def _add_Flatten(self, layer: Any) -> None:
        self.shape = (math.prod(self.shape),)

    def _add_Dense(self, layer: Any) -> None:
        if len(self.shape) != 1:
            raise _unsupported(layer, f"it needs one row of numbers, got {self.shape}; Flatten it")
        self._append("dense", (layer.units,), _kernel_and_bias(layer, layer.units))
        self._add_Activation(layer)

    def _add_Conv2D(self, layer: Any) -> None:
        self._plain(layer)
        kernel, stride = list(layer.kernel_size), list(layer.strides)
        sizes, before = [], []
        for size, window, step in zip(self._image_shape(layer), kernel, stride, strict=False):
            same = layer.padding == "same"
            count = math.ceil(size / step) if same else (size - window) // step + 1
            sizes.append(count)
            before.append(max((count - 1) * step + window - size, 0) // 2 if same else 0)
        self._append(
            "convolution",
            (*sizes, layer.filters),
            _kernel_and_bias(layer, layer.filters),
            kernel=kernel,
            stride=stride,
            padding=before,
        )
        self._add_Activation(layer)

    def _add_Conv2DTranspose(self, layer: Any) -> None:
        self._plain(layer)
        if layer.output_padding is not None:
            raise _unsupported(layer, "output_padding cannot run in the page")
        kernel, stride = list(layer.kernel_size), list(layer.strides)
        sizes, cut = [], []
        for size, window, step in zip(self._image_shape(layer), kernel, stride, strict=False):
            over = max(window - step, 0)
            same = layer.padding == "same"
            sizes.append(size * step + (0 if same else over))
            cut.append(over // 2 if same else 0)
        weights, bias = _kernel_and_bias(layer, layer.filters)
        self._append(
            "transpose",
            (*sizes, layer.filters),
            (weights.transpose(0, 1, 3, 2), bias),
            kernel=kernel,
            stride=stride,
            padding=cut,
        )
        self._add_Activation(layer)

    @staticmethod
    def _plain(layer: Any) -> None:
        if tuple(layer.dilation_rate) != (1, 1) or getattr(layer, "groups", 1) != 1:
            raise _unsupported(layer, "dilated and grouped convolutions cannot run in the page")

    def _add_UpSampling2D(self, layer: Any) -> None:
        if layer.interpolation != "nearest":
            raise _unsupported(layer, "only interpolation='nearest' can run in the page")
        height, width, channels = self._image_shape(layer)
        down, across = layer.size
        output = (height * down, width * across, channels)
        self._append("upsampling", output, size=[down, across])

    def _add_BatchNormalization(self, layer: Any) -> None:
        if layer.axis not in (-1, len(self.shape)):
            raise _unsupported(layer, "it must normalise over the channels, axis=-1")
        weights = list(layer.get_weights())
        gamma = weights.pop(0) if layer.scale else 1.0
        beta = weights.pop(0) if layer.center else 0.0
        mean, variance = weights
        scale = gamma / np.sqrt(variance + layer.epsilon)
        self._append("scale", self.shape, (scale, beta - mean * scale))

    def _add_Activation(self, layer: Any) -> None:
        name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
        if name not in ACTIVATIONS:
            raise _unsupported(layer, f"activation {name!r} is not one of {', '.join(ACTIVATIONS)}")
        if name != "linear":
            # Slopes below zero as Keras' functions have them by default.
            slope = {"leaky_relu": 0.2, "elu": 1.0}.get(name, 0.0)
            self._append("activation", self.shape, function=name, slope=slope)

    def _add_ReLU(self, layer: Any) -> None:
        if layer.max_value is not None or layer.negative_slope or layer.threshold:
            raise _unsupported(layer, "only the plain ReLU, max(0, z), can run in the page")
        self._append("activation", self.shape, function="relu", slope=0.0)

    def _add_LeakyReLU(self, layer: Any) -> None:
        slope = float(layer.negative_slope)
        self._append("activation", self.shape, function="leaky_relu", slope=slope)

    def _add_ELU(self, layer: Any) -> None:
        self._append("activation", self.shape, function="elu", slope=float(layer.alpha))


def _kernel_and_bias(layer: Any, units: int) -> tuple[np.ndarray, np.ndarray]:
    weights = layer.get_weights()
    return weights[0], weights[1] if layer.use_bias else np.zeros(units, np.float32)


def _unsupported(layer: Any, reason: str) -> ValueError:
    return ValueError(f"layer {layer.name!r} ({type(layer).__name__}): {reason}")


def run_decoder(layers: list[dict], weights: bytes, points: np.ndarray) -> np.ndarray:
    """Decode points (n, 2) into images (n, 28, 28) with NumPy: the page's own arithmetic."""
    numbers = unpack(weights)
    values = points
    for layer in layers:
        values = values.reshape(-1, *layer["input"])
        kind, units = layer["kind"], layer["output"][-1]
        if kind == "activation":
            values = _activation(values, layer["function"], layer["slope"])
            continue
        if kind == "upsampling":
            values = values.repeat(layer["size"][0], axis=1).repeat(layer["size"][1], axis=2)
            continue
        shape = (units,) if kind == "scale" else (*layer.get("kernel", ()), values.shape[-1], units)
        kernel, bias, numbers = np.split(numbers, [math.prod(shape), math.prod(shape) + units])
        kernel = kernel.reshape(shape)
        if kind == "scale":
            values = values * kernel + bias
        elif kind == "dense":
            values = values @ kernel + bias
        else:
            values = _slide(values, layer, kernel) + bias
    return values.reshape(-1, SIDE, SIDE)


def _slide(values: np.ndarray, layer: dict, kernel: np.ndarray) -> np.ndarray:
    """A convolution, or a transposed one, without its bias: one tap of the kernel at a time."""
    result = np.zeros((len(values), *layer["output"]), np.float32)
    for i, j in np.ndindex(*layer["kernel"]):
        wide, narrow = _taps(layer, (i, j))
        if layer["kind"] == "transpose":
            result[:, *wide] += values[:, *narrow] @ kernel[i, j]
        else:
            result[:, *narrow] += values[:, *wide] @ kernel[i, j]
    return result


def _taps(layer: dict, offset: tuple[int, int]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Which cells of the larger and of the smaller side one tap of the kernel joins."""
    large, small = layer["input"], layer["output"]
    if layer["kind"] == "transpose":
        large, small = small, large
    wide, narrow = [], []
    for axis in (0, 1):
        step = layer["stride"][axis]
        shift = offset[axis] - layer["padding"][axis]
        first = max(-(shift // step), 0)  # the first small cell whose large cell exists
        last = min((large[axis] - 1 - shift) // step, small[axis] - 1)
        narrow.append(slice(first, last + 1))
        wide.append(slice(first * step + shift, last * step + shift + 1, step))
    return tuple(wide), tuple(narrow)


def _activation(values: np.ndarray, name: str, slope: float) -> np.ndarray:
    if name == "relu":
        return np.maximum(values, 0)
    if name == "leaky_relu":
        return np.where(values > 0, values, slope * values)
    if name == "elu":
        return np.where(values > 0, values, slope * np.expm1(np.minimum(values, 0)))
    if name == "tanh":
        return np.tanh(values)
    return (1 + np.tanh(values / 2)) / 2  # the sigmoid, without overflow
