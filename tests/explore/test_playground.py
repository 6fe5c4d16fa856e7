"""The playground in the browser: its data, losses and steps against NumPy's, and its controls."""

import re

import numpy as np
import pytest
from traitlets import TraitError

from dlcourse_utils.explore import Playground

FUNCTIONS = {
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "linear": (lambda z: z, np.ones_like),
}


def logits(layers, X, activation):
    """The network's output before the sigmoid, and the inputs and sums of every layer."""
    trace = []
    for i, (W, b) in enumerate(layers):
        z = X @ W + b
        trace.append((X, z))
        X = FUNCTIONS[activation][0](z) if i < len(layers) - 1 else z
    return X[:, 0], trace


def loss_and_accuracy(layers, X, y, activation):
    z, _ = logits(layers, X, activation)
    p = 1 / (1 + np.exp(-z))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)), np.mean((p > 0.5) == y)


def gradient_step(layers, X, y, activation, learning_rate):
    z, trace = logits(layers, X, activation)
    delta = (1 / (1 + np.exp(-z)) - y)[:, None] / len(y)
    new = []
    for i in reversed(range(len(layers))):
        W, b = layers[i]
        inputs, _ = trace[i]
        new.append((W - learning_rate * inputs.T @ delta, b - learning_rate * delta.sum(axis=0)))
        if i:
            delta = delta @ W.T * FUNCTIONS[activation][1](trace[i - 1][1])
    return new[::-1]


def read(page, playground: Playground) -> Playground:
    """`playground` with what the page would have synced to it, as a notebook would hold it."""
    for name in ("weights", "data"):
        setattr(playground, name, np.array(page.evaluate(f"numbers('{name}')")))
    playground.hidden = page.evaluate("model.get('hidden')")
    for name in ("epoch", "training_loss", "validation_loss", "training_accuracy",
                 "validation_accuracy"):  # fmt: skip
        setattr(playground, name, page.evaluate(f"model.get('{name}')"))
    return playground


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sentence(page) -> str:
    return page.locator(".dl-live").inner_text()


def wait_for_epoch(page, epoch: int) -> None:
    page.wait_for_function(
        f"Number(document.querySelector('.dl-live').textContent.match(/\\d+/)) > {epoch}"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"dataset": "circles", "hidden": (4,), "activation": "tanh", "learning_rate": 0.3},
        {"dataset": "xor", "hidden": (5, 3), "activation": "relu", "learning_rate": 0.1},
        {"dataset": "spirals", "hidden": (8, 7, 2), "activation": "sigmoid", "learning_rate": 1.0},
        {"dataset": "moons", "hidden": (), "activation": "linear", "learning_rate": 0.03},
        {"dataset": "blobs", "hidden": (1, 1), "activation": "linear", "learning_rate": 0.1},
    ],
    ids=lambda settings: settings["dataset"],
)
def test_losses_and_steps_equal_numpy(show, settings):
    playground = Playground(seed=7, **settings)
    page = show(playground)
    read(page, playground)
    assert playground.epoch == 0
    (X, y), (X_val, y_val) = playground.examples()
    assert X.shape == (160, 2) and X_val.shape == (80, 2)
    layers = [(W.astype(float), b.astype(float)) for W, b in playground.parameters()]
    assert [W.shape for W, _ in layers] == list(
        zip((2, *settings["hidden"]), (*settings["hidden"], 1), strict=True)
    )
    activation = settings["activation"]
    for epochs in (0, 1, 12):
        for _ in range(epochs):
            press(page, "Step")
            layers = gradient_step(layers, X.astype(float), y, activation,
                                   settings["learning_rate"])  # fmt: skip
        read(page, playground)
        for (W, b), (W_page, b_page) in zip(layers, playground.parameters(), strict=True):
            np.testing.assert_allclose(W_page, W, atol=1e-4)
            np.testing.assert_allclose(b_page, b, atol=1e-4)
        loss, accuracy = loss_and_accuracy(layers, X, y, activation)
        assert playground.training_loss == pytest.approx(loss, abs=1e-4)
        assert playground.training_accuracy == pytest.approx(accuracy)
        loss, accuracy = loss_and_accuracy(layers, X_val, y_val, activation)
        assert playground.validation_loss == pytest.approx(loss, abs=1e-4)
        assert playground.validation_accuracy == pytest.approx(accuracy)
    assert playground.epoch == 13
    assert sentence(page).startswith("Epoch 13: ")


