"""A grid of small pictures: what images and kernels have in common."""

import math

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .style import STYLE, WIDTH


def picture_grid(n: int, columns: int, title_height: float = 0.0) -> list[Axes]:
    """The Axes for n pictures in rows of `columns`, without frames or ticks, in a new figure.

    Parameters
    ----------
    n : int
        How many.
    columns : int
        How many side by side, at most.
    title_height : float
        Inches above each picture for its title.

    Returns
    -------
    list of matplotlib Axes
        `n` of them.

    Raises
    ------
    ValueError
        Where `columns` is not a whole number from 1 up.

    Examples
    --------
    >>> len(picture_grid(5, columns=3))
    5
    """
    if not isinstance(columns, int | np.integer) or columns < 1:
        raise ValueError(f"columns: wanted a whole number from 1 up, got {columns!r}")
    rows = math.ceil(n / columns)
    # Cells keep their size where there is less than one full row.
    cell = WIDTH / max(columns, 4)
    with mpl.rc_context(STYLE):
        figure, axes = plt.subplots(
            rows,
            min(n, columns),
            squeeze=False,
            figsize=(cell * min(n, columns), (cell + title_height) * rows),
        )
    for ax in axes.flat:
        ax.axis("off")
    return list(axes.flat[:n])
