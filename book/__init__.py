"""What only the website needs: one Sphinx extension over Jupyter Book.

Nothing here is imported by a notebook, and nothing of it is in the wheel.
"""

from book import (
    anchors,
    chapters,
    code,
    cover,
    explorables,
    instructors,
    lost,
    mathematics,
    pages,
    progress,
    remarks,
    search,
    seen,
    sheets,
    states,
    tables,
    takeaway,
    terms,
)

_PARTS = (
    explorables,
    cover,
    remarks,
    chapters,
    tables,
    terms,
    anchors,
    mathematics,
    instructors,
    pages,
    seen,
    lost,
    search,
    progress,
    states,
    code,
    sheets,
    takeaway,
)


def setup(app):
    """Register the extension's parts with Sphinx."""
    for part in _PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
