"""The GAN in the plane: its steps against NumPy's, collapse and cure, and its controls."""

import math

import numpy as np
import pytest
from traitlets import TraitError

from dlcourse_utils.explore import GAN2D

BATCH = 64
COLLAPSE = {"generator_rate": 0.01, "discriminator_rate": 0.0003}


# ---- the same contest in NumPy -------------------------------------------------------------------


class Random:
    """The page's seeded numbers: mulberry32 and Box-Muller."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def uniform(self) -> float:
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return (t ^ (t >> 14)) / 2**32

    def normal(self) -> float:
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())

    def normals(self, rows: int) -> np.ndarray:
        return np.array([[self.normal(), self.normal()] for _ in range(rows)])

    def real(self, dataset: str, rows: int) -> np.ndarray:
        points = []
        for _ in range(rows):
            parts = 9 if dataset == "grid" else 8
            part, share = int(parts * self.uniform()), self.uniform()
            x, y = place(dataset, part, share)
            points.append([x + 0.1 * self.normal(), y + 0.1 * self.normal()])
        return np.array(points)


def place(dataset: str, part: int, share: float) -> tuple[float, float]:
    if dataset == "ring":
        return 1.5 * math.cos(part * math.pi / 4), 1.5 * math.sin(part * math.pi / 4)
    if dataset == "grid":
        return 1.4 * (part % 3 - 1), 1.4 * (part // 3 - 1)
    if dataset == "line":
        along = 3.6 * (part + share) / 8 - 1.8
        return along, 0.6 * along
    angle, side = math.pi * (part % 4 + share) / 4, 1 if part < 4 else -1
    return side * (1.2 * math.cos(angle) - 0.6), side * (1.2 * math.sin(angle) - 0.35)


class Network:
    """Leaky ReLU layers and Adam, in float64, from weights that the page wrote."""

    def __init__(self, layers) -> None:
        self.p = [array.astype(float) for layer in layers for array in layer]
        self.m = [np.zeros_like(p) for p in self.p]
        self.v = [np.zeros_like(p) for p in self.p]
        self.t = 0

    def forward(self, x: np.ndarray) -> list[np.ndarray]:
        sums = []
        for i in range(0, len(self.p), 2):
            z = x @ self.p[i] + self.p[i + 1]
            sums.append((x, z))
            x = np.where(z > 0, z, 0.2 * z)
        return sums

    def backward(self, sums, delta):
        gradients = []
        for i in reversed(range(len(sums))):
            x, z = sums[i]
            if i < len(sums) - 1:
                delta = delta * np.where(z > 0, 1, 0.2)
            gradients = [x.T @ delta, delta.sum(axis=0), *gradients]
            delta = delta @ self.p[2 * i].T
        return gradients, delta

    def adam(self, gradients, rate: float) -> None:
        self.t += 1
        for i, g in enumerate(gradients):
            self.m[i] = 0.5 * self.m[i] + 0.5 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g**2
            corrected = math.sqrt(1 - 0.999**self.t) / (1 - 0.5**self.t)
            self.p[i] = self.p[i] - rate * corrected * self.m[i] / (np.sqrt(self.v[i]) + 1e-7)


def numpy_step(generator, discriminator, random: Random, gan: GAN2D) -> tuple[float, float]:
    def blurred(x):
        if gan.noise:
            x = x + gan.noise * random.normals(len(x))
        return x

    for _ in range(gan.discriminator_steps):
        real = random.real(gan.dataset, BATCH)
        fake = generator.forward(random.normals(BATCH))[-1][1]
        sums = discriminator.forward(blurred(np.concatenate([real, fake])))
        p = 1 / (1 + np.exp(-sums[-1][1]))
        y = np.repeat([[1.0], [0.0]], BATCH, axis=0)
        loss_d = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        discriminator.adam(discriminator.backward(sums, (p - y) / len(y))[0],
                           gan.discriminator_rate)  # fmt: skip
    trace = generator.forward(random.normals(BATCH))
    sums = discriminator.forward(blurred(trace[-1][1]))
    p = 1 / (1 + np.exp(-sums[-1][1]))
    saturating = gan.loss == "saturating"
    loss_g = np.mean(np.log(1 - p)) if saturating else -np.mean(np.log(p))
    _, pushed = discriminator.backward(sums, (-p if saturating else p - 1) / BATCH)
    generator.adam(generator.backward(trace, pushed)[0], gan.generator_rate)
    return loss_d, loss_g


# ---- helpers -------------------------------------------------------------------------------------


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sentence(page) -> str:
    return page.locator(".dl-live").inner_text()


def state(page, *names: str) -> list:
    return page.evaluate("(names) => names.map(model.get)", list(names))


def read(page, gan: GAN2D) -> GAN2D:
    """`gan` with what the page would have synced to it, as a notebook would hold it."""
    for name in ("weights", "points"):
        setattr(gan, name, np.array(page.evaluate(f"numbers('{name}')")))
    return gan


def step_by_step(page, steps: int) -> None:
    page.evaluate(
        "(n) => { const step = [...document.querySelectorAll('button')]"
        ".find((b) => b.textContent === 'Step'); for (let i = 0; i < n; i += 1) step.click(); }",
        steps,
    )


# ---- the arithmetic ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"dataset": "ring"},
        {"dataset": "moons", "loss": "saturating", "discriminator_steps": 3, "noise": 0.2},
        {"dataset": "line", "generator_rate": 0.01, "discriminator_rate": 0.03, "noise": 0.05},
        {"dataset": "grid", "loss": "saturating", "generator_rate": 0.0003},
    ],
    ids=lambda settings: settings["dataset"],
)
def test_steps_equal_numpy(show, settings):
    gan = GAN2D(seed=7, **settings)
    page = show(gan)
    generator, discriminator = (Network(layers) for layers in read(page, gan).parameters())
    random = Random(7 + 2000003)
    for steps in (1, 9):
        step_by_step(page, steps)
        for _ in range(steps):
            losses = numpy_step(generator, discriminator, random, gan)
        read(page, gan)
        for network, layers in zip((generator, discriminator), gan.parameters(), strict=True):
            for ours, theirs in zip(network.p, [a for layer in layers for a in layer], strict=True):
                np.testing.assert_allclose(theirs, ours, atol=1e-4)
        np.testing.assert_allclose(
            state(page, "discriminator_loss", "generator_loss"), losses, atol=1e-4
        )
    assert state(page, "step") == [10]


@pytest.mark.parametrize("dataset", ["ring", "grid", "moons", "line"])
def test_coverage_is_counted_as_described(show, dataset):
    gan = GAN2D(dataset, seed=3)
    page = show(gan)
    parts, anchors = {"ring": (8, 1), "grid": (9, 1), "moons": (8, 5), "line": (8, 3)}[dataset]
    places = np.array([
        [place(dataset, part, (i + 0.5) / anchors) for i in range(anchors)]
        for part in range(parts)
    ])  # fmt: skip
    for steps in (0, 1, 40):
        step_by_step(page, steps)
        points = read(page, gan).generated()
        assert points.shape == (256, 2)
        distances = np.linalg.norm(points[:, None, None] - places, axis=-1).min(axis=-1)
        on_data = distances.min(axis=1) < 0.35
        counts = np.bincount(distances.argmin(axis=1)[on_data], minlength=parts)
        covered, share = state(page, "covered", "on_data")
        assert covered == (counts >= 256 / parts / 4).sum()
        assert share == pytest.approx(on_data.mean(), abs=1 / 256)
        noun = "modes" if dataset in ("ring", "grid") else "stretches"
        assert f": {covered} of {parts} {noun} covered; " in sentence(page)


def test_weights_start_as_documented(show):
    gan = GAN2D(seed=11)
    generator, discriminator = read(show(gan), gan).parameters()
    assert [W.shape for W, _ in generator] == [(2, 24), (24, 24), (24, 2)]
    assert [W.shape for W, _ in discriminator] == [(2, 24), (24, 24), (24, 1)]
    random = Random(11 + 1000003)
    first = [random.normal() for _ in range(48)]
    np.testing.assert_allclose(generator[0][0].ravel(), first, atol=1e-6)
    assert all(not b.any() for layers in (generator, discriminator) for _, b in layers)


# ---- what it is there to show --------------------------------------------------------------------


def train_to(page, step: int) -> None:
    press(page, "Train")
    page.wait_for_function(
        "(n) => Number(document.querySelector('.dl-live').textContent.match(/\\d+/)) >= n",
        arg=step, timeout=60_000,
    )  # fmt: skip
    press(page, "Pause")


def median_covered(page) -> float:
    """Modes covered over the last 300 steps, looked at every 30: single looks jump about."""
    seen = []
    for _ in range(10):
        step_by_step(page, 30)
        seen += state(page, "covered")
    return float(np.median(seen))


def test_collapse_and_cure(show):
    page = show(GAN2D(seed=2, **COLLAPSE))
    train_to(page, 700)
    assert median_covered(page) <= 2
    rate = page.get_by_role("slider", name="Discriminator rate")
    rate.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert state(page, "generator_rate", "discriminator_rate") == [0.01, 0.01]
    assert page.get_by_label("Setting").input_value() == "discriminator keeps up"
    train_to(page, 2000)
    assert median_covered(page) >= 6


def test_the_balanced_contest_covers_the_ring(show):
    page = show(GAN2D())
    train_to(page, 1300)
    assert median_covered(page) >= 7


# ---- the figure ----------------------------------------------------------------------------------


def test_training_stops_out_of_view_and_when_paused(show):
    page = show(GAN2D())
    press(page, "Train")
    page.evaluate("document.querySelector('main').style.paddingTop = '5000px'")
    page.wait_for_timeout(200)
    before = sentence(page)
    page.wait_for_timeout(200)
    assert sentence(page) == before
    page.evaluate("document.querySelector('main').style.paddingTop = '0'")
    page.wait_for_function(f"document.querySelector('.dl-live').textContent !== {before!r}")
    press(page, "Pause")
    stopped = sentence(page)
    page.wait_for_timeout(150)
    assert sentence(page) == stopped


def test_a_setting_begins_anew_and_a_slider_goes_on(show):
    page = show(GAN2D())
    step_by_step(page, 3)
    page.get_by_label("Instance noise").focus()
    page.keyboard.press("ArrowRight")
    assert state(page, "noise", "step") == [0.05, 3]
    assert page.get_by_label("Setting").input_value() == "own choice"
    page.get_by_label("Setting").select_option("generator runs ahead")
    assert state(page, *COLLAPSE, "noise", "step") == [*COLLAPSE.values(), 0, 0]
    press(page, "Step")
    page.get_by_label("Data").select_option("moons")
    assert sentence(page).startswith("Step 0: ") and "of 8 stretches" in sentence(page)
    page.get_by_label("Seed").fill("12")
    page.keyboard.press("Enter")
    page.get_by_label("Discriminator steps").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Generator's loss").select_option("saturating")
    assert state(page, "seed", "discriminator_steps", "loss") == [12, 2, "saturating"]
    press(page, "Step")
    assert sentence(page).startswith("Step 1: ")


def test_restart_keeps_the_settings_and_reset_does_not(show):
    page = show(GAN2D())
    start = page.evaluate("numbers('weights')")
    page.get_by_label("Setting").select_option("generator runs ahead")
    press(page, "Step")
    press(page, "Restart")
    assert state(page, "step", "generator_rate") == [0, 0.01]
    assert page.evaluate("numbers('weights')") == start
    press(page, "Step")
    press(page, "Reset")
    assert state(page, "step", "generator_rate") == [0, 0.003]
    assert page.evaluate("numbers('weights')") == start
    assert "#" not in page.url


def test_the_address_brings_the_settings_to_another_reader(show):
    page = show(GAN2D())
    page.get_by_label("Setting").select_option("generator runs ahead")
    page.get_by_label("Data").select_option("grid")
    there = show(GAN2D(), hash="#" + page.url.split("#")[1])
    names = ("dataset", "generator_rate", "discriminator_rate")
    assert state(there, *names) == state(page, *names) == ["grid", *COLLAPSE.values()]
    assert there.evaluate("numbers('weights')") == page.evaluate("numbers('weights')")


def test_a_malformed_address_does_no_harm(show):
    page = show(GAN2D(), hash="#gan_2d?generator_rate=7&noise=9&discriminator_steps=2.5&dataset=x")
    assert state(page, "generator_rate", "noise", "discriminator_steps", "dataset") == [
        0.003, 0.6, 1, "ring"]  # fmt: skip
    press(page, "Step")
    assert sentence(page).startswith("Step 1:")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"dataset": "moon"}, "dataset must be one of"),
        ({"loss": "wasserstein"}, "loss must be one of"),
        ({"generator_rate": 0.2}, "generator_rate must be one of"),
        ({"discriminator_rate": 0}, "discriminator_rate must be one of"),
        (
            {"discriminator_steps": 6},
            "discriminator_steps must be a whole number from 1 to 5, got 6",
        ),
        ({"noise": 0.7}, "between 0 and 0.6"),
        ({"seed": -1}, "from 0 to 9999"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        GAN2D(**arguments)
    with pytest.raises(TraitError):
        GAN2D().noise = 3.0


def test_results_before_the_page_has_any():
    for method in (GAN2D().parameters, GAN2D().generated):
        with pytest.raises(ValueError, match="show the GAN"):
            method()


@pytest.mark.parametrize("dataset", ["ring", "grid", "moons", "line"])
def test_each_data_set_has_a_preview(dataset):
    assert GAN2D(dataset).preview().startswith(b"\x89PNG")
