"""Code as the style sheet colours it: a word without a colour needs no element.

Pygments marks every name, bracket and operator, 5,000 elements a chapter of which a sixth has a
colour of its own; a slow phone lays out all of them before it answers a touch.
"""

import re

# The kinds of words that book.css colours, as Pygments abbreviates them.
COLOURED = "c c1 cm k kn ow nd s1 s2 sd sa si se nf nc fm mi mf kc".split()
_PLAIN_WORD = re.compile(rf'<span class="(?!(?:{"|".join(COLOURED)})")\w{{1,3}}">([^<]*)</span>')


def without_plain_words(html: str) -> str:
    """Highlighted code with elements around those words alone that have a colour.

    Examples
    --------
    >>> block = '<div class="highlight"><pre>{}</pre></div>'
    >>> code = '<span class="k">del</span> <span class="n">x</span>'
    >>> without_plain_words(block.format(code)) == block.format('<span class="k">del</span> x')
    True
    """
    return re.sub(
        r'(?<=<div class="highlight">).*?(?=</div>)',
        lambda block: _PLAIN_WORD.sub(r"\1", block[0]),
        html,
        flags=re.DOTALL,
    )


def _lighten(app, pagename, templatename, context, doctree) -> None:
    if "body" in context:
        context["body"] = without_plain_words(context["body"])


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", _lighten, priority=600)
