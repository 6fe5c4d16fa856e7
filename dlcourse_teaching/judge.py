"""The verdict on an answer, reached in a process that never ran a student's code.

The check and its inputs, drawn from the assignment's secret seed, are here. The answer's code runs
in the sandbox, and only its results come here.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from dlcourse_teaching import partial
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.remote_answer import RemoteAnswer
from dlcourse_teaching.session import Session
from dlcourse_utils.exercises import Feedback, verify
from dlcourse_utils.exercises.engine.table import load

_MOST_TEXT = 4000
_LOOK_UP_SECONDS = 60.0


@dataclass(frozen=True)
class Verdict:
    """What the judge makes of one answer.

    Parameters
    ----------
    status : {"passed", "failed", "not-started", "missing"}
    misconception : str or None
        Id of the known reason.
    told : str
        What a student may be told: never an input drawn from the seed.
    passes_visible : bool
        Whether it is right on the inputs of the check that students have.
    right, cases, share
        Of a wrong answer, on how many inputs it is right: see `partial.Counted`.
    """

    status: str
    misconception: str | None = None
    told: str = ""
    passes_visible: bool = False
    right: int = 0
    cases: int = 0
    share: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """As plain data, for notes."""
        return asdict(self)


def judge(exercise: str, *, expression: str, seed: int, session: Session) -> tuple[Verdict, int]:
    """Judge an answer.

    Parameters
    ----------
    exercise : str
    expression : str
        What the notebook's check asks for, such as ``"slope"``.
    seed : int
        Of the further inputs.
    session : Session
        The interpreter in which the notebook ran.

    Returns
    -------
    verdict : Verdict
    number : int
        Of the answer, the same as long as it is the same object; -1 if there is none.

    Raises
    ------
    SubmissionProblem
        If the interpreter is gone, or the course's own check stops with an error.
    """
    facts, interrupted = session.ask("find", _LOOK_UP_SECONDS, expression=expression)
    if interrupted or not isinstance(facts, dict) or "stopped" in facts:
        return Verdict("failed", "too-slow", "Stopped: your code ran for too long."), -1
    if "error" in facts:
        return _without_answer(facts["error"]), -1
    answer = RemoteAnswer(session, facts)
    feedback = _verify(exercise, answer, seed)
    if feedback.status != "failed":
        return Verdict(feedback.status, None, _text(feedback), feedback.passed), answer.number
    visible = _verify(exercise, answer, 0)
    told = "" if visible.passed else _text(visible)
    misconception = (feedback if visible.passed else visible).misconception
    counted = partial.Counted()
    if misconception != "too-slow":  # always counted, so that `--partial` may be chosen later
        with _naming(exercise):
            counted = partial.count(load(exercise), answer, seed)
    return (
        Verdict("failed", misconception, told, visible.passed, **asdict(counted)),
        answer.number,
    )


def _verify(exercise: str, answer: RemoteAnswer, seed: int) -> Feedback:
    with _naming(exercise):
        return verify(exercise, answer, seed=seed)


@contextmanager
def _naming(exercise: str) -> Iterator[None]:
    """Say of which exercise the check broke, where that is the course's mistake."""
    try:
        yield
    except SubmissionProblem:
        raise
    except Exception as problem:
        traceback.print_exc()
        raise SubmissionProblem(
            "check-broke", f"the check of {exercise} stopped with {type(problem).__name__}"
        ) from None


def _without_answer(error: Any) -> Verdict:
    name, message = error if isinstance(error, list) and len(error) == 2 else ("", "")
    if name == "NameError":
        return Verdict("missing", None, "No answer was found: no cell defines it.")
    return Verdict("failed", "raised", f"{name}: {message}"[:_MOST_TEXT])


def _text(feedback: Feedback) -> str:
    return str(feedback)[:_MOST_TEXT]
