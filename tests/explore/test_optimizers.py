"""The optimiser race: the page against Python, Python against the chapter and Keras, controls."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from dlcourse_utils.explore import OptimizerRace, bundle
from dlcourse_utils.explore.optimizers import OPTIMIZERS, SURFACES

CHAPTER = Path(__file__).parents[2] / "chapters" / "05-optimizers.ipynb"
NAMES_IN_CHAPTER = dict(zip(OPTIMIZERS, ("SGD", "Momentum", "RMSprop", "Adam"), strict=True))
RATES = (0.03, 0.01, 0.2, 0.4)


def paths_on_page(page, race: OptimizerRace) -> dict[str, np.ndarray]:
    """The page's own `walk`, out of the very bundle that ships."""
    found = page.evaluate(
        f"([surface, names, rates, start, steps]) => {{ {bundle.body('optimizers')};"
        "return names.map((name, i) => walk(surface, name, rates[i], start, steps)); }",
        [race.surface, race.optimizers, race.rates, [race.x, race.y], race.steps],
    )
    return {name: np.array(path) for name, path in zip(race.optimizers, found, strict=True)}


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def state(page, *names) -> list:
    return [page.evaluate(f"model.get('{name}')") for name in names]


@pytest.fixture(scope="module")
def chapter_classes() -> dict:
    """The optimisers as the chapter defines them."""
    cells = {cell.id: cell.source for cell in nbformat.read(CHAPTER, as_version=4).cells}
    names = {"np": np}
    for cell in ("sgd", "momentum", "rmsprop", "adam"):
        exec(cells[cell], names)
    return names


@pytest.mark.parametrize("surface", SURFACES)
def test_page_and_python_agree(show, surface):
    for start in (None, (0.7, -0.4)):
        race = OptimizerRace(surface, rates=RATES, start=start, steps=80)
        on_page = paths_on_page(show(race), race)
        for name, path in race.paths().items():
            assert on_page[name].shape == path.shape
            np.testing.assert_allclose(on_page[name], path, atol=1e-4)


