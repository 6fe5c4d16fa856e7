"""Formulas: set by the build, drawn by the browser with the course's own letters."""

import itertools
import re

import pytest
from fontTools.ttLib import TTFont
from site_pages import ROOT, pages

from book.mathematics import mathml

FONTS = ROOT / "book/assets/fonts"
# Signs without a shape: function application, and products and separators that are not written.
# U+FE00 asks for the chancery form of a script letter, the only one that this font has.
_UNSEEN = {*map(chr, range(0x2061, 0x2065)), "\ufe00"}


@pytest.mark.parametrize("path", pages())
def test_no_formula_is_left_as_latex(site, path):
    page = (site / path).read_text("utf-8")
    spans = re.findall(r'<(?:span|div) class="math [^>]*>(.*?)</(?:span|div)>', page, re.DOTALL)
    assert spans or not path.startswith("chapters/")
    assert all("<math" in span for span in spans)
    assert "mathjax/" not in page.lower()


def test_every_sign_of_the_course_is_in_its_font(site):
    has = set(map(chr, TTFont(FONTS / "stix-two-math.woff2").getBestCmap()))
    used = set()
    for page in site.rglob("*.html"):
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL):
            text = re.sub(r"<[^>]*>", "", formula)
            used |= set(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert len(used) > 100
    missing = {sign for sign in used - has - _UNSEEN if not sign.isspace()}
    assert not missing, "make the font anew: book/assets/fonts/README.md"


def test_columns_are_aligned_without_style_attributes():
    markup = mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", display=True)
    assert " style=" not in markup
    assert markup.count('<mtd class="right">') == markup.count('<mtd class="left">') == 2


@pytest.mark.parametrize("width", [1280, 360])
def test_formulas_beside_each_other_stand_in_lines_on_a_phone(visit, width):
    page = visit("chapters/04-backpropagation.html", width=width)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll("div.math")].map((box) =>
            [...box.children].map((formula) => {
              const { top, bottom, left } = formula.getBoundingClientRect();
              return { top, bottom, left: left - box.getBoundingClientRect().left };
            }))"""
    )
    assert all(0 <= formulas[0]["left"] < 32 for formulas in boxes)
    is_below = [b["top"] >= a["bottom"] - 1 for f in boxes for a, b in itertools.pairwise(f)]
    assert is_below and any(is_below) == (width == 360)


def test_punctuation_stays_with_its_formula(site):
    source = (site / "chapters" / "03-losses.html").read_text("utf-8")
    assert re.search(r"</math>[.,]</span>", source)
    assert not re.search(r"</math></span>[.,;:]", source)
