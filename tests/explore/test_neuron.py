"""The neuron in the browser: mouse, keyboard, touch; its numbers against NumPy's."""

import re

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from traitlets import TraitError

from dlcourse_utils.explore import Neuron
from dlcourse_utils.explore.traits import unpack


def line_of(page) -> np.ndarray:
    return np.array(page.evaluate("['w1', 'w2', 'b'].map(model.get)"))


def settle(page) -> None:
    """Wait until a frame has been drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def drag(page, handle, dx: float, dy: float) -> None:
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    settle(page)


def right_by_numpy(neuron: Neuron, line: np.ndarray) -> int:
    X, y = unpack(neuron.points, (-1, 2)), unpack(neuron.labels)
    return int(((X.astype(float) @ line[:2] + line[2] > 0) == y).sum())


def right_on_page(page) -> int:
    sentence = page.locator(".dl-live").inner_text()
    return int(re.search(r"(\d+)", sentence).group())


def handle(page, name: str):
    return page.get_by_role("slider", name=name, exact=True)


def test_starts_as_python_says(show):
    neuron = Neuron(weights=(1.5, -0.5), bias=0.25)
    page = show(neuron)
    np.testing.assert_allclose(line_of(page), [1.5, -0.5, 0.25])
    assert right_on_page(page) == right_by_numpy(neuron, line_of(page))
    assert "step(1.50·x₁ − 0.50·x₂ + 0.25)" in page.locator(".dl-live").inner_text()


@pytest.mark.parametrize("activation", ["step", "sigmoid"])
def test_dragging_the_line_changes_only_the_bias_and_counts_right(show, activation):
    neuron = Neuron(activation=activation)
    page = show(neuron)
    before = line_of(page)
    drag(page, handle(page, "Move the line"), 70, 10)
    after = line_of(page)
    np.testing.assert_allclose(after[:2], before[:2])
    assert abs(after[2] - before[2]) > 0.1
    assert right_on_page(page) == right_by_numpy(neuron, after)


def test_the_line_goes_through_where_it_is_dropped(show):
    page = show(Neuron())
    move = handle(page, "Move the line")
    drag(page, move, 60, -40)
    x, y = (page.evaluate("""() => {
      const handle = document.querySelector(".dl-handle-move");
      const [px, py] = handle.getAttribute("transform").match(/[\\d.]+/g).map(Number);
      const ticks = (anchor) => [...document.querySelectorAll(`.dl-tick[text-anchor=${anchor}]`)]
        .map((t) => [Number(t.textContent.replace("−", "-")),
          Number(t.getAttribute(anchor === "middle" ? "x" : "y")) - (anchor === "end" ? 4 : 0)]);
      const read = ([[v0, p0], [v1, p1]], p) => v0 + (v1 - v0) * (p - p0) / (p1 - p0);
      return [read(ticks("middle"), px), read(ticks("end"), py)];
    }"""))  # fmt: skip
    w1, w2, b = line_of(page)
    assert abs(w1 * x + w2 * y + b) < 1e-3


def test_turning_the_line_by_mouse_and_by_keyboard(show):
    neuron = Neuron(weights=(1, 1), bias=0)
    page = show(neuron)
    turn = handle(page, "Turn the line")
    before = line_of(page)
    drag(page, turn, 0, 60)
    dragged = line_of(page)
    assert not np.allclose(dragged, before, atol=0.05)
    turn.focus()
    for _ in range(15):  # 15 times 3 degrees
        page.keyboard.press("ArrowRight")
    settle(page)
    turned = line_of(page)
    assert right_on_page(page) == right_by_numpy(neuron, turned)
    # Turning forth and back gives the old line, and a half turn swaps the two sides.
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    settle(page)
    np.testing.assert_allclose(line_of(page), dragged, atol=1e-6)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    settle(page)
    np.testing.assert_allclose(line_of(page), -dragged, atol=1e-6)


def test_moving_the_line_and_the_cross_by_keyboard(show):
    page = show(Neuron(activation="sigmoid", weights=(2, 1), bias=-0.5))
    before = line_of(page)
    move = handle(page, "Move the line")
    move.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    settle(page)
    assert line_of(page)[2] < before[2]
    assert move.get_attribute("aria-valuetext").startswith("b ")

    cross = page.get_by_role("slider", name=re.compile("^Cross"))
    cross.focus()
    page.keyboard.press("ArrowLeft")
    settle(page)
    words = cross.get_attribute("aria-valuetext").replace("−", "-")
    x1, x2, output = map(float, re.findall(r"-?\d+\.\d+", words))
    z = line_of(page) @ [x1, x2, 1]
    assert output == pytest.approx(1 / (1 + np.exp(-z)), abs=0.02)
    assert f"{output:.2f}" in page.locator(".dl-neuron-diagram").inner_text()


def test_sliders_and_select_by_keyboard(show):
    page = show(Neuron(weights=(1, -0.5)))
    slider = page.get_by_label("w₁", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert line_of(page)[0] == pytest.approx(1.2)  # a hundredth of -10..10
    page.get_by_label("Activation").select_option("sigmoid")
    settle(page)
    assert "sigmoid(1.20·x₁" in page.locator(".dl-live").inner_text()
    assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_python_moves_the_page_and_the_page_python(show):
    page = show(Neuron())
    saved = page.evaluate("saved")
    page.evaluate("model.set('w1', 3.25)")
    settle(page)
    assert page.get_by_label("w₁", exact=True).input_value() == "3.25"
    assert "3.25·x₁" in page.locator(".dl-live").inner_text()
    drag(page, handle(page, "Move the line"), 10, 0)
    assert page.evaluate("saved") > saved


def test_reset_brings_everything_back(show):
    page = show(Neuron(weights=(1, 1), bias=0.2))
    cross = page.get_by_role("slider", name=re.compile("^Cross"))
    start = page.locator(".dl-live").inner_text(), cross.get_attribute("transform")
    drag(page, handle(page, "Move the line"), 40, 40)
    drag(page, handle(page, "Turn the line"), -30, 20)
    drag(page, cross, -50, 10)
    assert "#neuron?" in page.url
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert (page.locator(".dl-live").inner_text(), cross.get_attribute("transform")) == start
    assert "#" not in page.url


def test_the_address_brings_the_state_to_another_reader(show):
    page = show(Neuron())
    drag(page, handle(page, "Turn the line"), 50, 20)
    page.get_by_label("Activation").select_option("sigmoid")
    settle(page)
    there = show(Neuron(), hash="#" + page.url.split("#")[1])
    np.testing.assert_allclose(line_of(there), line_of(page), atol=1e-4)
    assert there.get_by_label("Activation").input_value() == "sigmoid"


@pytest.mark.parametrize(
    "hash, line",
    [
        ("#neuron?w1=abc&w2=&b=NaN&activation=relu", [1, -0.5, 0]),
        ("#neuron?w1=1e9&b=-1e9&%ZZ", [10, -0.5, -10]),
        ("#another?w1=3", [1, -0.5, 0]),
        ("#neuron?", [1, -0.5, 0]),
    ],
)
def test_a_malformed_address_does_no_harm(show, hash, line):
    page = show(Neuron(), hash=hash)
    np.testing.assert_allclose(line_of(page), line)
    assert page.get_by_label("Activation").input_value() == "step"


def test_no_line_and_a_line_outside_are_said(show):
    page = show(Neuron(weights=(0, 0), bias=1))
    assert "Without weights there is no line" in page.locator(".dl-live").inner_text()
    assert handle(page, "Turn the line").count() == 0
    page.evaluate("model.set('w1', 1); model.set('b', 9)")
    settle(page)
    assert "outside the picture" in page.locator(".dl-live").inner_text()
    drag(page, handle(page, "Move the line"), 60, 0)
    assert "outside the picture" not in page.locator(".dl-live").inner_text()


def test_the_default_examples_can_be_parted(show):
    neuron = Neuron(weights=(4, 8), bias=-1.25)
    assert "✓ All 40 right." in show(neuron).locator(".dl-live").inner_text()


def test_the_still_picture_counts_and_rings_as_the_page_does():
    neuron = Neuron(weights=(4, 8), bias=3.0)
    right = right_by_numpy(neuron, np.array([4, 8, 3.0]))
    assert 0 < right < 40
    figure = Figure()
    neuron.draw_preview(figure)
    axes = figure.axes[0]
    titles = {axes.get_title(place) for place in ("left", "center")}  # as the style in use has it
    assert f"{right} of 40 right" in titles
    clouds = [marks for marks in axes.collections if isinstance(marks, PathCollection)]
    (rings,) = [marks for marks in clouds if marks.get_sizes().tolist() == [120]]
    assert len(rings.get_offsets()) == 40 - right


def test_features_in_other_units(show):
    generator = np.random.default_rng(0)
    X = generator.normal((300, 0.02), (40, 0.005), (60, 2))
    y = (X[:, 1] > 0.02).astype(int)
    neuron = Neuron(X, y, weights=(0.0, 1.0))
    page = show(neuron)
    drag(page, handle(page, "Move the line"), 10, 30)
    drag(page, handle(page, "Turn the line"), 10, 30)
    assert right_on_page(page) == right_by_numpy(neuron, line_of(page))
    assert np.abs(line_of(page)[:2]).max() <= neuron.weight_limit


def test_it_can_be_dragged_on_a_phone(show):
    page = show(Neuron(), width=360)
    drag(page, handle(page, "Move the line"), 30, 0)
    assert line_of(page)[2] != 0


def test_the_theme_can_change_while_it_is_open(show):
    page = show(Neuron())
    shot = page.locator("canvas").first.evaluate("(c) => c.toDataURL()")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    settle(page)
    settle(page)
    assert page.locator("canvas").first.evaluate("(c) => c.toDataURL()") != shot


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="X and y together"):
        Neuron(X=[[0, 0]])
    with pytest.raises(ValueError, match="feature_names must hold 2 texts"):
        Neuron(feature_names=("one",))
    with pytest.raises(ValueError, match=r"weights must have shape \(2,\), got \(3,\)"):
        Neuron(weights=(1, 2, 3))
    with pytest.raises(ValueError, match="step.*sigmoid"):
        Neuron(activation="relu")
    with pytest.raises(TraitError, match="w1 must lie between -10 and 10, got 1000"):
        Neuron().w1 = 1000


def test_large_weights_widen_the_limits():
    neuron = Neuron(weights=(120, 1), bias=-3000)
    assert neuron.weight_limit >= 120 and neuron.bias_limit >= 3000
