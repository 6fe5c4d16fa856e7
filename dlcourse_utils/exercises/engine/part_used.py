"""Recognise a function that uses a part of its input only: the first entry, all but the last."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.patterns import Reason
from dlcourse_utils.exercises.engine.probing import Trial
from dlcourse_utils.exercises.engine.results import same_result

_PARTS: tuple[tuple[str, slice, str], ...] = (
    (
        "first-only",
        slice(1),
        "Only the first {entry} of {names} counts: go through all of them, and let `return` stand "
        "behind the loop, not in it.",
    ),
    (
        "last-only",
        slice(-1, None),
        "Only the last {entry} of {names} counts: each turn of the loop must go on from what the "
        "one before left, and not start anew.",
    ),
    (
        "first-left-out",
        slice(1, None),
        "The first {entry} of {names} is left out. Indices count from 0, and `range(1, …)` begins "
        "with the second.",
    ),
    (
        "last-left-out",
        slice(-1),
        "The last {entry} of {names} is left out: the loop ends one turn too early. `range(n)` "
        "ends at n − 1 already.",
    ),
)


def part_used(
    expected: Callable, parameters: Sequence[str], trials: Sequence[Trial]
) -> Reason | None:
    """Say which part of the input alone would give the same results.

    Parameters
    ----------
    expected : callable
        A right function.
    parameters : sequence of str
    trials : sequence of Trial
    """
    for positions in _sequences([trial.case for trial in trials]):
        names = " and ".join(f"`{parameters[position]}`" for position in positions)
        for reason, part, words in _PARTS:
            if _explains(expected, positions, part, trials):
                several = all(np.ndim(trials[0].case[position]) > 1 for position in positions)
                return reason, words.format(names=names, entry="row" if several else "entry")
    return None


def _sequences(cases: Sequence[tuple]) -> Iterator[tuple[int, ...]]:
    """Yield positions of arguments with entries: those as long as one another, then each alone."""
    count = min(map(len, cases), default=0)
    lengths = {}
    for position in range(count):
        if all(_has_entries(case[position]) for case in cases):
            lengths[position] = tuple(len(case[position]) for case in cases)
    for length in dict.fromkeys(lengths.values()):
        alike = tuple(position for position, own in lengths.items() if own == length)
        yield alike
        if len(alike) > 1:
            yield from ((position,) for position in alike)


def _has_entries(argument: Any) -> bool:
    return isinstance(argument, (list, tuple)) or np.ndim(argument) > 0


def _explains(
    expected: Callable, positions: tuple[int, ...], part: slice, trials: Sequence[Trial]
) -> bool:
    """Whether the right function of the part gives every result, and another than of the whole."""
    changed = 0
    for trial in trials:
        case = [
            argument[part] if position in positions else argument
            for position, argument in enumerate(trial.case)
        ]
        if trial.call.value is None and len(trial.case[positions[0]]) == 0:
            continue  # a loop that is never entered returns nothing
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
                made = expected(*case)
        except Exception:  # the right function need not take an empty part
            return False
        if not same_result(trial.call.value, made):
            return False
        changed += not same_result(made, trial.expected)
    return changed > 1
