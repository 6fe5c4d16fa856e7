"""Ask a learner's function for a result, and refuse what is none."""

from collections.abc import Sequence
from typing import Any

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.error_words import changed_words, error_words, slow_words
from dlcourse_utils.exercises.engine.feedback import CounterExample
from dlcourse_utils.exercises.engine.placeholders import is_placeholder, mentions_placeholder
from dlcourse_utils.exercises.engine.results import nothing_words
from dlcourse_utils.exercises.engine.safe_call import Call, CodeError
from dlcourse_utils.exercises.engine.time_limit import Clock
from dlcourse_utils.exercises.engine.verdicts import NotStarted, Wrong
from dlcourse_utils.exercises.engine.wording import plural


def get_result(
    answer: Answer,
    parameters: Sequence[str],
    arguments: tuple,
    input_texts: Sequence[str] = (),
    *,
    clock: Clock | None = None,
    items: int = 0,
    returns_function: bool = False,
) -> Any:
    """Call a learner's function once, where the check is more than a comparison with cases.

    Parameters
    ----------
    answer : Answer
    parameters : sequence of str
        Names of the arguments.
    arguments : tuple
        The arguments.
    input_texts : sequence of str
        How to write each argument in a counter-example.
    clock : Clock, optional
        The clock of a check that calls the function many times; else the call has its own.
    items, returns_function
        See `Answer.call`.

    Returns
    -------
    object
        What the function returned; never None.

    Raises
    ------
    Wrong, NotStarted
    """
    require_function(answer, parameters)
    made = answer.call(arguments, clock or Clock(), items=items, returns_function=returns_function)
    inputs = tuple(zip(parameters, input_texts, strict=True))
    refuse_failed(answer, parameters, made, inputs)
    if made.changed:
        raise Wrong(changed_words(parameters, made.changed), misconception="changed-input")
    return made.value


def refuse_failed(
    answer: Answer, parameters: Sequence[str], made: Call, inputs: Sequence[tuple[str, str]]
) -> None:
    """Refuse a call that gave no value; ``inputs`` are the arguments' names and texts.

    Raises
    ------
    NotStarted
        If the starter's `...` is the cause.
    Wrong
        If the call took too long, stopped with an error or returned None.
    """
    if is_placeholder(made.value) or (made.error and is_placeholder_error(answer, made.error)):
        raise NotStarted
    if made.timed_out:
        raise Wrong(slow_words(made.error), misconception="too-slow")
    if made.error is not None:
        raise Wrong(
            error_words(answer, parameters, made.error),
            counter_example=CounterExample(tuple(inputs), "no error", str(made.error)),
            misconception="raised",
        )
    if made.value is None:
        if answer.keeps_placeholder():
            raise NotStarted
        raise Wrong(nothing_words(made), misconception="returned-nothing")


def require_function(
    answer: Answer, parameters: Sequence[str], *, required: int | None = None
) -> None:
    """Refuse what is not a function of these arguments, the first ``required`` without default.

    Raises
    ------
    NotStarted
        If the answer is the starter as it was given.
    Wrong
        If it is something else than a function, or takes another number of arguments.
    """
    if answer.is_untouched():
        raise NotStarted
    if not answer.is_function():
        raise Wrong(
            f"this exercise checks a function, and you passed {answer.kind}. Give the "
            "function's name without calling it: no brackets after it.",
            misconception="not-a-function",
        )
    signature = answer.signature()
    if signature is None:
        return
    if not signature.accepts(len(parameters)):
        raise Wrong(
            f"your function must take {plural(len(parameters), 'argument')} "
            f"({', '.join(parameters)}); `{answer.name}` takes ({signature.text}).",
            misconception="wrong-arguments",
        )
    if required is not None and not signature.accepts(required):
        optional = " and ".join(f"`{name}`" for name in parameters[required:])
        raise Wrong(
            f"{optional} must have a default value, as in the starter: "
            f"`def …({', '.join(parameters[:required])}, {parameters[required]}=…)`.",
            misconception="missing-defaults",
        )


def is_placeholder_error(answer: Answer, error: CodeError) -> bool:
    """Whether an error comes of a `...` that the learner has not replaced yet."""
    return mentions_placeholder(error.message) or answer.keeps_placeholder()
