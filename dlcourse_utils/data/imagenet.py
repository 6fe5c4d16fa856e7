"""MobileNetV2 with the weights that it learned on ImageNet: put where Keras looks for them."""

import os
import textwrap
from pathlib import Path

from .download import DownloadFailed, download
from .reasons import cannot_write
from .registry import ClosedFile
from .sources import copy_file, keras_cache, stored

_ADDRESS = "https://storage.googleapis.com/"
# File -> address, as Keras has them (`keras.applications.mobilenet_v2`, `imagenet_utils`).
FILES = {
    "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5": (
        f"{_ADDRESS}tensorflow/keras-applications/mobilenet_v2/"
    ),
    "imagenet_class_index.json": f"{_ADDRESS}download.tensorflow.org/data/",
}


def fetch_mobilenet() -> bool:
    """Whether Keras can load MobileNetV2 with ImageNet weights; get them where they are missing.

    Two files are needed, 14 MB of weights and the names of the classes. Each is looked for in
    Keras' own cache, then in the places of `load_mnist`, then downloaded from the address that
    Keras would use. Unlike Keras, this gives up after some seconds without
    network, and leaves no half a file behind. What is found or fetched is put into Keras' cache.

    Returns
    -------
    bool
        Where it is False, one printed sentence has said why, and what to do.

    Examples
    --------
    >>> if fetch_mobilenet():  # doctest: +SKIP
    ...     network = keras.applications.MobileNetV2(weights="imagenet")

    References
    ----------
    Sandler, Howard, Zhu, Zhmoginov & Chen (2018), https://arxiv.org/abs/1801.04381
    """
    try:
        for name in FILES:
            fetch_file(name, keras_cache("models"))
    except DownloadFailed as reason:
        # A page shows 80 letters a line and cuts what is longer.
        print(textwrap.fill(f"MobileNetV2's weights are missing: {reason}.", width=79))
        return False
    return True


def fetch_file(name: str, folder: Path) -> str:
    """Put one of these files into a folder: as it is there, from another place, or downloaded.

    Parameters
    ----------
    name : str
        One of `FILES`.
    folder : Path
        Made where it does not exist.

    Returns
    -------
    str
        In words, where it came from: "already there".

    Raises
    ------
    DownloadFailed
        Where it is on no place of this machine and cannot be downloaded, or not be stored.
    """
    target = folder / name
    if os.path.isfile(target):
        return "already there"
    for place, found in stored(name, kind="models"):
        try:
            copy_file(found, target)
            return f"copied from {place}"
        except ClosedFile as closed:
            print(f"{name} in {place} {closed}. Looking further.")
        except OSError as problem:
            raise DownloadFailed(cannot_write(problem)) from None
    # Keras publishes no hash of the weights that we could hold them to.
    download(FILES[name] + name, None, target)
    return "downloaded"
