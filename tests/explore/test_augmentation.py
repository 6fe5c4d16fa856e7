"""Augmentation: the page against Python, Python against SciPy and Keras, marks, controls."""

import base64
import re

import keras
import numpy as np
import pytest
from scipy import ndimage
from sklearn.datasets import load_sample_image

from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.explore import Augmentation, bundle
from dlcourse_utils.explore.augmentation import LARGEST, Draw, as_small_image, warp

SCIPY = {"black": "grid-constant", "edge": "nearest", "mirror": "reflect"}
ALL = {"rotation": 70, "shift": 0.3, "flip": 0.5, "zoom": 0.6, "crop": 0.5, "brightness": 0.4,
       "noise": 0.2}  # fmt: skip
NONE = dict.fromkeys(LARGEST, 0.0)


@pytest.fixture(scope="module")
def six() -> np.ndarray:
    digits = default_digits()
    return digits["x_test"][digits["y_test"] == 6][0]


@pytest.fixture(scope="module")
def flower() -> np.ndarray:
    return load_sample_image("flower.jpg")


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("augmentation")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def said(page) -> str:
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def setting(figure: Augmentation) -> dict:
    return {name: getattr(figure, name) for name in (*LARGEST, "fill", "seed")}


def pictures(page) -> np.ndarray:
    """What the 24 canvases show: uint8 (24, height, width, 3)."""
    # Read from copies: reading a page's own canvas twice makes Chromium complain.
    shown = page.evaluate(
        """[...document.querySelectorAll('.dl-augmentation-draw canvas')].map((canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          return [canvas.height, canvas.width, btoa(String.fromCharCode(...data))];
        })"""
    )
    return np.stack(
        [
            np.frombuffer(base64.b64decode(data), "uint8").reshape(height, width, 4)[..., :3]
            for height, width, data in shown
        ]
    ).astype(float)


def draws(page):
    return page.locator(".dl-augmentation-draw")


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fill", SCIPY)
@pytest.mark.parametrize("kind", ["digit", "photograph"])
def test_page_and_python_agree(show, six, flower, fill, kind):
    figure = Augmentation(six if kind == "digit" else flower, **ALL, fill=fill, seed=77)
    page = show(figure)
    shape = [figure.height, figure.width, figure.channels]
    found = run(
        page,
        "[0, 5, 23].map((number) => Array.from(augmented(given[0], given[1], number, given[2], "
        "(n) => makeNoise(given[2].seed, n, given[0].length))))",
        figure.image.ravel().tolist(),
        shape,
        setting(figure),
    )
    expected = figure.draws()
    for number, values in zip((0, 5, 23), found, strict=True):
        np.testing.assert_allclose(values, expected[number].ravel(), atol=1e-6)
    on_page = pictures(page)
    if kind == "digit":
        expected = np.repeat(expected[..., None], 3, axis=-1)
    assert np.abs(on_page - 255 * expected).max() < 0.51


@pytest.mark.parametrize("fill", SCIPY)
def test_geometry_is_scipys(flower, fill):
    image = as_small_image(flower).astype(float)
    height, width = image.shape[:2]
    for draw in Augmentation(flower, **ALL).parameters()[:6]:
        # Forwards, in pixels from the middle: flip, turn, zoom, shift; crop takes a window of that.
        angle = np.radians(draw.angle)
        flip = np.diag([1, -1 if draw.flipped else 1])
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        back = np.linalg.inv(draw.zoom * turn @ flip)
        middle = np.array([height - 1, width - 1]) / 2
        left, top, side = draw.crop
        start = np.array([top, left]) + side / 2 - 0.5 - middle - np.array(draw.shift)[::-1]
        expected = np.stack(
            [
                ndimage.affine_transform(
                    image[..., channel], back * side, back @ start + middle, order=1,
                    mode=SCIPY[fill],
                )
                for channel in range(3)
            ],
            axis=-1,
        )  # fmt: skip
        np.testing.assert_allclose(warp(image, draw, fill), expected, atol=1e-9)


def test_rotation_turns_the_way_of_keras(six):
    image = as_small_image(six)
    layer = keras.layers.RandomRotation(
        (0.1, 0.1), fill_mode="constant", interpolation="bilinear", seed=0
    )
    theirs = keras.ops.convert_to_numpy(layer(image[None, ..., None], training=True))[0, ..., 0]
    ours = warp(image.astype(float), Draw(False, 36.0, 1.0, (0, 0), (0, 0, 1.0), 0.0))
    np.testing.assert_allclose(ours, theirs, atol=0.02)
    assert np.abs(ours - image).max() > 0.5


def test_exact_cases(six):
    image = as_small_image(six).astype(float)
    still = Draw(False, 0.0, 1.0, (0.0, 0.0), (0.0, 0.0, 1.0), 0.0)
    np.testing.assert_array_equal(warp(image, still), image)
    np.testing.assert_allclose(warp(image, still._replace(flipped=True)), image[:, ::-1])
    np.testing.assert_allclose(
        warp(image, still._replace(angle=180.0)), image[::-1, ::-1], atol=1e-9
    )
    moved = warp(image, still._replace(shift=(3.0, -2.0)))
    np.testing.assert_allclose(moved[:-2, 3:], image[2:, :-3])
    assert not moved[:, :3].any() and not moved[-2:].any()
    large = warp(image, still._replace(zoom=2.0))
    np.testing.assert_allclose(large, warp(image, still._replace(crop=(7.0, 7.0, 0.5))))


