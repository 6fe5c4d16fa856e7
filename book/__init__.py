"""What only the website needs: one Sphinx extension over Jupyter Book.

Nothing here is imported by a notebook, and nothing of it is in the wheel.
"""

from book import (
    anchors,
    chapters,
    explorables,
    lost,
    mathematics,
    pages,
    progress,
    remarks,
    search,
    sheets,
    states,
    tables,
    takeaway,
)

_PARTS = (
    explorables,
    remarks,
    chapters,
    tables,
    anchors,
    mathematics,
    pages,
    lost,
    search,
    progress,
    states,
    sheets,
    takeaway,
)


def setup(app):
    """Register the extension's parts with Sphinx."""
    for part in _PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
