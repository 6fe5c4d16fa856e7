"""Exercises on what surrounds the cells: padding, and choosing the next character."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _is_real(values, lengths):
    return np.arange(values.shape[1]) < lengths[:, np.newaxis]


@exercise(
    "masked-mean",
    next_question="a batch in which one row is ten times as long as the others: how much of the "
    "work is padding?",
)
def check_masked_mean(answer: Any, rng: np.random.Generator) -> Passed:
    """``masked_mean(values, lengths)`` averages each row over its real steps."""

    def total(values, lengths):
        return np.where(_is_real(values, lengths), values, 0).sum(axis=1)

    cases = [
        (np.array([[2.0, 4.0, 0.0]]), np.array([2])),
        (np.array([[3.0, 0.0, 6.0]]), np.array([3])),
        (np.array([[2.0, 4.0, 0.0], [3.0, 0.0, 6.0]]), np.array([2, 3])),
        # Padding need not be 0: what stands there must not count.
        (np.array([[1.0, 5.0, 9.0, 9.0], [4.0, -4.0, 3.0, 9.0]]), np.array([2, 3])),
    ]
    for count, steps in [(3, 5), (5, 4), (4, 7)]:
        values, lengths = rng.normal(size=(count, steps)), rng.integers(1, steps + 1, size=count)
        cases.append((np.where(_is_real(values, lengths), values, 0), lengths))
    return check_function(
        answer,
        parameters=("values", "lengths"),
        returns=Returns("array"),
        expected=lambda values, lengths: total(values, lengths) / lengths,
        cases=cases,
        misconceptions=[
            Misconception(
                "padding-counted",
                lambda values, lengths: values.mean(axis=1),
                "The padding is averaged in. Count the first lengths[i] numbers of row i only.",
            ),
            Misconception(
                "divided-by-all-steps",
                lambda values, lengths: total(values, lengths) / values.shape[1],
                "The sum leaves the padding out, and the division counts it. Divide by the "
                "row's own length.",
            ),
            Misconception(
                "zeros-as-padding",
                lambda values, lengths: values.sum(axis=1) / (values != 0).sum(axis=1).clip(1),
                "You take every 0 for padding. A real value may be 0; only `lengths` says what "
                "is real.",
            ),
            Misconception(
                "padding-summed",
                lambda values, lengths: values.sum(axis=1) / lengths,
                "You divide by the length, but sum over everything: what stands in the padding "
                "is not always 0.",
            ),
            Misconception(
                "not-divided",
                total,
                "This is the sum. Divide by the row's length.",
            ),
            Misconception(
                "one-step-too-many",
                lambda values, lengths: (
                    np.where(np.arange(values.shape[1]) <= lengths[:, np.newaxis], values, 0).sum(
                        axis=1
                    )
                    / lengths
                ),
                "One step too many: with length 2, the steps 0 and 1 are real, step 2 is not. "
                "Use <, not <=.",
            ),
            Misconception(
                "one-mean-for-all",
                lambda values, lengths: np.full(
                    len(values), total(values, lengths).sum() / lengths.sum()
                ),
                "This is one mean over all rows. Asked for is one for each row.",
            ),
            Misconception(
                "last-value",
                lambda values, lengths: values[np.arange(len(values)), lengths - 1],
                "This is the last real value of each row. Asked for is the mean.",
            ),
        ],
    )


def _softmax(z):
    powers = np.exp(z - np.max(z))
    return powers / powers.sum()


@exercise(
    "temperature",
    next_question="what comes out as the temperature goes to 0, and what as it grows without end?",
)
def check_temperature(answer: Any, rng: np.random.Generator) -> Passed:
    """``with_temperature(logits, temperature)`` is the softmax of logits / temperature."""

    def sharpened_without_sum(logits, temperature):
        return _softmax(logits) ** (1 / temperature)

    return check_function(
        answer,
        parameters=("logits", "temperature"),
        returns=Returns("array"),
        expected=lambda logits, temperature: _softmax(logits / temperature),
        cases=[
            (np.array([0.0, np.log(3)]), 1.0),
            (np.array([0.0, np.log(3)]), 0.5),
            (np.array([0.0, np.log(9)]), 2.0),
            (np.array([1.0, 1.0, 2.0]), 0.25),
            (rng.normal(size=4), 1.5),
            (rng.normal(size=6), float(rng.uniform(0.3, 0.9))),
            (np.array([0.0, 2000.0, 1999.0]), 1.0),
            (np.array([1.0, 5.0, 4.0]), 0.001),
        ],
        misconceptions=[
            Misconception(
                "overflow",
                lambda logits, temperature: (
                    np.exp(logits / temperature) / np.exp(logits / temperature).sum()
                ),
                "The formula is right, the computer's numbers end at about 10³⁰⁸: `np.exp(2000)` "
                "is infinity, and so is `np.exp(5 / 0.001)`. Subtract the largest of "
                "`logits / temperature` first.",
            ),
            Misconception(
                "multiplied",
                lambda logits, temperature: _softmax(logits * temperature),
                "You multiply by the temperature. Divide: a low temperature spreads the logits "
                "and makes the choice safer.",
            ),
            Misconception(
                "ignored-temperature",
                lambda logits, temperature: _softmax(logits),
                "The temperature plays no part.",
            ),
            Misconception(
                "divided-too-late",
                lambda logits, temperature: _softmax(logits) / temperature,
                "You divide the probabilities, so they no longer sum to 1. Divide the logits, "
                "before the softmax.",
            ),
            Misconception(
                "divided-too-late",
                lambda logits, temperature: _softmax(_softmax(logits) / temperature),
                "This is a softmax of probabilities. Divide the logits themselves, and take one "
                "softmax.",
            ),
            Misconception(
                "not-normalised",
                sharpened_without_sum,
                "These do not sum to 1: divide by their sum.",
            ),
            Misconception(
                "not-normalised",
                lambda logits, temperature: np.exp(logits / temperature),
                "These do not sum to 1: divide by their sum.",
            ),
            Misconception(
                "not-normalised",
                lambda logits, temperature: np.exp(
                    logits / temperature - np.max(logits / temperature)
                ),
                "These do not sum to 1: divide by their sum.",
            ),
            Misconception(
                "largest-only",
                lambda logits, temperature: np.eye(len(logits))[np.argmax(logits)],
                "All the probability goes to the largest logit. The others keep a share.",
            ),
        ],
    )
