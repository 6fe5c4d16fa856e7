"""`make` says which Pythons serve, instead of leaving it to pip's riddles."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dlcourse_utils import doctor

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "check-python"
SERVES = re.search(r'serves="(.+)"', SCRIPT.read_text())[1].split()

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make is run on Linux and macOS")


@pytest.fixture
def check(tmp_path):
    """Gives a function: what is said of a Python, where those of `versions` are installed."""

    def run(python: str, versions: dict[str, str], can_make_environments: bool = True):
        for name, version in versions.items():
            answer = f"echo {version}" if can_make_environments else f"echo {version}; exit 1"
            (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
            (tmp_path / name).chmod(0o755)
        return subprocess.run(
            ["/bin/sh", SCRIPT, python], env={"PATH": str(tmp_path)}, capture_output=True, text=True
        )

    return run


@pytest.mark.parametrize("version", SERVES)
def test_a_python_that_serves_passes_in_silence(version, check):
    ran = check("python3", {"python3": version})
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.14", "3.1"])
def test_one_too_old_or_new_is_named_with_those_that_serve(version, check):
    ran = check("python3", {"python3": version, "python3.12": "3.12"})
    assert ran.returncode == 1
    assert f"python3 is {version}" in ran.stderr and all(v in ran.stderr for v in SERVES)
    assert "PYTHON=python3.12" in ran.stderr


def test_without_any_it_says_where_to_get_one(check):
    ran = check("python3", {})
    assert ran.returncode == 1
    assert "there is no python3 here" in ran.stderr and "python.org" in ran.stderr


def test_one_without_venv_is_told_apart(check):
    ran = check("python3", {"python3": "3.12"}, can_make_environments=False)
    assert ran.returncode == 1 and "sudo apt install python3.12-venv" in ran.stderr


def test_this_python_passes(check):
    assert subprocess.run([SCRIPT, sys.executable]).returncode == 0


def test_the_versions_are_the_same_everywhere():
    assert SERVES[-1] == ".".join(map(str, doctor.NEWEST_TESTED_PYTHON))
    for file in ("pyproject.toml", "dlcourse_teaching/pyproject.toml"):
        project = tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]
        assert project["requires-python"] == f">={SERVES[0]}"
    first_line = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()[0]
    assert f"Python {SERVES[0]} to {SERVES[-1]}" in first_line


def test_every_environment_is_made_by_a_python_that_was_checked():
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    makers = [number for number, line in enumerate(lines) if " -m venv " in line]
    assert makers
    for number in makers:
        python = lines[number].split()[0]
        assert lines[number - 1].strip() == f"@.ci/check-python {python}"
