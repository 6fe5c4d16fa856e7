"""The built files: no address outside, no dead link, buttons that open what is there."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from docutils.nodes import make_id
from site_pages import ROOT, chapters, pages

OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
LOADING = {"src", "href", "srcset", "data", "poster", "action", "xlink:href"}


class Page(HTMLParser):
    """The elements of a page, the text of its scripts and styles, and the ids in it."""

    def __init__(self, path: Path):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.inline: list[str] = []
        self.ids: set[str] = set()
        self._inside = ""
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        attributes = {key: value or "" for key, value in attrs}
        self.elements.append((tag, attributes))
        self.ids.add(attributes.get("id", ""))
        # Data for search engines names schema.org and is never run.
        self._inside = "" if "json" in attributes.get("type", "") else tag

    def handle_data(self, data):
        if self._inside in ("script", "style"):
            self.inline.append(data)

    def handle_endtag(self, tag):
        self._inside = ""

    def links(self) -> list[str]:
        return [a["href"] for tag, a in self.elements if tag == "a" and "href" in a]


@pytest.fixture(scope="session")
def parsed(site):
    found = {
        path.relative_to(site).as_posix(): Page(path)
        for path in site.rglob("*.html")
        # The links of 404.html start at the server's root: see test_lost.py.
        if "_static" not in path.parts and path.name != "404.html"
    }
    assert len(found) >= len(pages())
    return found


@pytest.fixture(scope="session")
def repository() -> dict:
    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]


def test_every_page_of_the_book_is_there(parsed):
    assert set(pages()) <= set(parsed)


def test_nothing_but_content_is_in_the_site(parsed):
    content = {name for name in parsed if "/" in name}
    assert content
    assert content <= set(pages())


def test_no_page_loads_anything_from_outside(parsed):
    found = [
        (name, tag, value)
        for name, page in parsed.items()
        for tag, attributes in page.elements
        for key, value in attributes.items()
        if key in LOADING and OUTSIDE.match(value.strip())
        if tag != "a" and attributes.get("rel") != "canonical"
    ]
    assert not found


def test_no_inline_script_or_style_names_an_outside_address(parsed):
    assert all(page.inline for page in parsed.values()), "the lines that choose light or dark"
    found = {
        name
        for name, page in parsed.items()
        if "//" in "".join(page.inline) and re.search(r"https?://", "".join(page.inline))
    }
    assert not found


def test_no_style_sheet_in_use_loads_from_outside(site, parsed):
    sheets = {
        (site / name).parent / urlsplit(attributes["href"]).path
        for name, page in parsed.items()
        for tag, attributes in page.elements
        if tag == "link" and "stylesheet" in attributes.get("rel", "")
    }
    assert sheets
    for sheet in sheets:
        used = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", sheet.read_text("utf-8"))
        assert not [address for address in used if OUTSIDE.match(address)], sheet.name


def test_every_link_within_the_site_leads_somewhere(site, parsed):
    dead, seen = [], 0
    for name, page in parsed.items():
        for link in page.links():
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            seen += 1
            path = unquote(parts.path) or Path(name).name
            target = ((site / name).parent / path).resolve()
            known = parsed.get(target.relative_to(site).as_posix())
            anchor = unquote(parts.fragment)
            if not target.is_file() or (anchor and known and anchor not in known.ids):
                dead.append((name, link))
    assert seen > 1000
    assert not dead


@pytest.mark.parametrize("chapter", chapters())
def test_buttons_open_this_chapter_of_this_repository(parsed, site, repository, chapter):
    owner = urlsplit(repository["url"]).path.strip("/")
    file = f"{chapter}.ipynb"
    blob = f"{owner}/blob/{repository['branch']}/{file}"
    links = parsed[f"{chapter}.html"].links()
    for address in (
        f"https://colab.research.google.com/github/{blob}",
        f"https://www.kaggle.com/kernels/welcome?src=https://github.com/{blob}",
        f"https://mybinder.org/v2/gh/{owner}/{repository['branch']}?urlpath=lab/tree/{file}",
        f"{repository['url']}/blob/{repository['branch']}/{file}?plain=1",
    ):
        assert address in links
    assert (ROOT / file).is_file()
    assert any(link.startswith(f"{repository['url']}/issues/new?title={chapter}") for link in links)
    (download,) = [link for link in links if link.endswith(f"_sources/{file}")]
    assert (site / "chapters" / download).resolve().read_bytes() == (ROOT / file).read_bytes()


@pytest.mark.parametrize("chapter", chapters())
def test_every_picture_says_what_it_shows(parsed, chapter):
    pictures = [a for tag, a in parsed[f"{chapter}.html"].elements if tag == "img"]
    assert pictures
    assert not [a["src"] for a in pictures if len(a.get("alt", "")) < 20]


def test_pictures_keep_their_place_and_wait_until_they_are_near(parsed):
    seen = 0
    for name, page in parsed.items():
        for tag, attributes in page.elements:
            if tag == "img":
                assert int(attributes["width"]) > 0 < int(attributes["height"]), name
                assert attributes["loading"] == "lazy", name
                seen += 1
    assert seen > 200


@pytest.mark.parametrize("chapter", chapters())
def test_every_explorable_of_the_notebook_is_on_the_page(parsed, site, chapter):
    mime = "application/vnd.dlcourse.explorable+json"
    stored = [
        output["data"][mime]["module"]
        for cell in json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]
    elements = parsed[f"{chapter}.html"].elements
    figures = [a for _, a in elements if a.get("class") == "dl-explorable"]
    assert stored
    assert [a["data-module"] for a in figures] == stored
    assert len({a["data-place"] for a in figures}) == len(figures)
    for module in set(stored):
        assert "dlcourse.define(" in (site / "_static/explore" / f"{module}.js").read_text("utf-8")


def test_the_number_in_the_contents_is_the_chapters_own():
    toc, seen = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8")), 0
    for part in toc["parts"]:
        for page in part["chapters"]:
            if found := re.match(r"chapters/(\d\d)-", page["file"]):
                assert page["title"].split()[0] == str(int(found[1]))
                seen += 1
    assert seen == len(chapters())


@pytest.mark.parametrize("name", pages())
def test_every_section_has_an_address_made_of_its_words(site, name):
    page = BeautifulSoup((site / name).read_text("utf-8"), "html.parser")
    sections = page.select("article section[id]")
    addresses = [section["id"] for section in sections]
    assert len(set(addresses)) == len(addresses)
    for section in sections:
        heading = section.find(["h1", "h2", "h3", "h4"])
        mark = heading.find("a", class_="headerlink")
        assert mark["href"] == f"#{section['id']}"
        mark.extract()
        assert section["id"] == make_id(heading.get_text().replace("’", "'"))


def test_previous_and_next_name_the_pages_in_their_order(parsed, site):
    order = [name for name in pages() if name not in ("search.html", "progress.html")]
    assert len(order) > 20
    for before, page, after in zip(order, order[1:], order[2:], strict=False):
        soup = BeautifulSoup((site / page).read_text("utf-8"), "html.parser")
        links = {link["rel"][0]: link for link in soup.select(".dl-prev-next a")}
        for rel, other in (("prev", before), ("next", after)):
            target = (site / page).parent / links[rel]["href"]
            assert target.resolve() == (site / other).resolve()
            title = BeautifulSoup((site / other).read_text("utf-8"), "html.parser").h1.contents[0]
            assert links[rel].get_text().endswith(title.strip())
