"""``generator_gradient(logits)`` is −(1 − σ(z)) / n, the gradient of −mean log σ(z)."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid


def _non_saturating(z: np.ndarray) -> np.ndarray:
    return -(1 - sigmoid(z)) / len(z)


def cases(rng):
    return [
        (np.array([0.0]),),
        (np.array([2.0]),),
        (np.array([-3.0]),),
        (np.array([0.0, 1.0]),),
        (np.array([-4.0, 0.5, 4.0]),),
        (rng.normal(size=6),),
        (4 * rng.normal(size=50),),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "which samples does this gradient move most: those that fooled the "
        "discriminator, or those that did not?"
    ),
    parameters=("logits",),
    returns=Returns("array"),
    expected=_non_saturating,
    cases=cases,
    misconceptions=(
        Misconception(
            "saturating",
            lambda z: -sigmoid(z) / len(z),
            "This is the gradient of the saturating loss, mean log(1 − σ(z)). Differentiate "
            "−mean log σ(z).",
        ),
        Misconception(
            "opposite-sign",
            lambda z: -_non_saturating(z),
            "The sign is turned round. The loss falls when a logit rises, so its derivative "
            "is negative.",
        ),
        Misconception(
            "saturating-not-averaged",
            lambda z: -sigmoid(z),
            "This is the gradient of the saturating loss, and without the division by n. "
            "Differentiate −mean log σ(z).",
        ),
        Misconception(
            "not-averaged",
            lambda z: len(z) * _non_saturating(z),
            "Each number is n times too large: the loss is a mean, so its gradient is divided "
            "by the number of samples.",
        ),
        Misconception(
            "towards-zero",
            lambda z: sigmoid(z) / len(z),
            "This is what the *discriminator* gets for samples it should call generated "
            "(target 0). The generator wants them called real: target 1.",
        ),
        Misconception(
            "with-respect-to-probability",
            lambda z: -1 / sigmoid(z) / len(z),
            "You stopped at the derivative with respect to the probability, −1/σ(z). Multiply "
            "by the derivative of the sigmoid, σ(z)(1 − σ(z)).",
        ),
        Misconception(
            "loss-of-each",
            lambda z: -np.log(sigmoid(z)) / len(z),
            "This is each sample's share of the loss. Its derivative with respect to the "
            "logit is asked for.",
        ),
        Misconception(
            "sigmoid-slope",
            lambda z: -sigmoid(z) * (1 - sigmoid(z)) / len(z),
            "This is the derivative of −σ(z). The loss has a logarithm: its derivative, "
            "1/σ(z), is missing as a factor.",
        ),
        Misconception(
            "averaged",
            lambda z: np.mean(-(1 - sigmoid(z))),
            "One number for all: the gradient has one number for each logit.",
        ),
    ),
)
