"""Where a chapter is run and a mistake reported: every address comes from _config.yml."""

import json
import shutil
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from site_pages import ROOT, built, chapters

OWNER = "https://github.com/faculty/course-2030"


class _Links(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href"]


@pytest.fixture(scope="module")
def moved_book(tmp_path_factory):
    """A book of one chapter, with other addresses in its _config.yml: ``moved_book(**buttons)``."""
    count = iter(range(99))

    def build(**buttons) -> list[str]:
        source = tmp_path_factory.mktemp(f"book{next(count)}")
        config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
        config["repository"] = {"url": OWNER, "branch": "term", "path_to_book": ""}
        config["launch_buttons"] |= buttons
        (source / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
        (source / "_toc.yml").write_text(
            "format: jb-book\nroot: index\nchapters: [{file: chapters/01-neurons}]\n", "utf-8"
        )
        (source / "index.md").write_text("# A course\n\nOne chapter.\n", "utf-8")
        (source / "chapters").mkdir()
        shutil.copy(ROOT / "chapters/01-neurons.ipynb", source / "chapters")
        shutil.copytree(ROOT / "book", source / "book")
        page = built(source / "out", source=source) / "html/chapters/01-neurons.html"
        return _Links(page.read_text("utf-8")).found

    return build


def test_another_repository_and_another_hub_need_only_the_configuration(moved_book):
    links = moved_book(
        jupyterhub_url="https://hub.faculty.example/",
        binderhub_url="https://binder.faculty.example",
        colab_url="https://colab.faculty.example",
        kaggle_url="https://kaggle.faculty.example",
    )
    file = "chapters/01-neurons.ipynb"
    blob = f"faculty/course-2030/blob/term/{file}"
    assert f"https://colab.faculty.example/github/{blob}" in links
    assert f"https://kaggle.faculty.example/kernels/welcome?src=https://github.com/{blob}" in links
    assert (
        "https://binder.faculty.example/v2/gh/faculty/course-2030/term"
        f"?urlpath=lab/tree/{file}" in links
    )
    (hub,) = [link for link in links if link.startswith("https://hub.faculty.example/")]
    assert urlsplit(hub).path == "/hub/user-redirect/git-pull"
    assert parse_qs(urlsplit(hub).query) == {
        "repo": [OWNER],
        "urlpath": [f"lab/tree/course-2030/{file}"],
        "branch": ["term"],
    }
    old = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    assert not [link for link in links if old in link]


def test_an_address_taken_away_takes_its_button_away(moved_book):
    links = moved_book(kaggle_url="", colab_url="", jupyterhub_url="")
    assert not [link for link in links if "kaggle" in link or "colab" in link or "hub/" in link]
    assert [link for link in links if link.startswith("https://mybinder.org/")]


def test_a_chapter_is_downloaded_as_a_notebook(visit):
    chapter = chapters()[0]
    page = visit(f"{chapter}.html")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the notebook").click()
    assert download.value.suggested_filename == f"{chapter.split('/')[1]}.ipynb"
    assert json.loads(download.value.path().read_text("utf-8"))["cells"]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_report_names_the_page_and_the_section_that_is_read(visit, by):
    page = visit(f"{chapters()[0]}.html")
    page.context.route("https://github.com/**", lambda route: route.fulfill(body="an issue"))
    page.locator("#what-one-neuron-cannot-do").evaluate("one => one.scrollIntoView()")
    link = page.get_by_role("link", name="Report a mistake here")
    if by == "mouse":
        link.click()
    else:
        link.focus()
        page.keyboard.press("Enter")
    page.wait_for_url("https://github.com/**")
    issue = parse_qs(urlsplit(page.url).query)
    assert issue["title"] == ["chapters/01-neurons: What one neuron cannot do: "]
    assert issue["body"][0].startswith(
        "Page: chapters/01-neurons\nSection: What one neuron cannot do (#what-one-neuron-cannot-do)"
    )
    assert "What is wrong" in issue["body"][0]


def test_a_report_from_the_top_names_the_page_alone(visit):
    page = visit(f"{chapters()[0]}.html")
    link = page.get_by_role("link", name="Report a mistake", exact=True)
    page.locator("#quiz").evaluate("one => one.scrollIntoView()")
    link.focus()
    page.evaluate("scrollTo(0, 0)")
    link.focus()
    link.dispatch_event("pointerdown")
    issue = parse_qs(urlsplit(link.get_attribute("href")).query)
    assert issue["title"] == ["chapters/01-neurons: "]
    assert "Section" not in issue["body"][0]
