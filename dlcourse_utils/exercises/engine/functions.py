"""Check a function: run it on cases, from the smallest on, and find the first that is wrong."""

import inspect
from collections.abc import Callable, Collection, Sequence
from types import CodeType
from typing import Any

from dlcourse_utils.exercises.engine.explaining import (
    Misconception,
    Trial,
    changed_words,
    error_words,
    explain,
    slow_words,
)
from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.placeholders import (
    has_empty_body,
    is_placeholder,
    keeps_placeholder,
    mentions_placeholder,
)
from dlcourse_utils.exercises.engine.registry import NotStarted, Passed, Wrong
from dlcourse_utils.exercises.engine.results import Returns, find_problem, nothing_words
from dlcourse_utils.exercises.engine.safe_call import Clock, CodeError, call
from dlcourse_utils.exercises.engine.wording import kind_of, plural, show


def check_function(
    answer: Any,
    *,
    parameters: Sequence[str],
    expected: Callable,
    cases: Sequence[tuple],
    returns: Returns,
    misconceptions: Sequence[Misconception] = (),
    library_calls: Collection[str] = (),
) -> Passed:
    """Check a learner's function against the right one.

    Parameters
    ----------
    answer : object
        What the learner gave.
    parameters : sequence of str
        Names of the arguments; they are passed by position.
    expected : callable
        A right function.
    cases : sequence of tuple
        Arguments to call it with, from the smallest case to the largest.
    returns : Returns
        What the function must return.
    misconceptions : sequence of Misconception
        Known wrong answers, the most specific first.
    library_calls : collection of str
        Names that do the whole exercise in one call, which was to be built by hand.

    Returns
    -------
    Passed

    Raises
    ------
    Wrong, NotStarted
    """
    require_function(answer, parameters, required=min(map(len, cases)))
    clock = Clock()
    trials = []
    for case in cases:
        trial = _try(answer, case, expected, returns, clock)
        trials.append(trial)
        if trial.call.timed_out:
            break
    wrong = [trial for trial in trials if trial.problem]
    # A wrong number tells more than a right one of the wrong type.
    first = min(wrong, key=lambda trial: trial.problem.reason == "not-whole", default=None)
    if first is None:
        _forbid(answer, library_calls)
        return Passed(f"right, on {plural(len(cases), 'input')}.", _printed_when_right(trials))
    if _is_unfinished(answer, first):
        raise NotStarted
    reason, words = explain(answer, parameters, first, trials, expected, misconceptions)
    raise Wrong(
        words,
        counter_example=CounterExample(
            inputs=tuple(
                (name, show(value)) for name, value in zip(parameters, first.case, strict=False)
            ),
            expected=first.problem.expected,
            got=first.problem.got,
        ),
        misconception=reason,
        notes=_printed_when_wrong(first),
    )


def get_result(
    answer: Any,
    parameters: Sequence[str],
    arguments: tuple,
    input_texts: Sequence[str] = (),
    *,
    clock: Clock | None = None,
) -> Any:
    """Call a learner's function once, where the check is more than a comparison with cases.

    Parameters
    ----------
    answer : object
        What the learner gave.
    parameters : sequence of str
        Names of the arguments.
    arguments : tuple
        The arguments.
    input_texts : sequence of str
        How to write each argument in a counter-example.
    clock : Clock, optional
        The clock of a check that calls the function many times; else the call has its own.

    Returns
    -------
    object
        What the function returned; never None.

    Raises
    ------
    Wrong, NotStarted
    """
    require_function(answer, parameters)
    made = call(answer, arguments, clock or Clock())
    if is_placeholder(made.value) or (
        made.error is not None and _is_placeholder_error(answer, made.error)
    ):
        raise NotStarted
    inputs = tuple(zip(parameters, input_texts, strict=True))
    if made.timed_out:
        raise Wrong(slow_words(made.error), misconception="too-slow")
    if made.error is not None:
        raise Wrong(
            error_words(answer, parameters, made.error),
            counter_example=CounterExample(inputs, "no error", str(made.error)),
            misconception="raised",
        )
    if made.value is None:
        if keeps_placeholder(answer):
            raise NotStarted
        raise Wrong(nothing_words(made), misconception="returned-nothing")
    if made.changed:
        raise Wrong(changed_words(parameters, made.changed), misconception="changed-input")
    return made.value


def require_function(
    answer: Any, parameters: Sequence[str], *, required: int | None = None
) -> None:
    """Refuse what is not a function of these arguments, the first ``required`` without default.

    Raises
    ------
    NotStarted
        If the answer is the starter as it was given.
    Wrong
        If it is something else than a function, or takes another number of arguments.
    """
    if is_placeholder(answer) or has_empty_body(answer):
        raise NotStarted
    wanted = ", ".join(parameters)
    if not callable(answer) or isinstance(answer, type):
        raise Wrong(
            f"this exercise checks a function, and you passed {kind_of(answer)}. Give the "
            "function's name without calling it: no brackets after it.",
            misconception="not-a-function",
        )
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some functions written in C have none
        return
    try:
        signature.bind(*parameters)
    except TypeError:
        own = ", ".join(str(parameter) for parameter in signature.parameters.values())
        raise Wrong(
            f"your function must take {plural(len(parameters), 'argument')} ({wanted}); "
            f"`{getattr(answer, '__name__', 'yours')}` takes ({own}).",
            misconception="wrong-arguments",
        ) from None
    try:
        signature.bind(*parameters[:required])
    except TypeError:
        optional = " and ".join(f"`{name}`" for name in parameters[required:])
        raise Wrong(
            f"{optional} must have a default value, as in the starter: "
            f"`def …({', '.join(parameters[:required])}, {parameters[required]}=…)`.",
            misconception="missing-defaults",
        ) from None


def _try(
    answer: Callable, case: tuple, expected: Callable, returns: Returns, clock: Clock
) -> Trial:
    right = expected(*case)
    made = call(answer, case, clock)
    return Trial(case, right, made, find_problem(made, right, returns))


def _is_unfinished(answer: Callable, trial: Trial) -> bool:
    if is_placeholder(trial.call.value):
        return True
    if trial.call.error is not None:
        return _is_placeholder_error(answer, trial.call.error)
    return trial.call.value is None and keeps_placeholder(answer)


def _is_placeholder_error(answer: Callable, error: CodeError) -> bool:
    return mentions_placeholder(error.message) or keeps_placeholder(answer)


def _forbid(answer: Callable, names: Collection[str]) -> None:
    # A helper of the learner's own may bear such a name, and a function may call itself.
    own = {
        name
        for name, value in getattr(answer, "__globals__", {}).items()
        if getattr(value, "__module__", None) == answer.__module__
    }
    used = (_names_in(getattr(answer, "__code__", None)) & set(names)) - own
    if used:
        raise Wrong(
            f"the numbers are right, but `{min(used)}` does the whole exercise for you. Build "
            "it from loops and sums, so that you know what the library does.",
            misconception="library-call",
        )


def _names_in(code: CodeType | None) -> set[str]:
    if code is None:
        return set()
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))


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
