"""Part of an exercise's points for an answer that is right on most inputs.

A right answer has to be computed, so what needs no computing does not count: a fixed result, one of
the arguments as it came. Nor do results learned by heart: the inputs that are drawn from the seed
are counted for themselves too, and the lower of the two shares counts.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import FunctionExercise
from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.probing import Prober, Trial
from dlcourse_utils.exercises.engine.results import same_data, same_result
from dlcourse_utils.exercises.engine.time_limit import Clock

FLOOR = 0.5  # an answer that is right less often is not nearly right
_ANYWHERE = (0, 1)  # numbers that fill a result without any computing


@dataclass(frozen=True)
class Counted:
    """On how many inputs a wrong answer is right.

    Parameters
    ----------
    right, cases : int
    share : float
        Of what has to be computed, from 0 to 1.
    """

    right: int = 0
    cases: int = 0
    share: float = 0.0


def points(worth: dict[str, float], verdicts: dict[str, dict], *, partial: bool) -> dict:
    """Points by exercise: all of them, with `partial` a part of them, or 0.

    Parameters
    ----------
    worth : dict of float
        The points of each exercise.
    verdicts : dict of dict
        As a student's note has them.
    partial : bool

    Examples
    --------
    >>> verdicts = {"a": {"status": "passed"}, "b": {"status": "failed", "share": 0.75}}
    >>> points({"a": 1, "b": 4}, verdicts, partial=True)
    {'a': 1, 'b': 3.0}
    >>> points({"a": 1, "b": 4}, verdicts, partial=False)
    {'a': 1, 'b': 0}
    """
    earned = {}
    for id, most in worth.items():
        verdict = verdicts.get(id, {})
        if verdict.get("status") == "passed":
            earned[id] = most
        else:
            pays = partial and is_enough(verdict)
            earned[id] = round(most * verdict["share"], 2) if pays else 0
    return earned


def is_enough(verdict: dict[str, Any]) -> bool:
    """Whether a wrong answer is right often enough for a part of the points."""
    return verdict.get("share", 0.0) >= FLOOR


def count(exercise: Any, answer: Answer, seed: int) -> Counted:
    """Count the inputs on which a wrong answer is right.

    Parameters
    ----------
    exercise : Exercise
        Others than a `FunctionExercise` have no inputs to count.
    answer : Answer
    seed : int
        Of the fresh inputs.

    Returns
    -------
    Counted
        Its share is 0 for an answer that gives other results the second time, and for one that is
        wrong for another reason than its results.
    """
    if not isinstance(exercise, FunctionExercise) or not answer.is_function():
        return Counted()
    public, cases = all_cases(exercise, 0), all_cases(exercise, seed)
    prober = Prober(answer, exercise.expected, exercise.returns, Clock())
    trials = []
    for case in cases:
        trials.append(prober.try_case(case))
        if trials[-1].call.timed_out or prober.differs_the_second_time(trials[-1]):
            return Counted(0, len(cases))
    right = sum(trial.problem is None for trial in trials)
    if right == len(cases):
        # Whole numbers are one more kind of input; a library's function is no wrong result.
        cuts = exercise.whole_numbers and prober.on_whole_numbers(trials) is not None
        return Counted(right, len(cases) + cuts, right / (right + 1) if cuts else 0.0)
    known = [exercise.expected(*case) for case in public]
    fresh = [t for t in trials if not any(same_data(t.case, case) for case in public)]
    shares = [_share(some, known, exercise) for some in (trials, fresh) if some]
    return Counted(right, len(cases), round(min(shares), 4))


def all_cases(exercise: FunctionExercise, seed: int) -> list[tuple]:
    """The inputs of an exercise's check, edges included; those of seed 0 everyone can read."""
    rng = np.random.default_rng(seed)
    return [
        case
        for cases in (exercise.cases, exercise.edges)
        for case in (cases(rng) if callable(cases) else cases)
    ]


def _share(trials: Sequence[Trial], known: list, exercise: FunctionExercise) -> float:
    """How many are right, beyond those that an answer that computes nothing gets right."""
    free = _free(trials, known, len(exercise.returns.parts))
    right = sum(trial.problem is None for trial in trials)
    return max(right - free, 0) / (len(trials) - free) if len(trials) > free else 0.0


def _free(trials: Sequence[Trial], known: list, count: int) -> int:
    """On how many inputs the best answer that computes nothing is right, at most.

    It returns what stands in the public inputs' results, one of its arguments, or 0 or 1
    everywhere. Of several parts, the one that is hardest to get so counts.
    """
    best = []
    for part in range(count or 1):
        hits: Counter = Counter()
        for trial in trials:
            wanted = _part(trial.expected, part, count)
            sources = {("argument", i): value for i, value in enumerate(trial.case)}
            sources |= {("result", i): _part(value, part, count) for i, value in enumerate(known)}
            sources |= {("filled", n): np.full(np.shape(wanted), n) for n in _ANYWHERE}
            hits.update(name for name, value in sources.items() if _is_same(value, wanted))
        best.append(max(hits.values(), default=0))
    return min(best)


def _part(result: Any, part: int, count: int) -> Any:
    return result[part] if count else result


def _is_same(value: Any, wanted: Any) -> bool:
    try:
        return bool(same_result(value, wanted))
    except Exception:  # an argument may be anything: a function, a text
        return False
