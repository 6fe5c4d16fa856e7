"""``divide_backward(a, b, gradient)`` are the gradients of a and b for the value a / b."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def right(a, b, gradient):
    return gradient / b, -gradient * a / b**2


def cases(rng):
    return [
        (6.0, 2.0, 1.0),
        (6.0, 2.0, 10.0),
        (1.0, 4.0, 2.0),
        (-3.0, 2.0, 1.0),
        (5.0, -2.0, -3.0),
        (0.0, 2.0, 1.0),
        (float(rng.normal()), 1 + float(rng.random()), float(rng.normal())),
        (float(rng.normal()), -2 + float(rng.random()), float(rng.normal())),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "a thousand divisions in a row by numbers near 2: how large is the gradient at "
        "the first of them?"
    ),
    parameters=("a", "b", "gradient"),
    returns=Returns(parts=("da", "db")),
    expected=right,
    cases=cases,
    misconceptions=(
        Misconception(
            "local-only",
            lambda a, b, gradient: (1 / b, -a / b**2),
            "These are the local derivatives. By the chain rule each is multiplied by the "
            "gradient that arrives from behind.",
        ),
        Misconception(
            "missing-minus",
            lambda a, b, gradient: (gradient / b, gradient * a / b**2),
            "The sign of db is wrong: a larger b makes a / b smaller (for positive a and b).",
        ),
        Misconception(
            "as-a-product",
            lambda a, b, gradient: (gradient * b, gradient * a),
            "This is the rule of the product a · b. What does a / b gain when a grows by 1?",
        ),
        Misconception(
            "missing-square",
            lambda a, b, gradient: (gradient / b, -gradient * a / b),
            "The derivative of 1/b is −1/b²: the square is missing.",
        ),
        Misconception(
            "doubled-for-squared",
            lambda a, b, gradient: (gradient / b, -gradient * a / (2 * b)),
            "The derivative of 1/b is −1/b²: b squared (`b**2`), not doubled.",
        ),
        Misconception(
            "missing-numerator",
            lambda a, b, gradient: (gradient / b, -gradient / b**2),
            "db is that of 1/b. The numerator a multiplies it.",
        ),
        Misconception(
            "swapped-result",
            lambda a, b, gradient: right(a, b, gradient)[::-1],
            "The two gradients come back in the wrong order: `return da, db`.",
        ),
        Misconception(
            "added-gradient",
            lambda a, b, gradient: (gradient + 1 / b, gradient - a / b**2),
            "You add the gradient from behind to the local derivative. The chain rule multiplies.",
        ),
        Misconception(
            "one-for-both",
            lambda a, b, gradient: (gradient / b, gradient / b),
            "Both get the same. a and b play different parts in a / b.",
        ),
        Misconception(
            "value-for-gradient",
            lambda a, b, gradient: (gradient * a / b, gradient * a / b),
            "You multiply by the value a / b. Multiply by its derivatives.",
        ),
    ),
)
