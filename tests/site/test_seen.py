"""What search engines, and people who get a link, are told of a page."""

import json
import re
from xml.etree import ElementTree

import pytest
import yaml
from PIL import Image
from site_pages import ROOT, base_address, chapters, pages, soup

from dlcourse_utils.chapter import read

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
BASE = base_address()
CONTENT = [path for path in pages() if path not in ("search.html", "progress.html")]


def title(page) -> str:
    return page.title.get_text()


def meta(page, name: str) -> str:
    (one,) = page.select(f'meta[name="{name}"], meta[property="{name}"]')
    return one["content"]


def structured(page) -> dict:
    (script,) = page.select('script[type="application/ld+json"]')
    return json.loads(script.get_text())


def address(path: str) -> str:
    return BASE + ("" if path == "index.html" else path)


@pytest.mark.parametrize("path", CONTENT)
def test_a_page_introduces_itself(site, path):
    page = soup(site / path)
    assert 10 < len(title(page)) < 75
    assert 40 < len(meta(page, "description")) <= 161
    assert meta(page, "og:title") == title(page)
    (canonical,) = page.select('link[rel="canonical"]')
    assert canonical["href"] == meta(page, "og:url") == address(path)
    card = meta(page, "og:image")
    assert card.startswith(BASE)
    assert Image.open(site / card.removeprefix(BASE)).size == (1200, 630)
    data = structured(page)
    assert data["url"] == address(path)
    assert data["license"].startswith("https://creativecommons.org/licenses/by/4.0")


def test_titles_and_descriptions_differ(site):
    parsed = [soup(site / path) for path in CONTENT]
    assert len(parsed) > 20
    for values in (map(title, parsed), (meta(page, "description") for page in parsed)):
        listed = list(values)
        assert len(set(listed)) == len(listed)


def test_the_cover_is_a_course_of_all_chapters(site):
    data = structured(soup(site / "index.html"))
    assert data["@type"] == "Course"
    assert data["name"] == CONFIG["title"]
    assert [part["url"] for part in data["hasPart"]] == [f"{BASE}{n}.html" for n in chapters()]
    minutes = sum(read(ROOT / f"{name}.ipynb").minutes for name in chapters())
    assert data["hasCourseInstance"]["courseWorkload"] == f"PT{minutes}M"


@pytest.mark.parametrize("name", chapters())
def test_a_chapter_says_what_it_teaches_and_how_long_it_takes(site, name):
    data = structured(soup(site / f"{name}.html"))
    assert data["@type"] == "LearningResource"
    assert data["isPartOf"]["url"] == BASE
    assert 3 <= len(data["teaches"]) <= 5
    assert re.fullmatch(r"PT\d+M", data["timeRequired"])


def test_the_sitemap_lists_every_page(site):
    tree = ElementTree.parse(site / "sitemap.xml")
    listed = {one.text for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {address(path) for path in CONTENT} <= listed
    for one in listed:
        assert (site / (one.removeprefix(BASE) or "index.html")).is_file()
