"""A new exercise: its four cells in a chapter, and the file that says what a right answer is."""

import re
from importlib.resources import files
from pathlib import Path

from dlcourse_authoring.chapter_cells import KINDS, exercise_cells, find_chapter, insert

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TEMPLATES = {"compute": "number", "predict": "choice", "read": "choice", "design": "design"}


def new_exercise(
    root: Path,
    chapter: str,
    id: str,
    *,
    section: str | None = None,
    stars: int = 1,
    kind: str = "write",
) -> list[Path]:
    """Add a small exercise that works, to be replaced by one's own.

    Parameters
    ----------
    root : Path
        The course's folder.
    chapter : str
        A chapter's name or number, such as ``"01-neurons"`` or ``"1"``.
    id : str
        The exercise's id: small letters, digits and hyphens.
    section : str, optional
        The heading of the section that it trains; without it, the last one before the quiz.
    stars : {1, 2, 3}
        How hard it is.
    kind : {"compute", "predict", "write", "read", "design"}
        What a learner does.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        If the id is not of this form or is taken, or there is no such kind, chapter or section.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"{id!r}: use small letters, digits and hyphens, as in weighted-sum.")
    if stars not in (1, 2, 3):
        raise ValueError(f"{stars} stars: an exercise has 1, 2 or 3.")
    if kind not in KINDS:
        raise ValueError(f"{kind!r}: there are templates of {', '.join(KINDS)}.")
    notebook = find_chapter(root / "chapters", chapter)
    function = id.replace("-", "_")
    for taken in sorted((root / "dlcourse_utils" / "exercises").glob(f"*/{function}.py")):
        raise ValueError(f"there is an exercise {id!r} already: {taken.relative_to(root)}.")
    insert(notebook, exercise_cells(id, stars, kind), section)
    return [notebook, write_check(root, notebook.stem, id, kind)]


def write_check(root: Path, chapter: str, id: str, kind: str = "write") -> Path:
    """Write the file of an exercise, and its chapter's folder if that is missing.

    Parameters
    ----------
    root : Path
        The course's folder.
    chapter : str
        The chapter's name, such as ``"01-neurons"``.
    id : str
        The exercise's id.
    kind : str
        As in `new_exercise`.

    Returns
    -------
    Path
        The file.
    """
    folder = root / "dlcourse_utils" / "exercises" / chapter[3:].replace("-", "_")
    folder.mkdir(exist_ok=True)
    init = folder / "__init__.py"
    if not init.exists():
        init.write_text(
            f'"""The exercises of chapter {int(chapter[:2])}, a file each."""\n', "utf-8"
        )
    templates = files("dlcourse_authoring") / "templates"
    template = (templates / f"{_TEMPLATES.get(kind, 'exercise')}.py.txt").read_text("utf-8")
    function = id.replace("-", "_")
    path = folder / f"{function}.py"
    path.write_text(template.replace("double(", f"{function}("), "utf-8")
    return path
