"""``square_photo(photo)`` is the square in the middle, from -1 to 1."""

from collections.abc import Callable

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise, Misconception, Returns


def _crop(photo: np.ndarray, *, skipped: Callable[[int], int] = lambda spare: spare // 2):
    """The square that is left when `skipped(spare)` of the spare rows or columns go first."""
    side = min(photo.shape[:2])
    row, column = (skipped(length - side) for length in photo.shape[:2])
    return photo[row : row + side, column : column + side].astype(float)


def _right(photo: np.ndarray) -> np.ndarray:
    return _crop(photo) / 127.5 - 1


def wrapped(photo):
    return (_crop(photo) - 127).astype(np.uint8) / 128


def doubled(photo):
    return (2 * _crop(photo)).astype(np.uint8) / 255 - 1


def symmetric(photo):
    row, column = ((length - min(photo.shape[:2])) // 2 for length in photo.shape[:2])
    rest = photo[row : photo.shape[0] - row, column : photo.shape[1] - column]
    return rest.astype(float) / 127.5 - 1


def lying_only(first):
    def formula(photo):
        height, width = photo.shape[:2]
        left = first(width - height)
        return photo[:, left : left + height].astype(float) / 127.5 - 1

    return formula


def cases(rng):
    def photo(height, width):
        return rng.integers(0, 256, size=(height, width, 3), dtype=np.uint8)

    def grey(rows):
        return np.repeat(np.array(rows, dtype=np.uint8)[..., np.newaxis], 3, axis=2)

    return [
        (grey([[0]]),),
        (grey([[0, 255, 51]]),),
        (grey([[0], [204], [255]]),),
        (grey([[0, 255]]),),
        (grey([[0, 51, 204, 255]]),),
        (photo(2, 4),),
        (photo(2, 5),),
        (photo(4, 3),),
        (photo(6, 4),),
        (photo(7, 4),),
        (photo(5, 5),),
        (photo(4, 10),),
    ]


EXERCISE = FunctionExercise(
    next_question=(
        "your network answers nonsense for a photograph that it surely knows. Which two "
        "things do you check first?"
    ),
    parameters=("photo",),
    returns=Returns("array"),
    expected=_right,
    cases=cases,
    misconceptions=(
        Misconception(
            "zero-to-one",
            lambda photo: _crop(photo) / 255,
            "Your numbers run from 0 to 1. This network was trained on −1 to 1.",
        ),
        Misconception(
            "not-scaled",
            _crop,
            "Your numbers still run from 0 to 255. This network was trained on −1 to 1.",
        ),
        Misconception(
            "half-range",
            lambda photo: _crop(photo) / 255 - 0.5,
            "Your numbers run from −0.5 to 0.5: twice as large, please.",
        ),
        Misconception(
            "own-range",
            lambda photo: (
                2 * (_crop(photo) - _crop(photo).min()) / max(float(np.ptp(_crop(photo))), 1e-9) - 1
            ),
            "You stretch each photograph to its own darkest and brightest pixel. 0 must "
            "become −1 and 255 must become 1, whatever the photograph holds.",
        ),
        Misconception(
            "negative",
            lambda photo: 1 - _crop(photo) / 127.5,
            "Dark and bright are swapped: 0 must become −1 and 255 must become 1.",
        ),
        Misconception(
            "corner",
            lambda photo: _crop(photo, skipped=lambda spare: 0) / 127.5 - 1,
            "Your square lies in the upper left corner. What a photograph is about lies "
            "rather in its middle.",
        ),
        Misconception(
            "rounded-up",
            lambda photo: _crop(photo, skipped=lambda spare: (spare + 1) // 2) / 127.5 - 1,
            "Your square begins one row or column too late where an odd number is left over. "
            "Round what you skip down: the one too many goes at the end.",
        ),
        Misconception(
            "rounded-up",
            lambda photo: _crop(photo, skipped=lambda spare: round(spare / 2)) / 127.5 - 1,
            "Python's round goes to the even number, so 1.5 becomes 2. Round what you skip "
            "down, with //.",
        ),
        Misconception(
            "not-square",
            symmetric,
            "You cut the same from both ends, so one row or column too many stays where an "
            "odd number is left over. Drop it at the end.",
        ),
        Misconception(
            "not-cropped",
            lambda photo: photo.astype(float) / 127.5 - 1,
            "The photograph is not cut to a square. Resized later, everything in it would be "
            "squeezed.",
        ),
        Misconception(
            "wrong-divisor",
            lambda photo: _crop(photo) / 128 - 1,
            "255 becomes a little less than 1. The largest byte is 255: divide by 255 / 2.",
        ),
        Misconception(
            "bytes-overflow",
            doubled,
            "Bytes cannot go above 255: 2 × 204 becomes 152. Turn the photograph into floats "
            "first.",
        ),
        Misconception(
            "bytes-overflow",
            wrapped,
            "Bytes cannot go below 0: 0 − 127 becomes 129. Turn the photograph into floats first.",
        ),
        Misconception(
            "bytes-overflow",
            lambda photo: (2 * _crop(photo) - 255) % 256 / 255,
            "Bytes go from 0 to 255 and then begin anew: 2 × 204 becomes 152, and 0 − 255 becomes "
            "1. Turn the photograph into floats before you calculate.",
        ),
        Misconception(
            "bytes-overflow",
            lambda photo: (_crop(photo) - 128) % 256 / 128,
            "Bytes cannot go below 0: 0 − 128 becomes 128. Turn the photograph into floats first.",
        ),
        *(
            Misconception(
                "lying-only",
                lying_only(first),
                "Right for a photograph that lies. In an upright one the rows must be cut, above "
                "and below, and not the columns.",
            )
            for first in (lambda spare: spare // 2, lambda spare: max(spare // 2, 0))
        ),
    ),
)
