"""The exercises of chapter 9, Transformers."""

from dlcourse_utils.exercises.transformers import (  # noqa: F401
    attention,
    blocks,
    lookup_head,
    patches,
)
