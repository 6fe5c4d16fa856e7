"""What a classifier says at every point of a plane, and where it changes its mind."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgba

from ..palette import BLUE, ORANGE, TEXT
from .shapes import require_shape
from .style import new_axes, restyle

_POINTS_A_SIDE = 200
# Strong colour far from the boundary, none at it: the page shows through.
_CERTAINTY = LinearSegmentedColormap.from_list(
    "dlcourse_certainty",
    [to_rgba(BLUE, 0.32), to_rgba(BLUE, 0.1), to_rgba(ORANGE, 0.1), to_rgba(ORANGE, 0.32)],
    N=10,  # bands of a tenth: they can be read off, and a flat area costs a PNG file nothing
)


def plot_decision_boundary(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    *,
    feature_names: tuple[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Plot two-dimensional data over what a classifier predicts around it.

    Parameters
    ----------
    predict : callable
        (n, 2) -> (n,) or (n, 1), the probability of class 1 in [0, 1]; the boundary is at 0.5.
    X : array of shape (n, 2)
        The examples, one a row.
    y : array of shape (n,)
        Their classes, 0 (blue circles) or 1 (orange triangles).
    feature_names : pair of str, optional
        What the axes are; with units where there are any.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        For arrays of another shape, classes other than 0 and 1, or a `predict` that answers in
        another shape or not with finite numbers.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> ax = plot_decision_boundary(lambda X: X.mean(axis=1), X, [0, 1], feature_names=("a", "b"))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('a', 'b')
    """
    X = require_shape("X", X, "(n, 2)", None, 2).astype(float)
    y = require_shape("y", y, f"({len(X)},)", len(X))
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: wanted classes 0 and 1, got {np.unique(y).tolist()}")

    low, high = X.min(axis=0), X.max(axis=0)
    margin = 0.08 * np.where(high > low, high - low, 1.0)
    (x1_low, x2_low), (x1_high, x2_high) = low - margin, high + margin
    x1 = np.linspace(x1_low, x1_high, _POINTS_A_SIDE)
    x2 = np.linspace(x2_low, x2_high, _POINTS_A_SIDE)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2).astype("float32")
    scores = _scores(predict, grid).reshape(_POINTS_A_SIDE, _POINTS_A_SIDE)

    ax = ax or new_axes(5.6, 4.4)
    restyle(ax)
    ax.imshow(
        scores,
        cmap=_CERTAINTY,
        vmin=0,
        vmax=1,
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
        interpolation_stage="data",  # before the colours: smooth edges between the bands
        extent=(x1_low, x1_high, x2_low, x2_high),
        zorder=0,
    )
    if scores.min() < 0.5 < scores.max():
        ax.contour(x1, x2, scores, levels=[0.5], colors=TEXT, linewidths=2.2, zorder=1)
    size = float(np.clip(6000 / len(X), 12, 50))
    for label, colour, marker in ((0, BLUE, "o"), (1, ORANGE, "^")):
        points = X[y == label]
        ax.scatter(
            points[:, 0],
            points[:, 1],
            s=size,
            color=colour,
            marker=marker,
            edgecolor="white",
            linewidth=0.5,
            zorder=2,
        )
    names = feature_names or ("x₁", "x₂")
    ax.set(xlabel=names[0], ylabel=names[1], xlim=(x1_low, x1_high), ylim=(x2_low, x2_high))
    return ax


def _scores(predict: Callable, grid: np.ndarray) -> np.ndarray:
    scores = np.asarray(predict(grid), dtype=float)
    if scores.shape not in ((len(grid),), (len(grid), 1)):
        raise ValueError(
            f"predict: wanted shape (n,) or (n, 1) for n points, here ({len(grid)},), "
            f"got {scores.shape}"
        )
    if not np.isfinite(scores).all():
        raise ValueError("predict: wanted finite numbers, got NaN or infinity")
    return scores.ravel()
