"""Draw a digit: the chapter's own trained network recognises it in the page, stroke by stroke."""

from typing import Any

import numpy as np
from traitlets import Dict, Int, List

from dlcourse_utils.data import shipped
from dlcourse_utils.data.mnist import default_digits
from dlcourse_utils.explore import digit_network
from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import Buffer, Whole, as_unit_image, require_shape, unpack
from dlcourse_utils.palette import BLUE, GREY

SIDE = 28


class DrawDigit(Explorable):
    """A pad to draw on, and what a trained convolutional network makes of the drawing.

    The drawing is prepared as MNIST's digits were (scaled into 20×20 pixels, centred by its centre
    of mass in 28×28), and the network runs in the browser, without Keras. In a notebook with a
    running kernel the last drawing is in `image`, the network's answer in `prediction`.

    Parameters
    ----------
    model : keras.Sequential, optional
        A trained network from images (28, 28, 1) to ten logits or probabilities; see
        `digit_network.from_keras` for the layers it may have. By default the one that ships with
        the course, trained in chapter 6.
    examples : tuple of arrays, optional
        ``(images, labels)`` to choose from: images (n, 28, 28), floats from 0 to 1 or integers from
        0 to 255, and n labels. By default one real digit of each kind.

    Raises
    ------
    ValueError
        If the model has a layer that cannot run in the page (the message names it), or an array
        another shape.
    FileNotFoundError
        If no model is given and the course's files are not all there.

    Examples
    --------
    >>> pad = DrawDigit(model, examples=(x_test[:10], y_test[:10]))  # doctest: +SKIP
    >>> model.predict(pad.image)  # doctest: +SKIP
    """

    preview_size = (7.0, 3.0)

    layers = List(Dict(), help="What the network does, layer by layer.").tag(sync=True)
    weights = Buffer(help="Its parameters, in order, as float16.").tag(sync=True)
    examples = Buffer(help="Images to choose from, uint8.").tag(sync=True)
    example_labels = List(Int()).tag(sync=True)
    pixels = Buffer(help="What the network sees, float32.").tag(sync=True)
    prediction = Whole(
        -1, low=-1, high=9, help="The digit that was read; -1 while the pad is empty."
    ).tag(sync=True)

    def __init__(self, model: Any = None, examples: Any = None, **kwargs: Any) -> None:
        if model is None:
            network = digit_network.load(shipped("digit_network.npz"))
        else:
            network = digit_network.from_keras(model)
        images, labels = as_examples(default_examples() if examples is None else examples)
        parameters = digit_network.to_float16(network)
        first = images[:1] / np.float32(255)
        kwargs.setdefault(
            "caption",
            "The network only ever saw single digits, and it must name one. Find a drawing of "
            "something else of which it is more than 95% sure, and a clear 7 that it gets wrong.",
        )
        super().__init__(
            layers=network["layers"],
            weights=parameters,
            examples=images.tobytes(),
            example_labels=labels,
            pixels=first,
            prediction=int(digit_network.predict(network, first).argmax()),
            **kwargs,
        )

    @property
    def image(self) -> np.ndarray:
        """What the network sees: float32 of shape (1, 28, 28, 1), ready for ``model.predict``."""
        return unpack(self.pixels, (1, SIDE, SIDE, 1))

    def draw_preview(self, figure: Any) -> None:
        network = digit_network.from_float16(self.layers, self.weights)
        image = self.image[0, :, :, 0]
        probabilities = digit_network.predict(network, self.image)[0]
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.5))
        left.imshow(image, cmap="gray", vmin=0, vmax=1)
        left.set(title="What the network sees", xticks=[], yticks=[])
        left.spines[:].set_visible(False)
        best = int(probabilities.argmax())
        bars = right.barh(range(10), probabilities, color=GREY)
        bars[best].set_color(BLUE)
        for digit, share in enumerate(probabilities):
            right.text(share + 0.02, digit, f"{share:.0%}", va="center", fontsize=9)
        right.set(title=f"I read a {best} ({probabilities[best]:.0%})", xlim=(0, 1.15))
        right.set(yticks=range(10), xticks=[], ylabel="digit")
        right.invert_yaxis()
        right.spines["bottom"].set_visible(False)
        right.tick_params(axis="y", length=0)


def as_examples(examples: Any) -> tuple[np.ndarray, list[int]]:
    """Check ``(images, labels)``: images as uint8 (n, 28, 28), labels as a list of integers."""
    images, labels = (np.asarray(part) for part in examples)
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    require_shape("images of examples", images, ("n", SIDE, SIDE))
    require_shape("labels of examples", labels, images.shape[:1])
    images = np.rint(255 * as_unit_image(images))
    return images.astype(np.uint8), [int(label) for label in labels]


def default_examples() -> tuple[np.ndarray, np.ndarray]:
    """One real digit of each kind, of those that ship (scikit-learn's)."""
    digits = default_digits()
    first = [int(np.flatnonzero(digits["y_test"] == digit)[0]) for digit in range(10)]
    return digits["x_test"][first], digits["y_test"][first]
