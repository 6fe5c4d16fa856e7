"""The open exercise of chapter 1: two better features for telling a 3 from an 8."""

from functools import cache
from typing import Any

import numpy as np

from dlcourse_utils.data import load_mnist
from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
    has_shape,
    plural,
)
from dlcourse_utils.exercises.formulas import sigmoid

_FOLDS = 5


def chapter_features(images: np.ndarray) -> np.ndarray:
    """Return the chapter's two features: ink everywhere, and ink in the middle."""
    return np.stack([images.mean(axis=(1, 2)), images[:, 10:18, 12:16].mean(axis=(1, 2))], axis=1)


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``two_features(images)`` must tell a 3 from an 8 better than the chapter's two features."""
    images, labels = _threes_and_eights()

    few = images[:3]
    result = get_result(answer, ("images",), (few,), ("3 images, shape (3, 28, 28)",))
    _require_two_columns(result, few)
    result = get_result(answer, ("images",), (images,), (f"{len(images)} images",))
    features = _require_two_columns(result, images)
    for column in range(2):
        if np.ptp(features[:, column]) == 0:
            raise Wrong(
                f"feature {column + 1} is the same for every image, so it tells nothing.",
                misconception="constant",
            )
    chapters = accuracy_of_a_neuron(chapter_features(images), labels)
    yours = accuracy_of_a_neuron(features, labels)
    compared = (
        f"{yours:.1%} of {len(images)} held-out digits right, the chapter's two {chapters:.1%}"
    )
    if yours > chapters:
        return Passed(f"better. A neuron on your two features gets {compared}.")
    if np.allclose(features, chapter_features(images), atol=1e-3):
        raise Wrong(
            f"these are the chapter's own two features ({chapters:.1%}). Look at where a 3 and an "
            "8 differ: which pixels are dark in one and bright in the other?",
            misconception="chapter-features",
        )
    raise Wrong(
        "Not better yet. Look at where a 3 and an 8 differ: which pixels are dark in one and "
        "bright in the other?",
        counter_example=CounterExample(
            inputs=(("test", f"a neuron on your two features, {len(images)} held-out digits"),),
            expected=f"more than {chapters:.1%}, the chapter's two features",
            got=f"{yours:.1%}",
        ),
        misconception="not-better",
    )


def accuracy_of_a_neuron(features: np.ndarray, labels: np.ndarray) -> float:
    """Train one neuron on the features and return its accuracy on data it has not seen.

    Parameters
    ----------
    features : ndarray of shape (n, 2)
    labels : ndarray of shape (n,)
        0 or 1.

    Returns
    -------
    float
        Share of right answers over five folds, every example held out once. No randomness.
    """
    fold = np.arange(len(labels)) % _FOLDS
    right = 0
    for held_out in range(_FOLDS):
        train, test = fold != held_out, fold == held_out
        mean, spread = features[train].mean(axis=0), features[train].std(axis=0)
        scaled = (features - mean) / np.maximum(spread, 1e-12)
        w, b = np.zeros(2), 0.0
        for _ in range(300):
            error = sigmoid(scaled[train] @ w + b) - labels[train]
            w -= 1.0 * scaled[train].T @ error / len(error)
            b -= 1.0 * error.mean()
        right += np.count_nonzero((scaled[test] @ w + b > 0) == labels[test])
    return right / len(labels)


def _require_two_columns(result: Any, images: np.ndarray) -> np.ndarray:
    count = len(images)
    try:
        return fit(result, (count, 2), "the result")
    except Wrong:
        if has_shape(result, (2, count)) and count != 2:
            raise Wrong(
                f"for {plural(count, 'image')} the result must have the shape ({count}, 2), one "
                f"row an image; yours is (2, {count}). `np.stack([…], axis=1)` puts the features "
                "side by side.",
                misconception="wrong-shape",
            ) from None
        raise


@cache
def _threes_and_eights() -> tuple[np.ndarray, np.ndarray]:
    """Return the 3s and 8s that the chapter works with: images in [0, 1], labels 0 and 1."""
    (images, digits), _ = load_mnist(quiet=True)
    chosen = np.flatnonzero(np.isin(digits, (3, 8)))[:1000]
    return images[chosen] / 255.0, (digits[chosen] == 8).astype(int)


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "could you have named a third such feature, and a hundred? Chapter 6 lets a "
        "network find them."
    ),
)
