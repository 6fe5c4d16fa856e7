"""Capacity, noise, data size, L2 and dropout against training and validation error."""

from typing import Any, NamedTuple

import numpy as np

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.seeded import normals
from dlcourse_utils.explore.traits import Choice, Number, Whole, require_one_of
from dlcourse_utils.palette import BLUE, GREY, ORANGE

MOST_UNITS = 30
POINTS = (10, 200)
VALIDATION_POINTS = 100
MOST_NOISE = 1.0
MOST_DROPOUT = 0.9
L2 = (0.0, *(float(f"{digit}e{power}") for power in range(-6, 1) for digit in (1, 2, 5)), 10.0)
SEEDS = (0, 9999)
STEEPNESS = 6.0  # of a hidden unit
TRACE = 1e-7  # of L2, always there: one solution even with more units than points
_GOLDEN, _PLASTIC = 0.6180339887498949, 0.7548776662466927

# What each knob takes where the picture shows the error against it.
SWEEPS: dict[str, tuple[float, ...]] = {
    "units": tuple(range(1, MOST_UNITS + 1)),
    "points": tuple(range(POINTS[0], POINTS[1] + 1, 5)),
    "noise": tuple(step / 20 for step in range(21)),
    "l2": L2,
    "dropout": (0.0, 0.01, 0.02, 0.03, *(step / 20 for step in range(1, 19))),
}


class Errors(NamedTuple):
    """Root mean square errors, in the unit of y."""

    training: float
    validation: float


class Overfitting(Explorable):
    """A network with one hidden layer, fitted exactly, and its error on points old and new.

    One input, `units` hidden tanh units and a linear output. What a hidden unit answers to is
    fixed, ``tanh(6 (x - c))`` with centres c spread over -1 to 1, and a network of k units has the
    first k of the 30, so that only the output's weights are learned: a linear problem, whose least
    loss is found at once, without steps and without luck. The loss is Keras': the mean squared
    error, plus ``l2`` times the sum of the squared weights (not of the bias); with inverted dropout
    on the hidden units, its mean over all ways to drop them, which is again a sum of squares:
    ``dropout / (1 - dropout)`` times the sum of ``weight² · mean(unit²)``.

    Parameters
    ----------
    units : int
        Hidden units, 1 to 30: the capacity.
    points : int
        Training points, 10 to 200. More points are the same ones and others besides.
    noise : float
        Standard deviation of the noise on y, 0 to 1; without it, ``y = sin(4 x)``.
    l2 : float
        One of 0, 0.000001, 0.000002, 0.000005, …, 5, 10.
    dropout : float
        Share of hidden units left out, 0 to 0.9.
    against : {"units", "points", "noise", "l2", "dropout"}
        The knob that the second picture shows both errors against.
    seed : int
        Decides the points, 0 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> errors = Overfitting(units=30).errors()
    >>> errors.training < 0.2 and errors.validation > 0.7
    True
    """

    preview_size = (7.0, 4.0)

    units = Whole(24, low=1, high=MOST_UNITS, help="Hidden units: the capacity.").tag(sync=True)
    points = Whole(20, low=POINTS[0], high=POINTS[1], help="Training points.").tag(sync=True)
    noise = Number(0.4, low=0, high=MOST_NOISE, help="Standard deviation on y.").tag(sync=True)
    l2 = Choice(L2, 0.0, help="Of the output's weights, as in keras.regularizers.L2.").tag(
        sync=True
    )
    dropout = Number(0.0, low=0, high=MOST_DROPOUT, help="Share of units left out.").tag(sync=True)
    against = Choice(tuple(SWEEPS), "units", help="The knob of the second picture.").tag(sync=True)
    seed = Whole(28, low=SEEDS[0], high=SEEDS[1], help="Decides the points.").tag(sync=True)

    def __init__(
        self,
        units: int = 24,
        *,
        points: int = 20,
        noise: float = 0.4,
        l2: float = 0.0,
        dropout: float = 0.0,
        against: str = "units",
        seed: int = 28,
        caption: str | None = None,
    ) -> None:
        super().__init__(
            units=units,
            points=points,
            noise=noise,
            l2=l2,
            dropout=dropout,
            against=against,
            seed=seed,
            caption=caption
            or "This network learned its 20 points by heart. Bring the validation error near the "
            "noise in four ways, each alone: fewer hidden units, more points, L2, dropout. What "
            "does each do to the training error, and which of the four cannot be overdone?",
        )

    def examples(self) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """The points.

        Returns
        -------
        tuple
            ``(x_train, y_train), (x_val, y_val)``, float64, of shapes (points,) and (100,).
        """
        return _examples(self.seed, self.points, self.noise)

    def weights(self) -> tuple[np.ndarray, float]:
        """The weights of the least loss.

        Returns
        -------
        tuple
            Weights of the hidden units, float64 of shape (units,), and the output's bias.
        """
        return fit(*self.examples()[0], self.units, self.l2, self.dropout)

    def predict(self, x: Any) -> np.ndarray:
        """The network's answer, without dropout.

        Parameters
        ----------
        x : array of shape (n,)

        Returns
        -------
        numpy.ndarray
            float64 of shape (n,).
        """
        weights, bias = self.weights()
        return hidden(np.asarray(x, dtype=float), self.units) @ weights + bias

    def errors(self) -> Errors:
        """Root mean square errors on the training and the validation points."""
        return _errors(**self._setting())

    def sweep(self, knob: str | None = None) -> list[Errors]:
        """The errors for each of ``SWEEPS[knob]``, all else as it is.

        Parameters
        ----------
        knob : str, optional
            A key of `SWEEPS`; by default what the second picture shows.

        Raises
        ------
        ValueError
            If there is no such knob.
        """
        knob = knob or self.against
        require_one_of("knob", knob, tuple(SWEEPS))
        return [_errors(**self._setting() | {knob: value}) for value in SWEEPS[knob]]

    def _setting(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*SWEEPS, "seed")}

    def draw_preview(self, figure: Any) -> None:
        axes = figure.add_subplot()
        (x, y), (x_new, y_new) = self.examples()
        grid = np.linspace(-1, 1, 401)
        axes.plot(grid, np.sin(4 * grid), color=GREY, linewidth=4, alpha=0.6, label="without noise")
        axes.plot(x_new, y_new, "^", color=ORANGE, markersize=4, alpha=0.45, label="validation")
        axes.plot(grid, self.predict(grid), color=BLUE, linewidth=2, label="network")
        axes.plot(x, y, "o", color=BLUE, markersize=7, label="training")
        axes.set(xlim=(-1, 1), ylim=(-2.6, 2.6), xlabel="x", ylabel="y")
        axes.set_title(f"{self.points} training points, {self.units} hidden units")
        figure.legend(loc="outside right upper", frameon=False)


