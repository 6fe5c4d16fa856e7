"""``count_updates(examples, batch_size, epochs)``: batches rounded up, times epochs."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    return [
        (4, 2, 1),
        (5, 2, 1),
        (4, 2, 3),
        (5, 2, 2),
        (3, 8, 4),
        (1000, 64, 3),
        (60_000, 128, 2),
        *((int(rng.integers(50, 5000)), int(rng.integers(2, 50)), n) for n in (2, 5, 7)),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "with batches of 32 instead of 64, how often does the optimiser step, and what "
        "does that do to the time an epoch takes?"
    ),
    parameters=("examples", "batch_size", "epochs"),
    returns=Returns("whole number"),
    expected=lambda examples, batch_size, epochs: -(-examples // batch_size) * epochs,
    cases=cases,
    misconceptions=(
        Misconception(
            "last-batch-dropped",
            lambda n, size, epochs: n // size * epochs,
            "You count only full batches. The rest of each epoch makes one smaller batch more.",
        ),
        Misconception(
            "always-one-more",
            lambda n, size, epochs: (n // size + 1) * epochs,
            "You add a batch for the rest even where nothing is left over.",
        ),
        Misconception(
            "rounded-at-the-end",
            lambda n, size, epochs: -(-n * epochs // size),
            "You round up once for the whole run. Every epoch ends with its own smaller "
            "batch: round up first, then multiply by the epochs.",
        ),
        Misconception(
            "rounded-at-the-end",
            lambda n, size, epochs: n * epochs // size,
            "You cut the whole run into batches at once and drop the rest. Every epoch ends "
            "with its own smaller batch: round up first, then multiply by the epochs.",
        ),
        Misconception(
            "not-rounded",
            lambda n, size, epochs: n / size * epochs,
            "The number of batches is not rounded: a smaller last batch is an update too.",
        ),
        Misconception(
            "rounded-to-nearest",
            lambda n, size, epochs: round(n / size) * epochs,
            "You round to the nearest number. A small rest makes a batch as well: round up.",
        ),
        Misconception(
            "one-epoch-only",
            lambda n, size, epochs: -(-n // size),
            "That is one epoch. Multiply by the number of epochs.",
        ),
        Misconception(
            "examples-counted",
            lambda n, size, epochs: n * epochs,
            "You count the examples that go through. There is one update for each batch.",
        ),
        Misconception(
            "batch-size-as-count",
            lambda n, size, epochs: size * epochs,
            "`batch_size` is the number of examples in a batch, not the number of batches.",
        ),
    ),
)
