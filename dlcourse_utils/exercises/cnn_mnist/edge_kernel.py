"""The exercise on a kernel that finds horizontal edges."""

import numpy as np

from dlcourse_utils.exercises.cnn_mnist._cross_correlation import cross_correlate
from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    NotStarted,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    show,
)

_DARK_ABOVE = np.repeat([[0.0], [0.0], [1.0], [1.0]], 3, axis=1)
_BRIGHT_ABOVE = _DARK_ABOVE[::-1]
_DARK_LEFT = _DARK_ABOVE.T
_FLAT = np.ones((3, 3))

# Numbers that add up to 0 answer an edge between 0 and 1 with at most half the sum of their
# absolute values; half of that counts as strong.
_STRONG = 0.25
_NOTHING = 1e-6


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """A 3×3 kernel that answers to "dark above, bright below" and to nothing else."""
    if answer.is_untouched():
        raise NotStarted
    kernel = fit(answer.data(), (3, 3), "the kernel")
    size = np.abs(kernel).sum()
    if size == 0:
        raise Wrong("a kernel of zeros answers 0 to everything.", misconception="constant")

    if abs(_largest_answer(_FLAT, kernel)) > _NOTHING * size:
        raise _edge_problem(
            "flat-area",
            "A flat area has no edge, and your kernel answers to it: its nine numbers must add "
            "up to 0.",
            ("a flat area", _FLAT, "0"),
            kernel,
        )
    if abs(_largest_answer(_DARK_LEFT, kernel)) > _NOTHING * size:
        turned = abs(_largest_answer(_DARK_ABOVE, kernel)) <= _NOTHING * size
        raise _edge_problem(
            "vertical-edge",
            "Your kernel finds vertical edges. Transposed (`.T`), it finds horizontal ones."
            if turned
            else "Your kernel answers to a vertical edge too: each of its columns must add up "
            "to 0.",
            ("a vertical edge", _DARK_LEFT, "0"),
            kernel,
        )
    answers = cross_correlate(_DARK_ABOVE, kernel)
    if answers.max() < (_STRONG - _NOTHING) * size:
        upside_down = -answers.min() >= (_STRONG - _NOTHING) * size
        raise _edge_problem(
            "upside-down" if upside_down else "weak",
            "Your kernel is upside down: it finds edges that are bright above. Change every sign."
            if upside_down
            else "Your kernel hardly answers to this edge: let the rows below count positive and "
            "the rows above negative.",
            ("dark above, bright below", _DARK_ABOVE, "a large positive number"),
            kernel,
        )
    answers = cross_correlate(_BRIGHT_ABOVE, kernel)
    if answers.max() > _NOTHING * size:
        raise _edge_problem(
            "finds-lines",
            "Your kernel also answers positively to an edge that is bright above: it finds lines. "
            "Let the rows below count positive and the rows above negative.",
            ("bright above, dark below", _BRIGHT_ABOVE, "0 or negative"),
            kernel,
            got=answers.max(),
        )
    return Passed("right. It answers to this edge, not to a vertical one, not to a flat area.")


def _largest_answer(image: np.ndarray, kernel: np.ndarray) -> float:
    """Return the kernel's answer of the largest size, with its sign."""
    answers = cross_correlate(image, kernel).ravel()
    return answers[np.argmax(np.abs(answers))]


def _edge_problem(
    reason: str,
    words: str,
    picture: tuple[str, np.ndarray, str],
    kernel: np.ndarray,
    got: float | None = None,
) -> Wrong:
    name, image, expected = picture
    got = _largest_answer(image, kernel) if got is None else got
    return Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("image", f"{show(image)}  ({name})"),),
            expected=expected,
            got=show(got),
        ),
        misconception=reason,
    )


EXERCISE = OpenExercise(
    check=check,
    answer="data",
    next_question="what does your kernel answer to an edge that is bright above, dark below?",
)
