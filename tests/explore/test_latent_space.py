"""Latent space in the browser: the page's decoder against Keras', the words, and the controls."""

import re

import keras
import numpy as np
import pytest
from keras import layers
from playwright.sync_api import expect

from dlcourse_utils.explore import LatentSpace
from dlcourse_utils.explore.traits import unpack


def sequential(*middle) -> keras.Sequential:
    """A decoder with random weights, and batch statistics that are far from 0 and 1."""
    model = keras.Sequential([keras.Input((2,)), *middle])
    random = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([random.uniform(0.4, 1.5, w.shape) for w in layer.get_weights()])
        elif layer.get_weights():
            layer.set_weights([w + random.normal(0, 0.1, w.shape) for w in layer.get_weights()])
    return model


DECODERS = {
    "dense": lambda: [layers.Dense(32, activation="relu"), layers.Dense(784, activation="sigmoid")],
    "dense to a picture": lambda: [
        layers.Dense(20), layers.LeakyReLU(negative_slope=0.1), layers.Dropout(0.3),
        layers.Dense(784, activation="tanh", use_bias=False), layers.Reshape((28, 28)),
    ],
    "transposed convolutions": lambda: [
        layers.Dense(7 * 7 * 16, activation="relu"), layers.Reshape((7, 7, 16)),
        layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu"),
        layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid"),
    ],
    "other sizes": lambda: [
        layers.Dense(6 * 6 * 4, activation="leaky_relu"), layers.Reshape((6, 6, 4)),
        layers.Conv2DTranspose(3, 4, strides=2), layers.BatchNormalization(), layers.ReLU(),
        layers.Conv2DTranspose(3, (2, 1), strides=2, padding="same"), layers.ELU(),
        layers.Conv2DTranspose(1, 5, padding="same", activation="sigmoid"),
    ],
    "upsampling": lambda: [
        layers.Dense(7 * 7 * 4, activation="elu"), layers.Reshape((7, 7, 4)),
        layers.UpSampling2D(2), layers.Conv2D(6, 3, padding="same", use_bias=False),
        layers.BatchNormalization(scale=False), layers.Activation("tanh"),
        layers.Conv2DTranspose(4, 5, strides=4, padding="same", activation="relu"),
        layers.Conv2D(1, 4, strides=2, padding="same"), layers.Activation("sigmoid"),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def decoder() -> keras.Sequential:
    return sequential(*DECODERS["dense"]())


@pytest.fixture(scope="module")
def codes() -> tuple[np.ndarray, np.ndarray]:
    """Three digits' codes in three clumps: 1 at the left, 4 at the right, 7 above."""
    random = np.random.default_rng(1)
    labels = np.repeat([1, 4, 7], 40)
    centres = np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, 5.0]])[np.repeat([0, 1, 2], 40)]
    return centres + 0.4 * random.normal(size=(120, 2)), labels


def drawn(model, points) -> np.ndarray:
    return np.asarray(model.predict(np.asarray(points, np.float32), verbose=0)).reshape(-1, 28, 28)


def said(page) -> str:
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def canvas(page, selector: str) -> np.ndarray:
    """Brightness of a canvas' pixels, 0 to 1 (read from a copy: Chromium warns of the rest)."""
    width, height, data = page.evaluate(
        """(selector) => {
          const from = document.querySelector(selector);
          const copy = Object.assign(document.createElement("canvas"),
            { width: from.width, height: from.height });
          const context = copy.getContext("2d", { willReadFrequently: true });
          context.drawImage(from, 0, 0);
          const { data } = context.getImageData(0, 0, from.width, from.height);
          return [from.width, from.height, Array.from(data)];
        }""",
        selector,
    )
    return np.array(data).reshape(height, width, 4)[..., 0] / 255


def disc(page):
    return page.get_by_role("slider", name="Disc")


