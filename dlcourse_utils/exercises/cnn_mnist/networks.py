"""Exercises on networks of convolutional layers: their parameters, what they see."""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns


@exercise(
    "conv-parameters",
    next_question="how does the count change when the image is twice as large?",
)
def check_conv_parameters(answer: Any, rng: np.random.Generator) -> Passed:
    """``conv_parameters(kernel, channels_in, filters)`` counts weights and biases."""
    return check_function(
        answer,
        parameters=("kernel", "channels_in", "filters"),
        returns=Returns("whole number"),
        expected=lambda kernel, channels, filters: (kernel**2 * channels + 1) * filters,
        cases=[
            (1, 1, 1),
            (2, 1, 1),
            (3, 1, 2),
            (3, 3, 1),
            (3, 1, 32),
            (3, 32, 64),
            tuple(rng.integers(2, 30, size=3).tolist()),
            tuple(rng.integers(2, 30, size=3).tolist()),
        ],
        misconceptions=[
            Misconception(
                "missing-bias",
                lambda kernel, channels, filters: kernel**2 * channels * filters,
                "You count the weights alone. Each filter has a bias as well.",
            ),
            Misconception(
                "bias-per-layer",
                lambda kernel, channels, filters: kernel**2 * channels * filters + 1,
                "You count one bias for the layer. Each filter has its own.",
            ),
            Misconception(
                "bias-per-channel",
                lambda kernel, channels, filters: (kernel**2 + 1) * channels * filters,
                "You count a bias for every input channel. A filter adds its channels up and has "
                "one bias.",
            ),
            Misconception(
                "bias-per-channel",
                lambda kernel, channels, filters: kernel**2 * channels * filters + channels,
                "You count one bias for each input channel. It is one for each filter.",
            ),
            Misconception(
                "bias-per-weight",
                lambda kernel, channels, filters: 2 * kernel**2 * channels * filters,
                "You count a bias for every weight. A filter has one.",
            ),
            Misconception(
                "missing-channels",
                lambda kernel, channels, filters: (kernel**2 + 1) * filters,
                "The input channels are not counted: a filter has a k×k slice of weights for "
                "each of them.",
            ),
            Misconception(
                "missing-filters",
                lambda kernel, channels, filters: kernel**2 * channels + 1,
                "This is one filter. The layer has `filters` of them.",
            ),
            Misconception(
                "kernel-not-squared",
                lambda kernel, channels, filters: (kernel * channels + 1) * filters,
                "A kernel of size k has k·k weights a channel, not k.",
            ),
            Misconception(
                "kernel-not-squared",
                lambda kernel, channels, filters: (2 * kernel * channels + 1) * filters,
                "A kernel of size k has k·k weights a channel, not k + k.",
            ),
            Misconception(
                "added-sizes",
                lambda kernel, channels, filters: (kernel**2 + channels + 1) * filters,
                "You add the channels. Every channel has its own k·k weights: multiply.",
            ),
        ],
    )


@exercise(
    "receptive-field",
    next_question="why do pooling layers make the receptive field grow so fast?",
)
def check_receptive_field(answer: Any, rng: np.random.Generator) -> Passed:
    """``receptive_field(layers)`` is how many pixels of the input one output sees."""

    def grow(layers, first=1, stride_before=False):
        field, jump = first, 1
        for kernel, stride in layers:
            if stride_before:
                jump *= stride
            field += (kernel - 1) * jump
            if not stride_before:
                jump *= stride
        return field

    def random_layers(count):
        return [(int(rng.integers(2, 6)), int(rng.integers(1, 4))) for _ in range(count)]

    return check_function(
        answer,
        parameters=("layers",),
        returns=Returns("whole number"),
        expected=grow,
        cases=[
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
        ],
        misconceptions=[
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
                "A kernel of size k adds k − 1 steps to the field, not k: one pixel was seen "
                "already.",
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
                "You multiply the kernels. Two 3×3 kernels see 5 pixels, not 9: their windows "
                "overlap.",
            ),
            Misconception(
                "last-layer-missing",
                lambda layers: grow(layers[:-1]),
                "The last layer is not counted: the loop ends one layer too early.",
            ),
            Misconception(
                "field-as-area",
                lambda layers: grow(layers) ** 2,
                "You count all pixels of the square. The receptive field is the length of its "
                "side.",
            ),
        ],
    )
