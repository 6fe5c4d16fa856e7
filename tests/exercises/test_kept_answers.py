"""Right answers in unusual style pass; plausible wrong ones fail, each for its own reason."""

import re

import answers_activations  # noqa: F401
import answers_backpropagation  # noqa: F401  (fills KEPT)
import answers_cnn_mnist  # noqa: F401
import answers_data_preparation  # noqa: F401
import answers_gans  # noqa: F401
import answers_hardware  # noqa: F401
import answers_losses  # noqa: F401
import answers_neurons  # noqa: F401
import answers_optimizers  # noqa: F401
import answers_project  # noqa: F401
import answers_regularization  # noqa: F401
import answers_rnn_lstm  # noqa: F401
import answers_transfer_learning  # noqa: F401
import answers_transformers  # noqa: F401
import pytest
from kept import KEPT

from dlcourse_utils import exercises

# Their answers are kept in tests of their own: models, or digits read from certain images.
ELSEWHERE = {"tiny-cnn", "small-data", "twenty-labels"}


@pytest.mark.parametrize("kept", [k for k in KEPT if k.is_right], ids=str)
@pytest.mark.parametrize("seed", [0, 1])
def test_right_answers_pass(kept, seed):
    feedback = exercises.verify(kept.exercise, kept.object(), seed=seed)
    assert feedback.passed, f"{kept}\n{feedback}"
    assert feedback.misconception is None and feedback.counter_example is None
    assert feedback.next_question.endswith(("?", ".")), "what to ask oneself next"


@pytest.mark.parametrize("kept", [k for k in KEPT if not k.is_right], ids=str)
@pytest.mark.parametrize("seed", [0, 1])
def test_wrong_answers_fail_for_their_reason(kept, seed):
    feedback = exercises.verify(kept.exercise, kept.object(), seed=seed)
    assert feedback.status == "failed", f"{kept}\n{feedback}"
    assert feedback.misconception == kept.reason, f"{kept}\n{feedback}"
    assert_readable(feedback)


def assert_readable(feedback):
    text = str(feedback)
    lines = text.splitlines()
    assert len(lines) < 16, text
    assert max(map(len, lines)) <= 100, text
    assert not re.search(r"<\w+ object|<function|array\(|np\.float64|dtype=", text), text
    if feedback.counter_example is not None:
        assert "expected  " in text and "got  " in text
        assert feedback.counter_example.expected != feedback.counter_example.got
    assert feedback.message.rstrip(")").endswith((".", "?")), text


@pytest.mark.parametrize("exercise", sorted(set(exercises.exercise_ids()) - ELSEWHERE))
def test_every_exercise_keeps_right_and_wrong_answers(exercise):
    of_exercise = [kept for kept in KEPT if kept.exercise == exercise]
    assert sum(kept.is_right for kept in of_exercise) >= 2
    assert len({kept.reason for kept in of_exercise if not kept.is_right}) >= 3


def test_kept_answers_are_for_exercises_that_exist():
    assert {kept.exercise for kept in KEPT} | ELSEWHERE == set(exercises.exercise_ids())
