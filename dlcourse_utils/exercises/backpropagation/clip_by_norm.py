"""``clip_by_norm(dW, db, max_norm)`` shortens both gradients together, if need be."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _length(*gradients: np.ndarray) -> float:
    return np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))


def scaled(dW, db, factor):
    return dW * factor, db * factor


def right(dW, db, limit):
    length = _length(dW, db)
    return scaled(dW, db, limit / length if length > limit else 1.0)


def alone(gradient, limit):
    return right(gradient, np.zeros(1), limit)[0]


def cases(rng):
    return [
        (np.array([[3.0]]), np.array([4.0]), 1.0),
        (np.array([[3.0]]), np.array([4.0]), 10.0),
        (np.array([[0.3]]), np.array([0.4]), 1.0),
        (np.array([[-6.0, 0.0]]), np.array([0.0, 8.0]), 5.0),
        (np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0.5, 0.1]), 1.5),
        (np.zeros((1, 2)), np.zeros(2), 1.0),
        (10 * rng.normal(size=(3, 2)), rng.normal(size=2), 2.0),
        (0.01 * rng.normal(size=(3, 2)), 0.01 * rng.normal(size=2), 2.0),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "which of the two has changed after clipping, the direction of the step or its length?"
    ),
    parameters=("dW", "db", "max_norm"),
    returns=Returns(parts=("dW", "db")),
    expected=right,
    cases=cases,
    library_calls=("clip_by_global_norm",),
    misconceptions=(
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
            lambda dW, db, limit: scaled(dW, db, limit / _length(dW, db) if np.any(dW) else 1.0),
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
            "You add the two lengths. The length of all numbers together is √(sum of all squares).",
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
        Misconception(
            "matrix-norm",
            lambda dW, db, limit: scaled(
                dW, db, min(1.0, limit / max(np.hypot(np.linalg.norm(dW, 2), _length(db)), 1e-300))
            ),
            "`np.linalg.norm(dW, 2)` of a matrix is its largest singular value. The length asked "
            "for is the root of the sum of all squares: leave out the 2, or use "
            "`np.sqrt(np.sum(dW**2))`.",
        ),
    ),
)
