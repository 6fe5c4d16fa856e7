"""The open exercise of chapter 6: a good network with few parameters."""

import contextlib
import io
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.placeholders import is_placeholder
from dlcourse_utils.exercises.engine.registry import NotStarted, Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.wording import kind_of

MOST_PARAMETERS = 5_000
_BATCH = 500
_GUESSING = 0.2  # an untrained model of ten classes stays below this accuracy


@exercise(
    "tiny-cnn",
    next_question="which of your layers could lose half its parameters without harm?",
)
def check_tiny_cnn(answer: Any, rng: np.random.Generator) -> Passed:
    """A trained Keras model of at most 5,000 parameters that reads digits well."""
    _require_model(answer)
    parameters = _require_few_parameters(answer)
    images, labels, threshold = _validation_digits()
    _require_ten_outputs(answer, images)

    accuracy = _accuracy(answer, images, labels)
    if accuracy >= threshold:
        return Passed(
            f"{accuracy:.1%} of {len(labels):,} validation images right, with {parameters:,} "
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


def _require_model(answer: Any) -> None:
    if answer is None or is_placeholder(answer):
        raise NotStarted
    if hasattr(answer, "history") and not hasattr(answer, "predict"):
        raise Wrong(
            "you passed what `fit` returns, the record of the training. Pass the model itself.",
            misconception="not-a-model",
        )
    if isinstance(answer, type) or not all(
        hasattr(answer, name) for name in ("predict", "count_params", "layers")
    ):
        raise Wrong(
            f"this exercise checks a trained Keras model, and you passed {kind_of(answer)}.",
            misconception="not-a-model",
        )
    if not answer.built:
        raise Wrong(
            "the model has no weights yet: begin it with `keras.Input((28, 28, 1))`, then train "
            "it.",
            misconception="not-built",
        )


def _require_few_parameters(model: Any) -> int:
    count = model.count_params()
    if count <= MOST_PARAMETERS:
        return count
    largest = max(model.layers, key=lambda layer: layer.count_params())
    raise Wrong(
        f"The layer `{largest.name}` alone holds {largest.count_params():,}. Fewer filters "
        "before it, or pooling before it, make it smaller.",
        counter_example=CounterExample(
            inputs=(("parameters", "all that `model.summary()` counts"),),
            expected=f"at most {MOST_PARAMETERS:,}",
            got=f"{count:,}",
        ),
        misconception="too-many-parameters",
    )


def _require_ten_outputs(model: Any, images: np.ndarray) -> None:
    try:
        outputs = _predict(model, images[:2])
    except Exception as problem:
        first_line = (str(problem).strip().splitlines() or [""])[0][:160]
        raise Wrong(
            "Does it begin with `keras.Input((28, 28, 1))`?",
            counter_example=CounterExample(
                inputs=(("images", "2 images, shape (2, 28, 28, 1)"),),
                expected="shape (2, 10)",
                got=f"{type(problem).__name__}: {first_line}",
            ),
            misconception="raised",
        ) from None
    if outputs.shape != (2, 10):
        words = (
            "A class for each digit needs ten units in the last layer."
            if outputs.ndim == 2
            else "Flatten the maps, or pool them away, before the last layer."
        )
        raise Wrong(
            words,
            counter_example=CounterExample(
                inputs=(("images", "2 images, shape (2, 28, 28, 1)"),),
                expected="shape (2, 10)",
                got=f"shape {outputs.shape}",
            ),
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


def _accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(_predict(model, images).argmax(axis=1) == labels))


def _predict(model: Any, images: np.ndarray) -> np.ndarray:
    from keras import ops

    shape = getattr(model, "input_shape", None)
    fixed = isinstance(shape, tuple) and None not in shape[1:]  # else for images of any size
    if fixed and np.prod(shape[1:]) == images[0].size:
        images = images.reshape(-1, *shape[1:])  # a model may ask for them without channels
    # Called directly: `predict` would compile anew for each size of batch.
    batches = np.array_split(images, range(_BATCH, len(images), _BATCH))
    return np.concatenate([ops.convert_to_numpy(model(batch, training=False)) for batch in batches])


def _why_low(
    model: Any, images: np.ndarray, labels: np.ndarray, accuracy: float, threshold: float
) -> tuple[str, str]:
    if _accuracy(model, images * 255, labels) >= threshold:
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
