"""``swish_gradient(z)`` is the derivative of z·σ(z): σ(z) + z·σ(z)·(1 − σ(z))."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid


def cases(rng):
    return [
        (np.array([0.0]),),
        (np.array([1.0]),),
        (np.array([-1.0, 2.0]),),
        (np.array([-8.0, 8.0]),),
        (np.array([[0.5, -0.5], [3.0, -3.0]]),),
        (rng.normal(size=(3, 4)),),
        (3 * rng.normal(size=6),),
    ]


def edges(rng):
    return [
        (rng.normal(size=(2, 2, 3)),),
    ]


EXERCISE = FunctionExercise(
    next_question="where is this slope negative, and what does a step downhill do there?",
    parameters=("z",),
    returns=Returns("array"),
    expected=lambda z: sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z)),
    cases=cases,
    edges=edges,
    misconceptions=(
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
    ),
    library_calls=("GradientTape", "grad"),
)
