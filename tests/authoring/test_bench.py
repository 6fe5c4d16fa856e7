"""Measurements go into the tables of their page, and nothing else there moves."""

import re
from pathlib import Path

import pytest

from dlcourse_authoring import bench
from dlcourse_authoring.bench import notebooks, package, site
from dlcourse_authoring.measurements import with_rows
from dlcourse_utils.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / bench.PAGE).read_text("utf-8")


def test_a_row_replaces_its_own_and_leaves_the_others():
    old = re.search(r"^\| site build from clean \| .*\n", PAGE, re.M)[0]
    new = with_rows(PAGE, "course", [("site build from clean", "0 s")])
    assert new == PAGE.replace(old, "| site build from clean | 0 s |\n")
    assert with_rows(new, "course", [("more", "1")]).count("| more | 1 |\n<!-- /course -->") == 1


def test_of_pages_and_chapters_nothing_old_is_kept():
    new = with_rows(PAGE, "chapters", [("1 Neurons", "1")], keep=False)
    table = new.split("<!-- chapters -->\n")[1].split("<!-- /chapters -->")[0]
    assert table == "| chapter | seconds |\n|---|---|\n| 1 Neurons | 1 |\n"


@pytest.mark.parametrize(("table", "row"), [("nowhere", ("a", "b")), ("course", ("a", "b", "c"))])
def test_a_row_without_a_place_is_refused(table, row):
    with pytest.raises(ValueError, match=table):
        with_rows(PAGE, table, [row])


def test_every_row_that_can_be_measured_here_has_its_place_on_the_page():
    new = with_rows(PAGE, "course", package.rows(ROOT)["course"])
    assert new.count("\n") == PAGE.count("\n"), "a row of the page has another name"
    assert with_rows(PAGE, "chapters", notebooks.chapter_rows(ROOT), keep=False) == PAGE


@pytest.mark.parametrize("table", ["chapters", "backends"])
def test_the_page_names_the_chapters_as_they_are(table):
    rows = PAGE.split(f"<!-- {table} -->\n")[1].split("<!-- /")[0].splitlines()[2:]
    named = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert named == [name for name, _ in notebooks.chapter_rows(ROOT)]


def test_a_part_that_is_none_is_refused_with_those_there_are(capsys):
    assert main(["bench", "speed"]) == 1
    assert "package, site, in-page, training, notebooks" in capsys.readouterr().err


def test_a_sentence_is_there_to_be_changed(tmp_path):
    chapter = tmp_path / "chapter.ipynb"
    chapter.write_bytes((ROOT / "chapters" / "04-backpropagation.ipynb").read_bytes())
    before = chapter.read_text("utf-8")
    site.change_a_sentence(chapter)
    assert chapter.read_text("utf-8") != before
    with pytest.raises(ValueError, match="chapter.ipynb"):
        site.change_a_sentence(chapter)
