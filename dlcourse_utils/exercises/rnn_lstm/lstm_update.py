"""``lstm_update(z, c)`` are the states (h, c) for the sums of the gates i, f, g, o."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid


def _lstm(z, c, gate=sigmoid):
    c_new = gate(z[1]) * c + gate(z[0]) * np.tanh(z[2])
    return gate(z[3]) * np.tanh(c_new), c_new


def shown(z, c_new):
    return sigmoid(z[3]) * np.tanh(c_new), c_new


def in_order(*rows):
    return lambda z, c: _lstm(z[list(rows)], c)


def candidate(function):
    return lambda z, c: shown(z, sigmoid(z[1]) * c + sigmoid(z[0]) * function(z[2]))


def cases(rng):
    return [
        (np.zeros((4, 1)), np.array([1.0])),
        (np.array([[0.0], [0.0], [1.0], [0.0]]), np.array([0.0])),
        (np.array([[1.0], [-1.0], [0.5], [2.0]]), np.array([1.0])),
        (np.array([[0.0, 2], [1, -1], [2, -2], [-1, 1]]), np.array([0.5, -1.0])),
        *((rng.normal(size=(4, units)), rng.normal(size=units)) for units in (1, 2, 4)),
    ]


EXERCISE = FunctionExercise(
    next_question="which four numbers in z keep c as it is and show all of it?",
    parameters=("z", "c"),
    returns=Returns(parts=("h", "c")),
    expected=_lstm,
    cases=cases,
    misconceptions=(
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
            candidate(sigmoid),
            "The candidate is the tanh of its sum, so that it can also be negative.",
        ),
        Misconception(
            "plain-candidate",
            candidate(lambda sums: sums),
            "The candidate is the tanh of its sum; you write the sum itself.",
        ),
        Misconception(
            "output-without-tanh",
            lambda z, c: (sigmoid(z[3]) * _lstm(z, c)[1], _lstm(z, c)[1]),
            "h is the output gate times tanh of the new cell state. Here tanh is missing.",
        ),
        Misconception(
            "old-memory-shown",
            lambda z, c: (sigmoid(z[3]) * np.tanh(c), _lstm(z, c)[1]),
            "h shows the old cell state. First the memory changes, then it shows.",
        ),
        Misconception(
            "nothing-forgotten",
            lambda z, c: shown(z, c + sigmoid(z[0]) * np.tanh(z[2])),
            "The old memory stays whole: multiply it by the forget gate.",
        ),
        Misconception(
            "forget-inverted",
            lambda z, c: shown(z, (1 - sigmoid(z[1])) * c + sigmoid(z[0]) * np.tanh(z[2])),
            "You keep 1 − f. Despite its name, the forget gate says how much *stays*.",
        ),
        Misconception(
            "tied-gates",
            lambda z, c: shown(z, sigmoid(z[1]) * c + (1 - sigmoid(z[1])) * np.tanh(z[2])),
            "You write with 1 − f, as a GRU does. An LSTM writes with its input gate.",
        ),
        Misconception(
            "ungated-candidate",
            lambda z, c: shown(z, sigmoid(z[1]) * c + np.tanh(z[2])),
            "The candidate is written whole: multiply it by the input gate.",
        ),
        Misconception(
            "ungated-output",
            lambda z, c: (np.tanh(_lstm(z, c)[1]), _lstm(z, c)[1]),
            "The output gate is missing: h is o times tanh(c).",
        ),
    ),
)
