"""Consoles that cannot show every sign, or are not there: plain signs, and nothing stops."""

import os
import subprocess
import sys

import pytest

EVERYTHING = """
import dlcourse_utils as dl
from dlcourse_utils.cli import main
from dlcourse_utils.progress_line import ProgressLine, bar

dl.check("weighted-sum", lambda x, w, b: x @ w + b)
dl.check("weighted-sum", lambda x, w, b: x @ w)
dl.check("weighted-sum", lambda x, w, b: ...)
dl.start()
print("σ(z) ≥ ½, x₁ × 2")
dl.data.load_mnist()
dl.data.fetch_mobilenet()
ProgressLine().keep(bar(0.5))
progress = dl.Progress()
progress.set_params({"epochs": 1, "steps": 1})
progress.on_epoch_begin(0)
progress.on_train_batch_end(0)
progress.on_epoch_end(0, {"loss": 0.5})
assert main(["doctor"]) == 0
"""


def run(code: str, tmp_path, **environment: str) -> subprocess.CompletedProcess:
    bare = {"DLCOURSE_DATA": "", "KERAS_HOME": str(tmp_path), "MPLBACKEND": "agg"}
    no_network = {"HTTPS_PROXY": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, **bare, **no_network, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
    )


def test_plain_signs_stand_for_those_that_a_console_lacks(tmp_path):
    ran = run(EVERYTHING, tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    said = ran.stdout.decode("ascii")
    assert ran.returncode == 0, ran.stderr.decode(errors="replace")
    for words in (
        "+ weighted-sum: right", "x weighted-sum: not yet", "o weighted-sum: not started",
        "x1", "8x8 pixels", "==========----------", "epoch 1/1",
        "+ Python", "-> `dlcourse data --all`", "The course runs here.",
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "✓ 3 × 4"), ("cp1252", "+ 3 × 4"), ("cp437", "√ 3 x 4")]
)
def test_signs_that_a_console_has_are_shown(encoding, shown, tmp_path):
    sign = "√" if encoding == "cp437" else "✓"
    code = f"import dlcourse_utils\nprint('{sign} 3 × 4')"
    ran = run(code, tmp_path, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert ran.stdout.decode(encoding).strip() == shown


def test_without_any_console_everything_runs(tmp_path):
    """As under pythonw, which has neither standard output nor standard error."""
    before = "import os, sys\nsys.stdout = sys.stderr = None\nos.close(1), os.close(2)\n"
    after = f"\nopen({str(tmp_path / 'done')!r}, 'w').close()"
    ran = run(before + EVERYTHING + after, tmp_path)
    assert (tmp_path / "done").exists(), ran.stderr.decode()
