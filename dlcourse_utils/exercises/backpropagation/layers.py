"""Exercises on whole layers: their backward pass, and clipping."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


@exercise(
    "dense-backward",
    next_question="the layer nearest to the data needs no dX. How much of the work is that?",
)
def check_dense_backward(answer: Any, rng: np.random.Generator) -> Passed:
    """``dense_backward(X, W, dZ)`` are the gradients of X, W and b for Z = X W + b."""

    def right(X, W, dZ):
        return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)

    def replaced(position, formula):
        def wrong(X, W, dZ):
            parts = list(right(X, W, dZ))
            parts[position] = formula(X, W, dZ)
            return tuple(parts)

        return wrong

    def random_case(examples, inputs, units):
        return tuple(
            rng.normal(size=shape)
            for shape in ((examples, inputs), (inputs, units), (examples, units))
        )

    return check_function(
        answer,
        parameters=("X", "W", "dZ"),
        returns=Returns(parts=("dX", "dW", "db")),
        expected=right,
        cases=[
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
        ],
        misconceptions=[
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
        ],
    )


def _length(*gradients: np.ndarray) -> float:
    return np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))


@exercise(
    "clip-by-norm",
    next_question="which of the two has changed after clipping, the direction of the step or its "
    "length?",
)
def check_clip(answer: Any, rng: np.random.Generator) -> Passed:
    """``clip_by_norm(dW, db, max_norm)`` shortens both gradients together, if need be."""

    def scaled(dW, db, factor):
        return dW * factor, db * factor

    def right(dW, db, limit):
        length = _length(dW, db)
        return scaled(dW, db, limit / length if length > limit else 1.0)

    def alone(gradient, limit):
        return right(gradient, np.zeros(1), limit)[0]

    return check_function(
        answer,
        parameters=("dW", "db", "max_norm"),
        returns=Returns(parts=("dW", "db")),
        expected=right,
        cases=[
            (np.array([[3.0]]), np.array([4.0]), 1.0),
            (np.array([[3.0]]), np.array([4.0]), 10.0),
            (np.array([[0.3]]), np.array([0.4]), 1.0),
            (np.array([[-6.0, 0.0]]), np.array([0.0, 8.0]), 5.0),
            (np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0.5, 0.1]), 1.5),
            (np.zeros((1, 2)), np.zeros(2), 1.0),
            (10 * rng.normal(size=(3, 2)), rng.normal(size=2), 2.0),
            (0.01 * rng.normal(size=(3, 2)), 0.01 * rng.normal(size=2), 2.0),
        ],
        library_calls=("clip_by_global_norm",),
        misconceptions=[
            Misconception(
                "each-alone",
                lambda dW, db, limit: (alone(dW, limit), alone(db, limit)),
                "Each array is shortened by itself, and the direction of the whole step turns. "
                "Measure one length over all numbers, and use one factor for both.",
            ),
            Misconception(
                "number-by-number",
                lambda dW, db, limit: (np.clip(dW, -limit, limit), np.clip(db, -limit, limit)),
                "Each number is cut by itself, and the direction of the step turns. Multiply all "
                "of them by one factor.",
            ),
            Misconception(
                "always-scaled",
                lambda dW, db, limit: scaled(dW, db, limit / _length(dW, db)),
                "Short gradients are stretched to the limit. Those within it must stay as they "
                "are: the factor is at most 1.",
            ),
            Misconception(
                "always-scaled",
                lambda dW, db, limit: scaled(
                    dW, db, limit / _length(dW, db) if np.any(dW) else 1.0
                ),
                "Short gradients are stretched to the limit. Those within it must stay as they "
                "are: the factor is at most 1.",
            ),
            Misconception(
                "long-ones-kept",
                lambda dW, db, limit: scaled(
                    dW, db, limit / _length(dW, db) if 0 < _length(dW, db) < limit else 1.0
                ),
                "The comparison is the wrong way round: long gradients stay, short ones are "
                "stretched to the limit.",
            ),
            Misconception(
                "largest-number",
                lambda dW, db, limit: scaled(
                    dW, db, min(1.0, limit / max(np.abs(dW).max(), np.abs(db).max(), 1e-300))
                ),
                "You measure the largest number. The length of all numbers together is "
                "√(sum of all squares).",
            ),
            Misconception(
                "squared-norm",
                lambda dW, db, limit: scaled(
                    dW, db, min(1.0, limit / max(_length(dW, db) ** 2, 1e-300))
                ),
                "You divide by the sum of the squares. The length is its square root.",
            ),
            Misconception(
                "set-to-direction",
                lambda dW, db, limit: scaled(
                    dW, db, 1 / _length(dW, db) if _length(dW, db) > limit else 1.0
                ),
                "Long gradients come out with length 1. Their length should be max_norm.",
            ),
            Misconception(
                "bias-left-out",
                lambda dW, db, limit: (alone(dW, limit), db),
                "db comes back as it was. It belongs to the same step: the same factor for both.",
            ),
            Misconception(
                "sum-of-lengths",
                lambda dW, db, limit: scaled(
                    dW, db, min(1.0, limit / max(_length(dW) + _length(db), 1e-300))
                ),
                "You add the two lengths. The length of all numbers together is "
                "√(sum of all squares).",
            ),
            Misconception(
                "length-of-weights-only",
                lambda dW, db, limit: scaled(dW, db, min(1.0, limit / max(_length(dW), 1e-300))),
                "The length is measured on dW alone. db belongs to the same step: its squares "
                "count too.",
            ),
            Misconception(
                "dropped",
                lambda dW, db, limit: scaled(dW, db, float(_length(dW, db) <= limit)),
                "Long gradients become 0, and the step is lost. Shorten them to max_norm.",
            ),
        ],
    )
