"""A quotation that begins with **Note.**, **Warning.** or **History.** becomes a box."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

KINDS = ("Note", "Warning", "History")


class BoxRemarks(SphinxTransform):
    """Turn the book's remarks, plain quotations on GitHub and Colab, into admonitions."""

    default_priority = 400

    def apply(self, **kwargs):
        for quote in list(self.document.findall(nodes.block_quote)):
            kind = _kind(quote)
            if kind is None:
                continue
            _drop_label(quote[0])
            box = nodes.admonition("", nodes.title("", kind), classes=["remark", kind.lower()])
            box.source, box.line = quote.source, quote.line
            box.extend(quote.children)
            quote.replace_self(box)


def leading_bold(node: nodes.Node) -> nodes.strong | None:
    """The bold words that a paragraph begins with, if it does.

    MyST sets empty texts around emphasis; they do not count.
    """
    if not isinstance(node, nodes.paragraph):
        return None
    first = next((child for child in node.children if child.astext()), None)
    return first if isinstance(first, nodes.strong) else None


def _kind(quote: nodes.block_quote) -> str | None:
    label = leading_bold(quote.children[0]) if quote.children else None
    if label is None:
        return None
    return next((kind for kind in KINDS if label.astext() == f"{kind}."), None)


def _drop_label(paragraph: nodes.paragraph) -> None:
    label = paragraph.index(leading_bold(paragraph))
    del paragraph[: label + 1]
    if paragraph.children and isinstance(paragraph[0], nodes.Text):
        paragraph[0] = nodes.Text(paragraph[0].astext().lstrip())


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_transform(BoxRemarks)
