"""Random cases for exercises with pencil and paper."""

import numpy as np


def draw_whole_numbers(rng: np.random.Generator, high: int, count: int) -> tuple[int, ...]:
    """Return ``count`` whole numbers from 2 to ``high`` − 1."""
    return tuple(int(number) for number in rng.integers(2, high, size=count))
