"""What a convolution layer found, and where, each filter's answer as a small picture."""

import numpy as np

from ..palette import MAGNITUDE
from ._arrays import require_shape
from .grid import picture_grid
from .kernels import colour_bar
from .style import SIGNED


def plot_feature_maps(maps, *, columns: int = 8, title: str = "") -> np.ndarray:
    """Plot feature maps on one scale: viridis, or blue–grey–orange where some are negative.

    Parameters
    ----------
    maps : array of shape (height, width, n)
        The output of a layer for one image.
    columns : int
        Maps side by side.
    title : str
        Words above the first map, such as the layer's name.

    Returns
    -------
    numpy.ndarray of matplotlib Axes, shape (n,)

    Raises
    ------
    ValueError
        For an array of another shape.

    Examples
    --------
    >>> plot_feature_maps(np.ones((13, 13, 4))).shape
    (4,)
    """
    maps = require_shape("maps", maps, "(height, width, n)", None, None, None)
    limit = float(np.abs(maps).max()) or 1.0
    is_signed = maps.min() < 0
    axes = picture_grid(maps.shape[2], columns, title_height=0.35 if title else 0.0)
    axes[0].set_title(title, loc="left")
    for feature_map, ax in zip(np.moveaxis(maps, 2, 0), axes, strict=True):
        image = ax.imshow(
            feature_map,
            cmap=SIGNED if is_signed else MAGNITUDE,
            vmin=-limit if is_signed else 0,
            vmax=limit,
        )
    colour_bar(axes, image, "activation")
    return np.array(axes)
