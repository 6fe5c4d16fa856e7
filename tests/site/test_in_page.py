"""Exercises solved in the page, in a browser; skipped where Python's files are not in the site."""

import json

import pytest
from kept import sources_of_kept_answers
from site_pages import ROOT, chapters

from book.in_page import page_runner
from book.in_page.exercises import page_exercises
from dlcourse_utils import chapter

RIGHT = "def weighted_sum(x, w, b):\n    return x @ w + b\n"
WITHOUT_BIAS = "def weighted_sum(x, w, b):\n    return x @ w\n"
PATIENCE = 120_000  # milliseconds, on a busy machine
# Its solution trains for half a minute.
SLOW = {"chapters/08-gans"}
WITHOUT_PAGE = 5


@pytest.fixture(autouse=True)
def served(site):
    if not (site / "_static/in-page/facts.json").exists():
        pytest.skip("THE SITE HAS NO PYTHON: build it with DLCOURSE_PYODIDE to test exercises")


def exercises_of(path: str):
    return page_exercises(chapter.read(ROOT / f"{path}.ipynb"))


def outside(exercise, code: str) -> dict:
    return json.loads(page_runner.check(exercise.id, exercise.given, code, exercise.answer))


def test_all_but_a_few_exercises_work_in_the_page():
    every = [exercise for path in chapters() for exercise in exercises_of(path)]
    assert len(every) > 80
    assert sum(bool(exercise.needs) for exercise in every) <= WITHOUT_PAGE


@pytest.fixture(scope="module")
def wrong_answers() -> dict[str, list[str]]:
    """Two kept wrong answers of each exercise that has them, without those that need Keras."""
    names = {e.id: e.answer for path in chapters() for e in exercises_of(path) if not e.needs}
    kept = sources_of_kept_answers(names, right=False)
    return {id: [code for code in codes if "keras" not in code][:2] for id, codes in kept.items()}


def ask(page, exercise, code: str) -> dict:
    """What Python in the page says to an answer."""
    question = {"exercise": exercise.id, "given": exercise.given, "code": code}
    return page.evaluate(
        """async (question) => {
          const script = document.querySelector('script[src*="in-page/places.js"]').src;
          return (await import(new URL("python.js", script))).ask(question);
        }""",
        {**question, "answer": exercise.answer},
    )


EACH_CHAPTER = pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.nightly) if p in SLOW else p for p in chapters()],
)


@EACH_CHAPTER
def test_starters_and_solutions_have_the_verdict_that_python_gives_outside(visit, path):
    page = visit(f"{path}.html")
    here = [exercise for exercise in exercises_of(path) if not exercise.needs]
    assert page.locator(".dl-in-page[data-exercise] textarea").count() == len(here) > 0
    for exercise in here:
        found = ask(page, exercise, exercise.starter)
        assert found["html"] == outside(exercise, exercise.starter)["html"]
        assert (exercise.id, found["status"]) == (exercise.id, "not-started")
        assert (exercise.id, ask(page, exercise, exercise.solution)["status"]) == (
            exercise.id,
            "passed",
        )
    assert page.errors == []


@EACH_CHAPTER
def test_wrong_answers_get_the_reasons_that_python_gives_outside(visit, path, wrong_answers):
    page = visit(f"{path}.html")
    tried = 0
    for exercise in exercises_of(path):
        for code in wrong_answers.get(exercise.id, ()):
            found = ask(page, exercise, code)
            expected = outside(exercise, code)
            assert (exercise.id, found["status"]) == (exercise.id, expected["status"])
            assert found["status"] != "passed"
            assert found["html"] == expected["html"], code
            tried += 1
    assert tried >= 4
    assert page.errors == []


@pytest.fixture
def first(visit):
    """Chapter 1 on a phone, and the first exercise in it."""
    page = visit("chapters/01-neurons.html", width=360)
    page.set_default_timeout(PATIENCE)
    return Desk(page)


