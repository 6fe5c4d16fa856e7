"""Chapters as the site's parts ask for them: by page, all of this edition, in a directive."""

import re
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from dlcourse_utils.chapter import Chapter, ChapterError, read

_LOG = logging.getLogger(__name__)
_CHAPTER = re.compile(r"chapters/(\d\d)-[\w-]+")


class ChapterProblem(SphinxError):
    """A chapter's notebook lacks what the site shows of it."""

    category = "A chapter cannot be shown"


def number_of(page: str) -> int | None:
    """The number of the chapter that a page is; nothing for any other page.

    Examples
    --------
    >>> number_of("chapters/04-backpropagation"), number_of("appendix/glossary")
    (4, None)
    """
    found = _CHAPTER.fullmatch(page)
    return int(found[1]) if found else None


def page_title(env, page: str) -> str:
    """The title of a page, with the chapter's number before it."""
    title, number = env.titles[page].astext(), number_of(page)
    return title if number is None else f"{number} {title}"


def chapter_of(env, page: str) -> Chapter | None:
    """The chapter that a page is.

    Raises
    ------
    ChapterProblem
        If its notebook's metadata lacks a fact; the message says which, and an example.
    """
    path = Path(env.srcdir, f"{page}.ipynb")
    if number_of(page) is None or not path.exists():
        return None
    try:
        return read(path)
    except ChapterError as problem:
        raise ChapterProblem(str(problem)) from None


def chapters_of(env) -> list[Chapter]:
    """The chapters that this edition of the book has, in order."""
    chapters = (chapter_of(env, page) for page in sorted(env.found_docs))
    return [chapter for chapter in chapters if chapter]


class ChaptersDirective(SphinxDirective):
    """A directive whose page is made of the chapters' facts, and anew when one changes."""

    def chapters(self) -> list[Chapter]:
        """The chapters of this edition."""
        chapters = chapters_of(self.env)
        for chapter in chapters:
            self.env.note_dependency(str(chapter.path))
        return chapters

    def parse(self, *lines: str) -> list[nodes.Node]:
        """Lines of Markdown as the page would have them."""
        box = nodes.container()
        self.state.nested_parse(StringList(lines, "chapters"), self.content_offset, box)
        return box.children


def check(app, env, pages: list[str]) -> None:
    """Stop at a chapter that lacks a fact; warn of an exercise that no check knows.

    Raises
    ------
    ChapterProblem
        The message names file and cell, and what to write there.
    """
    for page in pages:
        if chapter := chapter_of(env, page):
            try:
                _check_exercises(chapter, page)
            except ChapterError as problem:
                raise ChapterProblem(str(problem)) from None


def _check_exercises(chapter: Chapter, page: str) -> None:
    # It brings NumPy, which a build of other pages can do without.
    from dlcourse_utils.exercises import UnknownExercise, exercise_ids, verify

    known = set(exercise_ids())
    for exercise in chapter.exercises:
        if exercise.id in known:
            continue
        cell = next(cell for cell in chapter.cells if cell.facts.get("exercise") == exercise.id)
        try:
            verify(exercise.id, None)
        except UnknownExercise as problem:
            _LOG.warning(
                "%s, cell %s: %s Write the name of a file of dlcourse_utils/exercises there, "
                "with hyphens, or add that file.",
                chapter.path.name,
                cell.id,
                problem,
                location=page,
            )


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("env-before-read-docs", check)
