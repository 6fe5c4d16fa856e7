"""Pictures in a grid, with what they are and what a model took them for."""

import numpy as np

from ..palette import GREEN, RED, TEXT
from .grid import picture_grid
from .shapes import require_shape


def plot_images(images, *, labels=None, predictions=None, columns: int = 8) -> np.ndarray:
    """Plot images in a grid, each with its label; a wrong prediction is red and has a ✗.

    Parameters
    ----------
    images : array of shape (n, height, width), (n, height, width, 1) or (n, height, width, 3)
        uint8 from 0 to 255 or floats from 0 to 1; single-channel images are scaled together.
    labels : sequence of length n, optional
        The true classes.
    predictions : sequence of length n, optional
        The predicted classes; with `labels`, right ones get a ✓ and wrong ones a ✗.
    columns : int
        Images side by side.

    Returns
    -------
    numpy.ndarray of matplotlib Axes, shape (n,)

    Raises
    ------
    ValueError
        For arrays of another shape.

    Examples
    --------
    >>> axes = plot_images(np.zeros((2, 28, 28)), labels=[3, 8], predictions=[3, 3])
    >>> [ax.get_title() for ax in axes]
    ['✓ 3', '✗ 3, is 8']
    """
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if (
        images.ndim not in (3, 4)
        or images.size == 0
        or (images.ndim == 4 and images.shape[-1] != 3)
    ):
        raise ValueError(
            "images: wanted shape (n, height, width), (n, height, width, 1) or "
            f"(n, height, width, 3), got {images.shape}"
        )
    n = len(images)
    for name, values in (("labels", labels), ("predictions", predictions)):
        if values is not None:
            require_shape(name, values, f"({n},)", n)

    has_titles = labels is not None or predictions is not None
    axes = picture_grid(n, columns, title_height=0.3 if has_titles else 0.0)
    for i, ax in enumerate(axes):
        ax.imshow(images[i], cmap="gray", vmin=min(0, images.min()), vmax=images.max() or 1)
        text, colour, weight = _title(labels, predictions, i)
        ax.set_title(text, color=colour, fontsize=12, loc="center", pad=4, fontweight=weight)
    return np.array(axes)


def _title(labels, predictions, i: int) -> tuple[str, str, str]:
    if predictions is None:
        return ("" if labels is None else str(labels[i])), TEXT, "normal"
    if labels is None:
        return str(predictions[i]), TEXT, "normal"
    if predictions[i] == labels[i]:
        return f"✓ {predictions[i]}", GREEN, "normal"
    return f"✗ {predictions[i]}, is {labels[i]}", RED, "bold"
