"""``group_split(groups, share, seed)`` marks all rows of some groups for testing."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
    show,
)

_SEEDS = range(6)


@dataclass(frozen=True)
class _Split:
    """Which rows an answer marks for testing, whole groups of them."""

    groups: np.ndarray
    share: float
    texts: tuple[str, ...]
    mask: np.ndarray

    @property
    def count(self) -> int:
        return len(np.unique(self.groups))

    @property
    def drawn(self) -> int:
        return len(np.unique(self.groups[self.mask]))

    @property
    def wanted(self) -> int:
        return round(self.share * self.count)

    @property
    def rows(self) -> float:
        """How many rows are marked, beyond the share of the rows."""
        return np.count_nonzero(self.mask) - self.share * len(self.groups)

    def largest(self, marked: bool) -> int:
        """How many rows the largest group has, of those that are marked or of the others."""
        rows = self.groups[self.mask == marked]
        return int(np.unique(rows, return_counts=True)[1].max(initial=0))


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    cases = [
        (np.array([1, 1, 2, 2]), 0.5),
        (np.array([7, 7, 7, 7, 7, 7, 3, 5, 9]), 0.25),
        # Shares that are no whole number of groups: 2.25 of 9 and 2.7 of 9.
        (np.array([8, 6, 4, 2, 1, 3, 5, 7, 9, 9]), 0.25),
        # Not in order, and of very different sizes.
        (rng.permutation(np.repeat(np.arange(9), _sizes(rng))), 0.3),
    ]
    clock = Clock()
    splits = [
        _split(answer, groups, share, seed, clock) for groups, share in cases for seed in _SEEDS
    ]
    _require_right_number(splits)
    always_equal = all(
        np.array_equal(split.mask, splits[number - number % len(_SEEDS)].mask)
        for number, split in enumerate(splits)
    )
    # Over all cases together: one right answer in 32 draws the same of two groups six times.
    if always_equal:
        raise Wrong(
            f"Seeds 0 to {len(_SEEDS) - 1} all give the same split. Let the seed decide which "
            "groups are drawn: `np.random.default_rng(seed)`.",
            misconception="not-random",
        )
    return Passed(f"right, on {len(splits)} splits.")


def _split(answer: Answer, groups: np.ndarray, share: float, seed: int, clock: Clock) -> _Split:
    texts = (show(groups), f"{share:g}", str(seed))

    def marked() -> np.ndarray:
        result = get_result(
            answer, ("groups", "share", "seed"), (groups, share, seed), texts, clock=clock
        )
        return _as_mask(result, groups, texts)

    mask = marked()
    _require_whole_groups(mask, groups, texts)
    _require_same(mask, marked(), texts)
    return _Split(groups, share, texts, mask)


def _sizes(rng: np.random.Generator) -> np.ndarray:
    # As counts: in WebAssembly those have 32 bits, and the generator's whole numbers 64.
    return rng.integers(1, 12, size=9).astype(np.intp)


def _as_mask(result: Any, groups: np.ndarray, texts: tuple[str, ...]) -> np.ndarray:
    mask = fit(result, groups.shape, "the result")
    if not np.isin(mask, [0, 1]).all():
        raise Wrong(
            "The result must be True or False for each row, True for testing.",
            counter_example=_counter(texts, "True or False for each row", show(mask)),
            misconception="no-mask",
        )
    return mask.astype(bool)


def _require_same(mask, again, texts) -> None:
    if not np.array_equal(mask, again):
        raise Wrong(
            "The same seed gives another split the second time, so nobody can repeat your test. "
            "Take all chance from `np.random.default_rng(seed)`.",
            counter_example=_counter(texts, _numbers(mask), _numbers(again)),
            misconception="seed-ignored",
        )


def _require_whole_groups(mask, groups, texts) -> None:
    split = [group for group in np.unique(groups) if 0 < mask[groups == group].mean() < 1]
    if split:
        raise Wrong(
            f"Group {split[0]} has rows on both sides. Draw groups, not rows, then mark every row "
            "of those drawn.",
            counter_example=_counter(texts, "each group on one side", _numbers(mask)),
            misconception="group-on-both-sides",
        )


def _require_right_number(splits: list[_Split]) -> None:
    first = next((split for split in splits if split.drawn != split.wanted), None)
    if first is None:
        return
    if all(split.drawn == split.count - split.wanted for split in splits):
        reason, words = "train-for-test", "You mark the groups for training; True means testing."
    elif all(0 <= split.rows < split.largest(True) for split in splits) or all(
        -split.largest(False) < split.rows <= 0 for split in splits
    ):
        reason = "share-of-rows"
        words = (
            "You take groups until they hold that share of the *rows*. `share` is a share of the "
            f"groups: round({first.share:g} · {first.count}) = {first.wanted} of them, however "
            "many rows they have."
        )
    elif rounding := _other_rounding(splits):
        reason = "not-rounded"
        words = (
            f"share · groups is {first.share:g} · {first.count} = {first.share * first.count:g}, "
            f"and you round it {rounding}: {first.drawn} groups instead of {first.wanted}. Use "
            "`round`."
        )
    else:
        reason = "wrong-number-of-groups"
        words = (
            f"{first.drawn} of {first.count} groups are for testing, and share · groups, rounded, "
            f"is {first.wanted}. Count each group once, however many rows it has, and draw none "
            "twice."
        )
    raise Wrong(
        words,
        counter_example=_counter(
            first.texts, f"{first.wanted} of {first.count} groups", _numbers(first.mask)
        ),
        misconception=reason,
    )


def _other_rounding(splits: list[_Split]) -> str:
    """Which way the number of groups is rounded instead, empty if neither."""
    for direction, rounded in (("down (`int` and `//` do)", floor), ("up", ceil)):
        if all(split.drawn == rounded(split.share * split.count) for split in splits):
            return direction
    return ""


def _numbers(mask: np.ndarray) -> str:
    return show(mask.astype(int))


def _counter(texts: tuple[str, ...], expected: str, got: str) -> CounterExample:
    names = ("groups", "share", "seed")
    return CounterExample(tuple(zip(names, texts, strict=True)), expected, got)


EXERCISE = OpenExercise(
    check=check,
    next_question="three hospitals, and the model will be used in a fourth. What is a group?",
)
