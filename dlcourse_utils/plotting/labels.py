"""Labels that stand at the lines they name, instead of a legend."""

from matplotlib.axes import Axes

_LINE_HEIGHT = 17.0  # points


def label_line_ends(ax: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Write each label to the right of where its line ends, moved apart where they would overlap.

    Parameters
    ----------
    ax : matplotlib Axes
        With its lines already drawn: the limits decide what overlaps.
    ends : list of (x, y, text, colour)
        In data coordinates.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().add_subplot()
    >>> label_line_ends(ax, [(1, 0.5, "training", "C0"), (1, 0.51, "validation", "C1")])
    >>> [text.get_text() for text in ax.texts]
    ['training', 'validation']
    """
    ax.get_ylim()  # makes pending limits real
    height_in_points = ax.get_window_extent().height / ax.figure.dpi * 72
    to_axes = ax.transScale + ax.transLimits
    placed = sorted(
        (to_axes.transform((x, y))[1] * height_in_points, i) for i, (x, y, *_) in enumerate(ends)
    )
    heights = _spread([height for height, _ in placed], _LINE_HEIGHT)
    for new, (old, i) in zip(heights, placed, strict=True):
        x, y, text, colour = ends[i]
        ax.annotate(
            text,
            (x, y),
            xytext=(9, new - old),
            textcoords="offset points",
            color=colour,
            fontweight="bold",
            va="center",
            annotation_clip=False,
        )


def _spread(heights: list[float], gap: float) -> list[float]:
    """Sorted heights, moved as little as possible so that neighbours are `gap` apart.

    Examples
    --------
    >>> _spread([10.0, 12.0, 50.0], 10.0)
    [6.0, 16.0, 50.0]
    """
    groups: list[list[float]] = []  # [centre, count]
    for height in heights:
        groups.append([height, 1])
        while len(groups) > 1:
            (low, n), (high, m) = groups[-2:]
            if high - low >= gap * (n + m) / 2:
                break
            groups[-2:] = [[(low * n + high * m) / (n + m), n + m]]
    return [centre + gap * (k - (n - 1) / 2) for centre, n in groups for k in range(int(n))]
