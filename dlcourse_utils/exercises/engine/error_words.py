"""Words for what stops a learner's code: an error, the time limit, a changed input."""

from collections.abc import Sequence

from dlcourse_utils.exercises.engine import time_limit
from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.safe_call import CodeError

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
    (
        "TypeError",
        "not iterable",
        "A single number cannot be looped over: count the dimensions of the input above.",
    ),
    *(
        (
            "TypeError",
            part,
            "Something here takes one number, and it was given an array: `math.exp` and its like, "
            "`float` and `int` do so. `np.exp` and its like work number by number.",
        )
        for part in ("converted to Python scalars", "can be converted to a scalar")
    ),
    (
        "ZeroDivisionError",
        "",
        "You divide by 0 on this input: which part of your formula is 0 there, and may it be?",
    ),
    ("RecursionError", "", "Your function calls itself without an end."),
    ("SystemExit", "", "`exit` and `quit` end the whole program: use `return`."),
    (
        "UFuncTypeError",
        "same_kind",
        "A calculation in place, such as `+=`, cannot put decimals into an array of whole numbers.",
    ),
)


def wrong_order(answer: Answer, parameters: Sequence[str]) -> tuple[str, str] | None:
    """Return the reason and words where a function takes the arguments in another order."""
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
    order = wrong_order(answer, parameters)
    return f"{place} {order[1]}" if order else place
