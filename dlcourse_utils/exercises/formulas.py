"""The functions that exercises of several chapters speak of."""

import numpy as np


def step(z):
    """Return 1 where z > 0, else 0: the perceptron's activation."""
    return (np.asarray(z) > 0).astype(float)


def relu(z):
    """Return z where z > 0, else 0: the rectified linear unit."""
    return np.maximum(0.0, z)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), between 0 and 1, without overflow for any z."""
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def softmax(logits, axis=-1):
    """Return positive numbers that add up to 1 along an axis, without overflow for any logits."""
    powers = np.exp(logits - np.max(logits, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
