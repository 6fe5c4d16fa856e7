"""Slides, quizzes for learning platforms, and the template of a new chapter."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

import pytest
from graders import ROOT
from pypdf import PdfReader

from dlcourse_teaching.quiz_export import export_quiz
from dlcourse_teaching.slides import short, write_handouts, write_slides
from dlcourse_utils import quizzes
from dlcourse_utils.chapter import read_all

CHAPTERS = read_all(ROOT / "chapters")


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    out = tmp_path_factory.mktemp("slides")
    return {path.stem: path.read_text() for path in write_slides(CHAPTERS, out)}, out


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_deck_has_the_chapters_slides_and_needs_no_network(decks, chapter):
    page, out = decks[0][chapter.name], decks[1]
    marked = [
        cell.id
        for cell in chapter.cells
        if cell.metadata.get("slideshow", {}).get("slide_type") in ("slide", "subslide")
    ]
    assert re.findall(r'<section id="([^"]+)">', page) == marked
    assert not re.search(r'(?:src|href)="(?:https?:)?//[^"]*\.(?:js|css)', page)
    for asset in re.findall(r'(?:src|href)="(assets/[^"]+)"', page):
        assert (out / asset).is_file(), asset


def test_explorables_are_alive_and_notes_hold_the_whole_text(decks):
    page = decks[0]["04-backpropagation"]
    assert '<div class="dl-standalone" data-module="computational_graph">' in page
    notes = "".join(re.findall(r'<aside class="notes">(.*?)</aside>', page, re.DOTALL))
    assert "Cut it into single operations" in notes
    assert "Cut it into single operations" not in page.replace(notes, "").split("<aside")[0]


def test_a_slide_ends_with_a_sentence_of_its_own():
    text = "One is here. (Two is in brackets. So is three.) " + "Four is long. " * 20
    assert short(text) == "One is here. (Two is in brackets. So is three.)" + 10 * " Four is long."
    assert short("One is here. (Two is in brackets. " + "Long it is. " * 20 + ")") == "One is here."


@pytest.fixture(scope="module")
def chromium():
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not shutil.which(path):
        pytest.skip(f"NOT TESTED: no Chromium at {path}")
    return path


@pytest.fixture(scope="module")
def projector(chromium):
    """A browser window as large as a projector's picture, in which decks are shown enlarged."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        yield page
        browser.close()


def test_explorables_follow_the_pointer_on_enlarged_slides(decks, projector):
    projector.goto(f"{(decks[1] / '08-gans.html').as_uri()}#/latent-space")
    projector.wait_for_function("Reveal.isReady() && Reveal.getScale() > 1.2")
    slide = projector.locator("#latent-space")
    image = slide.locator("canvas").nth(1)
    brightest = """canvas => canvas.getContext("2d")
        .getImageData(0, 0, canvas.width, canvas.height).data
        .reduce((most, value, at) => at % 4 < 3 ? Math.max(most, value) : most, 0)"""
    assert image.evaluate(brightest) > 100, "the decoder draws a digit"
    handle = slide.locator(".dl-handle").last
    box = handle.bounding_box()
    centre = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    wanted = [centre[0] + 90, centre[1] + 60]
    projector.mouse.move(*centre)
    projector.mouse.down()
    projector.mouse.move(*wanted, steps=5)
    projector.mouse.up()
    projector.wait_for_timeout(200)
    box = handle.bounding_box()
    moved = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert moved == pytest.approx(wanted, abs=4)
    assert not projector.faults


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_slide_fits(decks, projector, chapter):
    projector.goto((decks[1] / f"{chapter.name}.html").as_uri())
    projector.wait_for_function("Reveal.isReady()")
    projector.evaluate("MathJax.startup.promise")
    slides = re.findall(r'<section id="([^"]+)">', decks[0][chapter.name])
    for id in slides:
        projector.evaluate(
            """id => {
                const { h, v } = Reveal.getIndices(document.getElementById(id));
                Reveal.slide(h, v);
            }""",
            id,
        )
        try:
            projector.wait_for_function(
                """id => {
                    const parts = [...document.getElementById(id).children];
                    return parts.every(part => part.tagName === "ASIDE"
                        || part.getBoundingClientRect().bottom <= innerHeight);
                }""",
                arg=id,
                timeout=5000,
            )
        except Exception:
            raise AssertionError(f"{id} is taller than the window") from None
    assert not projector.faults


def test_a_handout_has_every_slide_and_its_notes(decks, chromium, tmp_path):
    (tmp_path / "chapters").mkdir()
    for chapter in CHAPTERS:
        if chapter.number in (1, 2, 6):
            shutil.copy(chapter.path, tmp_path / "chapters")
    out = tmp_path / "slides"
    # A process of its own, as instructors run it: Playwright starts only once in one.
    subprocess.run(
        [sys.executable, "-m", "dlcourse_utils.cli", "slides", "--pdf"]
        + ["--book", str(tmp_path), "--out", str(out)],
        env=os.environ | {"CHROMIUM": chromium}, check=True, timeout=300,
    )  # fmt: skip
    handouts = sorted(out.glob("*.pdf"))
    assert [path.stem for path in handouts] == ["01-neurons", "02-activations", "06-cnn-mnist"]
    for handout in handouts:
        written = "".join(page.extract_text() for page in PdfReader(handout).pages)
        written = re.sub(r"\s", "", written)
        slides = decks[0][handout.stem]
        for heading in re.findall(r"<h2[^>]*>([^<]+)<", slides.split("<aside")[0]):
            assert re.sub(r"\s", "", heading) in written
        assert len(PdfReader(handout).pages) < slides.count("<section id="), "no page for each"


def test_without_chromium_it_says_what_to_do(decks):
    with pytest.raises(OSError, match="CHROMIUM"):
        write_handouts(CHAPTERS, decks[1], "/nowhere/chromium")


@pytest.mark.parametrize("name", quizzes.names())
def test_a_quiz_for_moodle_keeps_answers_and_feedback(name, tmp_path):
    root = ET.parse(export_quiz(name, "moodle", tmp_path)).getroot()
    questions = [node for node in root if node.get("type") != "category"]
    for node, question in zip(questions, quizzes.load(name)["questions"], strict=True):
        full = [a for a in node.findall("answer") if a.get("fraction") == "100"]
        assert len(full) == 1
        if question["kind"] == "number":
            assert float(full[0].findtext("text")) == question["answer"]
        else:
            assert len(node.findall("answer")) == len(question["answers"])
        assert all(a.findtext("feedback/text") for a in node.findall("answer"))


@pytest.mark.parametrize("name", quizzes.names()[:3])
def test_a_quiz_as_qti_has_every_question(name, tmp_path):
    with zipfile.ZipFile(export_quiz(name, "qti", tmp_path)) as archive:
        text = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml"))
    assert text.count("<item ") == len(quizzes.load(name)["questions"])
