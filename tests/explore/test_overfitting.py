"""Overfitting: the page against Python, Python against Keras, what each knob does, controls."""

import itertools

import keras
import numpy as np
import pytest

from dlcourse_utils.explore import Overfitting, bundle
from dlcourse_utils.explore.overfitting import L2, STEEPNESS, SWEEPS, fit, hidden

KNOBS = tuple(SWEEPS)
SETTINGS = [
    {},
    {"units": 30, "points": 10, "noise": 1.0, "seed": 9999},
    {"units": 1, "points": 200, "noise": 0.0, "seed": 0},
    {"units": 13, "points": 57, "l2": 0.002, "dropout": 0.35, "noise": 0.15, "seed": 3},
]


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("overfitting")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def setting(figure: Overfitting) -> dict:
    return {name: getattr(figure, name) for name in KNOBS}


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", SETTINGS)
def test_page_and_python_agree(show, given):
    figure = Overfitting(**given)
    page = show(figure)
    arguments = (figure.seed, setting(figure))
    found = run(page, "errors(drawn(given[0]), given[1])", *arguments)
    assert (found["training"], found["validation"]) == pytest.approx(figure.errors(), abs=1e-5)
    grid = [-0.93, -0.2, 0.5, 1.0]
    on_page = run(
        page,
        "features(given[2]).map((row) => answer(row, leastLoss(drawn(given[0]), given[1])))",
        *arguments,
        grid,
    )
    np.testing.assert_allclose(on_page, figure.predict(grid), atol=1e-4)


@pytest.mark.parametrize("knob", KNOBS)
def test_page_and_python_sweep_alike(show, knob):
    figure = Overfitting(units=12, l2=0.0001, against=knob)
    found = run(
        show(figure), "sweep(drawn(given[0]), given[1], given[2])", figure.seed, setting(figure),
        knob,
    )  # fmt: skip
    assert [point["value"] for point in found] == list(SWEEPS[knob])
    on_page = [(point["training"], point["validation"]) for point in found]
    np.testing.assert_allclose(on_page, figure.sweep(), atol=1e-4)


def test_the_points_are_the_same_on_the_page(show):
    figure = Overfitting(points=33, noise=0.7)
    found = run(
        show(figure),
        "Object.values(drawn(given[0])).map((part) => [part.x, part.x.map((_, i) => "
        "target(part, i, given[1]))])",
        figure.seed,
        0.7,
    )
    for (x, y), (x_page, y_page) in zip(figure.examples(), found, strict=True):
        np.testing.assert_allclose(np.array(x_page)[: len(x)], x, atol=1e-9)
        np.testing.assert_allclose(np.array(y_page)[: len(y)], y, atol=1e-9)


def test_keras_finds_no_slope_at_these_weights():
    figure = Overfitting(units=8, l2=0.01)
    (x, y), _ = figure.examples()
    weights, bias = figure.weights()
    output = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(0.01))
    model = keras.Sequential([keras.Input((8,)), output])
    model.compile(keras.optimizers.SGD(1.0), "mse")
    model.set_weights([weights[:, None], np.array([bias])])
    model.fit(hidden(x, 8), y[:, None], batch_size=len(x), epochs=1, verbose=0)
    # One step of length 1 along the gradient of Keras' own loss goes nowhere.
    np.testing.assert_allclose(model.get_weights()[0].ravel(), weights, atol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], bias, atol=1e-5)


def test_dropout_is_the_mean_over_all_masks():
    units, p, (x, y) = 5, 0.3, Overfitting(points=15).examples()[0]
    inputs = hidden(x, units)
    slope = np.zeros(units + 1)
    weights, bias = fit(x, y, units, dropout=p)
    for mask in itertools.product((0, 1), repeat=units):
        chance = np.prod([1 - p if kept else p for kept in mask])
        kept = np.column_stack([inputs * mask / (1 - p), np.ones(len(x))])
        slope += chance * 2 * kept.T @ (kept @ [*weights, bias] - y) / len(x)
    np.testing.assert_allclose(slope, 0, atol=1e-5)


def test_a_hidden_unit_is_a_tanh_unit_of_its_own_centre():
    answers = hidden(np.linspace(-1, 1, 4001), 30)
    centres = np.linspace(-1, 1, 4001)[np.argmin(np.abs(answers), axis=0)]
    assert len(set(centres.round(3))) == 30
    np.testing.assert_allclose(answers[-1], np.tanh(STEEPNESS * (1 - centres)), atol=2e-3)


def test_the_true_curve_has_the_noise_as_validation_error():
    for noise in (0.0, 0.4, 1.0):
        x, y = Overfitting(noise=noise).examples()[1]
        assert np.sqrt(np.mean((y - np.sin(4 * x)) ** 2)) == pytest.approx(noise)


def test_more_points_are_the_same_ones_and_others():
    few, many = (Overfitting(points=points).examples()[0] for points in (10, 80))
    for before, after in zip(few, many, strict=True):
        np.testing.assert_array_equal(before, after[:10])


