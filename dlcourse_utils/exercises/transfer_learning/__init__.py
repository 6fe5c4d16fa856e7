"""The exercises of chapter 11, transfer learning."""

from dlcourse_utils.exercises.transfer_learning import (  # noqa: F401
    freezing,
    moving_statistics,
    photographs,
    twenty_labels,
)
