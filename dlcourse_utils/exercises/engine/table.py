"""Which exercises there are: one small file each, imported when it is checked.

A chapter's folder in ``dlcourse_utils/exercises`` holds one file for each of its exercises. The
name of the file is the id: ``weighted_sum.py`` is ``"weighted-sum"`` and sets ``EXERCISE``. A file
whose name begins with an underscore is no exercise; it holds what several exercises of the chapter
share. What several chapters share stands in ``formulas.py``, beside the folders.
"""

import os
import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.verdicts import Passed

_PACKAGE = "dlcourse_utils.exercises"
_NO_CHAPTER = "engine"


class UnknownExercise(ValueError):
    """There is no exercise of this id."""


class Exercise(Protocol):
    """What an exercise's file sets as ``EXERCISE``."""

    next_question: str | None

    def check(self, answer: Answer, rng: np.random.Generator) -> Passed:
        """Return that the answer is right, or raise Wrong or NotStarted."""


def exercise_ids() -> list[str]:
    """Return the ids of all exercises, in alphabetical order; no exercise is imported.

    Examples
    --------
    >>> "weighted-sum" in exercise_ids()
    True
    """
    return sorted(module_names())


def load(id: Any) -> Exercise:
    """Return the exercise of this id.

    Parameters
    ----------
    id : str

    Returns
    -------
    Exercise

    Raises
    ------
    UnknownExercise
        If there is none; the message names the ids that are near.
    TypeError
        If the exercise's file sets no ``EXERCISE``: its author's mistake.

    Examples
    --------
    >>> load("weighted-sum").parameters
    ('x', 'w', 'b')
    """
    if not isinstance(id, str):
        raise UnknownExercise('the id comes first, as text: dl.check("exercise-id", your_answer)')
    names = module_names()
    if id not in names:
        raise UnknownExercise(_unknown_words(id, names))
    exercise = getattr(import_module(names[id]), "EXERCISE", None)
    if not hasattr(exercise, "check"):
        raise TypeError(
            f"{names[id].replace('.', '/')}.py must set EXERCISE to a FunctionExercise, "
            "NumberExercise, ChoiceExercise or OpenExercise. A file that several exercises share "
            "has a name that begins with an underscore."
        )
    return exercise


@cache
def module_names() -> dict[str, str]:
    """Return the module of each exercise id, read from the names of the files."""
    return names_in(list(import_module(_PACKAGE).__path__))


def names_in(folders: list[str]) -> dict[str, str]:
    """Return the module of each id for the chapters' folders within these folders.

    Raises
    ------
    ValueError
        If two files have one id.
    """
    names: dict[str, str] = {}
    for chapter in pkgutil.iter_modules(folders):
        if not chapter.ispkg or chapter.name == _NO_CHAPTER:
            continue
        inside = [os.path.join(folder, chapter.name) for folder in folders]
        for module in pkgutil.iter_modules(inside):
            if module.name.startswith("_"):
                continue
            id = module.name.replace("_", "-")
            name = f"{_PACKAGE}.{chapter.name}.{module.name}"
            if id in names:
                raise ValueError(
                    f'two exercises have the id "{id}": {names[id]} and {name}. Give one of the '
                    "files another name."
                )
            names[id] = name
    return names


def _unknown_words(id: str, names: dict[str, str]) -> str:
    near = get_close_matches(id.strip().lower().replace("_", "-"), names, n=3, cutoff=0.6)
    if near:
        listed = " or ".join(f'"{name}"' for name in near)
        return f'there is no exercise "{id}". Did you mean {listed}?'
    return (
        f'there is no exercise "{id}". The check cell of each exercise, as the chapter came, '
        "names its id."
    )
