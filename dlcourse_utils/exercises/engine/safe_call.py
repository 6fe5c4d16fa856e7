"""Run a learner's function safely: on copies, in limited time, whatever it does."""

import _thread
import contextlib
import copy
import io
import linecache
import re
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

TIME_LIMIT = 10.0  # seconds for all calls that share a Clock; on a busy laptop too
_INTERRUPT_AGAIN = 0.1  # seconds; a bare `except:` swallows some of the interrupts
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

    value: Any = None
    error: CodeError | None = None
    timed_out: bool = False
    printed: str = ""
    changed: tuple[int, ...] = ()  # positions of the arguments that were changed in place
    returned: int | None = None  # position of the argument that was returned itself


class Clock:
    """The time that calls share: all of one check, or one each where there is much to compute."""

    def __init__(self) -> None:
        self._end = time.monotonic() + TIME_LIMIT

    def left(self) -> float:
        """Return the seconds left, never less than a little."""
        return max(self._end - time.monotonic(), 0.05)


def call(
    function: Callable, arguments: tuple, clock: Clock, *, learners: Callable | None = None
) -> Call:
    """Call a learner's function on copies of the arguments.

    Parameters
    ----------
    function : callable
        The learner's function, or one of the check that calls it.
    arguments : tuple
        What to pass to it.
    clock : Clock
        Says how long it may take.
    learners : callable, optional
        The learner's function where ``function`` is the check's own: errors are placed in it.

    Returns
    -------
    Call
        Never raises what the learner's code raises; only a KeyboardInterrupt that did not come
        from the time limit goes through, so that stopping a cell still works.
    """
    learners = function if learners is None else learners
    copies = copy.deepcopy(arguments)
    printed = _BoundedText()
    try:
        with _quiet(printed):
            value = limited(lambda: function(*copies), clock.left())
    except TimeUp as problem:
        return Call(error=_describe(problem, learners), timed_out=True, printed=printed.text())
    except (Exception, SystemExit, GeneratorExit) as problem:
        return Call(error=_describe(problem, learners), printed=printed.text())
    changed = tuple(
        position
        for position, (now, before) in enumerate(zip(copies, arguments, strict=True))
        if not _same(now, before)
    )
    returned = next((i for i, argument in enumerate(copies) if value is argument), None)
    # The function may keep and reuse what it returned, so the check keeps a copy of its own.
    with contextlib.suppress(Exception):
        value = copy.deepcopy(value)
    return Call(value, printed=printed.text(), changed=changed, returned=returned)


class TimeUp(BaseException):
    """The time limit is over. Not an Exception, so that `except Exception` does not catch it."""


def limited(function: Callable[[], Any], seconds: float) -> Any:
    """Return ``function()``, or raise TimeUp in it when it takes longer than ``seconds``.

    Python can interrupt only its main thread; in any other the function runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    done = threading.Event()
    expired = threading.Event()

    def on_interrupt(number, frame):
        if expired.is_set():
            if not done.is_set():
                raise TimeUp
        elif callable(previous):  # the learner's own "interrupt the kernel"
            previous(number, frame)
        else:
            raise KeyboardInterrupt

    def watch():
        delay = seconds
        while not done.wait(delay):
            expired.set()
            _interrupt_main()
            delay = _INTERRUPT_AGAIN

    previous = signal.signal(signal.SIGINT, on_interrupt)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            return function()
        finally:
            done.set()
    finally:  # twice, because an interrupt may strike between the function's end and `done`
        done.set()
        watcher.join()  # so that no interrupt is sent once the handler has gone
        signal.signal(signal.SIGINT, previous if previous is not None else signal.SIG_DFL)


def _interrupt_main() -> None:
    if hasattr(signal, "pthread_kill"):  # unlike interrupt_main, this also ends a time.sleep
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()


@contextlib.contextmanager
def _quiet(printed: "_BoundedText") -> Iterator[None]:
    """Keep what the code prints, and NumPy's warnings, out of the notebook."""
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
    ):
        warnings.simplefilter("ignore")
        yield


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
    text = str(problem).strip()
    message = text.splitlines()[0] if text else ""
    message = re.sub(r", with gufunc signature \S+", "", message)[:160]
    return CodeError(type(problem).__name__, message, number, line)


def _place(problem: BaseException, function: Callable) -> tuple[int | None, str]:
    """Return the last line of the learner's own file that the exception went through."""
    code = getattr(function, "__code__", None)
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


def _same(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        return (
            isinstance(now, np.ndarray)
            and now.dtype == before.dtype
            and np.array_equal(now, before)
        )
    return bool(now == before)
