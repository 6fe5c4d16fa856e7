"""A network adapted to a new task: what is frozen, how many labels, how fast, and what is lost."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from traitlets import Float, Int, List, Unicode

from dlcourse_utils.explore.base import BLUE, GREY, ORANGE, VIOLET, Buffer, Explorable, pack, unpack

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

    _module = "transfer"
    _preview_size = (7.0, 3.8)

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
        if len(rates) > MOST_RATES or any(round(rate, 4) != rate for rate in rates):
            raise ValueError(f"rates: at most {MOST_RATES}, with four decimals, got {rates}")
        accuracies = np.asarray(accuracies, dtype=np.float32)
        shape = accuracies.shape
        if len(shape) != 5 or shape[1:3] != (len(rates), len(counts)) or shape[4] != 2:
            raise ValueError(
                f"accuracies must have shape (depths, {len(rates)}, {len(counts)}, seeds, 2), "
                f"got {shape}"
            )
        scratch = np.asarray(scratch, dtype=np.float32)
        if scratch.shape != (len(counts), shape[3]):
            raise ValueError(
                f"scratch must have shape ({len(counts)}, {shape[3]}), got {scratch.shape}"
            )
        untouched = np.asarray(untouched, dtype=np.float32)
        if untouched.shape != (2,):
            raise ValueError(f"untouched must be two accuracies, got shape {untouched.shape}")
        new = np.concatenate([accuracies[..., 0].ravel(), scratch.ravel(), untouched[:1]])
        old = np.append(accuracies[..., 1], untouched[1])
        if not np.all((new >= 0) & (new <= 1)):
            raise ValueError("accuracies on the new task must lie between 0 and 1")
        if not (np.isnan(old).all() or np.all((old >= 0) & (old <= 1))):
            raise ValueError("accuracies on the old task must lie between 0 and 1, or all be NaN")
        count = counts[min(1, len(counts) - 1)] if count is None else count
        rate = rates[0] if rate is None else rate
        frozen = shape[0] - 1 if frozen is None else frozen
        for name, value, allowed in (
            ("count", count, counts),
            ("rate", rate, rates),
            ("frozen", frozen, list(range(shape[0]))),
        ):
            if value not in allowed:
                raise ValueError(f"{name} must be one of {allowed}, got {value!r}")
        super().__init__(
            counts=counts,
            rates=rates,
            seeds=shape[3],
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

    def _draw_preview(self, figure: Any) -> None:
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
    if not values or not rising or values[0] < least or values[0] == 0:
        raise ValueError(f"{name} must be positive and rise, got {list(values)}")
