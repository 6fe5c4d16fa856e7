"""Where answers to exercises are kept: right ones in unusual style, wrong ones with the reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kept:
    """An answer to an exercise, and what the feedback must say of it.

    ``reason`` is the misconception that a wrong answer must be told, None where the check cannot
    know it. ``make`` is set where the answer is what the function returns, not the function.
    """

    exercise: str
    is_right: bool
    answer: Callable
    reason: str | None = None
    make: bool = False

    def __str__(self) -> str:
        return f"{self.exercise}-{self.answer.__name__}"

    def object(self) -> Any:
        return self.answer() if self.make else self.answer


KEPT: list[Kept] = []


def right(exercise: str, style: str, *, make: bool = False) -> Callable:
    """Keep an answer that must pass; ``style`` says to a reader what is unusual in it."""

    def keep(answer: Callable) -> Callable:
        KEPT.append(Kept(exercise, True, answer, None, make))
        return answer

    return keep


def wrong(exercise: str, reason: str | None, *, make: bool = False) -> Callable:
    """Keep an answer that must fail for this reason."""

    def keep(answer: Callable) -> Callable:
        KEPT.append(Kept(exercise, False, answer, reason, make))
        return answer

    return keep
