"""An exercise with a check of its own: an open task, a model, an array."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.verdicts import Passed


@dataclass(frozen=True, kw_only=True)
class OpenExercise:
    """An exercise whose check is written by hand.

    Parameters
    ----------
    check : callable
        ``check(answer, rng)`` takes an `Answer` and a random generator for fresh cases. It returns
        Passed, or raises Wrong or NotStarted.
    answer : {"function", "data", "model"}
        What a learner hands in, and so which operations of `Answer` the check needs: a function is
        called (``call``, ``signature``, …), data is read (``data``), a trained Keras model is
        described and run (``model``, ``predict``).
    next_question : str, optional
        What to ask oneself after passing.
    """

    check: Callable[[Answer, np.random.Generator], Passed]
    answer: Literal["function", "data", "model"] = "function"
    next_question: str | None = None
