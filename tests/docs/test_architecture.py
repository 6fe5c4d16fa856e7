"""The arrows among the packages run downwards only, as docs/architecture.md has it."""

import os
import re
import subprocess
import sys
import tomllib
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


def test_the_page_names_every_part_from_top_to_bottom():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (inside,) = [one for one in contracts["contracts"] if one.get("exhaustive")]
    layers = [set(re.findall(r"\w+", layer)) for layer in inside["layers"]]
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    table = page.split("\n| part | its one job |\n|---|---|\n")[1].split("\n\n")[0]
    named = [re.findall(r"`(\w+)/?`", row.split(" | ")[0]) for row in table.splitlines()]
    levels = [level for row in named for part in row for level in _levels(part, layers)]
    assert levels == sorted(levels), "a part stands above one that may import it"
    assert {part for row in named for part in row} == set().union(*layers)


def _levels(part: str, layers: list[set[str]]) -> list[int]:
    return [level for level, parts in enumerate(layers) if part in parts]


def test_the_page_names_every_folder_of_the_repository():
    listing = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines()
    folders = {name.split("/")[0] for name in listing if "/" in name and name[0] != "."}
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert folders and not [folder for folder in folders if f"`{folder}/`" not in page]
