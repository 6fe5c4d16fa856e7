"""The quiz in the browser: answers, reasons, score, memory; text that cannot become HTML."""

import json

import pytest

from dlcourse_utils.explore import QuizView

QUESTIONS = [
    {
        "id": "bias",
        "kind": "choice",
        "text": "What does a **larger** bias do to `w·x + b = 0`, *geometrically*?\n\nSay why.",
        "code": "w = [1, 2]\nprint(w)\n",
        "answers": [
            {"text": "It turns the line", "feedback": "That would take another `w`."},
            {"text": "It moves the line", "correct": True, "feedback": "Its direction is `w`'s."},
            {"text": "<img src=x onerror=alert(1)>", "feedback": "<script>alert(2)</script>"},
        ],
    },
    {
        "id": "count",
        "kind": "number",
        "text": "Parameters of 784–64–10, where $y = \\mathbf{W}x$?",
        "answer": 50890,
        "tolerance": 0.5,
        "unit": "parameters",
        "feedback_right": "With biases.",
        "feedback_wrong": "One weight per input, one bias per unit.",
        "wrong": [{"value": 50816, "feedback": "You forgot the biases."}],
    },
]
KEY = "dlcourse.quiz.demo"


def quiz(**options) -> QuizView:
    return QuizView("demo", QUESTIONS, **options)


def check(page, index: int) -> str:
    page.get_by_role("button", name="Check").nth(index).click()
    return page.get_by_role("status").nth(index).inner_text()


def sentence(page) -> str:
    return page.locator(".dl-live").inner_text()


def test_every_answer_gets_its_own_reason(show):
    page = show(quiz())
    page.get_by_label("It turns the line").check()
    assert check(page, 0) == "✗ Not yet. That would take another w."
    page.get_by_label("It moves the line").check()
    assert check(page, 0) == "✓ Right. Its direction is w's."
    number = page.get_by_label("Your answer")
    for given, reason in [
        ("50816", "✗ Not yet. You forgot the biases."),
        ("7", "✗ Not yet. One weight per input, one bias per unit."),
        ("50891", "✗ Not yet. One weight per input, one bias per unit."),
        ("50890.4", "✓ Right. With biases."),
        ("5.089e4", "✓ Right. With biases."),
    ]:
        number.fill(given)
        assert check(page, 1) == reason


def test_the_score_follows_and_python_hears_of_it(show):
    page = show(quiz())
    assert sentence(page) == "No answer checked yet."
    page.get_by_label("It turns the line").check()
    check(page, 0)
    assert sentence(page) == "0 of 2 right, 1 to go."
    page.get_by_label("It moves the line").check()
    check(page, 0)
    page.get_by_label("Your answer").fill("50890")
    check(page, 1)
    assert sentence(page) == "✓ 2 of 2 right."
    assert page.evaluate("model.get('score')") == 2
    assert page.evaluate("model.get('answers')") == {"bias": "It moves the line", "count": 50890}


def test_the_heading_and_the_number_of_questions_are_said_once(show):
    view = quiz()
    page = show(view)
    assert page.get_by_role("group", name=view.title).count() == 1  # for screen readers
    assert page.get_by_text(view.title, exact=True).count() == 0  # the page has its heading
    assert page.get_by_text("2 questions").count() == 1  # the caption


def test_one_question_is_not_called_questions():
    assert quiz().caption.startswith("2 questions;")
    assert QuizView("demo", QUESTIONS[:1]).caption.startswith("One question;")


def test_without_an_answer_there_is_no_verdict(show):
    page = show(quiz())
    assert check(page, 0) == "Choose an answer first."
    assert check(page, 1) == "Type a number first."
    assert sentence(page) == "No answer checked yet."


def test_by_keyboard_alone(show):
    page = show(quiz())
    page.get_by_label("It turns the line").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sentence(page) == "1 of 2 right, 1 to go."
    page.get_by_label("Your answer").focus()
    page.keyboard.type("50890")
    page.keyboard.press("Enter")
    assert sentence(page) == "✓ 2 of 2 right."


