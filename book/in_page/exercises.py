"""What a page needs to know of its exercises: the code that each stands on, and what it needs."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dlcourse_utils.chapter import Cell, Chapter, Exercise
from dlcourse_utils.prerequisite_code import lesson_code, prerequisite_code

# What Python in the page has, besides its standard library.
_AT_HAND = {"numpy", "dlcourse_utils", "traitlets"}
_NAMES = {"keras": "Keras", "sklearn": "scikit-learn", "scipy": "SciPy", "tensorflow": "TensorFlow"}


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


def _page_exercise(chapter: Chapter, exercise: Exercise) -> PageExercise:
    lesson = lesson_code(_before(chapter, exercise.id))
    # A solution may use what its starter defines.
    given = prerequisite_code([*lesson, exercise.starter], [exercise.starter, exercise.solution])
    sources = [given, exercise.starter, exercise.solution, _check_source(exercise.id)]
    missing = sorted({name for source in sources for name in _imported(source)} - _AT_HAND)
    return PageExercise(
        id=exercise.id,
        title=exercise.title,
        starter=exercise.starter,
        given=given,
        solution=exercise.solution,
        answer=exercise.answer,
        needs=tuple(_NAMES.get(name, name) for name in missing),
    )


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
