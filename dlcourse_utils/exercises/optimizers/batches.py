"""Exercises on mini-batches: how many updates, and which examples go into each."""

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.functions import Misconception, check_function, get_result
from dlcourse_utils.exercises.engine.registry import Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.results import Returns, Unusable, show_anything, to_array
from dlcourse_utils.exercises.engine.safe_call import Clock
from dlcourse_utils.exercises.engine.wording import kind_of, plural, show


@exercise(
    "count-updates",
    next_question="with batches of 32 instead of 64, how often does the optimiser step, and what "
    "does that do to the time an epoch takes?",
)
def check_count_updates(answer: Any, rng: np.random.Generator) -> Passed:
    """``count_updates(examples, batch_size, epochs)``: batches rounded up, times epochs."""
    return check_function(
        answer,
        parameters=("examples", "batch_size", "epochs"),
        returns=Returns("whole number"),
        expected=lambda examples, batch_size, epochs: -(-examples // batch_size) * epochs,
        cases=[
            (4, 2, 1),
            (5, 2, 1),
            (4, 2, 3),
            (5, 2, 2),
            (3, 8, 4),
            (1000, 64, 3),
            (60_000, 128, 2),
            *((int(rng.integers(50, 5000)), int(rng.integers(2, 50)), n) for n in (2, 5, 7)),
        ],
        misconceptions=[
            Misconception(
                "last-batch-dropped",
                lambda n, size, epochs: n // size * epochs,
                "You count only full batches. The rest of each epoch makes one smaller batch more.",
            ),
            Misconception(
                "always-one-more",
                lambda n, size, epochs: (n // size + 1) * epochs,
                "You add a batch for the rest even where nothing is left over.",
            ),
            Misconception(
                "rounded-at-the-end",
                lambda n, size, epochs: -(-n * epochs // size),
                "You round up once for the whole run. Every epoch ends with its own smaller "
                "batch: round up first, then multiply by the epochs.",
            ),
            Misconception(
                "rounded-at-the-end",
                lambda n, size, epochs: n * epochs // size,
                "You cut the whole run into batches at once and drop the rest. Every epoch ends "
                "with its own smaller batch: round up first, then multiply by the epochs.",
            ),
            Misconception(
                "not-rounded",
                lambda n, size, epochs: n / size * epochs,
                "The number of batches is not rounded: a smaller last batch is an update too.",
            ),
            Misconception(
                "rounded-to-nearest",
                lambda n, size, epochs: round(n / size) * epochs,
                "You round to the nearest number. A small rest makes a batch as well: round up.",
            ),
            Misconception(
                "one-epoch-only",
                lambda n, size, epochs: -(-n // size),
                "That is one epoch. Multiply by the number of epochs.",
            ),
            Misconception(
                "examples-counted",
                lambda n, size, epochs: n * epochs,
                "You count the examples that go through. There is one update for each batch.",
            ),
            Misconception(
                "batch-size-as-count",
                lambda n, size, epochs: size * epochs,
                "`batch_size` is the number of examples in a batch, not the number of batches.",
            ),
        ],
    )


_CASES = ((4, 2), (5, 2), (6, 8), (7, 1), (100, 16))


@exercise(
    "mini-batches",
    next_question="the last batch is smaller, so its gradient is noisier. What speaks for "
    "dropping it, and what against?",
)
def check_mini_batches(answer: Any, rng: np.random.Generator) -> Passed:
    """``mini_batches(examples, batch_size, generator)``: any shuffled partition passes."""
    if inspect.isgeneratorfunction(answer):
        answer = _listed(answer)
    seeds = rng.integers(1, 1000, size=2)
    clock = Clock()
    for examples, batch_size in _CASES:
        first = _cut(answer, examples, batch_size, int(seeds[0]), clock)
        _require_partition(first, examples, batch_size)
    _require_shuffled(answer, first, examples, batch_size, seeds, clock)
    return Passed(f"right, on {len(_CASES)} inputs: every example once, in random order.")


def _cut(answer: Any, examples: int, batch_size: int, seed: int, clock: Clock) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    result = get_result(
        answer,
        ("examples", "batch_size", "generator"),
        (examples, batch_size, _Generator(generator)),
        (str(examples), str(batch_size), "a random generator"),
        clock=clock,
    )
    if not isinstance(result, (list, tuple, np.ndarray)):
        raise Wrong(
            f"return a list of index arrays; your function returns {kind_of(result)}.",
            misconception="wrong-type",
        )
    batches = []
    for batch in result:
        try:
            indices = to_array(batch)
        except Unusable as problem:
            raise Wrong(
                f"each batch must be an array of indices; one of yours is {problem}.",
                misconception="wrong-type",
            ) from None
        if indices.ndim != 1:
            whole = "The result is one list of indices" if indices.ndim == 0 else "A batch"
            raise _wrong(
                f"{whole}: each batch must be a list of its own, of one dimension.",
                examples, batch_size, f"a list of {_count(examples, batch_size)} arrays",
                show_anything(result) if indices.ndim == 0 else f"shape {indices.shape}",
                "not-cut" if indices.ndim == 0 else "wrong-shape",
            )  # fmt: skip
        if len(indices) and not np.all(indices == np.round(indices)):
            raise Wrong("indices must be whole numbers.", misconception="wrong-type")
        batches.append(indices.astype(int))
    return batches


def _listed(answer: Callable) -> Callable:
    """The function that returns what a generator function yields, up to more than enough."""

    @functools.wraps(answer)
    def listed(*arguments):
        return list(itertools.islice(answer(*arguments), 1000))

    return listed


class _Generator(np.random.Generator):
    """A generator that compares equal to itself after use: drawing from it changes no input."""

    def __init__(self, generator: np.random.Generator) -> None:
        super().__init__(generator.bit_generator)

    def __deepcopy__(self, memo: dict) -> "_Generator":
        return self


def _count(examples: int, batch_size: int) -> int:
    return -(-examples // batch_size)


def _require_partition(batches: list[np.ndarray], examples: int, batch_size: int) -> None:
    sizes = [len(batch) for batch in batches]
    all_indices = np.concatenate(batches) if batches else np.array([], dtype=int)
    shown = "[" + ", ".join(show(batch) for batch in batches[:4]) + ("" if len(batches) < 5 else
            ", …") + "]"  # fmt: skip
    full, rest = divmod(examples, batch_size)
    wanted = [batch_size] * full + [rest] * (rest > 0)

    def wrong(words: str, expected: str, reason: str | None) -> Wrong:
        return _wrong(words, examples, batch_size, expected, shown, reason)

    if len(all_indices) and (all_indices.min() < 0 or all_indices.max() >= examples):
        start = "1" if all_indices.min() == 1 else str(all_indices.min())
        raise wrong(
            f"Indices run from 0 to {examples - 1}; yours run from {start} to {all_indices.max()}.",
            f"indices from 0 to {examples - 1}",
            "counted-from-one" if all_indices.min() == 1 else "out-of-range",
        )
    if sizes == wanted[:-1] and rest:
        raise wrong(
            "The last, smaller batch is missing: its examples are left out of the epoch.",
            f"batches of {_sizes(wanted)}", "last-batch-dropped",
        )  # fmt: skip
    if len(np.unique(all_indices)) < len(all_indices):
        raise wrong(
            "Some examples come twice. Shuffle all of them once and cut that order: batches "
            "drawn each for itself repeat some examples and miss others.",
            "every example once", "drawn-with-repetition",
        )  # fmt: skip
    if sorted(sizes) != sorted(wanted) and len(sizes) == batch_size != len(wanted):
        raise wrong(
            f"You made {batch_size} batches. `batch_size` is the number of examples in each.",
            f"batches of {_sizes(wanted)}", "batch-size-as-count",
        )  # fmt: skip
    if len(all_indices) < examples:
        missing = plural(examples - len(all_indices), "example")
        raise wrong(f"{missing} never appeared.", "every example once", "examples-missing")
    if sizes != wanted:
        raise wrong(
            "Each batch takes `batch_size` examples; only the last may be smaller, and none is "
            "empty.",
            f"batches of {_sizes(wanted)}", "wrong-sizes",
        )  # fmt: skip


def _require_shuffled(
    answer: Any,
    first: list[np.ndarray],
    examples: int,
    batch_size: int,
    seeds: np.ndarray,
    clock: Clock,
) -> None:
    order = np.concatenate(first)
    inputs = (examples, batch_size, "a random order")
    if np.array_equal(order, np.arange(examples)):
        raise _wrong(
            "The examples come in their own order. Shuffle them: sorted data would make each "
            "batch one-sided.",
            *inputs, show(order[:8])[:-1] + ", …]", "not-shuffled",
        )  # fmt: skip
    if all(np.ptp(batch) == len(batch) - 1 for batch in first):
        raise _wrong(
            "Each batch holds neighbours, so on sorted data it would be one-sided. Shuffle all "
            "examples first, then cut.",
            *inputs, show(first[0]), "neighbours",
        )  # fmt: skip
    # In a random order about one example is followed by its neighbour, whatever their number.
    if np.count_nonzero(np.abs(np.diff(order)) == 1) > examples // 2:
        raise _wrong(
            "Most examples are followed by their neighbour: the order has a new beginning, but "
            "it is not shuffled. Use `generator.permutation`.",
            *inputs, show(order[:8])[:-1] + ", …]", "rotated",
        )  # fmt: skip
    again = np.concatenate(_cut(answer, examples, batch_size, int(seeds[0]), clock))
    other = np.concatenate(_cut(answer, examples, batch_size, int(seeds[1]), clock))
    if np.array_equal(order, other):
        raise _wrong(
            "Every generator gives the same order, so every epoch would be alike. Take the "
            "randomness from `generator`, not from a generator with a seed of its own.",
            *inputs, "the same order twice", "own-seed",
        )  # fmt: skip
    if not np.array_equal(order, again):
        raise _wrong(
            "The same generator gave two different orders, so a run could not be repeated. Take "
            "all randomness from `generator`.",
            examples, batch_size, "the same order from the same seed", "two different orders",
            "generator-ignored",
        )  # fmt: skip


def _sizes(sizes: list[int]) -> str:
    if len(sizes) <= 5:
        return " + ".join(map(str, sizes)) + " examples"
    return f"{sizes[0]} examples, the last of {sizes[-1]}"


def _wrong(
    words: str, examples: int, batch_size: int, expected: str, got: str, reason: str | None
) -> Wrong:
    return Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("examples", str(examples)), ("batch_size", str(batch_size))),
            expected=expected,
            got=got,
        ),
        misconception=reason,
    )
