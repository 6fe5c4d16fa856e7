"""What only the website needs: one Sphinx extension over Jupyter Book.

Nothing here is imported by a notebook, and nothing of it is in the wheel.
"""

from book import (
    chapters,
    code,
    cover,
    explorables,
    mathematics,
    pages,
    remarks,
    seen,
    sheets,
    states,
    tables,
)


def setup(app):
    """Register the extension's parts with Sphinx."""
    explorables.setup(app)
    cover.setup(app)
    remarks.setup(app)
    chapters.setup(app)
    tables.setup(app)
    mathematics.setup(app)
    pages.setup(app)
    seen.setup(app)
    states.setup(app)
    code.setup(app)
    sheets.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
