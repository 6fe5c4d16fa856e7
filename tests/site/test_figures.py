"""Static figures: in the colours of the page, and set anew for a phone."""

import io
import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from questions import FIGURES
from site_pages import ROOT
from test_colours import DARK, LIGHT, contrast

import dlcourse_utils as dl
from dlcourse_utils.plotting import style

THEMES = {"light": LIGHT, "dark": DARK}


def words(svg: str) -> set[str]:
    """The colours of the letters in an SVG file."""
    return {
        colour
        for text in re.findall(r"<text[^>]*>", svg)
        for colour in re.findall(r"fill: (#\w{6})", text)
    }


@pytest.mark.parametrize("theme", THEMES)
def test_words_in_figures_can_be_read_on_the_page(theme):
    from book import figures

    seen = 0
    for path in (ROOT / "chapters").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                svg = "".join(output.get("data", {}).get("image/svg+xml", ""))
                if not svg or "<image" in svg or "plot_confusion_matrix" in "".join(cell["source"]):
                    continue
                for colour in words(figures.themed(svg.encode(), ".svg", theme).decode()):
                    seen += 1
                    assert contrast(colour, THEMES[theme]["paper"]) >= 4.5, (cell["id"], colour)
    assert seen > 50


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_in_squares_can_be_read_on_them(theme):
    from book import figures

    style.use_book_style()
    ax = dl.plot_confusion_matrix([0, 0, 1], [0, 1, 1])
    svg = style.to_svg(ax.figure)
    here = THEMES[theme]
    found = words(figures.themed(svg.encode(), ".svg", theme).decode())
    assert {colour.upper() for colour in found} == {here["muted"], here["paper"]}
    assert contrast(here["paper"], here["blue"]) >= 4.5
    assert contrast(here["paper"], here["orange"]) >= 4.5


def test_letters_of_pixels_take_the_colour_of_the_page():
    from book import figures

    style.use_book_style()
    figure, ax = plt.subplots(figsize=(2, 2))
    ax.imshow(np.eye(4))
    png, _ = style.to_png(figure)
    dark = np.array(Image.open(io.BytesIO(figures.themed(png, ".png", "dark"))))
    muted = list(bytes.fromhex(DARK["muted"][1:]))
    assert (dark[..., :3] == muted).all(axis=-1).sum() > 100
    plain = np.array(Image.open(io.BytesIO(png)))
    assert (dark[..., 3] == plain[..., 3]).all(), "only colours change"


def test_a_dark_page_prints_its_figures_for_paper(visit):
    page = visit("chapters/05-optimizers.html", dark=True)
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".dl-dark img:visible").count() == 0
    assert page.locator(".dl-light img:visible").count() == page.locator(".dl-dark").count() > 5


def test_the_button_changes_the_figures_with_the_page(visit):
    page = visit("chapters/05-optimizers.html")
    for theme in ("light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        figure = page.locator(FIGURES).first
        figure.scroll_into_view_if_needed()
        figure.evaluate("image => image.decode()")
        assert f"-{theme}." in figure.evaluate("image => image.currentSrc")


def test_every_picture_in_the_site_is_shown_by_a_page(site):
    pages = "".join(page.read_text("utf-8") for page in site.rglob("*.html"))
    pictures = [file.name for file in (site / "_images").iterdir()]
    assert len(pictures) > 100
    assert [name for name in pictures if name not in pages] == []
