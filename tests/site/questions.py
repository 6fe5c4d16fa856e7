"""What is asked of a page that is open: each function is a question, and its name the good answer.

`visits` asks them, many on one visit. A question that needs something to be there says so itself:
one that looked at nothing has no answer.
"""

import gzip

import axe

PAPER = 718  # pixels between the margins of A4
MOST = 500_000  # gzipped bytes of a first view
# Google's "good" is 0.1; what is left here are the few pixels of a letter from another font.
MOST_SHIFT = 0.02
CONTROLS = "input, button, select, [tabindex='0']"
FIGURES = ".cell.tag_figure .cell_output img:visible"
# The width in pixels of the page that the file in use was drawn for.
LAID_OUT_FOR = """image => image.currentSrc.includes("-narrow-")
    ? image.parentNode.querySelector("source").width : Number(image.getAttribute("width"))"""

# Runs before the page's own scripts: notes what moves, and says what the policy forbade.
WATCH = """
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  addEventListener("securitypolicyviolation",
    (event) => console.error(event.violatedDirective, event.blockedURI, event.sample));
"""


def nothing_moved_while_it_arrived(page) -> None:
    page.wait_for_timeout(200)
    assert page.evaluate("window.shift") <= MOST_SHIFT


def its_first_view_is_light(page) -> None:
    sizes = {one.url: len(gzip.compress(one.response().body())) for one in page.finished}
    assert any(url.endswith("site.css") for url in sizes)
    assert sum(sizes.values()) <= MOST, sorted(sizes.items(), key=lambda item: -item[1])[:5]


def nothing_holds_it_up_but_its_style(page) -> None:
    assert page.locator("script[src]").count() > 0
    waits = page.locator("script[src]:not([defer], [async])").evaluate_all(
        "all => all.map((one) => one.src).filter((src) => !src.includes('/explore/'))"
    )
    assert waits == []
    assert page.locator("link[rel='stylesheet']:not(noscript *)").count() == 1


def its_footer_has_licence_and_citation(page, address: str) -> None:
    footer = page.locator("footer.bd-footer-content")
    assert footer.locator("a[rel='license']").is_visible()
    assert "To cite:" in footer.inner_text()
    assert address in footer.inner_text()


def it_has_the_readers_colours(page, dark: bool) -> None:
    assert page.locator("html").get_attribute("data-theme") == ("dark" if dark else "light")


def the_row_under_its_title_has_every_way_to_run_it(page) -> None:
    links = page.get_by_role("group", name="Run this chapter").get_by_role("link")
    names = [link.inner_text() for link in links.all()]
    assert names[:3] == ["Colab", "Kaggle", "Binder"]
    assert names[-3:] == ["Download the notebook", "View the source", "Report a mistake"]


def it_needs_no_sideways_scrolling(page, width: int) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("innerWidth") == width
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def its_explorables_are_alive_and_keep_one_caption(page) -> None:
    figures = page.locator("figure.dl-explorable").all()
    assert figures
    for figure in figures:
        assert figure.get_attribute("data-state") == "live"
        assert figure.locator(f".dl-host :is({CONTROLS})").count() > 0
        assert figure.locator("figcaption").count() == 1
        assert figure.locator(".dl-still").count() == 0


def nothing_went_wrong_and_nobody_else_was_asked(page) -> None:
    assert page.errors == []
    assert page.outside == []


def its_formulas_are_drawn_as_mathematics(page) -> None:
    formulas, flat, powers = page.evaluate(
        """() => {
          const shown = (what) => [...document.querySelectorAll(what)].filter((one) =>
            one.checkVisibility());
          const box = (one) => one.getBoundingClientRect();
          const size = (one) => parseFloat(getComputedStyle(one).fontSize);
          const formulas = shown("article math"), powers = shown("article msup");
          return [formulas.length, formulas.filter((one) => box(one).height < 5).length,
            powers.map(({ children: [base, exponent] }) =>
              box(exponent).top < box(base).top && box(exponent).bottom < box(base).bottom &&
              size(exponent) < size(base))];
        }"""
    )
    assert formulas and not flat
    assert all(powers)


def its_figures_are_whole_and_large_enough(page, width: int, theme: str) -> None:
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    figures = page.locator(FIGURES).all()
    assert figures
    for figure in figures:
        figure.scroll_into_view_if_needed()
        figure.evaluate("image => image.decode()")
        shown = figure.bounding_box()
        assert 0 <= shown["x"] and shown["x"] + shown["width"] <= width
        assert f"-{theme}." in figure.evaluate("image => image.currentSrc")
        # The smallest letters have 12 pixels where the figure is not made smaller.
        assert shown["width"] >= 0.75 * figure.evaluate(LAID_OUT_FOR)


def nothing_moves_for_those_who_asked_for_rest(page) -> None:
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


def a_solution_is_closed_until_it_is_asked_for(page) -> None:
    solutions = page.locator(".tag_solution details")
    assert solutions.count() >= 5
    assert not solutions.first.evaluate("one => one.open")
    page.locator("summary", has_text="Show the solution").first.click()
    assert solutions.first.locator(".cell_input").is_visible()


def axe_finds_nothing(page) -> None:
    assert axe.violations(page) == []


def axe_finds_nothing_but_contrast(page) -> None:
    assert axe.violations_but_contrast(page) == []


def its_text_can_be_told_from_what_lies_behind(page) -> None:
    assert axe.violations_of_contrast(page) == []


def axe_finds_nothing_in_its_dialogs(page) -> None:
    opened = 0
    for button in page.locator("button.sidebar-toggle, button.search-button__button").all():
        if button.is_visible():
            button.click()
            if page.locator("dialog[open]").count():
                opened += 1
                for theme in ("dark", "light"):
                    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
                    assert axe.violations(page) == [], theme
            page.keyboard.press("Escape")
    assert opened


def on_paper_it_has_the_text_and_nothing_to_press(page, presses: tuple[str, ...]) -> None:
    for name in presses:
        assert page.locator(name).count() > 0, f"{name} is the name of nothing"
        assert page.locator(f"{name} >> visible=true").count() == 0, name
    ink, paper = page.locator("article h1 + p").evaluate(
        "one => [getComputedStyle(one).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert page.locator("article h1").is_visible()


def on_paper_nothing_is_cut_off(page) -> None:
    """What is too wide for paper cannot be scrolled there."""
    cut = page.locator("article :is(pre, table, div.math)").evaluate_all(
        "all => all.filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.textContent.slice(0, 60))"
    )
    assert cut == []
