"""Say why an answer is wrong: a known misconception, an error, or a general pattern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import time_limit
from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.results import Problem, Unusable, same_result, to_array
from dlcourse_utils.exercises.engine.safe_call import Call, CodeError

# What an error often means. Type of the exception, part of its message, words.
_HINTS = (
    (
        "ValueError",
        "truth value of an array",
        "`if`, `and`, `max` and `min` want one True or False, and an array holds many. "
        "`np.maximum` and `np.where` work number by number.",
    ),
    (
        "ValueError",
        "mismatch in its core dimension",
        "The two shapes do not fit: the columns of the first must be as many as the rows of the "
        "second. Print both shapes.",
    ),
    (
        "ValueError",
        "not aligned",
        "The two shapes do not fit: the columns of the first must be as many as the rows of the "
        "second. Print both shapes.",
    ),
    (
        "ValueError",
        "could not be broadcast",
        "NumPy cannot stretch these two shapes over each other. Print both shapes.",
    ),
    (
        "ValueError",
        "could not broadcast",
        "NumPy cannot stretch these two shapes over each other. Print both shapes.",
    ),
    (
        "ValueError",
        "cannot reshape",
        "The new shape must hold as many numbers as the old one: multiply its sizes and compare.",
    ),
    (
        "IndexError",
        "out of bounds",
        "An index runs past the end: the last index is the length minus 1.",
    ),
    (
        "IndexError",
        "out of range",
        "An index runs past the end: the last index is the length minus 1.",
    ),
    (
        "NameError",
        "not defined",
        "Python does not know this name here: look at its spelling, and run the cell that defines "
        "it first.",
    ),
    (
        "UnboundLocalError",
        "",
        "A variable is read before it has a value: give it one before the loop or the `if`.",
    ),
    ("RecursionError", "", "Your function calls itself without an end."),
    ("SystemExit", "", "`exit` and `quit` end the whole program: use `return`."),
    (
        "UFuncTypeError",
        "same_kind",
        "A calculation in place, such as `+=`, cannot put decimals into an array of whole numbers.",
    ),
)


@dataclass(frozen=True)
class Misconception:
    """A wrong way to see the task: the formula that comes of it, and what to say.

    An answer has the misconception when it gives the formula's result on *every* case.
    """

    id: str
    formula: Callable
    words: str


@dataclass(frozen=True)
class Trial:
    """One case and what came of it."""

    case: tuple
    expected: Any
    call: Call
    problem: Problem | None


def explain(
    answer: Answer,
    parameters: Sequence[str],
    first: Trial,
    trials: Sequence[Trial],
    expected: Callable,
    misconceptions: Sequence[Misconception],
) -> tuple[str | None, str]:
    """Return the id of the reason, None if unknown, and words: the most telling that is certain.

    Parameters
    ----------
    answer : Answer
        The learner's function.
    parameters : sequence of str
        Names of the arguments.
    first : Trial
        The smallest case that is wrong.
    trials : sequence of Trial
        All cases that were tried.
    expected : callable
        A right function.
    misconceptions : sequence of Misconception
        Known wrong answers, the most specific first.
    """
    problem = first.problem
    if problem.reason not in ("changed-input", "too-slow"):
        for misconception in misconceptions:
            if _has(trials, misconception.formula):
                return misconception.id, misconception.words
    if first.call.timed_out:
        return "too-slow", slow_words(first.call.error)
    if first.call.error is not None:
        return "raised", error_words(answer, parameters, first.call.error)
    if problem.reason == "changed-input":
        return problem.reason, changed_words(parameters, first.call.changed)
    if problem.reason not in ("wrong-value", "wrong-shape"):
        return problem.reason, problem.words
    pattern = _general_pattern(parameters, first, trials, expected)
    if pattern is not None:
        return pattern
    if problem.reason == "wrong-shape":
        return problem.reason, problem.words
    return _wrong_order(answer, parameters) or (None, problem.words)


def _general_pattern(
    parameters: Sequence[str],
    first: Trial,
    trials: Sequence[Trial],
    expected: Callable,
) -> tuple[str, str] | None:
    """Recognise what can go wrong in any exercise."""
    finished = [trial for trial in trials if trial.call.error is None]
    if first.call.returned is not None:
        name = parameters[first.call.returned]
        if all(trial.call.returned == first.call.returned for trial in finished):
            return "returned-input", f"Your function returns its input `{name}` as it came in."
    if len(finished) > 1 and all(
        same_result(trial.call.value, finished[0].call.value) for trial in finished
    ):
        return "constant", (
            "Your function returns the same whatever it is given. Compute the result from the "
            "arguments, not from the numbers of one example."
        )
    if all(_is_zero(trial.call.value) for trial in finished):
        return "all-zeros", "Every number of your result is 0: is it ever filled in?"
    if _has(trials, lambda *case: _negative(expected(*case))):
        return "opposite-sign", "Every result has the opposite sign: look where you subtract."
    return None


def _wrong_order(answer: Answer, parameters: Sequence[str]) -> tuple[str, str] | None:
    signature = answer.signature()
    if signature is None:
        return None
    own = list(signature.names)
    if own != list(parameters) and sorted(own) == sorted(parameters):
        return "argument-order", (
            f"The arguments come in the order ({', '.join(parameters)}); your function takes "
            f"them as ({', '.join(own)})."
        )
    return None


def _has(trials: Sequence[Trial], formula: Callable) -> bool:
    """Whether the formula does on every case what the answer did."""
    compared = 0
    for trial in trials:
        if trial.call.timed_out:
            return False
        try:
            with np.errstate(all="ignore"):
                wrong = formula(*trial.case)
        except Exception:  # a wrong formula may fail where the wrong answer fails too
            if trial.call.error is None:
                return False
            continue
        if trial.call.error is not None or not same_result(trial.call.value, wrong):
            return False
        compared += 1
    return compared > 0


def _is_zero(result: Any) -> bool:
    try:
        return not np.any(to_array(result))
    except Unusable:
        return False


def _negative(result: Any) -> Any:
    if isinstance(result, tuple):
        return tuple(-np.asarray(part) for part in result)
    return -np.asarray(result)


def changed_words(parameters: Sequence[str], changed: Sequence[int]) -> str:
    """Say that a function changed its inputs, and how not to."""
    names = " and ".join(f"`{parameters[position]}`" for position in changed)
    return (
        f"Your function changes its input {names} in place, and whoever calls it still needs the "
        "old value. Make a new array: `a = a + 1` does, `a += 1` does not."
    )


def slow_words(error: CodeError) -> str:
    """Say that a function did not end, and where it was."""
    place = f" It was at {error.place}." if error.place else ""
    return (
        f"Your function was still at work after {time_limit.SECONDS:g} seconds and was stopped."
        f"{place} Does every loop come to its end?"
    )


def error_words(answer: Answer, parameters: Sequence[str], error: CodeError) -> str:
    """Say where the code stopped, and what such an error often means."""
    place = f"Your code stopped at {error.place}." if error.place else "Your code stopped."
    for name, part, words in _HINTS:
        if name in error.name and part in error.message:
            return f"{place} {words}"
    order = _wrong_order(answer, parameters)
    return f"{place} {order[1]}" if order else place
