"""A notebook file alone, on Colab's and Kaggle's packages, runs from its setup cell to its end.

All of them take more than an hour: `make test-colab`, and every night.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from dlcourse_authoring.course_copy import copy_course
from dlcourse_utils.repository import repository_address

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-colab" / "bin" / "python"
# Where pip finds what builds the helper package, if these tests run without a network.
WHEELS = f"{os.environ.get('PIP_FIND_LINKS', '')} {ROOT / '.venv-colab' / 'wheels'}".strip()
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(
        not PYTHON.exists(), reason="no environment with Colab's packages: `make test-colab`"
    ),
]


def packages() -> dict[str, str]:
    """Name -> version of all that is installed where the notebooks run."""
    listing = subprocess.check_output([PYTHON, "-m", "pip", "list", "--format=json"], text=True)
    return {package["name"]: package["version"] for package in json.loads(listing)}


@pytest.fixture(scope="module")
def public_address(tmp_path_factory) -> dict[str, str]:
    """Variables that make git find the course's public address in a clone on this machine."""
    clone = copy_course(ROOT, tmp_path_factory.mktemp("public") / "dlcourse")
    who = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    for command in (["init", "-q"], ["add", "--all"], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", *command], cwd=clone, check=True)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{clone.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository_address(ROOT),
    }


@pytest.fixture
def no_network(tmp_path) -> dict[str, str]:
    """Variables under which neither git nor pip reaches anything."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{(tmp_path / 'nowhere').as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository_address(ROOT),
        "PIP_NO_INDEX": "1",
    }


@pytest.fixture
def bare_colab():
    """Packages before the notebook; afterwards the helper package is taken out again."""

    def uninstall():
        command = [PYTHON, "-m", "pip", "uninstall", "--yes", "--quiet", "dlcourse-utils"]
        subprocess.run(command, check=True, capture_output=True)

    uninstall()
    yield packages()
    uninstall()


@pytest.fixture
def run_alone(tmp_path, monkeypatch):
    """Run a chapter in an empty folder on Colab's packages."""

    def run(chapter: str, environment: dict[str, str]):
        spec = tmp_path / "jupyter" / "kernels" / "colab" / "kernel.json"
        spec.parent.mkdir(parents=True)
        # Of this process' variables none may lead to the package in this checkout.
        variables = {
            "PYTHONPATH": "",
            "KERAS_BACKEND": "tensorflow",
            "PIP_FIND_LINKS": WHEELS,
            **environment,
        }
        command = [str(PYTHON), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec.write_text(
            json.dumps(
                {"argv": command, "display_name": "", "language": "python", "env": variables}
            )
        )
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
        folder = tmp_path / "empty"
        folder.mkdir()
        shutil.copy(ROOT / "chapters" / f"{chapter}.ipynb", folder)
        notebook = nbformat.read(folder / f"{chapter}.ipynb", as_version=4)
        NotebookClient(
            notebook,
            timeout=600,
            kernel_name="colab",
            resources={"metadata": {"path": str(folder)}},
        ).execute()
        return notebook

    return run


@pytest.fixture
def without_anywidget(tmp_path) -> dict[str, str]:
    """Variables under which anywidget cannot be imported, as on Kaggle."""
    (tmp_path / "kaggle").mkdir()
    (tmp_path / "kaggle" / "anywidget.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'anywidget'\", name='anywidget')\n"
    )
    return {"PYTHONPATH": str(tmp_path / "kaggle")}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_runs_alone_and_only_adds_the_helper_package(
    chapter, bare_colab, public_address, run_alone
):
    run_alone(chapter, public_address)
    after = packages()
    assert after.pop("dlcourse-utils")
    assert after == bare_colab, "the setup cell changed what was installed"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_runs_without_anywidget(
    chapter, bare_colab, public_address, without_anywidget, run_alone
):
    notebook = run_alone(chapter, {**public_address, **without_anywidget})
    figures = [
        output.data
        for cell in notebook.cells
        if {"explorable", "quiz"} & set(cell.metadata.get("tags", []))
        for output in cell.outputs
        if "data" in output
    ]
    assert figures and all("<script" in data["text/html"] for data in figures)


def test_without_network_the_first_cell_says_what_to_do(bare_colab, no_network, run_alone):
    with pytest.raises(CellExecutionError) as failure:
        run_alone(CHAPTERS[0], no_network)
    assert failure.value.ename == "ImportError"
    assert "Internet on" in failure.value.evalue
    assert "run this cell again" in failure.value.evalue
    assert packages() == bare_colab
