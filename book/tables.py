"""A table's cells that hold sentences keep a readable width where the table scrolls."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

_SENTENCE = 40  # characters; shorter cells hold names, numbers and formulas


class MarkSentences(SphinxTransform):
    """Give each cell with a sentence the class ``dl-sentence``."""

    default_priority = 440

    def apply(self, **kwargs):
        for cell in self.document.findall(nodes.entry):
            words = (text for text in cell.findall(nodes.Text) if _is_shown(text))
            if sum(map(len, words)) > _SENTENCE:
                cell["classes"].append("dl-sentence")


def _is_shown(text: nodes.Text) -> bool:
    """Whether a reader sees the text as it is; a formula's source is longer than its picture."""
    return not isinstance(text.parent, nodes.math)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_transform(MarkSentences)
