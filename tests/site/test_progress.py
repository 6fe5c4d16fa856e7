"""The reader's progress: noted, shown, saved, loaded and deleted, in the browser alone."""

import json

import axe
import pytest
from site_pages import ROOT, chapters

FIRST, SECOND = (f"{name}.html" for name in chapters()[:2])
KEPT = "JSON.parse(localStorage.getItem('dlcourse.progress'))"
BLOCK = ".dl-sidebar .dl-progress"


def rest_at(page, section: str) -> None:
    """Scroll to the end of a section, and again where a figure came up and moved it, and rest."""
    noted = f"({KEPT}?.pages[document.querySelector('.dl-progress').dataset.page]?.sections ?? [])"
    for _ in range(5):
        page.evaluate(
            "id => { document.getElementById(id).scrollIntoView({ block: 'end' }); }", section
        )
        page.wait_for_timeout(1300)
        if section in page.evaluate(noted):
            return
    raise AssertionError(f"{section} was not noted as read")


def answer_first_question(page) -> None:
    quiz = page.locator('figure[data-module="quiz_view"]')
    quiz.scroll_into_view_if_needed()
    question = quiz.locator(".dl-quiz-question").first
    question.locator("input").first.check()
    question.get_by_role("button", name="Check").click()


def test_a_new_reader_sees_where_progress_will_be_and_nothing_else(visit):
    page = visit("index.html", width=360)
    assert page.locator(".dl-progress-cover").inner_text() == ""
    assert page.locator(".dl-mark").count() == 0
    link = page.locator(BLOCK).get_by_role("link", name="Your progress", include_hidden=True)
    assert link.get_attribute("href") == "progress.html"


def test_what_is_read_solved_and_answered_is_kept(visit):
    page = visit(FIRST)
    ticks = page.locator(".dl-task .dl-tick input")
    names = {
        cell["metadata"]["dlcourse"]["exercise"]
        for cell in json.loads((ROOT / FIRST).with_suffix(".ipynb").read_text("utf-8"))["cells"]
        if "exercise" in cell["metadata"].get("tags", [])
    }
    assert {tick.get_attribute("data-exercise") for tick in ticks.all()} == names
    ticks.first.check()
    answer_first_question(page)
    rest_at(page, "the-boundary-is-a-straight-line")
    page.reload()
    assert ticks.first.is_checked()
    assert not ticks.nth(1).is_checked()
    record = page.evaluate(KEPT)["pages"][chapters()[0]]
    assert record["quiz"]["of"] >= 4
    assert "the-boundary-is-a-straight-line" in record["sections"]
    assert record["read"] is False


def test_a_chapter_is_read_when_each_of_its_sections_is(visit):
    page = visit(FIRST)
    sections = page.evaluate(
        "[...document.querySelectorAll('article > section > section')].map(({ id }) => id)"
    )
    for section in sections:
        rest_at(page, section)
    assert page.get_by_label("I have read this chapter").is_checked()
    assert "1 of" in page.locator(".dl-progress-count").inner_text()
    page.get_by_label("I have read this chapter").uncheck()
    assert page.evaluate(KEPT)["pages"][chapters()[0]]["sections"] == []


@pytest.mark.parametrize("served", [True, False], ids=["served", "file"])
def test_the_cover_and_the_sidebar_lead_back_to_where_one_stopped(visit, address, site, served):
    base = address if served else f"{site.as_uri()}/"
    page = visit(FIRST, base=base)
    page.get_by_label("I have read this chapter").check()
    page.goto(f"{base}{SECOND}")
    section = page.locator("article > section > section").nth(2)
    identity = section.get_attribute("id")
    section.evaluate("one => one.scrollIntoView()")
    page.wait_for_function(f"id => {KEPT}.last?.id === id", arg=identity)
    page.goto(f"{base}index.html")
    cover = page.locator(".dl-progress-cover")
    assert cover.get_by_role("link").first.get_attribute("href") == f"{base}{SECOND}#{identity}"
    assert cover.get_by_role("link").first.inner_text().startswith("2 ")
    assert "1 of" in cover.inner_text()
    marks = page.locator(".dl-card-title a").first.inner_text()
    assert "read" in marks
    page.goto(f"{base}appendix/notation.html")
    assert (
        page.locator(f"{BLOCK} .dl-progress-continue a")
        .get_attribute("href")
        .endswith(f"{SECOND}#{identity}")
    )
    # A look at the top of a chapter, this one or another, does not lose the place.
    for chapter in (SECOND, FIRST):
        page.goto(f"{base}{chapter}")
        page.wait_for_timeout(1300)
        page.goto(f"{base}index.html")
        last = page.evaluate(KEPT)["last"]
        assert (f"{last['page']}.html", last["id"]) == (SECOND, identity)
    assert page.errors == []
    assert page.outside == []