# ---- the decoder ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DECODERS)
def test_the_page_draws_what_keras_predicts(show, name):
    model = sequential(*DECODERS[name]())
    plane = LatentSpace(model)
    grid = np.random.default_rng(2).uniform(-3, 3, (7, 2))
    np.testing.assert_allclose(plane.decode(grid), drawn(model, grid), atol=1e-5)
    page = show(plane)
    disc(page).focus()
    for keys in (["ArrowRight"], ["ArrowUp", "Shift+ArrowLeft"], ["Shift+ArrowDown"] * 3):
        for key in keys:
            page.keyboard.press(key)
        point = state(page, "x", "y")
        expected = drawn(model, [point])
        pixels = np.array(page.evaluate("numbers('pixels')")).reshape(1, 28, 28)
        np.testing.assert_allclose(pixels, expected, atol=1e-4)
    # On the canvas: black to white from the lowest to the highest possible number.
    settle(page)
    shades = canvas(page, ".dl-latent-space-image canvas")
    cell = len(shades) / 28
    centres = ((np.arange(28) + 0.5) * cell).astype(int)
    lowest = -1 if name == "dense to a picture" else 0
    ink = np.clip((expected[0] - lowest) / (1 - lowest), 0, 1)
    np.testing.assert_allclose(shades[np.ix_(centres, centres)], ink, atol=0.01)


@pytest.mark.parametrize(
    ("middle", "message"),
    [
        ([layers.Dense(784), layers.LayerNormalization(name="norm")], "'norm'.*what can: Dense"),
        ([layers.Dense(784, activation="gelu", name="bent")], "'bent'.*'gelu' is not one of lin"),
        ([layers.Dense(784, name="big"), layers.Reshape((28, 28, 1)),
          layers.UpSampling2D(1, interpolation="bilinear", name="up")], "'up'.*nearest"),
        ([layers.Dense(196), layers.Reshape((14, 14, 1)), layers.Conv2DTranspose(
            1, 3, strides=2, output_padding=1, padding="same", name="odd")], "'odd'.*output_pad"),
        ([layers.Dense(60, activation="relu"), layers.Dense(784)], "48,004 param.*at most 30,000"),
        ([layers.Dense(100)], r"\(28, 28\), \(28, 28, 1\) or \(784,\), got \(100,\)"),
    ],
)  # fmt: skip
def test_decoders_that_cannot_run_are_refused_by_name(middle, message):
    with pytest.raises(ValueError, match=message):
        LatentSpace(sequential(*middle))


def test_models_of_another_form_are_refused(decoder):
    with pytest.raises(ValueError, match="keras.Sequential, got Functional"):
        LatentSpace(keras.Model(decoder.inputs, decoder.outputs))
    with pytest.raises(ValueError, match="no weights yet"):
        LatentSpace(keras.Sequential([layers.Dense(784)]))
    with pytest.raises(ValueError, match=r"shape \(2,\), got one that takes \(3,\)"):
        LatentSpace(keras.Sequential([keras.Input((3,)), layers.Dense(784)]))
    broken = keras.Sequential([keras.Input((2,)), layers.Dense(784)])
    broken.set_weights([np.full((2, 784), np.nan), np.zeros(784)])
    with pytest.raises(ValueError, match="not finite"):
        LatentSpace(broken)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"codes": np.zeros((5, 3))}, r"shape \(n, 2\).*got \(5, 3\)"),
        ({"codes": np.zeros((1001, 2))}, "1000 at most, got 1001"),
        ({"codes": np.full((3, 2), np.nan)}, "finite"),
        ({"codes": np.zeros((3, 2)), "labels": [1, 2]}, r"shape \(3,\), got \(2,\)"),
        ({"codes": np.zeros((3, 2)), "labels": [1, 2, 11]}, "from 0 to 9"),
        ({"labels": [1, 2]}, "need codes"),
    ],
)
def test_codes_and_labels_that_do_not_fit_are_refused(decoder, arguments, message):
    with pytest.raises(ValueError, match=message):
        LatentSpace(decoder, **arguments)


def test_points_of_another_shape_are_refused(decoder):
    with pytest.raises(ValueError, match=r"\(n, 2\), got \(2,\)"):
        LatentSpace(decoder).decode([1, 2])


# ---- the plane -----------------------------------------------------------------------------------


def test_it_starts_between_the_two_digits_farthest_apart(decoder, codes):
    plane = LatentSpace(decoder, *codes)
    ends = {plane.start_x, plane.x}, (plane.start_y, plane.y)
    assert plane.image.shape == (28, 28)
    np.testing.assert_array_equal(unpack(plane.pixels), plane.image.ravel())
    for x, y in ((plane.start_x, plane.start_y), (plane.x, plane.y)):
        assert np.abs(codes[0] - [x, y]).sum(axis=1).min() < 1e-5  # a code that really exists
    assert len(ends[0]) == 2


