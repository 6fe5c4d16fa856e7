"""What a check must stand, whatever a learner's code does."""

import builtins
import math
import os
import signal
import sys
import time
from functools import partial
from statistics import fmean as middle  # a library's function under another name

import numpy as np
import pytest

import dlcourse_utils as dl
from dlcourse_utils.exercises import verify
from dlcourse_utils.exercises.engine import time_limit
from dlcourse_utils.exercises.engine.answer import LocalAnswer
from dlcourse_utils.exercises.engine.names import used_names


@pytest.fixture
def short_limit(monkeypatch):
    monkeypatch.setattr(time_limit, "SECONDS", 0.3)


# 1. `dl.check` left inside the function


def test_a_check_inside_the_function_shows_one_verdict_and_says_where_it_stands(capsys):
    def weighted_sum(x, w, b):
        dl.check("weighted-sum", weighted_sum)
        return x @ w + b

    weighted_sum(np.ones(2), np.ones(2), 0.0)
    shown = capsys.readouterr().out
    assert shown.count("weighted-sum:") == 1 and shown.startswith("✓")
    assert "`dl.check` stands inside your function" in shown.replace("\n  ", " ")


def test_a_check_inside_the_function_does_not_hide_what_is_wrong(capsys):
    def weighted_sum(x, w, b):
        for _ in range(1000):
            dl.check("weighted-sum", weighted_sum)
        return x @ w

    dl.check("weighted-sum", weighted_sum)
    shown = capsys.readouterr().out.replace("\n  ", " ")
    assert "The bias is missing" in shown and "move it to the left margin" in shown
    assert len(shown) < 1000


# 2. Much that could be shown


@pytest.mark.parametrize(
    "much",
    [
        np.ones(10**6), [1.0] * 10**6, [[1, 2]] * 10**5, tuple(range(10**5)), "long " * 10**6,
        10**4000, {n: n for n in range(10**5)}, ["text"] * 10**5, np.ones((1000, 1000), bool),
        np.full(10**5, np.nan), np.full(10**5, 1j), [[1]] * 10**5 + [2], np.zeros((0, 3)),
    ],
    ids=lambda much: type(much).__name__,
)  # fmt: skip
def test_feedback_is_short_and_quick_whatever_comes_back(much):
    for exercise, count in (("weighted-sum", 3), ("fold-layers", 4), ("edge-kernel", None)):
        answer = much if count is None else eval(f"lambda {', '.join('abcd'[:count])}: much",
                                                  {"much": much})  # fmt: skip
        start = time.thread_time()
        feedback = verify(exercise, answer)
        assert not feedback.passed
        assert max(len(str(feedback)), len(feedback._repr_html_()) / 2) < 2500
        assert time.thread_time() - start < 10


def test_long_names_defaults_errors_and_prints_are_cut():
    def wordy(x, w, b=[0] * 10**5, c=0, *, d):  # noqa: B006
        return 0

    assert len(str(verify("weighted-sum", wordy))) < 1000

    def shouts(x, w, b):
        print("x" * 10**6)
        raise ValueError("y" * 10**6)

    assert len(str(verify("weighted-sum", shouts))) < 1000


# 4. Time and memory beyond the call itself


class LoopingArray:
    def __array__(self, dtype=None, copy=None):
        while True:
            pass


class EndlessSequence:
    def __len__(self):
        return 10**9

    def __getitem__(self, place):
        return 0.0


@pytest.mark.parametrize("make", [LoopingArray, EndlessSequence])
def test_what_is_read_from_a_result_is_limited_too(make, short_limit):
    start = time.thread_time()
    assert not verify("weighted-sum", lambda x, w, b: make()).passed
    assert not verify("edge-kernel", make()).passed
    assert time.thread_time() - start < 5


def test_an_array_larger_than_the_memory_is_not_made():
    feedback = verify("weighted-sum", lambda x, w, b: np.broadcast_to(1.0, 10**10))
    assert feedback.misconception == "wrong-type" and "millions of numbers" in feedback.message


def test_a_function_that_ignores_interrupts_is_stopped(short_limit):
    before = signal.getsignal(signal.SIGINT)

    def deaf(x, w, b):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True:
            pass

    assert verify("weighted-sum", deaf).misconception == "too-slow"
    assert signal.getsignal(signal.SIGINT) is before


# 5. Objects that answer anything


class SpeechlessError(Exception):
    def __str__(self):
        raise RuntimeError


class RefusesEverything:
    def __getattr__(self, name):
        raise RuntimeError(name)

    def __call__(self, x, w, b):
        return 0.0


class BrokenCode:
    __code__ = property(lambda self: 1 / 0)
    __name__ = property(lambda self: 1 / 0)
    __signature__ = property(lambda self: 1 / 0)

    def __call__(self, x, w, b):
        return 0.0


def speechless(x, w, b):
    raise SpeechlessError


def holds_itself():
    cyclic = [1]
    cyclic.append(cyclic)
    return cyclic


