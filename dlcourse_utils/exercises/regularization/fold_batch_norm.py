"""``fold_batch_norm(W, b, gamma, beta, mean, variance, epsilon)`` is one dense layer."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _fold(W, b, gamma, beta, mean, variance, epsilon):
    scale = gamma / np.sqrt(variance + epsilon)
    return W * scale, (b - mean) * scale + beta


def wrong(shift):
    return lambda W, b, gamma, beta, mean, variance, epsilon: (
        W * (gamma / np.sqrt(variance + epsilon)),
        shift(b, beta, mean, gamma / np.sqrt(variance + epsilon)),
    )


def cases(rng):
    def case(inputs, units):
        return (
            rng.normal(size=(inputs, units)),
            *rng.normal(size=(4, units)),
            rng.uniform(0.5, 2, size=units),
            0.001,
        )

    ones = np.array([1.0])
    return [
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
    ]


def edges(rng):
    ones = np.array([1.0])
    return [
        (np.array([[1.0]]), ones, ones, 0 * ones, 0 * ones, 2 * ones, 0.5),
    ]


EXERCISE = FunctionExercise(
    next_question="why can this not be done while the network trains?",
    parameters=("W", "b", "gamma", "beta", "mean", "variance", "epsilon"),
    returns=Returns(parts=("W_folded", "b_folded")),
    expected=_fold,
    cases=cases,
    edges=edges,
    misconceptions=(
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
    ),
)
