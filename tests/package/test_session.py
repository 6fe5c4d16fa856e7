"""`start` fixes the randomness and says in one line what the notebook runs on."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import dlcourse_utils as dl
from dlcourse_utils import keras_settings


def python(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "MPLBACKEND": "agg", **environment},
    )


def test_import_loads_no_framework_and_no_plotting():
    heavy = ("numpy", "matplotlib", "keras", "tensorflow", "jax", "torch", "IPython")
    run = python(f"import sys, dlcourse_utils; print([m for m in {heavy} if m in sys.modules])")
    assert run.stdout.strip() == "[]", run.stderr


def test_every_public_name_can_be_fetched():
    assert all(getattr(dl, name) is not None for name in dl.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        dl.no_such_name  # noqa: B018


def test_start_prints_one_line_and_nothing_on_stderr(tmp_path):
    run = python("import dlcourse_utils as dl; dl.start(seed=7)", DLCOURSE_DATA=str(tmp_path))
    assert run.stderr == "" and run.returncode == 0
    (line,) = run.stdout.splitlines()
    assert line.startswith("Keras 3.") and line.endswith("seed 7")
    assert "data: the folder in DLCOURSE_DATA" in line and str(tmp_path) not in line


def test_start_fixes_the_randomness():
    import keras

    def draw():
        dl.start(seed=3)
        return np.random.rand(), float(keras.random.uniform(()))  # noqa: NPY002

    assert draw() == draw()
    assert draw()[0] == np.random.RandomState(3).rand()  # noqa: NPY002


def test_start_sets_the_books_style():
    import matplotlib as mpl

    dl.start()
    assert mpl.rcParams["axes.spines.top"] is False
    assert "dlcourse_signed" in mpl.colormaps


DRAW = """
import io
import dlcourse_utils as dl
dl.start()
figure = dl.plot_network([2, 1]).figure
figure.savefig(io.BytesIO(), format="png")
import matplotlib as mpl
print(mpl.rcParams["axes.grid"], figure.axes[0].texts[0].get_fontsize())
"""


def test_the_readers_own_plot_settings_break_no_figure(tmp_path):
    """As a matplotlibrc that wants LaTeX where there is none."""
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\naxes.grid: True\nfont.size: 40\n")
    run = python(DRAW, PATH=str(tmp_path), MATPLOTLIBRC=str(tmp_path))
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "False 13.0"


def test_a_notebook_shows_figures_also_under_a_backend_that_shows_none():
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    cells = ["import dlcourse_utils as dl\ndl.start()", "dl.plot_network([2, 1]);"]
    cells = [nbformat.v4.new_code_cell(source) for source in cells]
    client = nbclient.NotebookClient(nbformat.v4.new_notebook(cells=cells), kernel_name="python3")
    client.execute(env={**os.environ, "MPLBACKEND": "agg"})
    (started,), (figure,) = (cell.outputs for cell in cells)
    assert started.text.count("\n") == 1
    assert "image/svg+xml" in figure.data


RETRACE = """
import os
import dlcourse_utils as dl
if os.environ.get("START"):
    dl.start()
import tensorflow as tf
square = tf.function(lambda x: x * x)
for number in range(8):
    square(number)
tf.get_logger().warning("something else")
"""


@pytest.mark.parametrize("start", ["yes", ""])
def test_what_tensorflow_says_of_retracing_frightens_nobody(start):
    pytest.importorskip("tensorflow")
    run = python(RETRACE, START=start, KERAS_BACKEND="tensorflow")
    assert ("retracing" in run.stderr) == (not start), "TensorFlow's words have changed"
    assert "something else" in run.stderr


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "42", True])
def test_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="seed: wanted a whole number from 0"):
        dl.start(seed=seed)


SHOW_GPU_SETTINGS = """
import os
import dlcourse_utils as dl
dl.start()
for name in ("TF_FORCE_GPU_ALLOW_GROWTH", "XLA_PYTHON_CLIENT_PREALLOCATE"):
    print(os.environ[name])
"""


def test_no_framework_claims_a_whole_gpu_unless_told_to(monkeypatch):
    monkeypatch.delenv("TF_FORCE_GPU_ALLOW_GROWTH", raising=False)
    monkeypatch.delenv("XLA_PYTHON_CLIENT_PREALLOCATE", raising=False)
    assert python(SHOW_GPU_SETTINGS).stdout.splitlines()[1:] == ["true", "false"]
    told = python(SHOW_GPU_SETTINGS, XLA_PYTHON_CLIENT_PREALLOCATE="true")
    assert told.stdout.splitlines()[1:] == ["true", "true"]


SHOW_SETTINGS = """
import dlcourse_utils as dl
dl.start()
import keras
print(keras.layers.Conv2D(1, 3).data_format, keras.layers.Dense(1).compute_dtype)
print(keras.config.floatx(), keras.config.image_data_format(), keras.config.epsilon())
dl.start()
"""


def test_old_settings_of_keras_are_said_and_do_not_last(tmp_path):
    settings = {"floatx": "float16", "image_data_format": "channels_first", "epsilon": 0.01}
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    run = python(SHOW_SETTINGS, KERAS_HOME=str(tmp_path), KERAS_MAX_EPOCHS="1")
    _, said, limit, layers, values, again, limit_again = run.stdout.splitlines()
    for words in ("floatx float16", "image_data_format channels_first", "delete keras.json"):
        assert words in said
    assert limit == limit_again and limit.startswith("KERAS_MAX_EPOCHS ends every training early")
    assert layers == "channels_last float32"
    assert values == "float32 channels_last 1e-07"
    assert again.endswith("seed 42") and str(tmp_path) not in run.stdout


@pytest.mark.parametrize("text", ["[]", '{"floatx": "float8"}', '{"epsilon": "small"}'])
def test_settings_of_keras_that_are_none_are_one_clear_sentence(text, tmp_path):
    (tmp_path / "keras.json").write_text(text)
    run = python(SAY_WHAT_IS_MISSING, KERAS_HOME=str(tmp_path))
    assert "Keras cannot use its settings file (" in run.stdout
    assert "delete keras.json" in run.stdout and str(tmp_path) not in run.stdout


def test_another_trouble_of_keras_is_not_blamed_on_its_settings():
    with pytest.raises(ValueError) as raised:
        int("no number")
    assert keras_settings.unusable(raised.value) is None


SAY_WHAT_IS_MISSING = """
import dlcourse_utils as dl
try:
    dl.start()
except ImportError as error:
    print(error)
"""


def test_a_backend_of_keras_that_the_course_does_not_run_on_is_named():
    run = python(SAY_WHAT_IS_MISSING, KERAS_BACKEND="numpy")
    assert "'numpy'" in run.stdout and "tensorflow, jax, torch" in run.stdout


def test_missing_backend_is_one_clear_sentence():
    absent = "import sys; sys.modules['torch'] = None\n"  # as where it is not installed
    run = python(absent + SAY_WHAT_IS_MISSING, KERAS_BACKEND="torch")
    assert "torch is not installed" in run.stdout and "pip install keras torch" in run.stdout
