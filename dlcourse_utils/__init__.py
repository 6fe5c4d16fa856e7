"""The helper package of the course: everything a chapter calls that is not the lesson itself.

>>> import dlcourse_utils as dl

Importing it loads no framework and no plotting library: each name below is fetched from its module
when it is first used.
"""

from importlib import import_module

from .console import use_plain_signs

__version__ = "2.0.0.dev0"

# Public name -> the module it lives in. No function shares its module's name: importing a
# submodule binds that name here and would hide the function.
_LAZY = {
    "start": "session",
    "detect_device": "device",
    "Progress": "training.progress",
    "History": "training.history",
    "plot_learning_curves": "plotting",
    "plot_decision_boundary": "plotting",
    "plot_images": "plotting",
    "plot_confusion_matrix": "plotting",
    "plot_kernels": "plotting",
    "plot_network": "plotting",
    "check": "exercises",
    "quiz": "quizzes",
}
_MODULES = ("data", "explore", "measuring")

__all__ = ["__version__", *_LAZY, *_MODULES]

# Here, because whatever of the package is used prints.
use_plain_signs()


def __getattr__(name: str):
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
