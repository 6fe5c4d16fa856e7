"""The Sphinx builders of the EPUB and of the PDF."""

import re
from pathlib import Path
from urllib.parse import unquote

from sphinx.builders.epub3 import Epub3Builder

from book import addresses
from book.takeaway.adapt import FORMATS
from book.takeaway.formulas import as_xhtml
from dlcourse_utils import __version__
from dlcourse_utils.palette import inlined

_HERE = Path(__file__).parent
# What these add to a page is for a website.
FOR_THE_SITE = re.compile(
    r"^(?:pydata_sphinx_theme|sphinx_book_theme|sphinx_thebe|sphinx_copybutton|sphinx_togglebutton"
    r"|sphinx_comments|sphinx_design|book\.(?:page_context|css_bundle|explorable_state|progress|search"
    r"|not_found|code|page_metadata))\b"
)
_OUTSIDE_SVG = re.compile(r"<!DOCTYPE[^>]*>\s*|<metadata>.*?</metadata>\s*", re.DOTALL)
_MATH = re.compile(r"<math[ >].*?</math>", re.DOTALL)
_STYLES = re.compile(r"pygments|epub|takeaway")
_ITEM = re.compile(r'(<item id="[^"]*" href="([^"]*)" media-type="[^"]*") />')


class TakeawayBuilder(Epub3Builder):
    """What both formats share: plain pages, as XHTML, without the site around them."""

    sheets: tuple[str, ...] = ("takeaway.css",)
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
        sheets = [_HERE / "assets" / name for name in self.sheets]
        config.html_static_path = [str(path) for path in (*sheets, font)]
        config.html_css_files, config.html_js_files = [], []
        config.epub_css_files = [("takeaway.css", {})]
        config.epub_title = title
        config.epub_author = config.epub_publisher = config.epub_contributor = config.author
        config.epub_description = f"{title}: a course in deep learning"
        config.epub_identifier = addresses.of(config) or title
        config.epub_uid = "book"
        config.epub_basename = "-".join(re.findall(r"\w+", title.lower()))
        config.epub_tocscope = "includehidden"
        config.epub_tocdepth = 2
        config.epub_use_index = False
        config.epub_show_urls = "no"

    def _set_aside_the_site(self) -> None:
        for event in ("html-page-context", "html-collect-pages", "build-finished"):
            for listener in list(self.events.listeners[event]):
                if FOR_THE_SITE.match(listener.handler.__module__):
                    self.events.disconnect(listener.id)

    def copy_static_files(self) -> None:
        """Copy font and style sheets, these with colours in place of their names."""
        super().copy_static_files()
        for sheet in Path(self.outdir, "_static").glob("*.css"):
            sheet.write_text(inlined(sheet.read_text("utf-8")), "utf-8")

    def copy_image_files(self) -> None:
        """Copy the pictures, SVG without a document type that would be looked for on the web."""
        super().copy_image_files()
        for drawing in Path(self.outdir, self.imagedir).glob("*.svg"):
            text = drawing.read_text("utf-8")
            drawing.write_text(_OUTSIDE_SVG.sub("", text), "utf-8")


def finish_page(app, pagename, templatename, context, doctree) -> None:
    """Take from a page what is the site's, and set its formulas as XHTML wants them."""
    if app.builder.name not in FORMATS:
        return
    styles = context["css_files"]
    context["css_files"] = [one for one in styles if _STYLES.search(str(one.filename))]
    context["script_files"] = []
    if "body" in context:
        context["body"] = _MATH.sub(lambda found: as_xhtml(found[0]), context["body"])


class EpubBuilder(TakeawayBuilder):
    """The book as an EPUB."""

    name = "epub"

    def init(self) -> None:
        self.config.epub_cover = ("_static/cover.png", "epub-cover.html")
        super().init()

    def copy_static_files(self) -> None:
        super().copy_static_files()
        # Here, as Matplotlib takes a second to import, which a build of the site has no use for.
        from book.takeaway import cover

        picture = Path(self.outdir, self.config.epub_cover[0])
        cover.draw(picture, self.config.html_title, self.config.author)

    def toc_metadata(self, level, navpoints):
        """The old table of contents names the book as the new one does."""
        return {**super().toc_metadata(level, navpoints), "uid": self.config.epub_identifier}

    def build_content(self) -> None:
        """List the files, and say which is the cover and which pages have formulas."""
        super().build_content()
        listing = Path(self.outdir, "content.opf")
        listing.write_text(_ITEM.sub(self._with_properties, listing.read_text("utf-8")), "utf-8")

    def _with_properties(self, item: re.Match) -> str:
        name = unquote(item[2])
        if name == self.config.epub_cover[0]:
            return f'{item[1]} properties="cover-image" />'
        if name.endswith(".xhtml") and "<math" in Path(self.outdir, name).read_text("utf-8"):
            return f'{item[1]} properties="mathml" />'
        return item[0]


class PdfBuilder(TakeawayBuilder):
    """The book as a PDF: the EPUB's pages in a row, printed by Chromium."""

    name = "pdf"
    sheets = ("takeaway.css", "print.css")
    epilog = "The PDF is in %(outdir)s."

    def handle_finish(self) -> None:
        # Here, as what reads a PDF takes long to import too.
        from book.takeaway import printing

        printing.print_book(self)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_builder(EpubBuilder, override=True)
    app.add_builder(PdfBuilder)
    app.connect("html-page-context", finish_page, priority=900)
    assert set(FORMATS) == {EpubBuilder.name, PdfBuilder.name}
