"""``count_dead(H)`` counts the columns of H that are 0 in every row."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    def random_case(rows, units, dead):
        H = np.maximum(0, rng.normal(size=(rows, units)))
        H[0] = rng.uniform(0.1, 1, size=units)
        H[:, rng.permutation(units)[:dead]] = 0
        return (H,)

    return [
        (np.array([[0.0], [0.0]]),),
        (np.array([[0.0], [2.0]]),),
        (np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 3.0]]),),
        (np.array([[0.0, 1.0, 0.0], [0.0, 2.0, 0.0]]),),
        (np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 2.0], [0.0, 0.0, 0.0]]),),
        (np.array([[1e-9, 0.0], [0.0, 0.0]]),),
        random_case(6, 4, 2),
        random_case(5, 8, 3),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "a unit is dead on these examples. Why can training not bring it back, as long "
        "as the layers before it stay as they are?"
    ),
    parameters=("H",),
    returns=Returns("whole number"),
    expected=lambda H: int((H == 0).all(axis=0).sum()),
    cases=cases,
    misconceptions=(
        Misconception(
            "counted-zeros",
            lambda H: int((H == 0).sum()),
            "You count single zeros. A unit is dead when its whole column is 0: "
            "`(H == 0).all(axis=0)`.",
        ),
        Misconception(
            "wrong-axis",
            lambda H: int((H == 0).all(axis=1).sum()),
            "You count examples for which no unit answers, rows. A unit is a column: axis=0.",
        ),
        Misconception(
            "any-for-all",
            lambda H: int((H == 0).any(axis=0).sum()),
            "You count units that are 0 for some example. Every healthy ReLU is. Dead means 0 "
            "for all of them.",
        ),
        Misconception(
            "living-units",
            lambda H: int((H > 0).any(axis=0).sum()),
            "You count the units that are alive. The others are asked for.",
        ),
        Misconception(
            "share",
            lambda H: float((H == 0).all(axis=0).mean()),
            "This is the share of dead units. Their number is asked for: sum, not mean.",
        ),
        Misconception(
            "first-example-only",
            lambda H: int((H[0] == 0).sum()),
            "Only the first example is looked at. A unit silent there may answer to others.",
        ),
        Misconception(
            "last-example-only",
            lambda H: int((H[-1] == 0).sum()),
            "Only the last example is looked at. A unit silent there may answer to others.",
        ),
        Misconception(
            "rounded",
            lambda H: int(np.isclose(H, 0).all(axis=0).sum()),
            "A very small output is not 0: that unit is alive, its slope is 1. Compare with 0 "
            "exactly.",
        ),
        Misconception(
            "mask",
            lambda H: (H == 0).all(axis=0),
            "These are True and False for each unit. Count the True ones: `.sum()`.",
        ),
        Misconception(
            "rows-for-columns",
            lambda H: int((H[:, : len(H)] == 0).all(axis=0).sum()),
            "You look at as many units as there are examples, so that the last units are never "
            "looked at where there are more. A unit is a column: loop over `H.shape[1]`.",
        ),
    ),
)