@pytest.mark.parametrize(
    "answer",
    [
        speechless, RefusesEverything(), BrokenCode(), holds_itself(),
        lambda x, w, b: holds_itself(), lambda x, w, b: 10**5000,
        lambda x, w, b: RefusesEverything(),
        lambda x, w, b: BrokenCode, lambda x, w, b: (n for n in range(3)), lambda x, w, b: {1: {2}},
        lambda x, w, b: np.array([None, ...]), lambda x, w, b: memoryview(b"12"),
        lambda x, w, b: np.ma.masked_all(3), lambda x, w, b: np.array("text"), partial(max, 1),
    ],
    ids=lambda answer: getattr(type(answer), "__name__", "odd"),
)  # fmt: skip
def test_no_object_is_the_courses_mistake(answer, capsys):
    for exercise in ("weighted-sum", "edge-kernel", "tiny-cnn", "small-data", "training-plan",
                     "mini-batches", "better-baseline"):  # fmt: skip
        dl.check(exercise, answer)
        shown = capsys.readouterr().out
        assert "the course's mistake" not in shown.replace("\n  ", " "), shown


# 6. What an answer changes


def test_what_an_answer_changes_is_put_back(tmp_path):
    def ruins(x, w, b):
        np.allclose = lambda *given, **more: True
        np.linalg.norm = math.sqrt = builtins.sum = None
        np.set_printoptions(precision=1)
        sys.setrecursionlimit(400)
        os.chdir(tmp_path)
        return 0.0

    before = (np.allclose, np.linalg.norm, math.sqrt, builtins.sum, sys.getrecursionlimit(),
              os.getcwd(), np.get_printoptions())  # fmt: skip
    assert verify("weighted-sum", ruins).misconception == "constant"
    after = (np.allclose, np.linalg.norm, math.sqrt, builtins.sum, sys.getrecursionlimit(),
             os.getcwd(), np.get_printoptions())  # fmt: skip
    assert before == after
    assert verify("dense-flops", lambda *sizes: 0).status == "failed"


# 7. A line `...` that was left behind


def test_a_line_of_dots_after_real_code_is_no_starter():
    def forgets_return(x, w, b):
        z = x @ w + b  # noqa: F841
        ...

    assert verify("weighted-sum", forgets_return).misconception == "returned-nothing"

    def wrong(x, w, b):
        return x @ w
        ...

    assert verify("weighted-sum", wrong).misconception == "missing-bias"

    def right(x, w, b):
        ...
        return x @ w + b

    assert verify("weighted-sum", right).passed


# Libraries


def through_a_helper(values):
    return middle(values)


def test_a_librarys_function_is_known_under_any_name():
    from scipy.signal import correlate2d as slide

    assert "correlate2d" in used_names(lambda image, kernel: slide(image, kernel, "valid"))
    assert "correlate2d" not in used_names(lambda image: image.slide)
    assert "fmean" in used_names(through_a_helper)
    assert "fmean" in used_names(lambda z: through_a_helper(z))
    assert "fmean" in used_names(partial(through_a_helper, [1]))

    def inside(z):
        from statistics import fmean as hidden

        return hidden(z)

    assert "fmean" in used_names(inside)


def fmean(values):
    return sum(values) / len(values)


def test_a_helper_of_ones_own_may_bear_any_name():
    assert used_names(lambda z: fmean(z)) == {"sum", "len"}


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("leaky-relu", lambda ops: lambda z, slope=0.2: ops.where(z > 0, z, slope * z)),
        ("safe-sigmoid", lambda ops: lambda z: 0.5 * (1 + ops.tanh(z / 2))),
        (
            "safe-softmax",
            lambda ops: (
                lambda Z: (
                    ops.exp(Z - ops.max(Z, axis=1, keepdims=True))
                    / ops.sum(ops.exp(Z - ops.max(Z, axis=1, keepdims=True)), axis=1, keepdims=True)
                )
            ),
        ),
        (
            "swish-gradient",
            lambda ops: lambda z: ops.sigmoid(z) * (1 + z * (1 - ops.sigmoid(z))),
        ),
    ],
)
def test_elementary_functions_of_a_library_are_allowed(exercise, answer):
    keras = pytest.importorskip("keras")
    assert verify(exercise, answer(keras.ops)).passed


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [
        ("leaky-relu", lambda keras: lambda z, slope=0.2: keras.ops.leaky_relu(z, slope),
         "leaky_relu"),
        ("safe-sigmoid", lambda keras: lambda z: keras.ops.sigmoid(z), "sigmoid"),
        ("safe-softmax", lambda keras: lambda Z: keras.ops.softmax(Z), "softmax"),
    ],
)  # fmt: skip
def test_the_librarys_own_answer_is_not_and_is_named(exercise, answer, name):
    keras = pytest.importorskip("keras")
    feedback = verify(exercise, answer(keras))
    assert feedback.misconception == "library-call" and f"`{name}`" in feedback.message


def test_every_ban_is_said_with_the_first_one():
    from scipy.signal import correlate2d

    feedback = verify("convolve", lambda image, kernel: correlate2d(image, kernel, "valid"))
    assert feedback.misconception == "library-call"
    assert "`convolve`" in feedback.message and "`Conv2D`" in feedback.message


def test_an_overflow_is_heard_also_where_it_is_silenced():
    def silenced(z):
        with np.errstate(all="ignore"):
            return 1 / (1 + np.exp(-z))

    assert verify("safe-sigmoid", silenced).misconception == "overflow-on-the-way"
    assert np.errstate is type(np.errstate())


def test_a_call_gives_plain_data():
    keras = pytest.importorskip("keras")
    made = LocalAnswer(lambda: (keras.ops.ones(2), [keras.Variable([1.0])], {"a": range(2)}))
    value = made.call((), time_limit.Clock()).value
    assert [type(value[0]), type(value[1][0]), value[2]] == [np.ndarray, np.ndarray, {"a": [0, 1]}]
