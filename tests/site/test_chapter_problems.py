"""A chapter that lacks what the site shows: the build says so in one line, and what to write."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from site_pages import ROOT

NAME = "01-neurons.ipynb"


def output_of(folder: Path, edit) -> str:
    """What a build of one chapter, edited, prints; it must fail."""
    for name in ("_config.yml", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "book", folder / "book")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters: [{file: chapters/01-neurons}]\n", "utf-8"
    )
    (folder / "index.md").write_text("# A course\n\nOne chapter.\n", "utf-8")
    (folder / "chapters").mkdir()
    notebook = json.loads((ROOT / "chapters" / NAME).read_text("utf-8"))
    edit(notebook)
    (folder / "chapters" / NAME).write_text(json.dumps(notebook), "utf-8")
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [program, "build", folder, "--quiet", "--warningiserror", "--keep-going"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode != 0
    return done.stderr


def without_minutes(notebook):
    del notebook["metadata"]["dlcourse"]["chapter"]["minutes"]


def without_stars(notebook):
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "weighted-sum")
    del cell["metadata"]["dlcourse"]["stars"]


def unknown_exercise(notebook):
    for cell in notebook["cells"]:
        if cell["metadata"].get("dlcourse", {}).get("exercise") == "weighted-sum":
            cell["metadata"]["dlcourse"]["exercise"] = "weighted-sun"


@pytest.mark.parametrize(
    ("edit", "where", "cure"),
    [
        (without_minutes, NAME, 'write "minutes": 60'),
        (without_stars, f"{NAME}, cell weighted-sum", 'write "stars": 1, 2 or 3'),
        (unknown_exercise, f"{NAME}: WARNING: cell weighted-sum: ", 'mean "weighted-sum"'),
    ],
    ids=["chapter", "exercise", "id"],
)
def test_one_line_names_file_and_cell_and_what_to_write(tmp_path, edit, where, cure):
    printed = output_of(tmp_path, edit)
    named = [line for line in printed.splitlines() if where in line and cure in line]
    # Python's own report, which Jupyter Book adds, may repeat it.
    assert named, printed[-3000:]
    assert "threw an exception" not in printed
