"""A network as circles and lines."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from ..palette import BLUE, GREY, TEXT
from .style import new_axes

_MOST_NODES = 7  # longer layers are shortened


def plot_network(layer_sizes, *, labels=None, ax: Axes | None = None) -> Axes:
    """Plot a fully connected network: a circle for each unit, a line for each weight.

    A layer of more than seven units is shortened: six circles, with "⋮" for the others.

    Parameters
    ----------
    layer_sizes : sequence of int
        Units of each layer, the inputs first, e.g. [784, 64, 10].
    labels : sequence of str, optional
        A line under each layer, e.g. ["pixels", "ReLU", "softmax"]; by default what it is.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        For fewer than two layers, sizes that are not whole numbers from 1, or labels that are not
        one for each layer.

    Examples
    --------
    >>> ax = plot_network([784, 64, 10], labels=["pixels", "ReLU", "softmax"])
    >>> [text.get_text() for text in ax.texts if text.get_text() != "⋮"]
    ['784', 'pixels', '64', 'ReLU', '10', 'softmax']
    """
    sizes = list(layer_sizes)
    if len(sizes) < 2 or not all(isinstance(s, int | np.integer) and s >= 1 for s in sizes):
        raise ValueError(
            f"layer_sizes: wanted two or more whole numbers from 1 up, got {layer_sizes!r}"
        )
    if labels is None:
        ends = ["input" if sizes[0] == 1 else "inputs", "output" if sizes[-1] == 1 else "outputs"]
        labels = [ends[0], *["hidden"] * (len(sizes) - 2), ends[1]]
    if len(labels) != len(sizes):
        raise ValueError(f"labels: wanted {len(sizes)}, one for each layer, got {len(labels)}")

    layers = [_heights(size) for size in sizes]
    top = max(heights[0] for heights in layers)
    ax = ax or new_axes(min(7.0, 2.2 * len(sizes)), 0.45 * (2 * top + 3.2))
    for x, (left, right) in enumerate(zip(layers, layers[1:], strict=False)):
        lines = [[(x, a), (x + 1, b)] for a in left for b in right]
        ax.add_collection(LineCollection(lines, colors=TEXT, linewidths=0.8, alpha=0.45, zorder=1))
    for x, (size, heights, label) in enumerate(zip(sizes, layers, labels, strict=True)):
        ax.scatter([x] * len(heights), heights, s=280, zorder=2, color=GREY if x == 0 else BLUE)
        if size > _MOST_NODES:
            ax.text(x, 0, "⋮", ha="center", va="center", fontsize=20)
        ax.text(x, -top - 1.1, f"{size}", ha="center", fontweight="bold")
        ax.text(x, -top - 1.7, label, ha="center")
    ax.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-top - 2.0, top + 0.6))
    ax.axis("off")
    return ax


def _heights(size: int) -> np.ndarray:
    """The heights of a layer's circles, around 0; with a gap in the middle where it is long."""
    if size <= _MOST_NODES:
        return (size - 1) / 2 - np.arange(size)
    return np.array([3.0, 2.0, 1.0, -1.0, -2.0, -3.0])
