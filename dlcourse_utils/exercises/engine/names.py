"""Which names a learner's code uses: so that a check can see what a library did for them."""

from collections.abc import Callable
from types import CodeType


def used_names(function: Callable) -> frozenset[str]:
    """Return the names of the globals and attributes that a function uses.

    Parameters
    ----------
    function : callable

    Returns
    -------
    frozenset of str
        Without the learner's own helpers, which may bear the name of a library's function; empty
        where there is no Python code.

    Examples
    --------
    >>> sorted(used_names(lambda z: max(z.shape)))
    ['max', 'shape']
    """
    own = {
        name
        for name, value in getattr(function, "__globals__", {}).items()
        if getattr(value, "__module__", None) == function.__module__
    }
    return frozenset(_names_in(getattr(function, "__code__", None)) - own)


def _names_in(code: CodeType | None) -> set[str]:
    if code is None:
        return set()
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return set(code.co_names).union(*map(_names_in, inner))
