"""``cross_entropy_gradient(logits, labels)`` is (softmax(logits) − one-hot) / n."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.formulas import sigmoid, softmax

_SOFTMAX_LIBRARY = ("GradientTape", "SparseCategoricalCrossentropy", "CategoricalCrossentropy")


def _one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


def _subtracted_everywhere(logits, labels):
    p = softmax(logits)
    p[:, labels] -= 1
    return p / len(logits)


def right(logits, labels):
    return (softmax(logits) - _one_hot(logits, labels)) / len(logits)


def cases(rng):
    return [
        (np.array([[0.0, 0.0]]), np.array([0])),
        (np.array([[0.0, np.log(3.0)]]), np.array([1])),
        (np.array([[1.0, 2.0, 0.0]]), np.array([2])),
        (np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.5]]), np.array([0, 2])),
        (rng.normal(size=(3, 3)), np.array([2, 0, 0])),
        (rng.normal(size=(4, 10)) * 3, rng.integers(0, 10, 4)),
        (np.array([[1000.0, 0.0, -1000.0], [0.5, 1.0, 0.0]]), np.array([1, 1])),
        (np.array([[1000.0, 1000.0 + np.log(3.0)]]), np.array([0])),
    ]


EXERCISE = FunctionExercise(
    next_question="what do the numbers of one row add up to, and why?",
    parameters=("logits", "labels"),
    returns=Returns("array"),
    expected=right,
    cases=cases,
    library_calls=_SOFTMAX_LIBRARY,
    misconceptions=(
        Misconception(
            "not-averaged",
            lambda z, y: softmax(z) - _one_hot(z, y),
            "Each number is n times too large: the loss is a mean over the examples, so its "
            "gradient is divided by n.",
        ),
        Misconception(
            "divided-by-size",
            lambda z, y: (softmax(z) - _one_hot(z, y)) / z.size,
            "You divide by n·K. The loss is a mean over the n examples alone: each example "
            "has one loss, however many classes there are.",
        ),
        Misconception(
            "opposite-sign",
            lambda z, y: -right(z, y),
            "The sign is turned round: raising the logit of the true class makes the loss "
            "fall, so its gradient is negative.",
        ),
        Misconception(
            "missing-truth",
            lambda z, y: softmax(z) / len(z),
            "The labels are not used: subtract 1 from the probability of the true class.",
        ),
        Misconception(
            "only-true-class",
            lambda z, y: right(z, y) * _one_hot(z, y),
            "Only the true class has a gradient in your result. Softmax ties the classes "
            "together: raising another logit takes probability away from the true one.",
        ),
        Misconception(
            "gradient-of-probabilities",
            lambda z, y: -_one_hot(z, y) / softmax(z) / len(z),
            "This is the derivative with respect to the probabilities, −1/p for the true "
            "class. With respect to the logits it must still pass through the softmax.",
        ),
        Misconception(
            "labels-as-they-are",
            lambda z, y: (softmax(z) - y) / len(z),
            "You subtract the class numbers themselves. Subtract 1 at the true class of each "
            "row and 0 elsewhere: the one-hot form of the labels.",
        ),
        Misconception(
            "missing-softmax",
            lambda z, y: (z - _one_hot(z, y)) / len(z),
            "You subtract from the logits themselves. Turn them into probabilities by the "
            "softmax first.",
        ),
        Misconception(
            "sigmoid-for-softmax",
            lambda z, y: (sigmoid(z) - _one_hot(z, y)) / len(z),
            "Your probabilities are sigmoids, one class at a time. Softmax makes those of a "
            "row add up to 1.",
        ),
        Misconception(
            "wrong-axis",
            lambda z, y: (np.exp(z) / np.exp(z).sum(axis=0) - _one_hot(z, y)) / len(z),
            "Your softmax runs over the examples. Each row is one example: sum over axis 1.",
        ),
        Misconception(
            "softmax-over-all",
            lambda z, y: (np.exp(z) / np.exp(z).sum() - _one_hot(z, y)) / len(z),
            "Your softmax runs over the whole array. Each row is one example and adds up to 1 "
            "by itself: `axis=1, keepdims=True`.",
        ),
        Misconception(
            "overflow",
            lambda z, y: (
                (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - _one_hot(z, y)) / len(z)
            ),
            "Right for small logits, but e to the power 1000 is too large for a float. "
            "Subtract the largest logit of each row before `exp`: the softmax stays the same.",
        ),
        *(
            Misconception(
                "cut-logits",
                lambda z, y, most=most: right(np.clip(z, -most, most), y),
                "You cut the logits off, so 1000 and 1001 count the same. Softmax depends on "
                "their difference: subtract the largest of each row instead.",
            )
            for most in (10, 20, 30, 50, 80, 88, 100, 500, 700, 709)
        ),
        Misconception(
            "largest-of-all",
            lambda z, y: (
                (
                    np.exp(z - z.max()) / np.exp(z - z.max()).sum(axis=1, keepdims=True)
                    - _one_hot(z, y)
                )
                / len(z)
            ),
            "You subtract the largest logit of the whole batch. Beside one of 1000, a row of "
            "small logits becomes 0 divided by 0: subtract the largest of each row.",
        ),
        Misconception(
            "every-row",
            lambda z, y: _subtracted_everywhere(z, y),
            "`p[:, labels]` takes whole columns, so each example lost 1 at the classes of all "
            "the others too. `p[np.arange(n), labels]` takes one entry of each row.",
        ),
    ),
)
