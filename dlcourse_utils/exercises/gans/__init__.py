"""The exercises of chapter 8, autoencoders and generative adversarial networks."""

from dlcourse_utils.exercises.gans import (  # noqa: F401
    anomalies,
    contest,
    modes,
    reconstruction,
)
