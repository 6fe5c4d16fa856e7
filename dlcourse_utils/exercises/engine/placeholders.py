"""Tell a starter that nobody has touched from an answer that is wrong."""

import ast
import dis
import inspect
import textwrap
from types import CodeType
from typing import Any

import numpy as np

_EMPTY_BODY = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_placeholder(answer: Any) -> bool:
    """Whether an object is, or holds, the `...` of the starter."""
    if answer is ...:
        return True
    if isinstance(answer, (list, tuple)):
        return any(is_placeholder(part) for part in answer)
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(part is ... for part in answer.ravel())
    return False


def has_empty_body(function: Any) -> bool:
    """Whether a function does nothing: only a docstring, `...`, `pass` or `return`."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType):
        return False
    instructions = list(dis.get_instructions(code))
    if any(instruction.opname not in _EMPTY_BODY for instruction in instructions):
        return False
    loaded = [i.argval for i in instructions if i.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(value is None or value is ... for value in loaded)


def mentions_placeholder(text: str) -> bool:
    """Whether an error message speaks of the `...` of the starter."""
    return "ellipsis" in text.lower()


def keeps_placeholder(function: Any) -> bool:
    """Whether `...` still stands in a function where a value belongs.

    A `...` inside square brackets is NumPy's "all other axes" and does not count.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return False
    in_brackets = {
        id(node)
        for subscript in ast.walk(tree)
        if isinstance(subscript, ast.Subscript)
        for node in ast.walk(subscript.slice)
    }
    return any(
        isinstance(node, ast.Constant) and node.value is ... and id(node) not in in_brackets
        for node in ast.walk(tree)
    )
