"""``group_split(groups, share, seed)`` marks all rows of some groups for testing."""

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


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    cases = [
        (np.array([1, 1, 2, 2]), 0.5),
        (np.array([7, 7, 7, 7, 7, 7, 3, 5, 9]), 0.25),
        # Shares that are no whole number of groups: 2.25 of 9 and 2.7 of 9.
        (np.array([8, 6, 4, 2, 1, 3, 5, 7, 9, 9]), 0.25),
        # Not in order, and of very different sizes.
        (rng.permutation(np.repeat(np.arange(9), _sizes(rng))), 0.3),
    ]
    parameters = ("groups", "share", "seed")
    clock = Clock()
    always_equal = True
    for groups, share in cases:
        masks = []
        for seed in _SEEDS:
            arguments = (groups, share, seed)
            texts = (show(groups), f"{share:g}", str(seed))
            result = get_result(answer, parameters, arguments, texts, clock=clock)
            masks.append(_as_mask(result, groups, texts))
            _require_whole_groups(masks[-1], groups, share, texts)
            again = get_result(answer, parameters, arguments, texts, clock=clock)
            _require_same(masks[-1], _as_mask(again, groups, texts), texts)
        always_equal = always_equal and bool(np.all(masks == masks[0]))
    # Over all cases together: one right answer in 32 draws the same of two groups six times.
    if always_equal:
        raise Wrong(
            f"Seeds 0 to {len(_SEEDS) - 1} all give the same split. Let the seed decide which "
            "groups are drawn: `np.random.default_rng(seed)`.",
            misconception="not-random",
        )
    return Passed(f"right, on {len(cases) * len(_SEEDS)} splits.")


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


def _require_whole_groups(mask, groups, share, texts) -> None:
    split = [group for group in np.unique(groups) if 0 < mask[groups == group].mean() < 1]
    if split:
        raise Wrong(
            f"Group {split[0]} has rows on both sides. Draw groups, not rows, then mark every row "
            "of those drawn.",
            counter_example=_counter(texts, "each group on one side", _numbers(mask)),
            misconception="group-on-both-sides",
        )
    count, drawn = len(np.unique(groups)), len(np.unique(groups[mask]))
    wanted = round(share * count)
    if drawn == wanted:
        return
    if drawn == count - wanted:
        reason, words = "train-for-test", "You mark the groups for training; True means testing."
    else:
        reason = "wrong-number-of-groups"
        words = (
            f"{drawn} of {count} groups are for testing, and share · groups, rounded, is {wanted}. "
            "Count each group once, however many rows it has, and draw none twice."
        )
    raise Wrong(
        words,
        counter_example=_counter(texts, f"{wanted} of {count} groups", _numbers(mask)),
        misconception=reason,
    )


def _numbers(mask: np.ndarray) -> str:
    return show(mask.astype(int))


def _counter(texts: tuple[str, ...], expected: str, got: str) -> CounterExample:
    names = ("groups", "share", "seed")
    return CounterExample(tuple(zip(names, texts, strict=True)), expected, got)


EXERCISE = OpenExercise(
    check=check,
    next_question="three hospitals, and the model will be used in a fourth. What is a group?",
)
