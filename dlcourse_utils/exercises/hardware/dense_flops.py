"""``dense_flops(batch, inputs, units)`` counts multiplications and additions."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns
from dlcourse_utils.exercises.hardware._draws import draw_whole_numbers


def cases(rng):
    return [
        (1, 1, 1),
        (1, 3, 1),
        (2, 3, 4),
        (64, 784, 128),
        *(draw_whole_numbers(rng, 90, 3) for _ in range(2)),
    ]


EXERCISE = FunctionExercise(
    next_question="which of the three numbers could you double without doubling the weights?",
    parameters=("batch", "inputs", "units"),
    returns=Returns("whole number"),
    expected=lambda batch, inputs, units: 2 * batch * inputs * units,
    cases=cases,
    misconceptions=(
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
        Misconception(
            "batch-twice",
            lambda batch, inputs, units: batch**2 * inputs * units,
            "The batch is multiplied in twice, and the 2 is missing: each product is also added "
            "to a sum.",
        ),
        Misconception(
            "batch-twice",
            lambda batch, inputs, units: 2 * batch**2 * inputs * units,
            "The batch is multiplied in twice. Each example takes 2 · inputs · units operations.",
        ),
    ),
)
