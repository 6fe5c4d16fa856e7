"""The weights that one query gives to several keys."""

import numpy as np

from dlcourse_utils.exercises.formulas import softmax


def attention_weights(query: np.ndarray, keys: np.ndarray, scale: float) -> np.ndarray:
    """Return the softmax of the scaled scores of a query (d,) with keys (n, d)."""
    return softmax(keys @ query * scale)


def one_over_root(query: np.ndarray) -> float:
    """Return 1/√d for a query of d features."""
    return 1 / np.sqrt(len(query))
