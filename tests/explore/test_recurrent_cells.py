"""Recurrent cells: the page against Python, Python against Keras, and the controls."""

import re

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse_utils.explore import RecurrentCells, bundle
from dlcourse_utils.explore.recurrent_cells import (
    GATE_BIASES,
    INPUTS,
    MATTERS,
    RECURRENT_WEIGHTS,
    gru,
    lstm,
    simple_rnn,
)
from dlcourse_utils.explore.traits import unpack

BIASES = np.linspace(*GATE_BIASES, 161)
RANDOM = np.random.default_rng(0).uniform(-1, 1, 12).astype(np.float32)


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("recurrent_cells")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text().replace("−", "-")


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def number(text: str) -> float:
    """'8.6 × 10⁻⁵' or '0.0035' as a float."""
    plain = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(plain.replace(" × 10", "e"))


def sizes(page) -> list[float]:
    """The two derivatives of the sentence: that of the gated cell, and the plain RNN's."""
    found = re.findall(r"(\d[\d.]*(?: × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?) times", said(page))
    return [number(text) for text in found]


# Numbers


@pytest.mark.parametrize("inputs", [INPUTS, RANDOM, [1.0, 1.0], [1.0] * 40])
def test_page_and_python_agree(show, inputs):
    page = show(RecurrentCells())
    x = np.asarray(inputs, dtype=float)
    for parameter in (-2.0, 0.0, 0.9, 1.3, 6.0):
        for name, cell in (("simpleRnn", simple_rnn), ("lstm", lstm), ("gru", gru)):
            on_page = run(page, f"{name}(...given)", x.tolist(), parameter)
            steps = cell(x, parameter)
            np.testing.assert_allclose(on_page["h"], steps.h, atol=1e-9)
            np.testing.assert_allclose(on_page["gradient"], steps.gradient, rtol=1e-9, atol=1e-30)
            assert list(on_page.get("gates", {})) == list(steps.gates)
            for letter, values in steps.gates.items():
                np.testing.assert_allclose(on_page["gates"][letter], values, atol=1e-9)
            if steps.c is not None:
                np.testing.assert_allclose(on_page["c"], steps.c, atol=1e-9)


@pytest.mark.parametrize("inputs", [INPUTS, RANDOM], ids=["default", "random"])
@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize(("weight", "bias"), [(0.9, 1.0), (1.4, 3.5)])
def test_states_and_gradients_are_those_of_keras(inputs, kind, weight, bias):
    figure = RecurrentCells(
        inputs,
        cell="GRU" if kind == "GRU" else "LSTM",
        recurrent_weight=weight,
        gate_bias=bias,
    )
    steps = figure.rnn() if kind == "SimpleRNN" else figure.gated()
    x = unpack(figure.inputs).astype(float)
    nudges = 1e-4 * np.eye(len(x))
    batch = np.concatenate([x[None], x + nudges, x - nudges])[..., None]
    layer = getattr(layers, kind)(1, return_sequences=True, dtype="float64")
    layer.build(batch.shape)
    layer.set_weights(figure.keras_weights(kind))
    h = keras.ops.convert_to_numpy(layer(batch))[..., 0]
    np.testing.assert_allclose(steps.h, h[0], atol=1e-6)
    up, down = np.split(h[1:, -1], 2)
    np.testing.assert_allclose(steps.gradient, (up - down) / 2e-4, atol=1e-6)


def test_the_cell_state_is_that_of_keras():
    figure = RecurrentCells(RANDOM, gate_bias=2.5)
    layer = layers.LSTM(1, return_state=True, dtype="float64")
    batch = RANDOM[None, :, None].astype(float)
    layer.build(batch.shape)
    layer.set_weights(figure.keras_weights("LSTM"))
    _, h, c = (float(keras.ops.convert_to_numpy(part).squeeze()) for part in layer(batch))
    assert (figure.gated().h[-1], figure.gated().c[-1]) == pytest.approx((h, c), abs=1e-6)


def test_inputs_are_not_touched():
    x = np.array([0.5, 0.25])
    for cell in (simple_rnn, lstm, gru):
        cell(x, 1.0)
    assert x.tolist() == [0.5, 0.25]


def test_the_question_of_the_caption_has_its_answer():
    # nothing at the start; a raised bias lets the first input through; no RNN weight does
    start = RecurrentCells()
    assert abs(start.gated().gradient[0]) < MATTERS / 100
    for cell in (lstm, gru):
        first = [bias for bias in BIASES if abs(cell(INPUTS, bias).gradient[0]) >= MATTERS]
        assert 2 < min(first) < 3.5
    weights = np.linspace(*RECURRENT_WEIGHTS, 401)
    assert max(abs(simple_rnn(INPUTS, weight).gradient[0]) for weight in weights) < MATTERS / 3


# The page


@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
@pytest.mark.parametrize("step", [1, 20, 31])
def test_the_sentence_says_pythons_numbers(show, cell, step):
    figure = RecurrentCells(cell=cell, gate_bias=2.8, step=step)
    expected = [abs(steps.gradient[step - 1]) for steps in (figure.gated(), figure.rnn())]
    assert sizes(show(figure)) == pytest.approx(expected, rel=0.06)


def test_raising_the_bias_by_keyboard_makes_the_first_input_matter(show):
    page = show(RecurrentCells())
    assert said(page).endswith("x₁ matters in neither.")
    bias = page.get_by_role("slider", name="Forget-gate bias")
    bias.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    assert said(page).endswith("x₁ matters in the LSTM only.")
    (value,) = state(page, "gate_bias")
    assert value == pytest.approx(3.0)
    assert bias.get_attribute("aria-valuetext") == "3.00"


