"""appendix/topics.md: every promised topic has its entry, and every link the heading it names."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import nbformat
import pytest
import yaml
from mdit_py_plugins.anchors.index import slugify, unique_slug
from site_pages import ROOT

PAGE = ROOT / "appendix" / "topics.md"
LEVELS = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"][
    "myst_heading_anchors"
]
PROMISES = yaml.safe_load(Path(__file__).with_name("required_topics.yaml").read_text("utf-8"))
# Books, courses, videos, demos and places to practise that the course's sources name.
RESOURCES = [
    "https://www.deeplearningbook.org/",
    "https://course.fast.ai/",
    "https://www.coursera.org/specializations/deep-learning",
    "https://cs231n.github.io/",
    "https://web.stanford.edu/class/cs224n/",
    "https://docs.pytorch.org/tutorials/",
    "https://www.tensorflow.org/tutorials",
    "https://www.kaggle.com/",
    "https://colab.research.google.com/",
    "https://www.3blue1brown.com/topics/neural-networks",
    "https://poloclub.github.io/cnn-explainer/",
]


def entries(page: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The items of the page's lists: the topics that an item names, and (text, file, anchor)."""
    items = re.findall(r"^- ([^\[]+): (\[.+)$", page, re.MULTILINE)
    return [(names, re.findall(r"\[([^]]+)\]\(([^)#]+)#?([^)]*)\)", text)) for names, text in items]


def single_names(names: str) -> set[str]:
    """What an entry can be found by: all that stands before its colon, and each name in it."""
    plain = re.sub(r" \([^)]*\)|\*", "", names).casefold()
    return {plain, *plain.split(", ")}


@cache
def headings(file: str) -> dict[str, str]:
    """Anchor -> heading of a page of the book, with the anchors that MyST gives."""
    path = (PAGE.parent / file).resolve()
    source = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(source, as_version=4).cells
        source = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    source = re.sub(r"^```.*?^```", "", source, flags=re.MULTILINE | re.DOTALL)
    taken: set[str] = set()
    found = re.findall(rf"^(#{{1,{LEVELS}}}) (.+)$", source, re.MULTILINE)
    return {unique_slug(slugify(title), taken): title for _, title in found}


def wrong_links(page: str, headings=headings) -> list[tuple[str, str, str]]:
    """The links of the page that do not lead to a heading, or do not call it by its name."""
    wrong = []
    for _, links in entries(page):
        for text, file, anchor in links:
            title = headings(file).get(anchor)
            number = re.search(r"chapters/(\d\d)-", file)
            first = (
                f"{int(number[1])}\u00a0" if number else f"{next(iter(headings(file).values()))}: "
            )
            if title is None or text != first + title:
                wrong.append((text, file, anchor))
    return wrong


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def places(page) -> dict[str, set[str]]:
    """Each name of each entry, in small letters, and the files that its links lead to."""
    found = defaultdict(set)
    for names, links in entries(page):
        for name in single_names(names):
            found[name] |= {file for _, file, _ in links}
    return found


def test_every_entry_is_read(page):
    assert len(entries(page)) == len(re.findall("^- ", page, re.MULTILINE)) > 100
    assert all(links for _, links in entries(page))


def test_every_link_leads_to_the_heading_that_it_names(page):
    assert not wrong_links(page)


def test_a_renamed_heading_is_noticed(page):
    file = "../chapters/07-rnn-lstm.ipynb"
    gru = "gru-the-same-idea-with-less"

    def renamed(name):
        found = headings(name)
        if name != file:
            return found
        return {key: title for key, title in found.items() if key != gru} | {"gru": "GRU"}

    assert {(at, anchor) for _, at, anchor in wrong_links(page, renamed)} == {(file, gru)}


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise["line"][:40])
def test_every_topic_of_the_plan_has_its_entry(places, promise):
    assert promise["topics"]
    assert not [topic for topic in promise["topics"] if topic.casefold() not in places]
    reached = set().union(*(places[topic.casefold()] for topic in promise["topics"]))
    missing = [n for n in promise["chapters"] if not any(f"/{n:02d}-" in file for file in reached)]
    assert not missing, "the plan names these chapters, and no entry leads to them"


def test_every_chapter_and_page_is_reached(page):
    reached = {file for _, links in entries(page) for _, file, _ in links}
    chapters = {f"../chapters/{path.name}" for path in (ROOT / "chapters").glob("*.ipynb")}
    assert chapters and chapters <= reached


@pytest.mark.parametrize("address", RESOURCES)
def test_every_resource_of_the_sources_stands_there_with_a_line_on_why(address):
    references = (PAGE.parent / "references.md").read_text("utf-8")
    found = re.search(rf"^- .*\]\({re.escape(address)}\)(.*)$", references, re.MULTILINE)
    assert found, f"{address} is missing in appendix/references.md"
    assert len(found[1].split()) >= 5, "say why one should open it"


def test_on_the_site_every_link_leads_to_a_heading(site, page):
    built = (site / "appendix" / "topics.html").read_text("utf-8")
    article = built[built.index("<article") : built.index("</article>")]
    items = re.findall(r"<li>.*?</li>", article, re.DOTALL)
    links = [link for item in items for link in re.findall(r'href="([^"]+)"', item)]
    assert len(links) == sum(len(links) for _, links in entries(page))
    for link in links:
        file, _, anchor = link.partition("#")
        target = (site / "appendix" / file).read_text("utf-8")
        heading = rf'<h\d>[^\n]+<a class="headerlink" href="#{re.escape(anchor)}"'
        assert anchor and re.search(heading, target), link
