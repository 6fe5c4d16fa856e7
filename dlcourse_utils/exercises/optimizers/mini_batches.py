"""``mini_batches(examples, batch_size, generator)``: any shuffled partition passes."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Unusable,
    Wrong,
    get_result,
    kind_of,
    plural,
    show,
    show_anything,
    to_array,
)

_MOST_BATCHES = 1000  # of a function that yields them; more than enough
_CASES = ((4, 2), (5, 2), (6, 8), (7, 1), (100, 16))


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    seeds = rng.integers(1, 1000, size=2)
    # One size that no table of batches can foresee; the last case is the one for the order.
    drawn = (int(rng.integers(20, 60)), int(rng.integers(3, 9)))
    cases = (*_CASES[:-1], drawn, _CASES[-1])
    clock = Clock()
    for examples, batch_size in cases:
        first = _cut(answer, examples, batch_size, int(seeds[0]), clock)
        _require_partition(first, examples, batch_size)
    _require_shuffled(answer, first, examples, batch_size, seeds, clock)
    return Passed(f"right, on {len(cases)} inputs: every example once, in random order.")


def _cut(
    answer: Answer, examples: int, batch_size: int, seed: int, clock: Clock
) -> list[np.ndarray]:
    generator = np.random.default_rng(seed)
    result = get_result(
        answer,
        ("examples", "batch_size", "generator"),
        (examples, batch_size, generator),
        (str(examples), str(batch_size), "a random generator"),
        clock=clock,
        items=_MOST_BATCHES,
    )
    if isinstance(result, np.ndarray) and result.ndim == 0:
        result = result[()]
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
    answer: Answer,
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


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "the last batch is smaller, so its gradient is noisier. What speaks for "
        "dropping it, and what against?"
    ),
)