def test_one_code_far_away_does_not_press_the_others_together(decoder, codes):
    points = codes[0].copy()
    points[5] = [500, 0]
    left, right, *_ = LatentSpace(decoder, points).span
    assert right - left < 20
    assert LatentSpace(decoder, points[:1]).span[0] < points[0, 0] < LatentSpace(
        decoder, points[:1]).span[1]  # fmt: skip


def test_the_nearest_digits_are_said(show, decoder, codes):
    page = show(LatentSpace(decoder, *codes))
    page.evaluate("model.set('x', 3); model.set('y', 0)")
    page.wait_for_function(
        "document.querySelector('.dl-live').textContent.startsWith('Point 3.00')"
    )
    assert said(page) == "Point 3.00, 0.00. The 10 nearest real digits are all 4s."
    # The disc is drawn in the next frame.
    expect(disc(page)).to_have_attribute("aria-valuetext", re.compile("all 4s"))
    page.evaluate("model.set('x', 0); model.set('y', -0.8)")
    page.wait_for_function(
        "document.querySelector('.dl-live').textContent.startsWith('Point 0.00')"
    )
    assert said(page).endswith("No real digit has its code near here.")


def test_words_count_the_kinds_of_digit(show, decoder):
    points = np.array([[0.1 * i, 0.0] for i in range(10)] + [[9.0, 9.0]] * 5)
    labels = [4] * 6 + [9] * 3 + [7] + [1] * 5
    page = show(LatentSpace(decoder, points, labels))
    page.evaluate("model.set('x', 0.45); model.set('y', 0)")
    page.wait_for_function(
        "document.querySelector('.dl-live').textContent.startsWith('Point 0.45')"
    )
    assert said(page).endswith("Nearest 10 real digits: six 4s, three 9s, one 7.")


def test_without_codes_it_says_the_distance(show, decoder):
    page = show(LatentSpace(decoder))
    assert said(page) == "Point 1.50, 0.00, 1.50 from the middle."
    assert page.get_by_label("Codes shown").count() == 0


def test_codes_without_labels_are_points(show, decoder, codes):
    page = show(LatentSpace(decoder, codes[0]))
    assert said(page).startswith("Point ")
    assert page.get_by_label("Disc to").count() == 0


# ---- the figure ----------------------------------------------------------------------------------


def test_drag_click_and_keys_move_the_points(show, decoder, codes):
    page = show(LatentSpace(decoder, *codes))
    box = disc(page).locator(".dl-handle-mark").bounding_box()
    x, y = state(page, "x", "y")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] - 30, steps=4)
    page.mouse.up()
    assert state(page, "x")[0] < x and state(page, "y")[0] > y
    place = page.locator(".dl-latent-space-map").bounding_box()
    page.mouse.click(place["x"] + 0.5 * place["width"], place["y"] + 0.7 * place["height"])
    x, y = state(page, "x", "y")
    assert f"x={x:.4f}".rstrip("0") in page.evaluate("location.hash")
    ring = page.get_by_role("slider", name="Ring")
    ring.focus()
    before = state(page, "start_x", "start_y")
    page.keyboard.press("ArrowRight")
    assert state(page, "start_x")[0] > before[0]
    assert state(page, "x", "y") == [x, y]


def test_neither_a_scrolling_finger_nor_the_right_button_moves_the_disc(
    show, require_only_taps, decoder, codes
):
    page = show(LatentSpace(decoder, *codes), width=360, touch=True)
    require_only_taps(page, ".dl-latent-space-map", 0.5)


def assert_strip_shows_the_walk(page, plane) -> int:
    """Compare every image of the strip with the decoder's; returns how many there are."""
    start, end = np.array(state(page, "start_x", "start_y", "x", "y")).reshape(2, 2)
    tiles = canvas(page, ".dl-latent-space-strip canvas")
    height, width = tiles.shape
    count = round((width + 6) / (height + 6))
    for i, image in enumerate(plane.decode(np.linspace(start, end, count))):
        left = round(i * (width + 6) / count)
        tile = tiles[:, left + 1 : left + height - 1]
        assert tile.mean() == pytest.approx(image.mean(), abs=0.02), f"image {i} of {count}"
    return count


