"""A check sees a learner's object only through an `Answer`, which may live elsewhere."""

import ast
import pickle
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from dlcourse_utils import exercises
from dlcourse_utils.exercises import verify
from dlcourse_utils.exercises.engine.answer import Answer, LocalAnswer, as_answer
from dlcourse_utils.exercises.engine.time_limit import Clock

FOLDER = Path(exercises.__file__).parent
CHECKS = sorted(path for path in FOLDER.glob("*/*.py") if path.parent.name != "engine")


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_no_check_touches_a_learners_object(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert "inspect" not in [name.name for name in node.names]
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("__code__", "__globals__", "__wrapped__", "_answer")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("answer", "getattr", "hasattr"), node.lineno


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_no_private_name_crosses_a_file(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    taken = [
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name.startswith("_")
    ]
    assert taken == []


class Elsewhere(Answer):
    """An answer of which only pickled plain data is seen, as if its process were another."""

    def __init__(self, answer):
        self._local = as_answer(answer)
        self.kind, self.name = self._local.kind, self._local.name

    def is_function(self):
        return self._local.is_function()

    def is_untouched(self):
        return self._local.is_untouched()

    def keeps_placeholder(self):
        return self._local.keeps_placeholder()

    def signature(self):
        return through_a_pipe(self._local.signature())

    def names(self):
        return through_a_pipe(self._local.names())

    def data(self):
        return through_a_pipe(self._local.data())

    def call(self, arguments, clock, **options):
        there = tuple(a if callable(a) else through_a_pipe(a) for a in arguments)
        made = self._local.call(there, clock, **options)
        if options.get("returns_function"):
            return made.with_value(Elsewhere(made.value))
        return made.with_value(through_a_pipe(made.value))

    def model(self):
        return through_a_pipe(self._local.model())

    def predict(self, images):
        return through_a_pipe(self._local.predict(through_a_pipe(images)))


def through_a_pipe(value):
    return pickle.loads(pickle.dumps(value))


def kept_of_every_exercise():
    import test_kept_answers
    from kept import KEPT

    assert test_kept_answers.KEPT is KEPT
    first = {}
    for kept in KEPT:
        first.setdefault((kept.exercise, kept.is_right), kept)
    return list(first.values())


@pytest.mark.parametrize("kept", kept_of_every_exercise(), ids=str)
def test_an_answer_that_lives_elsewhere_gets_the_same_verdict(kept):
    answer = kept.object()
    assert verify(kept.exercise, Elsewhere(answer)) == verify(kept.exercise, answer)


def test_an_answer_stays_the_answer_it_is():
    answer = LocalAnswer(abs)
    assert as_answer(answer) is answer and as_answer(abs).kind == "a function"


@pytest.mark.parametrize(
    ("function", "fits"),
    [
        (lambda a, b: 0, {2}),
        (lambda a, b=1: 0, {1, 2}),
        (lambda a, *b: 0, {1, 2, 3, 50}),
        (lambda a, *, b=1: 0, {1}),
        (lambda a, *, b: 0, set()),
        (lambda: 0, {0}),
    ],
)
def test_how_many_arguments_a_function_takes(function, fits):
    signature = LocalAnswer(function).signature()
    assert {count for count in (0, 1, 2, 3, 50) if signature.accepts(count)} == fits


def test_a_call_tells_what_became_of_the_arguments_and_changes_none():
    state = {}

    def counts(theta, state):
        state["count"] = state.get("count", 0) + 1
        return theta + state["count"]

    made = LocalAnswer(counts).call((1, state), Clock())
    assert (made.value, made.arguments[1], state) == (2, {"count": 1}, {})


@pytest.mark.parametrize(
    ("argument", "change"),
    [
        (np.array([1.0, np.nan]), lambda x: x.fill(0)),
        ([np.ones(2), 1], lambda x: x.append(1)),
        ([np.ones(2), 1], lambda x: x[0].fill(0)),
        ({"m": np.ones(2)}, lambda x: x["m"].fill(0)),
        ({"m": np.ones(2)}, lambda x: x.clear()),
    ],
)
def test_a_change_within_an_argument_is_seen_and_none_is_imagined(argument, change):
    assert LocalAnswer(change).call((argument,), Clock()).changed == (0,)
    assert LocalAnswer(lambda x: None).call((argument,), Clock()).changed == ()


def test_what_a_function_yields_comes_as_a_bounded_list():
    def counts():
        number = 0
        while True:
            yield number
            number += 1

    assert LocalAnswer(counts).call((), Clock(), items=3).value == [0, 1, 2]


def test_where_no_thread_can_be_started_a_check_runs_without_a_limit(monkeypatch):
    """As in WebAssembly, where whoever runs Python stops it."""

    def cannot(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", cannot)
    assert verify("weighted-sum", lambda x, w, b: x @ w + b).passed
    assert verify("weighted-sum", lambda x, w, b: x @ w).misconception == "missing-bias"
    assert verify("weighted-sum", lambda x, w, b: 1 / 0).misconception == "raised"


def test_a_model_is_described_and_run_through_its_answer():
    keras = pytest.importorskip("keras")
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    answer = LocalAnswer(model)
    assert answer.model().built and answer.model().input_shape == (None, 28, 28, 1)
    assert answer.predict(np.zeros((2, 28, 28, 1))).value.shape == (2, 784)
    assert answer.predict(np.zeros((2, 5))).error is not None
    assert LocalAnswer(time).model() is None and LocalAnswer(keras.Sequential).model() is None
