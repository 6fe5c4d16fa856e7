"""A trained network in the page: against Keras and NumPy, by mouse and by keyboard."""

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.explore import DrawDigit, bundle, digit_network
from dlcourse_utils.explore.traits import unpack

# Ten digits as a hand draws them: strokes through points, in shares of the pad.
STROKES = {
    0: [[(0.5, 0.15), (0.3, 0.25), (0.22, 0.5), (0.3, 0.75), (0.5, 0.85), (0.7, 0.75),
         (0.78, 0.5), (0.7, 0.25), (0.5, 0.15)]],
    1: [[(0.52, 0.15), (0.5, 0.5), (0.48, 0.85)]],
    2: [[(0.28, 0.3), (0.4, 0.17), (0.6, 0.18), (0.7, 0.3), (0.64, 0.45), (0.45, 0.65),
         (0.27, 0.83), (0.5, 0.82), (0.75, 0.84)]],
    3: [[(0.3, 0.2), (0.5, 0.15), (0.67, 0.25), (0.62, 0.4), (0.45, 0.48), (0.65, 0.55),
         (0.72, 0.7), (0.6, 0.83), (0.4, 0.86), (0.28, 0.78)]],
    4: [[(0.35, 0.15), (0.3, 0.35), (0.27, 0.52), (0.5, 0.52), (0.75, 0.5)],
        [(0.65, 0.2), (0.63, 0.5), (0.6, 0.87)]],
    5: [[(0.7, 0.16), (0.5, 0.16), (0.35, 0.17), (0.33, 0.42), (0.5, 0.4), (0.67, 0.5),
         (0.68, 0.68), (0.55, 0.82), (0.4, 0.84), (0.28, 0.76)]],
    6: [[(0.6, 0.12), (0.42, 0.3), (0.33, 0.55), (0.35, 0.75), (0.5, 0.86), (0.65, 0.76),
         (0.64, 0.6), (0.5, 0.53), (0.37, 0.62)]],
    7: [[(0.25, 0.2), (0.5, 0.18), (0.75, 0.2), (0.62, 0.45), (0.5, 0.65), (0.42, 0.88)]],
    8: [[(0.62, 0.2), (0.45, 0.15), (0.35, 0.28), (0.45, 0.42), (0.6, 0.55), (0.66, 0.72),
         (0.5, 0.86), (0.36, 0.74), (0.42, 0.57), (0.58, 0.42), (0.66, 0.28), (0.6, 0.18)]],
    9: [[(0.65, 0.25), (0.5, 0.15), (0.36, 0.25), (0.38, 0.42), (0.52, 0.48), (0.65, 0.38),
         (0.66, 0.25), (0.64, 0.5), (0.6, 0.7), (0.55, 0.88)]],
}  # fmt: skip


def untrained(*middle, output=None) -> keras.Sequential:
    """A network with random weights, and batch statistics that are far from 0 and 1."""
    model = keras.Sequential([keras.Input((28, 28, 1)), *middle, output or layers.Dense(10)])
    random = np.random.default_rng(0)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    return model


def in_float16(network: dict) -> dict:
    return digit_network.from_float16(network["layers"], digit_network.to_float16(network))


