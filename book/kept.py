"""What takes long to make, kept for the next build in ``_build/kept``.

`rebuild` empties the folder when what makes pages has changed.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path


def folder(app) -> Path:
    """The folder, which is there."""
    kept = Path(app.outdir).parent / "kept"
    kept.mkdir(exist_ok=True)
    return kept


def made_once(app, ending: str, make: Callable[..., bytes], *of) -> Path:
    """The file with what ``make(*of)`` returns, called only if no build before had the same.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    ending : str
        Of the file's name, such as ``".png"``.
    make : callable
        Returns the file's content; its result depends on its arguments alone.
    *of : str, bytes, int or None, or tuples of these
    """
    key = hashlib.sha256(repr((make.__qualname__, of)).encode()).hexdigest()
    file = folder(app) / f"{key}{ending}"
    if not file.exists():
        file.write_bytes(make(*of))
    return file
