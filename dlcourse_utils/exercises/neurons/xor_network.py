"""``xor_network()`` returns weights of a 2-2-1 step network for XOR; any right ones pass."""

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit_parts,
    get_result,
    show,
)
from dlcourse_utils.exercises.formulas import step

_XOR_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
_XOR = (0, 1, 1, 0)
_OTHER_FUNCTIONS = {
    (0, 1, 1, 1): ("or-for-xor", "Your network computes OR: it must be silent when both are 1."),
    (0, 0, 0, 1): ("and-for-xor", "Your network computes AND. XOR is 1 when exactly one is 1."),
    (1, 1, 1, 0): (
        "nand-for-xor",
        "Your network computes NAND: it must be silent when both are 0.",
    ),
    (1, 0, 0, 1): (
        "opposite-sign",
        "Your network answers the opposite everywhere: it is 1 when "
        "both inputs are equal. Turn the signs of w2 around and move b2.",
    ),
    (0, 0, 0, 0): (
        "constant",
        "Your network answers 0 to everything: the output unit's sum never gets above 0.",
    ),
    (1, 1, 1, 1): (
        "constant",
        "Your network answers 1 to everything: the output unit's sum never "
        "falls to 0. Is b2 negative?",
    ),
}


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    value = get_result(answer, (), ())
    shapes = {"W1": (2, 2), "b1": (2,), "w2": (2,), "b2": ()}
    W1, b1, w2, b2 = fit_parts(value, shapes)

    def outputs(W1, activation=step):
        hidden = activation(_XOR_INPUTS @ W1 + b1)
        return hidden, activation(hidden @ w2 + b2)

    hidden, got = outputs(W1)
    if tuple(got) == _XOR:
        return Passed("right, on all 4 inputs.")
    first = next(i for i in range(4) if got[i] != _XOR[i])
    if tuple(outputs(W1.T)[1]) == _XOR:
        reason, words = (
            "transposed-weights",
            ("With W1 transposed it would be right: one row an input, one column a unit."),
        )
    elif tuple(outputs(W1, lambda z: (z >= 0).astype(float))[1]) == _XOR:
        reason, words = (
            "fires-at-zero",
            (
                "A sum of exactly 0 gives 0 here: a unit fires only above 0. Move the biases a "
                "little, by ½ for example."
            ),
        )
    elif W1.any() and np.ptp(hidden, axis=0).max() == 0:
        reason, words = (
            "constant-units",
            f"Each hidden unit answers the same to every input, here {show(hidden[0])}, so the "
            "output unit cannot tell the inputs apart. Look at b1: a bias is *minus* the "
            "threshold that a sum must pass.",
        )
    elif tuple(got) in _OTHER_FUNCTIONS:
        reason, words = _OTHER_FUNCTIONS[tuple(got)]
    elif np.array_equal(hidden[:, 0], hidden[:, 1]):
        reason, words = (
            "equal-units",
            (
                "Both hidden units answer alike, so they are worth one. Give them different tasks: "
                "OR and AND, for example."
            ),
        )
    else:
        reason, words = (
            None,
            ("Work out the two hidden sums for this input by hand, then the output."),
        )
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=(
                ("x", show(_XOR_INPUTS[first])),
                ("your hidden units", show(hidden[first])),
            ),
            expected=str(_XOR[first]),
            got=show(got[first]),
        ),
        misconception=reason,
    )


EXERCISE = OpenExercise(
    check=check,
    next_question="which two lines do your hidden units draw, and what lies between them?",
)
