"""MNIST: 70,000 handwritten digits, and the smaller set of digits that stands in for it."""

from pathlib import Path

import numpy as np

from .course_files import shipped
from .registry import DataSet, hash_arrays
from .sources import load

Split = tuple[np.ndarray, np.ndarray]

_ARRAYS = ("x_train", "y_train", "x_test", "y_test")


def load_mnist(*, quiet: bool = False) -> tuple[Split, Split]:
    """Load MNIST, or scikit-learn's digits where MNIST cannot be had.

    Looks in the folder in DLCOURSE_DATA, Kaggle's input folder, Keras' cache and MNIST's official
    address, in this order, and prints one line saying which it took.

    Parameters
    ----------
    quiet : bool
        Leave that line out. A problem, or the default in MNIST's place, is said all the same.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of numpy.ndarray
        Images uint8 of shape (n, 28, 28), 0 background to 255 ink; labels uint8 of shape (n,).
        MNIST has 60,000 and 10,000 images; the default, see `default_digits`, 1,433 and 364.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), https://doi.org/10.1109/5.726791

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_mnist()
    MNIST ...
    >>> x_train.shape[1:], y_train.dtype
    ((28, 28), dtype('uint8'))
    """
    arrays = load(MNIST, quiet=quiet)
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def default_digits() -> dict[str, np.ndarray]:
    """Scikit-learn's 1,797 real digits, in the shape of MNIST.

    Each 8×8 image is enlarged to 20×20 by linear interpolation between the centres of its pixels,
    scaled from 0..16 to 0..255 and put in the middle of 28×28, as MNIST's digits lie in a 20×20
    box. Of each digit every fifth image is for testing. No randomness is involved.

    Returns
    -------
    dict of str to numpy.ndarray
        x_train (1433, 28, 28), y_train (1433,), x_test (364, 28, 28), y_test (364,), all uint8.

    References
    ----------
    Alpaydin & Kaynak (1998), https://doi.org/10.24432/C50P49

    Examples
    --------
    >>> digits = default_digits()
    >>> digits["x_train"].shape, digits["x_test"].shape, digits["x_train"].max()
    ((1433, 28, 28), (364, 28, 28), np.uint8(255))
    """
    small, labels = small_digits()
    boxes = enlarge(small.astype(float), 20) * (255 / 16)
    images = np.pad(np.rint(boxes).astype("uint8"), ((0, 0), (4, 4), (4, 4)))

    is_test = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        is_test[np.flatnonzero(labels == digit)[::5]] = True
    return {
        "x_train": images[~is_test],
        "y_train": labels[~is_test],
        "x_test": images[is_test],
        "y_test": labels[is_test],
    }


def small_digits() -> tuple[np.ndarray, np.ndarray]:
    """Scikit-learn's digits as they are.

    Python in a web page has no scikit-learn; there they are a file, which the book's build writes.

    Returns
    -------
    images, labels : numpy.ndarray
        uint8: images (1797, 8, 8), 0 background to 16 ink; labels (1797,).

    Examples
    --------
    >>> images, labels = small_digits()
    >>> images.shape, images.max(), labels[:4]
    ((1797, 8, 8), np.uint8(16), array([0, 1, 2, 3], dtype=uint8))
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError:
        with np.load(shipped("digits.npz"), allow_pickle=False) as archive:
            return archive["images"], archive["labels"]
    digits = load_digits()
    return digits.images.astype("uint8"), digits.target.astype("uint8")


def enlarge(images: np.ndarray, size: int) -> np.ndarray:
    """Enlarge square images by linear interpolation between the centres of their pixels.

    Parameters
    ----------
    images : numpy.ndarray
        Of shape (n, side, side).
    size : int
        The new side in pixels.

    Returns
    -------
    numpy.ndarray
        Float of shape (n, size, size).

    Examples
    --------
    >>> enlarge(np.array([[[0.0, 1.0], [0.0, 1.0]]]), 4)[0, 0]
    array([0.  , 0.25, 0.75, 1.  ])
    """
    side = images.shape[1]
    centres = (np.arange(size) + 0.5) * side / size - 0.5  # of the new pixels, in old ones
    distance = np.abs(centres.clip(0, side - 1)[:, None] - np.arange(side))
    matrix = (1 - distance).clip(0)  # (size, side)
    return matrix @ images @ matrix.T


def _read(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in _ARRAYS}


MNIST = DataSet(
    name="mnist",
    title="MNIST",
    file_name="mnist.npz",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    file_sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    read=_read,
    fingerprint=hash_arrays,
    content_sha256="e5ea4841dd6fde90b155843179ce5756a4864227194eec7fb09d7cfc4cf702a5",
    default=default_digits,
    default_words="scikit-learn's 1,797 handwritten digits (8×8 pixels, enlarged to 28×28)",
)
