"""The exercises of chapter 5, Optimisers."""

from dlcourse_utils.exercises.optimizers import (  # noqa: F401
    batches,
    own_optimizer,
    schedules,
    steps,
)
