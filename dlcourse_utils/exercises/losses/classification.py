"""Exercises on losses for classes: from logits, its gradient, weights for rare classes."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns

_LOGIT_LIBRARY = ("BinaryCrossentropy", "binary_crossentropy")
_SOFTMAX_LIBRARY = ("GradientTape", "SparseCategoricalCrossentropy", "CategoricalCrossentropy")


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _one_hot(logits, labels):
    return np.eye(logits.shape[1])[labels]


def _clipped(epsilon):
    def formula(z, y):
        p = np.clip(_sigmoid(z), epsilon, 1 - epsilon)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return formula


def _nudged(epsilon):
    def formula(z, y):
        p = _sigmoid(z)
        return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))

    return formula


@exercise(
    "cross-entropy-from-logits",
    next_question="for which z is the loss nearly equal to |z|, and what is its slope there?",
)
def check_cross_entropy_from_logits(answer: Any, rng: np.random.Generator) -> Passed:
    """``cross_entropy_from_logits(z, y)`` is the mean of log(1 + eᶻ) − y z, for any z."""

    def right(z, y):
        return np.mean(np.logaddexp(0, z) - y * z)

    def naive(z, y):
        return -np.mean(y * np.log(_sigmoid(z)) + (1 - y) * np.log(1 - _sigmoid(z)))

    clipping = [
        Misconception(
            "clipped",
            formula(10.0**-digits),
            "A sure mistake gets the loss of the smallest probability that you allow, not its "
            "own: z = −1000 for class 1 costs 1000. Rearrange the formula, so that no logarithm "
            "of a probability is left.",
        )
        for digits in range(3, 17)
        for formula in (_clipped, _nudged)
    ]
    return check_function(
        answer,
        parameters=("z", "y"),
        returns=Returns("number"),
        expected=right,
        cases=[
            (np.array([0.0]), np.array([1.0])),
            (np.array([2.0]), np.array([1.0])),
            (np.array([2.0]), np.array([0.0])),
            (np.array([-3.0, 1.0]), np.array([1.0, 0.0])),
            (rng.normal(size=5) * 2, np.array([1.0, 0.0, 1.0, 1.0, 0.0])),
            (np.array([40.0]), np.array([0.0])),
            (np.array([-1000.0]), np.array([1.0])),
            (np.array([1000.0]), np.array([0.0])),
            (np.array([1000.0, -1000.0]), np.array([1.0, 0.0])),
            (1000 * rng.normal(size=30), (rng.random(30) < 0.5).astype(float)),
        ],
        library_calls=_LOGIT_LIBRARY,
        misconceptions=[
            Misconception(
                "overflow",
                naive,
                "Right for small z, but far from 0 the sigmoid rounds to exactly 0 or 1, and the "
                "logarithm of 0 is −∞. Rearrange the formula before you compute.",
            ),
            Misconception(
                "overflow",
                lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z),
                "Right for small z, but e to the power 1000 is too large for a float. Use "
                "max(z, 0) − y z + log(1 + exp(−|z|)): its exponent is never positive.",
            ),
            *clipping,
            Misconception(
                "swapped-classes",
                lambda z, y: np.mean(np.logaddexp(0, z) - (1 - y) * z),
                "The classes are swapped: a large z is good news for y = 1, so there it must cost "
                "little.",
            ),
            Misconception(
                "added-truth",
                lambda z, y: np.mean(np.logaddexp(0, z) + y * z),
                "You add y z. For class 1 a large z must make the loss smaller: subtract it.",
            ),
            Misconception(
                "one-class-only",
                lambda z, y: np.mean(y * np.logaddexp(0, -z)),
                "Examples of class 0 cost nothing in your loss. Theirs is −log(1 − ŷ).",
            ),
            Misconception(
                "summed",
                lambda z, y: np.sum(np.logaddexp(0, z) - y * z),
                "You add the losses up. Take their mean.",
            ),
            Misconception(
                "not-averaged",
                lambda z, y: np.logaddexp(0, z) - y * z,
                "One loss for each example: the mean is missing.",
            ),
            Misconception(
                "missing-log-term",
                lambda z, y: np.mean(np.maximum(z, 0) - y * z),
                "The term log(1 + exp(−|z|)) is missing. It is small for large |z|, and log 2 "
                "at z = 0.",
            ),
            Misconception(
                "logits-as-probabilities",
                lambda z, y: -np.mean(y * np.log(z) + (1 - y) * np.log(1 - z)),
                "You use z as if it were a probability. It is the sum before the sigmoid.",
            ),
            Misconception(
                "squared-error",
                lambda z, y: np.mean((_sigmoid(z) - y) ** 2),
                "This is MSE on the probabilities, not cross-entropy.",
            ),
            Misconception(
                "base-two",
                lambda z, y: right(z, y) / np.log(2),
                "You use the logarithm to base 2. In this book log is the natural one.",
            ),
            Misconception(
                "missing-absolute",
                lambda z, y: np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-z))),
                "In the last term the absolute value is missing: exp(−|z|).",
            ),
        ],
    )


@exercise(
    "cross-entropy-gradient",
    next_question="what do the numbers of one row add up to, and why?",
)
def check_cross_entropy_gradient(answer: Any, rng: np.random.Generator) -> Passed:
    """``cross_entropy_gradient(logits, labels)`` is (softmax(logits) − one-hot) / n."""

    def right(logits, labels):
        return (_softmax(logits) - _one_hot(logits, labels)) / len(logits)

    return check_function(
        answer,
        parameters=("logits", "labels"),
        returns=Returns("array"),
        expected=right,
        cases=[
            (np.array([[0.0, 0.0]]), np.array([0])),
            (np.array([[0.0, np.log(3.0)]]), np.array([1])),
            (np.array([[1.0, 2.0, 0.0]]), np.array([2])),
            (np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.5]]), np.array([0, 2])),
            (rng.normal(size=(3, 3)), np.array([2, 0, 0])),
            (rng.normal(size=(4, 10)) * 3, rng.integers(0, 10, 4)),
            (np.array([[1000.0, 0.0, -1000.0], [0.5, 1.0, 0.0]]), np.array([1, 1])),
            (np.array([[1000.0, 1000.0 + np.log(3.0)]]), np.array([0])),
        ],
        library_calls=_SOFTMAX_LIBRARY,
        misconceptions=[
            Misconception(
                "not-averaged",
                lambda z, y: _softmax(z) - _one_hot(z, y),
                "Each number is n times too large: the loss is a mean over the examples, so its "
                "gradient is divided by n.",
            ),
            Misconception(
                "divided-by-size",
                lambda z, y: (_softmax(z) - _one_hot(z, y)) / z.size,
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
                lambda z, y: _softmax(z) / len(z),
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
                lambda z, y: -_one_hot(z, y) / _softmax(z) / len(z),
                "This is the derivative with respect to the probabilities, −1/p for the true "
                "class. With respect to the logits it must still pass through the softmax.",
            ),
            Misconception(
                "labels-as-they-are",
                lambda z, y: (_softmax(z) - y) / len(z),
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
                lambda z, y: (_sigmoid(z) - _one_hot(z, y)) / len(z),
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
        ],
    )


def _subtracted_everywhere(logits, labels):
    p = _softmax(logits)
    p[:, labels] -= 1
    return p / len(logits)


@exercise(
    "balanced-weights",
    next_question="what is the average weight of an example, and why does that help to keep the "
    "learning rate?",
)
def check_balanced_weights(answer: Any, rng: np.random.Generator) -> Passed:
    """``balanced_weights(labels)`` is n / (K · count), one weight a class."""

    def counts(labels):
        return np.bincount(labels)

    def right(labels):
        return len(labels) / (len(counts(labels)) * counts(labels))

    many = np.concatenate([np.arange(5), rng.choice(5, size=200, p=[0.6, 0.2, 0.1, 0.08, 0.02])])
    return check_function(
        answer,
        parameters=("labels",),
        returns=Returns("array"),
        expected=right,
        cases=[
            (np.array([0, 1]),),
            (np.array([0, 0, 0, 1]),),
            (np.array([1, 0, 1, 1, 1]),),
            (np.array([2, 0, 1, 2, 2, 1]),),
            (np.repeat([0, 1], [98, 2]),),
            (rng.permutation(many),),
        ],
        library_calls=("compute_class_weight",),
        misconceptions=[
            Misconception(
                "frequent-favoured",
                lambda labels: counts(labels) / len(labels),
                "These are the shares of the classes: the frequent class gets the largest weight. "
                "Weights go the other way.",
            ),
            Misconception(
                "counts",
                lambda labels: counts(labels),
                "These are the counts of the classes: the frequent class gets the largest weight. "
                "Weights go the other way.",
            ),
            Misconception(
                "upside-down",
                lambda labels: 1 / right(labels),
                "Your fraction is upside down: the rare class must get the large weight.",
            ),
            Misconception(
                "missing-class-count",
                lambda labels: len(labels) / counts(labels),
                "Each class has the same total weight, but that total is n: all together weigh "
                "K·n. Divide by the number of classes too.",
            ),
            Misconception(
                "not-scaled",
                lambda labels: 1 / counts(labels),
                "The proportions are right, but all examples together weigh K and not n, so the "
                "steps of the training become tiny. Multiply by n / K.",
            ),
            Misconception(
                "not-scaled",
                lambda labels: 1 / counts(labels) / np.sum(1 / counts(labels)),
                "The proportions are right, but your weights add up to 1. The *examples'* weights "
                "must add up to n.",
            ),
            Misconception(
                "not-scaled",
                lambda labels: counts(labels).max() / counts(labels),
                "The proportions are right, but all examples together weigh more than n. Use "
                "n / (K · count).",
            ),
            Misconception(
                "one-minus-share",
                lambda labels: 1 - counts(labels) / len(labels),
                "1 minus the share does favour the rare class, but not enough: with 98% and 2% "
                "its total weight is still the smaller one.",
            ),
            Misconception(
                "per-example",
                lambda labels: right(labels)[labels],
                "One weight for each example; asked for is one weight for each class.",
            ),
            Misconception(
                "two-classes-only",
                lambda labels: (
                    len(labels) / (2 * np.array([len(labels) - labels.sum(), labels.sum()]))
                ),
                "Right for two classes, but there may be more: count each class, with "
                "`np.bincount` for example.",
            ),
            Misconception(
                "square-root",
                lambda labels: np.sqrt(right(labels)),
                "You take a root. Some people do, for milder weights, but then the classes do not "
                "weigh the same in total.",
            ),
        ],
    )
