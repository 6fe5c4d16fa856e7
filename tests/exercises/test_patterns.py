"""What can go wrong in any exercise is named, and only what is so."""

import numpy as np
import pytest

from dlcourse_utils.exercises.engine import FunctionExercise, Returns, Wrong
from dlcourse_utils.exercises.engine.answer import LocalAnswer


def reason(answer, expected, cases, parameters=("x",), kind="number"):
    """Return the id and the words that this answer gets."""
    exercise = FunctionExercise(
        parameters=parameters, expected=expected, cases=cases, returns=Returns(kind)
    )
    with pytest.raises(Wrong) as raised:
        exercise.check(LocalAnswer(answer), np.random.default_rng(0))
    return raised.value.misconception, raised.value.message


def rows(*rows):
    return [(np.array(row, dtype=float),) for row in rows]


VECTORS = rows([2], [1, 5], [3, 4, 8], [2, 7, 1, 9])
PAIRS = [(x, 2 * x[::-1] + 1) for (x,) in VECTORS]
MATRICES = [
    (np.arange(1.0, 1 + height * width).reshape(height, width) ** 2,)
    for height, width in ((1, 1), (2, 2), (3, 3), (1, 3), (2, 4), (4, 2), (5, 3))
]


def first_returned(x):
    total = 0
    for number in x:
        total += number**2
        return total


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda x: sum(x[:1] ** 2), "first-only"),
        (lambda x: x[-1] ** 2, "last-only"),
        (lambda x: sum(x[1:] ** 2), "first-left-out"),
        (lambda x: sum(x[:-1] ** 2), "last-left-out"),
        (first_returned, "first-only"),
    ],
)
def test_an_input_used_in_part(answer, found):
    assert reason(answer, lambda x: np.sum(x**2), VECTORS)[0] == found


def test_a_loop_that_returns_in_its_first_turn_and_is_once_not_entered():
    cases = [([],), ([1.0, 2.0],), ([3.0, 5.0],)]
    assert reason(first_returned, lambda x: float(sum(v**2 for v in x)), cases)[0] == "first-only"


def test_two_inputs_used_in_part_are_both_named():
    found, words = reason(lambda x, y: x[1:] @ y[1:], np.dot, PAIRS, ("x", "y"))
    assert found == "first-left-out" and "`x` and `y`" in words


def test_an_argument_without_influence_is_named():
    found, words = reason(lambda x, y: np.sum(x), lambda x, y: x.sum() * y[0], PAIRS, ("x", "y"))
    assert found == "ignored-argument" and "`y`" in words


@pytest.mark.parametrize(
    ("answer", "expected", "cases"),
    [
        # On one number by itself this is constant.
        (lambda x: np.exp(x - np.max(x)), np.exp, VECTORS),
        (lambda x: x - x[0], lambda x: 2 * x, VECTORS),
        # It matters for large ones only.
        (lambda x: np.maximum(x, 6), lambda x: x + 1, VECTORS),
    ],
)
def test_an_argument_that_matters_in_some_cases_is_never_called_ignored(answer, expected, cases):
    assert reason(answer, expected, cases, kind="array")[0] != "ignored-argument"


def test_a_number_that_matters_beyond_a_limit_is_never_called_ignored():
    cases = [(10.0, 4.0), (6.0, 2.0), (8.0, 1.0), (9.0, 3.0)]
    answer = lambda a, b: a if a > b / 3 else a / b  # noqa: E731
    assert reason(answer, lambda a, b: a / b, cases, ("a", "b"))[0] != "ignored-argument"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda x: np.sqrt(np.sum(x**2) / 2), "one-length-only"),
        (lambda x: np.sum(np.abs(x)), "one-number-only"),
    ],
)
def test_right_for_one_length_only(answer, found):
    cases = rows([2], [3], [1, 5], [4, 3], [3, 4, 8], [2, 7, 1, 9])
    assert reason(answer, lambda x: np.sqrt(np.mean(x**2)), cases)[0] in found


