"""An autograder for Gradescope: all that grades one submission, in an archive."""

import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.resources import files as resources
from pathlib import Path

import dlcourse_utils
from dlcourse_teaching import sandbox
from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.feedback import section_link
from dlcourse_teaching.kit import make_kit
from dlcourse_utils.chapter import read_all

_SCRIPTS = ("setup.sh", "run_autograder")
_WHEN = (2020, 1, 1, 0, 0, 0)  # the same archive from the same assignment


def package_gradescope(assignment: AssignmentFolder, book: Path) -> Path:
    """Write ``autograder-gradescope.zip`` into the assignment's folder.

    It holds the assignment's seed: it is for Gradescope alone.

    Parameters
    ----------
    assignment : AssignmentFolder
    book : Path
        The course's own folder.
    """
    settings = assignment.load()
    kit = make_kit(assignment, settings)
    exercises = {
        exercise.id: {
            "title": exercise.title,
            "points": settings.points[exercise.id],
            "notebook": f"{chapter.name}.ipynb",
            "section": exercise.section,
            "link": section_link(settings.book, chapter.name, exercise.section),
        }
        for chapter in read_all(book / "chapters")
        for exercise in chapter.exercises
        if exercise.id in kit["exercises"]
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in _SCRIPTS:
            _add(archive, name, _template(name), mode=0o755)
        _add(archive, "requirements.txt", _requirements(book, kit["modules"]))
        _add(archive, "constraints.txt", constraints(book))
        content = {"kit": kit, "exercises": exercises, "name": settings.name}
        _add(archive, "assignment.json", json.dumps(content, ensure_ascii=False).encode())
        for path, content in _modules():
            _add(archive, f"judge/{path}", content)
            if _may_be_seen(path):
                _add(archive, f"student/{path}", content)
    path = assignment.folder / "autograder-gradescope.zip"
    write(path, packed.getvalue())
    return path


def constraints(book: Path) -> bytes:
    """The versions with which the course was tested, as pip takes them with ``--constraint``."""
    lines = (book / "requirements-teaching.txt").read_text(encoding="utf-8").splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith(("-", "#"))).encode()


def _requirements(book: Path, modules: list[str]) -> bytes:
    """What the course's own package and chapters import; a framework only where one is needed."""
    project = tomllib.loads((book / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], "nbformat", *(["tensorflow"] if modules else [])]
    return "".join(f"{one}\n" for one in wanted).encode()


def _modules() -> Iterator[tuple[str, bytes]]:
    """Files of the two packages, by their path as Python imports them."""
    for package in (Path(dlcourse_utils.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{package.name}/{path.relative_to(package)}", path.read_bytes()


def _may_be_seen(path: str) -> bool:
    """Whether a file says how an answer is called, and not what a right one is."""
    parts = path.split("/")
    return parts[:2] != ["dlcourse_utils", "exercises"] or parts[2] in sandbox.CALLING


def _template(name: str) -> bytes:
    return (resources("dlcourse_teaching") / "templates" / "gradescope" / name).read_bytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int = 0o644) -> None:
    info = zipfile.ZipInfo(name, _WHEN)
    info.external_attr, info.compress_type = (0o100000 | mode) << 16, zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
