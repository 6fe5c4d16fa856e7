"""Predictions to drag: what each example adds to a loss, and how hard it pulls."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Bool, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import Choice, Number, Several, require
from dlcourse_utils.palette import BLUE, GREY, ORANGE, VIOLET

AGAINST = ("mae", "huber", "cross-entropy")
LOSSES = ("mse", *AGAINST)
COUNT = {"least": 2, "most": 8}  # of examples
LEAST_PROBABILITY = 0.001
_NAMES = {"mse": "MSE", "mae": "MAE", "huber": "Huber", "cross-entropy": "cross-entropy"}


class Losses(Explorable):
    """A few predictions beside the truth, and two losses that judge them: MSE and another one.

    Against MAE or Huber the predictions are numbers. Against cross-entropy they are probabilities
    of class 1, and gradients are those with respect to the sum z before the sigmoid.

    Parameters
    ----------
    y_true, y_pred : array of shape (n,), optional
        Targets and predictions of a regression, in one unit; 2 to 8 examples.
    labels, probabilities : array of shape (m,), optional
        Classes 0 and 1, and predicted probabilities of class 1; 2 to 8 examples.
    against : {"mae", "huber", "cross-entropy"}, optional
        The loss beside MSE at the start.
    delta : float, optional
        Where Huber's loss goes from a parabola to a line, in units of `y_true`.
    together : bool, optional
        Whether one prediction serves all examples: their mean is where it starts.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If arrays differ in length, are no 2 to 8 finite numbers, or a value is out of range.

    Examples
    --------
    >>> figure = Losses([1, 2], [1, 4])
    >>> figure.shares("mse").tolist()
    [0.0, 1.0]
    >>> figure.gradients("mse").tolist()
    [0.0, 2.0]
    """

    preview_size = (7.0, 3.4)

    y_true = Several(Number(), **COUNT, help="Targets.").tag(sync=True)
    y_pred = Several(Number(), **COUNT, help="Predictions, in their unit.").tag(sync=True)
    labels = Several(Choice((0.0, 1.0)), **COUNT, help="Classes, 0 or 1.").tag(sync=True)
    probabilities = Several(
        Number(low=0, high=1), **COUNT, help="Predicted probabilities of class 1."
    ).tag(sync=True)
    against = Choice(AGAINST, "mae", help="The loss beside MSE.").tag(sync=True)
    delta = Number(1.0, above=0, help="Where Huber's loss becomes a line.").tag(sync=True)
    together = Bool(False, help="Whether one prediction serves all.").tag(sync=True)

    def __init__(
        self,
        y_true: Sequence[float] = (2.0, 3.5, 2.5, 3.0, 9.0),
        y_pred: Sequence[float] = (2.6, 3.0, 3.0, 2.2, 4.8),
        *,
        labels: Sequence[int] = (1, 0, 1, 0, 1),
        probabilities: Sequence[float] = (0.8, 0.3, 0.4, 0.1, 0.02),
        against: str = "mae",
        delta: float = 1.0,
        together: bool = False,
        caption: str | None = None,
    ) -> None:
        if together:
            y_pred, probabilities = (
                np.full(np.shape(given), np.mean(given)) for given in (y_pred, probabilities)
            )
        if caption is None:
            caption = (
                "Which example makes most of each loss, and which one pulls hardest? Then give "
                "all examples one prediction: where is MSE lowest, and where MAE? Last, compare "
                "with cross-entropy: what does MSE say to an example that is sure and wrong?"
            )
        super().__init__(
            y_true=y_true,
            y_pred=y_pred,
            labels=labels,
            probabilities=probabilities,
            against=against,
            delta=delta,
            together=together,
            caption=caption,
        )

    @validate("y_pred")
    def _as_many_as_targets(self, proposal: Any) -> list[float]:
        return _as_many(proposal, "y_true")

    @validate("probabilities")
    def _as_many_as_labels(self, proposal: Any) -> list[float]:
        return _held(np.array(_as_many(proposal, "labels"))).tolist()

    def pair(self) -> tuple[np.ndarray, np.ndarray]:
        """Truth and predictions of the task that is shown, float64 of shape (n,) each."""
        if self.against == "cross-entropy":
            return np.array(self.labels), _held(np.array(self.probabilities))
        return np.array(self.y_true), np.array(self.y_pred)

    def each(self, loss: str) -> np.ndarray:
        """The loss of each example, float64 of shape (n,); `loss` is "mse" or `self.against`."""
        self._require(loss)
        truth, predicted = self.pair()
        error = predicted - truth
        if loss == "mse":
            return error**2
        if loss == "mae":
            return np.abs(error)
        if loss == "huber":
            small = np.abs(error) <= self.delta
            return np.where(small, error**2 / 2, self.delta * (np.abs(error) - self.delta / 2))
        return -(truth * np.log(predicted) + (1 - truth) * np.log(1 - predicted))

    def value(self, loss: str) -> float:
        """The loss: the mean over the examples."""
        return float(self.each(loss).mean())

    def shares(self, loss: str) -> np.ndarray:
        """What part of the loss each example makes, shape (n,); zeros where the loss is 0."""
        each = self.each(loss)
        return each / (each.sum() or 1)

    def gradients(self, loss: str) -> np.ndarray:
        """Derivative of the loss with respect to each prediction, shape (n,).

        For probabilities it is the derivative with respect to the sum z before the sigmoid.
        """
        self._require(loss)
        truth, predicted = self.pair()
        error = predicted - truth
        if self.against == "cross-entropy":
            slope = predicted * (1 - predicted)  # of the sigmoid
            return (error if loss == "cross-entropy" else 2 * error * slope) / len(error)
        pull = {
            "mse": 2 * error,
            "mae": np.sign(error),
            "huber": np.clip(error, -self.delta, self.delta),
        }
        return pull[loss] / len(error)

    def _require(self, loss: str) -> None:
        if loss not in ("mse", self.against):
            raise ValueError(f'loss must be "mse" or "{self.against}", as shown, got {loss!r}')

    def draw_preview(self, figure: Any) -> None:
        truth, predicted = self.pair()
        places = np.arange(1, len(truth) + 1)
        left, *right = figure.subplots(1, 3, width_ratios=(2.2, 1, 1))
        left.vlines(places, truth, predicted, color=GREY, linewidth=1.5)
        left.plot(places, truth, "x", color=GREY, markersize=10, markeredgewidth=3)
        left.plot(places, predicted, "o", color=VIOLET, markersize=10)
        words = "probability of class 1" if self.against == "cross-entropy" else "value"
        left.set(xlabel="example", ylabel=words, xticks=places, xlim=(0.5, len(truth) + 0.5))
        left.set_title("✕ truth, ● prediction", color=GREY, fontsize=11)
        for axes, loss in zip(right, ("mse", self.against), strict=True):
            shares, gradients = self.shares(loss), self.gradients(loss)
            pull = gradients / (np.abs(gradients).max() or 1)
            axes.barh(places - 0.2, shares, height=0.36, color=BLUE)
            axes.barh(places + 0.2, pull, height=0.36, color=ORANGE, hatch="///", edgecolor="w")
            axes.axvline(0, color=GREY, linewidth=0.8)
            axes.set(yticks=places, xlim=(-1.05, 1.05), xticks=[], ylim=(len(truth) + 0.6, 0.4))
            axes.spines[:].set_visible(False)
            axes.set_title(f"{_NAMES[loss]} {self.value(loss):.2f}", color=GREY, fontsize=11)
        right[0].set_xlabel("share", color=BLUE)
        right[1].set_xlabel("gradient", color=ORANGE)


def _held(probabilities: np.ndarray) -> np.ndarray:
    """Keep probabilities off 0 and 1, where the logarithm ends."""
    return np.clip(probabilities, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)


def _as_many(proposal: Any, truth: str) -> list[float]:
    """The proposed predictions, if there is one for each entry of the trait `truth`."""
    count = len(getattr(proposal.owner, truth))
    wanted = f"hold as many numbers as {truth}, {count}"
    require(len(proposal.value) == count, proposal.trait.name, wanted, len(proposal.value))
    return proposal.value
