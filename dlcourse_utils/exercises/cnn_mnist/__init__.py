"""The exercises of chapter 6, CNNs with MNIST."""

from dlcourse_utils.exercises.cnn_mnist import (  # noqa: F401
    convolution,
    edges,
    networks,
    tiny_cnn,
)
