"""The exercises of chapter 12, Data preparation."""

from dlcourse_utils.exercises.data_preparation import (  # noqa: F401
    own_augmentation,
    tables,
    text,
)
