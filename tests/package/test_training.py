"""Histories have one shape, and progress leaves a clean log."""

import io
import re

import keras
import numpy as np
import pytest

import dlcourse_utils as dl
from dlcourse_utils import progress_line
from dlcourse_utils.progress_line import ProgressLine


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(64, 2)).astype("float32")
    return X, (X.sum(axis=1) > 0).astype("float32")


def train(data, epochs, *callbacks, verbose=0, **options):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    options = {"validation_split": 0.25, **options}
    return model.fit(*data, epochs=epochs, verbose=verbose, callbacks=list(callbacks), **options)


def test_progress_prints_one_line_an_epoch(data, capsys):
    train(data, 2, dl.Progress())
    printed = capsys.readouterr()
    number = r"[\d.e-]+"
    lines = printed.out.splitlines()
    assert len(lines) == 2 and printed.err == ""
    assert re.fullmatch(
        rf"epoch 1/2 · {number} s · loss {number} · accuracy {number} · val_accuracy {number}",
        lines[0],
    )


def test_progress_shows_validation_loss_where_it_is_all_there_is(capsys):
    progress = dl.Progress()
    progress.set_params({"epochs": 1, "steps": 1})
    for logs in ({"val_loss": 1, "loss": 1}, {"loss": 1, "val_loss": 1, "val_accuracy": 0.5}):
        progress.on_epoch_begin(0)
        progress.on_epoch_end(0, logs)
    first, second = (line.split(" · ")[2:] for line in capsys.readouterr().out.splitlines())
    assert first == ["loss 1.000", "val_loss 1.000"]
    assert second == ["loss 1.000", "val_accuracy 0.500"]


def run_epochs(progress, n: int, epochs: int) -> None:
    """What `model.fit` calls, for n of so many epochs."""
    progress.set_params({"epochs": epochs, "steps": 1})
    progress.on_train_begin()
    for epoch in range(n):
        progress.on_epoch_begin(epoch)
        progress.on_train_batch_end(0, {"loss": 0.5})
        progress.on_epoch_end(epoch, {"loss": 0.5})
    progress.on_train_end()


def test_progress_of_a_long_run_stays_short(capsys):
    run_epochs(dl.Progress(), 25, epochs=25)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9 and lines[-1].startswith("epoch 25/25")


def test_progress_keeps_the_last_line_of_a_run_cut_short(capsys):
    run_epochs(dl.Progress(every=10), 2, epochs=25)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 and lines[0].startswith("epoch 2/25")


def test_progress_serves_a_second_run(capsys):
    progress = dl.Progress()
    run_epochs(progress, 1, epochs=1)
    run_epochs(progress, 1, epochs=1)
    assert [line[:9] for line in capsys.readouterr().out.splitlines()] == ["epoch 1/1"] * 2


def test_progress_refuses_a_wrong_step():
    with pytest.raises(ValueError, match="every: wanted a whole number"):
        dl.Progress(every=0)


def test_terminal_line_is_overwritten(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(progress_line.sys, "stdout", terminal)
    line = ProgressLine(seconds_between_updates=0)
    line.update("half way")
    line.keep("done")
    assert terminal.getvalue() == "\rhalf way\x1b[K\r\x1b[Kdone\n"


def test_notebook_output_is_clean(data, tmp_path):
    """A notebook run without a front-end stores one clean text and one figure, no leftovers."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    code = """
import keras, numpy as np, dlcourse_utils as dl
X = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(X, X[:, 0], epochs=2, verbose=0, callbacks=[dl.Progress()]);
dl.plot_learning_curves({"loss": [2, 1]});
"""
    cell = nbformat.v4.new_code_cell(code)
    start = nbformat.v4.new_code_cell("import dlcourse_utils as dl\ndl.start()")
    pixels = nbformat.v4.new_code_cell("dl.plot_images(np.zeros((1, 8, 8)));")
    notebook = nbformat.v4.new_notebook(cells=[start, cell, pixels])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()

    (line,) = start.outputs
    assert line.name == "stdout" and line.text.count("\n") == 1
    text, figure = cell.outputs
    lines = text.data["text/plain"].splitlines()
    assert [line[:9] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert "image/svg+xml" in figure.data and "image/png" not in figure.data
    (grid,) = pixels.outputs
    assert "image/png" in grid.data and "image/svg+xml" not in grid.data
    assert grid.metadata["image/png"]["width"] < 200, "shown at half its pixels"


def test_history_has_the_shape_of_kerass(data):
    history = dl.History()
    history.add(loss=0.5, accuracy=np.float32(0.5))
    history.add(loss=0.25, accuracy=np.array(1.0))
    assert history.history == {"loss": [0.5, 0.25], "accuracy": [0.5, 1.0]}
    assert len(history) == 2 and history["loss"] == [0.5, 0.25]
    assert len(dl.History()) == 0


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ({"loss": np.zeros(3)}, r"loss: wanted one number \(shape \(\)\), got shape \(3,\)"),
        ({"loss": "low"}, "loss: wanted one number"),
        ({"loss": 0.1, "accuracy": 1.0}, "same metrics"),
    ],
)
def test_history_refuses_what_is_no_number(metrics, message):
    history = dl.History()
    history.add(loss=1.0)
    with pytest.raises(ValueError, match=message):
        history.add(**metrics)
    assert history.history == {"loss": [1.0]}, "nothing is half recorded"
