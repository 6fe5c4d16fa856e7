"""The budget: the page against Python, Python against Keras and published numbers, controls."""

import math
from itertools import product

import keras
import pytest
from keras import layers

from dlcourse_utils.explore import Budget, bundle
from dlcourse_utils.explore.budget import (
    BATCHES,
    DEVICES,
    NETWORKS,
    OPTIMIZERS,
    PRECISIONS,
    SIZES,
    WIDTHS,
    count,
)

SETTINGS = (
    "network", "layers", "width", "size", "batch", "precision", "optimizer", "device", "examples",
    "epochs", "share", "price",
)  # fmt: skip
OWN = {"mine": {"memory": 8, "bandwidth": 50, "peak": {"float32": 0.5}}}


def run(page, expression: str, *arguments):
    """Evaluate with the module's own functions at hand, out of the very bundle that ships."""
    body = bundle.body("budget")
    return page.evaluate(f"(given) => {{ {body}; return {expression}; }}", list(arguments))


def said(page) -> str:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def cell(page, name: str) -> str:
    return page.get_by_role("row", name=name).get_by_role("cell").inner_text()


# ---- numbers -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures() -> list[Budget]:
    combinations = list(product(NETWORKS, PRECISIONS, OPTIMIZERS, (*(d["name"] for d in DEVICES),)))
    return [
        Budget(
            network,
            layers=1 + 7 * i % 96,
            width=WIDTHS[i % len(WIDTHS)],
            size=SIZES[network][i % len(SIZES[network])],
            batch=BATCHES[i % len(BATCHES)],
            precision=precision,
            optimizer=optimizer,
            device=device,
            examples=1 + 9973 * i,
            epochs=1 + i,
            share=0.05 + 0.95 * i / len(combinations),
            price=0.3 * i,
        )
        for i, (network, precision, optimizer, device) in enumerate(combinations)
    ]


def test_page_and_python_agree(show, figures):
    found = run(
        show(Budget()),
        "given[0].map((one) => estimate(one, given[1].find(({ name }) => name === one.device)))",
        [{name: getattr(figure, name) for name in SETTINGS} for figure in figures],
        list(DEVICES),
    )
    for on_page, figure in zip(found, figures, strict=True):
        expected = figure.estimate()._asdict()
        assert set(on_page) == set(expected)
        for name, value in expected.items():
            wanted = value if isinstance(value, str) else pytest.approx(value, rel=1e-9)
            assert on_page[name] == wanted, name


def mlp(depth, width, size):
    hidden = [layers.Dense(width, "relu") for _ in range(depth)]
    return keras.Sequential([keras.Input((size,)), *hidden, layers.Dense(10)])


def cnn(depth, width, size):
    model = keras.Sequential([keras.Input((size, size, 3))])
    for layer in range(1, depth + 1):
        model.add(layers.Conv2D(width, 3, padding="same", activation="relu"))
        if layer % 2 == 0 and model.output_shape[1] >= 8:
            model.add(layers.MaxPooling2D())
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10))
    return model


@pytest.mark.parametrize(
    ("network", "make", "shape"),
    [
        ("MLP", mlp, (3, 48, 100)),
        ("MLP", mlp, (1, 64, 784)),
        ("CNN", cnn, (5, 32, 28)),
        ("CNN", cnn, (9, 8, 16)),
    ],
)
def test_networks_are_those_of_keras(network, make, shape):
    model, work = make(*shape), count(network, *shape)
    assert work.parameters == model.count_params()
    flops = sum(
        2 * math.prod(layer.kernel.shape) * math.prod(layer.output.shape[1:-1])
        for layer in model.layers
        if layer.weights
    )
    assert work.flops == flops
    outputs = sum(math.prod(layer.output.shape[1:]) for layer in model.layers)
    assert work.activations + work.outputs == math.prod(model.input_shape[1:]) + outputs


def test_parameters_of_the_published_gpt2():
    # Its four sizes: parameters counted from the weights that were published.
    for depth, width, parameters in (
        (12, 768, 124_439_808),
        (24, 1024, 354_823_168),
        (36, 1280, 774_030_080),
        (48, 1600, 1_557_611_200),
    ):
        assert count("transformer", depth, width, 1024).parameters == parameters


def test_arithmetic_of_a_transformer_is_that_of_megatron():
    # Narayanan et al. 2021, without recomputation: 72 B s l h² (1 + s / 6h + V / 12 l h).
    depth, h, s, batch, vocabulary = 24, 2048, 512, 8, 50257
    paper = 72 * batch * s * depth * h**2 * (1 + s / (6 * h) + vocabulary / (12 * depth * h))
    figure = Budget("transformer", layers=depth, width=h, size=s, batch=batch)
    assert figure.estimate().flops == pytest.approx(paper, rel=1e-9)


