"""Say why an answer is wrong: a known misconception, an error, or a general pattern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.error_words import (
    changed_words,
    error_words,
    slow_words,
    wrong_order,
)
from dlcourse_utils.exercises.engine.part_used import part_used
from dlcourse_utils.exercises.engine.patterns import Reason, Results, find_pattern
from dlcourse_utils.exercises.engine.probing import Prober, Trial
from dlcourse_utils.exercises.engine.results import (
    Unusable,
    same_data,
    same_result,
    split,
    to_array,
)
from dlcourse_utils.exercises.engine.where_right import by_sign, overflows, right_where


@dataclass(frozen=True)
class Misconception:
    """A wrong way to see the task: the formula that comes of it, and what to say.

    An answer has the misconception when it gives the formula's result on *every* case.
    """

    id: str
    formula: Callable
    words: str


def explain(
    prober: Prober,
    parameters: Sequence[str],
    first: Trial,
    trials: Sequence[Trial],
    misconceptions: Sequence[Misconception],
) -> tuple[str | None, str]:
    """Return the id of the reason, None if unknown, and words: the most telling that is certain.

    Parameters
    ----------
    prober : Prober
        Calls the learner's function once more where that tells something.
    parameters : sequence of str
        Names of the arguments.
    first : Trial
        The case that is shown.
    trials : sequence of Trial
        All cases that were tried.
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
        return "raised", error_words(prober.answer, parameters, first.call.error)
    if problem.reason == "changed-input":
        return problem.reason, changed_words(parameters, first.call.changed)
    if problem.reason == "returned-nothing":
        return part_used(prober.expected, parameters, trials) or (problem.reason, problem.words)
    if problem.reason == "not-finite":
        return overflows(parameters, trials) or (problem.reason, problem.words)
    if problem.reason not in ("wrong-value", "wrong-shape"):
        return problem.reason, problem.words
    pattern = _general_pattern(prober, parameters, first, trials)
    if pattern is not None:
        return pattern
    if problem.reason == "wrong-shape":
        return problem.reason, problem.words
    return wrong_order(prober.answer, parameters) or (None, problem.words)


def _general_pattern(
    prober: Prober, parameters: Sequence[str], first: Trial, trials: Sequence[Trial]
) -> Reason | None:
    """Recognise what can go wrong in any exercise."""
    finished = [trial for trial in trials if trial.call.error is None]
    if first.call.returned is not None:
        name = parameters[first.call.returned]
        if all(trial.call.returned == first.call.returned for trial in finished):
            return "returned-input", f"Your function returns its input `{name}` as it came in."
    if prober.differs_the_second_time(first):
        return NOT_REPEATABLE
    if len(finished) > 1 and all(
        same_data(trial.call.value, finished[0].call.value) for trial in finished
    ):
        return "constant", (
            "Your function returns the same whatever it is given. Compute the result from the "
            "arguments, not from the numbers of one example."
        )
    parts = _parts(finished, prober.returns.parts)
    wrong = [part for part in parts if not part.all_are(lambda wanted: wanted)]
    if len(wrong) == 1:
        pattern = find_pattern(wrong[0])
        if pattern is not None:
            return pattern
    elif wrong:
        patterns = [find_pattern(part) for part in wrong]
        if None not in patterns and len({reason for reason, _ in patterns}) == 1:
            reason = patterns[0][0]
            return reason, " ".join(words for _, words in patterns)
    found = _of_inputs(prober, parameters, finished, parts)
    if found is not None:
        return found
    right = [part.name for part in parts if not any(part is other for other in wrong)]
    if len(wrong) == 1 and right and first.problem.reason == "wrong-value":
        listed = " and ".join(f"`{name}`" for name in right)
        verb = "is" if len(right) == 1 else "are"
        return f"wrong-{wrong[0].name}", (
            f"{listed} {verb} right, `{wrong[0].name}` is not. {first.problem.words}"
        )
    return None


def _of_inputs(
    prober: Prober,
    parameters: Sequence[str],
    trials: Sequence[Trial],
    parts: Sequence[Results],
) -> Reason | None:
    """Recognise an input that is not used, in part or wholly, or on which alone all is right."""
    found = part_used(prober.expected, parameters, trials)
    if found is not None:
        return found
    ignored = prober.ignored_argument(trials)
    if ignored is not None:
        return "ignored-argument", (
            f"Your result does not depend on `{parameters[ignored]}`: whatever it is, the result "
            "stays the same. Use it."
        )
    found = right_where(prober, parameters, trials)
    cases = [trial.case for trial in trials]
    if found is None and len(parts) == 1 and len(parts[0].wanted) == len(cases):
        found = by_sign(parameters[0], cases, parts[0])
    return found


NOT_REPEATABLE = (
    "not-repeatable",
    "The same input gives another result the second time. Is something random, or kept from call "
    "to call: a global variable, a default value that is a list or a dictionary?",
)


def _parts(trials: Sequence[Trial], names: Sequence[str]) -> list[Results]:
    """Sort what was wanted and given by the returned values; empty where one is no numbers."""
    columns: list[tuple[list, list]] = [([], []) for _ in names or ("",)]
    for trial in trials:
        wanted = trial.expected if names else (trial.expected,)
        given = trial.call.value if names else (trial.call.value,)
        if names:
            given = split(given, map(np.ndim, wanted))
            if given is None or len(given) != len(names):
                return []
        for column, one, other in zip(columns, wanted, given, strict=True):
            try:
                column[1].append(to_array(other).astype(float))
            except Unusable:
                return []
            column[0].append(np.asarray(one, dtype=float))
    return [Results(*column, name) for column, name in zip(columns, names or ("",), strict=True)]


def _has(trials: Sequence[Trial], formula: Callable) -> bool:
    """Whether the formula does on every case what the answer did."""
    compared = 0
    for trial in trials:
        if trial.call.timed_out:
            return False
        try:
            with np.errstate(all="ignore"):
                wrong: Any = formula(*trial.case)
        except Exception:  # a wrong formula may fail where the wrong answer fails too
            if trial.call.error is None:
                return False
            continue
        if trial.call.error is not None or not same_result(trial.call.value, wrong):
            return False
        compared += 1
    return compared > 0
