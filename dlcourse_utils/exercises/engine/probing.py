"""Call a function once more than its cases: the same again, one argument changed, whole numbers."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.results import (
    Problem,
    Returns,
    find_problem,
    same_data,
    same_result,
)
from dlcourse_utils.exercises.engine.safe_call import Call
from dlcourse_utils.exercises.engine.time_limit import Clock

_FEWEST_CHANGES = 3  # of an argument, before it is called ignored


@dataclass(frozen=True)
class Trial:
    """One case and what came of it."""

    case: tuple
    expected: Any
    call: Call
    problem: Problem | None


@dataclass(frozen=True)
class Prober:
    """Calls a learner's function beside a right one, all calls within one time limit.

    Parameters
    ----------
    answer : Answer
    expected : callable
        A right function.
    returns : Returns
    clock : Clock
    """

    answer: Answer
    expected: Callable
    returns: Returns
    clock: Clock

    def try_case(self, case: tuple) -> Trial:
        """Call both functions with these arguments."""
        right = self.expected(*case)
        made = self.answer.call(case, self.clock)
        return Trial(case, right, made, find_problem(made, right, self.returns))

    def differs_the_second_time(self, trial: Trial) -> bool:
        """Whether the same arguments give another result now."""
        if trial.call.error is not None:
            return False
        again = self.answer.call(trial.case, self.clock)
        return again.error is None and not same_data(again.value, trial.call.value)

    def on_whole_numbers(self, trials: Sequence[Trial]) -> Trial | None:
        """Return a case that is wrong once its numbers, all whole, are of an integer type.

        An error is no wrong result: a function need not take such arrays.
        """
        for trial in trials:
            for case in _with_integers(trial.case):
                made = self.answer.call(case, self.clock)
                problem = find_problem(made, trial.expected, self.returns)
                if problem is not None and problem.reason == "wrong-value":
                    return Trial(case, trial.expected, made, problem)
        return None

    def ignored_argument(self, trials: Sequence[Trial]) -> int | None:
        """Return the position of an argument on which the results do not depend, None if of none.

        Only arguments on which the right results do depend are looked at.
        """
        finished = [trial for trial in trials if trial.call.error is None]
        count = max((len(trial.case) for trial in finished), default=0)
        for position in range(count):
            if self._ignores(position, finished):
                return position
        return None

    def _ignores(self, position: int, trials: Sequence[Trial]) -> bool:
        """Whether each result stays as it is, whatever else this argument is.

        A single number among several may matter nowhere (less the largest of all, it is 0), so
        that at least one case has to hold more.
        """
        compared, several = 0, False
        for trial in sorted(trials, key=_size, reverse=True):
            for value in _other_values(position, trial, trials):
                case = (*trial.case[:position], value, *trial.case[position + 1 :])
                if not self._matters(case, trial.expected):
                    continue
                made = self.answer.call(case, self.clock)
                if made.error is not None or not same_data(made.value, trial.call.value):
                    return False
                compared += 1
                several = several or not isinstance(value, np.ndarray) or value.size > 1
        return several and compared >= _FEWEST_CHANGES

    def is_right_on(self, case: tuple) -> bool:
        """Whether the function is right on another case, or nobody knows what is right there."""
        try:
            with np.errstate(all="ignore"):
                right = self.expected(*case)
        except Exception:  # what was changed in a case need not go with the rest
            return True
        return find_problem(self.answer.call(case, self.clock), right, self.returns) is None

    def _matters(self, case: tuple, expected: Any) -> bool:
        try:
            with np.errstate(all="ignore"):
                return not same_result(self.expected(*case), expected)
        except Exception:  # not every value goes with every other
            return False


def _with_integers(case: tuple) -> Iterator[tuple]:
    """Yield the arguments with each array alone, then with all arrays as integers."""
    whole = tuple(map(_as_integers, case))
    changed = [place for place in range(len(case)) if whole[place] is not case[place]]
    for place in changed:
        yield (*case[:place], whole[place], *case[place + 1 :])
    if len(changed) > 1:
        yield whole


def _as_integers(argument: Any) -> Any:
    """Return an array of floats that are whole as one of integers, anything else as it is."""
    if not isinstance(argument, np.ndarray) or argument.dtype.kind != "f":
        return argument
    if not np.all(np.isfinite(argument)) or np.any(argument != np.rint(argument)):
        return argument
    if np.any(np.abs(argument) > 1e6):
        return argument
    return argument.astype(np.int64)


def _size(trial: Trial) -> int:
    """How many numbers a case holds."""
    return sum(len(a) if isinstance(a, (list, tuple)) else np.size(a) for a in trial.case)


def _other_values(position: int, trial: Trial, trials: Sequence[Trial]) -> list:
    """Return values for an argument: those of other cases, for numbers smaller and larger ones."""
    if position >= len(trial.case):
        return []
    own = trial.case[position]
    taken = [other.case[position] for other in trials if len(other.case) > position]
    if isinstance(own, np.ndarray):
        others = [v for v in taken if v.shape == own.shape and not np.array_equal(v, own)]
        more = [1.5 * own + 0.25, 0.5 * own - 0.25] if own.dtype.kind == "f" else []
        return [*others[:3], *more, own[::-1]]
    if isinstance(own, (bool, str)):
        return [value for value in taken if value != own][:2]
    if isinstance(own, (int, float)):
        others = [value for value in taken if value != own]
        nearby = [own + 1, own + 2, own // 2] if isinstance(own, int) else [1.5 * own, own + 0.25]
        return [*others[:3], *nearby, 10 * own, *([] if isinstance(own, int) else [0.1 * own])]
    try:
        return [value for value in taken if value != own][:2]
    except ValueError:  # lists of arrays
        return []
