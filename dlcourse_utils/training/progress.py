"""One visible line of progress for `model.fit`."""

import math
import time

import keras

from ..progress_line import ProgressLine, bar


class Progress(keras.callbacks.Callback):
    """Keras callback: a moving bar while an epoch runs, one clean line when it ends.

    Use it with `verbose=0`, which turns Keras' own bars off.

    Parameters
    ----------
    every : int, optional
        Keep the line of every so-manieth epoch, and of the last. By default every epoch up to ten
        epochs, and about ten lines for longer runs.

    Examples
    --------
    >>> progress = Progress()        # model.fit(X, y, epochs=5, verbose=0, callbacks=[progress])
    >>> progress.set_params({"epochs": 2, "steps": 1})
    >>> for epoch, loss in enumerate([0.93, 0.0312]):
    ...     progress.on_epoch_begin(epoch)
    ...     progress.on_epoch_end(epoch, {"loss": loss})     # doctest: +ELLIPSIS
    epoch 1/2 · ... s · loss 0.930
    epoch 2/2 · ... s · loss 0.031
    """

    def __init__(self, every: int | None = None):
        super().__init__()
        if every is not None and every < 1:
            raise ValueError(f"every: wanted a whole number of epochs from 1 up, got {every!r}")
        self.every = every
        self._line = ProgressLine()
        self._is_kept = True

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start a new log, so that a callback can serve several runs."""
        self._line = ProgressLine()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note the epoch and the time."""
        self._epoch = epoch
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Move the bar."""
        steps = self.params.get("steps")
        head = f"epoch {self._epoch + 1}/{self.params.get('epochs', '?')}"
        if steps:
            done = (batch + 1) / steps
            left = (time.perf_counter() - self._started) * (1 / done - 1)
            self._line.update(f"{head} {bar(done)} {batch + 1}/{steps} · {_seconds(left)} left")
        else:
            self._line.update(f"{head} · batch {batch + 1}")

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep the epoch's line."""
        epochs = self.params.get("epochs") or epoch + 1
        parts = [
            f"epoch {epoch + 1}/{epochs}",
            _seconds(time.perf_counter() - self._started),
            *(f"{name} {_value(value)}" for name, value in _worth_showing(logs or {}).items()),
        ]
        self._last = " · ".join(parts)
        every = self.every or max(1, math.ceil(epochs / 10))
        self._is_kept = every == 1 or (epoch + 1) % every == 0 or epoch + 1 == epochs
        if self._is_kept:
            self._line.keep(self._last)
        else:
            self._line.update(self._last)

    def on_train_end(self, logs: dict | None = None) -> None:
        """Keep the last epoch's line also where early stopping cut the run short."""
        if not self._is_kept:
            self._line.keep(self._last)


def _worth_showing(logs: dict) -> dict:
    """Loss first; validation loss only where no other validation metric says it more plainly."""
    others = [name for name in logs if name.startswith("val_") and name != "val_loss"]
    names = [name for name in logs if name != "val_loss" or not others]
    return {name: logs[name] for name in sorted(names, key=lambda name: name != "loss")}


def _value(value: float) -> str:
    value = float(value)
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.001 else f"{value:.1e}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"
