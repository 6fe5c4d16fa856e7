"""Exercises on layers: a network for XOR, a dense layer, its parameters."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.functions import Misconception, check_function, get_result
from dlcourse_utils.exercises.engine.registry import Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.results import Returns, fit_parts
from dlcourse_utils.exercises.engine.wording import show
from dlcourse_utils.exercises.neurons.activations import relu, sigmoid, step

_XOR_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_XOR = (0, 1, 1, 0)
_OTHER_FUNCTIONS = {
    (0, 1, 1, 1): ("or-for-xor", "Your network computes OR: it must be silent when both are 1."),
    (0, 0, 0, 1): ("and-for-xor", "Your network computes AND. XOR is 1 when exactly one is 1."),
    (1, 1, 1, 0): (
        "nand-for-xor",
        "Your network computes NAND: it must be silent when both are 0.",
    ),
    (1, 0, 0, 1): (
        "opposite-sign",
        "Your network answers the opposite everywhere: it is 1 when "
        "both inputs are equal. Turn the signs of w2 around and move b2.",
    ),
    (0, 0, 0, 0): (
        "constant",
        "Your network answers 0 to everything: the output unit's sum never gets above 0.",
    ),
    (1, 1, 1, 1): (
        "constant",
        "Your network answers 1 to everything: the output unit's sum never "
        "falls to 0. Is b2 negative?",
    ),
}


@exercise(
    "xor-network",
    next_question="which two lines do your hidden units draw, and what lies between them?",
)
def check_xor_network(answer: Any, rng: np.random.Generator) -> Passed:
    """``xor_network()`` returns weights of a 2-2-1 step network for XOR; any right ones pass."""
    value = get_result(answer, (), ())
    shapes = {"W1": (2, 2), "b1": (2,), "w2": (2,), "b2": ()}
    W1, b1, w2, b2 = fit_parts(value, shapes)

    def outputs(W1, activation=step):
        hidden = activation(_XOR_INPUTS @ W1 + b1)
        return hidden, activation(hidden @ w2 + b2)

    hidden, got = outputs(W1)
    if tuple(got) == _XOR:
        return Passed("right, on all 4 inputs.")
    first = next(i for i in range(4) if got[i] != _XOR[i])
    if tuple(outputs(W1.T)[1]) == _XOR:
        reason, words = (
            "transposed-weights",
            ("With W1 transposed it would be right: one row an input, one column a unit."),
        )
    elif tuple(outputs(W1, lambda z: (z >= 0).astype(float))[1]) == _XOR:
        reason, words = (
            "fires-at-zero",
            (
                "A sum of exactly 0 gives 0 here: a unit fires only above 0. Move the biases a "
                "little, by ½ for example."
            ),
        )
    elif tuple(got) in _OTHER_FUNCTIONS:
        reason, words = _OTHER_FUNCTIONS[tuple(got)]
    elif np.array_equal(hidden[:, 0], hidden[:, 1]):
        reason, words = (
            "equal-units",
            (
                "Both hidden units answer alike, so they are worth one. Give them different tasks: "
                "OR and AND, for example."
            ),
        )
    else:
        reason, words = (
            None,
            ("Work out the two hidden sums for this input by hand, then the output."),
        )
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(
                ("x", show(_XOR_INPUTS[first])),
                ("your hidden units", show(hidden[first])),
            ),
            expected=str(_XOR[first]),
            got=show(got[first]),
        ),
        misconception=reason,
    )


@exercise(
    "dense-forward",
    next_question="which array grows when you send 1,000 examples through instead of one?",
)
def check_dense(answer: Any, rng: np.random.Generator) -> Passed:
    """``dense(X, W, b)`` is ReLU(X W + b), one row an example."""
    return check_function(
        answer,
        parameters=("X", "W", "b"),
        returns=Returns("array"),
        expected=lambda X, W, b: relu(X @ W + b),
        cases=[
            (np.array([[2.0]]), np.array([[3.0]]), np.array([1.0])),
            (np.array([[2.0]]), np.array([[-3.0, 1.0]]), np.array([1.0, 0.0])),
            (np.array([[1.0, 2.0]]), np.array([[1.0, 3.0], [-2.0, 1.0]]), np.array([1.0, -1.0])),
            (np.array([[1.0, 2.0]]), np.array([[2.0], [1.0]]), np.array([-1.0])),
            (
                np.array([[1.0, 2.0], [3.0, -1.0]]),
                np.array([[1.0, 0.0], [2.0, -1.0]]),
                np.array([0.5, -0.5]),
            ),
            (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)),
            (rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)),
            (rng.normal(size=(2, 6)), rng.normal(size=(6, 4)), rng.normal(size=4)),
        ],
        library_calls=("Dense",),
        misconceptions=[
            Misconception(
                "missing-activation",
                lambda X, W, b: X @ W + b,
                "The activation is missing: negative sums must come out as 0. Apply "
                "`np.maximum(0, …)`.",
            ),
            Misconception(
                "transposed-weights",
                lambda X, W, b: relu(X @ W.T + b),
                "You multiply by W transposed. W has one row an input and one column a unit, so "
                "X @ W fits as it is.",
            ),
            Misconception(
                "swapped-factors",
                lambda X, W, b: relu(W @ X + b),
                "You multiply in the order W @ X. Each row of X is an example: X @ W.",
            ),
            Misconception(
                "elementwise-product",
                lambda X, W, b: relu(X * W + b),
                "`X * W` multiplies number by number. Each unit sums over all inputs: `X @ W`.",
            ),
            Misconception(
                "missing-bias",
                lambda X, W, b: relu(X @ W),
                "The bias is missing: add `b` to X @ W, before the activation.",
            ),
            Misconception(
                "bias-after-activation",
                lambda X, W, b: relu(X @ W) + b,
                "The bias is added after the activation. Add it to X @ W first, then apply the "
                "ReLU.",
            ),
            Misconception(
                "subtracted-bias",
                lambda X, W, b: relu(X @ W - b),
                "You subtract the bias. The layer adds it.",
            ),
            Misconception(
                "minimum-for-maximum",
                lambda X, W, b: np.minimum(0, X @ W + b),
                "You keep the negative sums and drop the positive ones. ReLU is the maximum of 0 "
                "and z.",
            ),
            Misconception(
                "absolute-value",
                lambda X, W, b: np.abs(X @ W + b),
                "Negative sums come out positive, as with the absolute value. ReLU makes them 0.",
            ),
            Misconception(
                "step-for-relu",
                lambda X, W, b: step(X @ W + b),
                "Positive sums come out as 1: this is the step function. ReLU lets them through "
                "as they are.",
            ),
            Misconception(
                "sigmoid-for-relu",
                lambda X, W, b: sigmoid(X @ W + b),
                "Every result lies between 0 and 1: this is the sigmoid. ReLU is the maximum of "
                "0 and z.",
            ),
            Misconception(
                "bias-as-column",
                lambda X, W, b: relu(X @ W + b[:, None]),
                "The bias is added as a column, so it varies from row to row. Added as it is, "
                "it goes to every row.",
            ),
            Misconception(
                "transposed-result",
                lambda X, W, b: relu(X @ W + b).T,
                "Rows and columns are swapped: the result has one row an example.",
            ),
            Misconception(
                "first-example-only",
                lambda X, W, b: relu(X[0] @ W + b),
                "Only the first example went through. X @ W takes all rows at once.",
            ),
            Misconception(
                "summed-over-units",
                lambda X, W, b: relu(np.sum(X @ W + b, axis=1)),
                "The units are added up. Each unit keeps its own output: one column a unit.",
            ),
            Misconception(
                "one-maximum",
                lambda X, W, b: np.max(X @ W + b),
                "`np.max` takes the largest of all numbers. `np.maximum(0, z)` compares each "
                "number with 0.",
            ),
        ],
    )


@exercise(
    "count-parameters",
    next_question="in a network of layers 784, 64, 1, which layer holds almost all of them?",
)
def check_count_parameters(answer: Any, rng: np.random.Generator) -> Passed:
    """``count_parameters(layer_sizes)`` counts the weights and biases of a dense network."""

    def pairs(sizes):
        return list(zip(sizes[:-1], sizes[1:], strict=True))

    def right(sizes):
        return sum(inputs * units + units for inputs, units in pairs(sizes))

    return check_function(
        answer,
        parameters=("layer_sizes",),
        returns=Returns("whole number"),
        expected=right,
        cases=[
            ([1, 1],),
            ([2, 1],),
            ([2, 3],),
            ([3, 2, 1],),
            ([2, 2, 2, 2],),
            ([784, 64, 1],),
            (rng.integers(2, 30, size=4).tolist(),),
            (rng.integers(2, 300, size=6).tolist(),),
        ],
        misconceptions=[
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
                "Only the last layer is counted: add to the total in the loop, and return after "
                "it.",
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
        ],
    )