def test_the_sidebar_keeps_its_place_when_progress_comes(visit, address):
    page = visit(FIRST)
    page.get_by_label("I have read this chapter").check()
    page.add_init_script(
        """window.shifts = [];
        new PerformanceObserver((list) => {
          const own = list.getEntries().filter((one) => !one.hadRecentInput);
          window.shifts.push(...own.map(({ value }) => value));
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    for path in ("index.html", "appendix/notation.html"):
        page.goto(f"{address}{path}")
        page.wait_for_timeout(500)
        assert sum(page.evaluate("window.shifts")) < 0.02


def test_the_contents_stay_where_they_are_while_one_reads(visit):
    page = visit(FIRST)
    contents = page.locator(".dl-sidebar .bd-toc-item")
    at_first = contents.bounding_box()
    page.wait_for_function(f"{KEPT}?.last")
    page.locator("article > section > section").nth(2).evaluate("one => one.scrollIntoView()")
    page.wait_for_function(f"{KEPT}.last.id")
    page.evaluate("window.scrollTo(0, 0)")
    assert contents.bounding_box() == at_first
    # The next page offers the place.
    page.reload()
    assert page.locator(f"{BLOCK} .dl-progress-continue a").count() == 1


def filled(visit):
    """The page of the progress, with something in it."""
    page = visit(FIRST)
    page.locator(".dl-tick input").first.check()
    answer_first_question(page)
    typed = json.dumps({"code": "typed", "starter": "..."})
    page.evaluate("code => localStorage.setItem('dlcourse.code.weighted-sum', code)", typed)
    page.goto(page.url.replace(FIRST, "progress.html"))
    return page


def load(page, name: str, content: str) -> str:
    """Load a file with this content; what the page says then."""
    status = page.locator(".dl-progress-page > [role=status]")
    status.evaluate("one => { one.textContent = ''; }")
    spoken = "document.querySelector('.dl-progress-page > [role=status]').textContent"
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content.encode()}
    )
    page.wait_for_function(spoken)
    return status.inner_text()


def test_progress_is_saved_to_a_file_and_loaded_in_another_browser(visit, tmp_path):
    page = filled(visit)
    row = page.locator(f'tr[data-chapter="{chapters()[0]}"]')
    assert row.locator("td").nth(1).inner_text().startswith("1 of ")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    saved = tmp_path / "saved.json"
    download.value.save_as(saved)
    assert download.value.suggested_filename.startswith("deep-learning-progress-")

    other = visit(SECOND)
    other.locator(".dl-tick input").nth(1).check()
    other.evaluate("localStorage.setItem('dlcourse.code.own', JSON.stringify({code: 'here'}))")
    other.goto(other.url.replace(SECOND, "progress.html"))
    assert "Added" in load(other, "saved.json", saved.read_text("utf-8"))
    for chapter in chapters()[:2]:
        cells = other.locator(f'tr[data-chapter="{chapter}"] td')
        assert cells.nth(1).inner_text().startswith("1 of ")
    code = "JSON.parse(localStorage.getItem('dlcourse.code.{}')).code"
    assert other.evaluate(code.format("weighted-sum")) == "typed"
    assert other.evaluate(code.format("own")) == "here", "what is here wins"
    # The quiz itself has its answers again.
    other.goto(other.url.replace("progress.html", FIRST))
    quiz = other.locator('figure[data-module="quiz_view"]')
    quiz.scroll_into_view_if_needed()
    assert quiz.locator(".dl-quiz-question").first.locator("input").first.is_checked()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "not JSON"),
        ('{"format": "dlcourse-progress", "ver', "cut off"),
        ("[]", "something else"),
        ('{"format": "other"}', "something else"),
        ('{"format": "dlcourse-progress", "version": 1, "progress": 3}', "something else"),
        ('{"format": "dlcourse-progress", "version": 9, "progress": {"pages": {}}}', "version 9"),
        ("x" * 5_000_001, "too large"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_lost(visit, content, reason):
    page = filled(visit)
    before = page.evaluate("JSON.stringify(localStorage)")
    message = load(page, "bad.json", content)
    assert message.startswith("Nothing was changed.")
    assert reason in message
    assert page.evaluate("JSON.stringify(localStorage)") == before


def test_what_a_file_smuggles_in_is_left_out(visit):
    page = filled(visit)
    record = {"sections": ["ok", "<img>", 3], "exercises": "all", "quiz": {"right": 9, "of": 2}}
    file = {
        "format": "dlcourse-progress",
        "version": 1,
        "progress": {
            "pages": {"chapters/02-activations": record, "../x": record, "__proto__": record},
            "last": {"page": "javascript:alert(1)", "id": "", "title": "x"},
        },
        "quizzes": {"02-activations": {"q": {"deep": 1}, "r": "text"}, "../y": {"q": 1}},
        "code": {"a/b": {"code": "1", "starter": "2", "more": 3}, "../z": {"code": "1"}, "c": 4},
    }
    assert "Added" in load(page, "odd.json", json.dumps(file))
    kept = page.evaluate(KEPT)
    assert set(kept["pages"]) == set(chapters()[:2])
    assert kept["pages"]["chapters/02-activations"] == {
        "read": False,
        "sections": ["ok"],
        "exercises": [],
        "quiz": None,
    }
    assert page.evaluate("localStorage.getItem('dlcourse.quiz.02-activations')") == '{"r":"text"}'
    assert page.evaluate("localStorage.getItem('dlcourse.quiz.../y')") is None
    typed = "Object.entries(localStorage).filter(([key]) => key.startsWith('dlcourse.code'))"
    assert dict(page.evaluate(typed))["dlcourse.code.a/b"] == '{"code":"1","starter":"2"}'
    assert {"dlcourse.code.../z", "dlcourse.code.c"}.isdisjoint(dict(page.evaluate(typed)))


def test_a_file_for_which_there_is_no_room_changes_nothing(visit):
    page = filled(visit)
    before = page.evaluate("JSON.stringify(Object.entries(localStorage).sort())")
    code = {f"exercise-{n}": {"code": "x" * 500_000, "starter": ""} for n in range(9)}
    page.evaluate("localStorage.setItem('other', 'y'.repeat(3_000_000))")
    file = {"format": "dlcourse-progress", "version": 1, "progress": {"pages": {}}, "code": code}
    message = load(page, "large.json", json.dumps(file))
    assert message.startswith("Nothing was changed.") and "no room" in message
    page.evaluate("localStorage.removeItem('other')")
    assert page.evaluate("JSON.stringify(Object.entries(localStorage).sort())") == before


def test_deleting_asks_first_and_leaves_nothing(visit):
    page = filled(visit)
    page.get_by_role("button", name="Delete everything").click()
    assert page.evaluate("document.activeElement.textContent") == "Keep it"
    page.keyboard.press("Enter")
    assert page.evaluate(KEPT) is not None
    page.get_by_role("button", name="Delete everything").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete everything").click()
    page.locator(".dl-progress-page > [role=status]", has_text="Deleted").wait_for()
    left = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('dlcourse'))")
    assert left == []
    assert page.locator(".dl-mark").count() == 0


def test_a_browser_that_keeps_nothing_says_so(visit, address):
    page = visit("index.html")
    page.add_init_script(
        """Object.defineProperty(window, "localStorage", {
          get() { throw new DOMException("refused", "SecurityError"); } });"""
    )
    page.goto(f"{address}{FIRST}")
    tick = page.locator(".dl-task .dl-tick").first
    tick.locator("input").check()
    assert "keeps nothing" in tick.inner_text()
    assert tick.locator("input").is_checked()
    page.goto(f"{address}progress.html")
    assert "keeps nothing" in page.locator(".dl-refused").inner_text()
    assert "keeps nothing" in load(
        page, "p.json", '{"format": "dlcourse-progress", "version": 1, "progress": {"pages": {}}}'
    )


def test_full_storage_says_so_and_the_page_remembers(visit, address):
    page = visit(FIRST)
    page.locator(".dl-task .dl-tick input").nth(1).check()
    page.add_init_script(
        """Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError"); };"""
    )
    page.reload()
    tick = page.locator(".dl-task .dl-tick").first
    tick.locator("input").check()
    assert "keeps nothing" in tick.inner_text()
    for number in (0, 1):
        assert page.locator(".dl-task .dl-tick input").nth(number).is_checked()


