"""``patches(images, size)``: (n, h, w) to (n, patches, size²), row by row."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _windows(images, size):
    """Shape (n, rows, columns, size, size)."""
    n, height, width = images.shape
    windows = images.reshape(n, height // size, size, width // size, size)
    return windows.transpose(0, 1, 3, 2, 4)


def _patches(images, size):
    return _windows(images, size).reshape(len(images), -1, size * size)


def cases(rng):
    def counted(n, height, width):
        # One digit each, so that a counter-example fits a line.
        return (np.arange(n * height * width) % 10.0).reshape(n, height, width)

    return [
        (counted(1, 2, 4), 2),
        (counted(1, 4, 4), 2),
        (counted(2, 4, 6), 2),
        (counted(1, 4, 2), 1),
        (rng.random((3, 6, 9)), 3),
        (rng.random((2, 28, 28)), 7),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "`Conv2D(width, kernel_size=size, strides=size)` does this and a dense layer on "
        "every patch at once. Why?"
    ),
    parameters=("images", "size"),
    returns=Returns("array"),
    expected=_patches,
    cases=cases,
    misconceptions=(
        Misconception(
            "reshaped-only",
            lambda images, size: images.reshape(len(images), -1, size * size),
            "A reshape alone cuts the image into strips: your patches are runs of neighbours "
            "in a row, not squares. Give each square two axes of its own, and swap axes so that "
            "these two stand side by side.",
        ),
        Misconception(
            "columns-first",
            lambda images, size: (
                _windows(images, size)
                .transpose(0, 2, 1, 3, 4)
                .reshape(len(images), -1, size * size)
            ),
            "The squares are right, their order is not: go along each row of patches, from "
            "left to right, then to the next row.",
        ),
        Misconception(
            "pixels-transposed",
            lambda images, size: (
                _windows(images, size)
                .transpose(0, 1, 2, 4, 3)
                .reshape(len(images), -1, size * size)
            ),
            "Inside each patch the pixels come column by column. They must come row by row.",
        ),
        Misconception(
            "not-flattened",
            lambda images, size: _windows(images, size).reshape(len(images), -1, size, size),
            "The patches are right; each must be one row of size · size numbers.",
        ),
        Misconception(
            "grid-kept",
            lambda images, size: _windows(images, size).reshape(
                len(images), *_windows(images, size).shape[1:3], size * size
            ),
            "The patches lie in a grid still. A transformer wants one sequence: join the two axes.",
        ),
        Misconception(
            "examples-mixed",
            lambda images, size: _patches(images, size).reshape(-1, size * size),
            "The patches of all images are in one sequence. Keep the axis of the images.",
        ),
        Misconception(
            "features-first",
            lambda images, size: _patches(images, size).transpose(0, 2, 1),
            "The last two axes are swapped: first the patches, then the numbers of each.",
        ),
        Misconception(
            "overlapping",
            lambda images, size: np.lib.stride_tricks.sliding_window_view(
                images, (size, size), axis=(1, 2)
            ).reshape(len(images), -1, size * size),
            "Your patches overlap. Move by `size` pixels, not by one.",
        ),
    ),
)
