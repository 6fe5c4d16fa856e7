"""``shift_image(image, down, right)`` moves an image and fills up with 0."""

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _shift(image, down, right):
    height, width = image.shape
    moved = np.zeros_like(image)
    rows = slice(max(down, 0), height + min(down, 0))
    columns = slice(max(right, 0), width + min(right, 0))
    moved[rows, columns] = np.roll(image, (down, right), axis=(0, 1))[rows, columns]
    return moved


def _roll_and_blank(image, down, right):
    """Blank the gap as if both shifts were positive."""
    moved = np.roll(image, (down, right), axis=(0, 1))
    moved[:down] = 0
    moved[:, :right] = 0
    return moved


def cases(rng):
    two = np.array([[1.0, 2.0], [3.0, 4.0]])
    return [
        (two, 0, 0),
        (two, 0, 1),
        (two, 1, 0),
        (two, -1, 0),
        (two, 0, -1),
        (two, 1, -1),
        (np.arange(1.0, 7.0).reshape(2, 3), 0, 1),
        (np.arange(1.0, 7.0).reshape(2, 3), 1, -2),
        (rng.random((4, 5)), 2, 1),
        (rng.random((5, 4)), -1, 2),
        (rng.random((6, 6)), -2, -3),
    ]


def edges(rng):
    two = np.array([[1.0, 2.0], [3.0, 4.0]])
    return [
        (two, 3, 0),  # out of the picture
        (two, 0, -2),
    ]


EXERCISE = FunctionExercise(
    next_question="by how many pixels may a digit move before this changes more than its place?",
    parameters=("image", "down", "right"),
    returns=Returns("array"),
    expected=_shift,
    cases=cases,
    edges=edges,
    misconceptions=(
        Misconception(
            "wraps-around",
            lambda image, down, right: np.roll(image, (down, right), axis=(0, 1)),
            "What leaves the image on one side comes back on the other. Fill the gap with 0.",
        ),
        Misconception(
            "swapped",
            lambda image, down, right: _shift(image, right, down),
            "Down and right are exchanged: the first axis of an image counts its rows.",
        ),
        Misconception(
            "other-direction",
            lambda image, down, right: _shift(image, -down, -right),
            "The image moves the other way: with down = 1, row 0 becomes row 1.",
        ),
        Misconception(
            "upwards",
            lambda image, down, right: _shift(image, -down, right),
            "The image moves up where it should move down. Row numbers grow downwards.",
        ),
        Misconception(
            "leftwards",
            lambda image, down, right: _shift(image, down, -right),
            "The image moves left where it should move right. Column numbers grow to the right.",
        ),
        Misconception(
            "negative-ignored",
            lambda image, down, right: _shift(image, max(down, 0), max(right, 0)),
            "Negative shifts do nothing in yours: down = −1 moves the image up by one.",
        ),
        Misconception(
            "negative-slice",
            _roll_and_blank,
            "This is right for shifts of 0 and more. With down = −1 the gap is the last row: "
            "`image[:down]` is then everything except that row.",
        ),
        Misconception(
            "edge-repeated",
            lambda image, down, right: image[
                np.ix_(
                    np.clip(np.arange(image.shape[0]) - down, 0, image.shape[0] - 1),
                    np.clip(np.arange(image.shape[1]) - right, 0, image.shape[1] - 1),
                )
            ],
            "The gap is filled with copies of the edge. Fill it with 0, the background.",
        ),
    ),
)
