"""Stop a learner's function that does not come to its end."""

import _thread
import contextlib
import math
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

SECONDS = 10.0  # for all calls that share a Clock
# Counted is the time that the function computes, so that a busy machine costs nobody the verdict.
# One that sleeps or waits computes nothing: a share of its time counts.
_SHARE_OF_WAITING = 0.25
INTERRUPT_AGAIN = 0.1  # seconds; a bare `except:` swallows some of the interrupts


class TimeUp(BaseException):
    """The time limit is over. Not an Exception, so that `except Exception` does not catch it."""


class Clock:
    """The time that calls share: all of one check, or one each where there is much to compute."""

    def __init__(self) -> None:
        self._spent = 0.0

    def left(self) -> float:
        """Return the seconds left, never less than a little."""
        return max(SECONDS - self._spent, 0.05)

    def spend(self, seconds: float) -> None:
        """Count these seconds."""
        self._spent += seconds


class _Stopwatch:
    """Measures in one thread, the main one, and may be read in another."""

    def __init__(self) -> None:
        self._computed = _clock_of_this_thread()
        self._start = self._computed(), time.monotonic()

    def used(self) -> float:
        """Seconds that count since the start."""
        computed, passed = self._computed() - self._start[0], time.monotonic() - self._start[1]
        return max(computed, _SHARE_OF_WAITING * passed)


class _Watcher:
    """A thread that interrupts the main one when the time of what it runs is over.

    It is started once and sleeps: on a busy machine, a thread for each of thousands of calls would
    take longer than the calls.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._job: _Job | None = None
        self._wakes_at = 0.0  # infinite where it waits for something to do
        self._thread: threading.Thread | None = None

    def begin(self, job: "_Job") -> "_Job | None":
        """Watch this; return what was watched before."""
        if self._thread is None or not self._thread.is_alive():  # a forked process has none
            self._changed = threading.Condition()
            self._wakes_at = 0.0
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        with self._changed:
            before, self._job = self._job, job
            if time.monotonic() + job.left() < self._wakes_at:
                self._changed.notify()
        return before

    def end(self, before: "_Job | None") -> None:
        """Watch what was watched before; no interrupt of the other is sent from now on."""
        with self._changed:
            self._job = before

    def _watch(self) -> None:
        with self._changed:
            while True:
                left = self._job.left() if self._job is not None else None
                if left is not None and left <= 0:
                    self._job.expired = True
                    _interrupt_main()
                    left = INTERRUPT_AGAIN
                self._wakes_at = math.inf if left is None else time.monotonic() + left
                self._changed.wait(left)


class _Job:
    """What runs within a limit."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self.stopwatch = _Stopwatch()
        self._seconds = seconds

    def left(self) -> float:
        """Return the seconds left."""
        return self._seconds - self.stopwatch.used()


_WATCHER = _Watcher()


def limited(function: Callable[[], Any], clock: Clock) -> Any:
    """Return ``function()``, or raise TimeUp in it when the clock's time is over.

    Python can interrupt only its main thread; in any other the function runs without a limit. So
    it does where no thread can be started to watch, as in WebAssembly: whoever runs Python there
    stops it.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    job = _Job(clock.left())

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if job.expired:
            # Not while this function cleans up: what it leaves undone nobody would do.
            if _is_inside(_run, frame):
                raise TimeUp
        elif callable(previous):  # the learner's own "interrupt the kernel"
            previous(number, frame)
        else:
            raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, on_interrupt)
    before = None
    try:
        with contextlib.suppress(RuntimeError):  # "can't start new thread"
            before = _WATCHER.begin(job)
        return _run(function)
    finally:
        _WATCHER.end(before)
        signal.signal(signal.SIGINT, previous if previous is not None else signal.SIG_DFL)
        clock.spend(job.stopwatch.used())


def _run(function: Callable[[], Any]) -> Any:
    return function()


def _is_inside(function: Callable, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is function.__code__:
            return True
        frame = frame.f_back
    return False


def _clock_of_this_thread() -> Callable[[], float]:
    """Return what tells the processor time of this thread, asked in another; else of all."""
    try:
        number = time.pthread_getcpuclockid(threading.get_ident())
        time.clock_gettime(number)
    except (AttributeError, OSError):  # not on this system
        return time.process_time
    return lambda: time.clock_gettime(number)


def _interrupt_main() -> None:
    if hasattr(signal, "pthread_kill"):  # unlike interrupt_main, this also ends a time.sleep
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()
