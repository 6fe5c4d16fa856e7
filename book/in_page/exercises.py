"""What a page needs to know of its exercises and cells to try: the code before them, and needs."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dlcourse_utils.chapter import Cell, Chapter, Exercise
from dlcourse_utils.prerequisite_code import lesson_code, prerequisite_code

# The tag of a cell that a reader can change and run in the page.
TRY_IT = "try-it"
# What Python in the page has, besides its standard library.
_AT_HAND = {"numpy", "dlcourse_utils", "traitlets"}
_NAMES = {"keras": "Keras", "sklearn": "scikit-learn", "scipy": "SciPy", "tensorflow": "TensorFlow"}
_SMALL_DIGITS = "In the page 1,797 small digits stand in for MNIST, so the numbers differ a little."


@dataclass(frozen=True)
class PageExercise:
    """An exercise as it stands on a page.

    Parameters
    ----------
    id, title : str
    starter : str
        What stands in the editor at first.
    given : str
        The chapter's own code that it builds on, run before the reader's.
    solution, answer : str
        The worked solution, and the expression that is checked.
    needs : tuple of str
        What it needs and the page does not have: ``("Keras",)``; empty where it can be solved here.
    """

    id: str
    title: str
    starter: str
    given: str
    solution: str
    answer: str
    needs: tuple[str, ...]


def page_exercises(chapter: Chapter) -> list[PageExercise]:
    """The exercises of a chapter, in order."""
    return [_page_exercise(chapter, exercise) for exercise in chapter.exercises]


@dataclass(frozen=True)
class PageCell:
    """A cell that a reader can change and run in the page: the chapter tags it ``try-it``.

    Parameters
    ----------
    id : str
    given : str
        The chapter's own code that it builds on, run before it.
    note : str
        What a reader must know of the numbers that come out; most often nothing.
    needs : tuple of str
        What it needs and the page does not have; a rule of chapters keeps this empty.
    """

    id: str
    given: str
    note: str
    needs: tuple[str, ...]


def page_cells(chapter: Chapter) -> list[PageCell]:
    """The cells of a chapter to try in the page, in order."""
    found = []
    for place, cell in enumerate(chapter.cells):
        if TRY_IT in cell.tags:
            given = prerequisite_code(lesson_code(chapter.cells[:place]), [cell.source])
            note = _SMALL_DIGITS if "load_mnist" in given + cell.source else ""
            found.append(PageCell(cell.id, given, note, _missing(given, cell.source)))
    return found


def _page_exercise(chapter: Chapter, exercise: Exercise) -> PageExercise:
    lesson = lesson_code(_before(chapter, exercise.id))
    # A solution may use what its starter defines.
    given = prerequisite_code([*lesson, exercise.starter], [exercise.starter, exercise.solution])
    return PageExercise(
        id=exercise.id,
        title=exercise.title,
        starter=exercise.starter,
        given=given,
        solution=exercise.solution,
        answer=exercise.answer,
        needs=_missing(given, exercise.starter, exercise.solution, _check_source(exercise.id)),
    )


def _missing(*sources: str) -> tuple[str, ...]:
    """What code imports and the page does not have."""
    missing = sorted({name for source in sources for name in _imported(source)} - _AT_HAND)
    return tuple(_NAMES.get(name, name) for name in missing)


def _before(chapter: Chapter, id: str) -> list[Cell]:
    place = next(i for i, cell in enumerate(chapter.cells) if cell.facts.get("exercise") == id)
    return list(chapter.cells[:place])


def _check_source(id: str) -> str:
    # Here, as it brings NumPy, which most builds can do without.
    from dlcourse_utils.exercises.engine.table import module_names

    return Path(find_spec(module_names()[id]).origin).read_text("utf-8")


def _imported(source: str) -> Iterator[str]:
    """Top names of the packages that code imports, of the standard library none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        yield from {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
