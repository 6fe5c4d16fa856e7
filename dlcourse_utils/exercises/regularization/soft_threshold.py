"""``soft_threshold(W, threshold)`` moves each weight towards 0 by the threshold, not past."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _soft_threshold(W, t):
    return np.sign(W) * np.maximum(np.abs(W) - t, 0)


def cases(rng):
    return [
        (np.array([2.0]), 0.5),
        (np.array([-2.0]), 0.5),
        (np.array([0.3]), 0.5),
        (np.array([2.0, -0.3, 0.0]), 0.5),
        (np.array([[1.0, -1.0], [0.25, -3.0]]), 1.0),
        (rng.normal(size=6), 0.8),
        (rng.normal(size=(4, 7)), 0.3),
    ]


def edges(rng):
    return [
        (rng.normal(size=(2, 2, 3)), 0.0),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "a weight receives no gradient from the data. After how many steps is it 0 with "
        "this rule, and when with W ← (1 − 2ηλ) W?"
    ),
    parameters=("W", "threshold"),
    returns=Returns("array"),
    expected=_soft_threshold,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "past-zero",
            lambda W, t: W - t * np.sign(W),
            "A weight smaller than the threshold is pushed past 0 to the other side. It must "
            "stop at 0.",
        ),
        Misconception(
            "past-zero",
            lambda W, t: np.where(W > 0, W - t, W + t),
            "A weight smaller than the threshold is pushed past 0 to the other side. It must "
            "stop at 0.",
        ),
        Misconception(
            "negative-away",
            lambda W, t: np.where(np.abs(W) > t, W - t, 0),
            "The small weights stop at 0, but the negative ones move away from it. They move "
            "up by the threshold.",
        ),
        Misconception(
            "negative-away",
            lambda W, t: np.where(np.abs(W) >= t, W - t, 0),
            "The small weights stop at 0, but the negative ones move away from it. They move "
            "up by the threshold.",
        ),
        Misconception(
            "hard-threshold",
            lambda W, t: np.where(np.abs(W) > t, W, 0),
            "Small weights become 0, but the others stay as they are. They too move by the "
            "threshold towards 0.",
        ),
        Misconception(
            "hard-threshold",
            lambda W, t: np.where(np.abs(W) >= t, W, 0),
            "Small weights become 0, but the others stay as they are. They too move by the "
            "threshold towards 0.",
        ),
        Misconception(
            "positive-only",
            lambda W, t: np.maximum(W - t, 0),
            "Negative weights all become 0. They move up by the threshold, and stop at 0.",
        ),
        Misconception(
            "sign-lost",
            lambda W, t: np.maximum(np.abs(W) - t, 0),
            "The sign is lost: a negative weight must stay negative or become 0.",
        ),
        Misconception(
            "subtracted-from-all",
            lambda W, t: W - t,
            "You subtract the threshold from every weight, which moves negative ones away from 0.",
        ),
        Misconception(
            "clipped",
            lambda W, t: np.clip(W, -t, t),
            "This cuts the *large* weights down to the threshold. It is the small ones that "
            "become 0.",
        ),
        Misconception(
            "clipped",
            lambda W, t: W - np.clip(W, 0, t),
            "Only positive weights are moved. Negative ones move up by the threshold.",
        ),
        Misconception(
            "shrunk-in-proportion",
            lambda W, t: W * (1 - t),
            "You shrink every weight in proportion, which is what L2 does. L1 takes the same "
            "amount from each.",
        ),
    ),
)
