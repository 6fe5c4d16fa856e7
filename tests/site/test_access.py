"""The site for everybody: what a visit to each page (`test_visits`) does not ask."""

import pytest
from site_pages import chapters, wake_all

FIRST = f"{chapters()[0]}.html"


@pytest.mark.parametrize("name", ["Colours", "Contents"])
def test_a_pressed_button_keeps_the_focus(visit, name):
    page = visit(FIRST)
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")
    assert button.evaluate("one => one === document.activeElement")


def test_figures_are_printed_in_the_colours_of_paper(visit):
    page = visit(FIRST, dark=True)
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
    path = f"{FIRST}#neuron?b=-2"
    light, dark = visit(path), visit(path, dark=True)
    for page in (light, dark):
        page.wait_for_selector('figure[data-place="neuron"][data-state="live"]')
        page.evaluate("new Promise(requestAnimationFrame)")
    on_screen = dark.evaluate(pixels)
    dark.evaluate(f"() => addEventListener('beforeprint', () => {{ window.printed = {pixels}; }})")
    dark.pdf()
    assert dark.evaluate("printed") == light.evaluate(pixels) != on_screen
    assert dark.evaluate(pixels) == on_screen
