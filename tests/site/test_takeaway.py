"""The book to take away: EPUB and PDF, built once for all of these tests."""

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader
from site_pages import ROOT, built, chapters, pages

from book.takeaway import builders
from dlcourse_authoring import chromium

EXPLORABLE = "application/vnd.dlcourse.explorable+json"
BOOK = [
    name.removesuffix(".html") for name in pages() if name not in ("search.html", "progress.html")
]


def test_what_is_set_aside_for_a_book_is_there():
    """A part of the site that was given another name would write into the pages of a book."""
    named = re.search(r"book\\\.\(\?:([\w|]+)\)", builders.FOR_THE_SITE.pattern)[1].split("|")
    for part in named:
        assert (ROOT / "book" / f"{part}.py").exists(), part


def outputs(chapter: str) -> Iterator[dict]:
    """The stored explorables of a chapter."""
    for cell in json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if EXPLORABLE in output.get("data", {}):
                yield output["data"][EXPLORABLE]


@pytest.fixture(scope="module")
def epub(tmp_path_factory):
    """The file of the EPUB."""
    folder = built(
        tmp_path_factory.mktemp("epub"), "--builder", "custom", "--custom-builder", "epub"
    )
    (file,) = (folder / "epub").glob("*.epub")
    return file


@pytest.fixture(scope="module")
def texts(epub) -> dict[str, BeautifulSoup]:
    """The pages of the EPUB by name."""
    with zipfile.ZipFile(epub) as book:
        return {
            name: BeautifulSoup(book.read(f"{name}.xhtml").decode(), "html.parser") for name in BOOK
        }


