"""The book's look: colours that mean something, sizes, and how a notebook stores a figure."""

import base64
import io
import os
import struct
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import matplotlib.style
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlcourse_utils import palette
from dlcourse_utils.palette import BLUE, GREEN, GREY, MAGNITUDE, ORANGE, RED, TEXT, VIOLET
from dlcourse_utils.plotting.narrow import narrowed
from dlcourse_utils.progress_line import in_notebook

# `dlcourse execute` sets it: a figure's output then holds one for phones too.
FOR_PHONES = "DLCOURSE_FOR_PHONES"

SIGNED = LinearSegmentedColormap.from_list(
    "dlcourse_signed", [((value + 1) / 2, colour) for value, colour in palette.SIGNED]
)

WIDTH = 7.0  # inches: the width of the text on the page
# More marks than this in one figure are stored as pixels instead of as SVG.
MOST_SVG_MARKS = 1500

# Backends that only write files; a session may be set to one by its environment.
_SHOW_NOTHING = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}

STYLE: dict[Any, Any] = {
    "figure.figsize": (WIDTH, 3.5),
    "figure.dpi": 100,
    "figure.facecolor": "none",
    "figure.titlesize": 14,
    "figure.titleweight": "bold",
    "savefig.facecolor": "none",
    "figure.constrained_layout.use": True,
    "axes.facecolor": "none",
    "axes.edgecolor": TEXT,
    "axes.labelcolor": TEXT,
    "axes.titlecolor": TEXT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 14,
    "axes.titlepad": 12,
    "axes.labelsize": 13,
    "axes.prop_cycle": cycler(color=[BLUE, ORANGE, VIOLET, GREEN, GREY, RED]),
    "axes.unicode_minus": True,
    "font.family": "sans-serif",
    # The browser's own interface font in SVG; laid out with, and drawn as pixels in, DejaVu Sans.
    "font.sans-serif": ["system-ui", "DejaVu Sans"],
    "font.size": 13,
    "grid.color": TEXT,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.8,
    "image.cmap": MAGNITUDE,
    "legend.frameon": False,
    "legend.labelcolor": TEXT,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "svg.hashsalt": "dlcourse",  # the same figure gives the same file
    "text.color": TEXT,
    "xtick.color": TEXT,
    "xtick.direction": "out",
    "xtick.labelsize": 12,
    "ytick.color": TEXT,
    "ytick.direction": "out",
    "ytick.labelsize": 12,
}


def use_book_style() -> None:
    """Make the book's style the default of this session, and of what a notebook stores.

    Settings of the reader's own ``matplotlibrc`` end with it, so that a figure is the book's
    everywhere. In a notebook whose backend shows no figures they are shown all the same.

    References
    ----------
    https://matplotlib.org/stable/users/explain/customizing.html
    """
    mpl.style.use(["default", STYLE])
    if SIGNED.name not in mpl.colormaps:
        mpl.colormaps.register(SIGNED)
    if not in_notebook():
        return
    from IPython import get_ipython

    shell = get_ipython()
    if mpl.get_backend().lower() in _SHOW_NOTHING:
        shell.run_line_magic("matplotlib", "inline")
    if "inline" in mpl.get_backend().lower():
        _store_lines_as_svg(shell)


def _store_lines_as_svg(shell) -> None:
    """SVG for figures of lines and text, PNG at twice the size for figures of pixels."""
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", "png")
    formatters = shell.display_formatter.formatters
    # A formatter that gives None leaves its format out.
    formatters["image/svg+xml"].for_type(Figure, lambda f: None if is_pixels(f) else _svg(f))
    formatters["image/png"].for_type(Figure, lambda f: _png(f) if is_pixels(f) else None)


def _svg(figure: Figure) -> tuple[str, dict[str, str]]:
    phone = _for_phones(figure)
    return to_svg(figure), {"narrow": to_svg(phone)} if phone else {}


