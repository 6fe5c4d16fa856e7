"""The computational graph in the browser: stepping, editing, address; its numbers and Python's."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from dlcourse_utils.explore import ComputationalGraph, bundle
from dlcourse_utils.explore.formula import Formula
from dlcourse_utils.palette import ORANGE

FORMULAS = {
    "(w*x - y)^2": [1.5, 2.0, 1.0],
    "p = sigmoid(w1*x1 + w2*x2 + b); loss = (p - y)^2": [1.5, 1.0, -1.0, 2.0, 0.3, 1.0],
    "(a + b)*b": [2.0, 3.0],
    "h = tanh(a*b + 0.5)\nk = relu(h - 2*a)/b\n-log(exp(h)) + sin(k)*cos(a)": [0.4, -1.2],
    "-x**3 - -y + z^-1*.5e1": [1.5, -2.0, 0.7],
    "a - b - c/a/b": [3.0, 2.0, 5.0],
    "x*x*x + relu(x)": [0.0],
}


def run_on_page(page, formula, values):
    """Values and gradients by the page's own code, out of the very bundle that ships."""
    return page.evaluate(
        f"([text, values]) => {{ {bundle.body('computational_graph')};"
        "const graph = readFormula(text); const { values: found, slopes } = compute(graph, values);"
        "return [graph.names, found, backward(graph, slopes, Infinity)]; }",
        [formula, values],
    )


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def said(page) -> str:
    settle(page)
    return page.locator(".dl-live").inner_text().replace("−", "-")


def number_list(page) -> dict[str, str]:
    """The list for screen readers: title -> its numbers."""
    settle(page)
    items = page.locator(".dl-graph > .dl-hidden li").all_text_contents()
    return dict(item.replace("−", "-").split(": ", 1) for item in items)


def test_page_and_python_agree(show):
    page = show(ComputationalGraph())
    for formula, values in FORMULAS.items():
        graph = Formula(formula)
        names, found, gradients = run_on_page(page, formula, values)
        expected_values, expected_gradients = graph.run(values)
        assert names == graph.names
        np.testing.assert_allclose(found, expected_values, atol=1e-4)
        np.testing.assert_allclose(gradients, expected_gradients, atol=1e-4)


@pytest.mark.parametrize("formula", FORMULAS)
def test_gradients_are_the_slopes_of_the_formula(formula):
    graph, h = Formula(formula), 1e-6
    values = np.array(FORMULAS[formula]) + 0.01  # off the corner of the ReLU
    gradients = graph.of_inputs(graph.run(values)[1])
    for position, gradient in enumerate(gradients):
        nudge = h * np.eye(len(values))[position]
        rise = graph.run(values + nudge)[0][-1] - graph.run(values - nudge)[0][-1]
        assert gradient == pytest.approx(rise / (2 * h), abs=1e-5)


def test_python_knows_inputs_output_and_gradients():
    graph = ComputationalGraph("(a + b)*b", {"a": 2, "b": 3})
    assert graph.inputs == {"a": 2.0, "b": 3.0}
    assert graph.output == 15.0
    assert graph.gradients == {"a": 3.0, "b": 8.0}  # b is used twice: 5 + 3


def test_next_goes_forward_then_backward(show):
    page = show(ComputationalGraph("loss = (w*x - y)^2", {"w": 1.5, "x": 2, "y": 1}))
    assert "inputs are known" in said(page)
    assert page.get_by_role("button", name="Back").is_disabled()
    expected = [
        "Forward: 1.5 · 2 = 3.",
        "Forward: 3 - 1 = 2.",
        "Forward: loss = 2^2 = 4.",
        "Backward begins: the gradient of loss with respect to itself is 1.",
        "Backward through loss: - gets 1 · 4 = 4.",
        "Backward through -: × gets 4 · 1 = 4; y gets 4 · (-1) = -4.",
        "Backward through ×: w gets 4 · 2 = 8; x gets 4 · 1.5 = 6. Every input has its gradient.",
    ]
    for sentence in expected:
        page.get_by_role("button", name="Next").click()
        assert said(page) == sentence
    assert page.get_by_role("button", name="Next").is_disabled()
    assert page.evaluate("model.get('step')") == 7
    assert number_list(page)["w"] == "1.5, gradient 8"


