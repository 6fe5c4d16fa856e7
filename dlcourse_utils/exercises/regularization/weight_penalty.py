"""``weight_penalty(W, l1, l2)`` is l1 Σ|w| + l2 Σ w², as keras.regularizers.L1L2."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _penalty(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 * (W**2).sum()


def cases(rng):
    return [
        (np.array([[3.0]]), 0.0, 1.0),
        (np.array([[-3.0]]), 1.0, 0.0),
        (np.array([[1.0, -2.0]]), 1.0, 10.0),
        (np.array([[0.5, -1.0], [0.0, 2.0]]), 0.5, 0.25),
        (rng.normal(size=(2, 3)), 0.2, 0.0),
        (rng.normal(size=(3, 2)), 0.0, 0.3),
        (rng.normal(size=(8, 5)), 0.01, 0.002),
    ]


def edges(rng):
    return [
        (rng.normal(size=5), 0.3, 0.1),
        (rng.normal(size=(2, 3, 4)), 0.01, 0.002),
    ]


EXERCISE = FunctionExercise(
    next_question="halve every weight: what becomes of the L1 part, and what of the L2 part?",
    parameters=("W", "l1", "l2"),
    returns=Returns("number"),
    expected=_penalty,
    cases=cases,
    edges=edges,
    library_calls=("L1L2", "l1_l2", "L1", "L2"),
    misconceptions=(
        Misconception(
            "signed",
            lambda W, l1, l2: l1 * W.sum() + l2 * (W**2).sum(),
            "A negative weight counts negative in your L1 part, and large weights of both "
            "signs cancel. Take absolute values before you add.",
        ),
        Misconception(
            "square-of-sum",
            lambda W, l1, l2: l1 * np.abs(W).sum() + l2 * W.sum() ** 2,
            "You square the sum of the weights. Square each weight, then add.",
        ),
        Misconception(
            "signed",
            lambda W, l1, l2: l1 * abs(W.sum()) + l2 * (W**2).sum(),
            "You take the absolute value of the sum, in which weights of both signs cancel. "
            "Take that of each weight, then add.",
        ),
        Misconception(
            "halved",
            lambda W, l1, l2: l1 * np.abs(W).sum() + l2 * (W**2).sum() / 2,
            "There is a factor ½ in your L2 part. Many books have it; Keras, and the formula "
            "above, have not.",
        ),
        Misconception(
            "matrix-norm",
            lambda W, l1, l2: l1 * np.linalg.norm(W, 1) + l2 * (W**2).sum(),
            "For a matrix, `np.linalg.norm(W, 1)` is the largest sum of a column. Add up the "
            "absolute values of all weights.",
        ),
        Misconception(
            "matrix-norm",
            lambda W, l1, l2: l1 * np.abs(W).sum() + l2 * np.linalg.norm(W, 2) ** 2,
            "For a matrix, `np.linalg.norm(W, 2)` is its largest singular value. Add up the "
            "squares of all weights.",
        ),
        Misconception(
            "averaged",
            lambda W, l1, l2: l1 * np.abs(W).mean() + l2 * (W**2).mean(),
            "You average over the weights. The penalty is their sum.",
        ),
        Misconception(
            "length",
            lambda W, l1, l2: l1 * np.abs(W).sum() + l2 * np.sqrt((W**2).sum()),
            "The L2 part is the sum of squares, without a root.",
        ),
        Misconception(
            "swapped",
            lambda W, l1, l2: l2 * np.abs(W).sum() + l1 * (W**2).sum(),
            "The two strengths are exchanged: l1 belongs to the absolute values, l2 to the "
            "squares.",
        ),
        Misconception(
            "only-l2",
            lambda W, l1, l2: l2 * (W**2).sum(),
            "The L1 part is missing: l1 times the sum of the absolute values.",
        ),
        Misconception(
            "only-l1",
            lambda W, l1, l2: l1 * np.abs(W).sum(),
            "The L2 part is missing: l2 times the sum of the squares.",
        ),
    ),
)
