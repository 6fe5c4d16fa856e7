"""The open exercise of chapter 3: a loss that gross errors do not move and clean data trust."""

from typing import Any

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
from dlcourse_utils.exercises.engine.answer import as_answer

_SAMPLES, _SIZE = 200, 50
_CANDIDATES = np.linspace(-2, 2, 161)
_SIZES = np.linspace(0, 100, 401)
_MOST_ON_CLEAN = 1.1  # times the error of MSE
_MOST_ON_DIRTY = 0.9  # times the error of Huber's loss with delta 1


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``my_loss(error)``: as good as MSE on clean data, better than Huber with gross errors."""
    few = np.array([[0.0, 0.5], [-3.0, 10.0]])
    result = get_result(answer, ("error",), (few,), ("[[0, 0.5], [-3, 10]]",))
    _require_each(result, few.shape)

    _require_no_fall(answer)
    clean, dirty = _data()
    on_clean, on_dirty = (_error_of(answer, sets) for sets in (clean, dirty))
    mse, huber = _error_of(as_answer(_squared), clean), _error_of(as_answer(_huber), dirty)
    words = (
        f"off by {on_clean:.3f} on clean data (MSE {mse:.3f}), by {on_dirty:.3f} with 10% of "
        f"gross errors (Huber {huber:.3f})"
    )
    if on_clean > _MOST_ON_CLEAN * mse:
        raise Wrong(
            "Too wasteful on clean data: small errors, up to about 2 or 3, should be judged much "
            "as MSE does.",
            counter_example=CounterExample(
                inputs=(("data", "50 measurements of 0 with normal noise, 200 times"),),
                expected=f"an estimate off by at most {_MOST_ON_CLEAN * mse:.3f}, 10% above MSE's",
                got=f"{on_clean:.3f}",
            ),
            misconception="wasteful",
        )
    if on_dirty > _MOST_ON_DIRTY * huber:
        raise Wrong(
            "Gross errors still move the estimate too much. How hard may an error of 8 pull, "
            "and how hard one of 80?",
            counter_example=CounterExample(
                inputs=(("data", "the same, but every tenth measurement is 8 too high"),),
                expected=f"an estimate off by at most {_MOST_ON_DIRTY * huber:.3f}",
                got=f"{on_dirty:.3f} (Huber with δ = 1: {huber:.3f})",
            ),
            misconception="pulled-by-outliers",
        )
    return Passed(f"better. Your estimate is {words}.")


def _data() -> tuple[np.ndarray, np.ndarray]:
    """Samples of normal noise, and of noise with gross errors: always the same ones.

    A loss near one of the bars would else be called good or bad by chance.
    """
    rng = np.random.default_rng(0)
    clean = rng.normal(size=(_SAMPLES, _SIZE))
    gross = rng.random((_SAMPLES, _SIZE)) < 0.1
    return clean, rng.normal(size=(_SAMPLES, _SIZE)) + 8 * gross


def _error_of(loss: Answer, samples: np.ndarray) -> float:
    """How far the best constants of the samples are from the truth, 0 (root mean square)."""
    errors = _CANDIDATES[:, np.newaxis, np.newaxis] - samples
    result = get_result(
        loss, ("error",), (errors,), (f"an array of errors of shape {errors.shape}",)
    )
    losses = _require_each(result, errors.shape)
    best = _CANDIDATES[losses.mean(axis=2).argmin(axis=0)]
    return float(np.sqrt((best**2).mean()))


def _require_no_fall(loss: Answer) -> None:
    """A larger error may cost the same, but not less."""
    for sign in (1, -1):
        errors = sign * _SIZES
        result = get_result(loss, ("error",), (errors,), (f"errors from 0 to {sign * 100}",))
        losses = _require_each(result, errors.shape)
        slack = 1e-6 * np.ptp(losses)
        falls = np.flatnonzero(np.diff(losses) < -slack)
        if falls.size and np.all(np.diff(losses) < slack):
            side = "negative" if sign < 0 else "positive"
            raise Wrong(
                f"Your loss falls all the way as {side} errors grow, so it rewards them. Both "
                "directions are wrong ones: use the size of the error, or its square.",
                counter_example=CounterExample(
                    inputs=(("error", f"[0, {errors[40]:g}]"),),
                    expected="a second loss larger than the first",
                    got=f"[{losses[0]:.4g}, {losses[40]:.4g}]",
                ),
                misconception="signed",
            )
        if falls.size:
            small, large = errors[falls[0]], errors[falls[0] + 1]
            raise Wrong(
                "A larger error costs less in your loss, so a prediction far enough off would be "
                "called good. Let the loss stay level there instead.",
                counter_example=CounterExample(
                    inputs=(("error", f"[{small:g}, {large:g}]"),),
                    expected="a second loss at least as large as the first",
                    got=f"[{losses[falls[0]]:.4g}, {losses[falls[0] + 1]:.4g}]",
                ),
                misconception="falls",
            )


def _require_each(result: Any, shape: tuple[int, ...]) -> np.ndarray:
    losses = fit(result, shape, "the result")
    if np.ptp(losses) == 0:
        raise Wrong(
            "your loss is the same for every error, so it cannot tell a good prediction from a "
            "bad one.",
            misconception="constant",
        )
    return losses


def _squared(error: np.ndarray) -> np.ndarray:
    return error**2


def _huber(error: np.ndarray) -> np.ndarray:
    size = np.abs(error)
    return np.where(size <= 1, error**2 / 2, size - 0.5)


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "your loss may have flat regions. What would gradient descent do that starts in one?"
    ),
)
