"""An activation function, its slope, and what ten layers of it do to a signal and a gradient."""

import math
from typing import Any, NamedTuple

import numpy as np

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.seeded import normals
from dlcourse_utils.explore.traits import Choice, Number, Whole
from dlcourse_utils.palette import BLUE, GREY, ORANGE, VIOLET

ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "gelu")
DEPTH, UNITS, EXAMPLES = 10, 48, 32
LEAK = 0.2  # as in keras.activations.leaky_relu
WIDEST = 6.0  # the picture shows z from -6 to 6
SCALES = (0.5, 4.0)
SEEDS = (1, 9999)

_erf = np.vectorize(math.erf, otypes=[float])


class TenLayers(NamedTuple):
    """What ten layers do: sizes at layer 0 to 10, and the pre-activations on the way."""

    signal: np.ndarray  # (11,), spread between examples, as a share of that of the input
    gradient: np.ndarray  # (11,), root mean square, as a share of that at layer 10
    z: np.ndarray  # (10, examples, units)


class Activations(Explorable):
    """One activation function at a time: its curve, its slope, and ten random layers of it.

    The ten layers have 48 units each, no biases, and weights with mean 0 and standard deviation
    ``weight_scale / sqrt(48)``. A batch of 32 random examples goes forward; a random gradient comes
    back from the tenth layer.

    Parameters
    ----------
    activation : {"linear", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"}
        The function, by its name in Keras.
    z : float
        The input whose output and slope are shown, -6 to 6.
    weight_scale : float
        0.5 to 4; at 1 a linear layer leaves the size of a signal as it is.
    seed : int
        Decides examples and weights, 1 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> figure = Activations("sigmoid", z=0)
    >>> figure.output, figure.slope
    (0.5, 0.25)
    >>> bool(figure.ten_layers().gradient[0] < 1e-5)
    True
    """

    preview_size = (7.0, 3.8)

    activation = Choice(ACTIVATIONS, "sigmoid", help="The function, as Keras calls it.").tag(
        sync=True
    )
    z = Number(2.0, low=-WIDEST, high=WIDEST, help="The input that is looked at.").tag(sync=True)
    weight_scale = Number(
        1.0, low=SCALES[0], high=SCALES[1], help="Standard deviation of a weight times √48."
    ).tag(sync=True)
    seed = Whole(1, low=SEEDS[0], high=SEEDS[1], help="Decides examples and weights.").tag(
        sync=True
    )

    def __init__(
        self,
        activation: str = "sigmoid",
        *,
        z: float = 2.0,
        weight_scale: float = 1.0,
        seed: int = 1,
        caption: str | None = None,
    ) -> None:
        super().__init__(
            activation=activation,
            z=z,
            weight_scale=weight_scale,
            seed=seed,
            caption=caption
            or "Choose relu. At which weight scale do signal and gradient both get through ten "
            "layers? Then look for such a scale for the sigmoid.",
        )

    @property
    def output(self) -> float:
        """The function's value at `z`."""
        return float(activate(self.activation, np.array(self.z)))

    @property
    def slope(self) -> float:
        """The derivative at `z`."""
        return float(derivative(self.activation, np.array(self.z)))

    def ten_layers(self) -> TenLayers:
        """Send the batch forward and the gradient back, for what is set now.

        Returns
        -------
        TenLayers
            ``signal`` and ``gradient`` of shape (11,), layer 0 (the input) to layer 10, and ``z``
            of shape (10, 32, 48).
        """
        numbers = normals(self.seed, (DEPTH * UNITS + 2 * EXAMPLES) * UNITS)
        weights, batch, gradient = np.split(
            numbers, [DEPTH * UNITS * UNITS, (DEPTH * UNITS + EXAMPLES) * UNITS]
        )
        weights = weights.reshape(DEPTH, UNITS, UNITS) * self.weight_scale / math.sqrt(UNITS)
        signals = [batch.reshape(EXAMPLES, UNITS)]
        gradients = [gradient.reshape(EXAMPLES, UNITS)]
        sums = []
        for W in weights:
            sums.append(signals[-1] @ W)
            signals.append(activate(self.activation, sums[-1]))
        for W, z in zip(weights[::-1], sums[::-1], strict=True):
            gradients.append((gradients[-1] * derivative(self.activation, z)) @ W.T)
        spread = np.array([math.sqrt(signal.var(axis=0).mean()) for signal in signals])
        size = np.array([math.sqrt((gradient**2).mean()) for gradient in gradients[::-1]])
        return TenLayers(spread / spread[0], size / size[-1], np.array(sums))

    def draw_preview(self, figure: Any) -> None:
        left, right = figure.subplots(1, 2)
        z = np.linspace(-WIDEST, WIDEST, 241)
        left.plot(z, activate(self.activation, z), color=BLUE, linewidth=2.5, label="output")
        left.plot(
            z, derivative(self.activation, z), "--", color=ORANGE, linewidth=2.2, label="slope"
        )
        left.axvline(self.z, color=VIOLET, linewidth=1.5)
        bounded = self.activation in ("sigmoid", "tanh")
        left.set(xlabel="z", ylim=(-1.25, 1.25) if bounded else (-1.5, 4))
        left.set_title(self.activation, color=GREY)
        left.legend(frameon=False, labelcolor=GREY)
        layers = self.ten_layers()
        right.semilogy(layers.signal, "o-", color=BLUE, label="signal")
        right.semilogy(layers.gradient, "^--", color=ORANGE, label="gradient")
        right.axhline(1, color=GREY, linewidth=0.8)
        right.set(xlabel="layer", ylim=(1e-10, 1e6))
        right.set_title(f"ten layers, weight scale {self.weight_scale:.2f}", color=GREY)
        right.legend(frameon=False, labelcolor=GREY)


def activate(name: str, z: np.ndarray) -> np.ndarray:
    """The activation function `name` at `z`, number by number.

    Examples
    --------
    >>> activate("leaky_relu", np.array([-1.0, 2.0])).tolist()
    [-0.2, 2.0]
    """
    if name == "sigmoid":
        return _sigmoid(z)
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(0, z)
    if name == "leaky_relu":
        return np.where(z > 0, z, LEAK * z)
    if name == "gelu":
        return z * _normal_cdf(z)
    return z


def derivative(name: str, z: np.ndarray) -> np.ndarray:
    """The slope of the activation function `name` at `z`; where it has a bend, that of the left.

    Examples
    --------
    >>> derivative("relu", np.array([-1.0, 2.0])).tolist()
    [0.0, 1.0]
    """
    if name == "sigmoid":
        return _sigmoid(z) * (1 - _sigmoid(z))
    if name == "tanh":
        return 1 - np.tanh(z) ** 2
    if name == "relu":
        return np.where(z > 0, 1.0, 0.0)
    if name == "leaky_relu":
        return np.where(z > 0, 1.0, LEAK)
    if name == "gelu":
        return _normal_cdf(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return np.ones_like(z)


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(z / 2)) / 2  # no overflow for any z


def _normal_cdf(z: np.ndarray) -> np.ndarray:
    return (1 + _erf(z / math.sqrt(2))) / 2
