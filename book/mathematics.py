r"""Formulas are set while the site is built: MathML, which every browser draws by itself.

A page then needs no script for its mathematics and nothing moves when it arrives. The letters are
those of STIX Two Math; ``assets/fonts/README.md`` tells which.
"""

import html
import re
import unicodedata
from functools import cache
from xml.etree import ElementTree

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

_LOG = logging.getLogger(__name__)
# Signs that stand alone, and the same over a letter; a mark that only chooses a letter's form goes.
_ACCENTS = str.maketrans({"ˆ": "\u0302", "¯": "\u0304", "˜": "\u0303", "\ufe00": None})
_NAMED = re.compile(r"&(?!lt;|gt;|amp;)[A-Za-z]\w*;")
# The converter aligns columns by style attributes; the style sheet does the same by classes.
_CELL = re.compile(r'<mtd style="([^"]*)">')


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False)


@cache
def mathml(tex: str, display: bool = False) -> str:
    r"""A formula as MathML.

    Parameters
    ----------
    tex : str
        LaTeX without dollars.
    display : bool
        Whether it stands on a line of its own.

    Raises
    ------
    ValueError
        If a command in it is not known.

    Examples
    --------
    >>> mathml(r"\mathbf{x}^2")
    '<math><msup><mi>𝐱</mi><mn>2</mn></msup></math>'
    >>> mathml(r"\unheard")
    Traceback (most recent call last):
    ...
    ValueError: cannot set the formula \unheard: 0: Unknown command "\unheard".
    """
    try:
        markup = _converter().convert_with_local_state(tex, displaystyle=display)
    except LatexError as problem:
        raise ValueError(f"cannot set the formula {tex}: {problem}") from None
    # XML, and so an EPUB, knows no other names than these three.
    markup = _NAMED.sub(lambda name: html.unescape(name[0]), markup)
    return _CELL.sub(_classed, markup)


def plain(markup: str) -> str:
    """The letters and signs of a formula's MathML in a row, for a line of text.

    Examples
    --------
    >>> plain(mathml(r"\\hat y = \\sigma(z)"))
    'ŷ=σ(z)'
    """
    text = "".join(ElementTree.fromstring(markup).itertext())
    return unicodedata.normalize("NFC", text.translate(_ACCENTS))


def side_by_side(tex: str) -> list[str]:
    r"""The formulas that ``\qquad`` sets beside each other; a narrow page puts them in lines.

    Examples
    --------
    >>> side_by_side(r"a = b, \qquad c = \text{one \qquad two}")
    ['a = b,', 'c = \\text{one \\qquad two}']
    """
    parts, depth = [""], 0
    for token in re.findall(r"\\(?:[A-Za-z]+|.)|.", tex, re.DOTALL):
        depth += token in ("{", r"\begin", r"\left")
        depth -= token in ("}", r"\end", r"\right")
        if token == r"\qquad" and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts]


def _keep_punctuation(app, tree, docname) -> None:
    """Take the sign after a formula into its box, so that it never begins a line."""
    for node in tree.findall(nodes.math):
        after = node.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and (sign := re.match(r"[.,;:!?)]+", after)):
            node["after"] = sign[0]
            node.parent.replace(after, nodes.Text(after[sign.end() :]))


def _classed(cell: re.Match) -> str:
    classes = ["right" if "text-align: right" in cell[1] else "left"]
    if "padding-left:1em" in cell[1]:
        classes.append("apart")
    return f'<mtd class="{" ".join(classes)}">'


def _markup(node: nodes.Node, display: bool) -> str:
    parts = side_by_side(node.astext()) if display else [node.astext()]
    try:
        return "".join(mathml(part, display) for part in parts)
    except ValueError as problem:
        _LOG.warning("%s", problem, location=node)
        return f"<code>{nodes.Text(node.astext())}</code>"


def _visit_inline(translator, node: nodes.math) -> None:
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    )
    translator.body.append(_markup(node, display=False) + node.get("after", "") + "</span>")
    raise nodes.SkipNode


def _visit_display(translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this formula")
        translator.body.append("</span>")
    translator.body.append(_markup(node, display=True) + "</div>\n")
    raise nodes.SkipNode


def _choose(app, config) -> None:
    config.html_math_renderer = "mathml"


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_display, None))
    app.connect("config-inited", _choose)
    app.connect("doctree-resolved", _keep_punctuation)