def test_memory_of_a_parameter_is_that_of_zero():
    for precision in ("float32", "mixed 16-bit"):
        estimate = Budget(precision=precision, optimizer="Adam").estimate()
        state = estimate.weights + estimate.gradients + estimate.optimizer
        assert state == 16 * estimate.parameters


def test_memory_of_plain_sgd_has_no_optimiser_state():
    plain, momentum = (Budget(optimizer=name).estimate() for name in list(OPTIMIZERS)[:2])
    assert plain.optimizer == 0
    assert momentum.memory - plain.memory == 4 * plain.parameters


def test_time_is_that_of_the_roofline():
    estimate = Budget("MLP", device="T4", share=0.5, examples=1000, batch=64, price=3600).estimate()
    compute, move = estimate.flops / 8.1e12, estimate.traffic / 320e9
    assert estimate.step_seconds == pytest.approx(2 * max(compute, move))
    assert (estimate.bound == "arithmetic") == (estimate.intensity >= 8.1e12 / 320e9)
    assert estimate.steps == 16
    assert estimate.cost == pytest.approx(16 * estimate.step_seconds)


def test_a_precision_that_a_device_lacks_runs_like_float32():
    peaks = [Budget(device="T4", precision=name).estimate().peak for name in PRECISIONS]
    assert peaks == [8.1e12, 8.1e12, 65e12]


def test_devices_are_complete_and_faster_with_shorter_numbers():
    for device in DEVICES:
        assert set(device) == {"name", "memory", "bandwidth", "peak"}
        speeds = [device["peak"].get(name, device["peak"]["float32"]) for name in PRECISIONS]
        assert speeds == sorted(speeds)


def test_the_caption_has_its_answer():
    start, halved, mixed, plain = (
        Budget(**given).estimate()
        for given in ({}, {"batch": 8}, {"precision": "mixed 16-bit"}, {"optimizer": "SGD"})
    )
    assert not start.fits and not plain.fits
    assert halved.fits and halved.run_seconds == pytest.approx(start.run_seconds, rel=0.01)
    assert mixed.fits and mixed.run_seconds < start.run_seconds / 5
    assert (start.bound, mixed.bound) == ("arithmetic", "memory bandwidth")


# ---- the page ------------------------------------------------------------------------------------


def test_it_starts_with_what_does_not_fit(show):
    page = show(Budget())
    assert said(page) == (
        "24.7 GB of 16 GB: it does not fit. A step would take 4.32 s, limited by arithmetic; "
        "the run would take 7.5 h."
    )
    assert "✗ does not fit" in page.locator(".dl-budget-title").inner_text()
    assert cell(page, "Parameters") == "124,439,808"
    assert cell(page, "The run costs") == "no price given"


def test_precision_and_price(show):
    page = show(Budget())
    page.get_by_label("Precision").select_option("mixed 16-bit")
    page.get_by_label("Price an hour").fill("0.5")
    page.get_by_label("Price an hour").press("Enter")
    assert state(page, "precision", "price") == ["mixed 16-bit", 0.5]
    cost = Budget(precision="mixed 16-bit", price=0.5).estimate().cost
    assert said(page).endswith(f"and costs {cost:.2f}.")
    assert "it fits" in said(page)
    assert "price=0.5" in page.evaluate("location.hash")


def test_the_batch_by_keyboard(show):
    page = show(Budget())
    batch = page.get_by_role("slider", name="Batch")
    batch.focus()
    page.keyboard.press("ArrowLeft")
    assert state(page, "batch") == [8]
    assert batch.get_attribute("aria-valuetext") == "8"
    assert "it fits" in said(page)


@pytest.mark.parametrize("network", ["MLP", "CNN"])
def test_another_network_brings_its_own_shape_and_words(show, network):
    page = show(Budget())
    page.get_by_label("Network").select_option(network)
    usual = Budget(network)
    shape = ("layers", "width", "size", "batch")
    assert state(page, *shape) == [getattr(usual, name) for name in shape]
    names = {"MLP": ("Hidden layers", "Inputs"), "CNN": ("Convolutions", "Side of the images")}
    for name, key in zip(names[network], ("layers", "size"), strict=True):
        slider = page.get_by_role("slider", name=name)
        assert slider.get_attribute("aria-valuetext") == f"{getattr(usual, key)}"
        slider.focus()
        page.keyboard.press("End")
    assert cell(page, "Parameters") == f"{count(network, *state(page, *shape[:3])).parameters:,}"
    assert state(page, "size") == [SIZES[network][-1]]
    assert "it " in said(page)


