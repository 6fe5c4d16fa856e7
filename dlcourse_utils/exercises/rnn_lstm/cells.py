"""Exercises on recurrent cells: one step, the gradient, the gates, the parameters."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _sums(x, h, W, U, b):
    return x @ W + h @ U + b


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


@exercise(
    "rnn-step",
    next_question="what does the cell output if all recurrent weights are 0?",
)
def check_rnn_step(answer: Any, rng: np.random.Generator) -> Passed:
    """``rnn_step(x, h, W, U, b)`` is tanh(x W + h U + b)."""
    return check_function(
        answer,
        parameters=("x", "h", "W", "U", "b"),
        returns=Returns("array"),
        expected=lambda *arguments: np.tanh(_sums(*arguments)),
        cases=[
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
        ],
        misconceptions=[
            Misconception(
                "missing-activation",
                _sums,
                "These are the sums. The new state is their tanh.",
            ),
            Misconception(
                "other-activation",
                lambda *arguments: _sigmoid(_sums(*arguments)),
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
        ],
    )


def _step_case(*arguments):
    return tuple(np.array(argument, dtype=float) for argument in arguments)


def _reach(h, u):
    slopes = np.ones(len(h))
    for t in range(len(h) - 2, -1, -1):
        slopes[t] = slopes[t + 1] * u * (1 - h[t + 1] ** 2)
    return slopes


def _products_to_the_end(factors):
    """For each place the product of all factors behind it."""
    return np.append(np.cumprod(factors[:0:-1])[::-1], 1.0)


@exercise(
    "reach-back",
    next_question="which u and which states would keep every slope at 1?",
)
def check_reach_back(answer: Any, rng: np.random.Generator) -> Passed:
    """``reach_back(h, u)`` is the derivative of the last state with respect to each."""

    def pick(formula):
        return lambda h, u: _products_to_the_end(formula(np.asarray(h), u))

    return check_function(
        answer,
        parameters=("h", "u"),
        returns=Returns("array"),
        expected=_reach,
        cases=[
            (np.array([0.5]), 2.0),
            (np.array([0.0, 0.5]), 2.0),
            (np.array([0.5, 0.0]), 2.0),
            (np.array([0.5, 0.0, 0.6]), 2.0),
            (np.array([0.8, -0.6, 0.2]), -0.5),
            (np.round(np.tanh(rng.normal(size=4)), 2), 1.5),
            (np.tanh(rng.normal(size=8)), float(rng.uniform(0.5, 2))),
        ],
        misconceptions=[
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
        ],
    )


def _lstm(z, c, gate=_sigmoid):
    c_new = gate(z[1]) * c + gate(z[0]) * np.tanh(z[2])
    return gate(z[3]) * np.tanh(c_new), c_new


@exercise(
    "lstm-update",
    next_question="which four numbers in z keep c as it is and show all of it?",
)
def check_lstm_update(answer: Any, rng: np.random.Generator) -> Passed:
    """``lstm_update(z, c)`` are the states (h, c) for the sums of the gates i, f, g, o."""

    def shown(z, c_new):
        return _sigmoid(z[3]) * np.tanh(c_new), c_new

    def in_order(*rows):
        return lambda z, c: _lstm(z[list(rows)], c)

    def candidate(function):
        return lambda z, c: shown(z, _sigmoid(z[1]) * c + _sigmoid(z[0]) * function(z[2]))

    return check_function(
        answer,
        parameters=("z", "c"),
        returns=Returns(parts=("h", "c")),
        expected=_lstm,
        cases=[
            (np.zeros((4, 1)), np.array([1.0])),
            (np.array([[0.0], [0.0], [1.0], [0.0]]), np.array([0.0])),
            (np.array([[1.0], [-1.0], [0.5], [2.0]]), np.array([1.0])),
            (np.array([[0.0, 2], [1, -1], [2, -2], [-1, 1]]), np.array([0.5, -1.0])),
            *((rng.normal(size=(4, units)), rng.normal(size=units)) for units in (1, 2, 4)),
        ],
        misconceptions=[
            Misconception(
                "swapped-result",
                lambda z, c: _lstm(z, c)[::-1],
                "The two states come back in the wrong order: `return h, c`.",
            ),
            Misconception(
                "swapped-gates",
                in_order(1, 0, 2, 3),
                "Input gate and forget gate are exchanged: row 0 writes, row 1 keeps.",
            ),
            Misconception(
                "swapped-gates",
                in_order(0, 1, 3, 2),
                "Candidate and output gate are exchanged: row 2 is what would be written, row 3 "
                "what shows.",
            ),
            Misconception(
                "sums-as-gates",
                lambda z, c: _lstm(z, c, gate=lambda sums: sums),
                "The gates are used as they come. Each gate is the sigmoid of its sum, between 0 "
                "and 1.",
            ),
            Misconception(
                "tanh-gates",
                lambda z, c: _lstm(z, c, gate=np.tanh),
                "The gates are tanh of their sums. Gates are sigmoids; only the candidate and the "
                "state that shows go through tanh.",
            ),
            Misconception(
                "sigmoid-candidate",
                candidate(_sigmoid),
                "The candidate is the tanh of its sum, so that it can also be negative.",
            ),
            Misconception(
                "plain-candidate",
                candidate(lambda sums: sums),
                "The candidate is the tanh of its sum; you write the sum itself.",
            ),
            Misconception(
                "output-without-tanh",
                lambda z, c: (_sigmoid(z[3]) * _lstm(z, c)[1], _lstm(z, c)[1]),
                "h is the output gate times tanh of the new cell state. Here tanh is missing.",
            ),
            Misconception(
                "old-memory-shown",
                lambda z, c: (_sigmoid(z[3]) * np.tanh(c), _lstm(z, c)[1]),
                "h shows the old cell state. First the memory changes, then it shows.",
            ),
            Misconception(
                "nothing-forgotten",
                lambda z, c: shown(z, c + _sigmoid(z[0]) * np.tanh(z[2])),
                "The old memory stays whole: multiply it by the forget gate.",
            ),
            Misconception(
                "forget-inverted",
                lambda z, c: shown(z, (1 - _sigmoid(z[1])) * c + _sigmoid(z[0]) * np.tanh(z[2])),
                "You keep 1 − f. Despite its name, the forget gate says how much *stays*.",
            ),
            Misconception(
                "tied-gates",
                lambda z, c: shown(z, _sigmoid(z[1]) * c + (1 - _sigmoid(z[1])) * np.tanh(z[2])),
                "You write with 1 − f, as a GRU does. An LSTM writes with its input gate.",
            ),
            Misconception(
                "ungated-candidate",
                lambda z, c: shown(z, _sigmoid(z[1]) * c + np.tanh(z[2])),
                "The candidate is written whole: multiply it by the input gate.",
            ),
            Misconception(
                "ungated-output",
                lambda z, c: (np.tanh(_lstm(z, c)[1]), _lstm(z, c)[1]),
                "The output gate is missing: h is o times tanh(c).",
            ),
        ],
    )


_BLOCKS = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def _count(cell, inputs, units):
    return _BLOCKS[cell] * units * (inputs + units + 1 + (cell == "GRU"))


@exercise(
    "recurrent-parameters",
    next_question="which of the two sizes must you halve to save most?",
)
def check_recurrent_parameters(answer: Any, rng: np.random.Generator) -> Passed:
    """``recurrent_parameters(cell, inputs, units)`` counts a recurrent layer of Keras."""
    drawn = [int(number) for number in rng.integers(2, 60, size=6)]
    return check_function(
        answer,
        parameters=("cell", "inputs", "units"),
        returns=Returns("whole number"),
        expected=_count,
        cases=[
            ("SimpleRNN", 1, 1),
            ("SimpleRNN", 2, 3),
            ("LSTM", 1, 1),
            ("GRU", 1, 1),
            ("LSTM", 2, 3),
            ("GRU", 2, 3),
            ("SimpleRNN", *drawn[:2]),
            ("LSTM", *drawn[2:4]),
            ("GRU", *drawn[4:]),
        ],
        misconceptions=[
            Misconception(
                "one-bias-in-gru",
                lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + units + 1),
                "Right but for the GRU: with `reset_after=True`, Keras' default, each of its "
                "three blocks has two biases a unit.",
            ),
            Misconception(
                "two-biases-everywhere",
                lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + units + 2),
                "Only Keras' GRU has two biases a unit and block. The others have one.",
            ),
            Misconception(
                "missing-biases",
                lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + units),
                "The biases are missing.",
            ),
            Misconception(
                "missing-recurrence",
                lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + 1),
                "This counts as if there was no old state: each unit has weights for the state "
                "of all units too.",
            ),
            Misconception(
                "own-state-only",
                lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + 2),
                "Each unit sees the old state of all units, not only its own: the recurrent "
                "weights are a square matrix.",
            ),
            Misconception(
                "no-gates",
                lambda cell, inputs, units: units * (inputs + units + 1),
                "This is right for SimpleRNN. An LSTM has four such blocks, a GRU three.",
            ),
            Misconception(
                "only-gates-counted",
                lambda cell, inputs, units: (
                    {"SimpleRNN": 1, "GRU": 2, "LSTM": 3}[cell]
                    * units
                    * (inputs + units + 1 + (cell == "GRU"))
                ),
                "The candidate has weights of its own: an LSTM has three gates and a candidate, a "
                "GRU two gates and a candidate.",
            ),
        ],
    )
