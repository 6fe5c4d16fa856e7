"""The exercises of chapter 2, Activation functions."""

from dlcourse_utils.exercises.activations import (  # noqa: F401
    bends,
    own_activation,
    safe,
    stacking,
    units,
)
