"""What search engines, and people who get a link, are told of a page."""

import json
import re
from xml.etree import ElementTree

import pytest
import yaml
from PIL import Image
from site_pages import ROOT, chapters, pages

from book.addresses import site_address
from dlcourse_utils.chapter import read

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
BASE = site_address(CONFIG["html"].get("baseurl", ""), CONFIG["repository"]["url"])
CONTENT = [path for path in pages() if path not in ("search.html", "progress.html")]


def meta(page, name: str) -> str:
    return page.locator(f'meta[name="{name}"], meta[property="{name}"]').get_attribute("content")


def structured(page) -> dict:
    return json.loads(page.locator('script[type="application/ld+json"]').text_content())


def address(path: str) -> str:
    return BASE + ("" if path == "index.html" else path)


@pytest.mark.parametrize("path", CONTENT)
def test_a_page_introduces_itself(visit, site, path):
    page = visit(path)
    assert 10 < len(page.title()) < 75
    assert 40 < len(meta(page, "description")) <= 161
    assert meta(page, "og:title") == page.title()
    canonical = page.locator('link[rel="canonical"]')
    assert canonical.get_attribute("href") == meta(page, "og:url") == address(path)
    card = meta(page, "og:image")
    assert card.startswith(BASE)
    assert Image.open(site / card.removeprefix(BASE)).size == (1200, 630)
    data = structured(page)
    assert data["url"] == address(path)
    assert data["license"].startswith("https://creativecommons.org/licenses/by/4.0")


def test_titles_and_descriptions_differ(visit):
    seen = [(page.title(), meta(page, "description")) for page in map(visit, CONTENT)]
    for values in zip(*seen, strict=True):
        assert len(set(values)) == len(values)


def test_the_cover_is_a_course_of_all_chapters(visit):
    data = structured(visit("index.html"))
    assert data["@type"] == "Course"
    assert data["name"] == CONFIG["title"]
    assert [part["url"] for part in data["hasPart"]] == [f"{BASE}{n}.html" for n in chapters()]
    minutes = sum(read(ROOT / f"{name}.ipynb").minutes for name in chapters())
    assert data["hasCourseInstance"]["courseWorkload"] == f"PT{minutes}M"


@pytest.mark.parametrize("name", chapters())
def test_a_chapter_says_what_it_teaches_and_how_long_it_takes(visit, name):
    data = structured(visit(f"{name}.html"))
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


@pytest.mark.parametrize("path", pages())
def test_the_footer_has_licence_and_citation(visit, path):
    footer = visit(path).locator("footer.bd-footer-content")
    assert footer.locator("a[rel='license']").is_visible()
    assert "To cite:" in footer.inner_text()
    assert BASE in footer.inner_text()
