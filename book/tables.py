"""Cells that hold sentences keep a readable width where the table scrolls, short ones one line."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

_SENTENCE = 40  # characters; shorter cells hold names, numbers and formulas
_LINE = 20


class MarkSentences(SphinxTransform):
    """Give cells with a sentence the class ``dl-sentence``, those with a word ``dl-line``."""

    default_priority = 440

    def apply(self, **kwargs):
        for cell in self.document.findall(nodes.entry):
            length = sum(len(text) for text in cell.findall(nodes.Text) if _is_shown(text))
            if length > _SENTENCE:
                cell["classes"].append("dl-sentence")
            elif length <= _LINE:
                cell["classes"].append("dl-line")


def _is_shown(text: nodes.Text) -> bool:
    """Whether a reader sees the text as it is; a formula's source is longer than its picture."""
    return not isinstance(text.parent, nodes.math)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_transform(MarkSentences)
