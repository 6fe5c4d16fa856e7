"""How long chapter 6's two networks take to 99% on MNIST."""

import contextlib
import io
import os
import time
from pathlib import Path

import nbformat

from dlcourse_authoring.measurements import Rows

_CHAPTER = Path("chapters", "06-cnn-mnist.ipynb")
# The cells that define what is trained here, by their ids.
_CELLS = ("load-mnist", "mlp", "classic-network", "fast-network", "one-cycle")


def rows(root: Path) -> dict[str, Rows]:
    """Seconds to 99%, by recipe.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    dict of str to list of tuple of str
        Table -> rows.
    """
    seconds = seconds_to_99_percent(root)
    recipes = {"classic": "classic recipe", "fast": "chapter 6's fast network"}
    return {
        "course": [
            (
                f"training to 99% on MNIST, {recipe}",
                f"{seconds[name]:.0f} s" if seconds else "needs MNIST",
            )
            for name, recipe in recipes.items()
        ]
    }


def seconds_to_99_percent(root: Path) -> dict[str, float]:
    """Training seconds until 99% of the held-out images are named.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    dict of str to float
        Recipe -> seconds, NaN where it did not reach 99%; {} where MNIST is not there.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    import dlcourse_utils as dl

    cells = {cell.id: cell.source for cell in nbformat.read(root / _CHAPTER, as_version=4).cells}
    names: dict = {"dl": dl, "__name__": "chapter"}
    dl.start(seed=42)
    for cell in _CELLS:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(cells[cell], names)
    if dl.data.is_default("mnist"):
        return {}

    class StopAt99(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = logs["val_accuracy"] >= 0.99

    data = dict(
        x=names["x_train"], y=names["y_train"], verbose=0,
        validation_data=(names["x_val"], names["y_val"]), callbacks=[StopAt99()],
    )  # fmt: skip
    steps = 2 * -(-len(names["x_train"]) // 128)
    fast_optimizer = keras.optimizers.Adam(names["OneCycle"](peak=0.01, steps=steps))
    recipes = {
        "classic": (names["classic_network"](), "adam", 64, 10),
        "fast": (names["fast_network"](), fast_optimizer, 128, 2),
    }
    seconds = {}
    for name, (model, optimizer, batch_size, epochs) in recipes.items():
        keras.utils.set_random_seed(0)
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        start = time.perf_counter()
        history = model.fit(batch_size=batch_size, epochs=epochs, **data)
        elapsed = time.perf_counter() - start
        reached = max(history.history["val_accuracy"]) >= 0.99
        seconds[name] = elapsed if reached else float("nan")
    return seconds
