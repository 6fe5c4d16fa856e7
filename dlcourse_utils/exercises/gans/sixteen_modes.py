"""``generate(noise)`` turns noise (n, 2) into points that cover a grid of 16 clusters."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
)
from dlcourse_utils.exercises.gans._modes import covered_modes, distances

_SAMPLES = 2_000
_RADIUS = 0.6
_LEAST_COVERED, _LEAST_NEAR = 15, 0.5
_TICKS = np.array([-2.25, -0.75, 0.75, 2.25])
GRID = np.stack(np.meshgrid(_TICKS, _TICKS), axis=-1).reshape(-1, 2)


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    few = rng.normal(size=(3, 2))
    result = get_result(answer, ("noise",), (few,), ("3 draws, shape (3, 2)",))
    fit(result, few.shape, "the result")

    noise = rng.normal(size=(_SAMPLES, 2))
    text = f"{_SAMPLES:,} draws from a standard normal distribution"
    samples = fit(get_result(answer, ("noise",), (noise,), (text,)), (_SAMPLES, 2), "the result")
    least = _SAMPLES // 100
    covered = covered_modes(samples, GRID, _RADIUS, least)
    near = float((distances(samples, GRID).min(axis=1) < _RADIUS).mean())
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


def _require_from_noise(answer: Answer, noise: np.ndarray, samples: np.ndarray) -> None:
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


EXERCISE = OpenExercise(
    check=check,
    next_question="which of your changes was enough on its own? Try three seeds for each.",
)