def test_the_caption_has_its_answer():
    start = Overfitting()
    assert start.errors().training < 0.05 and start.errors().validation > 0.65
    ways = ({"units": 5}, {"points": 200}, {"l2": 0.02}, {"dropout": 0.1})
    for way in ways:
        errors = Overfitting(**way).errors()
        assert errors.validation < 0.48 and errors.training > 0.3
    # All but more points can be overdone.
    for knob, worst in (("units", 0), ("l2", -1), ("dropout", -1)):
        sweep = [errors.validation for errors in start.sweep(knob)]
        assert sweep[worst] > min(sweep) + 0.15 and sweep[0 if worst else -1] > min(sweep) + 0.15
    learning = [errors.validation for errors in start.sweep("points")]
    assert learning[-1] == pytest.approx(min(learning), abs=0.01)


def test_training_error_falls_with_capacity():
    training = [errors.training for errors in Overfitting().sweep("units")]
    assert np.all(np.diff(training) < 1e-6)


# ---- the page ------------------------------------------------------------------------------------


def test_it_starts_overfitted_and_says_so(show):
    page = show(Overfitting())
    errors = Overfitting().errors()
    assert said(page) == (
        f"Training error {errors.training:.2f}, validation error {errors.validation:.2f}, "
        "noise 0.40. It overfits."
    )


def test_sliders_by_keyboard(show):
    page = show(Overfitting())
    units = page.get_by_role("slider", name="Hidden units")
    units.focus()
    for _ in range(18):
        page.keyboard.press("ArrowLeft")
    assert state(page, "units") == [6]
    assert said(page).endswith("Close to the best possible.")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert said(page).endswith("It underfits.")
    l2 = page.get_by_role("slider", name="L2 (weight decay)")
    assert l2.get_attribute("aria-valuetext") == "none"
    l2.focus()
    page.keyboard.press("ArrowRight")
    assert state(page, "l2") == [L2[1]]
    assert "l2=0.000001" in page.evaluate("location.hash")


@pytest.mark.parametrize("knob", KNOBS)
def test_the_point_of_the_right_picture_moves_its_knob(show, knob):
    figure = Overfitting(units=10, points=50, l2=0.01, dropout=0.2, against=knob)
    page = show(figure)
    before = getattr(figure, knob)
    handle = page.get_by_role("slider", name="Knob of this picture")
    handle.focus()
    page.keyboard.press("ArrowRight")
    after = state(page, knob)[0]
    assert after > before
    assert "validation error" in handle.get_attribute("aria-valuetext")
    box = handle.locator(".dl-handle-mark").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 500, box["y"])
    page.mouse.up()
    assert state(page, knob)[0] == SWEEPS[knob][0]
    assert all(state(page, other) == [getattr(figure, other)] for other in KNOBS if other != knob)


def test_the_right_picture_can_be_chosen(show):
    page = show(Overfitting())
    page.get_by_role("combobox", name="Errors against").select_option("dropout")
    assert state(page, "against") == ["dropout"]
    said(page)
    assert page.locator(".dl-axis-label", has_text="dropout").count() == 1


def test_new_points(show):
    page = show(Overfitting())
    before = said(page)
    page.get_by_role("button", name="New points").click()
    assert state(page, "seed") == [Overfitting().seed + 1]
    assert said(page) != before


def test_curves_are_kept_while_their_own_knob_moves(show):
    page = show(Overfitting(against="units"))
    # Each unknown of a fit takes one root, so that roots count fits.
    roots = """(work) => {
      const { sqrt } = Math;
      let count = 0;
      Math.sqrt = (x) => { count += 1; return sqrt(x); };
      eval(work);
      Math.sqrt = sqrt;
      return count;
    }"""
    assert page.evaluate(roots, "model.set('units', 7)") < 20
    assert page.evaluate(roots, "model.set('l2', 0.1)") > 400


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = Overfitting()
    address = "#overfitting?units=9&points=44&noise=0.25&l2=0.00002&dropout=0.1&against=l2&seed=5"
    page = show(figure, hash=address)
    assert state(page, *KNOBS, "against", "seed") == [9, 44, 0.25, 0.00002, 0.1, "l2", 5]
    page.get_by_role("button", name="New points").click()
    assert page.evaluate("location.hash") == address.replace("seed=5", "seed=6")
    page.get_by_role("button", name="Reset").click()
    assert state(page, *KNOBS) == list(setting(figure).values())
    assert page.evaluate("location.hash") == ""


def test_a_broken_address_does_no_harm(show):
    page = show(
        Overfitting(), hash="#overfitting?units=2.5&points=9&noise=8&l2=3&dropout=2&against=me"
    )
    assert state(page, *KNOBS, "against") == [24, 20, 1, 0, 0.9, "units"]
    assert said(page).startswith("Training error ")


def test_the_preview_shows_no_curve_of_errors():
    assert Overfitting(against="points").preview() == Overfitting().preview()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": 0}, "units must be a whole number from 1 to 30, got 0"),
        ({"units": 2.5}, "units must be a whole number"),
        ({"points": 5}, "points must be a whole number from 10 to 200, got 5"),
        ({"noise": -1}, "noise must lie between 0 and 1, got -1"),
        ({"l2": 0.3}, "l2 must be one of"),
        ({"dropout": 1}, "dropout must lie between 0 and 0.9, got 1"),
        ({"against": "depth"}, "against must be one of"),
        ({"seed": -3}, "seed must be a whole number"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Overfitting(**arguments)


def test_an_unknown_knob_is_refused():
    with pytest.raises(ValueError, match="knob must be one of"):
        Overfitting().sweep("depth")
