"""Transfer: what the page says against Python's means, the controls, and input that is refused."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from traitlets import TraitError

from dlcourse_utils.explore import Transfer

COUNTS, RATES, SEEDS = (5, 20, 100, 500), (0.001, 0.01), 3


def example(*, knows_old: bool = True, **given) -> Transfer:
    """Four depths, two rates, four counts, three seeds, all numbers different."""
    generator = np.random.default_rng(0)
    accuracies = generator.uniform(0.4, 0.99, size=(4, 2, 4, SEEDS, 2))
    if not knows_old:
        accuracies[..., 1] = np.nan
    scratch = np.sort(generator.uniform(0.2, 0.98, size=(4, SEEDS)), axis=0)
    untouched = (0.5, 0.99 if knows_old else np.nan)
    return Transfer(accuracies, scratch, untouched, counts=COUNTS, rates=RATES, old_task="MNIST",
                    new_task="new digits", **given)  # fmt: skip


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def percents(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+)%", text)]


def expected(figure: Transfer) -> list[int]:
    """The percentages of the sentence: as chosen, lowest, highest, scratch, as it came, MNIST's."""
    new, scratch, old = figure.outcome()
    before = [0.5, 0.99, old] if not np.isnan(old) else [0.5]
    return [int(np.floor(100 * np.float64(value) + 0.5)) for value in (*new, scratch[0], *before)]


# ---- numbers -------------------------------------------------------------------------------------


def test_the_page_says_python_s_numbers_at_every_setting(show):
    figure = example()
    page = show(figure)
    for count in COUNTS:
        for rate in RATES:
            for frozen in range(4):
                page.get_by_label("Labels", exact=True).select_option(str(count))
                page.get_by_label("Learning rate").select_option(str(rate))
                page.get_by_label("Frozen").select_option(str(frozen))
                figure.count, figure.rate, figure.frozen = count, rate, frozen
                assert percents(said(page)) == expected(figure)


def test_outcome_is_the_mean_and_the_ends_of_what_was_put_in():
    figure = example(count=100, rate=0.01, frozen=1)
    given = np.random.default_rng(0).uniform(0.4, 0.99, size=(4, 2, 4, SEEDS, 2))[1, 1, 2]
    new = given[:, 0]
    np.testing.assert_allclose(figure.outcome().new, (new.mean(), new.min(), new.max()), atol=1e-6)
    assert figure.outcome().old == pytest.approx(given[:, 1].mean(), abs=1e-6)


@pytest.mark.parametrize(
    ("fresh", "verdict"), [(0.3, "worse"), (0.79, "about as good"), (0.95, "better")]
)
def test_the_verdict_on_training_from_scratch(show, fresh, verdict):
    figure = Transfer(np.full((2, 1, 1, 2, 2), 0.8), np.full((1, 2), fresh), (0.5, 0.9),
                      counts=(10,), rates=(0.01,))  # fmt: skip
    assert f"From scratch {verdict}, {100 * fresh:.0f}%" in said(show(figure))


# ---- the page ------------------------------------------------------------------------------------


def test_it_starts_with_all_blocks_frozen_and_says_so(show):
    page = show(example())
    assert said(page).startswith("20 labels, all blocks frozen, learning rate 0.001: ")
    boxes = page.get_by_role("list", name="The network, input first").get_by_role("listitem")
    assert [" ".join(text.split()) for text in boxes.all_inner_texts()] == [
        "block 1 frozen", "block 2 frozen", "block 3 frozen", "head trained",
    ]  # fmt: skip


def test_the_network_shows_what_is_frozen(show):
    page = show(example())
    page.get_by_label("Frozen").select_option("1")
    assert "block 1 frozen" in said(page)
    assert page.locator(".dl-transfer-frozen").count() == 1
    page.get_by_label("Frozen").select_option("0")
    assert "nothing frozen" in said(page)
    assert page.locator(".dl-transfer-frozen").count() == 0


def test_the_number_of_labels_moves_by_keyboard_and_stops_at_the_ends(show):
    page = show(example())
    point = page.get_by_role("slider", name="Number of labels")
    point.focus()
    for key, count in (("ArrowRight", 100), ("ArrowRight", 500), ("ArrowRight", 500),
                       ("ArrowLeft", 100), ("ArrowDown", 20)):  # fmt: skip
        page.keyboard.press(key)
        assert state(page, "count") == [count]
    said(page)
    assert point.get_attribute("aria-valuetext").startswith("20 labels, accuracy ")
    assert page.get_by_label("Labels", exact=True).input_value() == "20"


