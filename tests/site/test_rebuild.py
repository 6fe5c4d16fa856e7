"""What is built after a change is what a build from nothing makes, and little is built."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from site_pages import ROOT

from dlcourse_authoring.course_copy import copy_course

CHOSEN = ("chapters/01-", "chapters/04-", "chapters/06-")
CHAPTER = "chapters/04-backpropagation.ipynb"


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """An edition of three chapters, built once."""
    folder = copy_course(ROOT, tmp_path_factory.mktemp("course"))
    toc = yaml.safe_load((folder / "_toc.yml").read_text("utf-8"))
    for part in toc["parts"]:
        files = [page["file"] for page in part["chapters"]]
        part["chapters"] = [
            page
            for page, file in zip(part["chapters"], files, strict=True)
            if file.startswith(CHOSEN) or not file.startswith("chapters/")
        ]
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), "utf-8")
    build(folder, folder)
    return folder


def run(course: Path, out: Path) -> subprocess.CompletedProcess:
    """Build the course into a folder, strictly."""
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", course, "--path-output", out, "--quiet", "-W", "-n"]
    return subprocess.run(
        [*command, "--keep-going"],
        capture_output=True,
        text=True,
        # No fetching of what the page runs Python with.
        env=os.environ | {"PYTHONPATH": str(course)},
    )


def build(course: Path, out: Path) -> Path:
    """The folder of the site, built without a warning."""
    done = run(course, out)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out / "_build" / "html"


def content(site: Path) -> dict[str, bytes]:
    """Every file of a site."""
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), "utf-8")


def edit_notebook(path: Path, edit: Callable[[dict], None]) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    edit(notebook)
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")


def add_to_introduction(course: Path, sentence: str) -> None:
    def edit(notebook):
        title = notebook["cells"][0]
        title["source"] = "".join(title["source"]).replace(". ", f". {sentence} ", 1)

    edit_notebook(course / CHAPTER, edit)


def a_heading(course):
    def edit(notebook):
        # The last one: no other page leads there.
        for cell in reversed(notebook["cells"]):
            lines = "".join(cell["source"]).splitlines()
            if cell["cell_type"] == "markdown" and lines[0].startswith("## "):
                lines[0] += ", worded anew"
                cell["source"] = "\n".join(lines)
                return
        raise AssertionError("no heading")

    edit_notebook(course / CHAPTER, edit)


def a_page_title(course):
    path = course / "appendix" / "notation.md"
    replace(path, "# Notation", "# Notation and names")


def another_section(course):
    def edit(notebook):
        cell = {"cell_type": "markdown", "id": "one-more", "metadata": {}}
        notebook["cells"].insert(-2, cell | {"source": "## One section more\n\nIt is short."})

    edit_notebook(course / CHAPTER, edit)


def a_script(course):
    (course / "book/assets/page.js").open("a").write("// Another version.\n")


def a_term(course):
    opening = ":::{glossary}\n"
    replace(course / "appendix/glossary.md", opening, f"{opening}aardvark\n  An animal.\n\n")
    add_to_introduction(course, "One **aardvark** more.")


def an_explanation(course):
    """Of a term that the glossary has, and that a chapter left out of this edition explains."""
    add_to_introduction(course, "One **dropout** more.")


def minutes(course):
    def edit(notebook):
        notebook["metadata"]["dlcourse"]["chapter"]["minutes"] += 7

    edit_notebook(course / CHAPTER, edit)


def a_figure(course):
    def edit(notebook):
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                if "image/svg+xml" in data:
                    svg = "".join(data["image/svg+xml"])
                    data["image/svg+xml"] = svg.replace("</svg>", "<!-- drawn anew --></svg>")
                    return
        raise AssertionError("no figure")

    edit_notebook(course / CHAPTER, edit)


def a_view(course):
    path = course / "dlcourse_utils/explore/neuron/view.js"
    path.write_text("// Another version.\n" + path.read_text("utf-8"), "utf-8")


def a_style(course):
    (course / "book/assets/book.css").open("a").write(".dl-new { color: var(--dl-ink); }\n")


def a_sentence(course):
    (course / "appendix/workflow.md").open("a").write("\nOne sentence more.\n")


def a_sentence_of_a_chapter(course):
    add_to_introduction(course, "One sentence more.")


# Those after which all pages are written come first: they would hide what others leave as it was.
EDITS = [
    a_heading,
    a_page_title,
    another_section,
    a_script,
    a_term,
    an_explanation,
    minutes,
    a_figure,
    a_view,
    a_style,
    a_sentence,
    a_sentence_of_a_chapter,
]


def differences(built: dict[str, bytes], anew: dict[str, bytes]) -> list[str]:
    return sorted(name for name in built | anew if built.get(name) != anew.get(name))


def test_after_many_edits_the_site_is_the_one_built_from_nothing(course, tmp_path):
    before = content(course / "_build" / "html")
    for edit in EDITS:
        edit(course)
        built = content(build(course, course))
        assert differences(before, built), f"{edit.__name__} changes nothing: it tests nothing"
        before = built
    assert len(built) > 200
    assert differences(built, content(build(course, tmp_path))) == []


@pytest.mark.nightly
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_each_edit_it_is(course, tmp_path, edit):
    edit(course)
    assert differences(content(build(course, course)), content(build(course, tmp_path))) == []


def test_one_sentence_leaves_the_other_pages_alone(course):
    site = course / "_build" / "html"
    pages = [page for page in site.rglob("*.html") if page.parent.name in ("chapters", "appendix")]
    times = {page: page.stat().st_mtime_ns for page in pages}
    a_sentence_of_a_chapter(course)
    build(course, course)
    written = [page.stem for page in pages if page.stat().st_mtime_ns != times[page]]
    assert written == [Path(CHAPTER).stem]


def test_a_build_that_warned_warns_again(course):
    page = course / "appendix" / "workflow.md"
    text = page.read_text("utf-8")
    page.write_text(f"{text}\n[nowhere](no-such-page.md)\n", "utf-8")
    for _ in range(2):
        done = run(course, course)
        assert done.returncode != 0
        assert "no-such-page" in done.stderr
    page.write_text(text, "utf-8")
    build(course, course)
