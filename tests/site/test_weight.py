"""How much a page asks of a slow line and a slow phone."""

import pytest
from site_pages import ROOT, open_everything, wake_all

from dlcourse_utils import palette
from dlcourse_utils.explore import bundle, parts


@pytest.mark.parametrize("width", [1200, 1280, 1600])
def test_the_text_is_as_wide_before_the_contents_beside_it_arrive(visit, width):
    page = visit("chapters/03-losses.html", width=width)
    text = page.locator(".bd-article-container")
    with_contents = text.bounding_box()
    assert page.locator(".bd-sidebar-secondary").bounding_box()["width"] > 150
    page.locator(".bd-sidebar-secondary").evaluate("one => one.remove()")
    assert text.bounding_box() == with_contents


def test_the_one_sheet_has_every_rule_of_ours(site):
    whole = (site / "_static/site.css").read_text("utf-8")
    book = (ROOT / "book/assets/book.css").read_text("utf-8")
    # An address is written differently there.
    after_addresses = book[book.rfind("url(") + 1 :].partition("\n")[2]
    assert len(after_addresses) > 20_000
    assert after_addresses in whole
    assert bundle.style(*parts.names()) in whole
    assert palette.page_rules() in whole


def test_a_wrong_answer_has_the_colour_of_wrong(visit):
    page = visit("chapters/01-neurons.html")
    wake_all(page)
    open_everything(page)
    wrong = page.locator(".dl-quiz-wrong strong").first
    assert wrong.evaluate("one => getComputedStyle(one).color") == "rgb(184, 38, 63)"