@pytest.mark.parametrize("surface", SURFACES)
def test_python_and_the_chapter_agree(chapter_classes, surface):
    race = OptimizerRace(surface, rates=RATES, steps=50)
    for (name, path), rate in zip(race.paths().items(), RATES, strict=True):
        optimizer = chapter_classes[NAMES_IN_CHAPTER[name]](rate)
        theta = np.array([race.x, race.y])
        for point in path[1:]:
            theta = optimizer.step(theta, race.gradient(theta))
            np.testing.assert_allclose(theta, point, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("surface", SURFACES)
def test_gradients_are_slopes_of_the_loss(surface):
    race, h = OptimizerRace(surface), 1e-6
    for point in np.random.default_rng(0).uniform(-1, 1, (5, 2)):
        slopes = [
            (race.loss(point + step) - race.loss(point - step)) / (2 * h) for step in h * np.eye(2)
        ]
        np.testing.assert_allclose(race.gradient(point), slopes, atol=1e-6)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_crosses_stand_on_the_lowest_points(show, surface):
    race = OptimizerRace(surface)
    lowest = show(race).evaluate(
        f"(name) => {{ {bundle.body('optimizers')}; return SURFACES[name].lowest; }}", surface
    )
    x, y = np.meshgrid(*(np.linspace(*side, 401) for side in SURFACES[surface][:2]))
    for point in lowest:
        assert race.loss(point) <= race.loss(np.stack([x, y], axis=-1)).min() + 1e-9
        np.testing.assert_allclose(race.gradient(point), 0, atol=1e-5)


def test_the_limit_of_the_narrow_valley():
    for rate, inside in ((0.099, True), (0.101, False)):
        race = OptimizerRace(
            "narrow valley", optimizers=("gradient descent",), rates=(rate,), steps=200
        )
        path = race.paths()["gradient descent"]
        assert (abs(path[-1, 1]) < abs(path[0, 1])) == inside


def test_it_starts_with_a_result_in_words(show):
    page = show(OptimizerRace("narrow valley"))
    words = said(page)
    assert words.startswith("After 100 steps ")
    race = OptimizerRace("narrow valley")
    best = min(race.paths().items(), key=lambda item: race.loss(item[1][-1]))[0]
    assert f"{best} is lowest" in words
    assert page.locator(".dl-optimizers-outcome").count() == 4


def test_a_click_and_arrow_keys_move_the_start(show):
    page = show(OptimizerRace("narrow valley"))
    box = page.locator(".dl-optimizers-map").bounding_box()
    page.mouse.click(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    x, y = state(page, "x", "y")
    assert 0 < x < 6 and 0 < y < 3
    assert f"x={x:.4f}".rstrip("0") in page.evaluate("location.hash")
    handle = page.get_by_role("slider", name="Start")
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert state(page, "x")[0] == pytest.approx(x + 12 / 50)
    for _ in range(9):
        page.keyboard.press("Shift+ArrowUp")
    assert state(page, "y") == [3]
    assert "loss" in handle.get_attribute("aria-valuetext")


def test_neither_a_scrolling_finger_nor_the_right_button_moves_the_start(show, require_only_taps):
    page = show(OptimizerRace(), width=360, touch=True)
    require_only_taps(page, ".dl-optimizers-map", 0.8)


def test_a_rate_that_is_too_large_is_said_to_diverge(show):
    page = show(OptimizerRace("narrow valley"))
    rate = page.get_by_role("slider", name="Gradient descent")
    rate.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    assert "Diverged: gradient descent." in said(page)
    assert "diverged" in page.locator(".dl-optimizers-outcome").first.inner_text()
    value = state(page, "rates")[0][0]
    assert f"{value:.2g}" in rate.get_attribute("aria-valuetext")


def test_steps_and_surface(show):
    page = show(OptimizerRace("narrow valley"))
    page.get_by_label("Surface", exact=True).select_option("saddle")
    assert state(page, "x", "y") == list(SURFACES["saddle"][2])
    steps = page.get_by_role("slider", name="Steps")
    steps.focus()
    page.keyboard.press("ArrowLeft")
    count = state(page, "steps")[0]
    assert count < 100
    assert said(page).startswith(f"After {count} steps")


def test_the_race_runs_and_ends(show):
    page = show(OptimizerRace("saddle", steps=12))
    page.get_by_role("button", name="Race").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="Race").wait_for()
    assert said(page).startswith("After 12 steps")


def test_one_optimiser_alone(show):
    race = OptimizerRace("narrow valley", optimizers="gradient descent", rates=[0.05], steps=10)
    page = show(race)
    assert page.locator(".dl-optimizers-outcome").count() == 1
    assert re.match(r"After 10 steps the loss is [\d.]+ above the lowest\.", said(page))


def test_the_address_holds_the_state_and_reset_empties_it(show):
    race = OptimizerRace()
    page = show(race, hash="#optimizers?surface=saddle&x=0.5&y=-1&steps=20&rates=0.1,0.02,0.03,0.5")
    assert state(page, "surface", "x", "y", "steps") == ["saddle", 0.5, -1, 20]
    assert state(page, "rates") == [[0.1, 0.02, 0.03, 0.5]]
    page.get_by_label("Surface", exact=True).select_option("two hollows")
    assert "surface=two" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    assert state(page, "surface", "x", "steps") == [race.surface, race.x, race.steps]
    assert page.evaluate("location.hash") == ""


def test_a_broken_address_does_no_harm(show):
    page = show(OptimizerRace(), hash="#optimizers?surface=moon&x=900&steps=1e9&rates=0.1")
    assert said(page).startswith("After ")
    assert len(state(page, "rates")[0]) == 4
    assert state(page, "surface") == ["curved valley"]


def test_at_phone_width_the_slider_stands_under_name_rate_and_loss(show):
    page = show(OptimizerRace(), width=360)
    rows = page.locator(".dl-optimizers-row")
    assert rows.count() > 1
    for i in range(rows.count()):
        parts = [rows.nth(i).locator(part) for part in ("svg", "label", ".dl-value")]
        parts.append(rows.nth(i).locator(".dl-optimizers-outcome"))
        boxes = [part.bounding_box() for part in parts]
        for left, right in zip(boxes, boxes[1:], strict=False):
            assert left["x"] + left["width"] <= right["x"]
        track = rows.nth(i).locator("input").bounding_box()
        assert track["y"] >= max(box["y"] + box["height"] for box in boxes) - 1
        assert track["width"] == pytest.approx(rows.nth(i).bounding_box()["width"], abs=1)
        assert boxes[1]["height"] < 20  # a name in one line, not broken


def test_the_target_lies_over_the_paths(show):
    page = show(OptimizerRace())
    last = page.locator(".dl-optimizers-map > g > path").last
    assert last.get_attribute("class") == "dl-optimizers-lowest"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": "hill"}, "surface must be one of"),
        ({"optimizers": ("SGD",)}, "optimizers must hold 1 to 4 values out of"),
        ({"optimizers": ()}, "optimizers must hold 1 to 4 values out of"),
        ({"optimizers": ("Adam", "Adam")}, "each optimiser once"),
        ({"rates": (0.1,)}, "rates must hold 4 numbers, one for each optimiser"),
        ({"rates": (0.1, 0.1, 0.1, 100)}, "1 to 4 numbers from 0.001 to 10"),
        ({"start": (1, 2, 3)}, r"start must have shape \(2,\), got \(3,\)"),
        ({"start": (9, 0)}, "x must lie between -2 and 2, got 9"),
        ({"steps": 0}, "steps must be a whole number from 1 to 300"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        OptimizerRace(**arguments)
