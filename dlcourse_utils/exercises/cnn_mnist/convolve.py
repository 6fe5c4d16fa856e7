"""``convolve(image, kernel)`` is the "valid" cross-correlation."""

import numpy as np

from dlcourse_utils.exercises.cnn_mnist._cross_correlation import cross_correlate
from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns

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


def slide(image, kernel, shape=None, combine=np.multiply):
    """Slide a kernel with loops, as a learner would, wrong shapes and all."""
    height, width = shape or np.shape(kernel)
    output = np.zeros((image.shape[0] - height + 1, image.shape[1] - width + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = combine(image[i : i + height, j : j + width], kernel).sum()
    return output


def padded(image, kernel):
    rows, columns = kernel.shape
    above, left = (rows - 1) // 2, (columns - 1) // 2
    widths = ((above, rows - 1 - above), (left, columns - 1 - left))
    return cross_correlate(np.pad(image, widths), kernel)


def cases(rng):
    return [
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
    ]


def edges(rng):
    return [
        (np.array([[1.5, 2.0], [0.5, 1.0]]), np.array([[2.0, 1.0]])),
    ]


EXERCISE = FunctionExercise(
    next_question="how many multiplications does a 3×3 kernel cost on a 28×28 image?",
    parameters=("image", "kernel"),
    returns=Returns("array"),
    expected=cross_correlate,
    cases=cases,
    edges=edges,
    library_calls=_LIBRARY_CONVOLUTIONS,
    misconceptions=(
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
            "`@` is the matrix product. Window and kernel are multiplied number by number: `*`.",
        ),
        Misconception(
            "activation-applied",
            lambda image, kernel: np.maximum(0, cross_correlate(image, kernel)),
            "Negative answers come out as 0, as after a ReLU. Here the sums alone are asked for.",
        ),
    ),
)
