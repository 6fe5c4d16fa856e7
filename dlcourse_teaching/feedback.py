"""Feedback pages for students: what failed, on which input, and what to reread.

A page shows text only, every character of it escaped, and nothing that ran after a hidden test: so
neither a hidden test nor a script of the student's finds its way onto it.
"""

import io
import re
import zipfile
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.results import Result, graded_notebooks
from dlcourse_utils.chapter import Chapter, read_all

_TRY_OTHERS = (
    "Right on the inputs of the check in the notebook, and wrong on others of the same kind. Try "
    "zero, negative numbers, a single example, other shapes and sizes."
)
_WORDS = {
    "passed": "Right.",
    "not-started": "Not started: the … of the starter is still there.",
    "missing": "No answer was found: no cell defines it, or the cell stopped with an error.",
    "too-slow": "Stopped: your code ran for too long.",
    "error": "The check could not be carried out.",
    "failed": "Not right yet.",
}


def write_feedback(course: AssignmentFolder, book: Path) -> list[Path]:
    """Write a page for each graded notebook.

    Parameters
    ----------
    course : AssignmentFolder
    book : Path
        The course's own folder, for the titles of exercises and sections.

    Returns
    -------
    list of Path
        The pages, under ``feedback/STUDENT/ASSIGNMENT/``.
    """
    settings = course.load()
    chapters = {chapter.name: chapter for chapter in read_all(book / "chapters")}
    marks = engine.marks(course, settings)
    comments = engine.comments(course, settings)
    template = _template("feedback.html.j2")
    pages = []
    for student in course.students():
        grading = course.note("grading", student)
        if grading.get("status") != "graded":
            continue
        for name, results in graded_notebooks(course, settings, student).items():
            chapter = chapters[name]
            entries = [
                _entry(chapter, results[id], settings, marks[student][id],
                       comments.get((student, id)))
                for id in settings.exercises[name]
            ]  # fmt: skip
            page = template.render(
                title=chapter.title,
                assignment=settings.name,
                student=course.note("collected", student).get("name", student),
                entries=entries,
                points=sum(entry["points"] for entry in entries),
                most=sum(entry["most"] for entry in entries),
                remarks=grading.get("remarks", []),
            )
            path = course.folder / "feedback" / student / settings.name / f"{name}.html"
            write(path, page.encode())
            pages.append(path)
    return pages


def pack_for_moodle(course: AssignmentFolder, pages: list[Path]) -> Path | None:
    """Pack the pages of students who handed in through Moodle, for its *Upload feedback files*.

    Parameters
    ----------
    course : AssignmentFolder
    pages : list of Path
        As `write_feedback` returns them.

    Returns
    -------
    Path or None
        ``feedback-moodle.zip`` in the assignment's folder; None if nobody came from Moodle.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for page in pages:
            who = course.note("collected", page.parents[1].name)
            if who.get("lms") == "moodle":
                # Moodle tells whose a file is by what stands between the first two underscores.
                name = re.sub(r"[_/\\]", "-", who["name"])
                folder = f"{name}_{who['lms_id']}_assignsubmission_file"
                archive.write(page, f"{folder}/{page.name}")
        if not archive.namelist():
            return None
    path = course.folder / "feedback-moodle.zip"
    write(path, packed.getvalue())
    return path


def _entry(
    chapter: Chapter, result: Result, settings: Settings, points: float, comment: str | None
) -> dict:
    exercise = next(e for e in chapter.exercises if e.id == result.exercise)
    if result.verdict == "failed" and result.visible_passed:
        words = _TRY_OTHERS
    else:
        words = _WORDS.get(result.verdict, _WORDS["error"])
    return {
        "id": exercise.id,
        "title": exercise.title,
        "stars": "★" * exercise.stars,
        "points": points,
        "most": settings.points[exercise.id],
        "passed": result.verdict == "passed",
        "words": words,
        "told": result.told,
        "code": result.code,
        "section": exercise.section,
        "link": section_link(settings.book, chapter.name, exercise.section),
        "comment": comment,
    }


def section_link(book: str, chapter: str, section: str) -> str | None:
    """Address of a section on the course's website; None if there is no website."""
    if not book:
        return None
    return f"{book}/chapters/{chapter}.html#{anchor(section)}"


def anchor(heading: str) -> str:
    """The anchor that the website gives a heading.

    Examples
    --------
    >>> anchor("One weight: which way is down?")
    'one-weight-which-way-is-down'
    """
    from docutils.nodes import make_id

    return make_id(heading)


def _template(name: str):
    loader = PackageLoader("dlcourse_teaching", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)  # fmt: skip
