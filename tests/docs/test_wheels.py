"""Each of the three packages, installed from its wheel, works without the repository."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlcourse_authoring.course_copy import copy_course

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
FOLDERS = {"utils": ".", "teaching": "dlcourse_teaching", "authoring": "dlcourse_authoring"}
# What an environment may have that is none of a fresh one's business.
OUTSIDE = ("PYTHONPATH", "VIRTUAL_ENV")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, Path]:
    """The three wheels, built from a clone."""
    course = copy_course(ROOT, tmp_path_factory.mktemp("clone"))
    built = {}
    for name, folder in FOLDERS.items():
        out = tmp_path_factory.mktemp(name)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out]
        subprocess.run(command, cwd=course / folder, check=True, capture_output=True)
        (built[name],) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(tmp_path_factory) -> Path:
    """A Python that has nothing installed."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def with_utils(python, wheels) -> Path:
    """The same with the learner's package alone."""
    install(python, wheels["utils"])
    return python


def install(python: Path, wheel: Path) -> None:
    """Install a wheel without what it depends on: these tests need no network."""
    options = ["--no-deps", "--no-index", "--quiet"]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", *options, wheel]
    subprocess.run(pip, check=True, capture_output=True)


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run something that the environment has, far from the repository."""
    environment = {k: v for k, v in os.environ.items() if k not in OUTSIDE}
    return subprocess.run(
        [python.with_name(arguments[0]), *arguments[1:]],
        cwd=python.parent,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_learners_package_imports_alone(with_utils):
    done = run(with_utils, "python", "-c", "import dlcourse_utils as dl; print(dl.__version__)")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "cure"),
    [("assign", "make teaching"), ("grade", "make teaching"), ("execute", "make book")],
)
def test_a_command_of_a_package_that_is_missing_says_what_to_install(with_utils, command, cure):
    done = run(with_utils, "dlcourse", command)
    assert done.returncode == 1 and cure in done.stderr
    assert "Traceback" not in done.stderr


def test_the_learners_wheel_holds_what_ships_and_nothing_of_the_others(wheels):
    names = zipfile.ZipFile(wheels["utils"]).namelist()
    assert "dlcourse_utils/_data/digit_network.npz" in names
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"dlcourse_utils"}


@pytest.mark.parametrize("package", FOLDERS)
def test_a_wheel_holds_every_module_of_its_package(wheels, package):
    folder = ROOT / f"dlcourse_{package}"
    modules = {path.relative_to(ROOT).as_posix() for path in folder.rglob("*.py")}
    assert modules and modules <= set(zipfile.ZipFile(wheels[package]).namelist())


@pytest.mark.parametrize(
    ("package", "command"), [("teaching", "assign"), ("authoring", "new-chapter")]
)
def test_another_package_adds_its_commands(with_utils, wheels, package, command):
    assert run(with_utils, "dlcourse", command, "--help").returncode == 1
    install(with_utils, wheels[package])
    done = run(with_utils, "dlcourse", command, "--help")
    assert done.returncode == 0 and command in done.stdout, done.stderr
