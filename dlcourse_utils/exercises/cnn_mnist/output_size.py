"""``conv_output_size(size, kernel, stride=1, padding=0)`` counts the places of a kernel."""

from math import ceil

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def right(size, kernel, stride=1, padding=0):
    return (size + 2 * padding - kernel) // stride + 1


def cases(rng):
    def random_case():
        size, kernel, stride, padding = rng.integers((20, 2, 2, 1), (200, 9, 5, 4)).tolist()
        return (size, kernel, stride, padding)

    return [
        (3, 3),
        (5, 3),
        (28, 3),
        (3, 3, 1, 1),
        (6, 2, 2),
        (6, 3, 2),
        (5, 2, 2, 1),
        (28, 5, 1, 2),
        (10, 3, 3, 1),
        (224, 7, 2, 3),
        random_case(),
        random_case(),
    ]


EXERCISE = FunctionExercise(
    next_question="which padding keeps the size with a 5×5 kernel and stride 1?",
    parameters=("size", "kernel", "stride", "padding"),
    returns=Returns("whole number"),
    expected=right,
    cases=cases,
    misconceptions=(
        Misconception(
            "off-by-one",
            lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) // stride,
            "One too few: the kernel also stands at its starting place, before the first "
            "step. Add 1.",
        ),
        Misconception(
            "not-rounded-down",
            lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) / stride + 1,
            "The division leaves a fraction. A last step that does not fit is not taken: "
            "round down, with `//`.",
        ),
        Misconception(
            "rounded-up",
            lambda size, kernel, stride=1, padding=0: (
                ceil((size + 2 * padding - kernel) / stride) + 1
            ),
            "You round up. A last step that does not fit is not taken: round down, with `//`.",
        ),
        Misconception(
            "rounded-to-nearest",
            lambda size, kernel, stride=1, padding=0: (
                round((size + 2 * padding - kernel) / stride) + 1
            ),
            "You round to the nearest whole number. A last step that does not fit is not "
            "taken: round down, with `//`.",
        ),
        Misconception(
            "one-sided-padding",
            lambda size, kernel, stride=1, padding=0: (size + padding - kernel) // stride + 1,
            "The padding is added once. It stands on both sides: 2 · padding.",
        ),
        Misconception(
            "missing-padding",
            lambda size, kernel, stride=1, padding=0: (size - kernel) // stride + 1,
            "The padding is not used: it makes the input larger on both sides.",
        ),
        Misconception(
            "subtracted-padding",
            lambda size, kernel, stride=1, padding=0: (size - 2 * padding - kernel) // stride + 1,
            "You subtract the padding. It makes the input larger.",
        ),
        Misconception(
            "missing-stride",
            lambda size, kernel, stride=1, padding=0: size + 2 * padding - kernel + 1,
            "The stride is not used: the kernel moves by `stride` pixels at a time.",
        ),
        Misconception(
            "one-inside-division",
            lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel + 1) // stride,
            "The 1 is divided by the stride as well. Divide first, then add 1 for the "
            "starting place.",
        ),
        Misconception(
            "divided-too-early",
            lambda size, kernel, stride=1, padding=0: (size + 2 * padding) // stride - kernel + 1,
            "You divide before you subtract the kernel. Put the brackets around "
            "size + 2·padding − kernel.",
        ),
        Misconception(
            "missing-kernel",
            lambda size, kernel, stride=1, padding=0: (size + 2 * padding) // stride,
            "The kernel's size is not used: a larger kernel has fewer places to stand.",
        ),
        Misconception(
            "padding-outside-division",
            lambda size, kernel, stride=1, padding=0: (size - kernel) // stride + 1 + 2 * padding,
            "The padding is added to the output, which is right for stride 1 only. It belongs to "
            "the input, before the division: (size + 2 · padding − kernel) // stride + 1.",
        ),
    ),
)
