"""``max_pool(image, size=2)`` keeps the largest number of each window."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns

_LIBRARY_POOLINGS = ("MaxPooling2D", "MaxPool2D", "block_reduce", "max_pool", "max_pool2d")


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


def cases(rng):
    return [
        (np.array([[1.0, 2.0], [3.0, 4.0]]),),
        (np.array([[-4.0, -2.5], [-3.0, -1.5]]),),
        (np.array([[0.5, 1.0, 7.0, 2.0], [3.5, 2.0, 4.0, 0.0]]),),
        (np.array([[1.0, 2.0, 9.0], [3.0, 4.0, 9.0], [9.0, 9.0, 9.0]]),),
        (np.array([[1.0, 5.0, 2.0], [3.0, 4.0, 0.0], [7.0, 6.0, 8.0]]), 3),
        (rng.normal(size=(6, 4)), 2),
        (rng.normal(size=(7, 9)), 2),
        (rng.normal(size=(9, 7)), 3),
    ]


EXERCISE = FunctionExercise(
    next_question="when does moving the image by one pixel change the output, and when not?",
    parameters=("image", "size"),
    returns=Returns("array"),
    expected=right,
    cases=cases,
    library_calls=_LIBRARY_POOLINGS,
    misconceptions=(
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
        Misconception(
            "reshaped-only",
            lambda image, size=2: (
                windows(image, size)
                .reshape(-1, size * size)
                .max(axis=1)
                .reshape(image.shape[0] // size, image.shape[1] // size)
            ),
            "A reshape to (rows, columns, size, size) takes runs of neighbours in a row, not "
            "square windows. Reshape to (rows, size, columns, size) and take the maximum over "
            "axes 1 and 3.",
        ),
    ),
)
