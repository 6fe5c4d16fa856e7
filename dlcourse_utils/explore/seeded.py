"""The page's seeded random numbers (kit/random.js) in Python."""

import numpy as np


def uniforms(seed: int, count: int) -> np.ndarray:
    """The first numbers of the page's ``seeded(seed)``: float64 in [0, 1).

    Parameters
    ----------
    seed : int
        0 to 2³² - 1.
    count : int

    Returns
    -------
    numpy.ndarray
        float64 of shape (count,).

    Examples
    --------
    >>> uniforms(1, 2).round(6).tolist() == uniforms(1, 5)[:2].round(6).tolist()
    True
    """
    steps = np.arange(1, count + 1, dtype=np.uint64)
    state = (np.uint64(seed) + steps * np.uint64(0x6D2B79F5)).astype(np.uint32)
    mixed = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
    mixed ^= mixed + (mixed ^ (mixed >> np.uint32(7))) * (mixed | np.uint32(61))
    return (mixed ^ (mixed >> np.uint32(14))) / 2**32


def normals(seed: int, count: int) -> np.ndarray:
    """The first numbers of the page's ``seeded(seed).normal()``: float64, mean 0, variance 1.

    Parameters
    ----------
    seed : int
        0 to 2³² - 1.
    count : int

    Returns
    -------
    numpy.ndarray
        float64 of shape (count,).

    Examples
    --------
    >>> normals(5, 3).shape
    (3,)
    """
    numbers = uniforms(seed, 2 * count)
    return np.sqrt(-2 * np.log(1 - numbers[::2])) * np.cos(2 * np.pi * numbers[1::2])
