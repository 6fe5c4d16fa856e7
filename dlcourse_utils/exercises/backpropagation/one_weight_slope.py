"""``slope(w, x, y)`` is the derivative of (wx − y)² with respect to w."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    return [
        (1.0, 2.0, 1.0),
        (3.0, 2.0, 1.0),
        (2.0, 1.0, 5.0),
        (0.0, 3.0, 1.0),
        (-1.0, -2.0, 0.5),
        (1.5, 2.0, 3.0),
        tuple(rng.normal(size=3).tolist()),
        tuple((3 * rng.normal(size=3)).tolist()),
    ]


EXERCISE = FunctionExercise(
    next_question="for which w is the slope 0, and what is the loss there?",
    parameters=("w", "x", "y"),
    returns=Returns("number"),
    expected=lambda w, x, y: 2 * (w * x - y) * x,
    cases=cases,
    misconceptions=(
        Misconception(
            "missing-inner-derivative",
            lambda w, x, y: 2 * (w * x - y),
            "This is the derivative with respect to the prediction. The weight acts through "
            "the product wx: multiply by its derivative, x.",
        ),
        Misconception(
            "missing-outer-derivative",
            lambda w, x, y: (w * x - y) * x,
            "The factor 2 of the square is missing: the derivative of e² is 2e.",
        ),
        Misconception(
            "missing-outer-derivative",
            lambda w, x, y: x,
            "This is the derivative of wx alone. Multiply by that of the square, 2(wx − y).",
        ),
        Misconception(
            "derivative-by-input",
            lambda w, x, y: 2 * (w * x - y) * w,
            "You multiply by w: this is the derivative with respect to x. With respect to w, "
            "the product wx has the derivative x.",
        ),
        Misconception(
            "derivative-by-target",
            lambda w, x, y: -2 * (w * x - y),
            "This is the derivative with respect to y. Ask how the loss changes with w.",
        ),
        Misconception(
            "opposite-sign",
            lambda w, x, y: -2 * (w * x - y) * x,
            "Every result has the opposite sign: the error is wx − y, and the slope points "
            "up. Going down comes later, in the step.",
        ),
        Misconception(
            "loss-for-slope",
            lambda w, x, y: (w * x - y) ** 2,
            "This is the loss itself. Asked for is its derivative with respect to w.",
        ),
        Misconception(
            "squared-error-kept",
            lambda w, x, y: 2 * (w * x - y) ** 2 * x,
            "The error is still squared: the derivative of e² is 2e.",
        ),
        Misconception(
            "squared-input",
            lambda w, x, y: 2 * (w * x - y) * x**2,
            "One factor x too many: the derivative of wx with respect to w is x.",
        ),
    ),
)
