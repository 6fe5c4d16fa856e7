"""The open exercise of chapter 4: a start from which a deep network of sigmoids learns."""

from functools import cache
from typing import Any

import numpy as np

from dlcourse_utils.data.mnist import small_digits
from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
)

LAYER_SIZES = [64, 64, 64, 64, 64, 64, 64, 10]

# Validation accuracy, mean of three seeds. Glorot's and He's starts stay at chance, 0.1; larger
# weights alone get to 0.89 at best, with biases that centre the sums to 0.92 (four times Glorot's)
# and 0.94 (five times).
WANTED = 0.9
_SEEDS = (0, 1, 2)
_EPOCHS, _BATCH_SIZE, _LEARNING_RATE = 10, 32, 0.1
_TRAINING_IMAGES = 1200

Layers = list[tuple[np.ndarray, np.ndarray]]


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``sigmoid_start(layer_sizes, seed)`` returns weights from which six sigmoid layers learn."""
    accuracies = []  # of fixed seeds, so that the verdict on a start is always the same
    for seed in _SEEDS:
        arguments = (LAYER_SIZES, seed)
        texts = (str(LAYER_SIZES), str(seed))
        result = get_result(answer, ("layer_sizes", "seed"), arguments, texts)
        layers = _require_layers(result)
        accuracies.append(accuracy_after_training(layers, seed))
    reached = float(np.mean(accuracies))
    told = f"{reached:.1%} of the validation digits right, the mean of {len(_SEEDS)} starts"
    if reached >= WANTED:
        return Passed(f"it learns: {told}.")
    reason, words = _diagnose(layers)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("test", f"six sigmoid layers, {_EPOCHS} epochs on the digits"),),
            expected=f"at least {WANTED:.0%}",
            got=told,
        ),
        misconception=reason,
    )


def accuracy_after_training(layers: Layers, seed: int) -> float:
    """Train a sigmoid network from this start by mini-batch gradient descent.

    Parameters
    ----------
    layers : list of (W, b)
    seed : int
        Of the order of the examples.

    Returns
    -------
    float
        Accuracy on the 300 validation images.
    """
    X, y = _digits()
    generator = np.random.default_rng(seed)
    with np.errstate(all="ignore"):
        for _ in range(_EPOCHS):
            order = generator.permutation(_TRAINING_IMAGES)
            for start in range(0, _TRAINING_IMAGES, _BATCH_SIZE):
                chosen = order[start : start + _BATCH_SIZE]
                gradients = _gradients(layers, X[chosen], y[chosen])
                layers = [
                    (W - _LEARNING_RATE * dW, b - _LEARNING_RATE * db)
                    for (W, b), (dW, db) in zip(layers, gradients, strict=True)
                ]
        logits = _forward(layers, X[_TRAINING_IMAGES:])[-1]
    return float(np.mean(logits.argmax(axis=1) == y[_TRAINING_IMAGES:]))


def _forward(layers: Layers, X: np.ndarray) -> list[np.ndarray]:
    """Return the outputs of all layers, the input first; the last are logits."""
    outputs = [X]
    for number, (W, b) in enumerate(layers, start=1):
        Z = outputs[-1] @ W + b
        # The same as 1 / (1 + exp(-Z)), without an overflow for large negative sums.
        outputs.append(Z if number == len(layers) else 0.5 * (1 + np.tanh(Z / 2)))
    return outputs


def _gradients(layers: Layers, X: np.ndarray, y: np.ndarray) -> Layers:
    outputs = _forward(layers, X)
    shifted = outputs[-1] - outputs[-1].max(axis=1, keepdims=True)
    dZ = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    dZ[np.arange(len(y)), y] -= 1
    dZ /= len(y)
    gradients = []
    for number in range(len(layers) - 1, -1, -1):
        A = outputs[number]
        gradients.append((A.T @ dZ, dZ.sum(axis=0)))
        if number > 0:
            dZ = (dZ @ layers[number][0].T) * A * (1 - A)
    return gradients[::-1]


def _diagnose(layers: Layers) -> tuple[str, str]:
    hidden = layers[:-1]
    if all(np.allclose(W, W[:, :1]) and np.allclose(b, b[0]) for W, b in hidden):
        return "equal-units", (
            "All units of a layer start alike, so they stay alike and do the work of one. Draw "
            "the weights at random."
        )
    X, y = _digits()
    gradients = _gradients(layers, X[:200], y[:200])
    outputs = _forward(layers, X[:200])[:-1]
    saturated = np.mean([np.mean(A * (1 - A) < 0.01) for A in outputs[1:]])
    off_centre = _off_centre(layers, X[:200])
    first, last = (np.linalg.norm(gradients[i][1]) for i in (0, len(hidden) - 1))
    if _biases_point_away(layers, X[:200]):
        return "biases-point-away", (
            "Your biases move the weighted sums further away from 0; with the opposite sign they "
            "would bring them back. Sigmoids answer about ½, so each sum starts near half the sum "
            "of its weights: subtract that."
        )
    if saturated > 0.5:
        return "saturated", (
            f"{saturated:.0%} of the sigmoids start within 1% of 0 or of 1, where their slope is "
            "next to 0. The weighted sums are too large: use smaller weights, or move the sums "
            "back to 0 with the biases."
        )
    if first < 0.03 * last or (first < 0.2 * last and off_centre < 1):
        return "vanishing", (
            f"At the start, the bias gradient of the first layer is {first / last:.1g} times that "
            "of the last hidden layer: it vanishes. The sigmoid's slope is at most ¼: what must "
            "the weights make up for?"
        )
    if off_centre > 1:
        return "off-centre", (
            "The gradient reaches the first layer, but the weighted sums of most units lie on one "
            "side of 0 for all images: sigmoids answer about ½, so each sum starts near half the "
            "sum of its weights. What could the biases do about it?"
        )
    return "not-better", (
        "The gradient reaches the first layer, and yet the network learns too slowly. How large "
        "are the weighted sums at the start? Between about −2 and 2 the sigmoid is steep."
    )


def _off_centre(layers: Layers, X: np.ndarray) -> float:
    """How far from 0 the sums of the later hidden layers lie, in their standard deviations."""
    outputs = _forward(layers, X)
    sums = [A @ W + b for A, (W, b) in zip(outputs[1:-2], layers[1:-1], strict=True)]
    return float(np.mean([np.mean(np.abs(Z.mean(axis=0))) / np.mean(Z.std(axis=0)) for Z in sums]))


def _biases_point_away(layers: Layers, X: np.ndarray) -> bool:
    """Whether the sums lie nearer to 0 without the biases, and much nearer with them turned."""
    yours, without, turned = (
        _off_centre([(W, factor * b) for W, b in layers], X) for factor in (1, 0, -1)
    )
    return turned < without < yours and turned < yours / 3


def _require_layers(result: Any) -> Layers:
    count = len(LAYER_SIZES) - 1
    if not isinstance(result, (list, tuple)) or len(result) != count:
        raise Wrong(
            f"for {len(LAYER_SIZES)} layer sizes return a list of {count} pairs (W, b), one for "
            "each layer after the input.",
            misconception="wrong-count",
        )
    layers = []
    sizes = zip(LAYER_SIZES[:-1], LAYER_SIZES[1:], strict=True)
    for number, (pair, (inputs, units)) in enumerate(zip(result, sizes, strict=True), start=1):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise Wrong(
                f"layer {number} must be a pair (W, b): weights and biases.",
                misconception="wrong-count",
            )
        W = fit(pair[0], (inputs, units), f"W of layer {number}")
        layers.append((W, fit(pair[1], (units,), f"b of layer {number}")))
    return layers


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    """Return 1,500 of scikit-learn's digits in a fixed random order: (1500, 64) in 0–1, labels."""
    images, labels = small_digits()
    order = np.random.default_rng(0).permutation(len(images))[:1500]
    return images[order].reshape(-1, 64) / 16, labels[order]


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "tanh(z) = 2·sigmoid(2z) − 1. Could you have turned a good start for tanh into "
        "one for the sigmoid?"
    ),
)
