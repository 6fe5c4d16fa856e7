"""Exercises on what convolution and pooling compute."""

from math import ceil
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.functions import Misconception, check_function
from dlcourse_utils.exercises.engine.registry import Passed, exercise
from dlcourse_utils.exercises.engine.results import Returns

_LIBRARY_CONVOLUTIONS = (
    "Conv2D",
    "conv",
    "conv2d",
    "convolve",
    "convolve2d",
    "correlate",
    "correlate2d",
    "fftconvolve",
    "filter2D",
    "oaconvolve",
)
_LIBRARY_POOLINGS = ("MaxPooling2D", "MaxPool2D", "block_reduce", "max_pool", "max_pool2d")


@exercise(
    "output-size",
    next_question="which padding keeps the size with a 5×5 kernel and stride 1?",
)
def check_output_size(answer: Any, rng: np.random.Generator) -> Passed:
    """``conv_output_size(size, kernel, stride=1, padding=0)`` counts the places of a kernel."""

    def right(size, kernel, stride=1, padding=0):
        return (size + 2 * padding - kernel) // stride + 1

    def random_case():
        size, kernel, stride, padding = rng.integers((20, 2, 2, 1), (200, 9, 5, 4)).tolist()
        return (size, kernel, stride, padding)

    return check_function(
        answer,
        parameters=("size", "kernel", "stride", "padding"),
        returns=Returns("whole number"),
        expected=right,
        cases=[
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
        ],
        misconceptions=[
            Misconception(
                "off-by-one",
                lambda size, kernel, stride=1, padding=0: (size + 2 * padding - kernel) // stride,
                "One too few: the kernel also stands at its starting place, before the first "
                "step. Add 1.",
            ),
            Misconception(
                "not-rounded-down",
                lambda size, kernel, stride=1, padding=0: (
                    (size + 2 * padding - kernel) / stride + 1
                ),
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
                lambda size, kernel, stride=1, padding=0: (
                    (size - 2 * padding - kernel) // stride + 1
                ),
                "You subtract the padding. It makes the input larger.",
            ),
            Misconception(
                "missing-stride",
                lambda size, kernel, stride=1, padding=0: size + 2 * padding - kernel + 1,
                "The stride is not used: the kernel moves by `stride` pixels at a time.",
            ),
            Misconception(
                "one-inside-division",
                lambda size, kernel, stride=1, padding=0: (
                    (size + 2 * padding - kernel + 1) // stride
                ),
                "The 1 is divided by the stride as well. Divide first, then add 1 for the "
                "starting place.",
            ),
            Misconception(
                "divided-too-early",
                lambda size, kernel, stride=1, padding=0: (
                    (size + 2 * padding) // stride - kernel + 1
                ),
                "You divide before you subtract the kernel. Put the brackets around "
                "size + 2·padding − kernel.",
            ),
            Misconception(
                "missing-kernel",
                lambda size, kernel, stride=1, padding=0: (size + 2 * padding) // stride,
                "The kernel's size is not used: a larger kernel has fewer places to stand.",
            ),
        ],
    )