def test_numbers_appear_only_when_they_are_known(show):
    page = show(ComputationalGraph("loss = (w*x - y)^2", step=2))
    numbers = number_list(page)
    assert numbers["loss = ^2"] == "not computed yet"
    assert "gradient" not in numbers["w"]
    page.get_by_role("button", name="All steps").click()
    assert all("gradient" in text for text in number_list(page).values())
    page.get_by_role("button", name="Back").click()
    assert "gradient" not in number_list(page)["w"]


def test_a_value_used_twice_adds_up(show):
    page = show(ComputationalGraph("(a + b)*b", {"a": 2, "b": 3}, step=-1))
    assert "b gets 3 · 1 = 3, 8 in all" in said(page)
    assert number_list(page)["b"] == "3, gradient 8"


def test_the_slider_moves_by_keyboard(show):
    page = show(ComputationalGraph("(a + b)*b"))
    slider = page.get_by_label("Step", exact=True)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("model.get('step')") == 3
    assert "Backward begins" in said(page)


def test_a_changed_input_is_compared_with_what_its_gradient_promised(show):
    page = show(ComputationalGraph("loss = (w*x - y)^2", {"w": 1.5, "x": 2, "y": 1}, step=-1))
    field = page.get_by_label("w", exact=True)
    field.fill("1.6")
    field.press("Tab")
    sentence = said(page)
    assert "w from 1.5 to 1.6: loss changed by 0.84" in sentence  # (3.2 - 1)² - 4
    assert "promised 0.8" in sentence  # gradient 8 times 0.1
    assert page.evaluate("model.get('values')") == [1.6, 2, 1]
    page.get_by_role("button", name="Back").click()
    assert "Backward through" in said(page)


def test_a_number_between_the_steps_of_the_arrows_may_be_typed(show):
    page = show(ComputationalGraph("(a + b)*b"))
    field = page.get_by_label("a", exact=True)
    field.fill("0.25")
    field.press("Tab")
    assert page.evaluate("model.get('values')") == [0.25, 1]
    field.press("ArrowUp")
    field.press("Tab")
    assert page.evaluate("model.get('values')") == [0.3, 1]


def test_an_empty_or_huge_number_is_not_taken(show):
    page = show(ComputationalGraph("(a + b)*b"))
    field = page.get_by_label("a", exact=True)
    for text in ("", "1e9"):
        field.fill(text)
        field.press("Tab")
        assert page.evaluate("model.get('values')") == [1, 1]


