"""The open exercise of chapter 11: a network that reads the new digits with twenty labels."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    NotStarted,
    OpenExercise,
    Passed,
    Wrong,
)

# From scratch about 0.72 are right, with a head trained on frozen features about 0.9.
WANTED = 0.92
AS_IT_CAME = 0.55
GUESSING = 0.2


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """A Keras model that was adapted with 20 labels, on the 1,000 images held out."""
    _require_model(answer)
    images, labels = held_out()
    accuracy = _accuracy(answer, images, labels)
    if accuracy >= WANTED:
        return Passed(f"{accuracy:.1%} of {len(labels):,} images right.")
    reason, words = _why_low(answer, images, labels, accuracy)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("images", f"the {len(labels):,} held out, ink from 0 to 1"),),
            expected=f"at least {WANTED:.0%} right",
            got=f"{accuracy:.1%} right",
        ),
        misconception=reason,
    )


def new_digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """scikit-learn's digits as chapter 11 has them.

    Returns
    -------
    tuple of numpy.ndarray
        Images float32 (1797, 28, 28, 1), labels (1797,), and the places of the 797 images that may
        be labelled and of the 1,000 that are held out.
    """
    from sklearn.datasets import load_digits

    from dlcourse_utils.data.mnist import enlarge

    digits = load_digits()
    images = np.pad(enlarge(digits.images / 16, 20), ((0, 0), (4, 4), (4, 4)))
    order = np.random.default_rng(seed=0).permutation(len(images))
    return images[..., np.newaxis].astype("float32"), digits.target, order[:797], order[797:]


def held_out() -> tuple[np.ndarray, np.ndarray]:
    """The 1,000 images that are held out, and their labels."""
    images, labels, _, places = new_digits()
    return images[places], labels[places]


def _require_model(answer: Answer) -> None:
    if answer.data() is None or answer.is_untouched():
        raise NotStarted
    model = answer.model()
    if model is None or model.is_history:
        raise Wrong(
            f"this exercise checks a trained Keras model, and you passed {answer.kind}.",
            misconception="not-a-model",
        )


def _accuracy(model: Answer, images: np.ndarray, labels: np.ndarray) -> float:
    made = model.predict(images)
    if made.error is not None:
        raise Wrong(
            f"your model cannot take images of shape {images.shape}: {made.error}. Build it with "
            "`digit_network()` as the chapter does.",
            misconception="raised",
        )
    outputs = made.value
    if outputs.shape != (len(images), 10):
        raise Wrong(
            f"the model's output must have shape ({len(images)}, 10), a number for each digit, "
            f"not {outputs.shape}.",
            misconception="wrong-shape",
        )
    if not np.isfinite(outputs).all():
        raise Wrong(
            "the model's outputs are NaN (not a number): the training has diverged. Start again "
            "with a smaller learning rate.",
            misconception="not-finite",
        )
    return float((outputs.argmax(axis=1) == labels).mean())


def _why_low(
    model: Answer, images: np.ndarray, labels: np.ndarray, accuracy: float
) -> tuple[str, str]:
    if _accuracy(model, images * 255, labels) >= WANTED:
        return "wrong-scale", "Your model was trained on ink from 0 to 255. Keep it from 0 to 1."
    if accuracy < GUESSING:
        return "not-trained", (
            "Guessing would do about as well. Does the model start from the MNIST network's "
            "weights, `model.set_weights(pretrained)`, and is it trained afterwards?"
        )
    if accuracy < AS_IT_CAME:
        return "as-it-came", (
            "About as many come out right before any adapting. Has the model been trained on the "
            "new images, and with a rate that is not too high?"
        )
    return "low-accuracy", (
        "Better than as it came. What do 797 images without labels tell you about the "
        "statistics? And does a lower rate with more steps help?"
    )


EXERCISE = OpenExercise(
    check=check,
    answer="model",
    next_question=(
        "you chose by the accuracy on these images. On which images would you now "
        "measure what you may promise to others?"
    ),
)
