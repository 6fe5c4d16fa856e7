"""What only the website needs: one Sphinx extension over Jupyter Book.

Nothing here is imported by a notebook, and nothing of it is in the wheel.
"""

import gc

from book import (
    admonitions,
    chapter_facts,
    chapters,
    code,
    cover,
    css_bundle,
    explorable_state,
    explorables,
    figures,
    glossary_links,
    heading_ids,
    in_page,
    instructors,
    mathematics,
    not_found,
    page_context,
    page_facts,
    page_metadata,
    progress,
    rebuild,
    search,
    tables,
    takeaway,
)

_PARTS = (
    rebuild,
    page_facts,
    chapter_facts,
    explorables,
    cover,
    admonitions,
    chapters,
    tables,
    glossary_links,
    heading_ids,
    mathematics,
    instructors,
    page_context,
    figures,
    page_metadata,
    not_found,
    search,
    progress,
    in_page,
    explorable_state,
    code,
    css_bundle,
    takeaway,
)


def setup(app):
    """Register the extension's parts with Sphinx."""
    # Pages are large trees whose nodes know their parents: looking for garbage among them as often
    # as Python does by itself is a tenth of a build.
    gc.set_threshold(200_000)
    for part in _PARTS:
        part.setup(app)
    # Writing a page also notes which pictures are not to be copied, which only one process can.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
