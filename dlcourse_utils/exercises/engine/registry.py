"""Which exercises there are, and how a check says what is wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.feedback import CounterExample


class Wrong(Exception):
    """Raised by a check: the answer is wrong, and this is why."""

    def __init__(
        self,
        message: str,
        *,
        counter_example: CounterExample | None = None,
        misconception: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.counter_example = counter_example
        self.misconception = misconception
        self.notes = notes


class UnknownExercise(ValueError):
    """There is no exercise of this id."""


class NotStarted(Exception):
    """Raised by a check: the `...` of the starter is still there."""


@dataclass(frozen=True)
class Passed:
    """Returned by a check: the answer is right; what to say of it besides that."""

    message: str = "right."
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise: its check, and the question to ask oneself after it."""

    id: str
    check: Callable[[Any, np.random.Generator], Passed]
    next_question: str | None


_EXERCISES: dict[str, Exercise] = {}


def exercise(id: str, *, next_question: str | None = None) -> Callable:
    """Register a check under the id of its exercise.

    The check takes the learner's object and a random generator for its fresh cases. It returns
    Passed, or raises Wrong or NotStarted.
    """

    def register(check: Callable) -> Callable:
        if id in _EXERCISES:
            raise ValueError(f"two exercises have the id {id!r}; give one another")
        _EXERCISES[id] = Exercise(id, check, next_question)
        return check

    return register


def exercise_ids() -> list[str]:
    """Return the ids of all exercises."""
    return list(_EXERCISES)


def find(id: str) -> Exercise:
    """Return the exercise with this id.

    Raises
    ------
    UnknownExercise
        If there is none; the message names the ids that are near.
    """
    if isinstance(id, str) and id in _EXERCISES:
        return _EXERCISES[id]
    if not isinstance(id, str):
        raise UnknownExercise('the id comes first, as text: dl.check("exercise-id", your_answer)')
    near = get_close_matches(id.strip().lower().replace("_", "-"), _EXERCISES, n=3, cutoff=0.6)
    if near:
        raise UnknownExercise(
            f'there is no exercise "{id}". Did you mean '
            + " or ".join(f'"{n}"' for n in near)
            + "?"
        )
    raise UnknownExercise(
        f'there is no exercise "{id}". The check cell of each exercise, as the chapter came, '
        "names its id."
    )
