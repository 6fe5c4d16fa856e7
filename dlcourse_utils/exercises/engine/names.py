"""Which names a learner's code uses: so that a check can see what a library did for them."""

import builtins
import dis
import functools
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

_NOTHING = object()


def used_names(function: Callable) -> frozenset[str]:
    """Return the names of what a function uses from elsewhere.

    A library's function has the name that the library gives it, whatever the learner calls it, and
    counts where a helper of the learner's calls it too. The learner's own helpers do not count:
    one of them may bear such a name.

    Parameters
    ----------
    function : callable

    Returns
    -------
    frozenset of str
        Empty where there is no Python code.

    Examples
    --------
    >>> sorted(used_names(lambda z: max(z.shape)))
    ['max', 'shape']
    >>> from statistics import fmean as middle
    >>> sorted(used_names(lambda z: middle(z)))
    ['fmean']
    """
    used: set[str] = set()
    seen: set[int] = set()
    to_do = [function]
    while to_do:
        found = _plain_function(to_do.pop())
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        for name, value in _uses(found.__code__, _names_around(found)):
            if _is_own(value, found):
                to_do.append(value)
            else:
                used.add(_real_name(value) or name)
    return frozenset(used)


def _plain_function(function: Any) -> FunctionType | None:
    """Return the Python function behind a partial, a method, a decorator or an object."""
    for _ in range(20):
        if isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, MethodType):
            function = function.__func__
        elif isinstance(function, FunctionType):
            return function.__dict__.get("__wrapped__", function)
        else:
            function = type(function).__dict__.get("__call__")
    return None


def _names_around(function: FunctionType) -> dict[str, Any]:
    """What the function's code may name: built-ins, globals, variables of enclosing functions."""
    around = {**vars(builtins), **function.__globals__}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            around[name] = cell.cell_contents
        except ValueError:  # not set yet
            continue
    return around


def _uses(code: CodeType, around: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each name that the code uses, with what it stands for as far as that is known."""
    value: Any = _NOTHING
    for instruction in dis.get_instructions(code):
        name = instruction.argval
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"):
            value = around.get(name, _NOTHING)
            yield name, value
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            # Asking a module or a class runs no code of the learner's.
            known = isinstance(value, (ModuleType, type))
            value = getattr(value, name, _NOTHING) if known else _NOTHING
            yield name, value
        elif instruction.opname in ("IMPORT_NAME", "IMPORT_FROM"):
            for part in name.split("."):
                yield part, _NOTHING
        elif instruction.opname not in ("PUSH_NULL", "CACHE", "EXTENDED_ARG"):
            value = _NOTHING
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _uses(inner, around)


def _is_own(value: Any, function: FunctionType) -> bool:
    """Whether the learner wrote it: a function or class of the same notebook or file."""
    own = getattr(value, "__module__", None) if isinstance(value, (FunctionType, type)) else None
    return own is not None and own == function.__module__


def _real_name(value: Any) -> str | None:
    if value is _NOTHING or isinstance(value, ModuleType):
        return None
    name = getattr(value, "__name__", None) if callable(value) else None
    return name if isinstance(name, str) else None
