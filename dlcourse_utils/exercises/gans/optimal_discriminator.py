"""``optimal_discriminator(p_data, p_model)`` is p_data / (p_data + p_model)."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid


def cases(rng):
    return [
        (np.array([1.0]), np.array([3.0])),
        (np.array([0.2]), np.array([0.2])),
        (np.array([0.5, 2.0]), np.array([0.0, 2.0])),
        (np.array([0.0, 0.3, 4.0]), np.array([1.0, 0.1, 1.0])),
        (np.array([1e-12, 3e-12, 0.5]), np.array([1e-12, 1e-12, 0.5])),
        (rng.random(5), rng.random(5)),
        (5 * rng.random(40), 5 * rng.random(40)),
    ]


EXERCISE = FunctionExercise(
    next_question="what does the best discriminator say everywhere once the generator is perfect?",
    parameters=("p_data", "p_model"),
    returns=Returns("array"),
    expected=lambda p, q: p / (p + q),
    cases=cases,
    misconceptions=(
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
            lambda p, q: sigmoid(p - q),
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
        *(
            Misconception(
                "constant-added",
                lambda p, q, tiny=10.0**-digits: p / (p + q + tiny),
                "A constant is added to the sum, against a division by 0. Where both densities "
                "are small it outweighs them and the answer goes to 0: leave it out.",
            )
            for digits in range(3, 15)
        ),
    ),
)
