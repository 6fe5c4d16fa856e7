"""How much a page asks of a slow line and a slow phone."""

import gzip

import pytest
from site_pages import ROOT, open_everything, pages, wake_all

from dlcourse_utils import palette
from dlcourse_utils.explore import bundle, parts

MOST = 500_000  # gzipped bytes of a first view
# Google's "good" is 0.1; what is left here are the few pixels of a letter from another font.
MOST_SHIFT = 0.02

_WATCH = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("path", pages())
def test_the_first_view_is_light(visit, path):
    page = visit(path, width=360)
    page.wait_for_load_state("networkidle")
    sizes = {one.url: len(gzip.compress(one.response().body())) for one in page.finished}
    assert any(url.endswith("site.css") for url in sizes)
    assert sum(sizes.values()) <= MOST, sorted(sizes.items(), key=lambda item: -item[1])[:5]


@pytest.mark.parametrize("width", [360, 412, 768, 1280])
@pytest.mark.parametrize("path", pages())
def test_nothing_moves_while_a_page_arrives(visit, path, width):
    page = visit(path, width=width, script=_WATCH)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert page.evaluate("window.shift") <= MOST_SHIFT


@pytest.mark.parametrize("width", [1200, 1280, 1600])
def test_the_text_is_as_wide_before_the_contents_beside_it_arrive(visit, width):
    page = visit("chapters/03-losses.html", width=width)
    text = page.locator(".bd-article-container")
    with_contents = text.bounding_box()
    assert page.locator(".bd-sidebar-secondary").bounding_box()["width"] > 150
    page.locator(".bd-sidebar-secondary").evaluate("one => one.remove()")
    assert text.bounding_box() == with_contents


@pytest.mark.parametrize("path", pages())
def test_nothing_holds_up_the_page_but_its_style(visit, path):
    page = visit(path)
    waits = page.locator("script[src]:not([defer], [async])")
    assert (
        waits.evaluate_all("all => all.filter((one) => !one.src.includes('/explore/')).length") == 0
    )
    assert page.locator("link[rel='stylesheet']:not(noscript *)").count() == 1


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
