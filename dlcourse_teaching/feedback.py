"""Feedback pages for students: what failed, on which input, and what to reread.

Everybody gets one, also those whose work has no mark yet: then it says why.

A page shows text only, every character of it escaped, and of the judge's words none about an input
that was drawn from the seed: so neither that nor a script of the student's finds its way onto it.
"""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.marks import by_hand, collect_marks
from dlcourse_teaching.results import Result, explained, graded_notebooks
from dlcourse_teaching.written import answers, questions
from dlcourse_utils.chapter import Chapter, read_all

# Reasons that lie in the machine, or that are for a talk and not for a page.
_NOT_FOR_STUDENTS = {"lost", "no-kernel", "unknown", "worker", "tampered"}


def write_feedback(assignment: AssignmentFolder, book: Path) -> list[Path]:
    """Write a page for each graded notebook, and one for each work that has no mark of its own.

    Parameters
    ----------
    assignment : AssignmentFolder
    book : Path
        The course's own folder, for the titles of exercises and sections.

    Returns
    -------
    list of Path
        The pages, under ``feedback/STUDENT/ASSIGNMENT/``.
    """
    settings = assignment.load()
    chapters = {chapter.name: chapter for chapter in read_all(book / "chapters")}
    marks = {mark.student: mark for mark in collect_marks(assignment, settings)}
    comments = engine.comments(assignment, settings)
    decided = by_hand(assignment)
    graded_page, other_page = page_template("feedback.html.j2"), page_template("no-mark.html.j2")
    pages = []
    for student in assignment.students():
        grading = assignment.note("grading", student)
        folder = assignment.folder / "feedback" / student / settings.name
        about = {
            "assignment": settings.name,
            "student": assignment.note("collected", student).get("name", student),
            "decided": decided.get(student),
            "mark": marks[student],
            "total": settings.total,
        }
        written = {}
        if grading.get("status") == "graded":
            texts = answers(assignment, settings, student)
            for name, results in graded_notebooks(assignment, settings, student).items():
                chapter = chapters[name]
                in_words = [
                    {
                        "question": question,
                        "answer": texts[question.id],
                        "points": marks[student].by_exercise.get(question.id),
                        "comment": comments.get((student, question.id)),
                    }
                    for question in questions(settings, name)
                ]
                entries = [
                    _entry(chapter, results[id], settings, marks[student].by_exercise[id],
                           comments.get((student, id)))
                    for id in settings.exercises[name]
                ]  # fmt: skip
                written[f"{name}.html"] = graded_page.render(
                    **about,
                    title=chapter.title,
                    entries=entries,
                    in_words=in_words,
                    points=sum(entry["points"] or 0 for entry in entries + in_words),
                    most=sum(entry["most"] for entry in entries)
                    + sum(entry["question"].points for entry in in_words),
                    remarks=grading.get("remarks", []),
                )
        elif grading:
            reason = None if grading.get("kind") in _NOT_FOR_STUDENTS else grading["reason"]
            page = other_page.render(**about, reason=reason)
            written |= dict.fromkeys(_no_mark_names(assignment, student), page)
        for old in set(folder.glob("*.html")) - {folder / name for name in written}:
            old.unlink()  # of an earlier grading, and no longer true
        for name, page in written.items():
            write(folder / name, page.encode())
            pages.append(folder / name)
    return pages


def _no_mark_names(assignment: AssignmentFolder, student: str) -> list[str]:
    """Names of the page about work without a mark: the exchange wants one for each notebook."""
    if assignment.note("collected", student).get("lms") == "exchange":
        own = sorted(assignment.step("submitted", student).glob("*.ipynb"))
        if own:
            return [f"{path.stem}.html" for path in own]
    return [f"{assignment.load().name}.html"]


def _entry(
    chapter: Chapter, result: Result, settings: Settings, points: float, comment: str | None
) -> dict:
    exercise = next(e for e in chapter.exercises if e.id == result.exercise)
    return {
        "id": exercise.id,
        "title": exercise.title,
        "stars": "★" * exercise.stars,
        "points": points,
        "most": settings.points[exercise.id],
        "passed": result.verdict == "passed",
        "words": explained(result, in_part=settings.partial and points > 0),
        "told": result.told if result.verdict in ("passed", "failed") else "",
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


def page_template(name: str) -> Template:
    """A page's template, in which every value is escaped and none may be missing."""
    loader = PackageLoader("dlcourse_teaching", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)  # fmt: skip