def test_the_number_of_labels_is_dragged_from_one_measured_count_to_the_next(show):
    page = show(example())
    box = (
        page.get_by_role("slider", name="Number of labels")
        .locator(".dl-handle-mark")
        .bounding_box()
    )
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 1000, box["y"], steps=8)
    page.mouse.up()
    assert state(page, "count") == [500]


def test_marks_of_the_trade_show_each_choice_and_the_chosen_one(show):
    figure = example()
    page = show(figure)
    said(page)
    ring = page.locator(".dl-transfer-ring")
    before = ring.get_attribute("cx"), ring.get_attribute("cy")
    page.get_by_label("Learning rate").select_option("0.01")
    said(page)
    assert (ring.get_attribute("cx"), ring.get_attribute("cy")) != before


def test_without_the_old_task_it_says_so_and_shows_the_rest(show, axe):
    figure = example(knows_old=False)
    page = show(figure)
    assert page.get_by_text("Accuracy on MNIST was not measured here").is_visible()
    assert "MNIST" not in said(page)
    assert percents(said(page)) == expected(figure)
    assert axe(page) == []
    page.evaluate("cleanup()")
    assert page.evaluate("listening()") == 0


def test_the_address_holds_the_state_and_reset_empties_it(show):
    page = show(example(), hash="#transfer?count=500&rate=0.01&frozen=2")
    assert state(page, "count", "rate", "frozen") == [500, 0.01, 2]
    page.get_by_label("Frozen").select_option("0")
    assert page.evaluate("location.hash") == "#transfer?count=500&rate=0.01&frozen=0"
    page.get_by_role("button", name="Reset").click()
    assert state(page, "count", "rate", "frozen") == [20, 0.001, 3]
    assert page.evaluate("location.hash") == ""


def test_a_broken_address_does_no_harm(show):
    page = show(example(), hash="#transfer?count=7&rate=x&frozen=4")
    assert state(page, "count", "rate", "frozen") == [20, 0.001, 3]
    assert said(page).startswith("20 labels")


def test_the_preview_shows_the_setting():
    assert example().preview() != example(frozen=0).preview()


def test_the_preview_shows_the_old_task_where_it_was_measured():
    worse = GOOD["accuracies"].copy()
    worse[1, 0, 1, :, 1] = 0.3  # on the old task alone, and not of the chosen setting
    assert Transfer(**GOOD | {"accuracies": worse}).preview() != Transfer(**GOOD).preview()
    without = example(knows_old=False).preview()
    assert Image.open(io.BytesIO(without)).size == Image.open(io.BytesIO(example().preview())).size


# ---- input ---------------------------------------------------------------------------------------

GOOD = {"accuracies": np.full((4, 2, 3, 2, 2), 0.5), "scratch": np.full((3, 2), 0.5),
        "untouched": (0.5, 0.9), "counts": (5, 50, 500), "rates": (0.001, 0.01)}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accuracies": np.zeros((4, 2, 3, 2))}, r"shape \(depths, 2, 3, seeds, 2\), got"),
        ({"accuracies": np.full((4, 2, 3, 2, 2), 50.0)}, "between 0 and 1"),
        ({"accuracies": np.where([True, False], np.nan, GOOD["accuracies"])}, "between 0 and 1"),
        ({"untouched": (0.5, np.nan)}, "or all be NaN"),
        ({"scratch": np.zeros((2, 3))}, r"scratch must have shape \(3, 2\), got \(2, 3\)"),
        ({"untouched": (0.5,)}, r"untouched must have shape \(2,\), got \(1,\)"),
        ({"counts": (5, 500, 50)}, "counts must be positive and rise"),
        ({"counts": ()}, "counts must be positive and rise"),
        ({"rates": (0.01, 0.01)}, "rates must be positive and rise"),
        ({"rates": (0.0, 0.01)}, "rates must be positive and rise"),
        ({"rates": (0.00001, 0.01)}, "with four decimals"),
        ({"count": 6}, "count must be one of .*got 6"),
        ({"rate": 0.1}, "rate must be one of"),
        ({"frozen": 4}, "frozen must be one of"),
    ],
)
def test_bad_input_is_refused_in_words(change, message):
    with pytest.raises(ValueError, match=message):
        Transfer(**GOOD | change)


def test_a_negative_number_of_blocks_is_refused_later_too():
    figure = Transfer(**GOOD)
    with pytest.raises(TraitError):
        figure.frozen = -1
