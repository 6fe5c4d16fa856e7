"""Exercises on L1 and L2: the penalty, and the step that makes weights exactly zero."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _penalty(W, l1, l2):
    return l1 * np.abs(W).sum() + l2 * (W**2).sum()


@exercise(
    "weight-penalty",
    next_question="halve every weight: what becomes of the L1 part, and what of the L2 part?",
)
def check_weight_penalty(answer: Any, rng: np.random.Generator) -> Passed:
    """``weight_penalty(W, l1, l2)`` is l1 Σ|w| + l2 Σ w², as keras.regularizers.L1L2."""
    return check_function(
        answer,
        parameters=("W", "l1", "l2"),
        returns=Returns("number"),
        expected=_penalty,
        cases=[
            (np.array([[3.0]]), 0.0, 1.0),
            (np.array([[-3.0]]), 1.0, 0.0),
            (np.array([[1.0, -2.0]]), 1.0, 10.0),
            (np.array([[0.5, -1.0], [0.0, 2.0]]), 0.5, 0.25),
            (rng.normal(size=(2, 3)), 0.2, 0.0),
            (rng.normal(size=(3, 2)), 0.0, 0.3),
            (rng.normal(size=(8, 5)), 0.01, 0.002),
        ],
        library_calls=("L1L2", "l1_l2", "L1", "L2"),
        misconceptions=[
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
        ],
    )


def _soft_threshold(W, t):
    return np.sign(W) * np.maximum(np.abs(W) - t, 0)


@exercise(
    "soft-threshold",
    next_question="a weight receives no gradient from the data. After how many steps is it 0 with "
    "this rule, and when with W ← (1 − 2ηλ) W?",
)
def check_soft_threshold(answer: Any, rng: np.random.Generator) -> Passed:
    """``soft_threshold(W, threshold)`` moves each weight towards 0 by the threshold, not past."""
    return check_function(
        answer,
        parameters=("W", "threshold"),
        returns=Returns("array"),
        expected=_soft_threshold,
        cases=[
            (np.array([2.0]), 0.5),
            (np.array([-2.0]), 0.5),
            (np.array([0.3]), 0.5),
            (np.array([2.0, -0.3, 0.0]), 0.5),
            (np.array([[1.0, -1.0], [0.25, -3.0]]), 1.0),
            (rng.normal(size=6), 0.8),
            (rng.normal(size=(4, 7)), 0.3),
        ],
        misconceptions=[
            Misconception(
                "past-zero",
                lambda W, t: W - t * np.sign(W),
                "A weight smaller than the threshold is pushed past 0 to the other side. It must "
                "stop at 0.",
            ),
            Misconception(
                "past-zero",
                lambda W, t: np.where(W > 0, W - t, W + t),
                "A weight smaller than the threshold is pushed past 0 to the other side. It must "
                "stop at 0.",
            ),
            Misconception(
                "negative-away",
                lambda W, t: np.where(np.abs(W) > t, W - t, 0),
                "The small weights stop at 0, but the negative ones move away from it. They move "
                "up by the threshold.",
            ),
            Misconception(
                "negative-away",
                lambda W, t: np.where(np.abs(W) >= t, W - t, 0),
                "The small weights stop at 0, but the negative ones move away from it. They move "
                "up by the threshold.",
            ),
            Misconception(
                "hard-threshold",
                lambda W, t: np.where(np.abs(W) > t, W, 0),
                "Small weights become 0, but the others stay as they are. They too move by the "
                "threshold towards 0.",
            ),
            Misconception(
                "hard-threshold",
                lambda W, t: np.where(np.abs(W) >= t, W, 0),
                "Small weights become 0, but the others stay as they are. They too move by the "
                "threshold towards 0.",
            ),
            Misconception(
                "positive-only",
                lambda W, t: np.maximum(W - t, 0),
                "Negative weights all become 0. They move up by the threshold, and stop at 0.",
            ),
            Misconception(
                "sign-lost",
                lambda W, t: np.maximum(np.abs(W) - t, 0),
                "The sign is lost: a negative weight must stay negative or become 0.",
            ),
            Misconception(
                "subtracted-from-all",
                lambda W, t: W - t,
                "You subtract the threshold from every weight, which moves negative ones away "
                "from 0.",
            ),
            Misconception(
                "clipped",
                lambda W, t: np.clip(W, -t, t),
                "This cuts the *large* weights down to the threshold. It is the small ones that "
                "become 0.",
            ),
            Misconception(
                "clipped",
                lambda W, t: W - np.clip(W, 0, t),
                "Only positive weights are moved. Negative ones move up by the threshold.",
            ),
            Misconception(
                "shrunk-in-proportion",
                lambda W, t: W * (1 - t),
                "You shrink every weight in proportion, which is what L2 does. L1 takes the same "
                "amount from each.",
            ),
        ],
    )