def test_right_for_one_length_of_the_result_only():
    cases = [([0, 1],), ([1, 1, 0],), ([2, 0, 1, 1],), ([0, 1, 2, 3, 3],)]
    answer = lambda x: np.bincount(x) / 2  # noqa: E731
    found = reason(answer, lambda x: np.bincount(x) / len(set(x)), cases, kind="array")
    assert found[0] == "one-length-only" and "2" in found[1]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (lambda x: x[: min(x.shape), : min(x.shape)].sum(), "square-only"),
        (lambda x: x[: x.shape[1]].sum(), "wide-only"),
        (lambda x: x[:, : len(x)].sum(), "tall-only"),
    ],
)
def test_right_for_one_form_only(answer, found):
    assert reason(answer, np.sum, MATRICES)[0] == found


def test_a_form_that_is_not_the_reason_is_not_named():
    """Right on the squares among the cases, which are small, and wrong on a larger square."""
    cases = [case for case in MATRICES if case[0].shape != (3, 3)] + [(np.ones((3, 5)),)]
    answer = lambda x: x.sum() if x.size in (1, 4) else x.size - x.max()  # noqa: E731
    assert reason(answer, np.sum, cases)[0] != "square-only"


def test_right_for_one_value_only():
    cases = [(a, b) for a in (3.0, 5.0) for b in (1.0, 2.0, 4.0)]
    found, words = reason(lambda a, b: a * b**2, lambda a, b: a * b, cases, ("a", "b"))
    assert found == "one-value-only" and "`b` is 1" in words


def test_right_for_one_value_and_on_one_branch():
    cases = [(-3.0, 1.0), (-5.0, 2.0), (3.0, 1.0), (5.0, 1.0), (7.0, 2.0), (9.0, 4.0), (-2.0, 4.0)]
    answer = lambda a, b: a * b if a < 0 else a  # noqa: E731
    found, words = reason(answer, lambda a, b: a * b, cases, ("a", "b"))
    assert found == "one-value-only" and "`b` is 1" in words


@pytest.mark.parametrize(
    ("place", "found", "words"),
    [
        (np.s_[:-1], "last-unfilled", "last row of"),
        (np.s_[:, 1:], "first-unfilled", "first column of"),
        (np.s_[:-1, :-1], "last-unfilled", "last row and the last column of"),
    ],
)
def test_places_at_the_end_stay_at_0(place, found, words):
    def answer(x):
        made = np.zeros_like(x)
        made[place] = 2 * x[place]
        return made

    reason_found, message = reason(answer, lambda x: 2 * x, MATRICES, kind="array")
    assert reason_found == found and words in message


def test_the_last_of_several_numbers_stays_at_0():
    answer = lambda x: np.append(x[:-1] ** 2, 0)  # noqa: E731
    assert reason(answer, np.square, VECTORS, kind="array")[0] == "last-unfilled"


def test_the_same_numbers_in_another_order():
    cases = rows([3, 1, 2], [5, 9, 7, 6])
    assert reason(np.sort, lambda x: x + 0, cases, kind="array")[0] == "other-order"


def test_whole_number_division_of_decimals():
    """93.6 / 1.3 is 72.0, and 93.6 // 1.3 is 71.0."""
    cases = [(93.6, 1.3), (7.0, 2.0), (9.0, 4.0)]
    found = reason(lambda a, b: a // b, lambda a, b: a / b, cases, ("a", "b"))[0]
    assert found == "decimals-cut"


def softplus(x):
    return np.logaddexp(0, x)


@pytest.mark.parametrize(
    ("answer", "side"),
    [
        (lambda x: np.log(1 + np.exp(x)), "above"),
        (lambda x: x + np.log(1 + np.exp(-x)), "below"),
    ],
)
def test_an_exponential_that_overflows_on_one_side(answer, side):
    cases = rows([0.5, -1], [3, 2], [1000, 1], [-1000, 2])
    found, words = reason(answer, softplus, cases, kind="array")
    assert found == "overflow" and f"far {side} 0" in words
