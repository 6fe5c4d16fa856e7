"""The open exercise of chapter 6: a good network with few parameters."""

import contextlib
import io

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    NotStarted,
    OpenExercise,
    Passed,
    Wrong,
)
from dlcourse_utils.exercises.engine.models import ModelFacts

MOST_PARAMETERS = 5_000
_GUESSING = 0.2  # an untrained model of ten classes stays below this accuracy


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """A trained Keras model of at most 5,000 parameters that reads digits well."""
    model = _require_model(answer)
    _require_few_parameters(model)
    images, labels, threshold = _validation_digits()
    images = _as_the_model_takes_them(images, model.input_shape)
    _require_ten_outputs(answer, images)

    accuracy = _accuracy(answer, images, labels)
    if accuracy >= threshold:
        return Passed(
            f"{accuracy:.1%} of {len(labels):,} validation images right, with {model.parameters:,} "
            "parameters."
        )
    reason, words = _why_low(answer, images, labels, accuracy, threshold)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("images", f"{len(labels):,} for validation, pixels from 0 to 1"),),
            expected=f"at least {threshold:.0%} right",
            got=f"{accuracy:.1%} right",
        ),
        misconception=reason,
    )


def _require_model(answer: Answer) -> ModelFacts:
    if answer.data() is None or answer.is_untouched():
        raise NotStarted
    model = answer.model()
    if model is None:
        raise Wrong(
            f"this exercise checks a trained Keras model, and you passed {answer.kind}.",
            misconception="not-a-model",
        )
    if model.is_history:
        raise Wrong(
            "you passed what `fit` returns, the record of the training. Pass the model itself.",
            misconception="not-a-model",
        )
    if not model.built:
        raise Wrong(
            "the model has no weights yet: begin it with `keras.Input((28, 28, 1))`, then train "
            "it.",
            misconception="not-built",
        )
    return model


def _require_few_parameters(model: ModelFacts) -> None:
    if model.parameters <= MOST_PARAMETERS:
        return
    measured = sum(count // 2 for name, count in model.layers if name.startswith("batch_norm"))
    if model.parameters - measured <= MOST_PARAMETERS:
        raise Wrong(
            f"Those that are trained are few enough, but {measured:,} more are the moving means "
            "and variances of batch normalisation. They belong to the model and count too: leave "
            "out a few filters.",
            counter_example=_too_many(model),
            misconception="statistics-not-counted",
        )
    name, count = max(model.layers, key=lambda layer: layer[1])
    raise Wrong(
        f"The layer `{name}` alone holds {count:,}. Fewer filters before it, or pooling before it, "
        "make it smaller.",
        counter_example=_too_many(model),
        misconception="too-many-parameters",
    )


def _too_many(model: ModelFacts) -> CounterExample:
    return CounterExample(
        inputs=(("parameters", "all that `model.summary()` counts"),),
        expected=f"at most {MOST_PARAMETERS:,}",
        got=f"{model.parameters:,}",
    )


def _as_the_model_takes_them(images: np.ndarray, shape: tuple | None) -> np.ndarray:
    """Return the images in the model's own shape; it may ask for them without channels."""
    fixed = shape is not None and None not in shape[1:]  # else for images of any size
    if fixed and np.prod(shape[1:]) == images[0].size:
        return images.reshape(-1, *shape[1:])
    return images


def _require_ten_outputs(answer: Answer, images: np.ndarray) -> None:
    made = answer.predict(images[:2])
    inputs = (("images", "2 images, shape (2, 28, 28, 1)"),)
    if made.error is not None:
        raise Wrong(
            "Does it begin with `keras.Input((28, 28, 1))`?",
            counter_example=CounterExample(inputs, "shape (2, 10)", str(made.error)),
            misconception="raised",
        )
    outputs = made.value
    if outputs.shape != (2, 10):
        words = (
            "A class for each digit needs ten units in the last layer."
            if outputs.ndim == 2
            else "Flatten the maps, or pool them away, before the last layer."
        )
        raise Wrong(
            words,
            counter_example=CounterExample(inputs, "shape (2, 10)", f"shape {outputs.shape}"),
            misconception="wrong-shape",
        )
    if not np.all(np.isfinite(outputs)):
        raise Wrong(
            "the model's outputs are NaN (not a number): the training has diverged. Build it "
            "anew and train with a smaller learning rate.",
            misconception="not-finite",
        )


def _validation_digits() -> tuple[np.ndarray, np.ndarray, float]:
    """Return images (n, 28, 28, 1) in [0, 1], their labels, and the accuracy asked for."""
    from dlcourse_utils import data

    with contextlib.redirect_stdout(io.StringIO()):  # the chapter has said where they come from
        (images, labels), _ = data.load_mnist(quiet=True)
    # Never more than the chapter holds out for validation: a twelfth of the training images.
    count, threshold = (119, 0.90) if data.is_default("mnist") else (2_000, 0.97)
    return (images[-count:, :, :, None] / 255.0).astype("float32"), labels[-count:], threshold


def _accuracy(answer: Answer, images: np.ndarray, labels: np.ndarray) -> float:
    made = answer.predict(images)
    if made.error is not None:
        raise Wrong(
            f"your model stopped with {made.error} on {len(images):,} images.",
            misconception="raised",
        )
    return float(np.mean(made.value.argmax(axis=1) == labels))


def _why_low(
    answer: Answer, images: np.ndarray, labels: np.ndarray, accuracy: float, threshold: float
) -> tuple[str, str]:
    if _accuracy(answer, images * 255, labels) >= threshold:
        return "wrong-scale", (
            "Your model was trained on pixels from 0 to 255. Divide the images by 255 before "
            "the training, as the chapter does."
        )
    if accuracy < _GUESSING:
        return "not-trained", (
            "Guessing would do about as well: has this model been trained with `fit`? If so, were "
            "its images `x_train`, bright ink on black from 0 to 1, and its labels `y_train`?"
        )
    return "low-accuracy", (
        "Train it for more epochs, or spend the parameters where they help: a `Dense` layer "
        "after `Flatten` takes most of them, global average pooling takes none."
    )


EXERCISE = OpenExercise(
    check=check,
    answer="model",
    next_question="which of your layers could lose half its parameters without harm?",
)