def test_the_sums_of_the_step_are_shown(show):
    figure = RecurrentCells(step=5)
    sums = show(figure).locator(".dl-cells-sums p").all_inner_texts()
    results = [float(text.replace("−", "-").rsplit("= ")[-1]) for text in sums]
    steps = figure.gated()
    expected = [figure.rnn().h[4], steps.c[4], steps.h[4]]
    assert results == pytest.approx(expected, abs=0.0051)
    assert "c₅ = f·c₄ + i·g" in sums[1]


def test_the_inputs_handle_steps_and_edits_by_keyboard(show):
    page = show(RecurrentCells())
    handle = page.get_by_role("slider", name="Input", exact=True)
    handle.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert state(page, "step") == [3]
    assert page.evaluate("numbers('inputs')[2]") == pytest.approx(INPUTS[2] + 0.55)
    assert page.evaluate("numbers('inputs')[0]") == 1
    assert "step 3, input 0.45" in handle.get_attribute("aria-valuetext")
    assert said(page).startswith("A small change of x₃ changes h₃₁, 28 steps later,")


def test_dragging_the_input_stays_in_its_range_and_step(show):
    page = show(RecurrentCells(step=16))
    box = page.get_by_role("slider", name="Input", exact=True).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 500)
    page.mouse.up()
    assert state(page, "step") == [16]
    assert page.evaluate("numbers('inputs')[15]") == -1


def test_a_click_on_any_plot_chooses_a_step(show):
    page = show(RecurrentCells())
    plots = page.locator(".dl-cells-plot")
    assert plots.count() == 4
    for number in range(4):
        box = plots.nth(number).bounding_box()
        page.mouse.click(box["x"] + box["width"] - 11, box["y"] + box["height"] / 2)
        assert state(page, "step") == [31]
        page.evaluate("model.set('step', 1)")


def test_sliders_for_step_input_and_weight(show):
    page = show(RecurrentCells())
    for label, keys in (("Step", 4), ("Input at this step", 5), ("RNN weight w", 3)):
        page.get_by_role("slider", name=label, exact=True).focus()
        for _ in range(keys):
            page.keyboard.press("ArrowRight")
    assert state(page, "step") == [5]
    assert page.evaluate("numbers('inputs')[4]") == pytest.approx(0.25)
    assert state(page, "recurrent_weight") == pytest.approx([0.96])


def test_the_gru_has_its_own_gates_and_sums(show):
    page = show(RecurrentCells())
    page.get_by_label("Gated cell").select_option("GRU")
    assert page.get_by_role("slider", name="Update-gate bias").count() == 1
    assert page.locator(".dl-cells-sums p").count() == 2
    assert "in the GRU" in said(page)
    assert page.get_by_text("cell state c").count() == 0


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = RecurrentCells([1.0, -0.3, 0.0, 0.25])
    address = "#recurrent_cells?cell=GRU&gate_bias=3&recurrent_weight=1.1&step=2&inputs=0,0.5,1,-1"
    page = show(figure, hash=address)
    assert state(page, "cell", "gate_bias", "recurrent_weight", "step") == ["GRU", 3, 1.1, 2]
    assert page.evaluate("numbers('inputs')") == [0, 0.5, 1, -1]
    page.get_by_label("Gated cell").select_option("LSTM")
    assert "inputs=0,0.5,1,-1" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("location.hash") == ""
    assert page.evaluate("numbers('inputs')") == pytest.approx([1.0, -0.3, 0.0, 0.25])
    assert state(page, "cell", "gate_bias", "step") == ["LSTM", 1, 1]


def test_a_broken_address_does_no_harm(show):
    page = show(RecurrentCells(), hash="#recurrent_cells?cell=CNN&gate_bias=99&step=1e9&inputs=1,2")
    assert state(page, "cell", "gate_bias", "step") == ["LSTM", 6, 31]
    assert len(page.evaluate("numbers('inputs')")) == 31


def test_what_the_browser_sends_back_is_what_python_computes(show):
    figure = RecurrentCells()
    page = show(figure)
    page.get_by_role("slider", name="Input at this step").focus()
    page.keyboard.press("ArrowLeft")
    figure.inputs = memoryview(np.array(page.evaluate("numbers('inputs')"), dtype="<f4").tobytes())
    assert unpack(figure.inputs)[0] == pytest.approx(0.95)
    assert sizes(page)[0] == pytest.approx(abs(figure.gated().gradient[0]), rel=0.06)


def test_each_cell_has_a_preview_of_its_own():
    assert RecurrentCells(cell="LSTM").preview() != RecurrentCells(cell="GRU").preview()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": [1.0]}, r"\(steps,\) with 2 to 40 steps, got \(1,\)"),
        ({"inputs": [[1.0, 0.0]]}, r"got \(1, 2\)"),
        ({"inputs": [1.0, 3.0]}, "from -1 to 1"),
        ({"inputs": [1.0, float("nan")]}, "from -1 to 1"),
        ({"cell": "RNN"}, "cell must be one of"),
        ({"recurrent_weight": -1}, "recurrent_weight must lie between 0 and 2, got -1"),
        ({"gate_bias": 7}, "gate_bias must lie between -2 and 6, got 7"),
        ({"step": 32}, "step must lie between 1 and 31, got 32"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        RecurrentCells(**arguments)


def test_weights_for_an_unknown_layer():
    with pytest.raises(ValueError, match="'SimpleRNN', 'LSTM' or 'GRU', got 'Dense'"):
        RecurrentCells().keras_weights("Dense")
