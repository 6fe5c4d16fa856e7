"""The exercises of chapter 13, Hardware."""

from dlcourse_utils.exercises.hardware import (  # noqa: F401
    counting,
    timing,
    training_plan,
)
