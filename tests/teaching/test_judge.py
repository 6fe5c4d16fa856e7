"""An answer judged outside gets the verdict that it gets in the learner's own notebook."""

import generate
import numpy as np
import pytest
from graders import ROOT

from dlcourse_teaching.judge import judge
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.remote_answer import RemoteAnswer
from dlcourse_teaching.sandbox import Limits
from dlcourse_teaching.session import Session, Warm
from dlcourse_utils.chapter import read_all
from dlcourse_utils.exercises.engine.time_limit import Clock
from dlcourse_utils.prerequisite_code import lesson_code, prerequisite_code

EXERCISES = {e.id: (c, e) for c in read_all(ROOT / "chapters") for e in c.exercises}
SEED = 20261130


@pytest.fixture(scope="module")
def warm():
    """Without a sandbox, as any user: where code runs makes no difference to what it computes."""
    made = Warm(Limits(), None, guarded=False, modules=[])
    yield made
    made.close()


@pytest.fixture
def session(warm, tmp_path):
    with Session(warm, 3600.0, str(tmp_path)) as session:
        session.ask("run", 60.0, source="import numpy as np")
        yield session


def run(session, source):
    reply, _ = session.ask("run", 900.0, source=source)
    assert reply["ok"], reply["outputs"]


def given(id):
    """What an assignment gives an exercise of its chapter."""
    chapter, exercise = EXERCISES[id]
    last = next(i for i, cell in enumerate(chapter.cells) if cell.facts.get("exercise") == id)
    return prerequisite_code(
        lesson_code(chapter.cells[:last]), [exercise.starter, exercise.solution]
    )


def is_quick(id):
    _, exercise = EXERCISES[id]
    text = given(id) + exercise.solution
    return not any(word in text for word in ("keras", "dl.", "fit("))


QUICK = [id for id in EXERCISES if is_quick(id)]


def test_most_exercises_are_quick():
    assert len(QUICK) > 0.6 * len(EXERCISES)


@pytest.mark.parametrize("id", QUICK)
def test_the_worked_solution_is_right_and_the_starter_is_not(session, id):
    _, exercise = EXERCISES[id]
    run(session, given(id))
    session.ask("run", 60.0, source=exercise.starter)
    verdict, _ = judge(id, expression=exercise.answer, seed=SEED, session=session)
    assert verdict.status in ("not-started", "missing"), verdict
    run(session, exercise.solution)
    verdict, _ = judge(id, expression=exercise.answer, seed=SEED, session=session)
    assert verdict.status == "passed", verdict


@pytest.fixture(scope="module")
def kept():
    every = {id: exercise.answer for id, (_, exercise) in EXERCISES.items()}
    return {right: generate.sources_of_kept_answers(every, right=right) for right in (True, False)}


@pytest.mark.parametrize("id", QUICK)
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_kept_answers_get_the_same_verdict(session, kept, id, right):
    _, exercise = EXERCISES[id]
    run(session, given(id))
    for source in kept[right].get(id, []):
        session.ask("run", 900.0, source=source)
        verdict, _ = judge(id, expression=exercise.answer, seed=SEED, session=session)
        assert (verdict.status == "passed") == right, f"{verdict}\n{source}"


def answer(session, source, expression="f"):
    run(session, source)
    return RemoteAnswer(session, session.ask("find", 10.0, expression=expression)[0])


def called(session, source, *arguments, **options):
    return answer(session, source).call(arguments, Clock(), **options)


def test_functions_of_the_grader_run_out_here(session):
    calls = []

    def double(x):
        calls.append(x)
        return 2 * x

    made = called(session, "f = lambda g, x: g(g(x))", double, np.arange(3.0))
    assert np.array_equal(made.value, [0, 4, 8]) and len(calls) == 2
    made = called(session, "f = lambda g: g(None)", lambda x: x + 1)
    assert "TypeError" in made.error.message


def test_what_a_call_leaves_is_told(session):
    made = called(session, "def f(x, y):\n    x[0] = 5\n    print('hi')\n    return y",
                  np.zeros(2), [1])  # fmt: skip
    assert made.changed == (0,) and made.returned == 1 and made.printed == "hi\n"
    assert made.arguments[0][0] == 5
    made = called(session, "def f(x):\n    return 1 / x", 0)
    assert (made.error.name, made.error.line_number) == ("ZeroDivisionError", 2)


def test_functions_and_iterators_come_back(session):
    made = called(session, "def f(a):\n    return lambda x: a + x", 3, returns_function=True)
    assert made.value.call((4,), Clock()).value == 7
    made = called(session, "def f():\n    while True:\n        yield 1", items=3)
    assert made.value == [1, 1, 1]


@pytest.mark.parametrize("code", ["while True: pass", "import time\n    time.sleep(1000)"])
def test_a_call_that_does_not_end_is_stopped(session, code):
    clock = Clock()
    clock.spend(9.5)
    assert answer(session, f"def f():\n    {code}").call((), clock).timed_out
    assert called(session, "f = lambda: 1").value == 1, "and the next one is answered"


HANGS_UP = {
    "died": "import os\ndef f():\n    os._exit(0)",
    "tampered": (
        "import os, socket\ndef f():\n    for n in range(3, 50):\n        try:\n"
        "            socket.socket(fileno=os.dup(n)).send(b'x' * 1000)\n"
        "        except OSError:\n            pass"
    ),
}


@pytest.mark.parametrize("kind", HANGS_UP)
def test_an_interpreter_that_is_gone_or_lies_is_called_so(session, kind):
    with pytest.raises(SubmissionProblem) as problem:
        called(session, HANGS_UP[kind])
    assert problem.value.kind == kind


def test_the_inputs_on_which_a_wrong_answer_is_right_are_counted(session):
    head = "def f(a, b, c=1, d=0):\n    return "
    run(session, head + "round((a + 2 * d - b) / c) + 1")
    verdict, _ = judge("output-size", expression="f", seed=SEED, session=session)
    assert verdict.status == "failed" and 0.5 <= verdict.share < 1
    run(session, head + "3")
    verdict, _ = judge("output-size", expression="f", seed=SEED, session=session)
    assert verdict.misconception == "constant" and verdict.share == 0
