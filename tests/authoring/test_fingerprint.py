"""What a chapter's outputs depend on: what counts as a change, and what does not."""

from datetime import date, timedelta

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse_authoring import due, fingerprint
from dlcourse_utils.cli import main

MODULE = '''"""What it is for."""
import math


def area(r):
    """Area of a circle."""
    return math.pi * r**2  # a formula
'''


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one module, one data file and one library, in a folder of its own."""
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    (tmp_path / "used.py").write_text(MODULE)
    (tmp_path / "unused.py").write_text(MODULE)
    (tmp_path / "data.csv").write_text("1,2\n")
    (tmp_path / "requirements.txt").write_text(
        "numpy==2.4.6 ; python_full_version < '3.12'\n"
        "numpy==2.5.5 ; python_full_version >= '3.12'\nkeras==3.15.1\n"
    )
    return tmp_path


def executed(*sources: str) -> nbformat.NotebookNode:
    """A notebook as `execute` leaves it, whose kernel had loaded numpy and two files."""
    notebook = new_notebook(cells=[new_code_cell(one, execution_count=1) for one in sources])
    made_by = fingerprint.of_kernel({"numpy", "os"}, {"used.py", "data.csv"})
    notebook.metadata.dlcourse = {"executed": {"code": fingerprint.code_hash(notebook), **made_by}}
    return notebook


def rewrite(path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_what_was_just_executed_is_current(course):
    assert fingerprint.changes(executed("1 + 1")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1 + 1", "x = 1+1  # two"),
        ("def f():\n    return 1", 'def f():\n    """One."""\n\n    return 1'),
        ("%pip install git+https://a.example/b", "%pip install git+https://c.example/d"),
        ("plt.plot();", "plt.plot();  # without its repr"),
    ],
)
def test_comments_docstrings_layout_and_the_address_change_no_output(course, before, after):
    notebook = executed(before)
    notebook.cells[0].source = after
    assert fingerprint.changes(notebook) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("print(6 * 7)", "print(6 * 8)"),
        ("plt.plot()", "plt.plot();"),
        ("'a'", '"b"'),
        ("x = None", "x = 0"),
        ("%matplotlib inline", "%matplotlib widget"),
        ("this is no code", "and nor is this"),
    ],
)
def test_changed_code_changes_outputs(course, before, after):
    notebook = executed(before)
    notebook.cells[0].source = after
    assert fingerprint.changes(notebook) == ["its own code"]


def test_prose_changes_no_output(course):
    notebook = executed("1 + 1")
    notebook.cells.append(new_markdown_cell("An afterthought."))
    assert fingerprint.changes(notebook) == []


def test_a_cell_that_was_not_run_or_was_cleared_counts(course):
    notebook = executed("1 + 1")
    notebook.cells[0].execution_count = None
    assert fingerprint.changes(notebook) == ["its own code"]


def test_a_notebook_that_was_never_executed_here_counts(course):
    assert fingerprint.changes(new_notebook(cells=[new_code_cell("1")])) == ["its own code"]
    notebook = executed("1")
    del notebook.metadata.dlcourse.executed["files"]
    assert fingerprint.changes(notebook) == ["a missing record of what it used"]


@pytest.mark.parametrize(
    ("file", "old", "new", "reasons"),
    [
        ("used.py", "r**2", "r**3", ["used.py"]),
        ("used.py", "  # a formula", "", []),
        ("used.py", '    """Area of a circle."""\n', "", []),
        ("used.py", '"""What it is for."""\n', "", []),
        ("unused.py", "r**2", "r**3", []),
        ("data.csv", "2", "3", ["data.csv"]),
        ("requirements.txt", "2.5.5", "2.6", ["numpy 2.4.6, 2.6 instead of 2.4.6, 2.5.5"]),
        ("requirements.txt", "3.15.1", "3.16", []),
    ],
)
def test_a_file_counts_where_it_is_used_and_by_what_it_does(course, file, old, new, reasons):
    notebook = executed("1 + 1")
    rewrite(course / file, old, new)
    assert fingerprint.changes(notebook) == reasons


def test_a_file_that_is_gone_counts(course):
    notebook = executed("1 + 1")
    (course / "data.csv").unlink()
    assert fingerprint.changes(notebook) == ["data.csv"]


@pytest.fixture
def chapters(course):
    """Six notebooks, numbered from 1, that ran 10, 20, … seconds."""
    paths = []
    for number in range(1, 7):
        notebook = executed("1 + 1")
        notebook.metadata.dlcourse.seconds = 10 * number
        paths.append(course / f"{number:02d}-name.ipynb")
        nbformat.write(notebook, paths[-1])
    return paths


def test_of_unchanged_chapters_a_third_runs_and_in_three_days_each(chapters):
    today = date(2026, 3, 1)
    days = [
        due.due(chapters, due.third_of(today + timedelta(days=day))) for day in range(due.THIRDS)
    ]
    assert [len(day) for day in days] == [2, 2, 2]
    assert {path for day in days for path in day} == set(chapters)
    assert {reason for day in days for reason in day.values()} == {"because it is its turn"}


def test_whatever_differs_runs_the_longest_first(chapters, course):
    rewrite(course / "used.py", "r**2", "r**3")
    reasons = due.due(chapters, third=0)
    assert list(reasons) == chapters[::-1]
    assert set(reasons.values()) == {"because of used.py"}


def test_the_command_lists_files_and_says_why(chapters, capsys):
    assert main(["due", "--third", "1", *map(str, chapters)]) == 0
    said = capsys.readouterr()
    assert said.out.split() == [str(chapters[3]), str(chapters[0])]
    assert said.err.startswith("2 of 6 notebooks run; it is the turn of third 1")
    assert main(["due", "--all", *map(str, chapters)]) == 0
    assert capsys.readouterr().out.split() == [*map(str, chapters[::-1])]