def test_a_device_of_the_readers_own(show):
    figure = Budget("MLP", own_devices=OWN, device="mine", precision="TF32")
    assert figure.estimate().peak == 0.5e12
    page = show(figure)
    assert "of 8 GB" in said(page)
    page.get_by_label("Device", exact=True).select_option("H100 SXM")
    assert "of 80 GB" in said(page)


def test_the_address_holds_the_state_and_reset_empties_it(show):
    figure = Budget()
    page = show(
        figure,
        hash="#budget?network=CNN&layers=10&width=96&size=64&batch=256&precision=TF32"
        "&optimizer=SGD&device=A100%2040%20GB&examples=5000&epochs=30&share=0.25&price=1.5",
    )
    assert state(page, *SETTINGS) == [
        "CNN", 10, 96, 64, 256, "TF32", "SGD", "A100 40 GB", 5000, 30, 0.25, 1.5,
    ]  # fmt: skip
    page.get_by_label("Optimiser").select_option("Adam")
    assert "optimizer=Adam" in page.evaluate("location.hash")
    page.get_by_role("button", name="Reset").click()
    assert state(page, *SETTINGS) == [getattr(figure, name) for name in SETTINGS]
    assert page.evaluate("location.hash") == ""
    assert said(page).startswith("24.7 GB of 16 GB")


def test_a_broken_or_short_address_does_no_harm(show):
    page = show(
        Budget(), hash="#budget?network=CNN&layers=0&width=7&batch=3&device=abacus&share=9&price=-1"
    )
    expected = ["CNN", 12, 768, 32, 16, "T4", 1, 0]
    found = state(page, "network", "layers", "width", "size", "batch", "device", "share", "price")
    assert found == expected
    assert "it fits" in said(page)


def test_the_extremes_stay_in_the_picture(show):
    largest = Budget(layers=96, width=12288, size=16384, batch=65536, device="laptop CPU")
    page = show(largest, width=360)
    assert "years" in said(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    smallest = Budget("MLP", layers=1, width=32, size=16, batch=1, device="H100 SXM")
    page = show(smallest)
    assert "memory bandwidth" in said(page)
    box = page.locator(".dl-budget-reached").bounding_box()
    frame = page.locator(".dl-budget-part .dl-plot").bounding_box()
    assert frame["x"] < box["x"] and box["y"] + box["height"] < frame["y"] + frame["height"]


@pytest.mark.parametrize(("width", "columns"), [(768, 2), (360, 1)])
def test_the_controls_stand_in_a_grid(show, width, columns):
    page = show(Budget(), width=width)
    sliders = [box.bounding_box() for box in page.locator(".dl-budget-controls .dl-slider").all()]
    assert len({round(box["x"]) for box in sliders}) == columns
    assert len({round(box["width"]) for box in sliders}) == 1
    for kind in ("select", "input[type=number]"):
        fields = [box.bounding_box() for box in page.locator(f".dl-budget-controls {kind}").all()]
        assert len({round(box["width"]) for box in fields}) == 1


def test_the_preview_shows_no_step():
    assert Budget(batch=1).preview() == Budget().preview()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"network": "RNN"}, "network must be one of"),
        ({"width": 100}, "width must be one of"),
        ({"size": 1000}, "size of the transformer must be one of"),
        ({"network": "CNN", "size": 1024}, "size of the CNN must be one of"),
        ({"batch": 3}, "batch must be one of"),
        ({"layers": 0}, "layers must be a whole number from 1 to 96, got 0"),
        ({"precision": "int8"}, "precision must be one of"),
        ({"optimizer": "adam"}, "optimizer must be one of"),
        ({"device": "abacus"}, "device must be one of"),
        ({"examples": 0}, "examples must be a whole number"),
        ({"share": 0}, "share must lie between 0.05 and 1, got 0"),
        ({"price": -1}, "price must lie between 0 and 10000, got -1"),
        ({"own_devices": {"T4": OWN["mine"]}}, "own_devices must have new names"),
        ({"own_devices": {"mine": {"memory": 8}}}, "must be .*bandwidth.*got"),
        ({"own_devices": {"mine": OWN["mine"] | {"memory": 0}}}, "numbers above 0"),
        (
            {"own_devices": {"mine": OWN["mine"] | {"peak": {"float32": 1, "fp8": 2}}}},
            "peak of 'mine' must be for",
        ),
    ],
)
def test_bad_input_is_refused_in_words(arguments, message):
    with pytest.raises(ValueError, match=message):
        Budget(**arguments)
