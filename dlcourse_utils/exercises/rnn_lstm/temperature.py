"""``with_temperature(logits, temperature)`` is the softmax of logits / temperature."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _softmax(z):
    powers = np.exp(z - np.max(z))
    return powers / powers.sum()


def sharpened_without_sum(logits, temperature):
    return _softmax(logits) ** (1 / temperature)


def cases(rng):
    return [
        (np.array([0.0, np.log(3)]), 1.0),
        (np.array([0.0, np.log(3)]), 0.5),
        (np.array([0.0, np.log(9)]), 2.0),
        (np.array([1.0, 1.0, 2.0]), 0.25),
        (rng.normal(size=4), 1.5),
        (rng.normal(size=6), float(rng.uniform(0.3, 0.9))),
        (np.array([0.0, 2000.0, 1999.0]), 1.0),
        (np.array([1.0, 5.0, 4.0]), 0.001),
    ]


def edges(rng):
    return [
        (np.array([1.0, 1.1, 1.05]), 0.05),  # low, and yet not only the largest
    ]


EXERCISE = FunctionExercise(
    next_question="what comes out as the temperature goes to 0, and what as it grows without end?",
    parameters=("logits", "temperature"),
    returns=Returns("array"),
    expected=lambda logits, temperature: _softmax(logits / temperature),
    cases=cases,
    edges=edges,
    misconceptions=(
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
            lambda logits, temperature: np.exp(logits / temperature - np.max(logits / temperature)),
            "These do not sum to 1: divide by their sum.",
        ),
        Misconception(
            "largest-only",
            lambda logits, temperature: np.eye(len(logits))[np.argmax(logits)],
            "All the probability goes to the largest logit. The others keep a share.",
        ),
        Misconception(
            "clipped",
            lambda logits, temperature: _softmax(np.clip(logits / temperature, -500, 500)),
            "You cut large logits off, which makes different ones equal. Subtract the largest of "
            "`logits / temperature` from all of them instead: that changes no probability.",
        ),
    ),
)
