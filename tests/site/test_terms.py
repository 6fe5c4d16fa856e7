"""The glossary leads each term to the section that explains it."""

import re
from html import unescape

from bs4 import BeautifulSoup

_CHAPTER = re.compile(r"^(\.\./chapters/\d\d-[a-z0-9-]+\.html)#(.+)$")


def test_terms_lead_to_the_section_that_has_them_in_bold(site):
    page = site / "appendix" / "glossary.html"
    glossary = BeautifulSoup(page.read_text("utf-8"), "html.parser").select_one("dl.glossary")
    chapters: dict[str, BeautifulSoup] = {}
    terms = linked = 0
    found: list[tuple[str, set[str]]] = []
    for term in glossary.select("dt"):
        terms += 1
        links = [
            link for link in term.find_next_sibling("dd").select("a[href]")
            if "→" in str(link.previous_sibling)
        ]  # fmt: skip
        if not links:
            continue
        linked += 1
        (link,) = links
        file, place = _CHAPTER.match(unescape(link["href"])).groups()
        if file not in chapters:
            text = (page.parent / file).resolve().read_text("utf-8")
            chapters[file] = BeautifulSoup(text, "html.parser")
        section = chapters[file].find(id=place)
        words = " ".join(term.find(string=True).split()).lower()
        bold = {" ".join(b.get_text().split()).lower() for b in section.select("strong")}
        assert bold & {words, f"{words}s"}, f"{words} is not bold at {link['href']}"
        assert re.match(r"\d+ ", link.get_text()), "the link is named after its chapter"
        found.append((file, {words, f"{words}s"}))
    assert linked > 0.9 * terms, "nearly every term is one that a chapter explains"
    for chapter in sorted((site / "chapters").glob("*.html")):
        soup = BeautifulSoup(chapter.read_text("utf-8"), "html.parser")
        bold = {" ".join(b.get_text().split()).lower() for b in soup.select("section strong")}
        later = [words for file, words in found if file > f"../chapters/{chapter.name}"]
        assert not [words for words in later if words & bold], f"{chapter.name} has it first"