def test_the_random_numbers_are_those_of_mulberry32(show):
    """The first point of `circles` without noise, by the generator as its author published it."""

    def mulberry32(state):
        while True:
            state = (state + 0x6D2B79F5) & 0xFFFFFFFF
            t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
            t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
            yield ((t ^ (t >> 14)) & 0xFFFFFFFF) / 2**32

    numbers = mulberry32(5)
    radius, angle = 0.75 * np.sqrt(next(numbers)), 2 * np.pi * next(numbers)
    expected = [radius * np.cos(angle), radius * np.sin(angle)]
    playground = Playground(noise=0.0, seed=5)
    (X, _), (X_val, _) = read(show(playground), playground).examples()
    distance = np.abs(np.concatenate([X, X_val]) - expected).max(axis=1)
    assert distance.min() < 1e-6


@pytest.mark.parametrize("dataset", ["circles", "xor", "moons", "spirals", "blobs"])
def test_classes_are_balanced_and_fit_the_plane(show, dataset):
    playground = Playground(dataset, noise=0.05)
    (X, y), (X_val, y_val) = read(show(playground), playground).examples()
    assert y.sum() + y_val.sum() == 120
    assert np.abs(np.concatenate([X, X_val])).max() < 2.6


def test_training_runs_until_paused_and_learns(show):
    page = show(Playground(hidden=(6,), activation="relu"))
    press(page, "Train")
    wait_for_epoch(page, 250)
    press(page, "Pause")
    stopped = sentence(page)
    page.wait_for_timeout(150)
    assert sentence(page) == stopped
    assert page.evaluate("model.get('validation_accuracy')") > 0.9
    assert page.evaluate("model.get('epoch')") == int(re.search(r"\d+", stopped).group())
    assert ", falling" in stopped


def test_training_does_not_depend_on_how_it_was_run(show):
    """Several epochs a frame, or one at a time: the same network."""
    page = show(Playground(hidden=(3,)))
    press(page, "Train")
    wait_for_epoch(page, 5)
    press(page, "Pause")
    epochs = page.evaluate("model.get('epoch')")
    other = show(Playground(hidden=(3,)))
    other.evaluate(
        "(n) => { for (let i = 0; i < n; i += 1) "
        "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Step').click(); }",
        epochs,
    )
    assert other.evaluate("model.get('epoch')") == epochs
    assert other.evaluate("numbers('weights')") == page.evaluate("numbers('weights')")


def test_training_stops_out_of_view(show):
    page = show(Playground())
    press(page, "Train")
    page.evaluate("document.querySelector('main').style.paddingTop = '5000px'")
    page.wait_for_timeout(200)
    before = sentence(page)
    page.wait_for_timeout(200)
    assert sentence(page) == before
    page.evaluate("document.querySelector('main').style.paddingTop = '0'")
    page.wait_for_function(f"document.querySelector('.dl-live').textContent !== {before!r}")


def test_divergence_is_said(show):
    page = show(Playground("blobs", hidden=(8, 8, 8), activation="linear", learning_rate=10.0))
    press(page, "Train")
    page.wait_for_selector("text=Choose a smaller learning rate")
    assert page.get_by_role("button", name="Train").is_visible()
    assert page.evaluate("model.get('training_loss')") is None
    press(page, "Restart")
    assert sentence(page).startswith("Epoch 0: training loss")


def test_controls_by_keyboard_build_another_network(show):
    playground = Playground(hidden=(4,))
    page = show(playground)
    press(page, "Step")
    page.get_by_label("Hidden layers").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("model.get('hidden').length === 2")
    page.get_by_label("Units, layer 2").select_option("7")
    page.get_by_label("Data").select_option("xor")
    page.get_by_label("Seed").fill("12")
    page.keyboard.press("Enter")
    page.get_by_label("Noise").focus()
    page.keyboard.press("ArrowLeft")
    read(page, playground)
    assert [W.shape for W, _ in playground.parameters()] == [(2, 4), (4, 7), (7, 1)]
    assert playground.epoch == 0
    assert page.evaluate("[model.get('dataset'), model.get('seed'), model.get('noise')]") \
        == ["xor", 12, 0.09]  # fmt: skip
    assert not page.get_by_label("Units, layer 3").is_visible()


