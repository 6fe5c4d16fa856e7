"""The search: what it finds, how fast, by mouse and keyboard, served and from a file."""

import json

import axe
import pytest
from docutils import nodes
from docutils.utils import new_document
from site_pages import ROOT, chapters

from book.search import entries_of, symbols_of

START = f"{chapters()[0]}.html"


@pytest.fixture(scope="module")
def index(site) -> dict:
    script = (site / "_static/search-index.js").read_text("utf-8")
    return json.loads(script.removeprefix("window.dlcourseSearchIndex = ").rstrip().rstrip(";"))


def ask(page, query: str) -> list[str]:
    """Type a query into the dialog; the results' lines, best first."""
    if not page.locator("dialog[open]").count():
        page.keyboard.press("Control+k")
    dialog = page.locator("#pst-search-dialog")
    dialog.get_by_role("searchbox").fill("")
    dialog.get_by_role("searchbox").fill(query)
    page.wait_for_function("document.querySelector('.dl-results-status').textContent")
    return [link.inner_text() for link in dialog.locator(".dl-results-list a").all()]


def test_every_glossary_term_is_found_first_by_its_name(visit, index):
    page = visit(START)
    ask(page, "neuron")
    terms = [entry["title"] for entry in index["entries"] if entry["kind"] == "term"]
    assert len(terms) > 100
    wrong = page.evaluate(
        """(terms) => {
          const find = window.dlcourseSearch.prepare(window.dlcourseSearchIndex);
          return terms.filter((term) => find(term).results[0]?.title !== term);
        }""",
        terms,
    )
    # A heading of the same words may come first.
    assert not [term for term in wrong if term.lower() not in _titles(index)]


def _titles(index: dict) -> set[str]:
    return {entry["title"].lower() for entry in index["entries"] if entry["kind"] == "section"}


def test_every_heading_of_the_book_is_found_by_its_words(visit, index):
    page = visit(START)
    ask(page, "neuron")
    lost = page.evaluate(
        """() => {
          const find = window.dlcourseSearch.prepare(window.dlcourseSearchIndex);
          const { entries, pages } = window.dlcourseSearchIndex;
          return entries.filter(({ title, id, page }) => !find(title).results.slice(0, 8)
            .some((one) => one.id === id && one.page === pages[page][0])).map(({ title }) => title);
        }"""
    )
    # "Quiz" and "Read on" stand in each chapter.
    assert set(lost) <= {"Quiz", "Read on", "What to remember"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("eta", "learning rate"),
        ("η", "learning rate"),
        ("nabla", "gradient of the loss"),
        ("varphi", "activation function"),
    ],
)
def test_a_symbol_is_found_by_its_name_and_by_itself(visit, query, expected):
    page = visit(START)
    assert ask(page, query)[0].startswith("Notation ›")
    first = page.locator("#pst-search-dialog .dl-results-list li").first
    assert expected in first.inner_text()
    assert first.locator("math").count() > 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("optimizer", "optimiser"),
        ("convoltion", "convolution"),
        ("SOFTMAX", "softmax"),
        ("vanishing gra", "vanishing gradient"),
    ],
)
def test_other_spellings_lead_to_the_book_s_own(visit, query, expected):
    assert ask(visit(START), query)[0].endswith(expected)


def test_code_is_found_where_it_is_used(visit):
    assert any(line.startswith("6 ") for line in ask(visit(START), "Conv2D"))


def test_nothing_found_says_so_and_what_to_do(visit):
    page = visit(START)
    assert ask(page, "xylophonist") == []
    assert "Nothing found for “xylophonist”" in page.locator(".dl-results-status").inner_text()


def test_results_come_in_under_a_tenth_of_a_second(visit):
    page = visit(START)
    ask(page, "neuron")
    times = []
    for query in ("g", "gr", "gradient", "learning rate", "a", "zzzz", "optimzer", "loss"):
        ask(page, query)
        page.wait_for_timeout(50)
        form = page.locator("#pst-search-dialog form")
        times.append(float(form.get_attribute("data-milliseconds")))
    assert sorted(times)[len(times) // 2] < 100, times


def test_the_index_comes_only_when_a_search_begins(visit):
    page = visit(START)
    loaded = "performance.getEntriesByType('resource').map(({ name }) => name).join()"
    assert "search-index" not in page.evaluate(loaded)
    ask(page, "neuron")
    assert "search-index" in page.evaluate(loaded)


def test_arrow_keys_walk_the_results_and_enter_goes_to_the_section(visit):
    page = visit(START)
    ask(page, "hyperplane")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("ArrowDown")
    address = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(address)
    assert address.endswith("appendix/glossary.html#term-hyperplane")


def test_a_result_on_the_same_page_closes_the_dialog(visit):
    page = visit(START)
    ask(page, "the boundary is a straight line")
    page.locator("#pst-search-dialog .dl-results-list a").first.click()
    assert page.locator("dialog[open]").count() == 0
    assert page.url.endswith("#the-boundary-is-a-straight-line")


@pytest.mark.parametrize("served", [True, False], ids=["served", "file"])
def test_the_page_of_the_search_answers_its_address_and_shows_all(visit, address, site, served):
    base = address if served else f"{site.as_uri()}/"
    page = visit("search.html?q=gradient", base=base)
    page.wait_for_selector(".bd-search-container .dl-results-list li:nth-child(20)")
    assert page.locator(".bd-search-container input").input_value() == "gradient"
    first = page.locator(".bd-search-container .dl-results-list a").first.get_attribute("href")
    assert first == f"{base}appendix/glossary.html#term-gradient"
    assert page.errors == []
    assert page.outside == []


def test_the_dialog_leads_to_all_results(visit):
    page = visit(START)
    ask(page, "gradient")
    page.locator(".dl-results-more a").click()
    page.wait_for_selector(".bd-search-container .dl-results-list li:nth-child(20)")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_in_the_open_search(visit, width, dark):
    page = visit(START, width=width, dark=dark)
    ask(page, "learning rate")
    assert axe.violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    box = page.locator("#pst-search-dialog").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_every_entry_leads_to_an_anchor_that_is_there(site, index):
    for entry in index["entries"]:
        page = (site / f"{index['pages'][entry['page']][0]}.html").read_text("utf-8")
        assert f'id="{entry["id"]}"' in page, entry


def test_no_second_index_is_in_the_site(site):
    assert not (site / "searchindex.js").exists()


def section(name: str, *children) -> nodes.section:
    return nodes.section("", nodes.title("", name), *children, ids=[nodes.make_id(name)])


def test_an_entry_holds_a_section_s_own_words_and_where_it_stands():
    document = new_document("page")
    formula = nodes.paragraph("", "The rate ", nodes.math("", r"\eta"), nodes.Text(" is "))
    formula += nodes.strong("", "small")
    document += section("Page", section("Part", formula, section("Detail")))
    found = {entry["title"]: entry for entry in entries_of(document)}
    assert found["Part"]["text"] == "The rate η is small"
    assert found["Part"]["terms"] == ["small"]
    assert found["Detail"]["under"] == ["Part"]
    assert found["Page"]["text"] == ""


def test_symbols_come_from_every_row_of_the_notation(index):
    source = (ROOT / "appendix/notation.md").read_text("utf-8")
    rows = [line for line in source.splitlines() if line.startswith("| $")]
    assert len([e for e in index["entries"] if e["kind"] == "symbol"]) == len(rows)
    assert list(symbols_of(new_document("page"))) == []
