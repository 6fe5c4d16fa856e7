"""`start` fixes the randomness and says in one line what the notebook runs on."""

import os
import subprocess
import sys

import numpy as np
import pytest

import dlcourse_utils as dl


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
