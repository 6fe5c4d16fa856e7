"""The cover of the EPUB: what libraries and reading devices show of it."""

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlcourse_utils import palette

_PAPER, _INK, _MUTED = (palette.DARK[name] for name in ("paper", "ink", "muted"))
_FIELD = LinearSegmentedColormap.from_list("field", [palette.BLUE, _PAPER, palette.ORANGE])


def draw(path: Path, title: str, author: str) -> None:
    """Write the cover, 1200 by 1600 pixels: the title over the answers of a small random network.

    Parameters
    ----------
    path : Path
        The PNG file to write.
    title, author : str
        What stands on it.
    """
    figure = Figure(figsize=(6, 8), dpi=200, facecolor=_PAPER)
    FigureCanvasAgg(figure)
    picture = figure.add_axes((0, 0, 1, 0.56))
    picture.set_axis_off()
    answers = _answers()
    extreme = np.abs(answers).max()
    picture.contourf(answers, levels=24, cmap=_FIELD, vmin=-extreme, vmax=extreme)
    picture.contour(answers, levels=[0], colors=_INK, linewidths=1.5)
    lines = _lines(title)
    figure.text(
        0.09,
        0.92,
        "\n".join(lines),
        va="top",
        color=_INK,
        family="serif",
        weight="bold",
        size=39 if max(map(len, lines)) < 16 else 30,
        linespacing=1.15,
    )
    figure.text(0.09, 0.61, author, color=_MUTED, family="sans-serif", size=13)
    figure.savefig(path, facecolor=_PAPER, metadata={"Software": None})


def _answers() -> np.ndarray:
    """What a network with two hidden layers and random weights answers over a plane, (150, 200)."""
    generator = np.random.default_rng(seed=5)
    x, y = np.meshgrid(np.linspace(-2, 2, 200), np.linspace(-1.5, 1.5, 150))
    layer = np.stack([x.ravel(), y.ravel(), np.ones(x.size)], axis=1)
    for inputs, units in ((3, 12), (12, 12)):
        layer = np.tanh(layer @ generator.normal(size=(inputs, units)) * 1.6 / np.sqrt(inputs / 2))
    return (layer @ generator.normal(size=12)).reshape(x.shape)


def _lines(title: str) -> list[str]:
    """The title in lines of at most 16 letters, or of one word."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + len(word) >= 16:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
