"""``moving_mean(start, batch_means, momentum)`` after all batches."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _moving(start: float, means: Any, momentum: float) -> float:
    for mean in means:
        start = momentum * start + (1 - momentum) * mean
    return float(start)


def cases(rng):
    def random_case(count):
        return (float(rng.normal()), rng.normal(size=count).round(2).tolist(), 0.8)

    return [
        (0.0, [1.0], 0.75),
        (2.0, [], 0.9),
        (0.0, [1.0, 1.0], 0.9),
        (1.0, [0.0, 4.0], 0.75),
        (0.5, [2.0, 2.5, 3.0], 0.99),
        random_case(4),
        random_case(30),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "with momentum 0.99, how many batches does it take until less than a tenth of "
        "the start is left?"
    ),
    parameters=("start", "batch_means", "momentum"),
    returns=Returns("number"),
    expected=_moving,
    cases=cases,
    misconceptions=(
        Misconception(
            "swapped-momentum",
            lambda start, means, momentum: _moving(start, means, 1 - momentum),
            "Momentum and its rest are swapped. A momentum near 1 keeps most of the *old* value.",
        ),
        Misconception(
            "plain-mean",
            lambda start, means, momentum: float(np.mean(means)) if len(means) else start,
            "This is the plain mean of the batches. The moving mean starts at `start` and "
            "forgets it step by step.",
        ),
        Misconception(
            "one-step",
            lambda start, means, momentum: (
                momentum * start + (1 - momentum) * float(np.mean(means)) if len(means) else start
            ),
            "You make one step with the mean of all batches. Each batch makes a step of its own.",
        ),
        Misconception(
            "always-from-start",
            lambda start, means, momentum: (
                momentum * start + (1 - momentum) * means[-1] if len(means) else start
            ),
            "Each of your steps begins at `start` again. It must begin where the last step ended.",
        ),
        Misconception(
            "rest-forgotten",
            lambda start, means, momentum: float(
                sum(mean * momentum**k for k, mean in enumerate(reversed(means)))
                + start * momentum ** len(means)
            ),
            "The batch's mean enters whole. It counts with 1 − momentum, so that the two "
            "weights add up to 1.",
        ),
        Misconception(
            "bias-corrected",
            lambda start, means, momentum: (
                _moving(start, means, momentum) / (1 - momentum ** len(means))
                if len(means)
                else start
            ),
            "You divide by 1 − momentumⁿ, as Adam does. That corrects for a start at 0; batch "
            "normalisation leaves its averages as they are.",
        ),
        Misconception(
            "wrong-order",
            lambda start, means, momentum: _moving(start, list(means)[::-1], momentum),
            "You go through the batches from the last to the first. The latest must count most.",
        ),
        Misconception(
            "start-ignored",
            lambda start, means, momentum: _moving(0.0, means, momentum),
            "You begin at 0. A pretrained network begins at what it brings along: `start`.",
        ),
        Misconception(
            "first-as-start",
            lambda start, means, momentum: (
                _moving(means[0], means[1:], momentum) if len(means) else start
            ),
            "You begin at the first batch. A pretrained network begins at what it brings "
            "along: `start`.",
        ),
        Misconception(
            "equal-weights",
            lambda start, means, momentum: (
                momentum ** len(means) * start
                + (1 - momentum ** len(means)) * float(np.mean(means))
                if len(means)
                else start
            ),
            "The start has the right weight, but all batches have the same. Update the average "
            "batch by batch: the later a batch, the more it counts.",
        ),
    ),
)
