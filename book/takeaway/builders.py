"""The Sphinx builders of the EPUB and of the PDF."""

import re
from pathlib import Path

from sphinx.builders.epub3 import Epub3Builder

from book import addresses
from book.takeaway import printing
from book.takeaway.adapt import FORMATS
from dlcourse_utils import __version__

_HERE = Path(__file__).parent
# What these add to a page is for a website.
_FOR_THE_SITE = re.compile(
    r"^(?:pydata_sphinx_theme|sphinx_book_theme|sphinx_thebe|sphinx_copybutton|sphinx_togglebutton"
    r"|sphinx_comments|sphinx_design|book\.(?:pages|sheets|states|progress|search|lost))\b"
)


class TakeawayBuilder(Epub3Builder):
    """What both formats share: plain pages, as XHTML, without the site around them."""

    media_types = {**Epub3Builder.media_types, ".woff2": "font/woff2"}

    def init(self) -> None:
        self._configure()
        self._set_aside_the_site()
        super().init()

    def _configure(self) -> None:
        config = self.config
        title = config.html_title
        config.project = title
        config.version = __version__
        config.templates_path = []
        # Not the folder of the font, which has files that are no part of a book.
        font = _HERE.parent / "assets/fonts/stix-two-math.woff2"
        config.html_static_path = [str(_HERE / "assets"), str(font)]
        config.html_css_files, config.html_js_files = [], []
        config.epub_css_files = [("takeaway.css", {})]
        config.epub_title = title
        config.epub_author = config.epub_publisher = config.author
        config.epub_description = f"{title}: a course in deep learning"
        config.epub_identifier = addresses.of(config) or title
        config.epub_scheme = "URL"
        config.epub_basename = "-".join(re.findall(r"\w+", title.lower()))
        config.epub_tocscope = "includehidden"
        config.epub_tocdepth = 2
        config.epub_use_index = False
        config.epub_show_urls = "no"

    def _set_aside_the_site(self) -> None:
        for event in ("html-page-context", "html-collect-pages", "build-finished"):
            for listener in list(self.events.listeners[event]):
                if _FOR_THE_SITE.match(listener.handler.__module__):
                    self.events.disconnect(listener.id)


class EpubBuilder(TakeawayBuilder):
    """The book as an EPUB."""

    name = "epub"


class PdfBuilder(TakeawayBuilder):
    """The book as a PDF: the EPUB's pages in a row, printed by Chromium."""

    name = "pdf"
    epilog = "The PDF is in %(outdir)s."

    def handle_finish(self) -> None:
        printing.print_book(self)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_builder(EpubBuilder, override=True)
    app.add_builder(PdfBuilder)
    assert set(FORMATS) == {EpubBuilder.name, PdfBuilder.name}
