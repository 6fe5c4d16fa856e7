"""One artificial neuron on two features, to be turned by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Float, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    Choice,
    Several,
    Text,
    as_points,
    pack,
    require_between,
    require_finite,
    require_shape,
    unpack,
)
from dlcourse_utils.palette import BLUE, GREY, ORANGE, RED, VIOLET

_STEEPNESS = 8  # largest weight in units of 1 / (half of what a feature spans)


def _default_examples() -> tuple[np.ndarray, np.ndarray]:
    """Forty points of two classes that one line parts, with little room to spare."""
    generator = np.random.default_rng(4)
    X = generator.uniform(-1, 1, (400, 2))
    side = X @ np.array([0.8, 1.6]) - 0.25
    near_enough = np.flatnonzero((np.abs(side) > 0.14) & (np.abs(side) < 1.3))
    y = side > 0
    keep = np.concatenate([near_enough[y[near_enough] == label][:20] for label in (0, 1)])
    return X[keep].astype(np.float32), y[keep].astype(np.float32)


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not below `value`."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999))


class Neuron(Explorable):
    """One neuron: its weights, its line through the plane, and how many examples it gets right.

    Parameters
    ----------
    X : array of shape (n, 2), optional
        Two features of each example, in any unit. Without `X` and `y`, forty made-up points.
    y : array of shape (n,), optional
        Classes, 0 or 1.
    feature_names, class_names : pair of str
        Names for the axes and for class 0 and class 1.
    weights : pair of float
        ``w1`` and ``w2`` at the start, per unit of the feature.
    bias : float
        ``b`` at the start.
    activation : {"step", "sigmoid"}
        ``step`` answers 1 where ``w1*x1 + w2*x2 + b > 0``.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If `X` or `y` has a wrong shape, is not finite, or `y` holds anything but 0 and 1.

    Examples
    --------
    >>> neuron = Neuron([[0, 0], [1, 1]], [0, 1], weights=(2, 1), bias=-1)
    >>> neuron.w1, neuron.w2, neuron.b
    (2.0, 1.0, -1.0)
    """

    points = Buffer(help="Examples, float32 (n, 2).").tag(sync=True)
    labels = Buffer(help="Classes 0 and 1, float32 (n,).").tag(sync=True)
    feature_names = Several(Text(), least=2, most=2, help="Names of the two axes.").tag(sync=True)
    class_names = Several(Text(), least=2, most=2, help="Of class 0 and class 1.").tag(sync=True)
    weight_limit = Float(10.0, help="Weights lie in [-weight_limit, weight_limit].").tag(sync=True)
    bias_limit = Float(10.0, help="The bias lies in [-bias_limit, bias_limit].").tag(sync=True)
    w1 = Float(1.0, help="Weight of the first feature, per unit.").tag(sync=True)
    w2 = Float(1.0, help="Weight of the second feature, per unit.").tag(sync=True)
    b = Float(0.0, help="Bias.").tag(sync=True)
    activation = Choice(("step", "sigmoid"), "step", help="Activation function.").tag(sync=True)

    def __init__(
        self,
        X: Any = None,
        y: Any = None,
        *,
        feature_names: Sequence[str] = ("first feature", "second feature"),
        class_names: Sequence[str] = ("class 0", "class 1"),
        weights: Sequence[float] = (1.0, -0.5),
        bias: float = 0.0,
        activation: str = "step",
        caption: str | None = None,
    ) -> None:
        if (X is None) != (y is None):
            raise ValueError("give X and y together, or neither")
        X, y = _default_examples() if X is None else as_points(X, y)
        require_shape("weights", np.asarray(weights), (2,))
        require_finite("weights and bias", np.array([*weights, bias]))
        if caption is None:
            caption = (
                "Turn the line until no point is on the wrong side. How many of the "
                f"{len(y)} can you get right?"
            )

        # Limits wide enough for every line through the picture, at every useful steepness.
        half_span = np.maximum(np.ptp(X, axis=0) / 2, 1e-6)
        centre = np.abs(X.min(axis=0) + half_span)
        weight_limit = _round_up(max(_STEEPNESS / half_span.max(), *np.abs(weights)))
        reach = weight_limit * float((centre + half_span).sum()) / 2
        super().__init__(
            points=pack(X),
            labels=pack(y),
            feature_names=feature_names,
            class_names=class_names,
            weight_limit=weight_limit,
            bias_limit=_round_up(max(reach, abs(bias), 1e-6)),
            w1=float(weights[0]),
            w2=float(weights[1]),
            b=float(bias),
            activation=activation,
            caption=caption,
        )

    @validate("w1", "w2", "b")
    def _within_limit(self, proposal: Any) -> float:
        limit = self.bias_limit if proposal.trait.name == "b" else self.weight_limit
        require_between(proposal.trait.name, proposal.value, -limit, limit)
        return proposal.value

    def draw_preview(self, figure: Any) -> None:
        X, y = unpack(self.points, (-1, 2)), unpack(self.labels)
        axes = figure.add_subplot()
        air = 0.08 * np.ptp(X, axis=0)
        (left, bottom), (right, top) = X.min(axis=0) - air, X.max(axis=0) + air
        columns, rows = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
        z = self.w1 * columns + self.w2 * rows + self.b
        output = z > 0 if self.activation == "step" else 1 / (1 + np.exp(-z))
        axes.contourf(columns, rows, output, levels=[0, 0.5, 1], colors=[BLUE, ORANGE], alpha=0.18)
        if z.min() < 0 < z.max():
            axes.contour(columns, rows, z, levels=[0], colors=VIOLET, linewidths=2.5)
        wrong = (X @ [self.w1, self.w2] + self.b > 0) != y
        axes.scatter(*X[wrong].T, s=120, facecolors="none", edgecolors=RED, linewidths=1.5)
        for label, (marker, colour) in enumerate((("o", BLUE), ("^", ORANGE))):
            axes.scatter(
                *X[y == label].T, s=36, marker=marker, color=colour, label=self.class_names[label]
            )
        axes.set(xlabel=self.feature_names[0], ylabel=self.feature_names[1])
        axes.set(xlim=(left, right), ylim=(bottom, top))
        axes.set_title(f"{np.sum(~wrong)} of {len(y)} right", color=GREY)
        figure.legend(loc="outside right upper", frameon=False)
