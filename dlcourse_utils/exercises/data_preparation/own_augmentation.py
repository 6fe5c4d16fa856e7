"""The open exercise of chapter 12: an augmentation that helps a reader of digits."""

from functools import cache

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
)

DIGITS, TESTED, COPIES, DRAWS = 10, 1000, 20, 5

# Share of the errors that may remain. Shifts by a pixel leave 0.87 of them, by up to two 0.90,
# small turns and shifts 0.79; turns alone 0.98, noise 1.0, flips 1.35.
WANTED = 0.94


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``augment(images, seed)`` gives changed copies that teach a nearest neighbour more."""
    plain, reached = [], []
    for (images, labels), (asked, truth) in _draws():
        clock = Clock()  # one a draw: pixel by pixel in Python, all draws take more than the limit
        copies = [_copy(answer, images, seed, clock) for seed in range(COPIES)]
        _require_change(images, copies)
        if not np.allclose(_copy(answer, images, 0, clock), copies[0], atol=1e-3):
            raise Wrong(
                "The same seed gives other images the second time, so nobody can repeat your "
                "training. Take all chance from `np.random.default_rng(seed)`.",
                misconception="not-repeatable",
            )
        plain.append(_error(images, labels, asked, truth))
        known = np.concatenate([images, *copies])
        reached.append(_error(known, np.tile(labels, len(copies) + 1), asked, truth))
    before, after = float(np.mean(plain)), float(np.mean(reached))
    told = f"{after:.1%} of the digits misread"
    if after <= WANTED * before:
        return Passed(f"{told}; without copies {before:.1%}.")
    if after > 1.05 * before:
        reason, words = (
            "worse",
            (
                "The copies do harm. Look at some of them: would you still give each the same "
                "label, and do they look like digits that somebody wrote?"
            ),
        )
    else:
        reason, words = (
            "not-better",
            (
                "The copies hardly help. A nearest neighbour compares pixel by pixel: which change "
                "of a written digit moves many pixels and leaves the digit what it is? And how "
                "far may it go?"
            ),
        )
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("test", f"{DRAWS} times {10 * DIGITS} digits with {COPIES} copies of each"),),
            expected=f"at most {WANTED * before:.1%} misread ({before:.1%} without copies)",
            got=told,
        ),
        misconception=reason,
    )


def _copy(answer: Answer, images: np.ndarray, seed: int, clock: Clock) -> np.ndarray:
    text = f"{len(images)} images (28 × 28), 0 to 1"
    arguments, texts = (images.copy(), seed), (text, str(seed))
    result = get_result(answer, ("images", "seed"), arguments, texts, clock=clock)
    copy = fit(result, images.shape, "the result")
    if copy.min() < -0.01 or copy.max() > 1.01:
        raise Wrong(
            f"Your images go from {copy.min():.2f} to {copy.max():.2f}; brightness stays between "
            "0 and 1. `np.clip(images, 0, 1)` cuts it off.",
            misconception="out-of-range",
        )
    return copy


def _require_change(images: np.ndarray, copies: list[np.ndarray]) -> None:
    if all(np.allclose(copy, images, atol=1e-3) for copy in copies):
        raise Wrong(
            "Your images come back as they were. Change them, by a random amount.",
            misconception="unchanged",
        )
    if all(np.allclose(copy, copies[0], atol=1e-3) for copy in copies):
        raise Wrong(
            "Every seed gives the same images. Let the seed decide the change: "
            "`np.random.default_rng(seed)`.",
            misconception="same-every-time",
        )


def _error(known: np.ndarray, labels: np.ndarray, asked: np.ndarray, truth: np.ndarray) -> float:
    """Share of `asked` whose nearest known image has another label."""
    known, asked = (part.reshape(len(part), -1) for part in (known, asked))
    distance = (known**2).sum(axis=1) - 2 * asked @ known.T  # and a number the same for all known
    return float(np.mean(labels[distance.argmin(axis=1)] != truth))


@cache
def _draws() -> list[tuple]:
    """Pairs of (images, labels) of 100 digits to know and 1,000 to be asked."""
    # The digits that ship, whatever else there is: a verdict must not depend on the machine.
    from dlcourse_utils.data.mnist import default_digits

    digits = default_digits()
    images, labels = digits["x_train"] / 255, digits["y_train"].astype(int)
    draws = []
    for seed in range(DRAWS):
        order = np.random.default_rng(seed).permutation(len(labels))
        known = np.concatenate([order[labels[order] == digit][:DIGITS] for digit in range(10)])
        asked = np.setdiff1d(order, known)[:TESTED]
        draws.append(((images[known], labels[known]), (images[asked], labels[asked])))
    return draws


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "you may have tried several on these digits. On which digits would you now "
        "measure the last one?"
    ),
)