def test_the_strip_shows_the_walk(show, decoder, codes):
    plane = LatentSpace(decoder, *codes)
    page = show(plane, width=360)
    page.get_by_label("Ring to").select_option("7")
    page.get_by_label("Disc to").select_option("1")
    start, end = np.array(state(page, "start_x", "start_y", "x", "y")).reshape(2, 2)
    assert np.abs(start - [0, 5]).max() < 0.5 and np.abs(end - [-3, 0]).max() < 0.5
    page.wait_for_timeout(200)
    assert assert_strip_shows_the_walk(page, plane) >= 5


# A clock on which every image takes longer than its frame has: one image a frame.
SLOW = """
  const now = performance.now.bind(performance);
  let later = 0;
  performance.now = () => now() + (later += 20);
  window.frames_later = async (n) => {
    for (let i = 0; i < n; i += 1) await new Promise((done) => requestAnimationFrame(done));
  };
"""


def test_the_strip_is_whole_after_the_page_became_narrower(show, decoder, codes):
    plane = LatentSpace(decoder, *codes)
    page = show(plane, width=1000)
    # The point moves on while the strip is at its last images: there the drawing goes on.
    page.evaluate(f"{{{SLOW}}}")
    page.evaluate(
        "(async () => { await frames_later(15); model.set('x', 1); await frames_later(10);"
        " model.set('x', 2); await frames_later(15); })()"
    )
    wide = assert_strip_shows_the_walk(page, plane)
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("frames_later(25)")
    assert assert_strip_shows_the_walk(page, plane) < wide


def test_a_change_of_size_shows_no_empty_pictures(show, decoder, codes):
    page = show(LatentSpace(decoder, *codes), width=1000)
    page.evaluate(
        f"""() => {{
          {SLOW}
          window.darkest = [];
          const look = () => {{ // the mean brightness of both pictures, frame by frame
            const means = [...document.querySelectorAll(
              ".dl-latent-space-image canvas, .dl-latent-space-strip canvas")].map((from) => {{
              const copy = Object.assign(document.createElement("canvas"),
                {{ width: 20, height: 20 }});
              const context = copy.getContext("2d", {{ willReadFrequently: true }});
              context.drawImage(from, 0, 0, 20, 20);
              return context.getImageData(0, 0, 20, 20).data.reduce((a, b) => a + b, 0);
            }});
            darkest.push(Math.min(...means));
            requestAnimationFrame(look);
          }};
          look();
        }}"""
    )
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("frames_later(20)")
    darkest = page.evaluate("darkest")
    assert len(darkest) > 10 and min(darkest) > 0.5 * darkest[-1]


def test_a_point_that_left_its_digit_is_nowhere_chosen(show, decoder, codes):
    page = show(LatentSpace(decoder, *codes))
    page.get_by_label("Disc to").select_option("7")
    assert page.get_by_label("Disc to").input_value() == "7"
    disc(page).focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Disc to").input_value() == ""


def test_reset_and_the_address(show, decoder, codes):
    plane = LatentSpace(decoder, *codes)
    page = show(plane)
    page.get_by_label("Disc to").select_option("7")
    page.get_by_label("Codes shown").select_option("7")
    there = show(plane, hash="#" + page.url.split("#")[1])
    np.testing.assert_allclose(state(there, "x", "y"), state(page, "x", "y"), atol=1e-4)
    page.get_by_role("button", name="Reset").click()
    assert state(page, "x", "y", "start_x") == [plane.x, plane.y, plane.start_x]
    assert page.get_by_label("Codes shown").input_value() == ""
    assert "#" not in page.url
    far = show(plane, hash="#latent_space?x=900&y=no")
    assert state(far, "x", "y") == [pytest.approx(plane.span[1]), plane.y]


def test_a_preview_needs_neither_codes_nor_labels(decoder, codes):
    for arguments in ((), codes[:1], codes):
        assert LatentSpace(decoder, *arguments).preview().startswith(b"\x89PNG")
