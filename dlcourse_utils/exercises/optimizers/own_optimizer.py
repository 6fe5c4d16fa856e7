"""The open exercise of chapter 5: an update rule that beats plain gradient descent."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Unusable,
    Wrong,
    require_function,
    to_array,
)
from dlcourse_utils.exercises.engine.requests import refuse_failed
from dlcourse_utils.exercises.engine.safe_call import Call

_PARAMETERS = ("theta", "gradient", "state", "step", "steps")
_STEPS, _BATCH, _SEEDS = 100, 32, (1, 2, 3)
_HIDDEN = 32
_SIZES = (784 * _HIDDEN, _HIDDEN, _HIDDEN * 10, 10)
_BEST_RATE = 0.2  # of plain gradient descent, among 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5 and 1


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``my_step(theta, gradient, state, step, steps)`` must get lower than plain SGD."""
    require_function(answer, _PARAMETERS)
    plain = _plain()  # first, so that loading the digits takes none of the learner's time
    yours = float(np.mean([_loss_after_training(answer, seed) for seed in _SEEDS]))
    compared = f"validation loss {yours:.3f}, plain SGD at its best rate {plain:.3f}"
    if yours < plain:
        return Passed(f"lower, on the mean of {len(_SEEDS)} seeds: {compared}.")
    reason, words = _why(answer, yours)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("run", f"{_STEPS} steps of {_BATCH} images, mean of {len(_SEEDS)} seeds"),),
            expected=f"a validation loss below {plain:.3f}, that of plain SGD",
            got=f"{yours:.3f}",
        ),
        misconception=reason,
    )


def _why(answer: Answer, yours: float) -> tuple[str, str]:
    start = _start(0)
    first = answer.call((start, np.ones_like(start), {}, 0, _STEPS), Clock())
    moved = np.subtract(first.value, start) if first.error is None else -np.ones_like(start)
    if not np.any(moved) and np.isclose(yours, _untrained(), rtol=1e-3):
        return "nothing-moved", "theta comes back as it came in: nothing is learned."
    if first.error is None:
        elsewhere = answer.call((start + 1, np.ones_like(start), {}, 0, _STEPS), Clock())
        if elsewhere.error is None and np.allclose(elsewhere.value, first.value):
            return "returns-the-step", (
                "What you return does not depend on theta: it is the step alone. Return theta plus "
                "the step."
            )
    if np.mean(moved) > 0:
        return "uphill", "For a positive gradient theta grows: the steps go uphill. Subtract them."
    if first.error is None and _stands_still_later(answer, first):
        return "moves-once", (
            f"At step 0 theta moves, at step {_STEPS // 2} of {_STEPS} no longer. Is your rate 0 "
            "there? `//` makes 0 of every fraction below 1: divide with `/`."
        )
    if not yours < _untrained():
        return "diverged", (
            "The network ends worse than it started, as it does when the steps are too long: try "
            "a tenth of your learning rate."
        )
    return "not-better", (
        "It learns, but plain SGD gets lower. Is the learning rate tuned for 100 steps? Momentum, "
        "Adam's division and a schedule can each help."
    )


def _stands_still_later(answer: Answer, first: Call) -> bool:
    """Whether theta stays as it is half-way through the training, for any gradient."""
    theta, state = np.asarray(first.value, dtype=float), first.arguments[2]
    made = answer.call((theta, np.ones_like(theta), state, _STEPS // 2, _STEPS), Clock())
    return made.error is None and np.array_equal(made.value, theta)


def _loss_after_training(answer: Answer, seed: int) -> float:
    clock = Clock()

    def step(theta: np.ndarray, gradient: np.ndarray, state: dict, count: int) -> tuple:
        made = answer.call((theta, gradient, state, count, _STEPS), clock)
        if made.value is None and made.error is None and not answer.keeps_placeholder():
            raise Wrong(
                "Your function returned None: return the new theta, also if you changed theta in "
                "place.",
                misconception="returned-nothing",
            )
        refuse_failed(answer, _PARAMETERS, made, (("run", "a training run"),))
        return _as_theta(made.value, len(theta)), made.arguments[2]

    return _train(step, seed)


def _train(step: Callable, seed: int) -> float:
    """Run the training loop; return the loss on the validation images.

    Parameters
    ----------
    step : callable
        ``step(theta, gradient, state, count)`` returns the new theta and the new state.
    seed : int
    """
    (x, y), validation = _digits()
    generator = np.random.default_rng(seed)
    theta, state = _start(seed), {}
    with np.errstate(all="ignore"):
        for count in range(_STEPS):
            batch = generator.choice(len(x), _BATCH, replace=False)
            _, gradient = _loss_and_gradient(theta, x[batch], y[batch])
            theta, state = step(theta, gradient, state, count)
        loss, _ = _loss_and_gradient(theta, *validation)
    return loss if np.isfinite(loss) else np.inf


def _as_theta(value: Any, size: int) -> np.ndarray:
    if isinstance(value, tuple):
        raise Wrong(
            f"Your function returns {len(value)} values. Return theta alone, and keep the rest in "
            "`state`.",
            misconception="wrong-count",
        )
    try:
        theta = to_array(value)
    except Unusable as problem:
        raise Wrong(
            f"Return the new theta, an array of numbers, not {problem}.",
            misconception="wrong-type",
        ) from None
    if theta.shape != (size,):
        raise Wrong(
            f"theta must keep its shape ({size},); yours has {theta.shape}.",
            misconception="wrong-shape",
        )
    return theta.astype(np.float64)


@cache
def _plain() -> float:
    """The loss that plain gradient descent reaches."""

    def step(theta, gradient, state, count):
        return theta - _BEST_RATE * gradient, state

    return float(np.mean([_train(step, seed) for seed in _SEEDS]))


@cache
def _untrained() -> float:
    """The loss before the first step."""
    validation = _digits()[1]
    return float(np.mean([_loss_and_gradient(_start(seed), *validation)[0] for seed in _SEEDS]))


def _start(seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    theta = np.zeros(sum(_SIZES))
    theta[: _SIZES[0]] = generator.normal(0, np.sqrt(2 / 784), _SIZES[0])
    theta[sum(_SIZES[:2]) : sum(_SIZES[:3])] = generator.normal(0, np.sqrt(2 / _HIDDEN), _SIZES[2])
    return theta


def _loss_and_gradient(theta: np.ndarray, X: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    W1, b1, W2, b2 = np.split(theta, np.cumsum(_SIZES)[:-1])
    W1, W2 = W1.reshape(784, _HIDDEN), W2.reshape(_HIDDEN, 10)
    H = np.maximum(0, X @ W1 + b1)
    Z = H @ W2 + b2
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    truth = np.eye(10)[y]
    loss = -np.log((P * truth).sum(axis=1) + 1e-9).mean()
    dZ = (P - truth) / len(y)
    dH = dZ @ W2.T * (H > 0)
    parts = (X.T @ dH, dH.sum(axis=0), H.T @ dZ, dZ.sum(axis=0))
    return float(loss), np.concatenate([part.ravel() for part in parts])


@cache
def _digits() -> tuple:
    """The digits that ship: those for training, those for validation."""
    from dlcourse_utils.data.mnist import default_digits

    digits = default_digits()
    return tuple(
        (digits[f"x_{part}"].reshape(-1, 784) / 255.0, digits[f"y_{part}"].astype(int))
        for part in ("train", "test")
    )


EXERCISE = OpenExercise(
    check=check,
    next_question="which part of your rule makes the difference? Take the parts out one by one.",
)
