"""A new chapter from the template."""

from pathlib import Path

import nbformat
import pytest

from dlcourse_authoring.new_chapter import new_chapter
from dlcourse_utils.chapter import read_all

ROOT = Path(__file__).parents[2]


def test_a_new_chapter_has_every_kind_of_cell(tmp_path):
    (tmp_path / "01-neurons.ipynb").write_bytes((ROOT / "chapters/01-neurons.ipynb").read_bytes())
    path = new_chapter(tmp_path, 15, "diffusion-models")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    tags = {tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    assert {"setup", "exercise", "check", "solution"} <= tags
    chapter = read_all(tmp_path)[-1]
    assert (chapter.number, chapter.needs, chapter.minutes) == (15, ("01-neurons",), 60)
    assert [exercise.id for exercise in chapter.exercises] == ["diffusion-models-first"]
    with pytest.raises(ValueError, match="there already"):
        new_chapter(tmp_path, 15, "another")
    with pytest.raises(ValueError, match="small letters"):
        new_chapter(tmp_path, 16, "Diffusion Models")
