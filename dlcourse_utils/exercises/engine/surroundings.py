"""Undo what a learner's code changes outside itself."""

import builtins
import contextlib
import functools
import itertools
import math
import operator
import os
import random
import statistics
import sys
from collections.abc import Iterator

import numpy as np

# What an answer may put something of its own into, and the next check would then use.
_MODULES = (
    builtins, functools, itertools, math, operator, random, statistics,
    np, np.linalg, np.random, np.fft,
)  # fmt: skip


@contextlib.contextmanager
def kept_as_they_were() -> Iterator[None]:
    """Put back the working folder, limits and the functions of the modules that checks use.

    A global random generator is left where it is: what is drawn is drawn.

    Examples
    --------
    >>> with kept_as_they_were():
    ...     math.sqrt = None
    >>> math.sqrt(4)
    2.0
    """
    names = [(module, dict(vars(module))) for module in _MODULES]
    folder, deepest = _working_folder(), sys.getrecursionlimit()
    shown = np.get_printoptions()
    try:
        yield
    finally:
        for module, before in names:
            now = vars(module)
            for name, value in before.items():
                if now.get(name, now) is not value:
                    now[name] = value
        sys.setrecursionlimit(deepest)
        if folder is not None and _working_folder() != folder:
            os.chdir(folder)
        if np.get_printoptions() != shown:
            np.set_printoptions(**shown)


def _working_folder() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it is gone
        return None
