"""Where answers to exercises are kept: right ones in unusual style, wrong ones with the reason."""

import ast
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dlcourse_utils.prerequisite_code import prerequisite_code


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


def sources_of_kept_answers(names: dict[str, str], *, right: bool) -> dict[str, list[str]]:
    """Source of the tests' kept answers, by exercise, each under the name that is asked for."""
    for module in sorted(Path(__file__).parent.glob("answers_*.py")):  # some load Keras
        importlib.import_module(module.stem)
    found: dict[str, list[str]] = {}
    for kept in KEPT:
        if kept.exercise in names and kept.is_right == right and not kept.make:
            lines = inspect.getsource(kept.answer).splitlines()
            start = next(i for i, line in enumerate(lines) if line.startswith(("def ", "class ")))
            source = "\n".join(lines[start:])
            given = prerequisite_code(
                [_as_a_learner_has_it(inspect.getfile(kept.answer))], [source]
            )
            alias = f"{names[kept.exercise]} = {kept.answer.__name__}"
            found.setdefault(kept.exercise, []).append(f"{given}\n\n\n{source}\n\n\n{alias}")
    return found


@cache
def _as_a_learner_has_it(path: str) -> str:
    """A module of kept answers without a sign that they are kept."""
    module = ast.parse(Path(path).read_text("utf-8"))
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
    module.body = [n for n in module.body if getattr(n, "module", None) != "kept"]
    return ast.unparse(module)
