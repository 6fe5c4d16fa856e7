"""Which clusters of a distribution a generator's samples cover."""

import numpy as np


def covered_modes(samples: np.ndarray, centres: np.ndarray, radius: float, least: int) -> int:
    """Return how many centres have at least ``least`` samples nearer than ``radius``."""
    near = (distances(samples, centres) < radius).sum(axis=0)
    return int((near >= least).sum())


def distances(samples: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the distance of each sample (n, 2) from each centre (k, 2), shape (n, k)."""
    return np.linalg.norm(samples[:, np.newaxis] - centres, axis=2)
