"""The palette of the pages: contrast in light and dark, and one palette with the explorables."""

import re
from itertools import product

import pytest
from site_pages import ROOT

TEXT = ("ink", "muted", "blue", "orange", "violet", "green", "red")


def palette(path, selector: str) -> dict[str, str]:
    """The ``--dl-…`` colours of a rule in a style sheet."""
    sheet = path.read_text("utf-8")
    rule = re.search(rf"^{re.escape(selector)}[^{{]*{{(.*?)}}", sheet, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"--dl-(\w+): (#[0-9a-fA-F]{6});", rule[1]))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


BOOK = ROOT / "book/assets/book.css"
LIGHT, DARK = palette(BOOK, "html"), palette(BOOK, 'html[data-theme="dark"]')


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_the_page_and_on_its_fields(colours):
    for name, ground in product(TEXT, ("paper", "field")):
        # Orange words stand on the page alone; on a field orange is a rule, which needs 3:1.
        least = 3 if (name, ground) == ("orange", "field") else 4.5
        assert contrast(colours[name], colours[ground]) >= least, f"{name} on {ground}"


@pytest.mark.parametrize(
    ("page", "selector"),
    [(LIGHT, ".dl-explorable-root"), (DARK, 'html[data-theme="dark"] .dl-explorable-root')],
    ids=["light", "dark"],
)
def test_explorables_use_the_colours_of_the_page(page, selector):
    figures = palette(ROOT / "dlcourse_utils/explore/style.css", selector)
    shared = set(TEXT) | {"paper", "line"}
    assert {name: figures[name] for name in shared} == {name: page[name] for name in shared}
