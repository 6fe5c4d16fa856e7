"""``balanced_weights(labels)`` is n / (K · count), one weight a class."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def counts(labels):
    return np.bincount(labels)


def right(labels):
    return len(labels) / (len(counts(labels)) * counts(labels))


def cases(rng):
    many = np.concatenate([np.arange(5), rng.choice(5, size=200, p=[0.6, 0.2, 0.1, 0.08, 0.02])])
    return [
        (np.array([0, 1]),),
        (np.array([0, 0, 0, 1]),),
        (np.array([1, 0, 1, 1, 1]),),
        (np.array([2, 0, 1, 2, 2, 1]),),
        (np.repeat([0, 1], [98, 2]),),
        (rng.permutation(many),),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "what is the average weight of an example, and why does that help to keep the "
        "learning rate?"
    ),
    parameters=("labels",),
    returns=Returns("array"),
    expected=right,
    cases=cases,
    library_calls=("compute_class_weight",),
    misconceptions=(
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
            lambda labels: len(labels) / (2 * np.array([len(labels) - labels.sum(), labels.sum()])),
            "Right for two classes, but there may be more: count each class, with "
            "`np.bincount` for example.",
        ),
        Misconception(
            "square-root",
            lambda labels: np.sqrt(right(labels)),
            "You take a root. Some people do, for milder weights, but then the classes do not "
            "weigh the same in total.",
        ),
        Misconception(
            "two-classes-only",
            lambda labels: len(labels) / (2 * counts(labels)),
            "Right for two classes, but there may be more: divide by the number of classes K "
            "instead of 2.",
        ),
        Misconception(
            "in-order-of-appearance",
            lambda labels: right(labels)[list(dict.fromkeys(labels.tolist()))],
            "The weights are right, but they stand in the order in which the classes appear among "
            "the labels. Entry k must belong to class k.",
        ),
        Misconception(
            "not-scaled",
            lambda labels: right(labels) * len(counts(labels)) / right(labels).sum(),
            "The proportions are right, but your weights add up to K. The weights of all "
            "*examples* must add up to n: n / (K · count).",
        ),
    ),
)
