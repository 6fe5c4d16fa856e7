"""The open exercise of chapter 10, on answers as learners may hand them in."""

import numpy as np
import pytest
from test_kept_answers import assert_readable

from dlcourse_utils import data
from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.exercises import verify

COUNT = 358  # a quarter of the digits that ship


@pytest.fixture(autouse=True)
def digits_that_ship(monkeypatch):
    digits = default_digits()
    split = (digits["x_train"], digits["y_train"]), (digits["x_test"], digits["y_test"])
    monkeypatch.setattr(data, "load_mnist", lambda **options: split)
    monkeypatch.setattr(data, "is_default", lambda name: True)


def answers(*, wrong):
    """The true digits, so many of them turned into others."""
    digits = default_digits()["y_train"][-COUNT:].astype(int)
    chosen = np.random.default_rng(0).permutation(COUNT)[:wrong]
    digits[chosen] = (digits[chosen] + 3) % 10
    return digits


@pytest.mark.parametrize("convert", [np.asarray, list, np.float32], ids=["ints", "list", "floats"])
def test_good_answers_pass_whatever_their_type(convert):
    feedback = verify("small-data", convert(answers(wrong=15)))
    assert feedback.passed, feedback
    assert "95.8% of 358 validation images right" in feedback.message
    assert feedback.next_question.endswith("?")


def one_hot():
    return np.eye(10)[answers(wrong=15)]


def too_few():
    return answers(wrong=15)[:100]


def a_column():
    return answers(wrong=15)[:, np.newaxis]


def shuffled():
    return np.random.default_rng(1).permutation(answers(wrong=0))


def all_threes():
    return np.full(COUNT, 3)


class Model:
    def predict(self, images):
        return answers(wrong=15)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answers(wrong=60), "low-accuracy"),
        (answers(wrong=0), "too-good"),
        (one_hot(), "probabilities"),
        (too_few(), "wrong-shape"),
        (a_column(), "wrong-shape"),
        (shuffled(), "guessing"),
        (all_threes(), "one-answer"),
        ("0123456789", "wrong-type"),
        (Model(), "wrong-type"),
        (np.full(COUNT, np.nan), "not-finite"),
    ],
    ids=lambda value: value if isinstance(value, str) and "-" in value else "",
)
def test_wrong_answers_are_told_what_is_wrong(answer, reason):
    feedback = verify("small-data", answer)
    assert feedback.status == "failed"
    assert feedback.misconception == reason, feedback
    assert_readable(feedback)


def test_the_starter_is_not_started():
    assert verify("small-data", ...).status == "not-started"
