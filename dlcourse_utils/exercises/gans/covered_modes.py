"""``covered_modes(samples, centres, radius, least)`` counts centres with enough samples."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.gans._modes import covered_modes, distances


def near(S, C, r):
    return (distances(S, C) < r).sum(axis=0)


def cases(rng):
    two = np.array([[0.0, 0.0], [3.0, 0.0]])
    ring = np.array([[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]])
    crowded = np.concatenate(
        [ring[index] + 0.1 * rng.normal(size=(count, 2)) for index, count in [(0, 30), (1, 4)]]
    )
    return [
        (np.array([[0.1, 0.0]]), two, 0.5, 1),
        (np.array([[0.1, 0.0], [0.0, 0.2]]), two, 0.5, 1),
        (np.array([[0.1, 0.0], [0.0, 0.2], [3.0, 0.1]]), two, 0.5, 2),
        (np.array([[1.5, 0.0], [1.4, 0.1], [1.6, 0.0]]), two, 0.5, 1),
        (np.array([[0.6, 0.0], [3.0, 0.4]]), two, 0.5, 1),
        (np.array([[0.4, 0.4], [3.0, 0.4]]), two, 0.5, 1),
        (crowded, ring, 0.6, 5),
        (crowded, ring, 0.6, 4),
        (ring[rng.integers(4, size=60)] + 0.3 * rng.normal(size=(60, 2)), ring, 0.5, 3),
    ]


def edges(rng):
    two = np.array([[0.0, 0.0], [3.0, 0.0]])
    return [
        (np.array([[0.5, 0.0]]), two, 0.5, 1),  # as far as the radius: not nearer
        (np.array([[0.8, 0.5], [3.0, 0.0]]), two, 1.0, 1),
        (np.array([[1.5, 0.0]]), two, 2.0, 1),  # near both
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "a generator covers all modes, and 90% of its samples lie at one of them. What "
        "else would you count?"
    ),
    parameters=("samples", "centres", "radius", "least"),
    returns=Returns("whole number"),
    expected=covered_modes,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "counts-samples",
            lambda S, C, r, k: (distances(S, C) < r).any(axis=1).sum(),
            "You count the samples that lie near some centre. Count the *centres* that have "
            "enough samples.",
        ),
        Misconception(
            "one-is-enough",
            lambda S, C, r, k: (near(S, C, r) >= 1).sum(),
            "A centre counts for you as soon as one sample is near. It needs `least` of them.",
        ),
        Misconception(
            "more-than-least",
            lambda S, C, r, k: (near(S, C, r) > k).sum(),
            "You ask for more than `least` samples; exactly `least` are enough.",
        ),
        Misconception(
            "no-radius",
            lambda S, C, r, k: (
                np.bincount(distances(S, C).argmin(axis=1), minlength=len(C)) >= k
            ).sum(),
            "You give every sample to its nearest centre, however far away. Only samples "
            "nearer than `radius` count.",
        ),
        Misconception(
            "each-coordinate",
            lambda S, C, r, k: (
                (np.abs(S[:, np.newaxis] - C) < r).all(axis=2).sum(axis=0) >= k
            ).sum(),
            "You compare each coordinate with the radius: that is a square. The distance is "
            "the root of the sum of squares.",
        ),
        Misconception(
            "radius-included",
            lambda S, C, r, k: ((distances(S, C) <= r).sum(axis=0) >= k).sum(),
            "A sample at the distance `radius` is not nearer than it: `<`, not `<=`.",
        ),
        Misconception(
            "nearest-only",
            lambda S, C, r, k: (
                np.bincount(
                    distances(S, C).argmin(axis=1)[distances(S, C).min(axis=1) < r],
                    minlength=len(C),
                )
                >= k
            ).sum(),
            "You give each sample to its nearest centre alone. A sample counts for every centre "
            "that it is near to.",
        ),
        Misconception(
            "manhattan",
            lambda S, C, r, k: (
                (np.abs(S[:, np.newaxis] - C).sum(axis=2) < r).sum(axis=0) >= k
            ).sum(),
            "You add up the differences of the coordinates. The distance is the root of the sum "
            "of their squares.",
        ),
        Misconception(
            "squared-distance",
            lambda S, C, r, k: ((distances(S, C) ** 2 < r).sum(axis=0) >= k).sum(),
            "You compare the *squared* distance with the radius. Take the root, or square the "
            "radius.",
        ),
        Misconception(
            "share",
            lambda S, C, r, k: (near(S, C, r) >= k).mean(),
            "This is the share of the centres. Their number is asked for.",
        ),
        Misconception(
            "not-counted",
            lambda S, C, r, k: near(S, C, r),
            "One number for each centre: the samples near it. How many of these numbers are "
            "at least `least`?",
        ),
    ),
)
