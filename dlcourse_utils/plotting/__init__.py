"""The figures of the book: one function a figure, one file a function, one style (`style`).

Each function takes data and, where it draws into one place, an optional `ax`; it returns what it
drew into and never shows, closes or saves anything.
"""

from .confusion_matrix import plot_confusion_matrix
from .decision_boundary import plot_decision_boundary
from .images import plot_images
from .kernels import plot_kernels
from .learning_curves import plot_learning_curves
from .network import plot_network

__all__ = [
    "plot_confusion_matrix",
    "plot_decision_boundary",
    "plot_images",
    "plot_kernels",
    "plot_learning_curves",
    "plot_network",
]
