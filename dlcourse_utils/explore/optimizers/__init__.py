"""Optimisers on a loss surface of two parameters: choose a start and rates, see the paths."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Float, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Choice,
    Number,
    Several,
    Whole,
    require,
    require_between,
    require_shape,
)
from dlcourse_utils.palette import BLUE, GREEN, GREY, ORANGE, VIOLET

# Name -> how far the picture reaches in x and y, and where the race starts. The surfaces
# themselves are the functions below, and again in optimizers.js.
SURFACES = {
    "narrow valley": ((-6.0, 6.0), (-3.0, 3.0), (-5.0, 1.5)),
    "curved valley": ((-2.0, 2.0), (-1.0, 3.0), (-1.5, 2.5)),
    "saddle": ((-2.0, 2.0), (-1.5, 1.5), (0.02, 1.2)),
    "two hollows": ((-2.5, 2.5), (-1.5, 1.5), (2.2, 1.0)),
}
OPTIMIZERS = ("gradient descent", "momentum", "RMSprop", "Adam")
DEFAULT_RATES = (0.015, 0.01, 0.05, 0.2)
LOWEST_RATE, HIGHEST_RATE = 0.001, 10.0
MOST_STEPS = 300
_FAR = 1e4  # a path that gets so far has diverged
_TILT = 0.15  # of the two hollows
_STYLES = {
    "gradient descent": (BLUE, "-", "o"),
    "momentum": (ORANGE, "--", "^"),
    "RMSprop": (GREEN, ":", "s"),
    "Adam": (GREY, "-.", "D"),
}


class OptimizerRace(Explorable):
    """Up to four optimisers that set out from one point of a loss surface.

    Momentum runs with 0.9, RMSprop with rho 0.9, Adam with beta 0.9 and 0.999 and bias
    correction, all with epsilon 1e-7, as Keras' own.

    Parameters
    ----------
    surface : {"curved valley", "narrow valley", "saddle", "two hollows"}, optional
        The loss, a function of two parameters. The narrow valley is (x² + 20 y²) / 2.
    optimizers : sequence of str, optional
        Which of "gradient descent", "momentum", "RMSprop" and "Adam" take part.
    rates : sequence of float, optional
        The learning rate of each, from 0.001 to 10.
    start : pair of float, optional
        Where all set out; by default a telling point of the surface.
    steps : int, optional
        Updates that each makes, 1 to 300.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a name is unknown, the counts of optimisers and rates differ, or a number is out of
        range.

    Examples
    --------
    >>> race = OptimizerRace("narrow valley", optimizers=("Adam",), rates=(0.5,), start=(1, 0))
    >>> path = race.paths()["Adam"]
    >>> path.shape
    (101, 2)
    >>> float(path[1, 0].round(4))  # Adam's first step is as long as its rate
    0.5
    """

    preview_size = (7.0, 3.8)

    surface = Choice(tuple(SURFACES), "curved valley", help="The loss.").tag(sync=True)
    optimizers = Several(
        Choice(OPTIMIZERS), most=len(OPTIMIZERS), help="Those that take part."
    ).tag(sync=True)
    rates = Several(
        Number(low=LOWEST_RATE, high=HIGHEST_RATE),
        most=len(OPTIMIZERS),
        help="Their learning rates.",
    ).tag(sync=True)
    x = Float(help="First parameter at the start.").tag(sync=True)
    y = Float(help="Second parameter at the start.").tag(sync=True)
    steps = Whole(100, low=1, high=MOST_STEPS, help="Updates that each makes.").tag(sync=True)

    def __init__(
        self,
        surface: str = "curved valley",
        *,
        optimizers: Sequence[str] = OPTIMIZERS,
        rates: Sequence[float] | None = None,
        start: Sequence[float] | None = None,
        steps: int = 100,
        caption: str | None = None,
    ) -> None:
        if isinstance(optimizers, str):
            optimizers = [optimizers]
        if rates is None:
            names = optimizers if isinstance(optimizers, list | tuple) else ()
            usual = dict(zip(OPTIMIZERS, DEFAULT_RATES, strict=True))
            rates = [usual.get(name, LOWEST_RATE) for name in names]
        if start is None:
            start = SURFACES.get(surface, ((), (), (0, 0)))[2]
        require_shape("start", np.asarray(start), (2,))
        if caption is None:
            caption = (
                "Click to choose a start. Give each optimiser its best learning rate: who gets "
                "lowest, and is it the same on every surface?"
            )
        super().__init__(
            surface=surface,
            optimizers=optimizers,
            rates=rates,
            x=float(start[0]),
            y=float(start[1]),
            steps=steps,
            caption=caption,
        )

    @validate("optimizers")
    def _each_once(self, proposal: Any) -> list[str]:
        names = proposal.value
        require(len(set(names)) == len(names), "optimizers", "name each optimiser once", names)
        return names

    @validate("rates")
    def _one_for_each(self, proposal: Any) -> list[float]:
        count = len(self.optimizers)
        wanted = f"hold {count} numbers, one for each optimiser"
        require(len(proposal.value) == count, "rates", wanted, proposal.value)
        return proposal.value

    @validate("x", "y")
    def _in_the_picture(self, proposal: Any) -> float:
        across, along, _ = SURFACES[self.surface]
        name = proposal.trait.name
        require_between(name, proposal.value, *(across if name == "x" else along))
        return proposal.value

    def loss(self, point: Any) -> Any:
        """The loss at one or many points, shape (..., 2) -> (...)."""
        x, y = np.moveaxis(np.asarray(point, dtype=float), -1, 0)
        if self.surface == "narrow valley":
            return (x**2 + 20 * y**2) / 2
        if self.surface == "curved valley":
            return (1 - x) ** 2 / 2 + 5 * (y - x**2) ** 2
        if self.surface == "saddle":
            return (x**2 - 1) ** 2 / 4 + 2 * y**2
        return (x**2 - 1) ** 2 / 4 + _TILT * x + y**2 / 2

    def gradient(self, point: Any) -> np.ndarray:
        """The gradient of the loss at one point, shape (2,)."""
        x, y = point
        if self.surface == "narrow valley":
            return np.array([x, 20 * y])
        if self.surface == "curved valley":
            off = y - x**2
            return np.array([x - 1 - 20 * x * off, 10 * off])
        if self.surface == "saddle":
            return np.array([x**3 - x, 4 * y])
        return np.array([x**3 - x + _TILT, y])

    def paths(self) -> dict[str, np.ndarray]:
        """The way of each optimiser, name -> (steps + 1, 2); shorter where it diverged."""
        return {
            name: self._path(name, rate)
            for name, rate in zip(self.optimizers, self.rates, strict=True)
        }

    def _path(self, name: str, rate: float) -> np.ndarray:
        point, m, v = np.array([self.x, self.y]), np.zeros(2), np.zeros(2)
        path = [point]
        for t in range(1, self.steps + 1):
            g = self.gradient(point)
            if name == "gradient descent":
                point = point - rate * g
            elif name == "momentum":
                m = 0.9 * m - rate * g
                point = point + m
            elif name == "RMSprop":
                v = 0.9 * v + 0.1 * g**2
                point = point - rate * g / np.sqrt(v + 1e-7)
            else:
                m = 0.9 * m + 0.1 * g
                v = 0.999 * v + 0.001 * g**2
                correction = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
                point = point - rate * correction * m / (np.sqrt(v) + 1e-7)
            if not np.all(np.abs(point) < _FAR):
                break
            path.append(point)
        return np.array(path)

    def draw_preview(self, figure: Any) -> None:
        across, along, _ = SURFACES[self.surface]
        axes = figure.add_subplot()
        x, y = np.meshgrid(np.linspace(*across, 160), np.linspace(*along, 160))
        height = self.loss(np.stack([x, y], axis=-1))
        height = np.log(height - height.min() + 0.02)
        axes.contour(x, y, height, levels=9, colors=GREY, linestyles="solid", alpha=0.4)
        for name, path in self.paths().items():
            colour, line, marker = _STYLES[name]
            axes.plot(*path.T, line, color=colour, linewidth=2, label=name)
            axes.plot(*path[-1], marker, color=colour)
        axes.plot(self.x, self.y, "o", color=VIOLET, markersize=10)
        axes.set(xlim=across, ylim=along, xlabel="first parameter", ylabel="second parameter")
        axes.set_title(f"{self.steps} steps on the {self.surface}", color=GREY)
        figure.legend(loc="outside right upper", frameon=False)
