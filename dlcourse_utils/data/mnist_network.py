"""A network that knows MNIST: its weights ship with the course, and this file made them.

Unlike `digit_network.npz`, which the drawing pad runs in a page, it keeps batch normalisation as
layers of its own, so that it can be trained further.
"""

from pathlib import Path

import numpy as np

from .course_files import shipped
from .mnist import load_mnist
from .places import is_default

FILE_NAME = "mnist_network.npz"
FILTERS = (16, 32, 64)
EPOCHS, BATCH_SIZE, PEAK_RATE = 3, 128, 0.004


def load_mnist_network() -> list[np.ndarray]:
    """Load the weights of a convolutional network that was trained on MNIST.

    Three blocks of convolution, batch normalisation and ReLU, then one dense layer with ten logits,
    for images (28, 28, 1) with ink from 0 to 1. About 99% of MNIST's test images come out right.

    Returns
    -------
    list of numpy.ndarray
        17 arrays, float32, in the order in which Keras' ``set_weights`` takes them: of each block
        the kernel, gamma, beta, moving mean and moving variance, then kernel and bias of the dense
        layer.

    References
    ----------
    ``data/README.md`` says how the file was made.

    Examples
    --------
    >>> weights = load_mnist_network()
    >>> len(weights), weights[0].shape, weights[-2].shape
    (17, (5, 5, 1, 16), (576, 10))
    """
    with np.load(shipped(FILE_NAME), allow_pickle=False) as file:
        return [file[name].astype(np.float32) for name in sorted(file.files)]


def build():
    """The network, untrained: a ``keras.Sequential``."""
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


def train(images: np.ndarray, labels: np.ndarray, *, epochs: int = EPOCHS):
    """The network, trained with Adam and a learning rate that falls to 0 as a cosine.

    Parameters
    ----------
    images : array of shape (n, 28, 28)
        0 background to 255 ink.
    labels : array of shape (n,)
        0 to 9.
    epochs : int
        Passes over the images.
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

    Raises
    ------
    ValueError
        If a weight is not finite as float16.
    """
    largest = np.finfo(np.float16).max
    if not all((np.abs(array) <= largest).all() for array in weights):  # false for NaN too
        raise ValueError("a weight is too large for float16, or no number: train again")
    arrays = {f"{number:02}": array.astype(np.float16) for number, array in enumerate(weights)}
    np.savez_compressed(path, **arrays)


def make(folder: Path) -> Path:
    """Train on MNIST and write the file that ships into `folder`; return its path.

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
