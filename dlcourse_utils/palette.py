"""The book's colours, once: static figures, style sheets and scripts all take them from here.

What a colour means is the same through the whole book (blue is forward, orange is backward, …).
Python imports the values; style sheets use ``var(--dl-NAME)``, and the rules that give these names
their values are made by `page_rules` for the site and `figure_rules` for explorables; scripts read
the same names from the page (``kit/colours.js``). So there is no other place to change one.
"""

import re

# On the light page, and on the dark one.
LIGHT = {
    "blue": "#2563C9",
    "orange": "#C2570C",
    "ink": "#1C2430",
    "violet": "#7A3FD0",
    "green": "#157F4F",
    "red": "#B8263F",
    "paper": "#FFFFFF",
    "line": "#C6CDD6",
    "hair": "#E3E7EC",
    "muted": "#5A6675",
    "field": "#F4F6F9",
}
DARK = {
    "blue": "#7FB0FF",
    "orange": "#FFAA5C",
    "ink": "#E4E9F0",
    "violet": "#C39BFF",
    "green": "#5FD39B",
    "red": "#FF8A97",
    "paper": "#14181F",
    "line": "#3D4756",
    "hair": "#29313C",
    "muted": "#A3AEBD",
    "field": "#1B212A",
}
# The fields of an explorable's controls stand out a little more from the page; hair lines it has
# none. What is drawn on black keeps the dark page's violet in the light as well.
_IN_FIGURES = {
    "light": {"field": "#F3F5F8", "violet-on-black": DARK["violet"]},
    "dark": {"field": "#1F2630", "violet-on-black": DARK["violet"]},
}
_PAGE_ALONE = ("hair",)

# In static figures, one file for both pages: each keeps 3:1 on the light and on the dark one.
BLUE = "#3478E6"  # forward: signals, predictions, class 0, training
ORANGE = "#D9730D"  # backward: gradients, errors, class 1, validation
GREY = "#7A8594"  # truth, targets, data as it is
VIOLET = "#9161E0"  # what the reader moves
GREEN = "#1F9D5B"  # right, with a tick
RED = "#D9485A"  # wrong, with a cross
# Numbers on a square of blue, or of orange.
ON_BLUE = LIGHT["paper"]
ON_ORANGE = DARK["paper"]
# Text is as far from white as from the dark page: 4.2:1 on both, the most that one grey can have.
TEXT = "#737D8B"
# A disc under a white mark, where nothing is judged yet: 4.5:1 on both pages.
NOT_STARTED = "#5B6470"

# Negative, zero, positive. It gets lighter all the way, so that it can be read in greyscale too.
SIGNED = (
    (-1.0, "#123F94"),
    (-0.5, "#2F70E0"),
    (-0.2, "#6C92D2"),
    (0.0, "#98A0AA"),
    (0.2, "#CF9A5E"),
    (0.5, "#F09436"),
    (1.0, "#FFC985"),
)
MAGNITUDE = "viridis"

_NAME = re.compile(r"var\(--dl-([a-z-]+)\)")
_FIGURE = ".dl-explorable-root"
# How the site, Jupyter and Visual Studio Code say that the page is dark.
_DARK_PAGES = (
    'html[data-theme="dark"]',
    'html[theme="dark"]',
    '[data-jp-theme-light="false"]',
    '[data-vscode-theme-kind*="dark"]',
)
_SAYS_NOTHING = (
    "html:not([data-theme]):not([theme]) "
    "body:not([data-jp-theme-light]):not([data-vscode-theme-kind])"
)


def page_rules() -> str:
    """The style rules that give the site's pages their colours, on paper too.

    Examples
    --------
    >>> page_rules().splitlines()[0].startswith("html{color-scheme:light;--dl-blue:#2563C9;")
    True
    """
    on_paper = LIGHT | {"ink": "#000000"}
    return (
        _rule("html", "light", LIGHT)
        + _rule('html[data-theme="dark"]', "dark", DARK)
        + f"@media print{{{_rule('html[data-theme]', 'light', on_paper).rstrip()}}}\n"
    )


def figure_rules() -> str:
    """The style rules that give explorables their colours, wherever they are shown."""
    light, dark = (
        {name: colour for name, colour in theme.items() if name not in _PAGE_ALONE}
        | _IN_FIGURES[scheme]
        for scheme, theme in (("light", LIGHT), ("dark", DARK))
    )
    on_dark = ",".join(f"{page} {_FIGURE}" for page in _DARK_PAGES)
    by_system = _rule(f"{_SAYS_NOTHING} {_FIGURE}", "dark", dark).rstrip()
    return (
        _rule(_FIGURE, "light", light)
        + _rule(on_dark, "dark", dark)
        + f"@media (prefers-color-scheme: dark){{{by_system}}}\n"
    )


def inlined(css: str) -> str:
    """A style sheet with the light page's colours in place of their names: for EPUB and paper.

    Examples
    --------
    >>> inlined("a { color: var(--dl-blue) }")
    'a { color: #2563C9 }'
    """
    return _NAME.sub(lambda found: LIGHT[found[1]], css)


def _rule(selector: str, scheme: str, colours: dict[str, str]) -> str:
    named = "".join(f"--dl-{name}:{colour};" for name, colour in colours.items())
    return f"{selector}{{color-scheme:{scheme};{named}}}\n"
