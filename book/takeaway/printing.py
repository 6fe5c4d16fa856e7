"""The PDF: the adapted pages in one document, with contents and page numbers, by Chromium."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Fit
from sphinx.addnodes import toctree
from sphinx.errors import ExtensionError

from book import addresses

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
# No errands of the browser's own: the book is on this disk.
_SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_TEMPLATES = Path(__file__).parent / "templates"
_CHAPTER = re.compile(r"^chapters/(\d\d)-")


@dataclass
class Entry:
    """A line of the table of contents: where it leads, and on which page that is."""

    id: str
    title: str
    children: list["Entry"]
    page: int | None = None


@dataclass
class Document:
    """One page of the site in the printed book."""

    entry: Entry
    html: str


def id_in_book(page: str, anchor: str = "") -> str:
    """The id of a page's anchor in the book; pages have anchors of the same name.

    Examples
    --------
    >>> id_in_book("chapters/01-neurons", "quiz")
    'chapters-01-neurons--quiz'
    """
    return re.sub(r"\W+", "-", page) + (f"--{anchor}" if anchor else "")


def read_document(folder: Path, page: str) -> Document:
    """A page as a part of the book: ids, links and pictures named from the book's root."""
    soup = BeautifulSoup((folder / f"{page}.xhtml").read_text("utf-8"), "html.parser")
    body = soup.find("div", class_="body")
    for element in body.find_all(id=True):
        element["id"] = id_in_book(page, element["id"])
    for link in body.find_all("a", href=True):
        if not re.match(r"[a-z]+:", link["href"]):
            file, _, anchor = link["href"].partition("#")
            target = normpath(join(dirname(page), file)).removesuffix(".xhtml") if file else page
            link["href"] = f"#{id_in_book(target, anchor)}"
    for picture in body.find_all("img"):
        picture["src"] = normpath(join(dirname(page), picture["src"]))
    sections = [
        Entry(section["id"], _words(section.find("h2")), [])
        for section in body.select("section section")
        if section.find("h2", recursive=False)
    ]
    number = _CHAPTER.match(page)
    title = (f"{int(number[1])}  " if number else "") + _words(body.find("h1"))
    return Document(Entry(id_in_book(page), title, sections), body.decode_contents())


def _words(heading) -> str:
    return " ".join(heading.get_text().split())


def parts_of(env) -> list[tuple[str, list[str]]]:
    """The book's parts, each with the names of its pages; the cover page is a part without name."""
    root = env.config.root_doc
    trees = env.get_doctree(root).findall(toctree)
    parts = [(tree["caption"] or "", [page for _, page in tree["entries"]]) for tree in trees]
    return [("", [root]), *parts]


def print_book(builder) -> None:
    """Print the pages that a builder wrote into one PDF beside them.

    Raises
    ------
    ExtensionError
        If there is no Chromium.
    """
    if not Path(CHROMIUM).exists():
        raise ExtensionError(
            f"The PDF is printed by Chromium, and there is none at {CHROMIUM}. Install it, or set "
            "the environment variable CHROMIUM to its path."
        )
    folder, config = Path(builder.outdir), builder.config
    parts = [
        (caption, [read_document(folder, page) for page in pages])
        for caption, pages in parts_of(builder.env)
    ]
    template = Environment(loader=FileSystemLoader(_TEMPLATES)).get_template("book.html")
    source = folder / "book.html"

    def write() -> None:
        site = addresses.of(config)
        source.write_text(template.render(config=config, parts=parts, site=site), "utf-8")

    pdf = folder / f"{config.epub_basename}.pdf"
    write()
    _print(source, pdf)
    # The contents tell the pages only when the book has been printed once.
    reader = PdfReader(pdf)
    places = reader.named_destinations
    for entry in _entries(parts):
        entry.page = reader.get_destination_page_number(places[f"/{entry.id}"]) + 1
    write()
    _print(source, pdf)
    _finish(pdf, parts, {"/Title": config.html_title, "/Author": config.author})


def _entries(parts: list[tuple[str, list[Document]]]) -> Iterator[Entry]:
    for _, documents in parts:
        for document in documents:
            yield document.entry
            yield from document.entry.children


def _finish(pdf: Path, parts: list[tuple[str, list[Document]]], about: dict[str, str]) -> None:
    """Give the printed file its bookmarks (Chromium's own lose spaces) and say what it is."""
    writer = PdfWriter(clone_from=pdf)
    writer.root_object.pop("/Outlines", None)
    places = PdfReader(pdf).named_destinations

    def mark(entry: Entry, parent=None):
        place = places[f"/{entry.id}"]
        top = Fit.xyz(left=0, top=place.top)
        title = " ".join(entry.title.split())
        return writer.add_outline_item(
            title=title, page_number=entry.page - 1, parent=parent, fit=top
        )

    for caption, documents in parts:
        above = None
        if caption:
            page = documents[0].entry.page - 1
            above = writer.add_outline_item(title=caption, page_number=page, bold=True)
        for document in documents:
            chapter = mark(document.entry, above)
            for section in document.entry.children:
                mark(section, chapter)
    writer.add_metadata(about)
    writer.write(pdf)


def _print(source: Path, pdf: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        page = browser.new_page()
        page.goto(source.resolve().as_uri(), wait_until="load", timeout=300_000)
        page.evaluate("document.fonts.ready")
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True, tagged=True)
        browser.close()
