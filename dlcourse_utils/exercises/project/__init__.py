"""The exercises of chapter 14, A project from end to end."""

from dlcourse_utils.exercises.project import (  # noqa: F401
    data,
    evaluation,
    own_classifier,
)
