"""The site for everybody: by keyboard, enlarged, without motion, on paper, read aloud."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from site_pages import chapters, open_everything, pages, wake_all

CHAPTERS = [f"{name}.html" for name in chapters()]


def findings(page) -> list:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", pages())
def test_axe_finds_nothing_when_all_is_open_and_answered(visit, path, dark):
    page = visit(path, dark=dark)
    wake_all(page)
    open_everything(page)
    assert page.locator('[data-module="quiz_view"]').count() == path.startswith("chapters/")
    assert findings(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", pages())
def test_axe_finds_nothing_in_a_dialog(visit, path, dark):
    page = visit(path, width=360, dark=dark)
    for button in page.locator("button.sidebar-toggle, button.search-button__button").all():
        if button.is_visible():
            button.click()
            if page.locator("dialog[open]").count():
                assert findings(page) == []
            page.keyboard.press("Escape")


# Place in the list of what can be reached, whether it is seen to have the focus, and its start.
FOCUSED = """() => {
  const one = document.activeElement;
  const ring = ["dark", "light"].every((colours) => {
    document.documentElement.dataset.theme = colours;
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = one.getBoundingClientRect();
  const there = box.bottom > 0 && box.top < innerHeight;
  return [places.indexOf(one), ring && there, one.outerHTML.slice(0, 120)];
}"""


@pytest.mark.parametrize("path", pages())
def test_the_keyboard_reaches_everything_in_order_and_is_seen(visit, path):
    page = visit(path)
    wake_all(page)
    # The theme finds out after a pause what scrolls, and lets the keyboard stop there alone.
    page.wait_for_timeout(400)
    page.evaluate("scrollTo(0, 0)")
    reachable = page.evaluate(
        """() => {
          const chosen = "a[href], button, input, select, textarea, summary, [tabindex='0']";
          window.places = [...document.querySelectorAll(chosen)].filter((one) =>
            !one.disabled && one.tabIndex >= 0 &&
            one.checkVisibility({ visibilityProperty: true }) &&
            // Of the answers to a question the keyboard stops at one: the chosen, else the first.
            !(one.type === "radio" && one !== ["input:checked", "input"]
              .map((which) => one.closest("fieldset").querySelector(which)).find(Boolean)));
          document.activeElement.blur();
          return places.length;
        }"""
    )
    seen, unseen = [], []
    for _ in range(reachable + 20):
        page.keyboard.press("Tab")
        place, shown, words = page.evaluate(FOCUSED)
        if words.startswith("<body") or (seen and place == seen[0]):
            break
        # The browser also stops at what scrolls, which the list need not name.
        if place >= 0:
            seen.append(place)
        if not shown:
            # A list that scrolls brings it into view with the next frame.
            page.wait_for_timeout(100)
            shown = page.evaluate(FOCUSED)[1]
        if not shown:
            unseen.append(words)
    assert unseen == []
    # The skip link comes first wherever it stands; everything else in reading order.
    assert seen == sorted(seen)
    missed = sorted(set(range(reachable)) - set(seen))
    assert (
        page.evaluate("all => all.map((one) => places[one].outerHTML.slice(0, 120))", missed) == []
    )


@pytest.mark.parametrize("name", ["Colours", "Contents"])
def test_a_pressed_button_keeps_the_focus(visit, name):
    page = visit(CHAPTERS[0])
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")
    assert button.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("width", [640, 320], ids=["200%", "400%"])
@pytest.mark.parametrize("path", pages())
def test_enlarged_pages_need_no_sideways_scrolling(visit, path, width):
    page = visit(path, width=width)
    wake_all(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize("path", pages())
def test_nothing_moves_for_those_who_asked_for_rest(visit, path):
    page = visit(path)
    wake_all(page)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const { transitionDuration, animationName } = getComputedStyle(one);
          const lasts = transitionDuration.split(",").some((time) => parseFloat(time) > 0);
          return animationName !== "none" || lasts;
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert moving == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.parametrize("path", ["index.html", *CHAPTERS])
def test_paper_has_the_text_and_nothing_to_press(visit, path):
    page = visit(path, width=718, dark=True)
    wake_all(page)
    page.emulate_media(media="print")
    for name in (".bd-sidebar-primary", ".bd-header-article", ".dl-run", ".dl-controls", "dialog"):
        for one in page.locator(name).all():
            assert not one.is_visible(), name
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 718
    colours = (
        "one => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    )
    ink, paper = page.locator("article h1 + p").evaluate(colours)
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert page.locator("article h1").is_visible()
    # What is too wide for paper would be cut off: it cannot be scrolled there.
    cut = page.locator("article :is(pre, table, div.math)").evaluate_all(
        "all => all.filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.textContent.slice(0, 60))"
    )
    assert cut == []


def test_figures_are_printed_in_the_colours_of_paper(visit):
    page = visit(CHAPTERS[0], dark=True)
    wake_all(page)
    figure = page.locator("figure.dl-explorable .dl-explorable-root").first
    colours = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    on_screen = figure.evaluate(colours)
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
          const figure = document.querySelector("figure.dl-explorable .dl-explorable-root");
          window.printed = getComputedStyle(figure).color;
        })"""
    )
    page.pdf()
    assert page.evaluate("printed") == "rgb(28, 36, 48)"
    assert figure.evaluate(colours) == on_screen


def test_plots_are_printed_in_the_colours_of_paper(visit):
    """Those on a canvas must be painted anew before the print: no frame comes between."""
    pixels = "document.querySelector('figure.dl-explorable canvas').toDataURL()"
    path = f"{CHAPTERS[0]}#neuron?b=-2"
    light, dark = visit(path), visit(path, dark=True)
    for page in (light, dark):
        page.wait_for_selector('figure[data-place="neuron"][data-state="live"]')
        page.evaluate("new Promise(requestAnimationFrame)")
    on_screen = dark.evaluate(pixels)
    dark.evaluate(f"() => addEventListener('beforeprint', () => {{ window.printed = {pixels}; }})")
    dark.pdf()
    assert dark.evaluate("printed") == light.evaluate(pixels) != on_screen
    assert dark.evaluate(pixels) == on_screen
