"""What an assignment's hidden cells run: the verdict on an answer, and the tripwire.

They run in the student's own kernel, after the student's code. Nothing there can be trusted fully;
see "What the sandbox cannot do" in instructors/grading.md.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

VERDICT = "dlcourse-verdict"
# Name of the cell worth no points that must always fail, and its error.
TRIPWIRE = "tripwire"
# In front of each hidden cell: forget the course's modules and load them from their files, so that
# a changed `verify` is not the one that judges. In the sandbox only read-only folders count.
PRELUDE = """\
import os, sys
for _name in [name for name in sys.modules if name.partition(".")[0] == "dlcourse_utils"]:
    del sys.modules[_name]
_before, _safe = sys.path[:], [p for p in sys.path if p and not os.access(p, os.W_OK)]
sys.path[:] = _safe or _before
from dlcourse_teaching import hidden
from dlcourse_utils import exercises
sys.path[:] = _before
"""


def judge(exercise: str, get_answer: Callable[[], Any], *, seed: int) -> None:
    """Print the verdict on an answer as one line, and raise unless it is right.

    Parameters
    ----------
    exercise : str
    get_answer : callable
        Returns the answer; a NameError means that the notebook does not define it.
    seed : int
        Of the fresh cases.

    Raises
    ------
    AssertionError
    """
    from dlcourse_utils.exercises import verify

    try:
        answer = get_answer()
    except NameError:
        _report(exercise, "missing", None)
        raise AssertionError(f"{exercise}: the notebook does not define the answer.") from None
    feedback = verify(exercise, answer, seed=seed)
    _report(exercise, feedback.status, feedback.misconception)
    feedback.raise_unless_passed()


def tripwire(exercises: Iterable[str]) -> None:
    """Judge what cannot be right. If this cell does not fail, no test of the notebook counts.

    Raises
    ------
    AssertionError
        Always, unless someone interfered.
    """
    from dlcourse_utils.exercises import verify

    for exercise in exercises:
        if verify(exercise, object()).passed:
            return
        try:
            verify(exercise, object()).raise_unless_passed()
        except AssertionError:
            continue
        return
    raise AssertionError(TRIPWIRE)


def verdicts(cell: dict) -> list[dict]:
    """The verdict lines that a hidden cell printed, as ``{exercise, status, misconception}``."""
    # On a busy machine a kernel sends a printed line in several parts.
    printed = "".join(
        str(output.get("text", ""))
        for output in cell.get("outputs", [])
        if output.get("output_type") == "stream" and output.get("name") == "stdout"
    )
    found = []
    for line in printed.splitlines():
        if line.startswith(VERDICT + " "):
            try:
                verdict = json.loads(line.removeprefix(VERDICT))
            except ValueError:
                continue
            if isinstance(verdict, dict):
                found.append(verdict)
    return found


def _report(exercise: str, status: str, misconception: str | None) -> None:
    print(VERDICT, json.dumps(dict(exercise=exercise, status=status, misconception=misconception)))


def plain_word(text: Any) -> str | None:
    """Return a misconception's id if it looks like one: what a notebook prints may be anything."""
    is_word = isinstance(text, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+){0,7}", text)
    return text[:60] if is_word else None
