"""Quiz files hold what they must; a wrong one is refused with words that say what to mend."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

import dlcourse_utils as dl
from dlcourse_utils import quizzes
from dlcourse_utils.quizzes.schema import validate

HERE = Path(__file__).parent
EXAMPLE = yaml.safe_load((HERE / "every-feature.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", quizzes.names())
def test_every_quiz_of_the_course_is_valid(name):
    quiz = quizzes.load(name)
    assert 4 <= len(quiz["questions"]) <= 6


@pytest.mark.parametrize("name", quizzes.names())
def test_the_place_of_the_right_answer_gives_nothing_away(name):
    choices = [q["answers"] for q in quizzes.load(name)["questions"] if q["kind"] == "choice"]
    places = [[answer["correct"] for answer in answers].index(True) for answers in choices]
    assert max(places.count(place) for place in places) <= len(places) / 2


def test_there_is_a_quiz_for_each_chapter_that_has_checks():
    assert {"01-neurons", "06-cnn-mnist"} <= set(quizzes.names())


def test_every_feature_is_read_and_defaults_are_filled_in():
    quiz = quizzes.load("every-feature", folder=HERE)
    turn, predict, count, sigmoid = quiz["questions"]
    assert quiz["title"] == "Quiz: every feature"
    assert [answer["correct"] for answer in turn["answers"]] == [True, False, False]
    assert "code" not in turn and predict["code"].splitlines()[1] == "print(w @ x)"
    assert (count["answer"], count["tolerance"], count["unit"]) == (55, 0, "parameters")
    assert [wrong["value"] for wrong in count["wrong"]] == [50, 60]
    assert sigmoid["tolerance"] == 0.005 and "unit" not in sigmoid and "wrong" not in sigmoid


def change(*path_and_value):
    *path, last, value = path_and_value

    def apply(content):
        for key in path:
            content = content[key]
        content[last] = value

    return apply


def remove(*path):
    *path, last = path

    def apply(content):
        for key in path:
            content = content[key]
        del content[last]

    return apply


CHOICE, NUMBER = ("questions", 0), ("questions", 2)


@pytest.mark.parametrize(
    ("alter", "words"),
    [
        (remove("questions", 0), "questions must be 4 to 6, not 3"),
        (change("questions", "none"), "questions must be a list"),
        (change("question", []), "unknown field question"),
        (change(*CHOICE, "id", "Bias moves"), 'the id "Bias moves" may hold'),
        (change(*CHOICE, "id", "count-parameters"), 'two questions have the id "count-parameters"'),
        (change(*CHOICE, "kind", "multiple"), "kind must be choice or number, not 'multiple'"),
        (change(*CHOICE, "text", True), "text must be text, not True; put it in quotes"),
        (change(*CHOICE, "text", " "), "text is empty"),
        (remove(*CHOICE, "text"), "text is missing"),
        (change(*CHOICE, "answer", 3), "unknown field answer"),
        (change(*CHOICE, "answers", 1, "correct", True), "exactly one answer must have correct"),
        (remove(*CHOICE, "answers", 0, "correct"), "exactly one answer must have correct"),
        (change(*CHOICE, "answers", 1, "correct", "no"), "correct must be true or false"),
        (remove(*CHOICE, "answers", 2, "feedback"), "answer 3: feedback is missing"),
        (
            change(
                *CHOICE, "answers", 1, "feedback", EXAMPLE["questions"][0]["answers"][2]["feedback"]
            ),
            "two wrong answers' feedback are the same",
        ),
        (change(*CHOICE, "answers", 1, "text", "Nothing"), "two answers are the same"),
        (change(*CHOICE, "answers", []), "answers must be 2 to 6, not 0"),
        (change(*NUMBER, "answer", "55"), "answer must be a number, not '55'"),
        (change(*NUMBER, "tolerance", -1), "tolerance must not be negative"),
        (change(*NUMBER, "wrong", 0, "value", 55), "wrong number 1: 55 counts as right"),
        (change(*NUMBER, "wrong", 0, "value", 60), "two wrong numbers are the same"),
        (remove(*NUMBER, "feedback_wrong"), "feedback_wrong is missing"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_mend(alter, words):
    content = deepcopy(EXAMPLE)
    alter(content)
    with pytest.raises(ValueError) as refused:
        validate(content, "01-example.yaml")
    assert words in str(refused.value)
    assert str(refused.value).startswith("01-example.yaml")


def test_errors_name_the_question():
    content = deepcopy(EXAMPLE)
    content["questions"][2]["tolerance"] = -1
    with pytest.raises(ValueError, match=r'question 3 \("count-parameters"\)'):
        validate(content, "01-example.yaml")


@pytest.mark.parametrize("content", [None, [], "text"])
def test_a_file_that_holds_no_quiz_is_refused(content):
    with pytest.raises(ValueError, match="expected `name: value` lines"):
        validate(content, "01-example.yaml")


def test_a_file_that_is_no_yaml_is_refused(tmp_path):
    (tmp_path / "broken.yaml").write_text("questions: [", encoding="utf-8")
    with pytest.raises(ValueError, match="broken.yaml is not YAML"):
        quizzes.load("broken", folder=tmp_path)


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(ValueError, match='no quiz "01-neuron".*01-neurons, .*06-cnn-mnist'):
        dl.quiz("01-neuron")


def test_a_quiz_is_handed_to_its_view():
    view = dl.quiz("01-neurons")
    assert len(view.questions) == len(quizzes.load("01-neurons")["questions"])
