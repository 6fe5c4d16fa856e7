"""``safe_sigmoid(z)`` is 1 / (1 + exp(−z)) and overflows for no z."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    FunctionExercise,
    Misconception,
    Returns,
    Wrong,
    show,
    to_array,
)
from dlcourse_utils.exercises.formulas import sigmoid

_OVERFLOW = (
    "`np.exp` of a large number is infinity, and ∞/∞ is not a number. Let `np.exp` see only "
    "numbers up to 0."
)


def _forbid_overflow(answer: Answer) -> None:
    """Run the function once more, NumPy's overflow warnings turned into errors."""
    _forbid_clipping(answer)
    for z in (np.array([1000.0]), np.array([-1000.0])):
        if answer.call((z,), Clock(), strict=True).error is None:
            continue
        raise Wrong(
            "The values are right, but on the way `np.exp` overflows, and NumPy warns. (In "
            "`np.where(…, a, b)` both a and b are computed for every number.) Let `np.exp` see "
            "only numbers up to 0: exp(−|z|).",
            counter_example=CounterExample(
                inputs=(("z", show(z)),),
                expected=f"{show(sigmoid(z))} without an overflow",
                got="the right value after an overflow",
            ),
            misconception="overflow-on-the-way",
        )


def _forbid_clipping(answer: Answer) -> None:
    """Refuse what is cut off far out: right in the cases above, as σ(−500) is next to 0 too."""
    for z in (np.array([-600.0]), np.array([-700.0])):
        made = answer.call((z,), Clock())
        if made.error is None and np.all(to_array(made.value) > 2 * np.exp(z)):
            raise Wrong(
                "You cut z off before `np.exp`, so everything further out comes out the same. No "
                "number needs to be cut: exp(−|z|) never overflows.",
                counter_example=CounterExample(
                    inputs=(("z", show(z)),),
                    expected=f"{np.exp(z[0]):.3g}",
                    got=f"{float(to_array(made.value).ravel()[0]):.3g}",
                ),
                misconception="clipped",
            )


def cases(rng):
    return [
        (np.array([0.0]),),
        (np.array([2.0]),),
        (np.array([-2.0]),),
        (np.array([1000.0]),),
        (np.array([-1000.0]),),
        (np.array([-1000.0, -8.0, 0.5, 1000.0]),),
        (np.array([[1.0, -3.0], [800.0, -800.0]]),),
        (3 * rng.normal(size=(3, 4)),),
    ]


def edges(rng):
    return [
        (3 * rng.normal(size=(2, 2, 3)),),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "what does your function give for −1000, and what would its logarithm be? "
        "Chapter 3 needs that logarithm."
    ),
    parameters=("z",),
    returns=Returns("array"),
    expected=sigmoid,
    cases=cases,
    edges=edges,
    library_calls=("expit", "sigmoid"),
    further=_forbid_overflow,
    misconceptions=(
        Misconception("overflow", lambda z: np.exp(z) / (1 + np.exp(z)), _OVERFLOW),
        Misconception(
            "wrong-sign",
            lambda z: 1 / (1 + np.exp(z)),
            "The sign in the exponent is wrong: this falls from 1 to 0. σ(z) = 1/(1 + e⁻ᶻ).",
        ),
        Misconception(
            "wrong-sign",
            lambda z: 1 / (1 + np.exp(np.abs(z))),
            "The result never rises above ½. With e = exp(−|z|), a negative z gives "
            "e/(1 + e), a positive one 1/(1 + e).",
        ),
        Misconception(
            "sign-lost",
            lambda z: 1 / (1 + np.exp(-np.abs(z))),
            "The sign of z is lost: negative inputs must give less than ½. With "
            "e = exp(−|z|), that is e/(1 + e).",
        ),
        Misconception(
            "tanh-for-sigmoid",
            lambda z: np.tanh(z),
            "This is tanh, from −1 to 1. The sigmoid is (1 + tanh(z/2))/2.",
        ),
        Misconception(
            "tanh-for-sigmoid",
            lambda z: (1 + np.tanh(z)) / 2,
            "Almost: tanh of z/2, not of z.",
        ),
        *(
            Misconception(
                "clipped-too-early",
                lambda z, limit=limit: sigmoid(np.clip(z, -limit, limit)),
                f"Cut off at ±{limit}, the result stops before it has reached 0 and 1. Rather "
                "rearrange the formula so that nothing needs to be cut.",
            )
            for limit in (1, 2, 3, 4, 5, 6, 8, 10)
        ),
        Misconception(
            "rounded",
            lambda z: (z > 0).astype(float),
            "These are only 0 and 1: the step function. Between them lies the sigmoid's slope.",
        ),
        Misconception(
            "softmax-shift",
            lambda z: sigmoid(z - np.max(z)),
            "You subtract the largest number, as for a softmax. There it cancels; a sigmoid takes "
            "each number by itself and changes. Let `np.exp` see −|z| instead.",
        ),
        Misconception(
            "softmax-shift",
            lambda z: sigmoid(z - np.max(z, axis=-1, keepdims=True)),
            "You subtract the largest number of each row, as for a softmax. There it cancels; a "
            "sigmoid takes each number by itself and changes. Let `np.exp` see −|z| instead.",
        ),
    ),
)
