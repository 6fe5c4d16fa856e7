"""Before the first submission: what is known to be right and wrong is graded as it must be."""

import pytest

from dlcourse_teaching import pool, self_test
from dlcourse_teaching.kit import make_kit
from dlcourse_teaching.self_test import NotReady

RIGHT, WRONG = {"status": "passed"}, {"status": "failed", "told": "2 is not 3"}


@pytest.fixture
def kit(assignment):
    return make_kit(assignment, assignment.load())


@pytest.fixture
def graded_as(monkeypatch):
    """Let grading give each known submission these verdicts; counts how often it was asked."""

    def set_results(verdict_of):
        def results(graders, kit, work, options):
            asked.append(set(work))
            for name in work:
                verdicts = {id: verdict_of(name, id) for id in kit["exercises"]}
                yield name, {"status": "graded", "verdicts": verdicts}

        asked = []
        monkeypatch.setattr(pool, "results", results)
        return asked

    return set_results


def is_solution(name):
    return name == "the worked solutions"


def test_it_is_done_once_and_again_when_something_changed(assignment, kit, graded_as):
    asked = graded_as(lambda name, id: RIGHT if is_solution(name) else WRONG)
    for options, done in (({}, True), ({}, False), ({"limits": 1}, True)):
        assert self_test.self_test(assignment, kit, None, options) == done
    assert len(asked) == 2 and all(len(names) >= 12 for names in asked)


def test_a_solution_without_its_marks_stops_the_run_and_says_why(assignment, kit, graded_as):
    graded_as(lambda name, id: WRONG if id == "count-updates" else RIGHT)
    with pytest.raises(NotReady, match="count-updates: 2 is not 3"):
        self_test.self_test(assignment, kit, None, {})


def test_a_wrong_answer_with_marks_stops_the_run(assignment, kit, graded_as):
    graded_as(lambda name, id: WRONG if "chance" in name and id != "count-updates" else RIGHT)
    with pytest.raises(NotReady, match="starters got points"):
        self_test.self_test(assignment, kit, None, {})


def test_the_wrong_answers_are_code_of_the_right_shape(assignment, kit):
    for name, notebooks in self_test.known_work(assignment, kit).items():
        text = b"".join(notebooks.values()).decode()
        assert ("2 * error * x" in text) == is_solution(name)
        assert "def slope(w, x, y)" in text
