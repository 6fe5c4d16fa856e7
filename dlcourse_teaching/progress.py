"""One line that says how far grading is: rewritten on a terminal, now and then elsewhere."""

import sys
import time

_EVERY_SECONDS = 10


class Progress:
    """Counts submissions.

    Parameters
    ----------
    total : int
    """

    def __init__(self, total: int) -> None:
        self._total, self._counts, self._start = total, {"graded": 0, "attention": 0}, time.time()
        self._last = 0.0

    def add(self, status: str) -> None:
        """Count one, ``graded`` or ``attention``, and say so."""
        self._counts[status] += 1
        done = sum(self._counts.values())
        is_terminal = sys.stderr.isatty()
        if not is_terminal and done < self._total and time.time() - self._last < _EVERY_SECONDS:
            return
        self._last = time.time()
        rate = done / max(self._last - self._start, 1e-3)
        text = (
            f"{done} of {self._total} · graded {self._counts['graded']} · needs attention "
            f"{self._counts['attention']} · {60 * rate:.0f} a minute"
            f" · {(self._total - done) / rate:.0f} s left"
        )
        print(f"\r{text}   " if is_terminal else text, end="" if is_terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def end(self) -> None:
        """End the line."""
        if self._total and sys.stderr.isatty():
            print(file=sys.stderr)
