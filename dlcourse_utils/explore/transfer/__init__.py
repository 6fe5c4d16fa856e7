"""A network adapted to a new task: what is frozen, how many labels, how fast, and what is lost."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from traitlets import Float, Int, List, Unicode, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import (
    Buffer,
    WrongInput,
    pack,
    require,
    require_one_of,
    require_shape,
    unpack,
)
from dlcourse_utils.palette import BLUE, GREY, ORANGE, VIOLET

MOST_RATES = 3  # as many as there are marks


class Outcome(NamedTuple):
    """What one setting reached, over its seeds: mean, lowest and highest accuracy, 0 to 1."""

    new: tuple[float, float, float]
    scratch: tuple[float, float, float]
    old: float  # mean accuracy on the old task, NaN where it was not measured


class Transfer(Explorable):
    """Measured accuracies of a pretrained network adapted to a new task in many ways.

    The page computes nothing but means: it shows what was measured, each seed a dot.

    Parameters
    ----------
    accuracies : array of shape (depths, rates, counts, seeds, 2)
        Entry [f, r, c, s] belongs to the network with its first `f` blocks frozen, adapted with
        `rates[r]` and `counts[c]` labels under seed `s`: its accuracy, 0 to 1, on the new task and
        on the old one (NaN where that was not measured).
    scratch : array of shape (counts, seeds)
        Accuracies on the new task of the same network trained from scratch.
    untouched : pair of float
        Accuracies of the pretrained network as it came, on the new and on the old task.
    counts : sequence of int
        Numbers of labels, rising.
    rates : sequence of float
        Up to three learning rates, rising, with at most four decimals.
    old_task, new_task : str
        What the tasks are called in sentences.
    count, rate, frozen : optional
        The state to start in; by default the second count, the first rate, all blocks frozen.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If shapes do not belong together or an accuracy lies outside 0 to 1.

    Examples
    --------
    >>> figure = Transfer(np.full((4, 1, 2, 3, 2), 0.9), np.full((2, 3), 0.5), (0.6, 0.99),
    ...                   counts=(5, 50), rates=(0.001,))
    >>> round(figure.outcome().new[0], 2), round(figure.outcome().scratch[0], 2)
    (0.9, 0.5)
    """

    preview_size = (7.0, 3.8)

    counts = List(Int(), help="Numbers of labels, rising.").tag(sync=True)
    rates = List(Float(), help="Learning rates, rising.").tag(sync=True)
    seeds = Int(1, help="Runs of each setting.").tag(sync=True)
    accuracies = Buffer(help="float32 (depths, rates, counts, seeds, 2): new, old.").tag(sync=True)
    scratch = Buffer(help="float32 (counts, seeds).").tag(sync=True)
    untouched = Buffer(help="float32 (2,): new, old.").tag(sync=True)
    old_task = Unicode(help="The old task in words.").tag(sync=True)
    new_task = Unicode(help="The new task in words.").tag(sync=True)
    count = Int(help="Labels that the reader chose.").tag(sync=True)
    rate = Float(help="Learning rate that the reader chose.").tag(sync=True)
    frozen = Int(min=0, help="Blocks that the reader froze.").tag(sync=True)

    def __init__(
        self,
        accuracies: Any,
        scratch: Any,
        untouched: Sequence[float],
        *,
        counts: Sequence[int],
        rates: Sequence[float],
        old_task: str = "the old task",
        new_task: str = "the new task",
        count: int | None = None,
        rate: float | None = None,
        frozen: int | None = None,
        caption: str | None = None,
    ) -> None:
        counts, rates = [int(c) for c in counts], [float(r) for r in rates]
        _require_rising("counts", counts, 1)
        _require_rising("rates", rates, 0)
        fine = len(rates) <= MOST_RATES and all(round(rate, 4) == rate for rate in rates)
        require(fine, "rates", f"be at most {MOST_RATES}, with four decimals", rates)
        accuracies = np.asarray(accuracies, dtype=np.float32)
        require_shape("accuracies", accuracies, ("depths", len(rates), len(counts), "seeds", 2))
        depths, seeds = accuracies.shape[0], accuracies.shape[3]
        scratch = np.asarray(scratch, dtype=np.float32)
        require_shape("scratch", scratch, (len(counts), seeds))
        untouched = np.asarray(untouched, dtype=np.float32)
        require_shape("untouched", untouched, (2,))
        new = np.concatenate([accuracies[..., 0].ravel(), scratch.ravel(), untouched[:1]])
        old = np.append(accuracies[..., 1], untouched[1])
        if not np.all((new >= 0) & (new <= 1)):
            raise WrongInput("accuracies on the new task must lie between 0 and 1")
        if not (np.isnan(old).all() or np.all((old >= 0) & (old <= 1))):
            raise WrongInput("accuracies on the old task must lie between 0 and 1, or all be NaN")
        count = counts[min(1, len(counts) - 1)] if count is None else count
        rate = rates[0] if rate is None else rate
        frozen = depths - 1 if frozen is None else frozen
        super().__init__(
            counts=counts,
            rates=rates,
            seeds=seeds,
            accuracies=pack(accuracies),
            scratch=pack(scratch),
            untouched=pack(untouched),
            old_task=old_task,
            new_task=new_task,
            count=count,
            rate=rate,
            frozen=frozen,
            caption=caption
            or "How many labels does the network from scratch need to catch up? At which setting "
            "does the new task gain most while the old one loses least, with few labels and with "
            "many?",
        )

    @classmethod
    def example(cls) -> "Transfer":
        """Made-up accuracies: the more labels, the less there is to gain."""
        labels = np.array([5, 20, 100, 500])
        new = 0.95 - 0.4 / np.sqrt(labels)[:, None] + 0.01 * np.arange(3)
        frozen = np.arange(4)[:, None, None, None]
        accuracies = np.stack(
            np.broadcast_arrays(new[None, None] - 0.02 * frozen, 0.9 + 0.03 * frozen), axis=-1
        )
        accuracies = np.repeat(accuracies, 2, axis=1)
        return cls(accuracies, new - 0.1, (0.5, 0.99), counts=labels, rates=(0.001, 0.01))

    @validate("count", "rate", "frozen")
    def _was_measured(self, proposal: Any) -> Any:
        name = proposal.trait.name
        measured = {"count": self.counts, "rate": self.rates, "frozen": range(len(self._all()))}
        require_one_of(name, proposal.value, list(measured[name]))
        return proposal.value

    def outcome(self) -> Outcome:
        """What the chosen setting reached."""
        place = self.counts.index(self.count)
        chosen = self._chosen()[place]
        return Outcome(
            _summary(chosen[:, 0]),
            _summary(self._from_scratch()[place]),
            float(chosen[:, 1].mean()),
        )

    def _all(self) -> np.ndarray:
        shape = (-1, len(self.rates), len(self.counts), self.seeds, 2)
        return unpack(self.accuracies, shape).astype(float)

    def _chosen(self) -> np.ndarray:
        return self._all()[self.frozen, self.rates.index(self.rate)]

    def _from_scratch(self) -> np.ndarray:
        return unpack(self.scratch, (len(self.counts), self.seeds)).astype(float)

    def draw_preview(self, figure: Any) -> None:
        old_measured = not np.isnan(self._chosen()).any()
        axes = figure.subplots(1, 2 if old_measured else 1, squeeze=False)[0]
        self._draw_by_labels(axes[0])
        if old_measured:
            self._draw_old_against_new(axes[1])

    def _draw_by_labels(self, axes: Any) -> None:
        chosen, scratch = self._chosen()[..., 0], self._from_scratch()
        for values, colour, mark, line, name in (
            (chosen, BLUE, "o", "-", _frozen_words(self.frozen, len(self._all()))),
            (scratch, ORANGE, "^", "--", "from scratch"),
        ):
            axes.plot(self.counts, values, mark, color=colour, markersize=5, alpha=0.6)
            axes.plot(self.counts, values.mean(axis=1), line, color=colour, label=name)
        new = float(unpack(self.untouched)[0])
        axes.axhline(new, color=GREY, linestyle=":", label="as it came")
        axes.axvline(self.count, color=VIOLET, linewidth=1)
        axes.set(xscale="log", ylim=(0, 1.02), xlabel="labels", xticks=self.counts)
        axes.set_ylabel(f"accuracy on {self.new_task}")
        axes.set_xticks(self.counts, [str(count) for count in self.counts])
        axes.minorticks_off()
        axes.legend(frameon=False, labelcolor=GREY, loc="lower right")

    def _draw_old_against_new(self, axes: Any) -> None:
        means = self._all()[:, :, self.counts.index(self.count)].mean(axis=2)
        # The page's marks of the rates, the lowest first.
        looks = (("o", "full", BLUE), ("o", "none", BLUE), ("^", "full", ORANGE))
        for r, (rate, (mark, fill, colour)) in enumerate(zip(self.rates, looks, strict=False)):
            new, old = means[:, r].T
            axes.plot(new, old, mark, fillstyle=fill, color=colour, label=f"rate {rate:g}")
        chosen = means[self.frozen, self.rates.index(self.rate)]
        ring = {"marker": "o", "markersize": 14, "fillstyle": "none", "linestyle": ""}
        axes.plot(*chosen, color=VIOLET, label="chosen", **ring)
        axes.plot(*unpack(self.untouched), "x", color=GREY, markersize=8, label="as it came")
        axes.set(xlabel=f"accuracy on {self.new_task}", ylabel=f"accuracy on {self.old_task}")
        axes.set_title(f"{self.count} labels")
        axes.legend(frameon=False, labelcolor=GREY, loc="best")


def _frozen_words(frozen: int, depths: int) -> str:
    """What is frozen, as the page says it too."""
    if frozen == 0:
        return "nothing frozen"
    if frozen == depths - 1:
        return "all blocks frozen"
    return "block 1 frozen" if frozen == 1 else f"blocks 1–{frozen} frozen"


def _summary(values: np.ndarray) -> tuple[float, float, float]:
    return float(values.mean()), float(values.min()), float(values.max())


def _require_rising(name: str, values: Sequence[float], least: float) -> None:
    rising = all(one < other for one, other in zip(values, values[1:], strict=False))
    fine = values and rising and values[0] >= least and values[0] > 0
    require(fine, name, "be positive and rise", list(values))
