"""Train the network that knows MNIST, whose weights ship with the course."""

from pathlib import Path
from typing import Any

import numpy as np

from dlcourse_utils.data import is_default, load_mnist
from dlcourse_utils.data.mnist_network import FILE_NAME

FILTERS = (16, 32, 64)
EPOCHS, BATCH_SIZE, PEAK_RATE = 3, 128, 0.004


def build() -> Any:
    """The network, untrained.

    Returns
    -------
    keras.Sequential
        (batch, 28, 28, 1), ink from 0 to 1, to ten logits.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization, https://arxiv.org/abs/1502.03167

    Examples
    --------
    >>> build().count_params()
    29658
    """
    from keras import Input, Sequential, layers

    def block(filters, kernel_size, strides=1):
        return [
            layers.Conv2D(filters, kernel_size, strides, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
        ]

    return Sequential(
        [
            Input((28, 28, 1)),
            *block(FILTERS[0], 5, strides=2),
            *block(FILTERS[1], 3, strides=2),
            *block(FILTERS[2], 3),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def train(images: np.ndarray, labels: np.ndarray, *, epochs: int = EPOCHS) -> Any:
    """The network, trained with Adam and a learning rate that falls to 0 as a cosine.

    Parameters
    ----------
    images : array of shape (n, 28, 28)
        0 background to 255 ink.
    labels : array of shape (n,)
        0 to 9.
    epochs : int
        Passes over the images.

    Returns
    -------
    keras.Sequential
        The same on the same machine: randomness begins at a fixed seed.

    References
    ----------
    Kingma & Ba (2015), Adam, https://arxiv.org/abs/1412.6980; Loshchilov & Hutter (2017), SGDR,
    https://arxiv.org/abs/1608.03983, for the cosine
    """
    import keras

    keras.utils.set_random_seed(0)
    model = build()
    steps = epochs * -(-len(images) // BATCH_SIZE)
    rate = keras.optimizers.schedules.CosineDecay(PEAK_RATE, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss=loss)
    x = (images / 255).astype("float32")[..., np.newaxis]
    model.fit(x, labels, batch_size=BATCH_SIZE, epochs=epochs, verbose=0)
    return model


def save(weights: list[np.ndarray], path: Path) -> None:
    """Write weights as float16, numbered in their order; `load_mnist_network` reads them.

    Parameters
    ----------
    weights : list of numpy.ndarray
        As Keras' ``get_weights`` gives them.
    path : Path
        The ``.npz`` file.

    Raises
    ------
    ValueError
        If a weight is not finite as float16.
    """
    largest = np.finfo(np.float16).max
    if not all((np.abs(array) <= largest).all() for array in weights):  # false for NaN too
        raise ValueError("a weight is too large for float16, or no number: train again")
    arrays: dict[str, Any] = {
        f"{n:02}": array.astype(np.float16) for n, array in enumerate(weights)
    }
    np.savez_compressed(path, **arrays)


def make(folder: Path) -> Path:
    """Train on MNIST and write the file that ships.

    Parameters
    ----------
    folder : Path
        Where it goes.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        Where MNIST itself cannot be had.
    """
    (images, labels), _ = load_mnist()
    if is_default("mnist"):
        raise ValueError("the network that ships is trained on MNIST itself: get mnist.npz first")
    path = folder / FILE_NAME
    save(train(images, labels).get_weights(), path)
    return path
