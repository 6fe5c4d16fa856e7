"""Figures to play with: a folder each, with a Python class, its JavaScript view and its style.

The classes are found by their folders (see `parts`) and imported when they are first asked for.
"""

from functools import cache
from importlib import import_module

from dlcourse_utils.explore import parts

# Under this type a notebook's output holds an explorable's state.
MIME = "application/vnd.dlcourse.explorable+json"


@cache
def _folders() -> dict[str, str]:
    """Class -> folder."""
    return {parts.class_name(folder): folder for folder in parts.names()}


def __getattr__(name: str):
    if name == "__all__":
        return list(_folders())
    if not name.startswith("_") and name in _folders():
        return getattr(import_module(f"{__name__}.{_folders()[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
