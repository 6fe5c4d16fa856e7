"""The weights of a convolution, each kernel as a small picture."""

import numpy as np
from matplotlib.ticker import AutoLocator

from ..palette import TEXT
from .grid import picture_grid
from .shapes import require_shape
from .style import SIGNED


def plot_kernels(kernels, *, columns: int = 8) -> np.ndarray:
    """Plot convolution kernels: blue negative, grey zero, orange positive, on one scale.

    Parameters
    ----------
    kernels : array of shape (height, width, n)
        One channel of a layer's weights, e.g. `layer.kernel[:, :, 0, :]`.
    columns : int
        Kernels side by side.

    Returns
    -------
    numpy.ndarray of matplotlib Axes, shape (n,)

    Raises
    ------
    ValueError
        For an array of another shape.

    Examples
    --------
    >>> plot_kernels(np.ones((3, 3, 5))).shape
    (5,)
    """
    kernels = require_shape("kernels", kernels, "(height, width, n)", None, None, None)
    limit = float(np.abs(kernels).max()) or 1.0
    axes = picture_grid(kernels.shape[2], columns)
    for kernel, ax in zip(np.moveaxis(kernels, 2, 0), axes, strict=True):
        image = ax.imshow(kernel, cmap=SIGNED, vmin=-limit, vmax=limit)
    ticks = AutoLocator()
    ticks.set_params(nbins=4)
    figure = axes[0].figure
    bar = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.02, aspect=25, ticks=ticks)
    bar.outline.set_visible(False)
    bar.set_label("weight", color=TEXT)
    return np.array(axes)
