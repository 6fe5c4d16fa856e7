"""The sliding window in the browser: mouse, keyboard, address; its numbers against NumPy's."""

import itertools
import re

import numpy as np
import pytest

from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.explore import Convolution, bundle

VERTICAL_EDGES = [-1, 0, 1, -2, 0, 2, -1, 0, 1]


@pytest.fixture(scope="module")
def digit() -> np.ndarray:
    return default_digits()["x_test"][3]


def convolve_by_loops(image, kernel, stride, padding):
    """The definition, one output pixel at a time; "same" as Keras does it."""
    height, width = image.shape
    rows, columns = (
        (-(-side // stride) if padding == "same" else (side - 3) // stride + 1)
        for side in (height, width)
    )
    above = max((rows - 1) * stride + 3 - height, 0) // 2 if padding == "same" else 0
    left = max((columns - 1) * stride + 3 - width, 0) // 2 if padding == "same" else 0
    framed = np.zeros((height + 6, width + 6))
    framed[3 : 3 + height, 3 : 3 + width] = image
    output = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, start = 3 + i * stride - above, 3 + j * stride - left
            output[i, j] = (framed[top : top + 3, start : start + 3] * kernel).sum()
    return output


def convolve_on_page(page, figure) -> np.ndarray:
    """The page's own `convolve`, out of the very bundle that ships."""
    body = bundle.body("convolution")
    result = page.evaluate(
        f"([image, width, height, kernel, stride, padding]) => {{ {body};"
        "const { values, rows, columns } = convolve(image, width, height, kernel, stride, padding);"
        "return [[...values], rows, columns]; }",
        [
            figure.image.ravel().tolist(),
            figure.width,
            figure.height,
            figure.weights,
            figure.stride,
            figure.padding,
        ],
    )
    return np.reshape(result[0], result[1:])


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def position(page) -> list[int]:
    return page.evaluate("[model.get('row'), model.get('column')]")


def shown(page) -> tuple[list[int], float]:
    """What the live sentence says: the output pixel and its value."""
    text = page.locator(".dl-live").inner_text().replace("−", "-")
    row, column, value = re.match(r"output\[(\d+), (\d+)\] = (-?[\d.]+)", text).groups()
    return [int(row), int(column)], float(value)


def test_page_python_and_the_definition_agree(show, digit):
    random = np.random.default_rng(0)
    page = show(Convolution(digit))
    for shape, stride, padding in itertools.product([(28, 28), (7, 12)], [1, 2], ["valid", "same"]):
        image, kernel = random.random(shape), random.normal(size=(3, 3))
        figure = Convolution(image, kernel, stride=stride, padding=padding)
        expected = convolve_by_loops(image, kernel, stride, padding)
        np.testing.assert_allclose(figure.output, expected, atol=1e-5)
        on_page = convolve_on_page(page, figure)
        assert on_page.shape == expected.shape
        np.testing.assert_allclose(on_page, expected, atol=1e-4)


def test_it_starts_at_the_strongest_answer_and_says_its_number(show, digit):
    figure = Convolution(digit)
    page = show(figure)
    place, value = shown(page)
    assert place == [figure.row, figure.column]
    assert value == pytest.approx(np.abs(figure.output).max(), abs=0.006)
    terms = page.locator(".dl-convolution-sum").inner_text()
    assert len(re.findall(r"[+−] ", terms)) == 8  # nine products
    assert "input[" in page.locator(".dl-live").inner_text()


def test_arrow_keys_move_the_window_and_stay_inside(show, digit):
    figure = Convolution(digit)
    page = show(figure)
    window = page.get_by_role("slider", name=re.compile("Window over the input"))
    window.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert position(page) == [0, 0]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    settle(page)
    assert shown(page)[0] == [1, 10]
    assert shown(page)[1] == pytest.approx(figure.output[1, 10], abs=0.006)
    assert window.get_attribute("aria-valuetext").startswith("output[1, 10]")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    assert position(page) == [25, 10]


def test_dragging_over_the_input_moves_the_window(show, digit):
    page = show(Convolution(digit))
    box = page.get_by_role("slider", name=re.compile("Window")).bounding_box()
    cell = box["width"] / 30  # 28 pixels and a margin of one pixel all around
    page.mouse.move(box["x"] + 5 * cell, box["y"] + 5 * cell)
    page.mouse.down()
    page.mouse.move(box["x"] + 15.5 * cell, box["y"] + 8.5 * cell)
    page.mouse.up()
    # Pixel (7, 14) lies under the pointer: the window around it begins at (6, 13).
    assert position(page) == [6, 13]


def test_pointing_at_an_output_pixel_shows_its_window(show, digit):
    figure = Convolution(digit)
    page = show(figure)
    box = page.get_by_role("slider", name="Output pixel").bounding_box()
    cell = box["width"] / 30
    page.mouse.move(box["x"] + (2 + 12.5) * cell, box["y"] + (2 + 4.5) * cell)
    settle(page)
    place, value = shown(page)
    assert place == [4, 12]
    assert value == pytest.approx(figure.output[4, 12], abs=0.006)
    first = page.locator(".dl-convolution-weight span").first.inner_text()
    assert float(first.split()[0]) == pytest.approx(figure.image[4, 12], abs=0.006)


def test_a_kernel_can_be_chosen_and_edited(show, digit):
    page = show(Convolution(digit))
    choice = page.get_by_label("Kernel", exact=True)
    choice.select_option("Vertical edges")
    assert page.evaluate("model.get('weights')") == VERTICAL_EDGES
    weight = page.get_by_label("Kernel weight, row 2, column 3")
    weight.fill("-0.5")
    weight.press("Tab")
    settle(page)
    edited = [*VERTICAL_EDGES[:5], -0.5, *VERTICAL_EDGES[6:]]
    assert page.evaluate("model.get('weights')") == edited
    assert choice.input_value() == "Your own"
    row, column = position(page)
    expected = Convolution(digit, np.reshape(edited, (3, 3))).output[row, column]
    assert shown(page)[1] == pytest.approx(expected, abs=0.006)
    weight.fill("")
    weight.press("Tab")
    assert page.evaluate("model.get('weights')") == edited
    assert weight.input_value() == "-0.5"


def test_stride_padding_and_relu(show, digit):
    page = show(Convolution(digit))
    sizes = page.locator(".dl-convolution-title span")
    page.get_by_label("Padding").select_option("same")
    settle(page)
    assert sizes.nth(1).inner_text() == "28 × 28"
    page.get_by_label("Stride").select_option("2")
    settle(page)
    assert sizes.nth(1).inner_text() == "14 × 14"
    page.get_by_label("Kernel weight, row 3, column 2").fill("-9")
    settle(page)
    assert shown(page)[1] < 0
    page.get_by_label("ReLU").check()
    settle(page)
    assert shown(page)[1] == 0
    assert "ReLU cuts off" in page.locator(".dl-live").inner_text()


def test_slide_makes_the_map_pixel_by_pixel_and_stops(show):
    page = show(Convolution(np.eye(5)))
    page.get_by_role("button", name="Slide").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.wait_for_function("model.get('row') === 2 && model.get('column') === 2")
    page.get_by_role("button", name="Slide").wait_for()


def test_the_address_holds_the_state_and_reset_empties_it(show, digit):
    figure = Convolution(digit)
    weights = ",".join(map(str, VERTICAL_EDGES))
    page = show(figure, hash=f"#convolution?weights={weights}&row=3&column=4&stride=2")
    assert shown(page)[0] == [3, 4]
    assert page.get_by_label("Kernel", exact=True).input_value() == "Vertical edges"
    page.get_by_label("Padding").select_option("same")
    assert "padding=same" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert shown(page)[0] == [figure.row, figure.column]
    assert page.evaluate("location.hash") == ""
    assert page.get_by_label("Stride").input_value() == "1"


def test_the_address_says_whether_relu_is_on(show, digit):
    page = show(Convolution(digit))
    page.get_by_label("ReLU").check()
    there = show(Convolution(digit), hash="#" + page.url.split("#")[1])
    assert there.get_by_label("ReLU").is_checked()
    assert show(Convolution(digit), hash="#convolution?relu=yes").evaluate("model.get('relu')") is (
        False
    )


def test_a_broken_address_does_no_harm(show, digit):
    figure = Convolution(digit)
    page = show(figure, hash="#convolution?weights=1,2&row=900&stride=1.4&padding=wide")
    assert shown(page)[0] == [figure.row, figure.column]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image": np.zeros((28, 28, 1))}, r"got \(28, 28, 1\)"),
        ({"image": np.zeros((2, 9))}, r"got \(2, 9\)"),
        ({"image": np.zeros((65, 9))}, r"got \(65, 9\)"),
        ({"image": np.full((5, 5), np.nan)}, "floats from 0 to 1"),
        ({"image": np.full((5, 5), 200.0)}, "floats from 0 to 1"),
        ({"image": np.eye(5), "kernel": np.ones((5, 5))}, r"\(3, 3\), got \(5, 5\)"),
        ({"image": np.eye(5), "kernel": np.full((3, 3), np.inf)}, "9 numbers from -99 to 99"),
        ({"image": np.eye(5), "stride": 3}, "stride must be one of 1, 2, got 3"),
        ({"image": np.eye(5), "padding": "full"}, "padding must be"),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Convolution(**arguments)


def test_integers_are_taken_for_0_to_255(digit):
    np.testing.assert_array_equal(
        Convolution(digit).image, Convolution(digit / np.float32(255)).image
    )
