"""The cover's map: every chapter with its picture, its question, its time and what it needs.

All of it comes from the table of contents and from the chapters' own files, so that it is never out
of date.
"""

import html
import io
from pathlib import PurePosixPath

from docutils import nodes
from PIL import Image

from book import kept
from book.chapter_facts import ChaptersDirective
from book.explorables import first_picture, source_address
from dlcourse_utils.chapter import Chapter

_THUMBNAIL = (400, 240)


class ChapterMap(ChaptersDirective):
    """``{chapter-map}``: the chapters as a drawing, and as cards under the parts of the book."""

    def run(self):
        known = {chapter.name: chapter for chapter in self.chapters()}
        shown = []
        parts = []
        for subtree in self.config.external_site_map.root.subtrees:
            names = [PurePosixPath(str(item)).name for item in subtree.items]
            if chapters := [known[name] for name in names if name in known]:
                shown += chapters
                parts.append((subtree.caption, chapters))
        words = nodes.paragraph("", _words(shown), classes=["dl-map-words"])
        result: list[nodes.Node] = [_raw(_drawn(shown)), words]
        for caption, chapters in parts:
            result.append(nodes.rubric("", caption, classes=["dl-part"], **{"heading-level": 3}))
            cards = nodes.bullet_list("", classes=["dl-cards"])
            cards += [self._card(chapter, shown) for chapter in chapters]
            result.append(cards)
        return [nodes.container("", *result, classes=["dl-map"])]

    def _card(self, chapter: Chapter, shown: list[Chapter]) -> nodes.list_item:
        needed = [_link(one, f"{one.number}") for one in shown if one.name in chapter.needs]
        facts = f"{chapter.minutes} minutes"
        if needed:
            facts += f" · builds on {', '.join(needed)}"
        link = _link(chapter, f"{chapter.number} {chapter.title}")
        title, question, facts = self.parse(link, "", chapter.question, "", facts)
        title["classes"].append("dl-card-title")
        facts["classes"].append("dl-facts")
        card = nodes.list_item()
        if picture := first_picture(chapter):
            file = kept.made_once(self.env.app, ".webp", _thumbnail, picture)
            # Without words: the title beside it says what it belongs to.
            card += nodes.image(uri=source_address(file, self.env.srcdir), alt="")
        card += [title, question, facts]
        return card


def _thumbnail(picture: bytes) -> bytes:
    image = Image.open(io.BytesIO(picture))
    image.thumbnail(_THUMBNAIL)
    file = io.BytesIO()
    # The slowest method, 6, takes a hundred times as long for 2% fewer bytes.
    image.save(file, "WebP", quality=80, method=4)
    return file.getvalue()


def _link(chapter: Chapter, words: str) -> str:
    return f"[{words}](chapters/{chapter.path.name})"


def _words(chapters: list[Chapter]) -> str:
    hours = sum(one.minutes for one in chapters) / 60
    return (
        f"{len(chapters)} chapters, about {hours:.0f} hours to read and practise. An arc leads "
        "from a chapter to one that builds on it; the larger the dot, the longer the chapter."
    )


def _drawn(chapters: list[Chapter]) -> str:
    """The map as SVG: a dot a chapter, as large as its time; an arc from what it builds on."""
    step, middle = 64, 150
    place = {one.name: 40 + step * index for index, one in enumerate(chapters)}
    width = 80 + step * (len(chapters) - 1)
    arcs, dots = [], []
    for one in chapters:
        x = place[one.name]
        for need in one.needs:
            if need in place:
                half = (x - place[need]) / 2
                arcs.append(
                    f'<path d="M{place[need]} {middle}A{half:g} {min(half, 130):g} 0 0 1 '
                    f'{x} {middle}" data-from="{need[:2]}" data-to="{one.name[:2]}"/>'
                )
        radius = 1.9 * one.minutes**0.5
        dots.append(
            f"<g><title>{html.escape(one.title)}: {one.minutes} minutes</title>"
            f'<circle cx="{x}" cy="{middle}" r="{radius:.1f}"/>'
            f'<text x="{x}" y="{middle + 5}">{one.number}</text></g>'
        )
    words = "; ".join(
        f"{one.number} takes {one.minutes} minutes"
        + (f" and builds on {', '.join(str(int(n[:2])) for n in one.needs)}" if one.needs else "")
        for one in chapters
    )
    return (
        f'<svg class="dl-arcs" viewBox="0 0 {width} 180" role="img" aria-label="The chapters: '
        f'{html.escape(words)}."><g class="dl-arc">{"".join(arcs)}</g>{"".join(dots)}</svg>'
    )


def _raw(text: str) -> nodes.raw:
    return nodes.raw(text=text, format="html")


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_directive("chapter-map", ChapterMap)