def _png(figure: Figure) -> tuple[bytes, dict[str, int | str]]:
    phone = _for_phones(figure)
    narrow = {"narrow": base64.b64encode(to_webp(phone)).decode()} if phone else {}
    png, size = to_png(figure)
    return png, size | narrow


def _for_phones(figure: Figure) -> Figure | None:
    """The figure for phones, where the website's outputs are made; others need none."""
    return narrowed(figure) if FOR_PHONES in os.environ else None


def is_pixels(figure: Figure) -> bool:
    """Whether a figure is stored as pixels: it holds images, or more marks than an SVG file should.

    Parameters
    ----------
    figure : matplotlib Figure
        Drawn, but neither shown nor closed.

    Returns
    -------
    bool

    Examples
    --------
    >>> ax = new_axes()
    >>> _ = ax.plot([1, 2])
    >>> is_pixels(ax.figure)
    False
    """
    if any(ax.images for ax in figure.axes):
        return True
    collections = [collection for ax in figure.axes for collection in ax.collections]
    marks = [max(len(np.asarray(c.get_offsets())), len(c.get_paths())) for c in collections]
    return sum(marks) > MOST_SVG_MARKS


def to_svg(figure: Figure) -> str:
    """The figure as SVG whose letters are letters, in the reader's own interface font.

    Parameters
    ----------
    figure : matplotlib Figure
        Drawn, but neither shown nor closed.

    Returns
    -------
    str
        The same for the same figure: no date is in it, and its ids are not random.

    Examples
    --------
    >>> to_svg(new_axes().figure).startswith("<?xml")
    True
    """
    file = io.StringIO()
    figure.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    # Matplotlib quotes every family, but a quoted system-ui is not the generic family.
    return file.getvalue().replace("'system-ui'", "system-ui")


def to_png(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """The figure as PNG with two pixels for each on the page, for sharp screens.

    Parameters
    ----------
    figure : matplotlib Figure
        Drawn, but neither shown nor closed.

    Returns
    -------
    png : bytes
    size : dict of str to int
        "width" and "height" on the page, in pixels, as Jupyter takes them.

    References
    ----------
    https://www.w3.org/TR/png-3/#11IHDR

    Examples
    --------
    >>> png, size = to_png(new_axes().figure)
    >>> png[1:4], size["width"] < 720
    (b'PNG', True)
    """
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", dpi=2 * figure.dpi)
    png = file.getvalue()
    # A PNG file begins with its size: two big-endian numbers after 16 bytes.
    width, height = struct.unpack(">II", png[16:24])
    return png, {"width": width // 2, "height": height // 2}


def to_webp(figure: Figure) -> bytes:
    """The figure as WebP without loss, in half the bytes that PNG takes; for browsers alone.

    Parameters
    ----------
    figure : matplotlib Figure
        Drawn, but neither shown nor closed.

    Returns
    -------
    bytes
        With two pixels for each on the page.

    Examples
    --------
    >>> to_webp(new_axes().figure)[8:12]
    b'WEBP'
    """
    file = io.BytesIO()
    kept = {"lossless": True, "exact": True}
    figure.savefig(file, format="webp", bbox_inches="tight", dpi=2 * figure.dpi, pil_kwargs=kept)
    return file.getvalue()


def new_axes(width: float = WIDTH, height: float = 3.5) -> Axes:
    """The Axes of a new figure in the book's style.

    Parameters
    ----------
    width, height : float
        Of the figure, in inches.

    Returns
    -------
    matplotlib Axes
    """
    with mpl.rc_context(STYLE):
        return plt.subplots(figsize=(width, height))[1]


def restyle(ax: Axes) -> None:
    """Give Axes that the caller made elsewhere the frame of the book's figures.

    Parameters
    ----------
    ax : matplotlib Axes
        Its right and upper edges go.
    """
    ax.spines[["top", "right"]].set_visible(False)
