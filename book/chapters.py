"""What a chapter's page sets apart: its front matter and its exercises."""

import re
from pathlib import PurePosixPath

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform

from book.admonitions import leading_bold

_FIRST_OF_FRONT, _LAST_OF_FRONT = "You will be able to", "Time"
_EXERCISE = re.compile(r"^(Exercise ★+)\s+(.*)$", re.DOTALL)
_CHAPTER = re.compile(r"\d\d-[\w-]+")
_CELL_LABELS = {"exercise": "Starter", "check": "Check"}
_OF_EXERCISE = {"exercise", "check", "solution"}


class SetFrontMatter(SphinxTransform):
    """Gather what a chapter teaches, needs and takes into one block."""

    default_priority = 410

    def apply(self, **kwargs):
        for section in list(self.document.findall(nodes.section)):
            bold = [leading_bold(child) for child in section.children]
            labels = [words and words.astext() for words in bold]
            if _FIRST_OF_FRONT in labels and _LAST_OF_FRONT in labels:
                first, last = labels.index(_FIRST_OF_FRONT), labels.index(_LAST_OF_FRONT)
                _wrap(section, first, last, "dl-front")
                return


class SetExercises(SphinxTransform):
    """Set an exercise apart: its task, starter, check and solution, and nothing after them."""

    default_priority = 420

    def apply(self, **kwargs):
        for section in list(self.document.findall(nodes.section)):
            title = section.next_node(nodes.title)
            found = _EXERCISE.match(title[0].astext()) if title and title.children else None
            if found is None:
                continue
            stars = nodes.inline("", found[1], classes=["dl-kicker"])
            title[0:1] = [stars, nodes.Text(" " + found[2])]
            section["classes"].append("dl-exercise")
            cells = [i for i, child in enumerate(section.children) if _tags(child) & _OF_EXERCISE]
            if cells:
                _label_cells(_wrap(section, section.index(title) + 1, cells[-1], "dl-task"))


def _tags(node: nodes.Node) -> set[str]:
    """The tags of a code cell; none for any other node."""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return set(node["cell_metadata"].get("tags", []))
    return set()


def _wrap(parent: nodes.Element, first: int, last: int, name: str) -> nodes.container:
    box = nodes.container("", *parent.children[first : last + 1], classes=[name])
    parent[first : last + 1] = [box]
    return box


def _label_cells(box: nodes.container) -> None:
    for cell in list(box.children):
        for tag, label in _CELL_LABELS.items():
            if tag in _tags(cell):
                box.insert(box.index(cell), nodes.paragraph("", label, classes=["dl-label"]))


class UnlinkLeftOut(SphinxTransform):
    """Show a link to a chapter that this edition of the book leaves out as its words alone."""

    default_priority = 430

    def apply(self, **kwargs):
        for link in list(self.document.findall(pending_xref)):
            file = PurePosixPath(link["reftarget"])
            # From a notebook the target has its ending, from a Markdown page it has none.
            is_chapter = file.suffix in ("", ".ipynb") and _CHAPTER.fullmatch(file.stem)
            if is_chapter and f"chapters/{file.stem}" not in self.env.found_docs:
                link.replace_self(link.children)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_transform(UnlinkLeftOut)
    app.add_transform(SetFrontMatter)
    app.add_transform(SetExercises)
