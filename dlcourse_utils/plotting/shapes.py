"""Checks that turn a wrong array into a sentence."""

import numpy as np


def require_shape(name: str, array: object, wanted: str, *dimensions: int | None) -> np.ndarray:
    """Make sure that an argument has the shape that a function needs.

    Parameters
    ----------
    name : str
        What the argument is called.
    array : array-like
        The argument.
    wanted : str
        The shape it should have, in words for a reader, e.g. "(n, 2)".
    *dimensions : int or None
        The length of each axis; None for any.

    Returns
    -------
    numpy.ndarray
        The argument, not empty.

    Raises
    ------
    ValueError
        With the shape wanted and the shape got.

    Examples
    --------
    >>> require_shape("X", [[1, 2]], "(n, 2)", None, 2).shape
    (1, 2)
    >>> require_shape("X", [1, 2], "(n, 2)", None, 2)
    Traceback (most recent call last):
    ValueError: X: wanted shape (n, 2), got (2,)
    """
    array = np.asarray(array)
    fits = array.ndim == len(dimensions) and all(
        want is None or want == got for want, got in zip(dimensions, array.shape, strict=True)
    )
    if not fits or array.size == 0:
        raise ValueError(f"{name}: wanted shape {wanted}, got {array.shape}")
    return array
