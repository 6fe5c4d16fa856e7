"""``batch_norm(X, gamma, beta, epsilon)`` normalises each feature over the batch."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _normalise(X, gamma, beta, epsilon, *, axis=0, ddof=0):
    centred = X - X.mean(axis=axis, keepdims=True)
    variance = X.var(axis=axis, ddof=ddof, keepdims=True)
    return gamma * centred / np.sqrt(variance + epsilon) + beta


def cases(rng):
    return [
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
    ]


EXERCISE = FunctionExercise(
    next_question="what does this return for a batch of one example?",
    parameters=("X", "gamma", "beta", "epsilon"),
    returns=Returns("array"),
    expected=_normalise,
    cases=cases,
    library_calls=("BatchNormalization", "batch_normalization", "batch_norm"),
    misconceptions=(
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
            "ε is added to the standard deviation. It belongs under the root, beside the variance.",
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
        Misconception(
            "mean-square-for-variance",
            lambda X, gamma, beta, epsilon: (
                gamma * (X - X.mean(axis=0)) / np.sqrt((X**2).mean(axis=0) + epsilon) + beta
            ),
            "Your variance is the mean of the squares. Subtract the mean first, then square: it "
            "is the mean of (x − μ)².",
        ),
    ),
)
