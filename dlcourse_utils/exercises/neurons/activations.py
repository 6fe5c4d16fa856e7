"""The activations that the exercises of chapter 1 speak of."""

import numpy as np


def step(z):
    """Return 1 where z > 0, else 0: the perceptron's activation."""
    return (np.asarray(z) > 0).astype(float)


def relu(z):
    """Return z where z > 0, else 0: the rectified linear unit."""
    return np.maximum(0.0, z)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)): between 0 and 1."""
    return 1.0 / (1.0 + np.exp(-np.asarray(z)))
