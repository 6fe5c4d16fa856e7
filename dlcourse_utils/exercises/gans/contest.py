"""Exercises on the contest: the best discriminator, and the gradient the generator gets."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0, -z))


@exercise(
    "optimal-discriminator",
    next_question="what does the best discriminator say everywhere once the generator is perfect?",
)
def check_optimal_discriminator(answer: Any, rng: np.random.Generator) -> Passed:
    """``optimal_discriminator(p_data, p_model)`` is p_data / (p_data + p_model)."""
    return check_function(
        answer,
        parameters=("p_data", "p_model"),
        returns=Returns("array"),
        expected=lambda p, q: p / (p + q),
        cases=[
            (np.array([1.0]), np.array([3.0])),
            (np.array([0.2]), np.array([0.2])),
            (np.array([0.5, 2.0]), np.array([0.0, 2.0])),
            (np.array([0.0, 0.3, 4.0]), np.array([1.0, 0.1, 1.0])),
            (rng.random(5), rng.random(5)),
            (5 * rng.random(40), 5 * rng.random(40)),
        ],
        misconceptions=[
            Misconception(
                "swapped",
                lambda p, q: q / (p + q),
                "This is the probability that the point was *generated*. The discriminator gives "
                "the probability that it is real.",
            ),
            Misconception(
                "ratio",
                lambda p, q: np.divide(p, q, out=np.full_like(p, np.inf), where=q > 0),
                "The ratio of the two densities can exceed 1. Divide by their sum.",
            ),
            Misconception(
                "data-alone",
                lambda p, q: p + 0 * q,
                "How likely a point is real also depends on how often the generator makes such "
                "points. Divide by the sum of both densities.",
            ),
            Misconception(
                "difference",
                lambda p, q: p - q,
                "The difference is no probability. Where it is 0 the answer must be 0.5.",
            ),
            Misconception(
                "sigmoid-of-difference",
                lambda p, q: _sigmoid(p - q),
                "The sigmoid takes the difference of the *logarithms* of the densities, "
                "log p_data − log p_model. Simpler: p_data over the sum.",
            ),
            Misconception(
                "hard-decision",
                lambda p, q: np.where(p > q, 1.0, np.where(p < q, 0.0, 0.5)),
                "You decide for one side. A probability is asked for: where one density is three "
                "times the other it is 3/4, not 1.",
            ),
            Misconception(
                "all-points-together",
                lambda p, q: p / (p + q).sum(),
                "You divide by the sum over all points. Each point has its own sum, "
                "`p_data + p_model` there.",
            ),
            Misconception(
                "normalised-first",
                lambda p, q: p / p.sum(),
                "You divide by the sum over the points. At each point, divide by the sum of the "
                "two densities there.",
            ),
        ],
    )


def _non_saturating(z: np.ndarray) -> np.ndarray:
    return -(1 - _sigmoid(z)) / len(z)


@exercise(
    "generator-gradient",
    next_question="which samples does this gradient move most: those that fooled the "
    "discriminator, or those that did not?",
)
def check_generator_gradient(answer: Any, rng: np.random.Generator) -> Passed:
    """``generator_gradient(logits)`` is −(1 − σ(z)) / n, the gradient of −mean log σ(z)."""
    return check_function(
        answer,
        parameters=("logits",),
        returns=Returns("array"),
        expected=_non_saturating,
        cases=[
            (np.array([0.0]),),
            (np.array([2.0]),),
            (np.array([-3.0]),),
            (np.array([0.0, 1.0]),),
            (np.array([-4.0, 0.5, 4.0]),),
            (rng.normal(size=6),),
            (4 * rng.normal(size=50),),
        ],
        misconceptions=[
            Misconception(
                "saturating",
                lambda z: -_sigmoid(z) / len(z),
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
                lambda z: -_sigmoid(z),
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
                lambda z: _sigmoid(z) / len(z),
                "This is what the *discriminator* gets for samples it should call generated "
                "(target 0). The generator wants them called real: target 1.",
            ),
            Misconception(
                "with-respect-to-probability",
                lambda z: -1 / _sigmoid(z) / len(z),
                "You stopped at the derivative with respect to the probability, −1/σ(z). Multiply "
                "by the derivative of the sigmoid, σ(z)(1 − σ(z)).",
            ),
            Misconception(
                "loss-of-each",
                lambda z: -np.log(_sigmoid(z)) / len(z),
                "This is each sample's share of the loss. Its derivative with respect to the "
                "logit is asked for.",
            ),
            Misconception(
                "sigmoid-slope",
                lambda z: -_sigmoid(z) * (1 - _sigmoid(z)) / len(z),
                "This is the derivative of −σ(z). The loss has a logarithm: its derivative, "
                "1/σ(z), is missing as a factor.",
            ),
            Misconception(
                "averaged",
                lambda z: np.mean(-(1 - _sigmoid(z))),
                "One number for all: the gradient has one number for each logit.",
            ),
        ],
    )
