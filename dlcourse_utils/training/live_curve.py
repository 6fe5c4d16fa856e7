"""A learning curve that grows while a model trains."""

import keras
import matplotlib.pyplot as plt

from ..plotting import plot_learning_curves
from ..progress_line import in_notebook
from .history import History


class LiveCurve(keras.callbacks.Callback):
    """Keras callback: one figure in the notebook, redrawn after each epoch.

    In a terminal or a script it shows nothing; use `Progress` beside it there.

    Parameters
    ----------
    metric : str
        Name of the metric; its validation curve is shown where there is one.

    Examples
    --------
    >>> curve = LiveCurve("accuracy")       # model.fit(..., callbacks=[dl.Progress(), curve])
    >>> curve.on_train_begin()
    >>> curve.on_epoch_end(0, {"accuracy": 0.9, "loss": 0.3})
    >>> curve.record
    History(1 epochs of accuracy, loss)
    """

    def __init__(self, metric: str = "loss"):
        super().__init__()
        self.metric = metric
        self.record = History()
        self._display = None

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start a new figure, so that a callback can serve several runs."""
        self.record = History()
        self._display = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Redraw."""
        self.record.add(**(logs or {}))
        if in_notebook():
            self._draw()

    def _draw(self) -> None:
        from IPython.display import display

        figure = plot_learning_curves(self.record, metric=self.metric).figure
        if self._display is None:
            self._display = display(figure, display_id=True)
        else:
            self._display.update(figure)
        # Otherwise the notebook would show the figure once more at the end of the cell.
        plt.close(figure)