@pytest.fixture(scope="module")
def model() -> keras.Sequential:
    """The shape of chapter 6's network: strides, batch normalisation, pooling, logits."""
    keras.utils.set_random_seed(0)
    return untrained(
        layers.Conv2D(8, 5, strides=2, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Conv2D(12, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Flatten(),
    )


@pytest.fixture(scope="module")
def odd_model() -> keras.Sequential:
    """Every other kind of layer: same padding, tanh, average pooling, dropout, softmax."""
    keras.utils.set_random_seed(1)
    return untrained(
        layers.Conv2D(3, 4, strides=3, padding="same"),
        layers.BatchNormalization(scale=False),
        layers.Activation("tanh"),
        layers.AveragePooling2D(3, strides=2, padding="same"),
        layers.Conv2D(4, (3, 2), padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.Dropout(0.5),
        layers.GlobalAveragePooling2D(),
        layers.Dense(12, use_bias=False),
        layers.BatchNormalization(center=False),
        layers.Activation("sigmoid"),
        output=layers.Dense(10, activation="softmax"),
    )


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    return default_digits()["x_test"][:40] / np.float32(255)


def probabilities(model, images) -> np.ndarray:
    found = keras.ops.convert_to_numpy(model(images[..., None], training=False))
    if model.layers[-1].activation.__name__ == "softmax":
        return found
    powers = np.exp(found - found.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


# ---- the network as arrays -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["model", "odd_model"])
def test_arrays_compute_what_keras_computes(name, images, request):
    model = request.getfixturevalue(name)
    network = digit_network.from_keras(model)
    expected = probabilities(model, images)
    np.testing.assert_allclose(digit_network.predict(network, images), expected, atol=1e-5)
    rounded = digit_network.predict(in_float16(network), images)
    np.testing.assert_allclose(rounded, expected, atol=1e-3)


def test_a_saved_network_comes_back(model, images, tmp_path):
    network = digit_network.from_keras(model)
    path = tmp_path / "network.npz"
    digit_network.save(path, network)
    loaded = digit_network.load(path)
    assert loaded["layers"] == network["layers"]
    assert loaded["kernel_0"].dtype == np.float32
    np.testing.assert_array_equal(
        digit_network.predict(loaded, images), digit_network.predict(in_float16(network), images)
    )
    assert [file.name for file in tmp_path.iterdir()] == ["network.npz"]


def test_a_damaged_file_is_refused_in_words(model, tmp_path):
    path = tmp_path / "network.npz"
    digit_network.save(path, digit_network.from_keras(model))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ValueError, match="network.npz is damaged"):
        digit_network.load(path)
    np.savez(path, weights=np.zeros(3))
    with pytest.raises(ValueError, match="network.npz is damaged"):
        digit_network.load(path)


def test_weights_that_float16_cannot_hold_are_refused(model):
    network = digit_network.from_keras(model)
    network["bias_1"] = np.full_like(network["bias_1"], 1e6)
    with pytest.raises(ValueError, match="bias_1 holds values"):
        digit_network.to_float16(network)


@pytest.mark.parametrize(
    ("middle", "message"),
    [
        ([layers.Flatten(), layers.LayerNormalization(name="norm")], "'norm'.*LayerNormalization"),
        ([layers.Conv2D(2, 3, dilation_rate=2, name="gaps"), layers.Flatten()], "'gaps'.*dilated"),
        ([layers.Conv2D(2, 3, activation="elu", name="bent"), layers.Flatten()], "'bent'.*'elu'"),
        (
            [
                layers.Conv2D(2, 3, activation="relu"),
                layers.BatchNormalization(name="late"),
                layers.Flatten(),
            ],
            "'late'.*without activation",
        ),
    ],
)
def test_a_layer_that_cannot_run_in_the_page_is_named(middle, message):
    with pytest.raises(ValueError, match=message):
        digit_network.from_keras(untrained(*middle))


def test_models_of_another_form_are_refused(model):
    with pytest.raises(ValueError, match="keras.Sequential, got Functional"):
        digit_network.from_keras(keras.Model(model.inputs, model.outputs))
    with pytest.raises(ValueError, match="no weights yet"):
        digit_network.from_keras(keras.Sequential([layers.Flatten(), layers.Dense(10)]))
    with pytest.raises(ValueError, match=r"takes \(8, 8, 1\)"):
        digit_network.from_keras(
            keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(10)])
        )
    with pytest.raises(ValueError, match=r"10 outputs, got shape \(3,\)"):
        digit_network.from_keras(untrained(layers.Flatten(), output=layers.Dense(3)))
    with pytest.raises(ValueError, match=r"\(n, 28, 28\), got \(28, 28\)"):
        digit_network.predict(digit_network.from_keras(model), np.zeros((28, 28)))


# ---- the page ------------------------------------------------------------------------------------


def settle(page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def draw(page, strokes) -> None:
    box = page.get_by_role("application").bounding_box()
    for stroke in strokes:
        for i, (x, y) in enumerate(stroke):
            page.mouse.move(
                box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4 if i else 1
            )
            if i == 0:
                page.mouse.down()
        page.mouse.up()
    settle(page)


def seen(page) -> np.ndarray:
    return np.array(page.evaluate("numbers('pixels')")).reshape(28, 28)


def prediction(page) -> int:
    return page.evaluate("model.get('prediction')")


def run_on_page(page, network, images) -> np.ndarray:
    """The page's own `loadNetwork` and `runNetwork`, out of the very bundle that ships."""
    data = list(digit_network.to_float16(network))
    found = page.evaluate(
        f"([layers, bytes, images]) => {{ {bundle.body('draw_digit')};"
        "const network = loadNetwork(layers, new DataView(Uint8Array.from(bytes).buffer));"
        "return images.map((image) => [...runNetwork(network, Float32Array.from(image))]); }",
        [network["layers"], data, images.reshape(len(images), -1).tolist()],
    )
    return np.array(found)


def prepare(ink: np.ndarray) -> np.ndarray:
    """MNIST's preparation in NumPy: area means in 20×20, the centre of mass in the middle."""

    def areas(count: int, size: int) -> np.ndarray:
        edges = np.arange(count + 1) * size / count
        cells = np.arange(size)
        overlap = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
        return overlap.clip(0) * count / size

    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    tall, wide = (max(round(20 * side / max(box.shape)), 1) for side in box.shape)
    small = areas(tall, box.shape[0]) @ box @ areas(wide, box.shape[1]).T
    centres = [
        (small.sum(axis=1 - axis) * (np.arange(small.shape[axis]) + 0.5)).sum() / small.sum()
        for axis in (0, 1)
    ]
    down, across = (
        min(max(int(np.ceil(14 - centre)), 0), 28 - side)
        for centre, side in zip(centres, small.shape, strict=True)
    )
    digit = np.zeros((28, 28))
    digit[down : down + tall, across : across + wide] = small
    return digit


@pytest.mark.parametrize("name", ["model", "odd_model"])
def test_the_page_computes_what_keras_computes(show, name, images, request):
    model = request.getfixturevalue(name)
    network = in_float16(digit_network.from_keras(model))
    page = show(DrawDigit(model))
    on_page = run_on_page(page, network, images)
    np.testing.assert_allclose(on_page, digit_network.predict(network, images), atol=1e-4)
    np.testing.assert_allclose(on_page, probabilities(model, images), atol=1e-3)


def test_float16_is_decoded_as_numpy_decodes_it(show, model):
    values = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, -3e-5, 0.1, 1 / 3], dtype="<f2")
    decoded = show(DrawDigit(model)).evaluate(
        f"(bytes) => {{ {bundle.body('draw_digit')};"
        "return [...float16s(new DataView(Uint8Array.from(bytes).buffer))]; }",
        list(values.tobytes()),
    )
    np.testing.assert_array_equal(decoded, values.astype(float))


