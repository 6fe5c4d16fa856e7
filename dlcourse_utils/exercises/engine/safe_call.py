"""Run a learner's function safely: on copies, in limited time, whatever it does."""

import contextlib
import copy
import io
import itertools
import linecache
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.placeholders import code_of
from dlcourse_utils.exercises.engine.plain import to_plain
from dlcourse_utils.exercises.engine.surroundings import kept_as_they_were
from dlcourse_utils.exercises.engine.time_limit import Clock, TimeUp, limited

_LONGEST_LINE = 80  # characters shown of a line of code
_MOST_PRINTED = 2000  # characters kept of what the code prints


@dataclass(frozen=True)
class CodeError:
    """An exception in a learner's code: what, and at which line of the cell."""

    name: str
    message: str
    line_number: int | None
    line: str

    @property
    def place(self) -> str:
        """Where it happened, as ``line 3: `return X @ W` ``; empty if unknown."""
        if self.line_number is None:
            return ""
        return f"line {self.line_number}" + (f": `{self.line}`" if self.line else "")

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name


@dataclass(frozen=True)
class Call:
    """What came of one call of a learner's function."""

    value: Any = None  # plain data
    error: CodeError | None = None
    timed_out: bool = False
    printed: str = ""
    changed: tuple[int, ...] = ()  # positions of the arguments that were changed in place
    returned: int | None = None  # position of the argument that was returned itself
    arguments: tuple = ()  # as the function left them

    def with_value(self, value: Any) -> "Call":
        """Return the same call with another value."""
        return replace(self, value=value)


def call(
    function: Callable,
    arguments: tuple,
    clock: Clock | None,
    *,
    strict: bool = False,
    items: int = 0,
    keep: bool = False,
) -> Call:
    """Call a learner's function on copies of the arguments.

    Parameters
    ----------
    function : callable
        The learner's function.
    arguments : tuple
        What to pass to it.
    clock : Clock or None
        Says how long it may take; None for as long as it likes.
    strict, items
        See `answer.Answer.call`.
    keep : bool
        Whether a value that can be called stays as it is.

    Returns
    -------
    Call
        Never raises what the learner's code raises; only a KeyboardInterrupt that did not come
        from the time limit goes through, so that stopping a cell still works.
    """
    copies = copy.deepcopy(arguments)
    printed = _BoundedText()

    def run() -> tuple[Any, int | None]:
        if strict:
            _forbid_silence()
        value = function(*copies)
        returned = next((i for i, argument in enumerate(copies) if value is argument), None)
        if items and _is_iterator(value):
            value = list(itertools.islice(value, items))
        # Also a copy: the function may keep and reuse what it returned.
        return (value if keep and callable(value) else to_plain(value)), returned

    try:
        with kept_as_they_were(), _quiet(printed, "raise" if strict else "ignore"):
            value, returned = run() if clock is None else limited(run, clock)
    except TimeUp as problem:
        return Call(error=_describe(problem, function), timed_out=True, printed=printed.text())
    except (Exception, SystemExit, GeneratorExit) as problem:
        return Call(error=_describe(problem, function), printed=printed.text())
    changed = tuple(
        position
        for position, (now, before) in enumerate(zip(copies, arguments, strict=True))
        if not _same(now, before)
    )
    return Call(value, printed=printed.text(), changed=changed, returned=returned, arguments=copies)


@contextlib.contextmanager
def _quiet(printed: "_BoundedText", on_overflow: str) -> Iterator[None]:
    """Keep what the code prints, and NumPy's warnings, out of the notebook."""
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
        np.errstate(over=on_overflow, divide=on_overflow, invalid=on_overflow, under="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


def _forbid_silence() -> None:
    """Let what NumPy has to say be heard until `kept_as_they_were` puts its functions back."""
    np.errstate = lambda **settings: contextlib.nullcontext()
    np.seterr = lambda **settings: np.geterr()


class _BoundedText(io.TextIOBase):
    """Keeps the beginning of what is written, so that endless printing fills no memory."""

    def __init__(self) -> None:
        self._kept = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self._kept) < _MOST_PRINTED:
            self._kept += text[: _MOST_PRINTED - len(self._kept)]
        return len(text)

    def text(self) -> str:
        return self._kept


def _describe(problem: BaseException, function: Callable) -> CodeError:
    number, line = _place(problem, function)
    try:
        text = str(problem)[:10_000].strip()
    except Exception:  # an exception of the learner's own may be unable to say what it is
        text = ""
    message = text.splitlines()[0] if text else ""
    message = re.sub(r", with gufunc signature \S+", "", message)[:160]
    return CodeError(type(problem).__name__, message, number, line[:_LONGEST_LINE])


def _place(problem: BaseException, function: Callable) -> tuple[int | None, str]:
    """Return the last line of the learner's own file that the exception went through."""
    code = code_of(function)
    own = code.co_filename if code is not None else None
    number, line = None, ""
    traceback = problem.__traceback__
    while traceback is not None:
        filename = traceback.tb_frame.f_code.co_filename
        if filename == own:
            number = traceback.tb_lineno
            line = linecache.getline(filename, number).strip()
        traceback = traceback.tb_next
    return number, line


def _is_iterator(value: Any) -> bool:
    return hasattr(type(value), "__next__")


def _same(now: Any, before: Any) -> bool:
    """Whether an argument, made of arrays, lists and dictionaries, is as it was."""
    if isinstance(before, np.random.Generator):  # drawing from it is what it is for
        return True
    if isinstance(before, np.ndarray):
        return (
            isinstance(now, np.ndarray)
            and now.dtype == before.dtype
            and np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")
        )
    if isinstance(before, (list, tuple)):
        return (
            type(now) is type(before) and len(now) == len(before) and all(map(_same, now, before))
        )
    if isinstance(before, dict):
        return (
            isinstance(now, dict)
            and now.keys() == before.keys()
            and all(_same(now[key], before[key]) for key in before)
        )
    return bool(now == before)
