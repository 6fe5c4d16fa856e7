"""The exercises of chapter 3, loss functions."""

from dlcourse_utils.exercises.losses import (  # noqa: F401
    classification,
    own_loss,
    regression,
)
