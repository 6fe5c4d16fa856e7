"""Exercises answered with a number, an array or the letter of a choice."""

import numpy as np
import pytest

from dlcourse_utils.exercises.engine import (
    ChoiceExercise,
    NotStarted,
    NumberExercise,
    WrongValue,
)
from dlcourse_utils.exercises.engine.answer import as_answer
from dlcourse_utils.exercises.engine.verdicts import Wrong

LOSS = NumberExercise(
    expected=np.log(2),
    misconceptions=(WrongValue("base-two", 1.0, "That is in bits."),),
)
MATRIX = NumberExercise(expected=[[1, 2], [3, 5]], decimals=0)
CURVE = ChoiceExercise(
    expected="b",
    misconceptions=(
        WrongValue("too-fast", "a", "This one falls at once."),
        WrongValue("rises", "c", "This one rises."),
    ),
)


def verdict(exercise, answer):
    try:
        return exercise.check(as_answer(answer), None).message
    except Wrong as wrong:
        return wrong.misconception, wrong.message


@pytest.mark.parametrize("right", [0.69, 0.6931, np.float32(0.693), np.array(0.693)])
def test_a_number_may_be_rounded_as_asked_for(right):
    assert verdict(LOSS, right) == "right."


@pytest.mark.parametrize(
    ("wrong", "reason", "words"),
    [
        (1.0, "base-two", "in bits"),
        (-0.69, "opposite-sign", "the sign is not"),
        (69.3, "percent", "percent"),
        (0.71, "rounded-too-early", "2 decimals"),
        (3.0, None, "Work it out once more"),
        ([0.69, 0.31], "wrong-shape", "one number"),
        (float("nan"), "not-finite", "NaN"),
        (None, "wrong-type", "None"),
        ("0.69", "wrong-type", "a string"),
        (lambda: 0.69, "wrong-type", "what it returns"),
    ],
)
def test_a_wrong_number_gets_its_reason_and_never_the_right_one(wrong, reason, words):
    got, message = verdict(LOSS, wrong)
    assert got == reason and words in message and "0.69" not in message


@pytest.mark.parametrize(
    "right", [[[1, 2], [3, 5]], ((1, 2), (3, 5)), np.array([[1.0, 2], [3, 5]])]
)
def test_a_small_array_comes_as_a_list_or_an_array(right):
    assert verdict(MATRIX, right) == "right."


@pytest.mark.parametrize(
    ("wrong", "reason", "words"),
    [
        ([[1, 3], [2, 5]], "transposed", "rows and columns"),
        ([[2, 1], [3, 5]], "order", "order is not"),
        ([[1, 2], [3, 4]], None, "3 of 4 numbers"),
        ([1, 2, 3, 5], "wrong-shape", "(2, 2)"),
    ],
)
def test_a_wrong_array_gets_its_reason(wrong, reason, words):
    got, message = verdict(MATRIX, wrong)
    assert got == reason and words in message


@pytest.mark.parametrize("right", ["b", "B", " b ", "(b)", "b)"])
def test_a_letter_may_be_written_in_any_way(right):
    assert verdict(CURVE, right) == "right."


@pytest.mark.parametrize(
    ("wrong", "reason", "words"),
    [
        ("a", "too-fast", "falls at once"),
        ("C", "rises", "rises"),
        ("d", "no-choice", '"a", "b" or "c"'),
        (2, "wrong-type", "a number"),
        (None, "wrong-type", "None"),
    ],
)
def test_a_wrong_letter_gets_its_reason(wrong, reason, words):
    got, message = verdict(CURVE, wrong)
    assert got == reason and words in message


@pytest.mark.parametrize("exercise", [LOSS, MATRIX, CURVE])
@pytest.mark.parametrize("starter", [..., [[..., 1], [2, 3]]], ids=["ellipsis", "inside"])
def test_the_starter_is_not_started(exercise, starter):
    with pytest.raises(NotStarted):
        exercise.check(as_answer(starter), None)


@pytest.mark.parametrize("letters", ["ac", "ab", "abb"])
def test_choices_run_from_a_without_a_gap_and_come_once(letters):
    known = tuple(WrongValue("some", letter, "No.") for letter in letters)
    with pytest.raises(ValueError, match="give each letter from a on once"):
        ChoiceExercise(expected="b" if letters != "ac" else "d", misconceptions=known)
