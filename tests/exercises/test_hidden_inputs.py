"""With another seed a check tries other inputs: a table of what students see is worth nothing."""

import pickle
from collections.abc import Callable
from functools import wraps

import numpy as np
import pytest
from site_pages import ROOT

from book.in_page.exercises import page_exercises
from dlcourse_utils.chapter import read_all
from dlcourse_utils.exercises import verify

EXERCISES = {e.id: e for c in read_all(ROOT / "chapters") for e in page_exercises(c) if not e.needs}
# Without inputs of their own: what they return, or how it trains, is what is judged.
WITHOUT_INPUTS = {
    "xor-network", "edge-kernel", "better-features", "own-activation", "own-loss",
    "sigmoid-start", "sixteen-modes", "beat-the-baseline", "own-optimizer", "training-plan",
    "lookup-head", "honest-time",  # its device works for other times
}  # fmt: skip


def inputs(exercise, seed: int) -> set[bytes]:
    """The data that the check calls the worked solution with: neither functions nor generators."""
    names: dict = {}
    exec(exercise.given + "\n" + exercise.solution, names)
    answer, seen = eval(exercise.answer, names), set()

    @wraps(answer)
    def recording(*arguments, **more):
        kinds = (np.random.Generator, Callable)
        plain = [a for a in arguments if not isinstance(a, kinds)]
        seen.add(pickle.dumps((plain, sorted(more))))
        return answer(*arguments, **more)

    assert verify(exercise.id, recording, seed=seed).passed
    return seen


@pytest.mark.parametrize("id", sorted(set(EXERCISES) - WITHOUT_INPUTS))
def test_another_seed_tries_other_inputs(id):
    seen = inputs(EXERCISES[id], 0)
    assert seen
    assert len(inputs(EXERCISES[id], 77) - seen) >= 1
