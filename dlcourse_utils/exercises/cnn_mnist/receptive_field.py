"""``receptive_field(layers)`` is how many pixels of the input one output sees."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def grow(layers, first=1, stride_before=False):
    field, jump = first, 1
    for kernel, stride in layers:
        if stride_before:
            jump *= stride
        field += (kernel - 1) * jump
        if not stride_before:
            jump *= stride
    return field


def cases(rng):
    def random_layers(count):
        return [(int(rng.integers(2, 6)), int(rng.integers(1, 4))) for _ in range(count)]

    return [
        ([(3, 1)],),
        ([(2, 2)],),
        ([(3, 1), (3, 1)],),
        ([(2, 2), (3, 1)],),
        ([(3, 1), (2, 2)],),
        ([(1, 2), (3, 1)],),
        ([(2, 3), (2, 1)],),
        ([(3, 2), (3, 2), (3, 1)],),
        ([(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)],),
        (random_layers(3),),
        (random_layers(5),),
    ]


EXERCISE = FunctionExercise(
    next_question="why do pooling layers make the receptive field grow so fast?",
    parameters=("layers",),
    returns=Returns("whole number"),
    expected=grow,
    cases=cases,
    misconceptions=(
        Misconception(
            "ignored-strides",
            lambda layers: 1 + sum(kernel - 1 for kernel, _ in layers),
            "The strides are not used. After a layer of stride 2, neighbours are two pixels "
            "apart in the input, so a later kernel reaches twice as far.",
        ),
        Misconception(
            "stride-too-early",
            lambda layers: grow(layers, stride_before=True),
            "A layer's own stride is counted for the layer itself. It spreads only what "
            "the later layers see: widen the field first, then multiply the distance.",
        ),
        Misconception(
            "reversed-layers",
            lambda layers: grow(layers[::-1]),
            "You go through the layers in the wrong order. With (field − 1) · stride + "
            "kernel, start at the last layer.",
        ),
        Misconception(
            "off-by-one",
            lambda layers: grow(layers, first=0),
            "One too few: without any layer an output sees one pixel. Start at 1.",
        ),
        Misconception(
            "kernel-minus-one",
            lambda layers: grow([(kernel + 1, stride) for kernel, stride in layers]),
            "A kernel of size k adds k − 1 steps to the field, not k: one pixel was seen already.",
        ),
        Misconception(
            "kernel-minus-one",
            lambda layers: grow([(kernel + 1, stride) for kernel, stride in layers], 0),
            "A kernel of size k adds k − 1 steps to the field, not k. Start at 1 and add "
            "(k − 1) · distance.",
        ),
        Misconception(
            "last-stride-only",
            lambda layers: (
                1
                + sum(
                    (kernel - 1) * before
                    for (kernel, _), before in zip(
                        layers, [1, *(stride for _, stride in layers)], strict=False
                    )
                )
            ),
            "Only the stride of the layer just before is used. The strides of all earlier "
            "layers multiply.",
        ),
        Misconception(
            "added-kernels",
            lambda layers: sum(kernel for kernel, _ in layers),
            "You add the kernels up. Two 3×3 kernels see 5 pixels, not 6: they overlap by one.",
        ),
        Misconception(
            "multiplied-kernels",
            lambda layers: int(np.prod([kernel for kernel, _ in layers])),
            "You multiply the kernels. Two 3×3 kernels see 5 pixels, not 9: their windows overlap.",
        ),
        Misconception(
            "last-layer-missing",
            lambda layers: grow(layers[:-1]),
            "The last layer is not counted: the loop ends one layer too early.",
        ),
        Misconception(
            "field-as-area",
            lambda layers: grow(layers) ** 2,
            "You count all pixels of the square. The receptive field is the length of its side.",
        ),
    ),
)
