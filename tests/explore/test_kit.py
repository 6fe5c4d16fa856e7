"""What the figures share (explore/kit): pointer and keys, fields, the address, paper."""

import re

import numpy as np
import pytest

from dlcourse_utils.explore import Augmentation, Convolution, DrawDigit, Neuron, OptimizerRace

CANVASES = "[...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL())"


def edges() -> Convolution:
    return Convolution(np.eye(16))


def draws() -> Augmentation:
    return Augmentation(np.eye(16))


def line_of(page) -> list[float]:
    return page.evaluate("['w1', 'w2', 'b'].map(model.get)")


def press_on_the_line(page, button: str = "left") -> tuple[float, float]:
    """Press the mouse on the handle that moves the neuron's line, and leave it pressed."""
    box = page.get_by_role("slider", name="Move the line").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down(button=button)
    return x, y


def test_only_the_first_mouse_button_drags(show):
    page = show(Neuron())
    before = line_of(page)
    x, y = press_on_the_line(page, "right")
    page.mouse.move(x + 60, y)
    page.mouse.up(button="right")
    assert line_of(page) == before
    assert page.locator(".dl-dragging").count() == 0


def test_a_button_let_go_unseen_ends_the_drag(show):
    """Over a menu or another window, where no pointerup comes from."""
    page = show(Neuron())
    x, y = press_on_the_line(page)
    page.mouse.move(x + 30, y)
    dragged = line_of(page)
    page.locator(".dl-dragging").evaluate(
        "(one) => one.dispatchEvent(new PointerEvent('pointermove', { clientX: 9, clientY: 9 }))"
    )
    assert page.locator(".dl-dragging").count() == 0
    assert "#neuron?" in page.url
    page.mouse.move(x + 60, y)
    assert line_of(page) == dragged


@pytest.mark.parametrize(
    ("figure", "name"),
    [
        (Neuron, "Move the line"),
        (Neuron, "w₁"),
        (edges, "Window over the input"),
        (DrawDigit, "Drawing pad"),
        (draws, "Draw 2,"),
    ],
)
def test_keys_with_alt_control_or_meta_are_the_browsers(show, figure, name):
    page = show(figure())
    page.evaluate(
        """() => {
          window.taken = [];
          addEventListener("keydown", (event) => taken.push(event.defaultPrevented));
        }"""
    )
    page.get_by_label(re.compile(f"^{name}")).first.focus()
    for key in ("Alt+ArrowRight", "Control+ArrowRight", "Meta+ArrowRight"):
        page.keyboard.press(key)
    # The modifier itself is a key too.
    assert page.evaluate("taken") == [False] * 6


def test_a_browser_that_refuses_a_new_address_stops_nothing(show):
    """Safari and Firefox throw where an address changes very often."""
    page = show(Neuron(), hash="#neuron?w1=3")
    page.evaluate(
        """() => {
          history.replaceState = () => { throw new DOMException("too often", "SecurityError"); };
        }"""
    )
    page.get_by_label("Activation").select_option("sigmoid")
    page.get_by_role("button", name="Reset").click()
    assert line_of(page)[0] == 1
    assert page.errors == []


@pytest.mark.parametrize("figure", [OptimizerRace, edges, DrawDigit])
def test_canvases_are_redrawn_for_paper_before_it_is_printed(show, figure):
    """No frame is drawn between `beforeprint` and the print."""
    light, page = show(figure()), show(figure(), dark=True)
    change = "document.documentElement.dataset.theme = '{}'; dispatchEvent(new Event('{}'));"
    for one in (light, page):
        one.evaluate("new Promise((done) => setTimeout(done, 100))")
    dark = page.evaluate(CANVASES)
    printed = page.evaluate(f"{change.format('light', 'beforeprint')} {CANVASES}")
    assert printed == light.evaluate(CANVASES)
    assert page.evaluate(f"{change.format('dark', 'afterprint')} {CANVASES}") == dark
