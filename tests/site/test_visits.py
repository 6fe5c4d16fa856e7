"""Every page, opened three times: on a wide screen, on a phone, and in the dark from a USB stick.

Each visit answers many questions, and says which of them failed. The nightly run asks all of them
under every condition.
"""

import itertools
from typing import NamedTuple

import pytest
import questions
from keyboard import the_keyboard_reaches_everything_in_order_and_is_seen
from site_pages import (
    base_address,
    chapters,
    of_each_template,
    open_everything,
    pages,
    wake_all,
)

WITH_FIGURES = ["index.html", *(f"{name}.html" for name in chapters())]
ONE_OF_EACH, TWO_OF_EACH = of_each_template(1), of_each_template(2)
TO_PRESS = (".bd-sidebar-primary", ".bd-header-article", ".dl-controls", "dialog")
IN_CHAPTERS = (".dl-run",)
NARROW, PHONE, WIDE = 320, 360, 1280


class Condition(NamedTuple):
    """How a page is looked at; served always means under the strict policy."""

    width: int
    dark: bool
    served: bool

    def __str__(self) -> str:
        return "-".join(
            [
                str(self.width),
                "dark" if self.dark else "light",
                "served" if self.served else "stick",
            ]
        )


ON_A_WIDE_SCREEN = Condition(WIDE, dark=False, served=True)
ON_A_PHONE = Condition(PHONE, dark=False, served=True)
FROM_A_STICK = Condition(WIDE, dark=True, served=False)
# 320 and 640 pixels are what is left of 1280 where a page is enlarged to 400% and 200%.
EVERY_CONDITION = [
    *itertools.starmap(
        Condition, itertools.product((NARROW, PHONE, 412, 640, 768, WIDE), (False, True), (True,))
    ),
    *itertools.starmap(Condition, itertools.product((PHONE, WIDE), (False, True), (False,))),
]


@pytest.mark.parametrize("path", pages())
@pytest.mark.parametrize("condition", [ON_A_WIDE_SCREEN, ON_A_PHONE, FROM_A_STICK], ids=str)
def test_a_page_answers_well(look_at, path, condition):
    look_at(path, condition)


@pytest.mark.nightly
@pytest.mark.parametrize("path", pages())
@pytest.mark.parametrize("condition", EVERY_CONDITION, ids=str)
def test_a_page_answers_everything_well(look_at, path, condition):
    look_at(path, condition, ask_all=True)


@pytest.fixture
def look_at(visit, strict, stick, subtests):
    """``look_at(path, condition, ask_all=False)`` visits a page and asks it what belongs there."""

    def look_at(path: str, condition: Condition, *, ask_all: bool = False) -> None:
        page = visit(
            path,
            width=condition.width,
            dark=condition.dark,
            base=strict if condition.served else stick,
            script=questions.WATCH,
        )

        def ask(question, *about, **more) -> None:
            with subtests.test(question.__name__.replace("_", " ")):
                question(page, *about, **more)

        page.wait_for_load_state("networkidle")
        _ask_at_arrival(ask, path, condition)
        wake_all(page)
        _ask_awake(ask, path, condition)
        if ask_all or (condition.width == WIDE and path in TWO_OF_EACH):
            ask(the_keyboard_reaches_everything_in_order_and_is_seen)
        if condition.width == PHONE and (ask_all or path in ONE_OF_EACH):
            ask(questions.axe_finds_nothing_in_its_dialogs)
        if path in WITH_FIGURES[1:]:
            ask(questions.a_solution_is_closed_until_it_is_asked_for)
        open_everything(page)
        quizzes = page.locator('[data-module="quiz_view"]').count()
        assert quizzes == path.startswith("chapters/"), "what was opened had a quiz"
        if ask_all:
            ask(questions.axe_finds_nothing)
        elif condition.width == WIDE:
            ask(questions.its_text_can_be_told_from_what_lies_behind)
        if condition == ON_A_WIDE_SCREEN:
            ask(questions.axe_finds_nothing_but_contrast)
        ask(questions.it_needs_no_sideways_scrolling, condition.width)
        if condition == ON_A_WIDE_SCREEN:
            for width in (640, NARROW):
                page.set_viewport_size({"width": width, "height": 800})
                ask(questions.it_needs_no_sideways_scrolling, width)
        page.wait_for_load_state("networkidle")
        ask(questions.nothing_went_wrong_and_nobody_else_was_asked)
        if condition.width == WIDE and (ask_all or condition.dark) and path in WITH_FIGURES:
            page.set_viewport_size({"width": questions.PAPER, "height": 800})
            page.emulate_media(media="print")
            presses = TO_PRESS + (IN_CHAPTERS if path.startswith("chapters/") else ())
            ask(questions.it_needs_no_sideways_scrolling, questions.PAPER)
            ask(questions.on_paper_it_has_the_text_and_nothing_to_press, presses)
            ask(questions.on_paper_nothing_is_cut_off)

    return look_at


def _ask_at_arrival(ask, path: str, condition: Condition) -> None:
    """What is seen before anybody scrolls."""
    ask(questions.nothing_moved_while_it_arrived)
    if condition.served and condition.width == PHONE:
        ask(questions.its_first_view_is_light)
    ask(questions.it_has_the_readers_colours, condition.dark)
    ask(questions.nothing_holds_it_up_but_its_style)
    ask(questions.its_footer_has_licence_and_citation, base_address())
    ask(questions.it_needs_no_sideways_scrolling, condition.width)
    if path.startswith("chapters/"):
        ask(questions.the_row_under_its_title_has_every_way_to_run_it)


def _ask_awake(ask, path: str, condition: Condition) -> None:
    """What is seen when each figure has been near the screen."""
    if path in WITH_FIGURES:
        ask(questions.its_explorables_are_alive_and_keep_one_caption)
    ask(questions.nothing_moves_for_those_who_asked_for_rest)
    if path.startswith("chapters/"):
        ask(questions.its_formulas_are_drawn_as_mathematics)
        own, other = ("dark", "light") if condition.dark else ("light", "dark")
        for theme in (other, own) if condition.width == PHONE else (own,):
            ask(questions.its_figures_are_whole_and_large_enough, condition.width, theme)


@pytest.mark.parametrize("path", WITH_FIGURES)
def test_without_javascript_pictures_and_captions_stand(visit, path):
    page = visit(path, java_script_enabled=False)
    figures = page.locator("figure.dl-explorable").all()
    assert figures
    for figure in figures:
        assert figure.locator("img").bounding_box()["height"] > 50
        assert figure.locator("figcaption").is_visible()