def test_nothing_set_leaves_the_image_alone(six):
    figure = Augmentation(six, **NONE)
    np.testing.assert_allclose(
        figure.draws(), np.broadcast_to(figure.image, (24, 28, 28)), atol=1e-7
    )


def test_strengths_bound_what_is_done(six):
    drawn = [
        draw for seed in range(20) for draw in Augmentation(six, **ALL, seed=seed).parameters()
    ]
    for values, low, high in (
        ([draw.angle for draw in drawn], -70, 70),
        ([draw.shift[0] for draw in drawn], -8.4, 8.4),
        ([draw.shift[1] for draw in drawn], -8.4, 8.4),
        ([draw.zoom for draw in drawn], 0.4, 1.6),
        ([draw.crop[2] for draw in drawn], 0.5, 1),
        ([draw.brightness for draw in drawn], -0.4, 0.4),
    ):
        assert low <= min(values) < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < max(values) <= high
    assert all(min(draw.crop[:2]) >= 0 for draw in drawn)
    assert all(max(draw.crop[:2]) / 28 + draw.crop[2] <= 1 for draw in drawn)
    assert np.mean([draw.flipped for draw in drawn]) == pytest.approx(0.5, abs=0.06)


def test_noise_has_the_strength_it_says():
    grey = Augmentation(np.full((64, 64, 3), 0.5), **NONE | {"noise": 0.1}).draws()
    assert grey.std() == pytest.approx(0.1, abs=0.001)
    assert np.corrcoef(grey[0].ravel(), grey[1].ravel())[0, 1] == pytest.approx(0, abs=0.03)


def test_draws_keep_their_chance_while_a_strength_changes(six):
    weak, strong = (Augmentation(six, rotation=degrees).parameters() for degrees in (10, 100))
    for before, after in zip(weak, strong, strict=True):
        assert after.angle == pytest.approx(10 * before.angle)
        assert after.shift == before.shift


def test_large_images_are_reduced_by_means(flower):
    assert flower.shape == (427, 640, 3)
    small = as_small_image(flower)
    assert small.shape == (43, 64, 3)
    assert small.mean() == pytest.approx(flower.mean() / 255, abs=1e-4)
    np.testing.assert_allclose(
        as_small_image(np.arange(128 * 128).reshape(128, 128) / 128**2)[0, :2],
        [(0 + 1 + 128 + 129) / 4 / 128**2, (2 + 3 + 130 + 131) / 4 / 128**2], rtol=1e-6,
    )  # fmt: skip


def test_integers_are_taken_for_0_to_255(six):
    np.testing.assert_array_equal(
        Augmentation(six).image, Augmentation(six / np.float32(255)).image
    )


# ---- the page ------------------------------------------------------------------------------------


def test_it_starts_with_draws_that_are_no_longer_the_digit(show, six):
    figure = Augmentation(six, "6")
    angles = [abs(draw.angle) for draw in figure.parameters()]
    assert sum(angle > 135 for angle in angles) >= 4  # nines
    assert said(show(figure)) == (
        "Rotation ±180°, shift ±10 %. No draw is marked: all labels are taken for true."
    )


def test_marks_are_counted_and_come_back_to_python(show, six):
    page = show(Augmentation(six, "6"))
    for number in (7, 2, 20):
        draws(page).nth(number).click()
    assert state(page, "marked") == [[2, 7, 20]]
    assert draws(page).nth(7).get_attribute("aria-pressed") == "true"
    assert said(page).endswith(
        "You marked 3 of 24 as not “6”: with these strengths 13 % of the labels lie."
    )
    draws(page).nth(7).click()
    assert state(page, "marked") == [[2, 20]]
    assert "marked=2,20" in page.evaluate("location.hash")
    assert page.evaluate("saved") >= 4


def test_marks_go_when_the_draws_change(show, six):
    page = show(Augmentation(six, "6"))
    draws(page).first.click()
    page.get_by_role("slider", name="Brightness").press("ArrowRight")
    assert state(page, "marked", "brightness") == [[], 0.01]
    draws(page).first.click()
    before = pictures(page)
    page.get_by_role("button", name="New draws").click()
    assert state(page, "marked", "seed") == [[], 2]
    assert np.abs(pictures(page) - before).max() > 100


@pytest.mark.parametrize("name", LARGEST)
def test_every_strength_by_keyboard(show, six, name):
    labels = {"flip": "Flip left–right"}
    page = show(Augmentation(six, **NONE))
    before = pictures(page)
    slider = page.get_by_role("slider", name=labels.get(name, name.capitalize()), exact=True)
    assert slider.get_attribute("aria-valuetext") == "none"
    slider.press("End")
    assert state(page, name) == [LARGEST[name]]
    assert name in said(page).lower()
    after = pictures(page)
    assert np.abs(after - before).max() > 100
    figure = Augmentation(six, **NONE | {name: LARGEST[name]})
    assert np.abs(after[..., 0] - 255 * figure.draws()).max() < 0.51


