"""The open exercise of chapter 10: read digits after 300 labelled examples."""

import contextlib
import io

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    NotStarted,
    OpenExercise,
    Passed,
    Unusable,
    Wrong,
    fit,
    to_array,
)

_GUESSING = 0.2  # one answer for all, or chance, stays below this accuracy
_TOO_GOOD = 0.995  # more than networks reach that learned from all of MNIST


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """The digits that a model answers for the validation images."""
    if answer.data() is None or answer.is_untouched():
        raise NotStarted
    labels, threshold = _validation_labels()
    answers = _answers(answer, len(labels))
    accuracy = float(np.mean(answers == labels))
    if accuracy > _TOO_GOOD:
        raise Wrong(
            "Too good to be true for 300 examples. Were validation images, or more than the 300, "
            "among the training data?",
            misconception="too-good",
        )
    if accuracy >= threshold:
        return Passed(f"{accuracy:.1%} of {len(labels):,} validation images right.")
    reason, words = _why_low(answers, labels, accuracy)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("x_val", f"{len(labels):,} validation images"),),
            expected=f"at least {threshold:.0%} right",
            got=f"{accuracy:.1%} right",
        ),
        misconception=reason,
    )


def _answers(answer: Answer, count: int) -> np.ndarray:
    if answer.model() is not None:
        raise Wrong(
            "you passed a model. Pass its answers: "
            "`model.predict(x_val, verbose=0).argmax(axis=1)`.",
            misconception="not-answers",
        )
    try:
        given = to_array(answer.data())
    except Unusable:
        raise Wrong(
            f"this exercise checks an array of {count:,} digits, and you passed {answer.kind}.",
            misconception="wrong-type",
        ) from None
    if given.shape == (count, 10):
        raise Wrong(
            "these are ten probabilities for each image. Hand in the most probable digit of "
            "each: `.argmax(axis=1)`.",
            misconception="probabilities",
        )
    return fit(given, (count,), "the answer")


def _validation_labels() -> tuple[np.ndarray, float]:
    """Return the labels of the chapter's validation images, and the accuracy asked for."""
    from dlcourse_utils import data

    with contextlib.redirect_stdout(io.StringIO()):  # the chapter has said where they come from
        (_, labels), _ = data.load_mnist(quiet=True)
    # As the chapter holds them out: 2,000, or a quarter of fewer images.
    count = min(2_000, len(labels) // 4)
    return labels[-count:], 0.86 if data.is_default("mnist") else 0.94


def _why_low(answers: np.ndarray, labels: np.ndarray, accuracy: float) -> tuple[str, str]:
    if len(np.unique(answers)) == 1:
        return "one-answer", (
            f"Every answer is {answers[0]:g}. Look at the model's probabilities: were the images "
            "scaled to 0–1 as in training, and is the training loss a number?"
        )
    if accuracy < _GUESSING:
        return "guessing", (
            "Guessing would do about as well. Are these the answers for `x_val`, in its order, "
            "from a model that has been trained?"
        )
    return "low-accuracy", (
        "What varies in handwriting and leaves the digit the same? Show it to the model. A "
        "network that knows about neighbouring pixels needs fewer examples."
    )


EXERCISE = OpenExercise(
    check=check,
    answer="data",
    next_question="which of your choices did the most, and on how many seeds did you look?",
)