def cross_correlate(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return the "valid" cross-correlation of an image with a kernel."""
    windows = np.lib.stride_tricks.sliding_window_view(image, np.shape(kernel))
    return np.einsum("ijkl,kl->ij", windows, kernel)


def slide(image, kernel, shape=None, combine=np.multiply):
    """Slide a kernel with loops, as a learner would, wrong shapes and all."""
    height, width = shape or np.shape(kernel)
    output = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = combine(image[i : i + height, j : j + width], kernel).sum()
    return output


@exercise(
    "convolve",
    next_question="how many multiplications does a 3×3 kernel cost on a 28×28 image?",
)
def check_convolve(answer: Any, rng: np.random.Generator) -> Passed:
    """``convolve(image, kernel)`` is the "valid" cross-correlation."""

    def padded(image, kernel):
        rows, columns = kernel.shape
        above, left = (rows - 1) // 2, (columns - 1) // 2
        widths = ((above, rows - 1 - above), (left, columns - 1 - left))
        return cross_correlate(np.pad(image, widths), kernel)

    return check_function(
        answer,
        parameters=("image", "kernel"),
        returns=Returns("array"),
        expected=cross_correlate,
        cases=[
            (np.array([[2.0]]), np.array([[3.0]])),
            (np.array([[1.0, 2.0, 4.0]]), np.array([[1.0, -1.0]])),
            (np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[1.0, 0.0], [2.0, -1.0]])),
            (np.array([[1, 2], [3, 4]]), np.array([[0.5, 0.0]])),
            (
                np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [4.0, 0.0, 1.0]]),
                np.array([[1.0, 2.0], [0.0, -1.0]]),
            ),
            (rng.normal(size=(4, 6)), rng.normal(size=(2, 3))),
            (rng.normal(size=(6, 6)), rng.normal(size=(3, 3))),
            (rng.normal(size=(9, 7)), rng.normal(size=(4, 2))),
        ],
        library_calls=_LIBRARY_CONVOLUTIONS,
        misconceptions=[
            Misconception(
                "flipped-kernel",
                lambda image, kernel: cross_correlate(image, kernel[::-1, ::-1]),
                "The kernel is flipped, as mathematics defines convolution. Deep learning lays "
                "it on as it is (cross-correlation).",
            ),
            Misconception(
                "transposed-kernel",
                lambda image, kernel: slide(image, kernel.T),
                "The kernel's rows and columns are swapped.",
            ),
            Misconception(
                "swapped-sizes",
                lambda image, kernel: slide(image, kernel, shape=kernel.shape[::-1]),
                "Height and width of the kernel are swapped: `kernel.shape` is (height, width).",
            ),
            Misconception(
                "assumes-square",
                lambda image, kernel: slide(image, kernel, shape=kernel.shape[:1] * 2),
                "You use the kernel's height for its width as well: the two may differ.",
            ),
            Misconception(
                "assumes-square",
                lambda image, kernel: slide(image, kernel, shape=kernel.shape[1:] * 2),
                "You use the kernel's width for its height as well: the two may differ.",
            ),
            Misconception(
                "fixed-size",
                lambda image, kernel: slide(image, kernel, shape=(3, 3)),
                "Your windows are always 3×3: take the size from `kernel.shape`.",
            ),
            Misconception(
                "padded-output",
                padded,
                "You pad with zeros, so the output is as large as the image. Here the kernel "
                'stands only where it fits ("valid").',
            ),
            Misconception(
                "off-by-one",
                lambda image, kernel: cross_correlate(image, kernel)[:-1, :-1],
                "The last row and the last column are missing: there are "
                "height − kernel height + 1 rows.",
            ),
            Misconception(
                "averaged",
                lambda image, kernel: cross_correlate(image, kernel) / np.size(kernel),
                "You average the products. The kernel's answer is their sum.",
            ),
            Misconception(
                "ignored-kernel",
                lambda image, kernel: cross_correlate(image, np.ones(np.shape(kernel))),
                "The kernel's numbers are not used: this is the sum of each window. Multiply "
                "window and kernel first.",
            ),
            Misconception(
                "whole-number-output",
                lambda image, kernel: cross_correlate(image, kernel).astype(image.dtype),
                "Decimals are cut off where the image holds whole numbers: your output array has "
                "the image's type. `np.zeros(shape)` makes one for decimals.",
            ),
            Misconception(
                "whole-number-output",
                lambda image, kernel: cross_correlate(image, kernel).astype(int),
                "Decimals are cut off: your output array holds whole numbers.",
            ),
            Misconception(
                "matrix-product",
                lambda image, kernel: slide(image, kernel, combine=np.matmul),
                "`@` is the matrix product. Window and kernel are multiplied number by number: "
                "`*`.",
            ),
            Misconception(
                "activation-applied",
                lambda image, kernel: np.maximum(0, cross_correlate(image, kernel)),
                "Negative answers come out as 0, as after a ReLU. Here the sums alone are asked "
                "for.",
            ),
        ],
    )


@exercise(
    "max-pool",
    next_question="when does moving the image by one pixel change the output, and when not?",
)
def check_max_pool(answer: Any, rng: np.random.Generator) -> Passed:
    """``max_pool(image, size=2)`` keeps the largest number of each window."""

    def windows(image, size):
        rows, columns = image.shape[0] // size, image.shape[1] // size
        kept = image[: rows * size, : columns * size]
        return kept.reshape(rows, size, columns, size)

    def right(image, size=2):
        return windows(image, size).max(axis=(1, 3))

    def overlapping(image, size=2):
        return np.lib.stride_tricks.sliding_window_view(image, (size, size)).max(axis=(2, 3))

    def with_partial(image, size=2):
        missing = [-length % size for length in image.shape]
        widths = [(0, length) for length in missing]
        return right(np.pad(image, widths, constant_values=-np.inf), size)

    return check_function(
        answer,
        parameters=("image", "size"),
        returns=Returns("array"),
        expected=right,
        cases=[
            (np.array([[1.0, 2.0], [3.0, 4.0]]),),
            (np.array([[-4.0, -2.5], [-3.0, -1.5]]),),
            (np.array([[0.5, 1.0, 7.0, 2.0], [3.5, 2.0, 4.0, 0.0]]),),
            (np.array([[1.0, 2.0, 9.0], [3.0, 4.0, 9.0], [9.0, 9.0, 9.0]]),),
            (np.array([[1.0, 5.0, 2.0], [3.0, 4.0, 0.0], [7.0, 6.0, 8.0]]), 3),
            (rng.normal(size=(6, 4)), 2),
            (rng.normal(size=(7, 9)), 2),
            (rng.normal(size=(9, 7)), 3),
        ],
        library_calls=_LIBRARY_POOLINGS,
        misconceptions=[
            Misconception(
                "average-for-maximum",
                lambda image, size=2: windows(image, size).mean(axis=(1, 3)),
                "You average each window. Max pooling keeps its largest number.",
            ),
            Misconception(
                "minimum-for-maximum",
                lambda image, size=2: windows(image, size).min(axis=(1, 3)),
                "You keep the smallest number of each window. Max pooling keeps the largest.",
            ),
            Misconception(
                "summed",
                lambda image, size=2: windows(image, size).sum(axis=(1, 3)),
                "You add each window up. Max pooling keeps its largest number.",
            ),
            Misconception(
                "overlapping-windows",
                overlapping,
                "Your windows overlap: they move by one pixel. Pooling moves by the window's size.",
            ),
            Misconception(
                "kept-partial-windows",
                with_partial,
                "You keep windows that are not full. Rows and columns that do not fill a window "
                "are dropped.",
            ),
            Misconception(
                "negative-numbers-lost",
                lambda image, size=2: np.maximum(0, right(image, size)),
                "A window of negative numbers gives 0. Start from the window's first number, or "
                "from −∞, not from 0.",
            ),
            Misconception(
                "ignored-size",
                lambda image, size=2: right(image, 2),
                "Your windows are always 2×2: use `size`.",
            ),
            Misconception(
                "whole-number-output",
                lambda image, size=2: right(image, size).astype(int),
                "Decimals are cut off: your output array holds whole numbers.",
            ),
            Misconception(
                "one-maximum",
                lambda image, size=2: np.max(image),
                "You take one maximum over the whole image. Each window has its own.",
            ),
            Misconception(
                "subsampled",
                lambda image, size=2: windows(image, size)[:, 0, :, 0],
                "You keep the upper left number of each window, whichever it is. Keep the largest.",
            ),
            Misconception(
                "transposed-result",
                lambda image, size=2: right(image, size).T,
                "Rows and columns of the result are swapped.",
            ),
        ],
    )
