"""What a check asks of a trained Keras model."""

from dataclasses import dataclass
from typing import Any

import numpy as np

_BATCH = 500


@dataclass(frozen=True)
class ModelFacts:
    """A Keras model, or what `fit` returns, described.

    Parameters
    ----------
    is_history : bool
        Whether it is the record of a training, which learners pass for the model.
    built : bool
        Whether it has weights.
    parameters : int
        How many numbers its weights hold.
    layers : tuple of (str, int)
        Name of each layer and its number of parameters.
    input_shape : tuple, optional
        Of one batch, None where any size will do; None where the model does not say.
    """

    is_history: bool = False
    built: bool = False
    parameters: int = 0
    layers: tuple[tuple[str, int], ...] = ()
    input_shape: tuple[int | None, ...] | None = None


def describe_model(answer: Any) -> ModelFacts | None:
    """Return what is to know of a Keras model, None for anything else."""
    try:
        return _describe(answer)
    except Exception:  # an object of the learner's own may answer anything
        return None


def _describe(answer: Any) -> ModelFacts | None:
    if isinstance(answer, type):
        return None
    if hasattr(answer, "history") and not hasattr(answer, "predict"):
        return ModelFacts(is_history=True)
    if not all(hasattr(answer, name) for name in ("predict", "count_params", "layers", "built")):
        return None
    if not answer.built:
        return ModelFacts()
    shape = getattr(answer, "input_shape", None)
    layers = tuple((layer.name, int(layer.count_params())) for layer in answer.layers)
    return ModelFacts(
        built=True,
        parameters=int(answer.count_params()),
        layers=layers,
        input_shape=shape if isinstance(shape, tuple) else None,
    )


def run_model(model: Any, images: np.ndarray) -> np.ndarray:
    """Return a model's outputs for images, as NumPy's array.

    The model is called directly: `predict` would compile anew for each size of batch.

    Parameters
    ----------
    model : keras.Model
    images : ndarray of shape (n, height, width, channels)
    """
    from keras import ops

    batches = np.array_split(images, range(_BATCH, len(images), _BATCH))
    return np.concatenate([ops.convert_to_numpy(model(batch, training=False)) for batch in batches])
