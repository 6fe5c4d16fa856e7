"""The exercises of chapter 1, Neurons."""

from dlcourse_utils.exercises.neurons import features, layers, single_neuron  # noqa: F401
