"""``speed_up(parallel_share, devices)`` is Amdahl's law."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    drawn = [(round(float(rng.uniform(0.1, 0.95)), 2), int(rng.integers(2, 90))) for _ in range(3)]
    return [(0.0, 2), (1.0, 2), (0.5, 2), (0.5, 1), (0.75, 3), (0.95, 1000), *drawn]


EXERCISE = FunctionExercise(
    next_question="with 95% of the time divided, what do a thousand devices give, and what ten?",
    parameters=("parallel_share", "devices"),
    returns=Returns("number"),
    expected=lambda p, n: 1 / ((1 - p) + p / n),
    cases=cases,
    misconceptions=(
        Misconception(
            "time-not-speed",
            lambda p, n: (1 - p) + p / n,
            "This is the share of the time that is left. The speed-up is 1 divided by it.",
        ),
        Misconception(
            "everything-divided",
            lambda p, n: n,
            "This would be so if everything were divided. The share 1 − p keeps its time.",
        ),
        Misconception(
            "share-of-devices",
            lambda p, n: p * n,
            "Speeds do not mix like this. Add up the *times*: 1 − p, and p / n.",
        ),
        Misconception(
            "mixed-speeds",
            lambda p, n: (1 - p) + p * n,
            "You mix the speeds, 1 and n, by their shares. Add up the *times* instead, 1 − p "
            "and p / n, and turn the sum over.",
        ),
        Misconception(
            "limit",
            lambda p, n: np.inf if p == 1 else 1 / (1 - p),
            "This is the limit for endlessly many devices. n devices leave p / n.",
        ),
        Misconception(
            "limit",
            lambda p, n: 1 / (1 - p),
            "This is the limit for endlessly many devices, and it divides by 0 where all is "
            "divided. n devices leave p / n.",
        ),
        Misconception(
            "shares-swapped",
            lambda p, n: 1 / (p + (1 - p) / n),
            "The shares are swapped: `parallel_share` is the part that is divided.",
        ),
        Misconception(
            "efficiency",
            lambda p, n: 1 / ((1 - p) + p / n) / n,
            "You divided by the number of devices once more: this is the efficiency.",
        ),
        Misconception(
            "share-saved",
            lambda p, n: 1 / (1 - p / n),
            "p / n is the time that the parallel part still takes, not the time that is saved. "
            "What is left is (1 − p) + p / n.",
        ),
    ),
)