def test_a_drawing_is_prepared_as_mnist_was(show, model):
    page = show(DrawDigit(model))
    page.get_by_role("button", name="Reset").click()
    small = [[(0.6 + 0.35 * x, 0.1 + 0.35 * y) for x, y in STROKES[2][0]]]
    for strokes in (STROKES[7], small):
        page.get_by_role("button", name="Reset").click()
        draw(page, strokes)
        ink = page.evaluate(
            "[...document.querySelector('.dl-draw-digit-pad').getContext('2d')"
            ".getImageData(0, 0, 280, 280).data].filter((_, i) => i % 4 === 3)"
        )
        np.testing.assert_allclose(
            seen(page), prepare(np.reshape(ink, (280, 280)) / 255), atol=1e-4
        )


def test_a_prepared_digit_stays_as_it_is(show, model):
    digit = prepare(np.random.default_rng(0).random((60, 40)))
    again = show(DrawDigit(model)).evaluate(
        f"(digit) => {{ {bundle.body('draw_digit')};"
        "return [...centreDigit(Float32Array.from(digit), 28, 28)]; }",
        digit.ravel().tolist(),
    )
    np.testing.assert_allclose(np.reshape(again, (28, 28)), digit, atol=1e-6)


def test_it_starts_with_an_example_that_the_first_stroke_replaces(show, model, images):
    pad = DrawDigit(model)
    page = show(pad)
    np.testing.assert_allclose(seen(page), pad.image[0, :, :, 0], atol=1e-6)
    assert prediction(page) == pad.prediction
    assert "Its label is 0." in page.locator(".dl-live").inner_text()
    draw(page, STROKES[1])
    assert np.count_nonzero(seen(page).sum(axis=0)) < 8  # an upright line and nothing else
    assert "label" not in page.locator(".dl-live").inner_text()


def test_a_second_view_leaves_the_drawing_that_python_has(show, model):
    pad = DrawDigit(model)
    pad.pixels, pad.prediction = np.full((28, 28), 0.25), 7
    page = show(pad)
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowUp")
    assert (seen(page) == 0.25).all()
    assert prediction(page) == 7
    assert page.evaluate("saved") == 0
    assert "Its label is 0." in page.locator(".dl-live").inner_text()


def test_a_second_finger_draws_nothing(show, model, touch):
    page = show(DrawDigit(model), touch=True)
    box = page.get_by_role("application").bounding_box()
    left, right = (box["x"] + share * box["width"] for share in (0.25, 0.8))
    top, middle, bottom = (box["y"] + share * box["height"] for share in (0.2, 0.5, 0.8))
    touch(page, "touchStart", (left, top))
    touch(page, "touchStart", (left, top), (right, middle))
    touch(page, "touchMove", (left, bottom), (right, bottom))
    touch(page, "touchEnd")
    settle(page)
    ink = page.evaluate(
        "[...document.querySelector('.dl-draw-digit-pad').getContext('2d')"
        ".getImageData(0, 0, 280, 280).data].filter((_, i) => i % 4 === 3)"
    )
    drawn = np.reshape(ink, (280, 280)).any(axis=0)
    assert drawn[70] and not drawn[140:].any()
    assert prediction(page) >= 0


