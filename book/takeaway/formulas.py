"""Formulas as an EPUB has them."""

from xml.etree import ElementTree

_MATHML = "http://www.w3.org/1998/Math/MathML"
_SIZES = ("displaystyle", "scriptlevel")


def as_xhtml(formula: str) -> str:
    """A formula in MathML 3, as EPUB has it: with its language, and sizes in elements of their own.

    Examples
    --------
    >>> formula = as_xhtml('<math><mfrac displaystyle="true" /></math>')
    >>> formula.partition(">")[2]
    '<mstyle displaystyle="true"><mfrac /></mstyle></math>'
    """
    root = ElementTree.fromstring(formula)
    for parent in list(root.iter()):
        for place, child in enumerate(parent):
            sizes = {name: child.attrib[name] for name in _SIZES if name in child.attrib}
            if not sizes or child.tag == "mstyle":
                continue
            style = ElementTree.Element("mstyle", sizes)
            style.tail, child.tail = child.tail, None
            for name in sizes:
                del child.attrib[name]
            parent[place] = style
            style.append(child)
    root.set("xmlns", _MATHML)
    return ElementTree.tostring(root, encoding="unicode")
