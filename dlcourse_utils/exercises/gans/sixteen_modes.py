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
    has_shape,
    show_anything,
)
from dlcourse_utils.exercises.gans._modes import covered_modes, distances

_SAMPLES = 2_000
_RADIUS = 0.6
_MANY, _LEAST_INNER = 20_000, 0.52
_LEAST_COVERED, _LEAST_NEAR = 15, 0.5
_TICKS = np.array([-2.25, -0.75, 0.75, 2.25])
GRID = np.stack(np.meshgrid(_TICKS, _TICKS), axis=-1).reshape(-1, 2)


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    few = rng.normal(size=(3, 2))
    result = get_result(answer, ("noise",), (few,), ("3 draws, shape (3, 2)",))
    if not has_shape(result, few.shape):
        raise Wrong(
            "`generate` takes noise of shape (n, 2), n draws from a normal distribution, and "
            f"returns n points, shape (n, 2); for n = 3 it returns {show_anything(result)}.",
            misconception="wrong-shape",
        )
    fit(result, few.shape, "the result")

    noise = rng.normal(size=(_SAMPLES, 2))
    text = f"{_SAMPLES:,} draws from a standard normal distribution"
    samples = fit(get_result(answer, ("noise",), (noise,), (text,)), (_SAMPLES, 2), "the result")
    least = _SAMPLES // 100
    covered = covered_modes(samples, GRID, _RADIUS, least)
    near = float((distances(samples, GRID).min(axis=1) < _RADIUS).mean())
    words = f"{covered} of 16 modes covered, {near:.0%} of the points near one"
    if covered >= _LEAST_COVERED and near >= _LEAST_NEAR:
        _require_heaps(answer, rng)
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


def _require_heaps(answer: Answer, rng: np.random.Generator) -> None:
    """Require that the points lie closer together near a centre than an even spread would.

    Spread evenly over the square, half of the points are near a centre too, and half of these in
    the inner half of the disc's area. A generator that was trained has 0.54 and more of them there.
    """
    noise = rng.normal(size=(_MANY, 2))
    points = fit(
        get_result(answer, ("noise",), (noise,), (f"{_MANY:,} draws",)), noise.shape, "the result"
    )
    distance = distances(points, GRID).min(axis=1)
    near, inner = (np.count_nonzero(distance < r) for r in (_RADIUS, _RADIUS / np.sqrt(2)))
    if inner < _LEAST_INNER * near:
        raise Wrong(
            "Your points are spread evenly over the whole square: half of them lie near a centre "
            "whatever you do. Sixteen heaps are wanted, dense in their middle.",
            counter_example=CounterExample(
                inputs=(("points near a centre", "how many of them lie in the inner half"),),
                expected=f"more than {_LEAST_INNER:.0%}; spread evenly it is 50%",
                got=f"{inner / near:.0%}",
            ),
            misconception="spread-evenly",
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
