"""One style sheet for the site: the theme's and ours, without the rules that no page can use.

The theme brings Bootstrap and an icon font's names, 400 kB of rules of which a page waits for all
and uses a twentieth.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import tinycss2
from tinycss2.ast import AtRule, QualifiedRule

from book import kept
from dlcourse_utils.palette import page_rules

SHEET = "site.css"
_THEME = "styles/pydata-sphinx-theme.css"
_FOREIGN = ("styles/", "mystnb.", "copybutton.")
_NAMES_IN_PAGE = re.compile(r'\b(?:class|id)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_NAME_IN_SELECTOR = re.compile(r"[.#](-?[A-Za-z_][\w-]*)")
# What stands in these may be missing from the page and the rule still apply.
_ALTERNATIVES = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_ADDRESS = re.compile(r"""url\((['"]?)(?!data:|https?:|/|#)([^'")]+)\1\)""")
_ICON_FONT = "Font Awesome"
_NESTING = ("media", "supports", "layer", "container")


def pruned(css: str, names: set[str]) -> str:
    """A style sheet without the rules that need a class or an id which is not among `names`.

    Examples
    --------
    >>> pruned("a{color:red} .b,.c{top:0} @media print{.b{top:1px}}", {"c"})
    'a{color:red}.c{top:0}'
    """
    return "".join(_kept(tinycss2.parse_stylesheet(css, True, True), names))


def _kept(rules: Iterable, names: set[str]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = [one for one in _selectors(rule) if _is_used(one, names)]
            if selectors:
                yield f"{','.join(selectors)}{{{_text(rule.content)}}}"
        elif isinstance(rule, AtRule) and rule.lower_at_keyword in _NESTING and rule.content:
            within = tinycss2.parse_rule_list(rule.content, True, True)
            if inner := "".join(_kept(within, names)):
                yield f"@{rule.at_keyword} {_text(rule.prelude)}{{{inner}}}"
        elif isinstance(rule, AtRule) and _ICON_FONT not in rule.serialize():
            yield rule.serialize()


def _text(tokens: list) -> str:
    kept = [token for token in tokens if token.type != "comment"]
    return re.sub(r"\s+", " ", tinycss2.serialize(kept)).strip()


def _selectors(rule: QualifiedRule) -> Iterator[str]:
    """The selectors of a list; a comma in brackets is a token's own and parts nothing."""
    one: list = []
    for token in rule.prelude:
        if token == ",":
            yield _text(one)
            one = []
        else:
            one.append(token)
    yield _text(one)


def _is_used(selector: str, names: set[str]) -> bool:
    return names.issuperset(_NAME_IN_SELECTOR.findall(_ALTERNATIVES.sub("", selector)))


def names_used(site: Path) -> set[str]:
    """Every class and id of the pages, and every word of the scripts, which may set one."""
    names: set[str] = set()
    for page in site.rglob("*.html"):
        for words in _NAMES_IN_PAGE.findall(page.read_text("utf-8")):
            names.update(words.split())
    # The search's index holds the words of the book, not names.
    scripts = set((site / "_static").rglob("*.js")) - {site / "_static/search-index.js"}
    for script in scripts:
        names.update(_WORD.findall(script.read_text("utf-8")))
    return names


def _with_addresses(css: str, folder: str) -> str:
    """The addresses of a sheet in `folder`, as they are from the folder above."""

    def moved(found: re.Match) -> str:
        return f"url({posixpath.normpath(posixpath.join(folder, found[2]))})"

    return _ADDRESS.sub(moved, css) if folder else css


def _replace(app, pagename, templatename, context, doctree) -> None:
    """Let the page load the one sheet, and remember in which order it takes the others in."""
    if app.builder.name != "html":
        return
    files = [str(getattr(file, "filename", file)) for file in context["css_files"]]
    app.dlcourse_sheets = [_THEME, *(file.removeprefix("_static/") for file in files)]
    context["css_files"] = [f"_static/{SHEET}"]


def _write(app, exception) -> None:
    """Write the one sheet when all pages stand."""
    static = Path(app.outdir, "_static")
    sheets = getattr(app, "dlcourse_sheets", None) or _sheets_before(static / SHEET)
    if exception or not sheets:
        return
    names = names_used(Path(app.outdir))
    parts = [f"/* {' '.join(sheets)} */\n", page_rules()]
    for sheet in sheets:
        css = _with_addresses((static / sheet).read_text("utf-8"), posixpath.dirname(sheet))
        # Our own scripts put class names together (`dl-quiz-${verdict}`): no rule of ours goes.
        parts.append(_pruned_once(app, css, names) if sheet.startswith(_FOREIGN) else css)
    (static / SHEET).write_text("".join(parts), "utf-8")


def _pruned_once(app, css: str, names: set[str]) -> str:
    """What `pruned` returns, which takes half a second for the theme's sheet."""
    used = tuple(sorted(names.intersection(_NAME_IN_SELECTOR.findall(css))))
    return kept.made_once(app, ".css", _pruned_file, css, used).read_text("utf-8")


def _pruned_file(css: str, names: tuple[str, ...]) -> bytes:
    return pruned(css, set(names)).encode()


def _sheets_before(sheet: Path) -> list[str]:
    """What the last build put together: no page was written since, but a sheet may have changed."""
    return sheet.read_text("utf-8").splitlines()[0].split()[1:-1] if sheet.exists() else []


def setup(app) -> None:
    """Register with Sphinx."""
    # After `pages` has taken out what is unused.
    app.connect("html-page-context", _replace, priority=900)
    # Sphinx copies the sheets before it announces the end.
    app.connect("build-finished", _write, priority=900)
