"""A GAN on points of the plane that trains while one looks, with mode collapse to provoke."""

from typing import Any

import numpy as np
from traitlets import Float, Int

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import Buffer, Choice, Number, Whole, unpack
from dlcourse_utils.palette import BLUE, GREY

# Name -> how many parts of it a generator can cover: Gaussians, or stretches of a curve.
DATASETS = {"ring": 8, "grid": 9, "moons": 8, "line": 8}
RATES = (0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
LOSSES = ("non-saturating", "saturating")
UNITS = 24  # in each of the two hidden layers of both networks
GENERATOR = (2, UNITS, UNITS, 2)
DISCRIMINATOR = (2, UNITS, UNITS, 1)
MOST_NOISE = 0.6


class GAN2D(Explorable):
    """Train a generator against a discriminator in the page, on points of the plane.

    Both networks have two hidden layers of 24 leaky ReLU units (slope 0.2 below 0); the generator's
    noise has two numbers.
    A step is `discriminator_steps` updates of the discriminator, each on 64 fresh real and 64
    generated points, and one update of the generator on 64. Both train with Adam (beta 0.5 and
    0.999, epsilon 1e-7) in float64. The page counts a part of the data (one of the Gaussians, or a
    stretch of the curve) as covered when at least a quarter of its fair share of 256 generated
    points lies within 0.35 of it.

    From a new start, a generator rate of 0.01 against a discriminator rate of 0.0003 collapses;
    raising the discriminator's rate to 0.01 heals it, in a contest that runs or from a new start.

    Parameters
    ----------
    dataset : {"ring", "grid", "moons", "line"}
        The real points: 8 Gaussians in a ring, 9 in a grid, two moons, or a line.
    generator_rate, discriminator_rate : float
        Learning rates, each one of 0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, …, 0.1.
    discriminator_steps : int
        Updates of the discriminator for one of the generator, 1 to 5.
    loss : {"non-saturating", "saturating"}
        What the generator minimises: -log D(G(z)), or log(1 - D(G(z))).
    noise : float
        Instance noise: standard deviation of what is added to every point that the discriminator
        sees, real or generated, 0 to 0.6.
    seed : int
        Decides the starting weights and all random numbers, 0 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> contest = GAN2D("moons", discriminator_steps=2)
    >>> contest.dataset, contest.step
    ('moons', 0)
    """

    preview_size = (7.0, 4.0)

    dataset = Choice(tuple(DATASETS), "ring", help="The real points.").tag(sync=True)
    generator_rate = Choice(RATES, 0.003, help="Adam's learning rate.").tag(sync=True)
    discriminator_rate = Choice(RATES, 0.003, help="Adam's learning rate.").tag(sync=True)
    discriminator_steps = Whole(1, low=1, high=5, help="Updates for one of the generator.").tag(
        sync=True
    )
    loss = Choice(LOSSES, "non-saturating", help="What the generator minimises.").tag(sync=True)
    noise = Number(0.0, low=0, high=MOST_NOISE, help="Instance noise.").tag(sync=True)
    seed = Whole(1, low=0, high=9999, help="Decides all random numbers.").tag(sync=True)

    # Results: the page writes them at every step, pause and reset, and once a second in between.
    step = Int(0, help="Steps trained so far.").tag(sync=True)
    covered = Int(0, help="Parts of the data that the generator reaches.").tag(sync=True)
    on_data = Float(0.0, help="Share of generated points that lie on the data.").tag(sync=True)
    discriminator_loss = Float(None, allow_none=True, help="None: not finite.").tag(sync=True)
    generator_loss = Float(None, allow_none=True, help="As discriminator_loss.").tag(sync=True)
    weights = Buffer(help="Of both networks, float32; see parameters().").tag(sync=True)
    points = Buffer(help="Generated points, float32; see generated().").tag(sync=True)

    def __init__(
        self,
        dataset: str = "ring",
        *,
        generator_rate: float = 0.003,
        discriminator_rate: float = 0.003,
        discriminator_steps: int = 1,
        loss: str = "non-saturating",
        noise: float = 0.0,
        seed: int = 1,
        caption: str | None = None,
    ) -> None:
        super().__init__(
            dataset=dataset,
            generator_rate=generator_rate,
            discriminator_rate=discriminator_rate,
            discriminator_steps=discriminator_steps,
            loss=loss,
            noise=noise,
            seed=seed,
            caption=caption
            or "Train the balanced contest. Then choose the setting in which the generator runs "
            "ahead, and train again: can you heal it while it runs, by moving a single slider?",
        )

    def parameters(self) -> tuple[list, list]:
        """Weights and biases of both networks as the page has them now.

        Returns
        -------
        tuple of two lists
            Of the generator and of the discriminator: ``(W, b)`` of each layer, float32, W of
            shape (inputs, units).

        Raises
        ------
        ValueError
            If the figure was not shown yet in a notebook with widgets.
        """
        flat = unpack(self._from_page(self.weights))
        networks = []
        for sizes in (GENERATOR, DISCRIMINATOR):
            layers = []
            for inputs, units in zip(sizes, sizes[1:], strict=False):
                W, b, flat = np.split(flat, [inputs * units, (inputs + 1) * units])
                layers.append((W.reshape(inputs, units), b))
            networks.append(layers)
        return networks[0], networks[1]

    def generated(self) -> np.ndarray:
        """The generated points that the page shows now, float32 of shape (n, 2).

        Raises
        ------
        ValueError
            If the figure was not shown yet in a notebook with widgets.
        """
        return unpack(self._from_page(self.points), (-1, 2))

    @staticmethod
    def _from_page(data: bytes) -> bytes:
        if not data:
            raise ValueError("nothing yet: show the GAN in a notebook with widgets first")
        return data

    def draw_preview(self, figure: Any) -> None:
        axes = figure.add_subplot()
        random = np.random.default_rng(self.seed)
        real = _sketch(self.dataset, random)
        noise = random.normal(size=(160, 2))
        bent = noise @ [[0.3, 0.1], [-0.1, 0.2]]
        axes.plot(*real.T, "x", color=GREY, markersize=5, label="real points")
        axes.plot(*bent.T, "o", color=BLUE, markersize=4.5, label="generated, before training")
        axes.set(xlim=(-2.4, 2.4), ylim=(-2.4, 2.4), xlabel="x₁", ylabel="x₂", aspect="equal")
        axes.set_title("where two networks compete")
        figure.legend(loc="outside right upper", frameon=False)


def _sketch(dataset: str, random: np.random.Generator) -> np.ndarray:
    """Points of the same kind as the page makes, for the still picture alone."""
    part = random.integers(DATASETS[dataset], size=240)
    if dataset == "ring":
        centres = 1.5 * np.stack([np.cos(part * np.pi / 4), np.sin(part * np.pi / 4)], axis=1)
    elif dataset == "grid":
        centres = 1.4 * np.stack([part % 3 - 1.0, part // 3 - 1.0], axis=1)
    elif dataset == "moons":
        angle = np.pi * random.random(240)
        side = np.where(part < 4, 1, -1)[:, None]
        arc = 1.2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        centres = side * (arc - [0.6, 0.35])
    else:
        along = random.uniform(-1.8, 1.8, 240)
        centres = np.stack([along, 0.6 * along], axis=1)
    return centres + 0.1 * random.normal(size=(240, 2))
