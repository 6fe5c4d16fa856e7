"""Links in the pages for contributors lead to files, sections and commands that there are."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob(".github/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


def slugs(page: Path) -> set[str]:
    """The places in a page, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_leads_somewhere(page):
    text = page.read_text("utf-8")
    for target in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", target) or page.name == "index.md":
            continue
        file, _, place = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name}: {target}"
        assert not place or place in slugs(there), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_is_one_that_there_is(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    code = " ".join(CODE.findall(page.read_text("utf-8")))
    # "make check", "make notebooks network", "make bench PARTS=site"
    for words in re.findall(r"\bmake ((?:-?[a-z][a-z-]*\b(?!=) ?)+)", code):
        assert set(words.split()) <= targets, f"{page.name}: make {words}"
    for command in re.findall(r"\bdlcourse ([a-z][a-z-]+)", code):
        assert command in commands(), f"{page.name}: dlcourse {command}"


def commands() -> set[str]:
    """What ``dlcourse`` can be asked, as its own file lists it."""
    source = (ROOT / "dlcourse_utils" / "cli.py").read_text("utf-8")
    return set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))


def test_the_pages_are_there():
    listing = subprocess.check_output(["git", "ls-files", "*.md"], cwd=ROOT, text=True).split()
    assert {"README.md", "CONTRIBUTING.md", "docs/recipes.md"} <= set(listing)
    assert len(PAGES) > 8
    assert len([link for page in PAGES for link in LINK.findall(page.read_text("utf-8"))]) > 50
