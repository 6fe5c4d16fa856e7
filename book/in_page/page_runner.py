"""Runs what a reader typed in the page, and checks it under an exercise; lives there, in a worker.

In the page there is neither a notebook nor a second thread: whoever runs the worker stops it when
a check takes too long.
"""

import ast
import contextlib
import html
import io
import json
import linecache
import traceback
from collections.abc import Callable, Iterator

import dlcourse_utils as dl
from dlcourse_utils import exercises
from dlcourse_utils.exercises.engine.feedback import Feedback

_MOST_PRINTED = 10_000  # characters that are shown
_CELL, _GIVEN = "your code", "given by the chapter"


def check(
    exercise: str, given: str, code: str, answer: str, checking: Callable[[], None] = lambda: None
) -> str:
    """Run a reader's code after what the chapter gives, and check what comes of it.

    Parameters
    ----------
    exercise : str
        Id of the exercise.
    given : str
        The chapter's code that the exercise builds on.
    code : str
        What the reader typed.
    answer : str
        The expression to check, such as ``"weighted_sum"``.
    checking : callable
        Called when the reader's code has run and the check begins.

    Returns
    -------
    str
        JSON: ``status`` ("passed", "failed", "not-started" or "error"), ``html`` and ``text`` of
        the verdict, ``printed`` by the code.

    Examples
    --------
    >>> found = json.loads(check("weighted-sum", "", "f = lambda x, w, b: x @ w + b", "f"))
    >>> found["status"], found["text"].splitlines()[0]
    ('passed', '✓ weighted-sum: right, on 8 inputs.')
    >>> print(json.loads(check("weighted-sum", "", "def f(:", "f"))["text"])
    ✗ weighted-sum: Python cannot read line 1, `def f(:`: invalid syntax.
    """
    printed = _Bounded()
    with _shown_in(printed):
        feedback = _verdict(exercise, given, code, answer, checking)
    return json.dumps(
        {
            "status": feedback.status,
            "html": feedback._repr_html_(),
            "text": str(feedback),
            "printed": printed.text(),
        }
    )


def run(given: str, code: str) -> str:
    """Run a cell that a reader changed after what the chapter gives, as a notebook does.

    Parameters
    ----------
    given : str
        The chapter's code that the cell builds on; what it prints is not shown.
    code : str
        What the reader typed.

    Returns
    -------
    str
        JSON: ``status`` ("ran" or "error"), ``html`` of what went wrong, ``printed`` by the code
        and the value of its last line.

    Examples
    --------
    >>> json.loads(run("side = 2", "print('area')\\nside**2"))["printed"]
    'area\\n4\\n'
    >>> print(json.loads(run("", "1 / 0"))["text"])
    Your code stops at line 1, `1 / 0` with ZeroDivisionError: division by zero.
    """
    names: dict = {"__name__": "__main__", "dl": dl}
    with _shown_in(_Bounded()):
        _run(given, _GIVEN, names)
    printed, words = _Bounded(), ""
    with _shown_in(printed):
        try:
            _run_cell(code, names)
        except BaseException as reason:
            words = _words(reason, code)
            words = words[0].upper() + words[1:]
    return json.dumps(
        {
            "status": "error" if words else "ran",
            "html": f"<p>{html.escape(words)}</p>" if words else "",
            "text": words,
            "printed": printed.text(),
        }
    )


def _run_cell(code: str, names: dict) -> None:
    """Run code and print the value of its last line, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body and not code.rstrip().endswith(";") else None
    if not isinstance(last, ast.Expr):
        _run(code, _CELL, names)
        return
    _note(code, _CELL)
    exec(compile(ast.Module(tree.body[:-1], []), _CELL, "exec"), names)
    value = eval(compile(ast.Expression(last.value), _CELL, "eval"), names)
    if value is not None:
        print(repr(value))


def _verdict(
    exercise: str, given: str, code: str, answer: str, checking: Callable[[], None]
) -> Feedback:
    names: dict = {"__name__": "__main__", "dl": dl}
    _run(given, _GIVEN, names)
    try:
        _run(code, _CELL, names)
        value = eval(answer, names)
    except BaseException as reason:
        return Feedback(exercise, "failed", _words(reason, code), misconception="raised")
    checking()
    return exercises.verify(exercise, value)


def _run(source: str, name: str, names: dict) -> None:
    _note(source, name)
    exec(compile(source, name, "exec"), names)


def _note(source: str, name: str) -> None:
    # So that a check can name the line, and see a `...` that was left.
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)


@contextlib.contextmanager
def _shown_in(printed: "_Bounded") -> Iterator[None]:
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield


def _words(reason: BaseException, code: str) -> str:
    """What went wrong while the cell ran, in one sentence with its line."""
    lines = code.splitlines()
    if isinstance(reason, SyntaxError) and reason.filename in (_CELL, "<unknown>"):
        number = min(reason.lineno or 1, max(len(lines), 1))
        return f"Python cannot read {_place(number, lines)}: {reason.msg}."
    frames = [f for f in traceback.extract_tb(reason.__traceback__) if f.filename == _CELL]
    what = f"{type(reason).__name__}: {reason}".strip().removesuffix(":")
    if not frames:
        return f"your code ran, but {what}."
    return f"your code stops at {_place(frames[-1].lineno, lines)} with {what}."


def _place(number: int, lines: list[str]) -> str:
    line = lines[number - 1].strip() if number <= len(lines) else ""
    return f"line {number}, `{line}`" if line else f"line {number}"


class _Bounded(io.TextIOBase):
    """Keeps the beginning of what is printed, so that a flood fills neither memory nor page."""

    def __init__(self) -> None:
        self._kept, self._all = "", 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._all += len(text)
        self._kept += text[: max(_MOST_PRINTED - len(self._kept), 0)]
        return len(text)

    def text(self) -> str:
        left_out = self._all - len(self._kept)
        return self._kept + (f"\n… and {left_out:,} characters more" if left_out else "")