def hidden(x: np.ndarray, units: int) -> np.ndarray:
    """What the hidden units answer.

    Parameters
    ----------
    x : array of shape (n,)
    units : int

    Returns
    -------
    numpy.ndarray
        float64 of shape (n, units).

    Examples
    --------
    >>> hidden(np.array([0.0, 1.0]), 5).shape
    (2, 5)
    """
    centres = 2 * np.mod(np.arange(1, units + 1) * _GOLDEN, 1) - 1
    return np.tanh(STEEPNESS * (x[:, None] - centres))


def fit(
    x: np.ndarray, y: np.ndarray, units: int, l2: float = 0.0, dropout: float = 0.0
) -> tuple[np.ndarray, float]:
    """The weights of the hidden units and the bias that make the loss least.

    Parameters
    ----------
    x, y : arrays of shape (n,)
    units : int
    l2, dropout : float

    Returns
    -------
    tuple
        Weights of shape (units,), bias.

    Examples
    --------
    >>> weights, bias = fit(np.array([-1.0, 0.0, 1.0]), np.array([2.0, 2.0, 2.0]), 3, l2=1.0)
    >>> bool(np.allclose(weights, 0)), round(bias, 6)
    (True, 2.0)
    """
    inputs = np.column_stack([np.ones(len(x)), hidden(x, units)])
    penalty = l2 + TRACE + dropout / (1 - dropout) * (inputs[:, 1:] ** 2).mean(axis=0)
    normal = inputs.T @ inputs / len(x) + np.diag([0, *penalty])
    solution = np.linalg.solve(normal, inputs.T @ y / len(x))
    return solution[1:], float(solution[0])


def _examples(seed: int, points: int, noise: float) -> Any:
    numbers = normals(seed, POINTS[1] + VALIDATION_POINTS)
    x = 2 * np.mod(seed * _PLASTIC + np.arange(points) * _GOLDEN, 1) - 1
    x_new = (2 * np.arange(VALIDATION_POINTS) + 1) / VALIDATION_POINTS - 1
    # Scaled, so that the noise-free curve itself has a validation error of exactly `noise`.
    new = numbers[POINTS[1] :] / _rms(numbers[POINTS[1] :])
    return (x, np.sin(4 * x) + noise * numbers[:points]), (x_new, np.sin(4 * x_new) + noise * new)


def _errors(seed: int, units: int, points: int, noise: float, l2: float, dropout: float) -> Errors:
    parts = _examples(seed, points, noise)
    weights, bias = fit(*parts[0], units, l2, dropout)
    return Errors(*(_rms(hidden(x, units) @ weights + bias - y) for x, y in parts))


def _rms(errors: np.ndarray) -> float:
    return float(np.sqrt(np.mean(errors**2)))
