"""Exercises on batch normalisation: the layer in training, and folded away for use."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _normalise(X, gamma, beta, epsilon, *, axis=0, ddof=0):
    centred = X - X.mean(axis=axis, keepdims=True)
    variance = X.var(axis=axis, ddof=ddof, keepdims=True)
    return gamma * centred / np.sqrt(variance + epsilon) + beta


@exercise(
    "batch-norm",
    next_question="what does this return for a batch of one example?",
)
def check_batch_norm(answer: Any, rng: np.random.Generator) -> Passed:
    """``batch_norm(X, gamma, beta, epsilon)`` normalises each feature over the batch."""
    return check_function(
        answer,
        parameters=("X", "gamma", "beta", "epsilon"),
        returns=Returns("array"),
        expected=_normalise,
        cases=[
            (np.array([[1.0], [3.0]]), np.array([1.0]), np.array([0.0]), 0.0),
            (np.array([[1.0], [3.0]]), np.array([2.0]), np.array([5.0]), 0.0),
            (np.array([[1.0], [3.0]]), np.array([1.0]), np.array([0.0]), 3.0),
            (np.array([[5.0], [5.0]]), np.array([2.0]), np.array([1.0]), 0.01),
            (np.array([[1.0, 10.0], [3.0, 30.0]]), np.ones(2), np.zeros(2), 0.0),
            (
                np.array([[1.0, 10.0], [3.0, 30.0], [8.0, 20.0]]),
                np.array([1.0, 2.0]),
                np.array([0.0, 1.0]),
                0.001,
            ),
            *(
                (rng.normal(1, 2, size=(n, d)), rng.normal(size=d), rng.normal(size=d), 0.01)
                for n, d in [(4, 4), (6, 3), (20, 5)]
            ),
        ],
        library_calls=("BatchNormalization", "batch_normalization", "batch_norm"),
        misconceptions=[
            Misconception(
                "over-features",
                lambda X, gamma, beta, epsilon: _normalise(X, gamma, beta, epsilon, axis=1),
                "You normalise each example over its features, which is layer normalisation. "
                "Batch normalisation takes each feature over the examples: axis 0.",
            ),
            Misconception(
                "over-everything",
                lambda X, gamma, beta, epsilon: _normalise(X, gamma, beta, epsilon, axis=(0, 1)),
                "One mean and one variance for the whole batch. Each feature has its own: axis 0.",
            ),
            Misconception(
                "variance-as-spread",
                lambda X, gamma, beta, epsilon: (
                    gamma * (X - X.mean(axis=0)) / (X.var(axis=0) + epsilon) + beta
                ),
                "You divide by the variance. Divide by its square root.",
            ),
            Misconception(
                "epsilon-outside",
                lambda X, gamma, beta, epsilon: (
                    gamma * (X - X.mean(axis=0)) / (X.std(axis=0) + epsilon) + beta
                ),
                "ε is added to the standard deviation. It belongs under the root, beside the "
                "variance.",
            ),
            Misconception(
                "no-epsilon",
                lambda X, gamma, beta, epsilon: gamma * (X - X.mean(axis=0)) / X.std(axis=0) + beta,
                "ε is missing: a feature that is the same in all examples has the variance 0.",
            ),
            Misconception(
                "sample-variance",
                lambda X, gamma, beta, epsilon: _normalise(X, gamma, beta, epsilon, ddof=1),
                "Your variance divides by n − 1. Batch normalisation divides by n.",
            ),
            Misconception(
                "no-scale",
                lambda X, gamma, beta, epsilon: _normalise(X, 1, 0, epsilon),
                "γ and β are missing: multiply each feature by its γ and add its β.",
            ),
            Misconception(
                "no-gamma",
                lambda X, gamma, beta, epsilon: _normalise(X, 1, beta, epsilon),
                "γ is missing: multiply each normalised feature by its γ.",
            ),
            Misconception(
                "no-beta",
                lambda X, gamma, beta, epsilon: _normalise(X, gamma, 0, epsilon),
                "β is missing: add it at the end.",
            ),
            Misconception(
                "swapped",
                lambda X, gamma, beta, epsilon: _normalise(X, beta, gamma, epsilon),
                "γ and β are exchanged: γ multiplies, β is added.",
            ),
            Misconception(
                "shifted-first",
                lambda X, gamma, beta, epsilon: gamma * (_normalise(X, 1, 0, epsilon) + beta),
                "You add β before you multiply by γ. First γ, then β.",
            ),
            Misconception(
                "not-centred",
                lambda X, gamma, beta, epsilon: gamma * X / np.sqrt(X.var(axis=0) + epsilon) + beta,
                "The mean is not subtracted.",
            ),
        ],
    )


def _fold(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, (b - mean) * scale + beta


@exercise(
    "fold-batch-norm",
    next_question="why can this not be done while the network trains?",
)
def check_fold_batch_norm(answer: Any, rng: np.random.Generator) -> Passed:
    """``fold_batch_norm(W, b, gamma, beta, mean, variance, epsilon)`` is one dense layer."""

    def case(inputs, units):
        return (
            rng.normal(size=(inputs, units)),
            *rng.normal(size=(4, units)),
            rng.uniform(0.5, 2, size=units),
            0.001,
        )

    def wrong(shift):
        return lambda W, b, gamma, beta, mean, variance, epsilon: (
            W * (gamma / np.sqrt(variance + epsilon)),
            shift(b, beta, mean, gamma / np.sqrt(variance + epsilon)),
        )

    ones = np.array([1.0])
    return check_function(
        answer,
        parameters=("W", "b", "gamma", "beta", "mean", "variance", "epsilon"),
        returns=Returns(parts=("W_folded", "b_folded")),
        expected=_fold,
        cases=[
            (np.array([[2.0]]), 1 * ones, ones, 0 * ones, 0 * ones, 4 * ones, 0.0),
            (np.array([[2.0]]), 3 * ones, 6 * ones, 5 * ones, 1 * ones, 4 * ones, 0.0),
            (np.array([[2.0]]), 0 * ones, ones, 0 * ones, 1 * ones, 3 * ones, 1.0),
            (
                np.array([[1.0, 2.0], [3.0, 4.0]]),
                np.array([1.0, 0.0]),
                np.array([1.0, 2.0]),
                np.array([0.0, 1.0]),
                np.array([1.0, 2.0]),
                np.array([1.0, 4.0]),
                0.0,
            ),
            case(3, 2),
            case(2, 3),
            case(4, 4),
        ],
        misconceptions=[
            Misconception(
                "scaled-rows",
                lambda W, b, gamma, beta, mean, variance, epsilon: (
                    W * (gamma / np.sqrt(variance + epsilon))[:, np.newaxis],
                    _fold(W, b, gamma, beta, mean, variance, epsilon)[1],
                ),
                "You scale the rows of W. A unit's weights stand in a column, so its scale "
                "multiplies the column.",
            ),
            Misconception(
                "bias-not-scaled",
                wrong(lambda b, beta, mean, scale: b - mean * scale + beta),
                "The old bias is a part of what is normalised: it is scaled too.",
            ),
            Misconception(
                "gamma-forgotten",
                lambda W, b, gamma, beta, mean, variance, epsilon: _fold(
                    W, b, 1, beta, mean, variance, epsilon
                ),
                "γ is missing: the scale is γ / √(variance + ε).",
            ),
            Misconception(
                "beta-forgotten",
                wrong(lambda b, beta, mean, scale: (b - mean) * scale),
                "β is missing: it is added to the new bias at the end.",
            ),
            Misconception(
                "weights-not-scaled",
                lambda W, b, gamma, beta, mean, variance, epsilon: (
                    W,
                    _fold(W, b, gamma, beta, mean, variance, epsilon)[1],
                ),
                "The bias is right, but W comes back as it was. What multiplies X is scaled too.",
            ),
            Misconception(
                "mean-forgotten",
                wrong(lambda b, beta, mean, scale: b * scale + beta),
                "The mean is not subtracted: b − mean is what gets scaled.",
            ),
            Misconception(
                "mean-not-scaled",
                wrong(lambda b, beta, mean, scale: b * scale - mean + beta),
                "The mean is subtracted before the scaling, so it is scaled too.",
            ),
            Misconception(
                "bias-forgotten",
                wrong(lambda b, beta, mean, scale: beta - mean * scale),
                "The old bias is lost. It is added to XW before the normalisation.",
            ),
            Misconception(
                "beta-scaled",
                wrong(lambda b, beta, mean, scale: (b - mean + beta) * scale),
                "β comes last and is not scaled.",
            ),
            Misconception(
                "variance-as-spread",
                lambda W, b, gamma, beta, mean, variance, epsilon: _fold(
                    W, b, gamma, beta, mean, (variance + epsilon) ** 2, 0
                ),
                "You divide by the variance. Divide by the square root of variance + ε.",
            ),
            Misconception(
                "epsilon-forgotten",
                lambda W, b, gamma, beta, mean, variance, epsilon: _fold(
                    W, b, gamma, beta, mean, variance, 0
                ),
                "ε is missing under the root.",
            ),
            Misconception(
                "swapped-result",
                lambda *arguments: _fold(*arguments)[::-1],
                "The two come back in the wrong order: `return W_folded, b_folded`.",
            ),
        ],
    )
