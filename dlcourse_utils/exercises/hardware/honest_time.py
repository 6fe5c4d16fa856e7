"""The exercise on honest timing: a device and a clock that the check brings along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine import (
    Answer,
    Clock,
    CounterExample,
    OpenExercise,
    Passed,
    Wrong,
    fit,
    get_result,
    same_result,
    show,
    show_anything,
)

PARAMETERS = ("function", "wait", "clock", "warmups", "repeats")
QUEUED = 0.001  # seconds that it takes to ask for the work


class _Device:
    """Works in the background, as a GPU does: a call returns when the work is queued.

    Parameters
    ----------
    costs : sequence of float
        Seconds of work of each call; later calls take as long as the last.
    """

    def __init__(self, costs: Sequence[float]) -> None:
        self._costs = costs
        self._now = self._free = 0.0
        self._finished: list[float] = []
        self.waits = 0
        self.odd_wait = False

    def arguments(self, warmups: int, repeats: int) -> tuple:
        # Closures: what a check passes on is copied, and a copied device would have its own time.
        def function() -> int:
            self._now += QUEUED
            number = len(self._finished)
            cost = self._costs[min(number, len(self._costs) - 1)]
            self._free = max(self._free, self._now) + cost - QUEUED
            self._finished.append(self._free)
            return number

        def wait(result: Any) -> None:
            if isinstance(result, bool) or result not in range(len(self._finished)):
                self.odd_wait = True
                return
            self.waits += 1
            self._now = max(self._now, self._finished[result])

        return function, wait, lambda: self._now, warmups, repeats

    @property
    def calls(self) -> int:
        return len(self._finished)


def _timer(
    *,
    waits: bool = True,
    waits_after: bool = False,
    warms: bool = True,
    waits_warm: bool = True,
    summary: Callable = np.median,
    around_all: bool = False,
    drops_first: bool = False,
) -> Callable:
    """Timers, honest and not."""

    def time(function, wait, clock, warmups, repeats):
        for _ in range(warmups if warms else 0):
            result = function()
            if waits_warm:
                wait(result)
        if around_all:
            started = clock()
            for _ in range(repeats):
                wait(function())
            return (clock() - started) / repeats
        seconds = []
        for _ in range(repeats):
            started = clock()
            result = function()
            if waits:
                wait(result)
            seconds.append(clock() - started)
            if waits_after:
                wait(result)
        return summary(seconds[warmups:] if drops_first else seconds)

    return time


_MISCONCEPTIONS = (
    (
        "not-waiting",
        _timer(waits=False),
        "You time how long it takes to ask. Call `wait` with the result before you read the clock.",
    ),
    (
        "not-waiting",
        _timer(waits=False, waits_warm=False),
        "You time how long it takes to ask. Call `wait` with the result before you read the clock.",
    ),
    (
        "waiting-too-late",
        _timer(waits=False, waits_after=True),
        "You read the clock first and wait afterwards: the work is not in the number.",
    ),
    (
        "no-warm-up",
        _timer(warms=False),
        "The first calls compile and count here. Make `warmups` calls before the clock starts.",
    ),
    (
        "warm-up-not-awaited",
        _timer(waits_warm=False),
        "Wait for the warm-up calls too. Their work is still queued when the clock starts, and the "
        "first counted call pays for it.",
    ),
    (
        "mean",
        _timer(summary=np.mean),
        "This is the mean. One interruption moves it as far as it likes: return the median.",
    ),
    (
        "mean",
        _timer(around_all=True),
        "One clock around all calls gives their mean, and a single interruption moves it. Time "
        "each call and return the median.",
    ),
    (
        "shortest",
        _timer(summary=min),
        "This is the shortest call. Asked for is the median, the time that a usual call takes.",
    ),
    (
        "warm-ups-dropped-twice",
        _timer(drops_first=True),
        "The warm-up calls are not among your seconds, so leaving out the first `warmups` of these "
        "throws counted calls away. Return the median of all `repeats` of them.",
    ),
    ("longest", _timer(summary=max), "This is the longest call. Asked for is the median."),
    ("total", _timer(summary=sum), "This is the time of all calls together."),
    # An even number of calls: in one case its number is also that of the middle of the row, which
    # is wrong in an earlier case already.
    (
        "lower-median",
        _timer(summary=lambda seconds: sorted(seconds)[(len(seconds) - 1) // 2]),
        "With an even number of calls the median is half-way between the two in the middle.",
    ),
    (
        "unsorted-median",
        _timer(summary=lambda seconds: seconds[len(seconds) // 2]),
        "You take the call in the middle of the row. Sort the seconds first, or use `np.median`.",
    ),
    (
        "upper-median",
        _timer(summary=lambda seconds: sorted(seconds)[len(seconds) // 2]),
        "With an even number of calls the median is half-way between the two in the middle.",
    ),
)


_ADVICE = (
    "Asked for is the median of the `repeats` counted calls, each timed by itself from before "
    "`function()` until after `wait`. The warm-up calls come before and are in no number."
)


def check(answer: Answer, rng: np.random.Generator) -> Passed:
    """``honest_time(function, wait, clock, warmups, repeats)`` is the median of awaited calls."""
    cases = [
        ((1.0,), 0, 1),
        ((20.0, 10.0, 4.0, 1.0, 2.0, 3.0, 9.0), 2, 5),
        ((8.0, 1.0, 30.0, 1.5, 2.0), 1, 4),
        ((5.0, 4.0, 1.0, 2.0, 7.0, 3.0), 0, 6),
        (tuple(np.round(rng.uniform(1, 9, size=9), 2).tolist()), 2, 7),
    ]
    clock = Clock()
    runs = [_time(answer, *case, clock) for case in cases]
    wrong = [run for run in runs if run.words]
    if not wrong:
        return Passed(f"right, on {len(cases)} devices.")
    first = wrong[0]
    reason, words = first.reason, first.words
    if reason == "wrong-time":
        reason, words = _known(runs) or (None, words)
    inputs = (("calls take", f"{show(list(first.costs))} s"), ("warmups", str(first.warmups)))
    raise Wrong(
        words,
        counter_example=CounterExample(
            (*inputs, ("repeats", str(first.repeats))), f"{show(first.expected)} s", first.got
        ),
        misconception=reason,
    )


@dataclass(frozen=True)
class _Run:
    """What a timer says of a device; ``words`` where it is wrong, and how."""

    costs: tuple[float, ...]
    warmups: int
    repeats: int
    expected: float
    result: Any
    waits: int
    got: str
    reason: str | None = None
    words: str = ""


def _time(
    answer: Answer, costs: tuple[float, ...], warmups: int, repeats: int, clock: Clock
) -> _Run:
    device = _Device(costs)
    arguments = device.arguments(warmups, repeats)
    texts = (f"takes {show(list(costs))} seconds, call by call", "waits", "tells the time")
    shown = (*texts, str(warmups), str(repeats))
    result = get_result(answer, PARAMETERS, arguments, shown, clock=clock)
    expected, _ = _run(_timer(), costs, warmups, repeats)
    several = _run(_timer(summary=list), costs, warmups, repeats)[0]
    if same_result(result, several):
        seconds, got = None, f"{show_anything(result)} s"
        reason, words = (
            "every-second",
            ("These are the seconds of all calls. Return one number, their median."),
        )
    else:
        seconds = float(fit(result, (), "the result"))
        got, reason, words = f"{show(seconds)} s", None, ""
        if device.odd_wait:
            reason = "waits-for-something-else"
            words = "`wait` takes the result of the call: `wait(function())`."
        elif not np.isclose(seconds, expected, rtol=1e-6):
            reason, words = "wrong-time", _ADVICE
        elif device.calls != warmups + repeats:
            reason, words = (
                "wrong-number-of-calls",
                (f"{warmups} warm-up calls and {repeats} counted ones are {warmups + repeats}."),
            )
            got += f", after {device.calls} calls"
    return _Run(costs, warmups, repeats, expected, seconds, device.waits, got, reason, words)


def _known(runs: list[_Run]) -> tuple[str, str] | None:
    """Return the misconception that gives all these numbers, if possible with as many waits."""
    same = []
    for reason, timer, words in _MISCONCEPTIONS:
        made = [_run(timer, run.costs, run.warmups, run.repeats) for run in runs]
        if all(
            run.result is not None and np.isclose(run.result, seconds, rtol=1e-6)
            for run, (seconds, _) in zip(runs, made, strict=True)
        ):
            waits = sum(run.waits != waits for run, (_, waits) in zip(runs, made, strict=True))
            same.append((waits, reason, words))
    return min(same, key=lambda one: one[0])[1:] if same else None


def _run(timer: Callable, costs: tuple[float, ...], warmups: int, repeats: int) -> tuple[Any, int]:
    """Result of a timer on a fresh device, and how often it waited."""
    device = _Device(costs)
    return timer(*device.arguments(warmups, repeats)), device.waits


EXERCISE = OpenExercise(
    check=check,
    next_question="the median hides the slow calls. For whom do the slow ones matter more?",
)