def test_another_graph_and_a_formula_of_ones_own(show):
    page = show(ComputationalGraph())
    choice = page.get_by_label("Graph", exact=True)
    assert choice.input_value() == "One neuron"
    choice.select_option("A value used twice")
    assert set(number_list(page)) == {"a", "b", "+", "×"}
    formula = page.get_by_label("Formula")
    formula.fill("tanh(a*k)")
    formula.press("Enter")
    assert set(number_list(page)) == {"a", "k", "×", "tanh"}
    assert page.evaluate("model.get('values')") == [2, 1]  # a keeps its number
    assert choice.input_value() == "Your own"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a +", "ends too early"),
        ("a $ b", "“$”"),
        ("a^b", "“b”"),
        ("tanh + 1", "“+”"),
        ("a", "nothing to compute"),
        ("h = a*b; a*a", "h is never used"),
        ("a*b; a*a", "without a name"),
        ("h = a*b; h = h*a; h*h", "name h is taken"),
        ("+".join("abcdefghijk"), "At most 10 inputs"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_graph_kept(show, text, words):
    page = show(ComputationalGraph("(a + b)*b"))
    formula = page.get_by_label("Formula")
    formula.fill(text)
    formula.press("Enter")
    assert words in page.locator(".dl-live").inner_text()
    assert page.evaluate("model.get('formula')") == "(a + b)*b"
    with pytest.raises(ValueError, match="formula: "):
        ComputationalGraph(text)


def test_the_address_holds_the_state_and_reset_empties_it(show):
    page = show(
        ComputationalGraph(),
        hash="#computational_graph?formula=" + "relu(a*b)%2Ba" + "&values=2,-3&step=2",
    )
    assert number_list(page)["×"] == "-6"
    assert said(page) == "Forward: relu(-6) = 0."
    page.get_by_role("button", name="Next").click()
    assert "step=3" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    assert "inputs are known" in said(page)
    assert page.evaluate("location.hash") == ""
    assert page.get_by_label("Graph", exact=True).input_value() == "One neuron"


def test_a_broken_address_does_no_harm(show):
    page = show(ComputationalGraph(), hash="#computational_graph?formula=a%2B&values=1,2&step=900")
    assert page.evaluate("model.get('formula')").startswith("p = sigmoid")
    assert "Every input has its gradient" in said(page)


def test_python_sees_what_the_reader_did(show):
    page = show(ComputationalGraph("(a + b)*b", {"a": 2, "b": 3}))
    saved = page.evaluate("saved")
    page.get_by_role("button", name="Next").click()
    assert page.evaluate("saved") > saved


@pytest.mark.parametrize("formula", list(FORMULAS)[2:4])
def test_graphs_of_any_size_are_accessible_and_fit(show, axe, formula):
    page = show(ComputationalGraph(formula, step=-1), width=700)
    for width in (700, 360):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []


def test_no_two_boxes_overlap(show):
    for width in (1280, 360):
        for formula in FORMULAS:
            page = show(ComputationalGraph(formula, step=-1), width=width)
            settle(page)
            boxes = page.locator(".dl-graph-box").evaluate_all(
                "(all) => all.map((box) => { const b = box.getBoundingClientRect();"
                "return [b.left, b.top, b.right, b.bottom]; })"
            )
            assert len(boxes) > 2
            for i, (left, top, right, bottom) in enumerate(boxes):
                for other in boxes[:i]:
                    apart = (
                        left >= other[2]
                        or right <= other[0]
                        or top >= other[3]
                        or bottom <= other[1]
                    )
                    assert apart, (formula, width)


def test_another_width_lays_the_graph_out_again(show):
    page = show(ComputationalGraph(step=2))
    shape = (
        "(() => { const box = document.querySelector('.dl-graph').getBoundingClientRect();"
        "const sheet = document.querySelector('.dl-graph-scroller svg').getBoundingClientRect();"
        "return [sheet.width > sheet.height, sheet.right <= box.right + 1]; })()"
    )
    # At the start of the second frame the first is on the screen: none may show a graph cut off.
    next_frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    assert page.evaluate(shape) == [True, True]
    page.evaluate("document.querySelector('main').style.maxWidth = '700px'")
    page.evaluate(next_frame)
    assert page.evaluate(shape) == [False, True]
    page.evaluate("document.querySelector('main').style.maxWidth = ''")
    page.evaluate(next_frame)
    assert page.evaluate(shape) == [True, True]


def test_titles_keep_clear_of_their_boxes_and_swatches_keep_their_size(show):
    page = show(ComputationalGraph(), width=360)
    air = page.evaluate(
        "Array.from(document.querySelectorAll('.dl-graph-title'), (text) => {"
        "const box = text.parentNode.querySelector('rect').getBoundingClientRect();"
        "return (box.width - text.getBoundingClientRect().width) / 2; })"
    )
    assert min(air) >= 4
    for swatch in page.locator(".dl-graph .dl-legend svg").all():
        assert swatch.bounding_box()["width"] == 20


def test_the_preview_is_a_picture():
    for formula in FORMULAS:
        picture = Image.open(io.BytesIO(ComputationalGraph(formula).preview()))
        assert picture.width == 700
        assert picture.mode == "RGBA"


@pytest.mark.parametrize(("step", "shown"), [(0, False), (2, False), (-1, True)])
def test_the_preview_keeps_the_gradients_for_the_reader(step, shown):
    picture = np.asarray(Image.open(io.BytesIO(ComputationalGraph(step=step).preview())))
    orange = [int(ORANGE[i : i + 2], 16) for i in (1, 3, 5)]
    pixels = picture[picture[..., 3] > 200][:, :3].astype(int)
    assert (np.abs(pixels - orange).max(axis=1) < 8).any() == shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"formula": "a.b + 1"}, "cannot read 'a.b'"),
        ({"formula": "print(a)"}, "cannot read"),
        ({"formula": "a if b else c"}, "cannot read"),
        ({"formula": "sin = a*b; sin*a"}, "is a function"),
        ({"formula": ""}, "at least one operation"),
        ({"formula": "a*b", "inputs": {"c": 1}}, re.escape("['c'] do not occur")),
        ({"formula": "a*b", "inputs": {"a": 1000}}, "from -100 to 100"),
        ({"formula": "a*b", "inputs": {"a": float("nan")}}, "from -100 to 100"),
        ({"formula": "a*b", "step": 4}, "between 0 and 3, got 4"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        ComputationalGraph(**arguments)
