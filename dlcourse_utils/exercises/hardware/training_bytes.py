"""``training_bytes(parameters, state, activations, batch)`` are 4 · (N (2 + s) + B A)."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.hardware._draws import draw_whole_numbers


def counted(numbers):
    return lambda *arguments: 4 * numbers(*arguments)


def cases(rng):
    return [
        (1, 0, 0, 1),
        (10, 0, 3, 1),
        (10, 1, 3, 2),
        (10, 2, 3, 2),
        (101_770, 2, 922, 64),
        *(
            (*draw_whole_numbers(rng, 9000, 1), state, *draw_whole_numbers(rng, 900, 2))
            for state in (0, 1, 2)
        ),
    ]


EXERCISE = FunctionExercise(
    next_question="for your network: which of the four parts is largest, and at which batch?",
    parameters=("parameters", "state", "activations", "batch"),
    returns=Returns("whole number"),
    expected=lambda n, s, a, b: 4 * (n * (2 + s) + b * a),
    cases=cases,
    misconceptions=(
        Misconception(
            "numbers-not-bytes",
            lambda n, s, a, b: n * (2 + s) + b * a,
            "This counts numbers. A float32 takes four bytes.",
        ),
        Misconception(
            "bits",
            lambda n, s, a, b: 32 * (n * (2 + s) + b * a),
            "These are bits. A byte has eight.",
        ),
        Misconception(
            "missing-gradients",
            counted(lambda n, s, a, b: n * (1 + s) + b * a),
            "One part is missing: besides its value, each parameter has a gradient.",
        ),
        Misconception(
            "missing-weights-and-gradients",
            counted(lambda n, s, a, b: n * s + b * a),
            "The parameters and their gradients are missing.",
        ),
        Misconception(
            "missing-state",
            counted(lambda n, s, a, b: 2 * n + b * a),
            "The optimiser's state is missing: `state` numbers for each parameter.",
        ),
        Misconception(
            "state-once",
            counted(lambda n, s, a, b: 2 * n + s + b * a),
            "The optimiser keeps `state` numbers for *each* parameter.",
        ),
        Misconception(
            "activations-of-one-example",
            counted(lambda n, s, a, b: n * (2 + s) + a),
            "The activations are those of one example. The whole batch waits for the backward "
            "pass.",
        ),
        Misconception(
            "missing-activations",
            counted(lambda n, s, a, b: n * (2 + s)),
            "The activations are missing: backpropagation needs them.",
        ),
        Misconception(
            "everything-times-batch",
            counted(lambda n, s, a, b: b * (n * (2 + s) + a)),
            "All examples share one set of weights, gradients and state: only the activations "
            "are kept for each.",
        ),
        Misconception(
            "gradients-times-batch",
            counted(lambda n, s, a, b: n * (1 + s) + b * (n + a)),
            "The gradient is summed over the batch: one number a parameter, not one for each "
            "example.",
        ),
        Misconception(
            "activations-not-in-bytes",
            lambda n, s, a, b: 4 * n * (2 + s) + b * a,
            "The activations are counted as numbers. They are float32 too: four bytes each.",
        ),
        Misconception(
            "parameters-not-in-bytes",
            lambda n, s, a, b: n * (2 + s) + 4 * b * a,
            "Parameters, gradients and state are counted as numbers. They are float32 too: four "
            "bytes each.",
        ),
    ),
)
