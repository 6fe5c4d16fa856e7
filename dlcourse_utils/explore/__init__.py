"""Figures to play with: a Python class each and, beside it, a ``.js`` module of the same name."""

from importlib import import_module

_CLASSES = {
    "Neuron": "neuron",
    "Playground": "playground",
    "Activations": "activations",
    "Losses": "losses",
    "Convolution": "convolution",
    "DrawDigit": "draw_digit",
    "OptimizerRace": "optimizers",
    "QuizView": "quiz_view",
    "ComputationalGraph": "computational_graph",
    "LatentSpace": "latent_space",
    "GAN2D": "gan_2d",
    "RecurrentCells": "recurrent_cells",
    "Attention": "attention",
    "Overfitting": "overfitting",
    "Transfer": "transfer",
    "Budget": "budget",
    "Leakage": "leakage",
    "Augmentation": "augmentation",
}

__all__ = list(_CLASSES)


def __getattr__(name: str):
    if name in _CLASSES:
        return getattr(import_module(f"{__name__}.{_CLASSES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