def test_damaged_storage_is_like_none(visit, address):
    page = visit("index.html")
    page.evaluate("localStorage.setItem('dlcourse.progress', '{\"pages\": {\"chapters')")
    page.goto(f"{address}{FIRST}")
    page.locator(".dl-tick input").first.check()
    assert page.evaluate(KEPT)["pages"][chapters()[0]]["exercises"]
    assert page.errors == []


def test_another_tab_is_heard(visit, address):
    page = visit(FIRST)
    other = page.context.new_page()
    other.goto(f"{address}{FIRST}")
    page.locator(".dl-tick input").first.check()
    other.wait_for_function("document.querySelector('.dl-tick input').checked")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_where_progress_is_shown(visit, address, dark):
    page = visit(FIRST, dark=dark)
    page.get_by_label("I have read this chapter").check()
    page.goto(f"{address}index.html")
    assert axe.violations(page) == []
    page.goto(f"{address}progress.html")
    page.get_by_role("button", name="Delete everything").click()
    assert axe.violations(page) == []


def test_without_javascript_nothing_pretends_to_remember(visit):
    page = visit(FIRST, java_script_enabled=False)
    assert not page.locator(".dl-tick").first.is_visible()
    page = visit("progress.html", java_script_enabled=False)
    assert "needs JavaScript" in page.locator("article").inner_text()
