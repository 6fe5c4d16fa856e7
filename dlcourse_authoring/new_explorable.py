"""A new explorable: the three files of its folder, and the cell that shows it in a chapter."""

import re
from importlib.resources import files
from pathlib import Path

from dlcourse_authoring.chapter_cells import explorable_cell, find_chapter, insert

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES = ("__init__.py", "view.js", "style.css")


def new_explorable(
    root: Path, name: str, chapter: str, *, section: str | None = None
) -> list[Path]:
    """Add a small figure to play with that works, to be replaced by one's own.

    Parameters
    ----------
    root : Path
        The course's folder.
    name : str
        Its name in small letters, digits and hyphens: ``"straight-line"`` is the folder
        ``straight_line``, the class ``StraightLine`` and, in style sheets, ``dl-straight-line``.
    chapter : str
        A chapter's name or number.
    section : str, optional
        The heading of the section that shows it; without it, the last one before the quiz.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        If the name is not of this form or is taken, or there is no such chapter or section.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r}: use small letters, digits and hyphens, as in straight-line.")
    words = name.split("-")
    spellings = {
        "straight_line": "_".join(words),
        "StraightLine": "".join(word.capitalize() for word in words),
        "straight-line": name,
        "Straight line": " ".join(words).capitalize(),
    }
    folder = root / "dlcourse_utils" / "explore" / spellings["straight_line"]
    if folder.exists():
        raise ValueError(f"there is an explorable {name!r} already: {folder.relative_to(root)}.")
    notebook = find_chapter(root / "chapters", chapter)
    cell = explorable_cell(spellings["StraightLine"], spellings["straight_line"])
    insert(notebook, [cell], section)
    folder.mkdir()
    templates = files("dlcourse_authoring") / "templates" / "explorable"
    written = [notebook]
    for file in _FILES:
        text = (templates / f"{file}.txt").read_text("utf-8")
        for old, new in spellings.items():
            text = text.replace(old, new)
        (folder / file).write_text(text, "utf-8")
        written.append(folder / file)
    return written
