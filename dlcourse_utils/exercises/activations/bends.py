"""Exercises on functions with a bend: leaky ReLU, and the slope of swish."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), without overflow for any z."""
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


@exercise(
    "leaky-relu",
    next_question="for which slope is it no activation any more, because a stack of it is linear?",
)
def check_leaky_relu(answer: Any, rng: np.random.Generator) -> Passed:
    """``leaky_relu(z, slope=0.2)`` is z where z > 0, else slope·z."""

    def with_slope(formula):
        return lambda z, slope=0.2: formula(z, slope)

    return check_function(
        answer,
        parameters=("z", "slope"),
        returns=Returns("array"),
        expected=with_slope(lambda z, slope: np.where(z > 0, z, slope * z)),
        cases=[
            (np.array([2.0]),),
            (np.array([-2.0]),),
            (np.array([3.0, -5.0]), 0.1),
            (np.array([0.0, -1.0, 4.0]), 0.5),
            (np.array([-3.0, 3.0]), 0.0),
            (np.array([[1.0, -2.0], [-0.01, 30.0]]), 0.3),
            (rng.normal(size=(3, 4)), 0.2),
            (rng.normal(size=(2, 5)), 0.01),
        ],
        misconceptions=[
            Misconception(
                "missing-slope",
                with_slope(lambda z, slope: np.maximum(0, z)),
                "This is the plain ReLU: negative inputs come out as 0. Leaky ReLU multiplies "
                "them by the slope.",
            ),
            *(
                Misconception(
                    "wrong-default",
                    lambda z, slope=default: np.where(z > 0, z, slope * z),
                    "Right, but without a second argument the slope must be 0.2, as in the "
                    "starter.",
                )
                for default in (0.01, 0.1, 0.3)
            ),
            Misconception(
                "ignored-slope",
                lambda z, slope=0.2: np.where(z > 0, z, 0.2 * z),
                "The slope is fixed at 0.2. Use the argument `slope`.",
            ),
            Misconception(
                "ignored-slope",
                lambda z, slope=0.2: np.where(z > 0, z, 0.01 * z),
                "The slope is fixed at 0.01. Use the argument `slope`.",
            ),
            Misconception(
                "added-instead-of-chosen",
                with_slope(lambda z, slope: np.maximum(0, z) + slope * z),
                "Positive inputs get slope·z on top of z. Only the negative part is multiplied: "
                "`slope * np.minimum(0, z)`.",
            ),
            Misconception(
                "wrong-sign",
                with_slope(lambda z, slope: np.where(z > 0, z, -slope * z)),
                "Negative inputs come out positive. The leak keeps the sign: slope·z is negative "
                "where z is.",
            ),
            Misconception(
                "wrong-side",
                with_slope(lambda z, slope: np.where(z < 0, z, slope * z)),
                "The sides are swapped: the positive inputs are to pass as they are.",
            ),
            Misconception(
                "wrong-side",
                with_slope(lambda z, slope: np.minimum(z, slope * z)),
                "The smaller of z and slope·z is the wrong one: for z > 0 that is slope·z. Take "
                "the larger.",
            ),
            Misconception(
                "slope-everywhere",
                with_slope(lambda z, slope: slope * z),
                "All inputs are multiplied by the slope, so the result is a straight line.",
            ),
            Misconception(
                "floor-instead-of-slope",
                with_slope(lambda z, slope: np.maximum(slope, z)),
                "Every input below the slope comes out as the slope. It is a factor, not a floor: "
                "compare z with slope·z.",
            ),
            Misconception(
                "floor-instead-of-slope",
                with_slope(lambda z, slope: np.maximum(-slope, z)),
                "The result never falls below −slope. The slope is a factor, not a floor.",
            ),
            Misconception(
                "floor-instead-of-slope",
                with_slope(lambda z, slope: np.where(z > 0, z, slope)),
                "Every negative input comes out as the slope itself. Multiply: slope·z.",
            ),
            Misconception(
                "derivative",
                with_slope(lambda z, slope: np.where(z > 0, 1.0, slope)),
                "These are the slopes of the two sides, so the derivative. Multiply them by z.",
            ),
            Misconception(
                "one-maximum",
                with_slope(lambda z, slope: np.max(np.where(z > 0, z, slope * z))),
                "`np.max` takes one number out of all. `np.maximum` compares number by number.",
            ),
        ],
        library_calls=("keras",),
    )


@exercise(
    "swish-gradient",
    next_question="where is this slope negative, and what does a step downhill do there?",
)
def check_swish_gradient(answer: Any, rng: np.random.Generator) -> Passed:
    """``swish_gradient(z)`` is the derivative of z·σ(z): σ(z) + z·σ(z)·(1 − σ(z))."""
    return check_function(
        answer,
        parameters=("z",),
        returns=Returns("array"),
        expected=lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)),
        cases=[
            (np.array([0.0]),),
            (np.array([1.0]),),
            (np.array([-1.0, 2.0]),),
            (np.array([-8.0, 8.0]),),
            (np.array([[0.5, -0.5], [3.0, -3.0]]),),
            (rng.normal(size=(3, 4)),),
            (3 * rng.normal(size=6),),
        ],
        misconceptions=[
            Misconception(
                "function-itself",
                lambda z: z * sigmoid(z),
                "This is swish itself. Its slope is asked for.",
            ),
            Misconception(
                "product-of-derivatives",
                lambda z: sigmoid(z) * (1 - sigmoid(z)),
                "The derivative of a product is not the product of the derivatives. The product "
                "rule: (u·v)′ = u′·v + u·v′, with u = z and v = σ(z).",
            ),
            Misconception(
                "one-term-missing",
                lambda z: sigmoid(z),
                "This is u′·v, the first half of the product rule. Add u·v′ = z·σ′(z).",
            ),
            Misconception(
                "one-term-missing",
                lambda z: z * sigmoid(z) * (1 - sigmoid(z)),
                "This is u·v′, one half of the product rule. Add u′·v = 1·σ(z).",
            ),
            Misconception(
                "missing-factor",
                lambda z: sigmoid(z) + sigmoid(z) * (1 - sigmoid(z)),
                "In the second term z is missing: u·v′ = z·σ(z)·(1 − σ(z)).",
            ),
            Misconception(
                "wrong-sigmoid-slope",
                lambda z: sigmoid(z) + z * (1 - sigmoid(z)),
                "The slope of the sigmoid is σ(z)·(1 − σ(z)), and not 1 − σ(z).",
            ),
            Misconception(
                "wrong-sigmoid-slope",
                lambda z: sigmoid(z) + z * (1 - sigmoid(z) ** 2),
                "1 − σ² would be right for tanh. The slope of the sigmoid is σ(z)·(1 − σ(z)).",
            ),
            Misconception(
                "wrong-sigmoid-slope",
                lambda z: sigmoid(z) + z * z * (1 - z),
                "In the formula σ(z)·(1 − σ(z)) you put z for σ(z).",
            ),
            Misconception(
                "subtracted",
                lambda z: sigmoid(z) - z * sigmoid(z) * (1 - sigmoid(z)),
                "The two terms of the product rule are added.",
            ),
            Misconception(
                "wrong-function",
                lambda z: np.where(z > 0, 1.0, 0.0),
                "This is the slope of ReLU. Swish is z·σ(z).",
            ),
        ],
        library_calls=("keras",),
    )
