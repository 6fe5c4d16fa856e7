"""Checks in a real kernel: line numbers of cells, endless loops, what is displayed."""

import nbformat
import pytest
from nbclient import NotebookClient

CELLS = [
    "import numpy as np\n"
    "import dlcourse_utils as dl\n"
    "from dlcourse_utils.exercises.engine import time_limit\n"
    "time_limit.SECONDS = 1",
    'def weighted_sum(x, w, b):\n    """z"""\n    ...\ndl.check("weighted-sum", weighted_sum)',
    "def weighted_sum(x, w, b):\n    z = 0\n    return z + x[5]",
    'dl.check("weighted-sum", weighted_sum)',
    "def weighted_sum(x, w, b):\n"
    "    while True:\n"
    "        try:\n"
    "            b = b + 1\n"
    "        except Exception:\n"
    "            pass\n"
    'dl.check("weighted-sum", weighted_sum)',
    'dl.check("weighted-sum", lambda x, w, b: x @ w + b)',
]


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def shown(outputs):
    assert [output.output_type for output in outputs] == ["display_data"]
    assert set(outputs[0].data) == {"text/plain", "text/html"}
    return outputs[0].data["text/plain"]


def test_a_starter_is_not_started(outputs):
    assert shown(outputs[1]).startswith("○ weighted-sum: not started")


def test_an_exception_names_the_line_of_the_cell(outputs):
    assert "line 3: `return z + x[5]`" in shown(outputs[3])


def test_an_endless_loop_is_stopped(outputs):
    assert "after 1 seconds" in shown(outputs[4])


def test_the_notebook_goes_on(outputs):
    assert shown(outputs[5]).startswith("✓ weighted-sum: right")
