"""``rnn_step(x, h, W, U, b)`` is tanh(x W + h U + b)."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid


def _sums(x, h, W, U, b):
    return x @ W + h @ U + b


def _step_case(*arguments):
    return tuple(np.array(argument, dtype=float) for argument in arguments)


def cases(rng):
    return [
        _step_case([1], [0], [[0.5]], [[1]], [0]),
        _step_case([1], [0.5], [[0.5]], [[1]], [0]),
        _step_case([1], [0, 1], [[1, 0]], [[0, 0], [2, 1]], [0, 0]),
        _step_case([1, -1], [0.5], [[1], [0.5]], [[-1]], [0.25]),
        *(
            tuple(
                rng.normal(size=shape)
                for shape in (inputs, units, (inputs, units), (units, units), units)
            )
            for inputs, units in [(2, 2), (3, 2), (4, 5)]
        ),
    ]


EXERCISE = FunctionExercise(
    next_question="what does the cell output if all recurrent weights are 0?",
    parameters=("x", "h", "W", "U", "b"),
    returns=Returns("array"),
    expected=lambda *arguments: np.tanh(_sums(*arguments)),
    cases=cases,
    misconceptions=(
        Misconception(
            "missing-activation",
            _sums,
            "These are the sums. The new state is their tanh.",
        ),
        Misconception(
            "other-activation",
            lambda *arguments: sigmoid(_sums(*arguments)),
            "This is the sigmoid of the sums. The state of this cell is their tanh.",
        ),
        Misconception(
            "other-activation",
            lambda *arguments: np.maximum(_sums(*arguments), 0),
            "This is ReLU of the sums. The state of this cell is their tanh.",
        ),
        Misconception(
            "missing-recurrence",
            lambda x, h, W, U, b: np.tanh(x @ W + b),
            "The old state plays no part: add h times the recurrent weights U.",
        ),
        Misconception(
            "missing-bias",
            lambda x, h, W, U, b: np.tanh(x @ W + h @ U),
            "The biases b are missing.",
        ),
        Misconception(
            "missing-input",
            lambda x, h, W, U, b: np.tanh(h @ U + b),
            "The new input plays no part: add x times W.",
        ),
        Misconception(
            "transposed-recurrence",
            lambda x, h, W, U, b: np.tanh(x @ W + U @ h + b),
            "The recurrent product is the wrong way round. Rows of U belong to the old state "
            "and columns to the new one: h @ U, not U @ h.",
        ),
        Misconception(
            "activation-too-early",
            lambda x, h, W, U, b: np.tanh(x @ W) + np.tanh(h @ U) + b,
            "tanh comes once, after everything has been added.",
        ),
        Misconception(
            "activation-too-early",
            lambda x, h, W, U, b: np.tanh(x @ W + h @ U) + b,
            "The biases are added after the tanh. tanh comes last.",
        ),
        Misconception(
            "old-state-added",
            lambda x, h, W, U, b: h + np.tanh(_sums(x, h, W, U, b)),
            "The old state is added once more at the end. It acts through U only.",
        ),
    ),
)
