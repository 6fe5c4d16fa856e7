"""The pages as a reader meets them, in a headless browser."""

import pytest
from questions import CONTROLS
from site_pages import chapters, wake_all


def test_formulas_are_set_without_a_network(visit, site):
    page = visit("appendix/notation.html", base=f"{site.as_uri()}/")
    page.wait_for_selector("math")
    assert page.locator("math").count() > 20


def test_a_broken_script_leaves_the_picture(visit, address):
    page = visit(f"{chapters()[0]}.html")
    page.route("**/explore/*.js", lambda route: route.abort())
    page.reload()
    wake_all(page)
    figure = page.locator("figure.dl-explorable").first
    assert figure.get_attribute("data-state") == "still"
    assert figure.locator(".dl-still img").is_visible()
    assert figure.locator(f".dl-host :is({CONTROLS})").count() == 0
    assert any("neuron.js could not be loaded" in error for error in page.errors)


def test_an_address_with_a_state_goes_to_its_figure(visit):
    page = visit("chapters/01-neurons.html#playground?rate=0.1")
    page.wait_for_selector('figure[data-place="playground"][data-state="live"]')
    page.wait_for_function("scrollY > 1000")
    assert page.locator('figure[data-place="playground"]').evaluate(
        "one => one.getBoundingClientRect().top < innerHeight"
    )


def test_an_address_pasted_into_the_open_page_goes_to_its_figure(visit, address):
    path = "chapters/01-neurons.html#playground?seed="
    page = visit(f"{path}5")
    seed = "document.querySelector('[data-place=playground] input[type=number]')?.value"
    page.wait_for_function(f"{seed} === '5'")
    page.evaluate("scrollTo(0, 0)")
    page.goto(f"{address}{path}7")  # the page is the same: the browser does not load it anew
    page.wait_for_function(f"{seed} === '7'")
    page.wait_for_function("scrollY > 1000")


def test_no_other_address_loads_the_page_anew(visit):
    page = visit("chapters/01-neurons.html#playground?seed=5")
    page.wait_for_selector('figure[data-place="playground"][data-state="live"]')
    page.evaluate("window.stays = true")
    page.locator('[data-place="playground"] input[type=number]').fill("6")
    page.keyboard.press("Enter")
    shown = page.evaluate("location.hash")
    assert "seed=6" in shown
    for address in ("main-content", "nothing?seed=7", "playground"):
        page.evaluate(f"location.hash = '{address}'")
    page.evaluate("history.go(-3)")  # to the state that the figure still shows
    page.wait_for_function(f"location.hash === '{shown}'")
    page.wait_for_timeout(200)
    assert page.evaluate("window.stays")


def test_colours_are_chosen_and_remembered(visit):
    page = visit("index.html")
    button = page.get_by_role("button", name="Colours")
    button.click()
    chosen = page.locator("html").get_attribute("data-theme")
    assert chosen == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == chosen


def test_the_keyboard_reaches_the_text_first(visit):
    page = visit(f"{chapters()[0]}.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"


@pytest.mark.parametrize("name", ["Contents", "On this page"])
def test_on_a_phone_the_contents_open_and_close_by_keyboard(visit, name):
    page = visit(f"{chapters()[0]}.html", width=360)
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    assert dialog.get_by_role("link").count() > 3
    page.keyboard.press("Escape")
    assert dialog.count() == 0


def test_short_cells_of_a_table_stay_on_one_line(visit):
    page = visit("appendix/notation.html", width=360)
    cells = page.get_by_role("cell", name="a number", exact=True)
    assert cells.count() > 1
    lines = """cell => {
        const words = document.createRange();
        words.selectNodeContents(cell.querySelector("p") ?? cell);
        return new Set([...words.getClientRects()].map((box) => Math.round(box.top))).size;
    }"""
    assert {cell.evaluate(lines) for cell in cells.all()} == {1}
