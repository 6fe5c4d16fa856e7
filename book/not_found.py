"""The page for addresses that lead nowhere.

A server shows ``404.html`` in place of whatever page was asked for, at any depth. Links in it must
therefore start at the root of the server: with the path at which the site is published.
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from book import addresses

_RELATIVE = re.compile(
    r'\b(href|src|action|data-content_root)="(?!#|/|[a-z][a-z0-9+.-]*:)([^"]*)"', re.IGNORECASE
)


def from_root(page: str, path: str) -> str:
    """A page's HTML with its relative links as links from the server's root.

    Examples
    --------
    >>> from_root('<a href="index.html">Cover</a> <a href="#top">Top</a>', "/course/")
    '<a href="/course/index.html">Cover</a> <a href="#top">Top</a>'
    """
    return _RELATIVE.sub(lambda found: f'{found[1]}="{path}{found[2].removeprefix("./")}"', page)


def lost_page(app):
    """The page, for the builder."""
    if app.builder.name == "html":
        yield "404", {"title": "Page not found"}, "404.html"


def write_links(app, exception) -> None:
    """Set the links of the finished page."""
    if exception or app.builder.name != "html":
        return
    path = urlsplit(addresses.of(app.config)).path or "/"
    file = Path(app.outdir, "404.html")
    file.write_text(from_root(file.read_text("utf-8"), path), "utf-8")


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-collect-pages", lost_page)
    app.connect("build-finished", write_links)
