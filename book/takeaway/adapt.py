"""A page without a browser behind it: pictures for explorables, solutions at a chapter's end."""

import json
import re

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book import addresses
from book.takeaway import quiz

FORMATS = ("epub", "pdf")
_SITE_ONLY = re.compile(r"dl-progress-cover|dl-graph")
_FIGURE = re.compile(r'<figure class="dl-explorable" data-module="(\w+)" data-place="([\w-]+)">')
_STATE = re.compile(r'<script type="application/json">(.*?)</script>', re.DOTALL)
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_CHAPTER = re.compile(r"^chapters/(\d\d)-")
# Of a cell's outputs the first of these; a table is HTML, and other HTML is for a screen.
_PREFERRED = ("image/svg+xml", "image/png", "image/jpeg", "text/plain")
# Cells whose code says nothing to who cannot run it, and cells that are left out whole.
_WITHOUT_CODE = {"figure", "explorable", "quiz", "hide-input"}
_LEFT_OUT = {"setup", "check"}


class Adapt(SphinxPostTransform):
    """Make a page of the site one of a printed book."""

    # Before pictures are placed (3) and one form of each output is chosen (4).
    default_priority = 2
    builders = FORMATS

    def run(self, **kwargs):
        self.page = self.env.docname
        self.quizzes: list[dict] = []
        self._leave_out()
        for bundle in _all(self.document, nodes.container, nb_element="mime_bundle"):
            bundle.replace_self(self._chosen(bundle))
        for raw in list(self.document.findall(nodes.raw)):
            if _FIGURE.search(raw.astext()) and raw.parent:
                self._replace_figure_between_raw(raw)
        self._move_solutions()
        self._number()

    def _leave_out(self) -> None:
        for node in list(self.document.findall(nodes.Element)):
            classes, tags = node.get("classes", []), _tags(node)
            label = "dl-label" in classes and node.astext() == "Check"
            # The reader's progress is the site's; the graph says what the table under it says.
            site_only = isinstance(node, nodes.raw) and _SITE_ONLY.search(node.astext())
            label = label or _only_drawn(node)
            if label or site_only or "dl-start" in classes or tags & _LEFT_OUT:
                node.parent.remove(node)
            elif tags:
                node.attributes.pop("hide_mode", None)
                if tags & _WITHOUT_CODE and "solution" not in tags:
                    for source in _all(node, nodes.container, nb_element="cell_code_source"):
                        node.remove(source)

    def _chosen(self, bundle: nodes.container) -> list[nodes.Node]:
        by_mime = {child["mime_type"]: child for child in bundle.children}
        page = by_mime["text/html"].astext() if "text/html" in by_mime else ""
        picture = by_mime["image/png"].children if "image/png" in by_mime else []
        if _FIGURE.search(page):
            return self._figure(page, [child.deepcopy() for child in picture])
        if "<table" in page:
            return [nodes.raw(text=_table(page), format="html")]
        chosen = next((by_mime[mime] for mime in _PREFERRED if mime in by_mime), None)
        return [child.deepcopy() for child in chosen.children] if chosen else []

    def _figure(self, page: str, picture: list[nodes.Node]) -> list[nodes.Node]:
        """The picture of an explorable, its caption, and where it can be moved."""
        module, place = _FIGURE.search(page).groups()
        if module == "quiz_view":
            stored = json.loads(_STATE.search(page)[1])
            self.quizzes.append(stored)
            return [quiz.questions(stored)]
        caption = BeautifulSoup(_CAPTION.search(page)[1], "html.parser").get_text()
        text = nodes.paragraph("", caption, classes=["dl-caption"])
        return [nodes.container("", *picture, text, *self._address(place), classes=["dl-figure"])]

    def _address(self, place: str) -> list[nodes.Node]:
        site = addresses.of(self.config)
        if not site:
            return []
        shown = f"{site.split('//')[1]}{self.page}.html"
        link = nodes.reference("", shown, refuri=f"{site}{self.page}.html#{place}?", internal=False)
        words = nodes.Text("A figure to move, at ")
        return [nodes.paragraph("", "", words, link, classes=["dl-address"])]

    def _replace_figure_between_raw(self, before: nodes.raw) -> None:
        """A figure that a page shows by the directive: HTML, its picture, HTML."""
        parent, at = before.parent, before.parent.index(before)
        picture, after = parent[at + 1 : at + 3]
        page = before.astext() + after.astext()
        parent[at : at + 3] = self._figure(page, [picture])

    def _move_solutions(self) -> None:
        """Put what solves the exercises and answers the quiz into a section of its own."""
        solved: list[nodes.Node] = []
        for section in list(self.document.findall(nodes.section)):
            if "dl-exercise" not in section["classes"]:
                continue
            cells = [cell for cell in section.findall(nodes.container) if "solution" in _tags(cell)]
            if cells:
                solved.append(_heading(section))
            for cell in cells:
                cell.parent.remove(cell)
                solved.append(cell)
        for stored in self.quizzes:
            solved += [nodes.rubric("", "Quiz"), quiz.answers(stored)]
        if solved:
            title = nodes.title("", "Solutions")
            page = self.document.next_node(nodes.section)
            page += nodes.section("", title, *solved, ids=["solutions"], classes=["dl-solutions"])

    def _number(self) -> None:
        """Say over a chapter's title which one it is."""
        if chapter := _CHAPTER.match(self.page):
            number = nodes.paragraph("", f"Chapter {int(chapter[1])}", classes=["dl-kicker"])
            self.document.next_node(nodes.section).insert(0, number)


def _all(root: nodes.Node, kind: type, **attributes) -> list[nodes.Element]:
    found = root.findall(kind)
    return [node for node in found if attributes.items() <= node.attributes.items()]


def _only_drawn(node: nodes.Node) -> bool:
    """Whether a node is a drawing of the cover's map, which says nothing beyond the list in it."""
    drawing = isinstance(node, nodes.raw | nodes.image) or "dl-map-words" in node["classes"]
    while drawing and (node := node.parent):
        if "dl-map" in node.get("classes", []):
            return True
    return False


def _tags(node: nodes.Node) -> set[str]:
    """The tags of a code cell; none for any other node."""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return {"", *node["cell_metadata"].get("tags", [])}
    return set()


def _heading(section: nodes.section) -> nodes.rubric:
    title = " ".join(section.next_node(nodes.title).astext().split())
    link = nodes.reference("", title, refid=section["ids"][0], internal=True)
    return nodes.rubric("", "", link)


def _table(page: str) -> str:
    """The tables of an output as XHTML, without what only a screen needs."""
    tables = BeautifulSoup(page, "html.parser").find_all("table")
    for table in tables:
        for element in [table, *table.find_all(True)]:
            kept = {"class", "colspan", "rowspan", "scope"}
            element.attrs = {name: value for name, value in element.attrs.items() if name in kept}
    return "\n".join(str(table) for table in tables)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_post_transform(Adapt)