class Desk:
    """An exercise as a reader meets it."""

    def __init__(self, page):
        self.page = page
        self.place = page.locator('.dl-in-page[data-exercise="weighted-sum"]')
        self.status = self.place.get_by_role("status")
        self.verdict = self.place.get_by_role("region", name="Verdict: The weighted sum")

    def enter(self, code: str) -> None:
        self.place.locator("textarea").first.evaluate("field => field.focus()")
        self.place.locator(".dl-editor").wait_for()
        self.place.locator(".dl-editor textarea").focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def press(self, name: str) -> None:
        self.place.get_by_role("button", name=name).click()

    def check(self, words: str) -> None:
        self.press("Check")
        self.verdict.get_by_text(words).first.wait_for()


def test_nothing_is_loaded_before_an_editor_is_focused(first):
    first.page.wait_for_load_state("networkidle")
    loaded = [r.url for r in first.page.finished if "/in-page/" in r.url]
    assert [url.rsplit("/", 1)[-1].partition("?")[0] for url in loaded] == ["places.js"]


def test_a_reader_solves_an_exercise(first):
    first.check("not started")
    first.enter(WITHOUT_BIAS)
    first.check("The bias is missing")
    assert "expected  7" in first.verdict.inner_text()
    tick = first.page.locator('input[data-exercise="weighted-sum"]')
    assert not tick.is_checked()
    first.enter(RIGHT)
    first.check("right, on 8 inputs")
    assert tick.is_checked()
    assert first.page.evaluate("document.documentElement.scrollWidth") == 360
    assert first.page.errors == [] and first.page.outside == []


def test_what_was_typed_survives_a_reload_and_reset_brings_the_starter(first):
    first.enter(WITHOUT_BIAS)
    first.page.reload()
    field = first.place.locator("textarea").first
    assert field.input_value() == WITHOUT_BIAS
    first.press("Reset")
    assert field.input_value().startswith('def weighted_sum(x, w, b):\n    """The pre-activation')
    first.page.reload()
    assert "..." in first.place.locator("textarea").first.input_value()


def test_an_endless_loop_is_stopped_and_python_comes_back(first):
    first.enter("while True: pass\n")
    first.press("Check")
    first.status.get_by_text("Running").wait_for()
    first.press("Stop")
    first.status.get_by_text("Stopped. Nothing is lost").wait_for()
    first.enter(RIGHT)
    first.check("right, on 8 inputs")


def test_a_flood_is_cut(first):
    first.enter("print('x' * 200_000)\n" + RIGHT)
    first.check("right, on 8 inputs")
    shown = first.verdict.locator(".dl-printed").inner_text()
    assert len(shown) < 11_000 and "190,001 characters more" in shown


def test_a_crash_of_python_is_said_and_the_next_check_starts_it_anew(first):
    first.enter("def weighted_sum(x, w, b):\n    return weighted_sum(x, w, b)\n")
    first.press("Check")
    first.status.get_by_text("Checked").or_(first.status.get_by_text("gave up")).wait_for()
    first.enter("import numpy as np\nkept = [np.ones(10**8) for _ in range(100)]\n")
    first.press("Check")
    told = first.verdict.get_by_text("MemoryError").first
    told.or_(first.status.get_by_text("gave up, perhaps for want of memory")).wait_for()
    first.enter(RIGHT)
    first.check("right, on 8 inputs")


def test_python_that_is_loaded_needs_no_network(first):
    first.enter(RIGHT)
    first.check("right, on 8 inputs")
    first.page.context.set_offline(True)
    first.enter(WITHOUT_BIAS)
    first.check("The bias is missing")


def test_without_a_network_the_reader_is_told_and_can_try_again(first):
    first.page.context.set_offline(True)
    first.press("Check")
    first.status.get_by_text("Your code is kept; press Check to try again").wait_for()
    first.page.context.set_offline(False)
    first.enter(RIGHT)
    first.check("right, on 8 inputs")


