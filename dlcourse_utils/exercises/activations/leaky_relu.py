"""``leaky_relu(z, slope=0.2)`` is z where z > 0, else slope·z."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def with_slope(formula):
    return lambda z, slope=0.2: formula(z, slope)


def cases(rng):
    return [
        (np.array([2.0]),),
        (np.array([-2.0]),),
        (np.array([3.0, -5.0]), 0.1),
        (np.array([0.0, -1.0, 4.0]), 0.5),
        (np.array([-3.0, 3.0]), 0.0),
        (np.array([[1.0, -2.0], [-0.01, 30.0]]), 0.3),
        (rng.normal(size=(3, 4)), 0.2),
        (rng.normal(size=(2, 5)), 0.01),
    ]


def edges(rng):
    return [
        (rng.normal(size=(2, 2, 3)), 0.4),
    ]


EXERCISE = FunctionExercise(
    next_question="for which slope is it no activation any more, because a stack of it is linear?",
    parameters=("z", "slope"),
    returns=Returns("array"),
    expected=with_slope(lambda z, slope: np.where(z > 0, z, slope * z)),
    cases=cases,
    edges=edges,
    misconceptions=(
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
                "Right, but without a second argument the slope must be 0.2, as in the starter.",
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
            "The sides are swapped: the positive inputs are to pass as they are. (Of z and "
            "slope·z take the larger, not the smaller.)",
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
    ),
    library_calls=("leaky_relu", "LeakyReLU"),
)
