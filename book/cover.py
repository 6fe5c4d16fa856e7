"""The cover's map: every chapter with its picture, its question, its time and what it needs.

The cover says each chapter's question. Everything else comes from the table of contents and from
the chapters' own files, so that it is never out of date.
"""

import html
import io
from pathlib import Path, PurePosixPath

from docutils import nodes
from PIL import Image
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from book.explorables import first_picture, source_address
from dlcourse_utils.chapter import Chapter, ChapterError, read

_THUMBNAIL = (400, 240)


class ChapterMap(SphinxDirective):
    """``{chapter-map}`` over a definition list of links to chapters and their questions."""

    has_content = True

    def run(self):
        questions = self._questions()
        shown = []
        parts = []
        for subtree in self.config.external_site_map.root.subtrees:
            names = [PurePosixPath(str(item)) for item in subtree.items]
            chapters = [self._chapter(name) for name in names if name.parent.name == "chapters"]
            if chapters:
                shown += chapters
                parts.append((subtree.caption, chapters))
        words = nodes.paragraph("", _words(shown), classes=["dl-map-words"])
        result: list[nodes.Node] = [_raw(_drawn(shown)), words]
        for caption, chapters in parts:
            result.append(nodes.rubric("", caption, classes=["dl-part"], **{"heading-level": 3}))
            cards = nodes.bullet_list("", classes=["dl-cards"])
            cards += [self._card(chapter, questions, shown) for chapter in chapters]
            result.append(cards)
        return [nodes.container("", *result, classes=["dl-map"])]

    def _questions(self) -> dict[str, list[nodes.Node]]:
        """The question that the cover asks for each chapter it links to."""
        box = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, box)
        found = {}
        for item in box.findall(nodes.definition_list_item):
            link = next(iter(item.findall(pending_xref)), None)
            if link is not None:
                name = PurePosixPath(link["reftarget"]).stem
                found[name] = (link, item.next_node(nodes.paragraph).children)
        return found

    def _chapter(self, name: PurePosixPath) -> Chapter:
        path = Path(self.env.srcdir, f"{name}.ipynb")
        self.env.note_dependency(str(path))
        try:
            return read(path)
        except ChapterError as problem:
            raise self.error(str(problem)) from None

    def _card(self, chapter, questions, shown) -> nodes.list_item:
        if chapter.name not in questions:
            raise self.error(
                f"{{chapter-map}} asks no question for {chapter.name}: add "
                f"`[{chapter.number} …](chapters/{chapter.name}.ipynb)` and below it `: Why …?`"
            )
        link, question = questions[chapter.name]
        card = nodes.list_item()
        if picture := first_picture(chapter):
            card += self._thumbnail(chapter, picture)
        card += nodes.paragraph("", "", link.deepcopy(), classes=["dl-card-title"])
        card += nodes.paragraph("", "", *(node.deepcopy() for node in question))
        card += self._facts(chapter, link, shown)
        return card

    def _thumbnail(self, chapter, picture: bytes) -> nodes.image:
        file = Path(self.env.app.outdir).parent / "explorables" / f"{chapter.name}.webp"
        file.parent.mkdir(parents=True, exist_ok=True)
        image = Image.open(io.BytesIO(picture))
        image.thumbnail(_THUMBNAIL)
        image.save(file, quality=80, method=6)
        # Without words: the title beside it says what it belongs to.
        return nodes.image(uri=source_address(file, self.env.srcdir), alt="")

    def _facts(self, chapter, link, shown) -> nodes.paragraph:
        line = nodes.paragraph("", f"{chapter.minutes} minutes", classes=["dl-facts"])
        needed = [one for one in shown if one.name in chapter.needs]
        for index, one in enumerate(needed):
            line += nodes.Text(" · builds on " if index == 0 else ", ")
            to = link.deepcopy()
            to["reftarget"] = link["reftarget"].replace(chapter.name, one.name)
            to.children = []
            to += nodes.inline("", str(one.number))
            line += to
        return line


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
