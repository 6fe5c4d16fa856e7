"""The exercises of chapter 4, Backpropagation."""

from dlcourse_utils.exercises.backpropagation import (  # noqa: F401
    derivatives,
    layers,
    sigmoid_start,
)
