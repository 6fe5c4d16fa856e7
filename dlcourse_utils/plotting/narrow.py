"""A figure once more for a phone: its panels under each other, its titles in short lines."""

import pickle
import re
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

WIDTH = 3.5  # inches: the text's width on a phone
_SMALLER = 0.92  # letters, of their size on a wide screen
_LOWER = 0.85  # panels that stand under each other, of their height
# A panel may lose this share of its width before panels move to the next row.
_NARROWER = 0.72
_LONG = 0.22  # of the figure's width, for a name beside its line
_VERY_LONG = 0.35  # and for one beside its row
_NEAR = 40  # pixels from a line's end to what names it
_LINE = 0.22  # inches: a line of a legend
_GAP = 4  # pixels between two numbers


def narrowed(figure: Figure) -> Figure | None:
    """A copy of a figure, laid out for a phone.

    Parameters
    ----------
    figure : matplotlib Figure
        As it is drawn for a wide page; it stays as it is.

    Returns
    -------
    matplotlib Figure or None
        `WIDTH` inches wide; None if the figure itself is hardly wider, or its panels are not
        those of one `plt.subplots`.

    Examples
    --------
    >>> wide, _ = plt.subplots(1, 2, figsize=(9, 3))
    >>> print(narrowed(wide).get_figwidth())
    3.5
    """
    width, height = figure.get_size_inches()
    if width < 1.2 * WIDTH or not _is_plain(figure):
        return None
    copy = pickle.loads(pickle.dumps(figure))
    plt.close(copy)  # loading it made it pyplot's current figure
    panels = [ax for ax in copy.axes if ax.get_subplotspec() is not None]
    old = _cell(panels[0]).get_gridspec()
    rows, columns = _arrange(copy, panels)
    height *= rows / old.nrows
    are_pictures = all(ax.images and not _has_numbers(ax) for ax in panels)
    if are_pictures and columns < old.ncols:
        height *= WIDTH / columns / (width / old.ncols)
    elif rows > old.nrows:
        height *= _LOWER
    for text in copy.findobj(Text):
        text.set_fontsize(text.get_fontsize() * _SMALLER)
    copy.draw_without_rendering()
    copy.set_size_inches(WIDTH, height + sum(map(_put_names_above, panels)))
    _list_long_labels(copy, panels)
    _break_titles(copy, panels)
    for ax in panels:
        _number_axis(ax)
    copy.draw_without_rendering()
    for ax in panels:
        _thin_out(ax)
    if are_pictures:
        copy.set_layout_engine("compressed")  # it takes gaps away at each drawing, so only now
    return copy


def _is_plain(figure: Figure) -> bool:
    """Whether all panels stand in one grid, each in one cell (a colour bar stands in its own)."""
    specs = [spec for ax in figure.axes if (spec := ax.get_subplotspec())]
    grids = {spec.get_gridspec() for spec in specs}
    return len(grids) == 1 and all(spec.num1 == spec.num2 for spec in specs)


def _has_numbers(ax: Axes) -> bool:
    return ax.axison and len(ax.get_xticks()) + len(ax.get_yticks()) > 0


def _cell(ax: Axes) -> SubplotSpec:
    """Where a panel stands in its grid."""
    spec = ax.get_subplotspec()
    assert spec is not None, "panels are chosen by having one"
    return spec


