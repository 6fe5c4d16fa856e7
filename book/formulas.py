"""Formulas as MathML, for readers without MathJax: the search's results and the EPUB."""

import unicodedata
from functools import cache
from xml.etree import ElementTree

from latex2mathml import converter

_NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"


@cache
def mathml(tex: str, display: bool = False) -> str:
    r"""A formula as MathML that carries its TeX as alternative text.

    Parameters
    ----------
    tex : str
        The formula as the book has it, without dollars.
    display : bool
        Whether it stands on a line of its own.

    Raises
    ------
    ValueError
        If the formula cannot be set without commands left over in it.

    Examples
    --------
    >>> plain(mathml(r"\hat y = \sigma(z)"))
    'ŷ=σ(z)'
    """
    # The converter knows `align*` and not its twin inside a formula.
    source = tex.replace("{aligned}", "{align*}")
    try:
        root = ElementTree.fromstring(
            converter.convert(source, display="block" if display else "inline")
        )
    except Exception as error:
        raise ValueError(f"No MathML can be made of the formula {tex!r}: {error}") from error
    if "\\" in "".join(root.itertext()):
        raise ValueError(f"MathML does not know a command in the formula {tex!r}")
    root.set("alttext", " ".join(tex.split()))
    ElementTree.register_namespace("", _NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


def plain(markup: str) -> str:
    """The letters and signs of a formula's MathML in a row, for a line of text."""
    text = "".join(ElementTree.fromstring(markup).itertext())
    return unicodedata.normalize("NFC", text.replace("^", _HAT))
