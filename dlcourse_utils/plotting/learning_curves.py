"""How a metric changes over the epochs of one run, or of several."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..palette import BLUE, ORANGE
from .labels import label_line_ends
from .style import new_axes, restyle


def plot_learning_curves(history, *, metric: str = "loss", ax: Axes | None = None) -> Axes:
    """Plot a metric by epoch: training solid blue, validation dashed orange.

    Parameters
    ----------
    history : keras.callbacks.History, dl.History, dict, or a list of these
        What `model.fit` returns, or metric -> values by epoch. Of several runs, the line is the
        mean and the band reaches from the lowest to the highest.
    metric : str
        Name of the metric; the validation curve is that of "val_" + metric, where there is one.
    ax : matplotlib Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where a history has no such metric, or where runs differ in length.

    Examples
    --------
    >>> ax = plot_learning_curves({"loss": [0.9, 0.4, 0.3], "val_loss": [0.8, 0.5, 0.5]})
    >>> ax.get_ylabel()
    'loss'
    """
    histories = history if isinstance(history, list | tuple) else [history]
    if not histories:
        raise ValueError("history: wanted at least one run, got an empty list")
    runs = [_as_dict(run) for run in histories]
    curves = [("training", metric, BLUE, "-")]
    if any(f"val_{metric}" in run for run in runs):
        curves.append(("validation", f"val_{metric}", ORANGE, "--"))
    values = {label: _stack(runs, name) for label, name, _, _ in curves}

    ax = ax or new_axes()
    restyle(ax)
    ends = []
    for label, _, colour, line in curves:
        runs_of_curve = values[label]  # (runs, epochs)
        epochs = np.arange(1, runs_of_curve.shape[1] + 1)
        mean = runs_of_curve.mean(axis=0)
        marker = "o" if label == "training" else "^"
        every = max(1, len(epochs) // 10)
        ax.plot(epochs, mean, line, color=colour, marker=marker, markersize=5, markevery=every)
        if len(runs_of_curve) > 1:
            low, high = runs_of_curve.min(axis=0), runs_of_curve.max(axis=0)
            ax.fill_between(epochs, low, high, color=colour, alpha=0.2, linewidth=0)
        ends.append((epochs[-1], mean[-1], label, colour))
    ax.set(xlabel="epoch", ylabel=metric.replace("_", " "))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, min_n_ticks=1))
    ax.grid(axis="y")
    label_line_ends(ax, ends)
    return ax


def _as_dict(history) -> dict:
    record = getattr(history, "history", history)
    if not isinstance(record, dict):
        raise ValueError(
            "history: wanted what model.fit returns, a dl.History, a dict of lists, or a list of "
            f"these, got {type(history).__name__}"
        )
    return record


def _stack(runs: list[dict], name: str) -> np.ndarray:
    """The values of one metric, shape (runs, epochs)."""
    for run in runs:
        if not len(run.get(name, ())):
            raise ValueError(f"metric {name!r} is not in the history, which has {sorted(run)}")
    lengths = sorted({len(run[name]) for run in runs})
    if len(lengths) > 1:
        raise ValueError(f"{name}: wanted runs of the same number of epochs, got {lengths}")
    return np.array([run[name] for run in runs], dtype=float)