def test_text_is_text(show):
    page = show(quiz())
    assert page.locator("main img, main .dl-frame script").count() == 0
    page.get_by_label("<img src=x onerror=alert(1)>").check()
    assert check(page, 0) == "✗ Not yet. <script>alert(2)</script>"
    legend = page.locator("legend").first
    assert legend.locator("strong").inner_text() == "larger"
    assert legend.locator("em").inner_text() == "geometrically"
    assert legend.locator("code").inner_text() == "w·x + b = 0"
    assert legend.locator(".dl-quiz-paragraph").count() == 2
    assert page.locator("pre").inner_text() == "w = [1, 2]\nprint(w)"
    assert page.locator("legend").nth(1).locator("code").inner_text() == "y = \\mathbf{W}x"


def test_mathematics_is_typeset_where_the_page_can(show):
    page = show(quiz())
    page.add_init_script("""window.MathJax = { typesetPromise: async ([element]) => {
      for (const part of element.querySelectorAll(".math")) part.dataset.set = part.textContent;
    } };""")
    page.reload()
    page.wait_for_selector(".dl-frame")
    mathematics = page.locator("legend").nth(1).locator(".math")
    assert mathematics.get_attribute("data-set") == "\\(y = \\mathbf{W}x\\)"


def test_the_browser_remembers_and_try_again_forgets(show):
    page = show(quiz())
    page.get_by_label("It moves the line").check()
    check(page, 0)
    page.reload()
    page.wait_for_selector(".dl-frame")
    assert page.get_by_label("It moves the line").is_checked()
    assert sentence(page) == "1 of 2 right, 1 to go."
    assert "Right" in page.get_by_role("status").first.inner_text()
    page.get_by_role("button", name="Try again").click()
    assert sentence(page) == "No answer checked yet."
    assert not page.get_by_label("It moves the line").is_checked()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None


def test_outside_the_website_nothing_is_kept(show):
    page = show(quiz(), in_page=False)
    page.get_by_label("It moves the line").check()
    check(page, 0)
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None


@pytest.mark.parametrize(
    "kept",
    [
        "{not json",
        "null",
        "[1, 2]",
        '"text"',
        json.dumps({"bias": "An answer that was taken out", "count": "50890", "gone": 1}),
        json.dumps({"bias": 3, "count": None}),
    ],
)
def test_what_the_browser_kept_may_be_anything(show, kept):
    page = show(quiz())
    page.evaluate("([key, value]) => localStorage.setItem(key, value)", [KEY, kept])
    page.reload()
    page.wait_for_selector(".dl-frame")
    assert sentence(page) == "No answer checked yet."


def test_works_where_storage_is_switched_off(show):
    page = show(quiz())
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })"
    )
    page.reload()
    page.wait_for_selector(".dl-frame")
    page.get_by_label("It moves the line").check()
    assert check(page, 0).startswith("✓ Right.")


def test_native_controls_in_a_fieldset_with_a_legend(show):
    page = show(quiz())
    assert page.locator("fieldset > legend").count() == 2
    group = page.get_by_role("group", name="What does a larger bias do")
    assert group.get_by_role("radio").count() == 3


def test_an_answer_is_a_touch_target_and_a_verdict_can_be_read(show, axe):
    page = show(quiz(), width=360, dark=True)
    for answer in page.locator(".dl-quiz-answer").all():
        assert answer.bounding_box()["height"] >= 40
    page.get_by_label("It turns the line").check()
    check(page, 0)
    page.get_by_label("Your answer").fill("50890")
    check(page, 1)
    assert axe(page) == []


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="no questions"):
        QuizView("empty", [])
    with pytest.raises(ValueError, match="id of its own"):
        QuizView("twice", [QUESTIONS[0], QUESTIONS[0]])
    with pytest.raises(ValueError, match='"choice" or "number", got \'essay\''):
        QuizView("kind", [{"id": "a", "kind": "essay"}])
