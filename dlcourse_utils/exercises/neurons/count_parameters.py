"""``count_parameters(layer_sizes)`` counts the weights and biases of a dense network."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def pairs(sizes):
    return list(zip(sizes[:-1], sizes[1:], strict=True))


def right(sizes):
    return sum(inputs * units + units for inputs, units in pairs(sizes))


def cases(rng):
    return [
        ([1, 1],),
        ([2, 1],),
        ([2, 3],),
        ([3, 2, 1],),
        ([2, 2, 2, 2],),
        ([784, 64, 1],),
        (rng.integers(2, 30, size=4).tolist(),),
        (rng.integers(2, 300, size=6).tolist(),),
    ]


EXERCISE = FunctionExercise(
    next_question="in a network of layers 784, 64, 1, which layer holds almost all of them?",
    parameters=("layer_sizes",),
    returns=Returns("whole number"),
    expected=right,
    cases=cases,
    misconceptions=(
        Misconception(
            "missing-bias",
            lambda sizes: sum(a * b for a, b in pairs(sizes)),
            "You count the weights alone. Every unit has a bias as well.",
        ),
        Misconception(
            "missing-output-bias",
            lambda sizes: sum(a * b for a, b in pairs(sizes)) + sum(sizes[1:-1]),
            "The biases of the output units are missing. They have one each, too.",
        ),
        Misconception(
            "bias-per-layer",
            lambda sizes: sum(a * b + 1 for a, b in pairs(sizes)),
            "You count one bias a layer. Every unit of a layer has its own.",
        ),
        Misconception(
            "bias-per-input",
            lambda sizes: sum(a * b + a for a, b in pairs(sizes)),
            "You count one bias for every input of a layer. It is one for every unit.",
        ),
        Misconception(
            "bias-for-inputs",
            lambda sizes: sum(a * b for a, b in pairs(sizes)) + sum(sizes),
            "You count biases for the input layer too. Inputs are numbers that come in; they "
            "have no bias.",
        ),
        Misconception(
            "first-layer-only",
            lambda sizes: (sizes[0] + 1) * sizes[1],
            "Only the first layer is counted. Add up all pairs of neighbouring layers.",
        ),
        Misconception(
            "last-layer-missing",
            lambda sizes: right(sizes[:-1]),
            "The last layer is not counted: the loop ends one pair too early.",
        ),
        Misconception(
            "last-layer-only",
            lambda sizes: (sizes[-2] + 1) * sizes[-1],
            "Only the last layer is counted: add to the total in the loop, and return after it.",
        ),
        Misconception(
            "first-layer-missing",
            lambda sizes: right(sizes[1:]),
            "The first layer is not counted: start with the pair of the inputs and the first "
            "layer.",
        ),
        Misconception(
            "counted-units",
            lambda sizes: sum(sizes),
            "You count units. Parameters are the weights between them and the biases.",
        ),
        Misconception(
            "counted-units",
            lambda sizes: sum(sizes[1:]),
            "You count the biases alone. Every connection between two layers has a weight.",
        ),
        Misconception(
            "multiplied-layers",
            lambda sizes: int(np.prod([(a + 1) * b for a, b in pairs(sizes)])),
            "You multiply the layers' counts. Add them up.",
        ),
        Misconception(
            "multiplied-layers",
            lambda sizes: int(np.prod(sizes)),
            "You multiply all sizes together. A weight connects only neighbouring layers: "
            "multiply pair by pair and add up.",
        ),
    ),
)
