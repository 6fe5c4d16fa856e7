"""A network that knows MNIST: its weights ship with the course.

Unlike `digit_network.npz`, which the drawing pad runs in a page, it keeps batch normalisation as
layers of its own, so that it can be trained further.
"""

import numpy as np

from .course_files import shipped

FILE_NAME = "mnist_network.npz"


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
    ``data/README.md`` says how the file was made: by ``dlcourse train-network``.

    Examples
    --------
    >>> weights = load_mnist_network()
    >>> len(weights), weights[0].shape, weights[-2].shape
    (17, (5, 5, 1, 16), (576, 10))
    """
    with np.load(shipped(FILE_NAME), allow_pickle=False) as file:
        return [file[name].astype(np.float32) for name in sorted(file.files)]
