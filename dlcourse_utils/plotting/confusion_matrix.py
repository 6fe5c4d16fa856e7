"""Which classes a model takes for which."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from ..palette import BLUE, ON_BLUE, ON_ORANGE, ORANGE, TEXT
from .shapes import require_shape
from .style import new_axes


def plot_confusion_matrix(y_true, y_pred, *, class_names=None, ax: Axes | None = None) -> Axes:
    """Plot how often each true class (row) was predicted as each class (column).

    Right answers are blue, on the diagonal; the area of an orange square grows with the number of
    errors.

    Parameters
    ----------
    y_true, y_pred : arrays of shape (n,)
        True and predicted classes, whole numbers from 0.
    class_names : sequence of str, optional
        Names of all classes, in the order of their numbers; by default the numbers.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        For arrays of another shape, for anything but whole numbers from 0, or for classes without
        a name.

    Examples
    --------
    >>> ax = plot_confusion_matrix([0, 0, 1], [0, 1, 1], class_names=["cat", "dog"])
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['cat', 'dog']
    """
    y_true = require_shape("y_true", y_true, "(n,)", None)
    y_pred = require_shape("y_pred", y_pred, f"({len(y_true)},)", len(y_true))
    for name, classes in (("y_true", y_true), ("y_pred", y_pred)):
        if not np.issubdtype(classes.dtype, np.integer) or classes.min() < 0:
            raise ValueError(f"{name}: wanted whole numbers from 0, got {classes.dtype} values")
    n = int(max(y_true.max(), y_pred.max())) + 1
    names = [str(i) for i in range(n)] if class_names is None else list(class_names)
    if len(names) < n:
        raise ValueError(f"class_names: wanted {n} names or more, got {len(names)}")
    n = len(names)
    counts = np.zeros((n, n), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)

    side = max(3.2, min(6.4, 0.62 * n + 1))
    ax = ax or new_axes(side, side)
    most_errors = max(1, (counts - np.diag(np.diag(counts))).max())
    for row, column in np.argwhere(counts):
        is_right = row == column
        count = counts[row, column]
        # Small numbers of errors must still hold their number.
        size = 0.9 if is_right else 0.5 + 0.25 * np.sqrt(count / most_errors)
        ax.add_patch(
            FancyBboxPatch(
                (column - size / 2, row - size / 2),
                size,
                size,
                linewidth=0,
                boxstyle="round,pad=0,rounding_size=0.08",
                facecolor=BLUE if is_right else ORANGE,
            )
        )
        ax.text(
            column,
            row,
            f"{count}",
            ha="center",
            va="center",
            fontsize=11,
            color=ON_BLUE if is_right else ON_ORANGE,
        )
    ax.set(
        xlim=(-0.5, n - 0.5),
        ylim=(n - 0.5, -0.5),
        aspect="equal",
        xlabel="predicted class",
        ylabel="true class",
    )
    ax.set_xticks(range(n), names)
    ax.set_yticks(range(n), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for edge in np.arange(n + 1) - 0.5:
        ax.axhline(edge, color=TEXT, alpha=0.2, linewidth=0.8, zorder=0)
        ax.axvline(edge, color=TEXT, alpha=0.2, linewidth=0.8, zorder=0)
    return ax
