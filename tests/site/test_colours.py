"""The palette: contrast on the light and on the dark page, and no colour that stands elsewhere."""

import re
from itertools import product

import numpy as np
import pytest
from site_pages import ROOT

from dlcourse_utils import palette
from dlcourse_utils.explore import bundle, parts
from dlcourse_utils.palette import DARK, LIGHT

TEXT = ("ink", "muted", "blue", "orange", "violet", "green", "red")
PAGES = {"light": LIGHT, "dark": DARK}
IN_FIGURES = {name: getattr(palette, name) for name in ("BLUE", "ORANGE", "GREY", "VIOLET", "GREEN",
                                                        "RED")}  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", PAGES)
def test_text_can_be_read_on_the_page_and_on_its_fields(theme):
    colours = PAGES[theme]
    grounds = {"paper": colours["paper"], "field": colours["field"]}
    grounds["figure's field"] = declared(palette.figure_rules(), theme)["field"]
    for name, ground in product(TEXT, grounds):
        # Orange words stand on the page alone; on a field orange is a rule, which needs 3:1.
        least = 3 if name == "orange" and ground != "paper" else 4.5
        assert contrast(colours[name], grounds[ground]) >= least, f"{name} on {ground}"


@pytest.mark.parametrize("theme", PAGES)
@pytest.mark.parametrize("name", IN_FIGURES)
def test_static_figures_can_be_seen_on_both_pages(name, theme):
    assert contrast(IN_FIGURES[name], PAGES[theme]["paper"]) >= 3


def test_numbers_can_be_read_on_their_squares_and_marks_on_their_discs():
    assert contrast(palette.ON_BLUE, palette.BLUE) >= 4
    assert contrast(palette.ON_ORANGE, palette.ORANGE) >= 4.5
    for disc in (LIGHT["green"], LIGHT["red"], palette.NOT_STARTED):
        assert contrast(disc, LIGHT["paper"]) >= 4.5
    assert contrast(DARK["violet"], "#000000") >= 4.5  # the pen on the black pad


def declared(css: str, theme: str) -> dict[str, str]:
    """The colours that the first rule for a theme declares."""
    rule = next(rule for rule in css.splitlines() if f"color-scheme:{theme};" in rule)
    return dict(re.findall(r"--dl-([\w-]+):(#[0-9A-F]{6});", rule))


@pytest.mark.parametrize("theme", PAGES)
def test_pages_and_explorables_get_the_colours_of_the_palette(theme):
    assert declared(palette.page_rules(), theme) == PAGES[theme]
    figures = declared(palette.figure_rules(), theme)
    shared = set(TEXT) | {"paper", "line"}
    assert {name: figures[name] for name in shared} == {name: PAGES[theme][name] for name in shared}


def test_every_name_of_a_colour_has_a_value():
    known = set(declared(palette.page_rules(), "light"))
    known_in_figures = set(declared(palette.figure_rules(), "light"))
    for name in parts.names():
        used = set(re.findall(r"var\(--dl-([\w-]+)\)", bundle.style(name) + bundle.body(name)))
        assert used - {"cell"} <= known_in_figures, name  # a cell is a length
    sheets = {path.name: path.read_text("utf-8") for path in (ROOT / "book").rglob("*.css")}
    assert "book.css" in sheets
    measures = set(re.findall(r"--dl-([\w-]+):", "".join(sheets.values())))
    for name, css in sheets.items():
        assert set(re.findall(r"var\(--dl-([\w-]+)\)", css)) - measures <= known, name


def test_viridis_of_scripts_is_matplotlibs():
    import matplotlib

    source = (parts.HERE / parts.KIT / "colours.js").read_text("utf-8")
    stops = re.search(r"const VIRIDIS = (\[.*?\]);", source, re.DOTALL)[1]
    found = np.array(re.findall(r"\d+", stops), dtype=int).reshape(-1, 3)
    theirs = matplotlib.colormaps["viridis"](np.linspace(0, 1, len(found)), bytes=True)[:, :3]
    assert np.abs(found - theirs).max() <= 3


# A colour written as digits: of six, three or eight, or as channels.
LITERAL = re.compile(
    r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b|\b(?:rgba?|hsla?)\(\s*\d"
)
# Shades of black are no colours.
SHADE = re.compile(r"rgba?\(0,? 0,? 0")
# What instructors get has no page of the book around it.
NOT_OF_THE_BOOK = "dlcourse_teaching/templates"


def test_no_colour_stands_elsewhere():
    values = {colour.upper() for theme in (LIGHT, DARK) for colour in theme.values()}
    values |= {colour.upper() for colour in IN_FIGURES.values()}
    seen = 0
    for folder in ("book", "dlcourse_utils", "dlcourse_authoring", "dlcourse_teaching"):
        for path in (ROOT / folder).rglob("*"):
            place = path.relative_to(ROOT).as_posix()
            if path.suffix not in (".py", ".css", ".js", ".svg", ".html", ".j2"):
                continue
            if place == "dlcourse_utils/palette.py" or place.startswith(NOT_OF_THE_BOOK):
                continue
            seen += 1
            found = LITERAL.findall(SHADE.sub("", path.read_text("utf-8")))
            if path.suffix == ".svg":  # a picture by itself has no names of colours
                found = [colour for colour in found if colour.upper() not in values]
            assert not found, f"{place}: {found}; take it from dlcourse_utils/palette.py"
    assert seen > 150
