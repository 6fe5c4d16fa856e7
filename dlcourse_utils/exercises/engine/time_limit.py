"""Stop a learner's function that does not come to its end."""

import _thread
import contextlib
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


def limited(function: Callable[[], Any], clock: Clock) -> Any:
    """Return ``function()``, or raise TimeUp in it when the clock's time is over.

    Python can interrupt only its main thread; in any other the function runs without a limit. So
    it does where no thread can be started to watch, as in WebAssembly: whoever runs Python there
    stops it.
    """
    if threading.current_thread() is not threading.main_thread():
        return function()
    seconds, stopwatch = clock.left(), _Stopwatch()
    done = threading.Event()
    expired = threading.Event()

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if expired.is_set():
            # Not while this function cleans up: what it leaves undone nobody would do.
            if _is_inside(_run, frame):
                raise TimeUp
        elif callable(previous):  # the learner's own "interrupt the kernel"
            previous(number, frame)
        else:
            raise KeyboardInterrupt

    def watch() -> None:
        while not done.wait(max(seconds - stopwatch.used(), 0.001)):
            if stopwatch.used() >= seconds:
                break
        while not done.is_set():
            expired.set()
            _interrupt_main()
            done.wait(INTERRUPT_AGAIN)

    watcher = threading.Thread(target=watch, daemon=True)
    previous = signal.signal(signal.SIGINT, on_interrupt)
    try:
        with contextlib.suppress(RuntimeError):  # "can't start new thread"
            watcher.start()
        return _run(function)
    finally:
        done.set()
        if watcher.ident is not None:
            watcher.join()  # so that no interrupt is sent once the handler has gone
        signal.signal(signal.SIGINT, previous if previous is not None else signal.SIG_DFL)
        clock.spend(stopwatch.used())


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
