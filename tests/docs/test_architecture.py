"""The arrows among the packages run downwards only, as docs/architecture.md has it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("dlcourse_utils", "dlcourse_teaching", "dlcourse_authoring", "book")


@pytest.fixture(scope="module")
def report() -> str:
    """What import-linter says of the contracts in pyproject.toml."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert "Analyzed" in done.stdout, done.stderr
    return done.stdout


def test_no_circle_and_no_arrow_up(report):
    assert re.search(r"Contracts: \d+ kept, 0 broken", report), report


def test_every_module_was_looked_at(report):
    """A folder without ``__init__.py`` would be passed over in silence."""
    modules = sum(len(list((ROOT / package).rglob("*.py"))) for package in PACKAGES)
    assert int(re.search(r"Analyzed (\d+) files", report)[1]) == modules
