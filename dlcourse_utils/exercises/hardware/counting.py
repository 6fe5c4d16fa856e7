"""Exercises with pencil and paper: operations, the roofline, bytes, Amdahl's law."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


def _whole(rng: np.random.Generator, high: int, count: int) -> tuple[int, ...]:
    return tuple(int(number) for number in rng.integers(2, high, size=count))


@exercise(
    "dense-flops",
    next_question="which of the three numbers could you double without doubling the weights?",
)
def check_dense_flops(answer: Any, rng: np.random.Generator) -> Passed:
    """``dense_flops(batch, inputs, units)`` counts multiplications and additions."""
    return check_function(
        answer,
        parameters=("batch", "inputs", "units"),
        returns=Returns("whole number"),
        expected=lambda batch, inputs, units: 2 * batch * inputs * units,
        cases=[
            (1, 1, 1),
            (1, 3, 1),
            (2, 3, 4),
            (64, 784, 128),
            *(_whole(rng, 90, 3) for _ in range(2)),
        ],
        misconceptions=[
            Misconception(
                "multiplications-only",
                lambda batch, inputs, units: batch * inputs * units,
                "These are the multiplications. Each product is also added to a sum: count both.",
            ),
            Misconception(
                "missing-batch",
                lambda batch, inputs, units: 2 * inputs * units,
                "This is one example. Every example of the batch takes as many.",
            ),
            Misconception(
                "parameters-counted",
                lambda batch, inputs, units: inputs * units + units,
                "This counts the parameters. A weight is used once for every example, and each "
                "use is two operations.",
            ),
            Misconception(
                "training-step",
                lambda batch, inputs, units: 6 * batch * inputs * units,
                "This is a whole training step. Asked for is the forward pass, a third of it.",
            ),
            Misconception(
                "with-bias",
                lambda batch, inputs, units: 2 * batch * inputs * units + batch * units,
                "The bias is left out here: no addition of biases.",
            ),
            Misconception(
                "exact-additions",
                lambda batch, inputs, units: batch * units * (2 * inputs - 1),
                "Pedantically you are right: a sum of m products takes m − 1 additions. By "
                "convention one counts 2 operations a product, since hardware multiplies and adds "
                "in one go.",
            ),
        ],
    )


@exercise(
    "roofline-time",
    next_question="what becomes of the time if you double the peak, left of the ridge?",
)
def check_roofline_time(answer: Any, rng: np.random.Generator) -> Passed:
    """``roofline_time(flops, bytes_moved, peak, bandwidth)`` is the slower of two times."""
    drawn = [
        tuple(float(number) for number in np.round(rng.uniform(1, 100, size=4), 1))
        for _ in range(4)
    ]
    return check_function(
        answer,
        parameters=("flops", "bytes_moved", "peak", "bandwidth"),
        returns=Returns("number"),
        expected=lambda flops, moved, peak, bandwidth: max(flops / peak, moved / bandwidth),
        cases=[
            (100, 20, 10, 4),
            (10, 20, 10, 4),
            (6, 6, 2, 2),
            (2e9, 1e9, 1e12, 1e10),
            (2e12, 1e9, 1e12, 1e10),
            *drawn,
        ],
        misconceptions=[
            Misconception(
                "added",
                lambda flops, moved, peak, bandwidth: flops / peak + moved / bandwidth,
                "You add the two times. Arithmetic and memory work at the same time, so at least "
                "the longer of the two passes.",
            ),
            Misconception(
                "shorter",
                lambda flops, moved, peak, bandwidth: min(flops / peak, moved / bandwidth),
                "This is the shorter of the two times. The work is done when the *slower* part is.",
            ),
            Misconception(
                "arithmetic-only",
                lambda flops, moved, peak, bandwidth: flops / peak,
                "Memory is left out: bytes / bandwidth may take longer than the arithmetic.",
            ),
            Misconception(
                "memory-only",
                lambda flops, moved, peak, bandwidth: moved / bandwidth,
                "Arithmetic is left out: FLOPs / peak may take longer than the memory.",
            ),
            Misconception(
                "rate-not-time",
                lambda flops, moved, peak, bandwidth: min(peak, flops / moved * bandwidth),
                "This is the rate in FLOP/s. The time is the FLOPs divided by it.",
            ),
            Misconception(
                "upside-down",
                lambda flops, moved, peak, bandwidth: max(peak / flops, bandwidth / moved),
                "The fractions are upside down: seconds are an amount divided by a rate.",
            ),
        ],
    )


@exercise(
    "training-bytes",
    next_question="for your network: which of the four parts is largest, and at which batch?",
)
def check_training_bytes(answer: Any, rng: np.random.Generator) -> Passed:
    """``training_bytes(parameters, state, activations, batch)`` are 4 · (N (2 + s) + B A)."""

    def counted(numbers):
        return lambda *arguments: 4 * numbers(*arguments)

    return check_function(
        answer,
        parameters=("parameters", "state", "activations", "batch"),
        returns=Returns("whole number"),
        expected=lambda n, s, a, b: 4 * (n * (2 + s) + b * a),
        cases=[
            (1, 0, 0, 1),
            (10, 0, 3, 1),
            (10, 1, 3, 2),
            (10, 2, 3, 2),
            (101_770, 2, 922, 64),
            *((*_whole(rng, 9000, 1), state, *_whole(rng, 900, 2)) for state in (0, 1, 2)),
        ],
        misconceptions=[
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
        ],
    )


@exercise(
    "speed-up",
    next_question="with 95% of the time divided, what do a thousand devices give, and what ten?",
)
def check_speed_up(answer: Any, rng: np.random.Generator) -> Passed:
    """``speed_up(parallel_share, devices)`` is Amdahl's law."""
    drawn = [(round(float(rng.uniform(0.1, 0.95)), 2), int(rng.integers(2, 90))) for _ in range(3)]
    return check_function(
        answer,
        parameters=("parallel_share", "devices"),
        returns=Returns("number"),
        expected=lambda p, n: 1 / ((1 - p) + p / n),
        cases=[(0.0, 2), (1.0, 2), (0.5, 2), (0.5, 1), (0.75, 3), (0.95, 1000), *drawn],
        misconceptions=[
            Misconception(
                "time-not-speed",
                lambda p, n: (1 - p) + p / n,
                "This is the share of the time that is left. The speed-up is 1 divided by it.",
            ),
            Misconception(
                "everything-divided",
                lambda p, n: n,
                "This would be so if everything were divided. The share 1 − p keeps its time.",
            ),
            Misconception(
                "share-of-devices",
                lambda p, n: p * n,
                "Speeds do not mix like this. Add up the *times*: 1 − p, and p / n.",
            ),
            Misconception(
                "mixed-speeds",
                lambda p, n: (1 - p) + p * n,
                "You mix the speeds, 1 and n, by their shares. Add up the *times* instead, 1 − p "
                "and p / n, and turn the sum over.",
            ),
            Misconception(
                "limit",
                lambda p, n: np.inf if p == 1 else 1 / (1 - p),
                "This is the limit for endlessly many devices. n devices leave p / n.",
            ),
            Misconception(
                "shares-swapped",
                lambda p, n: 1 / (p + (1 - p) / n),
                "The shares are swapped: `parallel_share` is the part that is divided.",
            ),
            Misconception(
                "efficiency",
                lambda p, n: 1 / ((1 - p) + p / n) / n,
                "You divided by the number of devices once more: this is the efficiency.",
            ),
        ],
    )
