"""Exercises on mode collapse: count what is covered, and cover more."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.functions import Misconception, check_function, get_result
from dlcourse_utils.exercises.engine.registry import Passed, Wrong, exercise
from dlcourse_utils.exercises.engine.results import Returns, fit

_SAMPLES = 2_000
_RADIUS = 0.6
_LEAST_COVERED, _LEAST_NEAR = 15, 0.5
_TICKS = np.array([-2.25, -0.75, 0.75, 2.25])
GRID = np.stack(np.meshgrid(_TICKS, _TICKS), axis=-1).reshape(-1, 2)


def covered_modes(samples: np.ndarray, centres: np.ndarray, radius: float, least: int) -> int:
    """Return how many centres have at least ``least`` samples nearer than ``radius``."""
    near = (_distances(samples, centres) < radius).sum(axis=0)
    return int((near >= least).sum())


def _distances(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return np.linalg.norm(samples[:, np.newaxis] - centres, axis=2)


@exercise(
    "covered-modes",
    next_question="a generator covers all modes, and 90% of its samples lie at one of them. What "
    "else would you count?",
)
def check_covered_modes(answer: Any, rng: np.random.Generator) -> Passed:
    """``covered_modes(samples, centres, radius, least)`` counts centres with enough samples."""
    two = np.array([[0.0, 0.0], [3.0, 0.0]])
    ring = np.array([[2.0, 0.0], [0.0, 2.0], [-2.0, 0.0], [0.0, -2.0]])
    crowded = np.concatenate(
        [ring[index] + 0.1 * rng.normal(size=(count, 2)) for index, count in [(0, 30), (1, 4)]]
    )
    cases = [
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

    def near(S, C, r):
        return (_distances(S, C) < r).sum(axis=0)

    return check_function(
        answer,
        parameters=("samples", "centres", "radius", "least"),
        returns=Returns("number"),
        expected=covered_modes,
        cases=cases,
        misconceptions=[
            Misconception(
                "counts-samples",
                lambda S, C, r, k: (_distances(S, C) < r).any(axis=1).sum(),
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
                    np.bincount(_distances(S, C).argmin(axis=1), minlength=len(C)) >= k
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
                "squared-distance",
                lambda S, C, r, k: ((_distances(S, C) ** 2 < r).sum(axis=0) >= k).sum(),
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
        ],
    )


@exercise(
    "sixteen-modes",
    next_question="which of your changes was enough on its own? Try three seeds for each.",
)
def check_sixteen_modes(answer: Any, rng: np.random.Generator) -> Passed:
    """``generate(noise)`` turns noise (n, 2) into points that cover a grid of 16 clusters."""
    few = rng.normal(size=(3, 2))
    result = get_result(answer, ("noise",), (few,), ("3 draws, shape (3, 2)",))
    fit(result, few.shape, "the result")

    noise = rng.normal(size=(_SAMPLES, 2))
    text = f"{_SAMPLES:,} draws from a standard normal distribution"
    samples = fit(get_result(answer, ("noise",), (noise,), (text,)), (_SAMPLES, 2), "the result")
    least = _SAMPLES // 100
    covered = covered_modes(samples, GRID, _RADIUS, least)
    near = float((_distances(samples, GRID).min(axis=1) < _RADIUS).mean())
    words = f"{covered} of 16 modes covered, {near:.0%} of the points near one"
    if covered >= _LEAST_COVERED and near >= _LEAST_NEAR:
        _require_from_noise(answer, noise, samples)
        return Passed(f"{words}.")
    reason, advice = _why_not(samples, noise, covered, near)
    raise Wrong(
        advice,
        counter_example=CounterExample(
            inputs=(("noise", text),),
            expected=f"at least {_LEAST_COVERED} modes with {least} points each, and "
            f"{_LEAST_NEAR:.0%} of the points near one",
            got=words,
        ),
        misconception=reason,
    )


def _require_from_noise(answer: Any, noise: np.ndarray, samples: np.ndarray) -> None:
    """Require the same points for the same noise in reverse: points drawn anew are no generator."""
    backwards = get_result(answer, ("noise",), (noise[::-1].copy(),), ("the same, in reverse",))
    again = fit(backwards, samples.shape, "the result")[::-1]
    if not np.allclose(again, samples, atol=0.01):
        raise Wrong(
            "The same noise gives other points the second time, so the points do not come from "
            "the noise. A generator is a function: it turns each draw into one point.",
            misconception="not-from-noise",
        )


def _why_not(samples: np.ndarray, noise: np.ndarray, covered: int, near: float) -> tuple[str, str]:
    if np.allclose(samples, noise):
        return "noise-itself", (
            "Your function gives the noise back. Train a generator, and let it turn the noise "
            "into points."
        )
    if np.ptp(samples, axis=0).max() < 1e-6:
        return "one-point", "Every draw gives the same point: a complete collapse."
    if covered <= 4:
        return "collapsed", (
            "Most of the grid is empty. Is the discriminator given enough steps, and are both "
            "trained on the points of the grid?"
        )
    if covered >= _LEAST_COVERED:
        return "smeared", (
            "All over the grid, but also between its clusters. Longer training, a larger batch or "
            "a lower learning rate at the end sharpen the points."
        )
    return "missing-modes", (
        "Some clusters are missing. More discriminator steps, a larger batch, wider layers and "
        "longer training each help a little."
    )
