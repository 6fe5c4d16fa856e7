"""The activation functions in the browser: keyboard, address; their numbers against NumPy's."""

import re

import numpy as np
import pytest

from dlcourse_utils.explore import Activations, bundle
from dlcourse_utils.explore.activations import ACTIVATIONS, activate, derivative
from dlcourse_utils.explore.seeded import normals


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def sentence(page) -> str:
    return page.locator(".dl-live").inner_text().replace("−", "-")


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("activations")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def test_functions_and_slopes_are_those_of_python(show):
    page = show(Activations())
    z = np.linspace(-8, 8, 81)
    for name in ACTIVATIONS:
        values = "given[1].map((z) => FUNCTIONS[given[0]].map((f) => f(z)))"
        on_page = run(page, values, name, list(z))
        expected = np.stack([activate(name, z), derivative(name, z)], axis=1)
        np.testing.assert_allclose(on_page, expected, atol=1e-6, err_msg=name)


def test_slopes_are_the_derivatives():
    z = np.linspace(-4, 4, 33) + 0.01  # away from the bends at 0
    for name in ACTIVATIONS:
        numeric = (activate(name, z + 1e-5) - activate(name, z - 1e-5)) / 2e-5
        np.testing.assert_allclose(derivative(name, z), numeric, atol=1e-6, err_msg=name)


def test_the_random_numbers_are_the_pages(show):
    page = show(Activations())
    on_page = run(page, "((random) => Array.from({ length: 50 }, random.normal))(seeded(7))")
    np.testing.assert_allclose(on_page, normals(7, 50), atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_ten_layers_agree_with_python(show, name):
    page = show(Activations(name))
    for scale, seed in [(0.5, 1), (1.45, 2), (4.0, 9999)]:
        expected = Activations(name, weight_scale=scale, seed=seed).ten_layers()
        layers = "tenLayers(randomLayers(given[2]), given[0], given[1])"
        on_page = run(page, f"((r) => [r.signal, r.gradient])({layers})", name, scale, seed)
        np.testing.assert_allclose(on_page[0], expected.signal, rtol=1e-4)
        np.testing.assert_allclose(on_page[1], expected.gradient, rtol=1e-4)


def test_ten_layers_begin_at_one_and_a_linear_layer_multiplies_by_the_scale():
    layers = Activations("tanh", weight_scale=1.3).ten_layers()
    assert layers.signal[0] == layers.gradient[-1] == 1
    assert layers.z.shape == (10, 32, 48)
    linear = Activations("linear", weight_scale=1.3).ten_layers()
    np.testing.assert_allclose(linear.signal[1], 1.3, rtol=0.1)
    np.testing.assert_allclose(linear.gradient[-2], 1.3, rtol=0.1)
    np.testing.assert_allclose(linear.signal[-1], 1.3**10, rtol=0.5)


def test_the_question_of_the_caption_has_its_answer():
    def ends(name, scale):
        layers = Activations(name, weight_scale=scale).ten_layers()
        return np.array([layers.signal[-1], layers.gradient[0]])

    assert ((ends("relu", 1.5) > 0.3) & (ends("relu", 1.5) < 3)).all()
    for scale in np.linspace(0.5, 4, 15):
        assert (ends("sigmoid", scale) < 0.05).all()


def test_it_starts_as_python_says(show):
    figure = Activations("tanh", z=1.5, weight_scale=1.2)
    page = show(figure)
    numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", sentence(page))]
    layers = figure.ten_layers()
    expected = [1.5, figure.output, figure.slope, layers.signal[-1], layers.gradient[0]]
    np.testing.assert_allclose(numbers, expected, atol=0.006)


def test_controls_and_handle_by_keyboard(show):
    page = show(Activations("tanh", z=0))
    handle = page.get_by_role("slider", name="Input z")
    handle.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.evaluate("model.get('z')") == pytest.approx(1.1)
    assert "z = 1.10" in sentence(page) and "slope 0.359" in handle.get_attribute("aria-valuetext")
    page.get_by_label("Activation", exact=True).select_option("relu")
    page.get_by_label("Weight scale").focus()
    before = sentence(page)
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert page.evaluate("model.get('weight_scale')") == pytest.approx(1.5)
    assert sentence(page) != before
    before = sentence(page)
    page.get_by_role("button", name="New weights").click()
    settle(page)
    assert page.evaluate("model.get('seed')") == 2
    assert sentence(page) != before


def test_dragging_stays_on_the_axis_and_inside(show):
    page = show(Activations(z=0))
    box = page.get_by_role("slider", name="Input z").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2000, y - 90)
    page.mouse.up()
    assert page.evaluate("model.get('z')") == 6
    after = page.get_by_role("slider", name="Input z").bounding_box()
    assert after["y"] == pytest.approx(box["y"], abs=1)


def test_large_and_small_factors_are_words(show):
    page = show(Activations("sigmoid", weight_scale=0.5))
    assert re.search(r"signal divided by [\d.]+ billion", sentence(page))
    page.evaluate("model.set('activation', 'linear'); model.set('weight_scale', 4)")
    settle(page)
    assert re.search(r"gradient multiplied by (\d{3},000|[\d.]+ million)", sentence(page))


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = Activations()
    page = show(figure, hash="#activations?activation=gelu&z=-1&weight_scale=1.5&seed=3")
    assert "z = -1.00 the output is -0.16" in sentence(page)
    assert page.get_by_label("Activation", exact=True).input_value() == "gelu"
    page.get_by_label("Activation", exact=True).select_option("relu")
    assert "activation=relu" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("model.get('activation')") == figure.activation


def test_a_broken_address_does_no_harm(show):
    page = show(Activations(), hash="#activations?activation=swish&z=a&weight_scale=99&seed=1.4")
    assert page.evaluate("['activation', 'z', 'weight_scale'].map(model.get)") == ["sigmoid", 2, 4]


def test_the_handle_covers_neither_point_at_the_start(show):
    page = show(Activations())
    plot = page.locator(".dl-plot").first.bounding_box()
    mark = page.get_by_role("slider", name="Input z").locator(".dl-handle-mark").bounding_box()
    foot = plot["y"] + plot["height"] - 40  # the margin for the axis and its label
    assert foot - 24 < mark["y"] < mark["y"] + mark["height"] <= foot
    assert page.locator(".dl-legend .dl-activations-bars").count() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activation": "swish"}, "activation must be one of"),
        ({"z": 7}, "z must lie between -6 and 6, got 7"),
        ({"z": float("nan")}, "z must lie between"),
        ({"weight_scale": 0.1}, "weight_scale must lie between 0.5 and 4"),
        ({"seed": 0}, "seed must be a whole number from 1 to 9999"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Activations(**arguments)
