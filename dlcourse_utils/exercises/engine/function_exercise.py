"""An exercise on a function: run it on cases, from the smallest on, find the first wrong one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.explaining import NOT_REPEATABLE, Misconception, explain
from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.placeholders import is_placeholder
from dlcourse_utils.exercises.engine.probing import Prober, Trial
from dlcourse_utils.exercises.engine.requests import is_placeholder_error, require_function
from dlcourse_utils.exercises.engine.results import Returns, show_result
from dlcourse_utils.exercises.engine.time_limit import Clock
from dlcourse_utils.exercises.engine.verdicts import NotStarted, Passed, Wrong
from dlcourse_utils.exercises.engine.wording import plural, show

Cases = Sequence[tuple] | Callable[[np.random.Generator], Sequence[tuple]]


@dataclass(frozen=True, kw_only=True)
class FunctionExercise:
    """An exercise whose answer is a function that does what a right one does.

    Parameters
    ----------
    parameters : tuple of str
        Names of the arguments; they are passed by position.
    expected : callable
        A right function.
    cases : sequence of tuple, or callable
        Arguments to call it with, from the smallest case to the largest; or a function that takes
        a random generator and returns them.
    edges : sequence of tuple, or callable
        Further cases, each for one property alone: another number of dimensions, whole numbers,
        far out. They are tried once all others are right, so that another mistake is told first.
    returns : Returns
        What the function must return.
    misconceptions : tuple of Misconception
        Known wrong answers, the most specific first.
    library_calls : collection of str
        Names of library functions that do the whole exercise in one call, which was to be built by
        hand. Never a module: others of its functions are good bricks.
    whole_numbers : bool
        Whether an array among the arguments may hold whole numbers; False where the task says that
        it does not.
    further : callable, optional
        ``further(answer)`` raises Wrong where a function whose results are all right lacks
        something else.
    next_question : str, optional
        What to ask oneself after passing.

    Examples
    --------
    >>> from dlcourse_utils.exercises.engine import Returns
    >>> double = FunctionExercise(
    ...     parameters=("x",),
    ...     returns=Returns("number"),
    ...     expected=lambda x: 2 * x,
    ...     cases=((1.0,), (-3.0,)),
    ...     misconceptions=(Misconception("squared", lambda x: x**2, "You square x."),),
    ... )
    """

    parameters: tuple[str, ...]
    expected: Callable
    cases: Cases
    returns: Returns
    edges: Cases = ()
    misconceptions: tuple[Misconception, ...] = ()
    library_calls: Collection[str] = ()
    whole_numbers: bool = True
    further: Callable[[Answer], None] | None = None
    next_question: str | None = None

    def check(self, answer: Answer, rng: np.random.Generator) -> Passed:
        """Check a learner's function against the right one.

        Raises
        ------
        Wrong, NotStarted
        """
        cases, edges = (c(rng) if callable(c) else c for c in (self.cases, self.edges))
        require_function(answer, self.parameters, required=min(map(len, cases)))
        prober = Prober(answer, self.expected, self.returns, Clock())
        trials = _try_all(prober, cases)
        if not any(trial.problem for trial in trials):
            trials += _try_all(prober, edges)
        wrong = [trial for trial in trials if trial.problem]
        if not wrong:
            self._look_again(prober, trials)
            self._forbid(answer)
            if self.further is not None:
                self.further(answer)
            return Passed(f"right, on {plural(len(cases), 'input')}.", _printed_when_right(trials))
        first = min(wrong, key=_tells_less)
        if _is_unfinished(answer, first):
            raise NotStarted
        reason, words = explain(prober, self.parameters, first, trials, self.misconceptions)
        raise self._wrong(first, reason, words)

    def _look_again(self, prober: Prober, trials: Sequence[Trial]) -> None:
        """Refuse what is right on all cases, but not the second time or not on whole numbers."""
        if prober.differs_the_second_time(trials[0]):
            raise self._wrong(trials[0], *NOT_REPEATABLE, got="something else the second time")
        whole = prober.on_whole_numbers(trials) if self.whole_numbers else None
        if whole is not None:
            raise self._wrong(
                whole,
                "decimals-cut",
                "Right for decimals, but not for arrays of whole numbers such as these: "
                "`zeros_like`, `empty_like` and `copy` of one make another array of whole numbers, "
                "and the decimals that you put in are cut off.",
            )

    def _wrong(self, trial: Trial, reason: str | None, words: str, got: str = "") -> Wrong:
        problem = trial.problem
        return Wrong(
            words,
            counter_example=CounterExample(
                inputs=tuple(
                    (name, show(value))
                    for name, value in zip(self.parameters, trial.case, strict=False)
                ),
                expected=problem.expected if problem else show_result(trial.expected, self.returns),
                got=got or problem.got,
            ),
            misconception=reason,
            notes=_printed_when_wrong(trial),
        )

    def _forbid(self, answer: Answer) -> None:
        used = answer.names() & set(self.library_calls)
        if used:
            listed = ", ".join(f"`{name}`" for name in sorted(self.library_calls))
            others = f" (Here these do: {listed}.)" if len(self.library_calls) > 1 else ""
            raise Wrong(
                f"the numbers are right, but a library's `{min(used)}` does the whole exercise for "
                "you. Build it from simpler operations, so that you know what the library does."
                + others,
                misconception="library-call",
            )


def _try_all(prober: Prober, cases: Sequence[tuple]) -> list[Trial]:
    trials = []
    for case in cases:
        trials.append(prober.try_case(case))
        if trials[-1].call.timed_out:
            break
    return trials


def _tells_less(trial: Trial) -> int:
    """How little a wrong case tells: a right number of the wrong type least of all.

    On a single number a wrong shape says nothing about what the function does to several.
    """
    if trial.problem.reason == "not-whole":
        return 2
    return int(trial.problem.reason == "wrong-shape" and _largest(trial.expected) == 1)


def _largest(result: Any) -> int:
    return max(map(np.size, result)) if isinstance(result, tuple) else np.size(result)


def _is_unfinished(answer: Answer, trial: Trial) -> bool:
    if is_placeholder(trial.call.value):
        return True
    if trial.call.error is not None:
        return is_placeholder_error(answer, trial.call.error)
    return trial.call.value is None and answer.keeps_placeholder()


def _printed_when_right(trials: Sequence[Trial]) -> tuple[str, ...]:
    if any(trial.call.printed.strip() for trial in trials):
        return ("Your code also printed something; it is not shown here.",)
    return ()


def _printed_when_wrong(trial: Trial) -> tuple[str, ...]:
    lines = [line for line in trial.call.printed.splitlines() if line.strip()]
    if not lines:
        return ()
    shown = lines[0][:60] + (" …" if len(lines) > 1 or len(lines[0]) > 60 else "")
    return (f"On this input your code printed: {shown}",)
