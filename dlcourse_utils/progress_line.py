"""One line of progress that moves while work runs and leaves a clean log behind.

Where it is shown decides how: a notebook gets one output that is updated in place (so the stored
notebook holds only the last state), a terminal a line that is overwritten, and a file or a pipe
only the lines worth keeping. Nothing is ever written to stderr.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


class ProgressLine:
    """Shows text that changes (`update`) and text that stays (`keep`).

    Parameters
    ----------
    seconds_between_updates : float
        Updates that come faster than this are dropped, so that showing progress costs nothing.

    Examples
    --------
    >>> line = ProgressLine()
    >>> line.update("half way")      # seen only where a line can be overwritten
    >>> line.keep("done")
    done
    """

    def __init__(self, seconds_between_updates: float = 0.2):
        self._pause = seconds_between_updates
        self._last_update = float("-inf")
        self._kept: list[str] = []
        self._display: DisplayHandle | None = None

    def update(self, text: str) -> None:
        """Replace the moving text, at most every `seconds_between_updates`.

        Parameters
        ----------
        text : str
            One line.
        """
        now = time.monotonic()
        if now - self._last_update < self._pause:
            return
        self._last_update = now
        if in_notebook():
            self._show([*self._kept, text])
        elif _in_terminal():
            print(f"\r{text}\x1b[K", end="", flush=True)

    def keep(self, text: str) -> None:
        """Replace the moving text for good; what follows goes below it.

        Parameters
        ----------
        text : str
            One line.
        """
        if in_notebook():
            self._kept.append(text)
            self._show(self._kept)
        else:
            start = "\r\x1b[K" if _in_terminal() else ""
            print(f"{start}{text}", flush=True)

    def _show(self, lines: list[str]) -> None:
        from IPython.display import display

        content = {"text/plain": "\n".join(lines)}
        if self._display is None:
            self._display = display(content, raw=True, display_id=True)
        else:
            self._display.update(content, raw=True)


def in_notebook() -> bool:
    """Whether this Python is the kernel of a notebook (Jupyter, VS Code, Colab, Kaggle).

    Returns
    -------
    bool

    Examples
    --------
    >>> in_notebook()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def _in_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def bar(done: float, width: int = 20) -> str:
    """A bar of characters.

    Parameters
    ----------
    done : float
        The share that is done, in [0, 1].
    width : int
        Characters of the whole bar.

    Returns
    -------
    str
        `width` characters.

    Examples
    --------
    >>> bar(0.5, width=10)
    '━━━━━─────'
    """
    filled = round(min(max(done, 0.0), 1.0) * width)
    return "━" * filled + "─" * (width - filled)
