"""``dense_backward(X, W, dZ)`` are the gradients of X, W and b for Z = X W + b."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def right(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


def replaced(position, formula):
    def wrong(X, W, dZ):
        parts = list(right(X, W, dZ))
        parts[position] = formula(X, W, dZ)
        return tuple(parts)

    return wrong


def cases(rng):
    def random_case(examples, inputs, units):
        return tuple(
            rng.normal(size=shape)
            for shape in ((examples, inputs), (inputs, units), (examples, units))
        )

    return [
        (np.array([[2.0]]), np.array([[3.0]]), np.array([[1.0]])),
        (np.array([[2.0]]), np.array([[3.0, -1.0]]), np.array([[1.0, 0.5]])),
        (np.array([[2.0], [1.0]]), np.array([[3.0]]), np.array([[1.0], [-4.0]])),
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([[1.0, 3.0], [-2.0, 1.0]]),
            np.array([[1.0, -1.0], [2.0, 0.0]]),
        ),
        random_case(3, 3, 3),
        random_case(5, 4, 3),
        random_case(2, 3, 6),
    ]


def edges(rng):
    return [
        (np.array([[0.5, 1.5]]), np.array([[2.0], [-1.0]]), np.array([[3.0]])),
        (np.array([[1.0, 2.0]]), np.array([[0.5], [-1.5]]), np.array([[0.25]])),
        (np.array([[1.0, 2.0]]), np.array([[3.0], [1.0]]), np.array([[0.25]])),
    ]


EXERCISE = FunctionExercise(
    next_question="the layer nearest to the data needs no dX. How much of the work is that?",
    parameters=("X", "W", "dZ"),
    returns=Returns(parts=("dX", "dW", "db")),
    expected=right,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "weights-not-transposed",
            replaced(0, lambda X, W, dZ: dZ @ W),
            "dX uses W as it is. The gradient runs against the weights: dZ @ W.T, from "
            "(n, units) to (n, inputs).",
        ),
        Misconception(
            "inputs-not-transposed",
            replaced(1, lambda X, W, dZ: X @ dZ),
            "dW uses X as it is. Row i of X.T meets column j of dZ and sums over the "
            "examples: X.T @ dZ, of the shape of W.",
        ),
        Misconception(
            "transposed-result",
            replaced(1, lambda X, W, dZ: dZ.T @ X),
            "dW is transposed: it needs the shape of W, (inputs, units). That is X.T @ dZ.",
        ),
        Misconception(
            "averaged",
            replaced(2, lambda X, W, dZ: dZ.mean(axis=0)),
            "db averages over the examples. Each example adds its share; a mean over the "
            "batch, where the loss has one, is in dZ already.",
        ),
        Misconception(
            "averaged",
            replaced(1, lambda X, W, dZ: X.T @ dZ / len(X)),
            "dW is divided by the number of examples. A mean over the batch, where the loss "
            "has one, is in dZ already.",
        ),
        Misconception(
            "averaged",
            lambda X, W, dZ: (dZ @ W.T / len(X), X.T @ dZ / len(X), dZ.mean(axis=0)),
            "All three are divided by the number of examples. A mean over the batch, where "
            "the loss has one, is in dZ already.",
        ),
        Misconception(
            "averaged",
            lambda X, W, dZ: (dZ @ W.T, X.T @ dZ / len(X), dZ.mean(axis=0)),
            "dW and db are divided by the number of examples. A mean over the batch, where "
            "the loss has one, is in dZ already.",
        ),
        Misconception(
            "bias-not-summed",
            replaced(2, lambda X, W, dZ: dZ),
            "db has a row for each example. One bias serves them all, so their gradients add "
            "up: sum over axis 0.",
        ),
        Misconception(
            "wrong-axis",
            replaced(2, lambda X, W, dZ: dZ.sum(axis=1)),
            "db sums over the units. A bias belongs to one unit and serves all examples: sum "
            "over axis 0.",
        ),
        Misconception(
            "wrong-axis",
            replaced(2, lambda X, W, dZ: dZ.sum()),
            "db is one number. Each unit has a bias of its own: sum over axis 0 only.",
        ),
        Misconception(
            "bias-not-summed",
            replaced(2, lambda X, W, dZ: np.ones(dZ.shape[1])),
            "db is the local derivative, 1. By the chain rule it is multiplied by dZ and "
            "summed over the examples.",
        ),
        Misconception(
            "swapped-result",
            lambda X, W, dZ: tuple(right(X, W, dZ)[i] for i in (1, 0, 2)),
            "dX and dW come back in the wrong order: `return dX, dW, db`.",
        ),
        Misconception(
            "swapped-result",
            lambda X, W, dZ: tuple(right(X, W, dZ)[i] for i in (1, 2, 0)),
            "The order is wrong: `return dX, dW, db`.",
        ),
        Misconception(
            "elementwise-product",
            replaced(1, lambda X, W, dZ: X * dZ),
            "`X * dZ` multiplies number by number. Every input meets every unit: X.T @ dZ.",
        ),
        Misconception(
            "forward-for-backward",
            replaced(0, lambda X, W, dZ: X @ W),
            "dX is the forward product X @ W. The gradient with respect to X is dZ @ W.T.",
        ),
    ),
)
