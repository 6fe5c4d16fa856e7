"""The exercises of chapter 10, Regularization."""

from dlcourse_utils.exercises.regularization import (  # noqa: F401
    augmentation,
    batch_normalisation,
    dropout,
    early_stopping,
    penalties,
    small_data,
)
