"""MobileNetV2 with the weights that it learned on ImageNet: put where Keras looks for them."""

import textwrap

from .download import DownloadFailed, cannot_write, download
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
    Keras' own cache, the folder in DLCOURSE_DATA and Kaggle's input folder, then downloaded from
    the address that Keras would use. Unlike Keras, this gives up after some seconds without
    network, and leaves no half a file behind. What is found or fetched is put into Keras' cache.

    Returns
    -------
    bool
        Where it is False, one printed sentence has said why, and what to do.

    Examples
    --------
    >>> if fetch_mobilenet():  # doctest: +SKIP
    ...     network = keras.applications.MobileNetV2(weights="imagenet")
    """
    try:
        for name, address in FILES.items():
            _fetch(name, address)
    except DownloadFailed as reason:
        # A page shows 80 letters a line and cuts what is longer.
        print(textwrap.fill(f"MobileNetV2's weights are missing: {reason}.", width=79))
        return False
    return True


def _fetch(name: str, address: str) -> None:
    path = keras_cache("models") / name
    if path.is_file():
        return
    for _, found in stored(name):
        try:
            copy_file(found, path)
        except OSError as problem:
            raise DownloadFailed(cannot_write(problem)) from None
        return
    # Keras publishes no hash of the weights that we could hold them to.
    download(address + name, None, path)