def test_bars_sentence_and_model_agree_with_python(show, model):
    page = show(DrawDigit(model))
    saves = page.evaluate("saved")
    draw(page, STROKES[5])
    assert page.evaluate("saved") > saves
    network = in_float16(digit_network.from_keras(model))
    expected = digit_network.predict(network, seen(page)[None])[0]
    best = int(expected.argmax())
    assert prediction(page) == best
    assert f"{best} (" in page.locator(".dl-live").inner_text()
    rows = page.locator("tbody tr")
    for digit, share in enumerate(expected):
        text = rows.nth(digit).inner_text()
        assert text.split()[0] == str(digit)
        assert float(text.split()[1].strip(">%")) == pytest.approx(100 * share, abs=0.51)
    assert float(page.locator(".dl-frame").get_attribute("data-milliseconds")) > 0


def test_low_confidence_is_said(show):
    keras.utils.set_random_seed(0)
    undecided = untrained(layers.Flatten())
    undecided.set_weights([weights * 0.01 for weights in undecided.get_weights()])
    page = show(DrawDigit(undecided))
    assert page.locator(".dl-live").inner_text().startswith("I am not sure: ")


def test_an_example_can_be_loaded_and_drawn_over(show, model, images):
    labels = default_digits()["y_test"][:40]
    page = show(DrawDigit(model, examples=(images, labels)))
    page.get_by_label("Example").select_option("17")
    np.testing.assert_allclose(seen(page), images[17], atol=1e-6)
    assert f"Its label is {labels[17]}." in page.locator(".dl-live").inner_text()
    ink = seen(page).sum()
    draw(page, [[(0.2, 0.2), (0.8, 0.8)]])
    assert seen(page).sum() > ink
    assert page.get_by_label("Example").input_value() == ""


def test_it_can_be_drawn_by_keyboard(show, model):
    page = show(DrawDigit(model))
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowUp")
    assert seen(page).sum() == pytest.approx(DrawDigit(model).image.sum())  # pen still up
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    settle(page)
    line = seen(page)
    assert line.any()
    assert np.count_nonzero(line.sum(axis=1)) == 20  # upright, as tall as the box
    page.keyboard.press("Shift+ArrowRight")  # pen up: nothing new
    settle(page)
    np.testing.assert_array_equal(seen(page), line)
    status = page.locator(".dl-picture > [aria-live]").inner_text()
    assert "Column" in status and "row" in status
    page.keyboard.press("Delete")
    settle(page)
    assert prediction(page) == -1
    assert not seen(page).any()


def test_reset_empties_the_pad(show, model):
    page = show(DrawDigit(model))
    page.get_by_role("button", name="Reset").click()
    assert prediction(page) == -1
    assert not seen(page).any()
    assert "draw a digit" in page.locator(".dl-live").inner_text()
    draw(page, STROKES[1])
    assert prediction(page) >= 0


def test_every_layer_with_maps_can_be_shown(show, model):
    page = show(DrawDigit(model))
    choice = page.get_by_label("Feature maps", exact=True)
    names = choice.locator("option").all_inner_texts()
    assert names == ["Convolution 1", "Convolution 2", "Max pooling 1", "Convolution 3"]
    choice.select_option("Max pooling 1")
    assert page.get_by_role("img", name="12 feature maps of 5 × 5").count() == 1


# ---- Python's side -------------------------------------------------------------------------------


def test_the_drawing_is_ready_for_the_model(model):
    pad = DrawDigit(model)
    assert pad.image.shape == (1, 28, 28, 1)
    assert pad.image.dtype == np.float32
    drawn = np.random.default_rng(0).random((28, 28), dtype=np.float32)
    pad.set_trait("pixels", memoryview(drawn.tobytes()))  # as it comes from the browser
    np.testing.assert_array_equal(pad.image[0, :, :, 0], drawn)
    assert model.predict(pad.image, verbose=0).shape == (1, 10)
    np.testing.assert_array_equal(unpack(pad.pixels, (28, 28)), drawn)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ((np.zeros((2, 8, 8)), [1, 2]), r"\(n, 28, 28\), got \(2, 8, 8\)"),
        ((np.zeros((2, 28, 28)), [1]), r"shape \(2,\), got \(1,\)"),
        ((np.full((1, 28, 28), 1.5), [1]), "floats from 0 to 1"),
    ],
)
def test_bad_examples_are_refused_in_words(model, examples, message):
    with pytest.raises(ValueError, match=message):
        DrawDigit(model, examples=examples)


def test_the_network_that_ships_reads_hand_drawn_digits(show):
    try:
        pad = DrawDigit()
    except FileNotFoundError:
        pytest.skip("data/digit_network.npz is not there: make it with `dlcourse export-network`")
    assert len(pad.weights) < 150_000
    page = show(pad)
    read = []
    for strokes in STROKES.values():
        page.get_by_role("button", name="Reset").click()
        draw(page, strokes)
        read.append(prediction(page))
    assert sum(a == b for a, b in zip(read, STROKES, strict=True)) >= 9, read
