"""What only the website needs: one Sphinx extension over Jupyter Book.

Nothing here is imported by a notebook, and nothing of it is in the wheel.
"""

import hashlib
from pathlib import Path

from book import (
    admonitions,
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
    page_metadata,
    progress,
    search,
    tables,
    takeaway,
)

_PARTS = (
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


_SOURCES = (Path(__file__).parent, Path(__file__).parents[1] / "dlcourse_utils" / "explore")


def _note_sources(app, config) -> None:
    """Let a change of the extension or of an explorable count as a change of every page."""
    files = sorted(path for folder in _SOURCES for path in folder.rglob("*") if path.is_file())
    sources = hashlib.sha256()
    for path in files:
        if path.suffix != ".pyc":
            sources.update(path.read_bytes())
    config.dlcourse_sources = sources.hexdigest()


def setup(app):
    """Register the extension's parts with Sphinx."""
    app.add_config_value("dlcourse_sources", "", "env", [str])
    app.connect("config-inited", _note_sources)
    for part in _PARTS:
        part.setup(app)
    # Writing a page also notes which pictures are not to be copied, which only one process can.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
