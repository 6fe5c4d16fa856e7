"""Executing notebooks in place: what is stored, and what is refused."""

import io
from base64 import b64decode
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from dlcourse_authoring import digit_network as exported_network
from dlcourse_authoring import execution, fingerprint
from dlcourse_utils.cli import main
from dlcourse_utils.explore import MIME, digit_network


@pytest.fixture
def write(tmp_path):
    def write(*sources):
        path = tmp_path / "chapter.ipynb"
        nbformat.write(new_notebook(cells=[new_code_cell(source) for source in sources]), path)
        return path

    return write


def test_outputs_are_stored_and_known_to_be_current(write):
    path = write("print(6 * 7)")
    execution.execute(path)
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[0].outputs[0].text == "42\n"
    assert len(notebook.cells) == 1
    assert fingerprint.changes(notebook) == []


def test_what_a_chapter_used_is_noted_and_nothing_else(write):
    path = write(
        "import dlcourse_utils as dl\nco2 = dl.data.load_co2()",
        "dl.explore.Neuron([[0, 0], [1, 1]], [0, 1])",
        "dl.quiz('01-neurons')",
        "sorted(name for name in globals() if 'recorder' in name)",
    )
    execution.execute(path)
    notebook = nbformat.read(path, as_version=4)
    made_by = notebook.metadata.dlcourse.executed
    assert {
        "dlcourse_utils/data/co2.py",
        "data/co2.csv",
        "dlcourse_utils/explore/neuron/__init__.py",
        "dlcourse_utils/quizzes/01-neurons.yaml",
    } <= set(made_by.files)
    unused = ("explore/playground", "quizzes/02", "authoring", ".js", ".css", ".pyc")
    assert not [name for name in made_by.files if any(part in name for part in unused)]
    assert set(made_by.versions) >= {"numpy", "matplotlib"}
    assert not {"keras", "tensorflow"} & set(made_by.versions)
    assert notebook.cells[3].outputs[0].data["text/plain"] == "[]"


def test_outputs_of_other_versions_are_not_stored(write, monkeypatch):
    path = write("import numpy")
    before = path.read_bytes()
    monkeypatch.setattr(execution, "version", lambda library: "1.0")
    with pytest.raises(execution.NotebookError, match="1.0 is installed, requirements.txt has"):
        execution.execute(path)
    assert path.read_bytes() == before


def test_unchanged_notebooks_are_not_run_again(write, capsys):
    path = write("print(6 * 7)")
    assert main(["execute", str(path)]) == 0
    stored = path.stat().st_mtime_ns
    assert main(["execute", str(path)]) == 0
    assert path.stat().st_mtime_ns == stored
    assert "unchanged" in capsys.readouterr().out
    assert main(["execute", "--force", str(path)]) == 0
    assert path.stat().st_mtime_ns != stored
    assert "running, as you wish" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; print('oh', file=sys.stderr)", "stderr"),
        (
            "import matplotlib.pyplot as plt\nplt.plot()\nplt.title('$\\\\oh$');",
            "not show its output",
        ),
    ],
)
def test_a_run_that_must_not_be_committed_leaves_the_file_as_it_was(write, source, reason, capsys):
    path = write("print('fine')", source)
    before = path.read_bytes()
    assert main(["execute", str(path)]) == 1
    assert reason in capsys.readouterr().err
    assert path.read_bytes() == before


def test_wide_figures_are_stored_for_phones_too(write):
    path = write(
        "import matplotlib.pyplot as plt\nfrom dlcourse_utils.plotting import style",
        "style.use_book_style()",
        "plt.subplots(figsize=(7, 3))[1].plot([0, 1]);",
        "plt.subplots(figsize=(7, 3))[1].imshow([[0, 1]]);",
        "plt.subplots(figsize=(3, 3))[1].plot([0, 1]);",
    )
    execution.execute(path)
    cells = nbformat.read(path, as_version=4).cells
    lines, pixels, small = (cell.outputs[-1] for cell in cells[2:])
    assert "<svg" in lines.metadata["image/svg+xml"]["narrow"]
    narrow = Image.open(io.BytesIO(b64decode(pixels.metadata["image/png"]["narrow"])))
    assert narrow.format == "WEBP" and narrow.width < 2 * 400
    assert "narrow" not in small.metadata["image/svg+xml"]


def test_what_is_printed_in_parts_is_one_output(write):
    path = write("import time\nprint('one')\ntime.sleep(0.5)\nprint('two')")
    execution.execute(path)
    outputs = nbformat.read(path, as_version=4).cells[0].outputs
    assert [output.text for output in outputs] == ["one\ntwo\n"]


def test_live_views_are_not_stored(write):
    path = write(
        "import dlcourse_utils as dl\ndl.explore.Neuron([[0, 0], [1, 1]], [0, 1], bias=-0.2)"
    )
    execution.execute(path)
    (output,) = nbformat.read(path, as_version=4).cells[0].outputs
    assert set(output.data) == {MIME, "image/png", "text/plain"}
    assert exported_network.stored_state(path, "neuron")["b"] == -0.2


def test_a_notebook_without_the_explorable_says_what_to_do(write, capsys):
    assert main(["export-network", str(write("1"))]) == 1
    assert "dlcourse execute" in capsys.readouterr().err


def test_the_network_that_ships_is_the_one_that_chapter_6_trained(tmp_path):
    root = Path(__file__).parents[2]
    exported = exported_network.export_network(root / "chapters" / "06-cnn-mnist.ipynb", tmp_path)
    ours, shipped = (digit_network.load(path) for path in (exported, root / "data" / exported.name))
    assert ours["layers"] == shipped["layers"]
    for name in set(ours) - {"layers"}:
        np.testing.assert_array_equal(ours[name], shipped[name], err_msg="run `make network`")
    assert (root / "data" / exported.name).stat().st_size < 150_000
