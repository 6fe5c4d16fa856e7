"""``guessing_loss(p)`` is the entropy of a coin that shows 1 with probability p."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def loss(p):
    return -p * np.log(p) - (1 - p) * np.log(1 - p)


def cases(rng):
    return [(0.5,), (0.1,), (0.9,), (0.25,), (float(rng.uniform(0.02, 0.98)),)]


EXERCISE = FunctionExercise(
    next_question=(
        "99% of the examples are negative. Which first loss do you expect if the "
        "network starts at probability 0.5 all the same?"
    ),
    parameters=("p",),
    returns=Returns("number"),
    expected=loss,
    cases=cases,
    misconceptions=(
        Misconception(
            "base-two",
            lambda p: loss(p) / np.log(2),
            "This is in bits, with the logarithm to base 2. Losses use the natural logarithm, "
            "`np.log`.",
        ),
        Misconception(
            "base-ten",
            lambda p: loss(p) / np.log(10),
            "This is the logarithm to base 10. Losses use the natural logarithm, `np.log`.",
        ),
        Misconception(
            "subtracted",
            lambda p: -p * np.log(p) + (1 - p) * np.log(1 - p),
            "The negatives are subtracted: both logarithms are negative, so both terms need "
            "the minus.",
        ),
        Misconception(
            "missing-minus",
            lambda p: -loss(p),
            "The sign is missing: the logarithm of a probability is negative, a loss is not.",
        ),
        Misconception(
            "positives-only",
            lambda p: -p * np.log(p),
            "Only the positives are counted. The rest, a share of 1 − p, costs something too.",
        ),
        Misconception(
            "not-weighted",
            lambda p: -np.log(p),
            "This is the loss of one positive example. Average over all of them: a share p is "
            "positive, the rest negative.",
        ),
        Misconception(
            "not-weighted",
            lambda p: -np.log(p) - np.log(1 - p),
            "Positives and negatives are not equally many: weight their losses by p and 1 − p.",
        ),
        Misconception(
            "half-weights",
            lambda p: -(np.log(p) + np.log(1 - p)) / 2,
            "Positives and negatives are not equally many: weight their losses by p and 1 − p.",
        ),
        Misconception(
            "always-half",
            lambda p: np.log(2),
            "That is the loss of answering 0.5 to everyone. A model that knows the share p "
            "answers p.",
        ),
        Misconception(
            "swapped-weights",
            lambda p: -(1 - p) * np.log(p) - p * np.log(1 - p),
            "The weights are exchanged: the share of positives, p, meets the logarithm of p.",
        ),
        Misconception(
            "squared-error",
            lambda p: p * (1 - p),
            "This is the mean squared error of guessing. Asked for is the cross-entropy.",
        ),
    ),
)
