"""The open exercise of chapter 2: an activation function that survives fifty layers."""

from collections.abc import Callable

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
    show_number,
)
from dlcourse_utils.exercises.engine.error_words import slow_words
from dlcourse_utils.exercises.engine.explaining import NOT_REPEATABLE

_LAYERS, _UNITS, _EXAMPLES, _SEEDS = 50, 100, 32, 4
_MOST = 8.0  # signal and gradient stay between 1/8 and 8 of what they were
_LEAST_BEND = 0.1


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``my_activation(z)``: elementwise, bent, and keeping signal and gradient over 50 layers."""
    z = np.array([[-3.0, -1.0, -0.1], [0.1, 1.0, 3.0]])
    result = get_result(answer, ("z",), (z,), ("shape (2, 3), numbers from -3 to 3",))
    values = fit(result, z.shape, "the result")
    again = fit(get_result(answer, ("z",), (z,), ("the same once more",)), z.shape, "the result")
    if not np.allclose(again, values):
        reason, words = NOT_REPEATABLE
        raise Wrong(words, misconception=reason)
    _require_elementwise(answer, z, values)
    large = np.array([-1000.0, 1000.0])
    fit(get_result(answer, ("z",), (large,), ("[-1000, 1000]",)), (2,), "the result for z = ±1000")
    _require_bend(answer)

    with np.errstate(all="ignore"):  # what explodes is told in words
        signal, gradient = survival(_inside_the_layers(answer))
    if 1 / _MOST <= signal <= _MOST and 1 / _MOST <= gradient <= _MOST:
        return Passed(
            f"it survives. After {_LAYERS} layers the signal is {show_number(signal, 2)} of what "
            f"came in, the gradient {show_number(gradient, 2)}."
        )
    reason, words = _why_not(signal, gradient)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(("layers", f"{_LAYERS} of {_UNITS} units, Glorot weights"),),
            expected="both between 1/8 and 8 of what came in",
            got=f"signal {show_number(signal, 2)}, gradient {show_number(gradient, 2)}",
        ),
        misconception=reason,
    )


def _inside_the_layers(answer: Answer) -> Callable[[np.ndarray], np.ndarray]:
    """Return the learner's function as the layers call it, all calls within one time limit."""
    clock = Clock()

    def activation(z: np.ndarray) -> np.ndarray:
        made = answer.call((z,), clock)
        if made.timed_out:
            raise Wrong(
                slow_words(made.error) + " NumPy's functions take whole arrays at once.",
                misconception="too-slow",
            )
        if made.error is not None:
            raise Wrong(
                f"your function stopped inside the fifty layers with {made.error}.",
                misconception="raised",
            )
        return np.asarray(made.value, dtype=float)

    return activation


def survival(activation: Callable) -> tuple[float, float]:
    """Send a batch through random layers and a gradient back.

    Parameters
    ----------
    activation : callable
        From an array to an array of the same shape.

    Returns
    -------
    tuple of float
        Spread between examples after the last layer, and size of the gradient before the first,
        each as a share of what was put in; the geometric mean of four fixed draws of weights.
    """
    logs = []
    for seed in range(_SEEDS):
        random = np.random.default_rng(seed)
        signal = random.normal(size=(_EXAMPLES, _UNITS))
        before, weights, sums = _spread(signal), [], []
        for _ in range(_LAYERS):
            weights.append(random.normal(size=(_UNITS, _UNITS)) / np.sqrt(_UNITS))
            sums.append(signal @ weights[-1])
            signal = activation(sums[-1])
        gradient = random.normal(size=signal.shape)
        size = _size(gradient)
        for W, z in zip(weights[::-1], sums[::-1], strict=True):
            gradient = (gradient * _slope(activation, z)) @ W.T
        logs.append(np.log([_spread(signal) / before, _size(gradient) / size]))
    signal, gradient = np.exp(np.mean(logs, axis=0))
    return float(signal), float(gradient)


def _slope(activation: Callable, z: np.ndarray) -> np.ndarray:
    step = 1e-5 * np.maximum(1, np.abs(z))
    above, below = (activation(z + side * step) for side in (1, -1))
    return (above - below) / (2 * step)


def _spread(signal: np.ndarray) -> float:
    return float(np.sqrt(signal.var(axis=0).mean()))


def _size(gradient: np.ndarray) -> float:
    return float(np.sqrt((gradient**2).mean()))


def _require_elementwise(answer: Answer, z: np.ndarray, values: np.ndarray) -> None:
    fewer = get_result(answer, ("z",), (z[:1, :2],), ("[[-3, -1]]",))
    fewer = fit(fewer, (1, 2), "the result for z = [[-3, -1]]")
    if not np.allclose(fewer, values[:1, :2], rtol=1e-4, atol=1e-6):
        raise Wrong(
            "An activation function looks at each number by itself. What yours gives for −3 "
            "depends on the other numbers in z.",
            counter_example=CounterExample(
                inputs=(("z", "-3 among six numbers, and with one other"),),
                expected="twice the same",
                got=f"{show_number(values[0, 0])} and {show_number(fewer[0, 0])}",
            ),
            misconception="not-elementwise",
        )


def _require_bend(answer: Answer) -> None:
    z = np.random.default_rng(0).normal(size=2000)
    values = fit(get_result(answer, ("z",), (z,), ("2,000 numbers",)), z.shape, "the result")
    if np.ptp(values) == 0:
        raise Wrong("your function is constant: no signal passes it.", misconception="constant")
    rest = values - np.polyval(np.polyfit(z, values, 1), z)
    bend = float(rest.std() / values.std())
    if bend < _LEAST_BEND:
        raise Wrong(
            "Fifty layers of a straight line are one layer. Between −2 and 2 your function is too "
            "close to one.",
            counter_example=CounterExample(
                inputs=(("test", "the best straight line through 2,000 of its values"),),
                expected="at least 10% of the spread left over",
                got=f"{bend:.1%}",
            ),
            misconception="straight-line",
        )


def _why_not(signal: float, gradient: float) -> tuple[str, str]:
    if not (np.isfinite(signal) and np.isfinite(gradient)):
        return "explodes", "It explodes beyond all numbers. How steep is it far from 0?"
    if signal > _MOST:
        return "explodes", "The signal explodes: every layer makes it larger. Scale it down."
    if signal < 1 / _MOST and gradient < 1 / _MOST:
        return "vanishes", (
            "Signal and gradient both vanish: every layer makes them smaller. By which factor a "
            "layer? Scale the output up by about its inverse, and measure."
        )
    if signal < 1 / _MOST:
        return "signal-vanishes", (
            "The gradient gets through or even grows, the differences between examples do not. "
            "A function whose outputs are centred on 0 keeps them better."
        )
    if gradient > _MOST:
        return "gradient-explodes", (
            "The signal is held, for example by saturation, but the gradient explodes: the "
            "function is too steep around 0."
        )
    return "gradient-vanishes", (
        "The signal gets through and the gradient does not: where do your z lie, and how steep is "
        "the function there?"
    )


EXERCISE = OpenExercise(
    check=check,
    next_question=(
        "written with `keras.ops`, would it also train 30 layers? Pass it to `network` and see."
    ),
)
