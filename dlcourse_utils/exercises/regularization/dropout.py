"""``dropout(x, rate, random, training)`` drops where random < rate and scales the rest."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _dropout(x, rate, random, training):
    return np.where(random >= rate, x / (1 - rate), 0) if training else x


def training_only(formula):
    return lambda x, rate, random, training: formula(x, rate, random) if training else x


def cases(rng):
    return [
        (np.array([3.0]), 0.25, np.array([0.9]), True),
        (np.array([3.0]), 0.25, np.array([0.1]), True),
        (np.array([3.0]), 0.25, np.array([0.1]), False),
        (np.array([3.0, -3.0]), 0.25, np.array([0.9, 0.1]), True),
        (np.array([[3.0, 1.0], [2.0, -6.0]]), 0.75, np.array([[0.8, 0.5], [0.1, 0.9]]), True),
        (np.array([[3.0, 1.0], [2.0, -6.0]]), 0.75, np.array([[0.8, 0.5], [0.1, 0.9]]), False),
        (np.array([1.0, -2.0]), 0.0, np.array([0.3, 0.7]), True),
        *(
            (rng.normal(size=shape), rate, rng.random(shape), training)
            for shape, rate, training in [
                ((2, 3), 0.4, True),
                ((4, 6), 0.2, True),
                ((4, 6), 0.2, False),
            ]
        ),
    ]


def edges(rng):
    return [
        (np.array([1.0, -2.0]), 0.25, np.array([0.5, 0.75]), True),
        (np.array([3.0, -3.0]), 0.25, np.array([0.5, 0.25]), True),  # at the rate: kept
        (rng.normal(size=(2, 2, 3)), 0.5, rng.random((2, 2, 3)), True),
    ]


EXERCISE = FunctionExercise(
    next_question="the mean of an output is kept. Is its variance?",
    parameters=("x", "rate", "random", "training"),
    returns=Returns("array"),
    expected=_dropout,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "not-scaled",
            training_only(lambda x, rate, random: np.where(random >= rate, x, 0)),
            "The outputs that stay are not scaled: in training the next layer would get less "
            "than at test time. Divide them by 1 − rate.",
        ),
        Misconception(
            "scaled-at-test",
            lambda x, rate, random, training: (
                np.where(random >= rate, x, 0) if training else x * (1 - rate)
            ),
            "This is the first form of dropout: plain dropping, and scaling at test time. "
            "*Inverted* dropout scales in training, and at test time does nothing.",
        ),
        Misconception(
            "always-on",
            lambda x, rate, random, training: np.where(random >= rate, x / (1 - rate), 0),
            "It also drops when `training` is False. Then every output must pass unchanged.",
        ),
        Misconception(
            "scaled-at-test",
            lambda x, rate, random, training: (
                np.where(random >= rate, x / (1 - rate), 0) if training else x * (1 - rate)
            ),
            "You scale both in training and at test time. Once is enough: at test time the "
            "inputs pass unchanged.",
        ),
        Misconception(
            "multiplied",
            training_only(lambda x, rate, random: np.where(random >= rate, x * (1 - rate), 0)),
            "You multiply by 1 − rate. Outputs were lost, so those that stay must become "
            "*larger*: divide.",
        ),
        Misconception(
            "scaled-by-rate",
            training_only(
                lambda x, rate, random: np.where(random >= rate, x / max(rate, 1e-300), 0)
            ),
            "You divide by the rate. The share that stays is 1 − rate: divide by that.",
        ),
        Misconception(
            "kept-and-dropped-swapped",
            training_only(lambda x, rate, random: np.where(random < rate, x / (1 - rate), 0)),
            "You keep what should go: `rate` is the share that is *dropped*. Keep where "
            "random ≥ rate.",
        ),
        Misconception(
            "keep-probability",
            training_only(
                lambda x, rate, random: np.where(random < rate, x / max(rate, 1e-300), 0)
            ),
            "You take `rate` for the share that stays. In Keras, and here, it is the share "
            "that is dropped.",
        ),
        Misconception(
            "all-scaled",
            training_only(lambda x, rate, random: x / (1 - rate)),
            "Nothing is dropped. Set to 0 what has a random number below the rate.",
        ),
        Misconception(
            "scaled-by-count",
            training_only(
                lambda x, rate, random: np.where(
                    random >= rate, x / max(np.mean(random >= rate), 1e-300), 0
                )
            ),
            "You divide by the share that happened to stay in this draw. Divide by its mean, "
            "1 − rate, the same each time.",
        ),
        Misconception(
            "training-inverted",
            lambda x, rate, random, training: _dropout(x, rate, random, not training),
            "It drops at test time and not in training: the test of `training` is turned round.",
        ),
        Misconception(
            "dropped-at-the-rate",
            training_only(lambda x, rate, random: np.where(random > rate, x / (1 - rate), 0)),
            "A random number equal to the rate is dropped too. Drop only below it: keep where "
            "random ≥ rate, so that rate 0 never drops anything.",
        ),
        Misconception(
            "scaled-by-count",
            training_only(lambda x, rate, random: x * (random >= rate) / np.mean(random >= rate)),
            "You divide by the share that happened to stay in this draw, which may even be 0. "
            "Divide by its mean, 1 − rate, the same each time.",
        ),
    ),
)
