"""What a right answer to each exercise is, and feedback that teaches.

A notebook calls :func:`check`, which shows the verdict and never raises. Tests and graders call
:func:`verify`, which returns it.
"""

from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.answer import as_answer
from dlcourse_utils.exercises.engine.feedback import CounterExample, Feedback
from dlcourse_utils.exercises.engine.table import UnknownExercise, exercise_ids, load
from dlcourse_utils.exercises.engine.verdicts import NotStarted, Wrong

__all__ = ["CounterExample", "Feedback", "UnknownExercise", "check", "exercise_ids", "verify"]


_CHECK_INSIDE = (
    "`dl.check` stands inside your function and would run at each call: move it to the left margin."
)
_at_work: list[list[str]] = []  # remarks of each check that is running


def check(exercise: str, answer: Any) -> None:
    """Show a learner whether an answer is right, and if not, the smallest input that shows it.

    Parameters
    ----------
    exercise : str
        Id of the exercise.
    answer : object
        What the exercise asks for, most often a function.

    Examples
    --------
    >>> check("weighted-sum", lambda x, w, b: x @ w + b)
    ✓ weighted-sum: right, on 8 inputs.
      Ask yourself: ...
    """
    if _at_work:  # the learner's function holds the check itself, indented too far
        _at_work[-1][:] = [_CHECK_INSIDE]
        return
    try:
        feedback = verify(exercise, answer)
    except UnknownExercise as problem:
        feedback = Feedback("dl.check", "failed", str(problem), misconception="unknown-exercise")
    except Exception as problem:
        feedback = Feedback(
            str(exercise),
            "failed",
            f"this check stopped with {type(problem).__name__}, and that is the course's mistake. "
            "Go on with the chapter, and please report it.",
            misconception="check-broke",
        )
    _show(feedback)


def verify(exercise: str, answer: Any, *, seed: int = 0) -> Feedback:
    """Return the verdict on an answer. What instructors' tests and graders use.

    Parameters
    ----------
    exercise : str
        Id of the exercise.
    answer : object
        What the exercise asks for, or an `engine.answer.Answer` that stands for it.
    seed : int
        Seed of the fresh cases that are tried besides the fixed small ones.

    Returns
    -------
    Feedback

    Raises
    ------
    UnknownExercise
        A ValueError: there is no such exercise. The message names the ids that are near.

    Examples
    --------
    >>> verify("count-parameters", lambda layer_sizes: 3).misconception
    'constant'
    """
    found = load(exercise)
    remarks: list[str] = []
    _at_work.append(remarks)
    try:
        passed = found.check(as_answer(answer), np.random.default_rng(seed))
    except NotStarted:
        return Feedback(
            exercise, "not-started", "not started. Your answer goes where the `...` stands."
        )
    except Wrong as wrong:
        return Feedback(
            exercise,
            "failed",
            wrong.message,
            counter_example=wrong.counter_example,
            misconception=wrong.misconception,
            notes=(*wrong.notes, *remarks[:1]),
        )
    finally:
        _at_work.pop()
    return Feedback(
        exercise,
        "passed",
        passed.message,
        next_question=found.next_question,
        notes=(*passed.notes, *remarks[:1]),
    )


def _show(feedback: Feedback) -> None:
    try:
        from IPython import get_ipython
    except ImportError:
        print(feedback)
        return
    if get_ipython() is None:
        print(feedback)
        return
    from IPython.display import display

    display(feedback)