def _arrange(figure: Figure, panels: list[Axes]) -> tuple[int, int]:
    """Put the panels into fewer columns; returns rows and columns."""
    old = _cell(panels[0]).get_gridspec()
    most = max(1, int(WIDTH / (_NARROWER * figure.get_figwidth() / old.ncols)))
    if most >= old.ncols:
        return old.nrows, old.ncols
    titled = {_cell(ax).num1 % old.ncols for ax in panels if _titles(ax)}

    def keeps_groups(columns: int) -> bool:
        # A panel without a title belongs to the one before it.
        starts = range(0, old.ncols, columns)
        return old.ncols % columns == 0 and (not titled or titled.issuperset(starts))

    columns = max(filter(keeps_groups, range(1, most + 1)), default=most)
    if columns == 1 and old.nrows == 1:
        columns = most
    per_row = -(-old.ncols // columns)
    grid = GridSpec(old.nrows * per_row, columns, figure=figure)
    names: dict[int, str] = {}  # of the vertical axis, by row
    for ax in panels:
        row, column = divmod(_cell(ax).num1, old.ncols)
        ax.set_subplotspec(grid[row * per_row + column // columns, column % columns])
        names.setdefault(row, ax.get_ylabel())
        if column % columns == 0 and not ax.get_ylabel() and not ax.images:
            ax.set_ylabel(names[row])
    return grid.nrows, columns


def _list_long_labels(figure: Figure, panels: list[Axes]) -> None:
    """Put what stands beside the lines, where it takes much of their room, into a legend below."""
    _lay_out(figure, panels, with_words=False)
    named: dict[str, Artist] = {}
    for ax in panels:
        legend = ax.get_legend()
        if legend and legend.get_window_extent().x0 >= ax.bbox.x1 - 1:
            words = [text.get_text() for text in legend.texts]
            handles = filter(None, legend.legend_handles)
            named |= dict(zip(words, handles, strict=True))
            legend.remove()
        lines = {text: _line_that_it_names(ax, text) for text in ax.texts}
        beside = list(filter(_stands_out, lines))
        is_long = max(map(_width, beside), default=0) > _LONG * figure.bbox.width
        if is_long and all(lines[text] for text in beside):
            named_lines = {text: line for text, line in lines.items() if line is not None}
            sides = _sides(ax, list(named_lines))
            for text in sorted(named_lines, key=_top, reverse=True):
                named[text.get_text()] = named_lines[text]
                text.remove()
            _give_back_room(ax, sides)
    if named:
        figure.legend(
            handles=list(named.values()),
            labels=list(named),
            loc="outside lower left",
            fontsize=_SMALLER * rcParams["font.size"],
        )
        figure.set_figheight(figure.get_figheight() + _LINE * len(named))
    _lay_out(figure, panels, with_words=True)


def _sides(ax: Axes, texts: list[Text]) -> set[str]:
    """Before or after the lines: where some of these texts stand."""
    y = ax.get_ylim()[0]
    (first, _), (last, _) = ax.transData.transform([(x, y) for x in ax.dataLim.intervalx])
    found = set()
    for box in (text.get_window_extent() for text in texts):
        found |= {"left"} if box.x1 <= first else {"right"} if box.x0 >= last else set()
    return found


def _give_back_room(ax: Axes, sides: set[str]) -> None:
    """End a straight horizontal axis where its lines do, if nothing is written beyond them."""
    low, high = ax.get_xlim()
    first, last = ax.dataLim.intervalx
    margin = 0.02 * (last - first)
    inside = all(first <= text.get_position()[0] <= last for text in ax.texts)
    if ax.get_xscale() == "linear" and inside and low <= first < last <= high:
        if "left" in sides:
            ax.set_xlim(left=max(low, first - margin))
        if "right" in sides:
            ax.set_xlim(right=min(high, last + margin))


def _lay_out(figure: Figure, panels: list[Axes], *, with_words: bool) -> None:
    """Place everything; what stands beside the lines may take room from them or not."""
    for ax in panels:
        for words in (*ax.texts, *filter(None, [ax.get_legend()])):
            words.set_in_layout(with_words)
    figure.draw_without_rendering()


def _put_names_above(ax: Axes) -> float:
    """Long names at the left of rows go above what stands in the row; inches that this takes."""
    names = [label for label in ax.get_yticklabels() if label.get_text()]
    if max(map(_width, names), default=0) < _VERY_LONG * WIDTH * ax.figure.dpi:
        return 0
    bars = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    for bar in bars:
        bar.set_y(bar.get_y() + bar.get_height() / 4)
        bar.set_height(bar.get_height() / 2)
    # From a row's middle over the bar, or over a mark.
    above = (-0.2 if ax.yaxis_inverted() else 0.2) if bars else 0
    for name in names:
        ax.annotate(
            name.get_text(),
            (0, name.get_position()[1] + above),
            xycoords=ax.get_yaxis_transform(),
            xytext=(2, 1 if bars else 7),
            textcoords="offset points",
            va="bottom",
            color=name.get_color(),
            fontsize=name.get_fontsize(),
        )
    ax.set_yticklabels([])
    return _LINE * len(names)


def _stands_out(text: Text) -> bool:
    """Whether a text stands beside its panel, at least in part."""
    assert text.axes is not None, "only texts of panels are asked about"
    box, panel = text.get_window_extent(), text.axes.bbox
    return box.x1 > panel.x1 + 1 or box.x0 < panel.x0 - 1


def _line_that_it_names(ax: Axes, text: Text) -> Line2D | None:
    """The line of this label, or else one of the text's colour that begins or ends there."""
    is_name = re.search("[A-Za-z]{2}", text.get_text())
    at = ax.transData.transform(getattr(text, "xy", text.get_position()))
    nearest, distance = None, np.inf
    for line in ax.lines:
        if line.get_label() == text.get_text():
            return line
        points = np.asarray(line.get_xydata())
        if is_name and len(points) and same_color(line.get_color(), text.get_color()):
            ends = line.get_transform().transform(points[[0, -1]])
            from_here = np.hypot(*(ends - at).T).min()
            if from_here < distance:
                nearest, distance = line, from_here
    return nearest if distance < _NEAR else None


def _width(text: Text) -> float:
    return text.get_window_extent().width


def _top(text: Text) -> float:
    return text.get_window_extent().y1


def _thin_out(ax: Axes) -> None:
    """Leave out every other number of the horizontal axis until none touches its neighbour."""
    limits = ax.get_xlim()
    labels = [label for label in ax.get_xticklabels() if _is_shown(label, limits)]
    if not all(re.fullmatch(r"[\d.−,-]+", label.get_text()) for label in labels):
        return
    shown = labels
    while any(_touch(*both) for both in pairwise(shown)):
        shown = shown[::2]
    if len(shown) < len(labels):
        ax.set_xticks([label.get_position()[0] for label in shown])
        ax.set_xticklabels([label.get_text() for label in shown])
        ax.set_xlim(limits)


def _is_shown(label: Text, limits: tuple[float, float]) -> bool:
    return bool(label.get_text()) and min(limits) <= label.get_position()[0] <= max(limits)


def _touch(left: Text, right: Text) -> bool:
    return left.get_window_extent().x1 + _GAP > right.get_window_extent().x0


def _titles(ax: Axes) -> list[Text]:
    """Those of a panel that hold words; Matplotlib has no public name for two of them."""
    left, right = ax._left_title, ax._right_title  # type: ignore[attr-defined]
    return [title for title in (ax.title, left, right) if title.get_text()]


def _number_axis(ax: Axes) -> None:
    """Numbers for an axis that had them from its neighbour, unless other words stand there."""
    first = _cell(ax).is_first_col()
    if first and not any(text.get_window_extent().x0 < ax.bbox.x0 for text in ax.texts):
        ax.tick_params(labelleft=True)


def _break_titles(figure: Figure, panels: list[Axes]) -> None:
    for ax in panels:
        for title in _titles(ax):
            at_left = title.get_horizontalalignment() == "left"
            start = title.get_window_extent().x0 if at_left else ax.bbox.x0
            alone = _cell(ax).is_first_col() and _cell(ax).is_last_col()
            room = (figure.bbox.x1 if alone else ax.bbox.x1) - start
            _break(title, room)
        middle = (ax.bbox.x0 + ax.bbox.x1) / 2
        _break(ax.xaxis.label, 2 * min(middle, figure.bbox.width - middle))
    above_all = figure._suptitle  # type: ignore[attr-defined]
    if above_all is not None:
        _break(above_all, figure.bbox.width)


def _break(text: Text, room: float) -> None:
    """Set a text in as many lines as it needs to fit into `room` pixels."""
    lines: list[str] = []
    for line in text.get_text().split("\n"):
        words = line.split(" ")
        lines.append(words[0])
        for word in words[1:]:
            text.set_text(f"{lines[-1]} {word}")
            if text.get_window_extent().width > room:
                lines.append(word)
            else:
                lines[-1] += f" {word}"
    text.set_text("\n".join(lines))
