"""A small network that trains on points of the plane while one looks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Float, Int

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import Buffer, Choice, Number, Several, Whole, unpack
from dlcourse_utils.palette import BLUE, GREY, ORANGE

DATASETS = ("circles", "xor", "moons", "spirals", "blobs")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
LEARNING_RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
TRAINING_EXAMPLES = 160


class Playground(Explorable):
    """Train a multi-layer perceptron in the page: two features in, one probability out.

    Every epoch is one step of plain gradient descent along the gradient of the mean binary
    cross-entropy over all 160 training points; another 80 points are for validation. The
    arithmetic is float64.

    Parameters
    ----------
    dataset : {"circles", "xor", "moons", "spirals", "blobs"}
        What the points look like.
    noise : float
        Standard deviation of the noise on both features, 0 to 0.5 (the plane is 4.8 wide).
    hidden : sequence of int
        Units of each hidden layer: up to three layers of 1 to 8 units; ``()`` for none.
    activation : {"relu", "tanh", "sigmoid", "linear"}
        Activation of the hidden layers.
    learning_rate : float
        One of 0.001, 0.003, 0.01, …, 3, 10.
    seed : int
        Decides points and starting weights, 0 to 9999.
    caption : str, optional
        The question put to the reader.

    Raises
    ------
    ValueError
        If a parameter is none of what is listed above.

    Examples
    --------
    >>> playground = Playground("xor", hidden=(2,), activation="tanh")
    >>> playground.hidden
    [2]
    """

    dataset = Choice(DATASETS, "circles", help="What the points look like.").tag(sync=True)
    noise = Number(0.1, low=0, high=0.5, help="Standard deviation on both features.").tag(sync=True)
    hidden = Several(Whole(low=1, high=8), least=0, most=3, help="Units of each layer.").tag(
        sync=True
    )
    activation = Choice(ACTIVATIONS, "tanh", help="Of the hidden layers.").tag(sync=True)
    learning_rate = Choice(LEARNING_RATES, 0.3, help="Length of a step.").tag(sync=True)
    seed = Whole(1, low=0, high=9999, help="Decides points and starting weights.").tag(sync=True)

    # Results: the page writes them at every step, pause and reset, and once a second in between.
    epoch = Int(0, help="Epochs trained so far.").tag(sync=True)
    training_loss = Float(None, allow_none=True, help="None: out of range.").tag(sync=True)
    validation_loss = Float(None, allow_none=True, help="As training_loss.").tag(sync=True)
    training_accuracy = Float(None, allow_none=True, help="Share from 0 to 1.").tag(sync=True)
    validation_accuracy = Float(None, allow_none=True, help="Share from 0 to 1.").tag(sync=True)
    weights = Buffer(help="Of each layer W, then b; float32, see parameters().").tag(sync=True)
    data = Buffer(help="x1, x2, class of all points, float32; see examples().").tag(sync=True)

    def __init__(
        self,
        dataset: str = "circles",
        *,
        noise: float = 0.1,
        hidden: Sequence[int] = (4,),
        activation: str = "tanh",
        learning_rate: float = 0.3,
        seed: int = 1,
        caption: str | None = None,
    ) -> None:
        super().__init__(
            dataset=dataset,
            noise=noise,
            hidden=hidden,
            activation=activation,
            learning_rate=learning_rate,
            seed=seed,
            caption=caption
            or "Press Train. What is the smallest network that still tells the two classes apart, "
            "and at which learning rate does the loss stop falling smoothly?",
        )

    def parameters(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Weights and biases as the page has them now.

        Returns
        -------
        list of tuple
            ``(W, b)`` of each layer, float32, W of shape (inputs, units).

        Raises
        ------
        ValueError
            If the figure was not shown yet in a notebook with widgets.
        """
        flat = self._from_page(self.weights)
        layers = []
        sizes = [2, *self.hidden, 1]
        for inputs, units in zip(sizes, sizes[1:], strict=False):
            W, b, flat = np.split(flat, [inputs * units, (inputs + 1) * units])
            layers.append((W.reshape(inputs, units), b))
        return layers

    def examples(self) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """The points as the page has them now.

        Returns
        -------
        tuple
            ``(X_train, y_train), (X_val, y_val)``, float32, X of shape (n, 2) with 160 and 80 rows.

        Raises
        ------
        ValueError
            If the figure was not shown yet in a notebook with widgets.
        """
        rows = self._from_page(self.data).reshape(-1, 3)
        train, validation = rows[:TRAINING_EXAMPLES], rows[TRAINING_EXAMPLES:]
        return (train[:, :2], train[:, 2]), (validation[:, :2], validation[:, 2])

    @staticmethod
    def _from_page(data: bytes) -> np.ndarray:
        if not data:
            raise ValueError("nothing yet: show the playground in a notebook with widgets first")
        return unpack(data)

    def draw_preview(self, figure: Any) -> None:
        plane, network = figure.subplots(1, 2, width_ratios=(1, 1.15))
        X, y = _sketch(self.dataset, self.noise, self.seed)
        for label, (marker, colour) in enumerate((("o", BLUE), ("^", ORANGE))):
            plane.scatter(*X[y == label].T, s=22, marker=marker, color=colour)
        plane.set(xlabel="x₁", ylabel="x₂", xlim=(-2.4, 2.4), ylim=(-2.4, 2.4))
        plane.set_title(f"data: {self.dataset}")

        sizes = [2, *self.hidden, 1]
        spots = [[(i, (units - 1) / 2 - unit) for unit in range(units)]
                 for i, units in enumerate(sizes)]  # fmt: skip
        for here, there in zip(spots, spots[1:], strict=False):
            for start in here:
                for end in there:
                    network.plot(*zip(start, end, strict=True), color=GREY, linewidth=0.8, zorder=1)
        for layer in spots:
            network.scatter(*zip(*layer, strict=True), s=320, color=BLUE, zorder=2)
        network.set_axis_off()
        plane.set_box_aspect(1)
        network.set_box_aspect(0.87)
        network.margins(0.15)
        network.set_title(f"network: {' – '.join(map(str, sizes))} units, {self.activation}")


def _sketch(dataset: str, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points of the same kind as the page makes, for the still picture alone."""
    random = np.random.default_rng(seed)
    y = np.arange(160) % 2
    sign = 2 * y - 1
    if dataset == "circles":
        radius = np.where(y, 1.3 + 0.5 * random.random(160), 0.75 * np.sqrt(random.random(160)))
        angle = 2 * np.pi * random.random(160)
        X = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    elif dataset == "xor":
        X = random.uniform(0.15, 1.8, (160, 2)) * random.choice([-1, 1], (160, 1))
        X[:, 1] *= -sign
    elif dataset == "moons":
        angle = np.pi * random.random(160)
        arc = 1.2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        X = -sign[:, None] * (arc - [0.6, 0.35])
    elif dataset == "spirals":
        turn = random.uniform(0.08, 1, 160)
        angle = 2.6 * np.pi * turn + np.pi * y
        X = 1.9 * turn[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    else:
        X = 0.45 * random.normal(size=(160, 2)) + sign[:, None] * [0.9, 0.7]
    return X + noise * random.normal(size=(160, 2)), y