def test_the_learning_rate_changes_without_a_restart(show):
    page = show(Playground())
    press(page, "Step")
    page.get_by_label("Learning rate").select_option("3")
    press(page, "Step")
    assert sentence(page).startswith("Epoch 2:")


def test_a_seed_that_cannot_be_is_put_back(show):
    page = show(Playground(seed=3))
    seed = page.get_by_label("Seed")
    for wrong in ("-1", "20000", "1.5", ""):
        seed.fill(wrong)
        page.keyboard.press("Enter")
        assert page.evaluate("model.get('seed')") == 3
        assert seed.input_value() == "3", "the field says what the figure shows"


def test_restart_keeps_the_settings_and_reset_does_not(show):
    page = show(Playground())
    start = page.evaluate("numbers('weights')")
    page.get_by_label("Data").select_option("moons")
    press(page, "Step")
    press(page, "Restart")
    assert sentence(page).startswith("Epoch 0:")
    assert page.get_by_label("Data").input_value() == "moons"
    press(page, "Reset")
    assert page.get_by_label("Data").input_value() == "circles"
    assert page.evaluate("numbers('weights')") == start
    assert "#" not in page.url


def test_the_address_brings_the_settings_to_another_reader(show):
    page = show(Playground())
    page.get_by_label("Data").select_option("spirals")
    page.get_by_label("Hidden layers").select_option("3")
    page.get_by_label("Units, layer 3").select_option("2")
    page.get_by_label("Learning rate").select_option("0.01")
    there = show(Playground(), hash="#" + page.url.split("#")[1])
    assert there.evaluate("model.get('hidden')") == [4, 4, 2]
    assert there.get_by_label("Data").input_value() == "spirals"
    assert there.get_by_label("Learning rate").input_value() == "0.01"
    assert there.evaluate("numbers('weights')") == page.evaluate("numbers('weights')")


def test_no_hidden_layer_by_address(show):
    page = show(Playground(), hash="#playground?hidden=")
    assert page.evaluate("model.get('hidden')") == []


@pytest.mark.parametrize("hidden", ["1,2,3,4,5", "a,2", "0.5,99", "2.5"])
def test_a_malformed_address_does_no_harm(show, hidden):
    page = show(Playground(), hash=f"#playground?hidden={hidden}&learning_rate=0.02&seed=1.5")
    assert page.evaluate("['hidden', 'learning_rate', 'seed'].map(model.get)") == [[4], 0.3, 1]
    press(page, "Step")
    assert sentence(page).startswith("Epoch 1:")


def test_three_layers_of_eight_units_fit_a_phone(show):
    page = show(Playground("spirals", hidden=(8, 8, 8)), width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_before_training_the_loss_plot_says_what_to_do(show):
    page = show(Playground())
    hint = page.get_by_text("Press Train to see the loss fall")
    assert hint.count() == 1
    page.get_by_role("button", name="Step").click()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert hint.count() == 0


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"dataset": "moon"}, "dataset must be one of"),
        ({"activation": "gelu"}, "activation must be one of"),
        ({"learning_rate": 0.2}, "learning_rate must be one of"),
        ({"hidden": (4, 4, 4, 4)}, "hidden must hold up to 3 whole numbers from 1 to 8"),
        ({"hidden": (9,)}, r"up to 3 whole numbers from 1 to 8, got \(9,\)"),
        ({"noise": 0.7}, "between 0 and 0.5"),
        ({"seed": -1}, "from 0 to 9999"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Playground(**arguments)
    with pytest.raises(TraitError):
        Playground().hidden = [20]


def test_results_before_the_page_has_any():
    with pytest.raises(ValueError, match="show the playground"):
        Playground().parameters()
