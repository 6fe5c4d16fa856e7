"""Part of the points: who gets it, and who must not."""

import warnings
from functools import cache

import numpy as np
import pytest
from graders import ROOT

from dlcourse_teaching import partial
from dlcourse_teaching.assignment import assign
from dlcourse_utils.exercises.engine import FunctionExercise
from dlcourse_utils.exercises.engine.answer import as_answer
from dlcourse_utils.exercises.engine.results import same_data
from dlcourse_utils.exercises.engine.table import exercise_ids, load

SEED = 4711
FUNCTIONS = [id for id in exercise_ids() if isinstance(load(id), FunctionExercise)]


def count(id, function):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return partial.count(load(id), as_answer(function), SEED)


@cache
def learned(id):
    """The inputs that everyone can read in the check, and the right results."""
    exercise = load(id)
    cases = partial.all_cases(exercise, 0)
    return cases, [exercise.expected(*case) for case in cases]


def by_heart(id, otherwise):
    cases, results = learned(id)

    def look_up(*given):
        for case, result in zip(cases, results, strict=True):
            if same_data(tuple(case), given):
                return result
        return otherwise(*given)

    return look_up


@pytest.mark.parametrize("id", FUNCTIONS)
def test_what_computes_nothing_gets_nothing(id):
    _, results = learned(id)
    idle = [lambda *a, n=n: n for n in (0, 1, None, [0.5, 0.5], np.zeros(3), "right")]
    idle += [lambda *a, value=value: value for value in results]
    by_chance = [lambda *a: np.random.rand(), lambda *a: np.random.rand() < 0.5]
    given = [lambda *a, i=i: a[i] for i in range(len(load(id).parameters))]
    idle += by_chance + given + [by_heart(id, answer) for answer in by_chance + given + idle[:2]]
    for answer in idle:
        assert count(id, answer).share < partial.FLOOR


@pytest.mark.parametrize("id", FUNCTIONS)
def test_a_right_answer_is_right_on_all(id):
    counted = count(id, load(id).expected)
    assert counted.right == counted.cases > 0


def test_an_answer_that_is_nearly_right_gets_its_share():
    def rounded(image_size, kernel_size, stride=1, padding=0):
        return round((image_size + 2 * padding - kernel_size) / stride) + 1

    counted = count("output-size", rounded)
    assert partial.FLOOR <= counted.share < counted.right / counted.cases < 1


def test_what_is_wrong_for_another_reason_gets_nothing():
    def by_library(logits):
        import scipy.special

        return scipy.special.softmax(logits, axis=-1)

    counted = count("safe-softmax", by_library)
    assert counted.right == counted.cases and counted.share == 0


def test_other_kinds_of_exercise_have_nothing_to_count():
    assert partial.count(load("tiny-cnn"), as_answer(3), SEED) == partial.Counted()


def test_partial_is_chosen_later_too_and_students_are_told(assignment):
    assert "a part of them" not in page(assignment)
    assign(assignment.folder, [], book=ROOT, course="cs101", partial=True)
    assert assignment.load().partial and "a part of them" in page(assignment)
    assign(assignment.folder, [], book=ROOT, course="cs101")
    assert assignment.load().partial, "it stays"
    assign(assignment.folder, [], book=ROOT, course="cs101", partial=False)
    assert "a part of them" not in page(assignment)


def page(assignment):
    return (assignment.step("release") / "05-optimizers.ipynb").read_text()
