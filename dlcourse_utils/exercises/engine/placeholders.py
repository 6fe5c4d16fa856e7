"""Tell a starter that nobody has touched from an answer that is wrong."""

import ast
import dis
import inspect
import textwrap
from types import CodeType
from typing import Any

import numpy as np

_DEEPEST = 30
_EMPTY_BODY = {"RESUME", "NOP", "CACHE", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def is_placeholder(answer: Any, depth: int = 0) -> bool:
    """Whether an object is, or holds, the `...` of the starter."""
    if answer is ...:
        return True
    if isinstance(answer, (list, tuple)) and depth < _DEEPEST:
        return any(is_placeholder(part, depth + 1) for part in answer)
    if isinstance(answer, np.ndarray) and answer.dtype == object:
        return any(part is ... for part in answer.ravel())
    return False


def has_empty_body(function: Any) -> bool:
    """Whether a function does nothing: only a docstring, `...`, `pass` or `return`."""
    code = code_of(function)
    if code is None:
        return False
    instructions = list(dis.get_instructions(code))
    if any(instruction.opname not in _EMPTY_BODY for instruction in instructions):
        return False
    loaded = [i.argval for i in instructions if i.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(value is None or value is ... for value in loaded)


def code_of(function: Any) -> CodeType | None:
    """Return the compiled code of a function, None where there is none."""
    try:
        code = function.__code__
    except Exception:  # an object of the learner's own may answer anything
        return None
    return code if isinstance(code, CodeType) else None


def mentions_placeholder(text: str) -> bool:
    """Whether an error message speaks of the `...` of the starter."""
    return "ellipsis" in text.lower()


def keeps_placeholder(function: Any) -> bool:
    """Whether `...` still stands in a function where a value belongs.

    Inside square brackets it is NumPy's "all other axes", and as a line of its own it does nothing:
    neither counts.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # there is no source, or an object of the learner's own that answers anything
        return False
    harmless = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            harmless.update(map(id, ast.walk(node.slice)))
        elif isinstance(node, ast.Expr):
            harmless.add(id(node.value))
    return any(
        isinstance(node, ast.Constant) and node.value is ... and id(node) not in harmless
        for node in ast.walk(tree)
    )