def test_epubcheck_finds_nothing(epub):
    checker = shutil.which("epubcheck")
    if checker is None:
        pytest.skip("no epubcheck: install Debian's package to have the EPUB checked")
    # Debian's file is a Java archive that not every shell can start.
    done = subprocess.run(["java", "-jar", checker, epub], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "No errors or warnings detected" in done.stdout + done.stderr


def test_the_contents_have_every_page_in_order(epub):
    with zipfile.ZipFile(epub) as book:
        contents = BeautifulSoup(book.read("nav.xhtml").decode(), "html.parser")
        listing = book.read("content.opf").decode()
    links = [link["href"] for link in contents.find_all("a") if "#" not in link["href"]]
    assert links == [f"{name}.xhtml" for name in BOOK]
    assert 'properties="cover-image"' in listing
    assert "<dc:language>en</dc:language>" in listing


def test_it_holds_no_script_and_nothing_of_the_site(epub):
    with zipfile.ZipFile(epub) as book:
        names = book.namelist()
        whole = "".join(book.read(name).decode() for name in names if name.endswith(".xhtml"))
    assert not [name for name in names if name.endswith(".js")]
    assert "<script" not in whole
    assert "dl-host" not in whole
    assert "dl-tick" not in whole
    # Under a megabyte and a half a chapter, fonts and pictures included.
    assert epub.stat().st_size < 1_500_000 * len(chapters())


def test_formulas_are_mathml_and_none_is_left_as_source(texts):
    count = 0
    for name, page in texts.items():
        for formula in page.find_all("math"):
            assert formula["xmlns"] == "http://www.w3.org/1998/Math/MathML"
            ElementTree.fromstring(str(formula))
            count += 1
        for code in page.find_all(["pre", "code"]):
            code.extract()
        assert not re.search(r"\\\(|\\\[|\$\$|\\frac|\\mathbf", page.get_text()), name
    assert count > 500


@pytest.mark.parametrize("chapter", chapters())
def test_explorables_are_their_picture_and_their_address(texts, chapter):
    figures = texts[chapter].select(".dl-figure")
    stored = [one for one in outputs(chapter) if one["module"] != "quiz_view"]
    assert len(figures) == len(stored)
    # The project at the end is worked on, not played with.
    assert stored or chapter == chapters()[-1]
    for figure, one in zip(figures, stored, strict=True):
        assert len(figure.img["alt"]) >= 20
        assert figure.select_one(".dl-caption").get_text() == one["caption"]
        link = figure.select_one(".dl-address a")["href"]
        assert re.search(rf"/{chapter}\.html#{one['module']}(-\d+)?\?$", link)


@pytest.mark.parametrize("chapter", chapters())
def test_solutions_and_answers_stand_at_the_chapter_s_end(texts, chapter):
    page = texts[chapter]
    (solutions,) = page.select("#solutions")
    assert solutions.find_next("section") is None
    cells = json.loads((ROOT / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    solved = [cell for cell in cells if "solution" in cell["metadata"].get("tags", [])]
    assert len(solutions.select(".tag_solution")) == len(solved)
    assert len(page.select(".tag_solution")) == len(solved)
    assert not page.select(".tag_check, .tag_setup, details")
    for link in solutions.select("p.rubric a"):
        assert page.find(id=link["href"].rpartition("#")[2])
    (quiz,) = [one for one in outputs(chapter) if one["module"] == "quiz_view"]
    asked, answered = page.select("ol.dl-quiz")
    assert len(asked.find_all("li", recursive=False)) == len(quiz["state"]["questions"])
    for question, answer in zip(
        quiz["state"]["questions"], answered.find_all("li", recursive=False), strict=True
    ):
        right = answer.strong.get_text()
        if question["kind"] == "choice":
            assert question["answers"]["abcdefgh".index(right)]["correct"]
        else:
            assert float(right) == question["answer"]


@pytest.fixture(scope="module")
def pdf(tmp_path_factory) -> PdfReader:
    """The PDF, opened."""
    if chromium.is_missing():
        pytest.skip(f"no Chromium at {chromium.EXECUTABLE} to print the PDF with")
    folder = built(tmp_path_factory.mktemp("pdf"), "--builder", "custom", "--custom-builder", "pdf")
    (file,) = (folder / "pdf").glob("*.pdf")
    return PdfReader(file)


def words(pdf: PdfReader, page: int) -> str:
    return " ".join(pdf.pages[page].extract_text().split())


def titles() -> list[str]:
    """The heading of each page, by its source."""
    found = []
    for name in BOOK:
        if name.startswith("chapters/"):
            cells = json.loads((ROOT / f"{name}.ipynb").read_text("utf-8"))["cells"]
            source = "".join(cells[0]["source"])
        else:
            source = (ROOT / f"{name}.md").read_text("utf-8")
        found.append(re.search(r"^# (.+)$", source, re.MULTILINE)[1])
    return found


def bookmarks(pdf: PdfReader) -> list[tuple[str, int]]:
    """The bookmarks that stand for a page of the site: title and place, counted from 0."""

    def walk(marks, depth):
        for mark in marks:
            if isinstance(mark, list):
                yield from walk(mark, depth + 1)
            else:
                yield depth, mark.title, pdf.get_destination_page_number(mark)

    parts = [part["caption"] for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]]
    cover, *marks = walk(pdf.outline, 0)
    # The cover page's own sections stand before the first part.
    first = next(i for i, (depth, *_) in enumerate(marks) if depth == 0)
    assert [title for depth, title, _ in marks if depth == 0] == parts
    return [cover[1:], *((title, place) for depth, title, place in marks[first:] if depth == 1)]


def test_bookmarks_name_every_page_and_lead_to_its_heading(pdf):
    marks = bookmarks(pdf)
    plain = [re.sub(r"^\d+ ", "", title) for title, _ in marks]
    assert plain == titles()
    for title, (_, page) in zip(plain, marks, strict=True):
        assert title in words(pdf, page)


def test_the_title_page_and_the_contents_with_true_page_numbers(pdf):
    assert "Hands On" in words(pdf, 0)
    marks = bookmarks(pdf)
    contents = " ".join(words(pdf, page) for page in range(1, marks[0][1]))
    assert "Contents" in words(pdf, 1)
    for title, page in marks:
        assert re.search(rf"{re.escape(title)} {page + 1}\b", contents), title
    # Every page but the first says its number.
    for page in range(1, len(pdf.pages), 17):
        assert re.search(rf"\b{page + 1}\b", words(pdf, page))


def test_every_link_within_the_pdf_leads_to_a_page(pdf):
    inside = 0
    for page in pdf.pages:
        for reference in page.get("/Annots") or []:
            link = reference.get_object()
            if "/Dest" in link:
                assert str(link["/Dest"]) in pdf.named_destinations
                inside += 1
            else:
                assert not link["/A"].get("/URI", "").startswith("file:")
    assert inside > 100


def test_the_pdf_is_tagged_for_screen_readers(pdf):
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"].startswith("en")
