"""The address of every section is made of its heading's words, so that a link to it lasts."""

import re

from docutils import nodes
from sphinx.util import logging

_LOG = logging.getLogger(__name__)
# What docutils gives a section whose words make no address, or one that the page already has.
_NUMBERED = re.compile(r"id\d+$")


def check(app, doctree: nodes.document) -> None:
    """Warn of a section whose address would be a mere number, which moves when others come."""
    for section in doctree.findall(nodes.section):
        if _NUMBERED.match(section["ids"][0]):
            title = section.next_node(nodes.title)
            _LOG.warning(
                "The heading %r has no address of its own: another heading of the page has the "
                "same words, or it has no letters a-z. Word it differently.",
                title.astext(),
                location=title,
            )


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("doctree-read", check)