def test_draws_by_arrow_keys(show, six):
    page = show(Augmentation(six, "6", zoom=0.2))
    draws(page).first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Draw 2,")
    assert page.get_by_text("Draw 2", exact=True).is_visible()
    page.keyboard.press("Space")
    assert state(page, "marked") == [[1]]
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Draw 24,")
    assert page.locator(".dl-augmentation-draw[tabindex='0']").count() == 1


def test_the_draw_under_the_mouse_is_told_in_words(show, six):
    figure = Augmentation(six, "6", flip=1, zoom=0.3, crop=0.3, brightness=0.3, noise=0.1)
    page = show(figure)
    draws(page).nth(9).hover()
    draw = figure.parameters()[9]
    text = page.locator(".dl-augmentation-note").inner_text().replace("−", "-")
    assert text.startswith("Flipped, turned ")
    assert int(re.search(r"turned (\d+)°", text)[1]) == round(abs(draw.angle))
    assert ("anticlockwise" in text) == (draw.angle > 0)
    assert int(re.search(r"zoomed to (\d+) %", text)[1]) == round(100 * draw.zoom)
    assert float(re.search(r"moved ([\d.]+) px", text)[1]) == round(abs(draw.shift[0]), 1)
    assert int(re.search(r"cropped to (\d+) %", text)[1]) == round(100 * draw.crop[2])
    assert ("brighter" in text) == (draw.brightness > 0)
    assert text.endswith("noise 0.10")


def test_what_lies_outside_can_be_chosen(show, flower):
    page = show(Augmentation(flower, "flower", shift=0.5))
    black = pictures(page)
    page.get_by_label("Outside of the image").select_option("mirrored")
    assert state(page, "fill") == ["mirror"]
    mirrored = pictures(page)
    assert (black == 0).all(axis=-1).mean() > (mirrored == 0).all(axis=-1).mean() + 0.1


def test_the_address_holds_the_state_and_reset_empties_it(show, six):
    figure = Augmentation(six, "6")
    address = (
        "#augmentation?rotation=20&shift=0.05&flip=0.5&zoom=0.25&crop=0.3&brightness=0.2"
        "&noise=0.15&fill=edge&seed=9&marked=1,4"
    )
    page = show(figure, hash=address)
    names = (*LARGEST, "fill", "seed", "marked")
    assert state(page, *names) == [20, 0.05, 0.5, 0.25, 0.3, 0.2, 0.15, "edge", 9, [1, 4]]
    draws(page).nth(4).click()
    assert page.evaluate("location.hash") == address.replace("1,4", "1")
    page.get_by_role("button", name="Reset").click()
    assert state(page, *names) == [getattr(figure, name) for name in names]
    assert page.evaluate("location.hash") == ""
    assert draws(page).nth(1).get_attribute("aria-pressed") == "false"


def test_a_broken_address_does_no_harm(show, six):
    page = show(
        Augmentation(six), hash="#augmentation?rotation=999&zoom=x&fill=me&seed=1.5&marked=77,a"
    )
    assert state(page, "rotation", "zoom", "fill", "seed", "marked") == [180, 0, "black", 1, []]
    assert said(page)


def test_the_preview_tells_no_verdict(six):
    figure = Augmentation(six, "6")
    figure.marked = [1, 2, 3]
    assert figure.preview() == Augmentation(six, "6").preview()


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros(28), r"shape \(height, width\) or \(height, width, 3\).*got \(28,\)"),
        (np.zeros((28, 28, 1)), r"got \(28, 28, 1\)"),
        (np.zeros((28, 28, 4)), r"got \(28, 28, 4\)"),
        (np.zeros((7, 28)), r"got \(7, 28\)"),
        (np.zeros((30, 640)), r"got \(30, 640\)"),
        (np.zeros((0, 28)), r"got \(0, 28\)"),
        (np.full((9, 9), 2.0), "floats from 0 to 1 or integers from 0 to 255, got float64"),
        (np.full((9, 9), np.nan), "floats from 0 to 1"),
        (np.full((9, 9), 256), "from 256 to 256"),
        (np.full((9, 9), "a"), "no numbers"),
    ],
)
def test_bad_images_are_refused_in_words(image, message):
    with pytest.raises(ValueError, match=message):
        Augmentation(image)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rotation": 181}, "rotation must lie between 0 and 180, got 181"),
        ({"shift": -0.1}, "shift must lie between 0 and 0.5, got -0.1"),
        ({"noise": float("nan")}, "noise must lie between 0 and 0.5, got nan"),
        ({"fill": "white"}, "fill must be one of"),
        ({"seed": 10_000}, "seed must be a whole number from 0 to 9999, got 10000"),
    ],
)
def test_bad_input_is_refused_in_words(six, arguments, message):
    with pytest.raises(ValueError, match=message):
        Augmentation(six, **arguments)
