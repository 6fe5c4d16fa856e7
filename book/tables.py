"""A table's cells that hold sentences keep a readable width where the table scrolls."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

_SENTENCE = 40  # characters; shorter cells hold names, numbers and formulas


class MarkSentences(SphinxTransform):
    """Give each cell with a sentence the class ``dl-sentence``."""

    default_priority = 440

    def apply(self, **kwargs):
        for cell in self.document.findall(nodes.entry):
            if len(cell.astext()) > _SENTENCE:
                cell["classes"].append("dl-sentence")


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_transform(MarkSentences)
