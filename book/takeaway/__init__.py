"""The book to take away: an EPUB and a PDF, both from the same adapted pages.

``jupyter-book build . --builder custom --custom-builder epub`` writes ``_build/epub/….epub``, and
with ``pdf`` instead ``_build/pdf/….pdf``, which needs Chromium.
"""

from book.takeaway import adapt, builders


def setup(app) -> None:
    """Register with Sphinx."""
    adapt.setup(app)
    builders.setup(app)
