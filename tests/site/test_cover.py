"""The cover: the way in, and a map that the chapters' own files fill."""

import pytest
from site_pages import ROOT, chapters

from dlcourse_utils.chapter import read


@pytest.fixture
def cover(visit):
    return visit("index.html")


def test_a_phone_shows_the_way_in_on_its_first_screen(visit):
    page = visit("index.html", width=360)
    box = page.get_by_role("link", name="Start with chapter 1").bounding_box()
    assert box["y"] + box["height"] < 800


def test_every_chapter_has_a_card_with_its_own_facts(cover):
    cards = cover.locator(".dl-cards > li")
    assert cards.count() == len(chapters())
    for card, name in zip(cards.all(), chapters(), strict=True):
        facts = read(ROOT / f"{name}.ipynb")
        assert card.locator(".dl-card-title a").get_attribute("href") == f"{name}.html"
        line = card.locator(".dl-facts")
        assert f"{facts.minutes} minutes" in line.inner_text()
        links = [a.get_attribute("href") for a in line.locator("a").all()]
        assert links == [f"chapters/{need}.html" for need in sorted(facts.needs)]
        assert len(card.locator("p").nth(1).inner_text()) > 20
        assert card.locator("img").count() == 1


def test_an_arc_for_each_need(cover):
    arcs = cover.locator(".dl-arcs path")
    drawn = {(a.get_attribute("data-from"), a.get_attribute("data-to")) for a in arcs.all()}
    names = [name.split("/")[1] for name in chapters()]
    wanted = {
        (need[:2], name[:2])
        for name in names
        for need in read(ROOT / "chapters" / f"{name}.ipynb").needs
        if need in names
    }
    assert drawn == wanted