def test_a_second_tab_shows_what_is_typed_in_the_first(first):
    other = first.page.context.new_page()
    other.goto(first.page.url)
    first.enter(WITHOUT_BIAS)
    field = other.locator('.dl-in-page[data-exercise="weighted-sum"] textarea').first
    other.wait_for_function(
        "field => field.value.includes('return x @ w')", arg=field.element_handle()
    )
    assert field.input_value() == WITHOUT_BIAS


def test_code_that_python_cannot_read_names_its_line(first):
    first.enter("def weighted_sum(:\n")
    first.check("Python cannot read line 1")


def test_a_full_storage_is_said(visit):
    page = visit(
        "chapters/01-neurons.html",
        script="""Storage.prototype.setItem = () => {
          throw new DOMException("", "QuotaExceededError");
        }""",
    )
    page.set_default_timeout(PATIENCE)
    desk = Desk(page)
    desk.enter(RIGHT)
    desk.status.get_by_text("This browser keeps nothing here").wait_for()


def test_a_changed_starter_keeps_what_was_typed(visit):
    page = visit(
        "chapters/01-neurons.html",
        script="""localStorage.setItem("dlcourse.code.weighted-sum",
          JSON.stringify({ code: "mine = 1\\n", starter: "old" }))""",
    )
    desk = Desk(page)
    assert desk.place.locator("textarea").first.input_value() == "mine = 1\n"
    assert "The starter has changed" in desk.status.inner_text()


def test_from_a_file_the_reader_is_told_how_to_open_the_site(visit, site):
    page = visit("chapters/01-neurons.html", base=f"{site.as_uri()}/")
    desk = Desk(page)
    desk.press("Check")
    desk.status.get_by_text("make serve").wait_for()
    assert page.errors == []


def test_escape_then_tab_leaves_the_editor(first):
    first.enter(RIGHT)
    first.page.keyboard.press("Tab")
    assert first.page.evaluate("document.activeElement.className") == "dl-editor"
    first.page.keyboard.press("Escape")
    first.page.keyboard.press("Tab")
    assert first.page.evaluate("document.activeElement.textContent") == "Check"


def test_a_cell_to_try_is_changed_and_run(visit):
    page = visit("chapters/01-neurons.html", width=360)
    page.set_default_timeout(PATIENCE)
    place = page.locator('.dl-in-page[data-cell="xor-random"]')
    cell = page.locator(".tag_try-it .cell_input", has_text="100_000")
    assert cell.is_visible() and place.locator("textarea").count() == 0
    place.get_by_role("button", name="Change and run").click()
    place.locator(".dl-editor textarea").wait_for()
    assert not cell.is_visible(), "the editor stands in its place"
    assert place.locator("textarea").first.input_value().startswith("switches = np.array(")
    output = place.get_by_role("region", name="Output: ")
    stored = output.inner_text().strip()
    assert stored == "most rows right, of 4: 3", "what the chapter shows stays until it is run"
    place.get_by_role("button", name="Run").click()
    place.get_by_text("Done.").wait_for()
    assert output.inner_text().strip() == stored
    place.locator(".dl-editor textarea").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("switches[:, 0]\n1 / 0\n")
    place.get_by_role("button", name="Run").click()
    output.get_by_text("stops at line 1, `switches[:, 0]` with NameError").wait_for()
    assert "most rows right" not in output.inner_text()
    page.reload()
    field = page.locator('.dl-in-page[data-cell="xor-random"] textarea').first
    assert field.input_value() == "switches[:, 0]\n1 / 0\n", "what was typed is kept"
    place.get_by_role("button", name="Reset").click()
    assert output.inner_text().strip() == stored
    assert page.errors == [] and page.outside == []


def test_a_cell_to_try_stands_on_what_the_chapter_gives(visit):
    page = visit("chapters/01-neurons.html")
    page.set_default_timeout(PATIENCE)
    place = page.locator('.dl-in-page[data-cell="perceptron-training"]')
    place.get_by_role("button", name="Change and run").click()
    place.get_by_role("button", name="Run").click()
    output = place.get_by_role("region", name="Output: ")
    output.get_by_text("corrections in each pass").wait_for()
    assert "small digits stand in for MNIST" in place.inner_text()
