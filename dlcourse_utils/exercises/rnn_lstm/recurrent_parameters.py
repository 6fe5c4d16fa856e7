"""``recurrent_parameters(cell, inputs, units)`` counts a recurrent layer of Keras."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns

_BLOCKS = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def _count(cell, inputs, units):
    return _BLOCKS[cell] * units * (inputs + units + 1 + (cell == "GRU"))


def cases(rng):
    drawn = [int(number) for number in rng.integers(2, 60, size=6)]
    return [
        ("SimpleRNN", 1, 1),
        ("SimpleRNN", 2, 3),
        ("LSTM", 1, 1),
        ("GRU", 1, 1),
        ("LSTM", 2, 3),
        ("GRU", 2, 3),
        ("SimpleRNN", *drawn[:2]),
        ("LSTM", *drawn[2:4]),
        ("GRU", *drawn[4:]),
    ]


EXERCISE = FunctionExercise(
    next_question="which of the two sizes must you halve to save most?",
    parameters=("cell", "inputs", "units"),
    returns=Returns("whole number"),
    expected=_count,
    cases=cases,
    misconceptions=(
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
        Misconception(
            "biases-once",
            lambda cell, inputs, units: (
                _BLOCKS[cell] * units * (inputs + units) + units * (1 + (cell == "GRU"))
            ),
            "Only the weights are multiplied by the number of blocks. Each gate has biases of its "
            "own: multiply them too.",
        ),
        Misconception(
            "biases-once",
            lambda cell, inputs, units: _BLOCKS[cell] * units * (inputs + units) + units,
            "Only the weights are multiplied by the number of blocks. Each gate has biases of its "
            "own: multiply them too (and the GRU has two for each).",
        ),
    ),
)
