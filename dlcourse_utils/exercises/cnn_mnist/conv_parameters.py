"""``conv_parameters(kernel, channels_in, filters)`` counts weights and biases."""

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def cases(rng):
    return [
        (1, 1, 1),
        (2, 1, 1),
        (3, 1, 2),
        (3, 3, 1),
        (3, 1, 32),
        (3, 32, 64),
        tuple(rng.integers(2, 30, size=3).tolist()),
        tuple(rng.integers(2, 30, size=3).tolist()),
    ]


EXERCISE = FunctionExercise(
    next_question="how does the count change when the image is twice as large?",
    parameters=("kernel", "channels_in", "filters"),
    returns=Returns("whole number"),
    expected=lambda kernel, channels, filters: (kernel**2 * channels + 1) * filters,
    cases=cases,
    misconceptions=(
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
    ),
)
