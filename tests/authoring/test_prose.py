"""The course's prose as plain text: whole sentences, nothing that is no prose."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse_authoring.prose import prose
from dlcourse_utils.cli import main


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("## A heading", "A heading"),
        ("### Exercise ★★ Count", "Count"),
        ("A **term** and *stress*.", "A term and stress."),
        ("See [Kingma, 2015](https://doi.org/1).", "See Kingma, 2015."),
        ("Whole. With $x^2$ in it. Whole again.", "Whole. Whole again."),
        ("Call `fit` now. Not `a[0]` though.", "Call fit now."),
        ("- one\n- two", "one\ntwo"),
        ("> **Note.** Mind it.", "Note. Mind it."),
        ("Before.\n\n$$\na = b\n$$\n\nAfter.", "Before.\nAfter."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ""),
        ("Take 3 × 3 – no more.", "Take 3 x 3 - no more."),
    ],
)
def test_only_sentences_stay(markdown, text):
    assert prose(markdown) == text


def test_command_joins_the_markdown_cells(tmp_path, monkeypatch, capsys):
    import nbformat

    cells = [new_markdown_cell("# One"), new_code_cell("x = 1"), new_markdown_cell("Two.")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "a.ipynb")
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["export-prose", "a.ipynb"]) == 0
    assert (tmp_path / "data" / "course_prose.txt").read_text() == "One\n\nTwo.\n"
