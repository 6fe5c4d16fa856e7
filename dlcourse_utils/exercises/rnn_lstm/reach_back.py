"""``reach_back(h, u)`` is the derivative of the last state with respect to each."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _reach(h, u):
    slopes = np.ones(len(h))
    for t in range(len(h) - 2, -1, -1):
        slopes[t] = slopes[t + 1] * u * (1 - h[t + 1] ** 2)
    return slopes


def _products_to_the_end(factors):
    """For each place the product of all factors behind it."""
    return np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


def pick(formula):
    return lambda h, u: _products_to_the_end(formula(np.asarray(h), u))


def cases(rng):
    return [
        (np.array([0.5]), 2.0),
        (np.array([0.0, 0.5]), 2.0),
        (np.array([0.5, 0.0]), 2.0),
        (np.array([0.5, 0.0, 0.6]), 2.0),
        (np.array([0.8, -0.6, 0.2]), -0.5),
        (np.round(np.tanh(rng.normal(size=4)), 2), 1.5),
        (np.tanh(rng.normal(size=8)), float(rng.uniform(0.5, 2))),
    ]


def edges(rng):
    return [
        (np.array([0.0, 0.0, 0.0]), 0.5),
    ]


EXERCISE = FunctionExercise(
    next_question="which u and which states would keep every slope at 1?",
    parameters=("h", "u"),
    returns=Returns("array"),
    expected=_reach,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "slope-too-early",
            lambda h, u: _products_to_the_end(np.roll(u * (1 - h**2), 1)),
            "The slope belongs to the step that is arrived at: from step t to t + 1 it is "
            "1 − h² with the state of step t + 1.",
        ),
        Misconception(
            "one-factor-too-many",
            lambda h, u: np.cumprod((u * (1 - h**2))[::-1])[::-1],
            "One factor too many: the derivative of the last state for itself is 1, and the "
            "step before it crosses one step only.",
        ),
        Misconception(
            "missing-weight",
            pick(lambda h, u: 1 - h**2),
            "The recurrent weight u is missing: each step back multiplies by u and by the "
            "slope of tanh.",
        ),
        Misconception(
            "missing-slope",
            pick(lambda h, u: np.full(len(h), u)),
            "The slope of tanh is missing: each step back multiplies by 1 − h² too.",
        ),
        Misconception(
            "slope-of-sigmoid",
            pick(lambda h, u: u * h * (1 - h)),
            "h · (1 − h) is the slope of the sigmoid. That of tanh at output h is 1 − h².",
        ),
        Misconception(
            "tanh-twice",
            pick(lambda h, u: u * (1 - np.tanh(h) ** 2)),
            "h is already the output of tanh. Its slope is 1 − h², without another tanh.",
        ),
        Misconception(
            "not-squared",
            pick(lambda h, u: u * (1 - h)),
            "The slope of tanh at output h is 1 − h²: the square is missing.",
        ),
        Misconception(
            "from-the-start",
            lambda h, u: _reach(h, u)[::-1],
            "The order is turned round: the last number belongs to the last state and is 1.",
        ),
        Misconception(
            "not-multiplied",
            lambda h, u: np.append((u * (1 - h**2))[1:], 1.0),
            "These are the slopes of single steps. Over several steps they multiply up.",
        ),
        Misconception(
            "summed",
            lambda h, u: (
                1
                + _products_to_the_end(np.ones(len(h))) * 0
                + np.append(np.cumsum((u * (1 - h**2))[:0:-1])[::-1], 0.0)
            ),
            "You add the slopes. Along a chain, derivatives multiply.",
        ),
    ),
)
