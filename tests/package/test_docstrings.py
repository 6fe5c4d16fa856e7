"""What is public says what it is for, what goes in and out, and shows it in an example."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import dlcourse_authoring
import dlcourse_utils

# Modules whose docstrings are still to be completed; the list may only shrink.
EXEMPT = (
    "dlcourse_utils.exercises",
    "dlcourse_utils.explore",
    "dlcourse_utils.palette",
    "dlcourse_authoring.bench",
    "dlcourse_authoring.chromium",
    "dlcourse_authoring.course_copy",
    "dlcourse_authoring.due",
    "dlcourse_authoring.execution",
    "dlcourse_authoring.fingerprint",
    "dlcourse_authoring.measurements",
    "dlcourse_authoring.recorder",
)
# No docstring, summary without full stop, parameters that are missing, unknown, in another order
# or without words, no type, nothing on what is returned or yielded.
WANTED = {"GL08", "SS01", "SS03", "PR01", "PR02", "PR03", "PR04", "PR07", "RT01", "YD01"}
EXAMPLE = "EX01"


@cache
def module_names() -> list[str]:
    found = []
    for package in (dlcourse_utils, dlcourse_authoring):
        found.append(package.__name__)
        walked = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        found += [module.name for module in walked if not module.name.startswith(EXEMPT)]
    return found


def public(module_name: str) -> Iterator[tuple[str, object]]:
    """Public functions and classes that a module defines, and what the classes define."""
    module = importlib.import_module(module_name)
    for name, thing in vars(module).items():
        is_own = getattr(thing, "__module__", None) == module_name
        if name.startswith("_") or not is_own or not (inspect.isclass(thing) or callable(thing)):
            continue
        yield f"{module_name}.{name}", thing
        if inspect.isclass(thing):
            for part, value in vars(thing).items():
                is_code = inspect.isfunction(value) or isinstance(value, property)
                if not part.startswith("_") and is_code and not overrides(thing, part):
                    yield f"{module_name}.{name}.{part}", value


def overrides(owner: type, name: str) -> bool:
    """Whether a method's words stand where it was first defined, as with a Keras callback."""
    return any(hasattr(base, name) for base in owner.__bases__)


def undocumented_fields(thing: object) -> set[str]:
    """Fields of a data class that neither its attributes nor its parameters name."""
    doc = NumpyDocString(inspect.getdoc(thing) or "")
    named = [part.name for part in (*doc["Attributes"], *doc["Parameters"])]
    named = {name.strip() for names in named for name in names.split(",")}
    return {field.name for field in dataclasses.fields(thing)} - named


def complaints(path: str, thing: object) -> list[str]:
    wanted, missing = WANTED, []
    if dataclasses.is_dataclass(thing):
        wanted = WANTED - {"PR01", "PR02", "PR03"}
        missing = [f"{path}: says nothing of {name}" for name in undocumented_fields(thing)]
    elif inspect.isclass(thing) and issubclass(thing, Exception):
        return [] if thing.__doc__ else [f"{path}: says nothing"]  # Python's own signature
    return missing + [
        f"{path}: {words} ({code})" for code, words in validate(path)["errors"] if code in wanted
    ]


@pytest.mark.parametrize("module", module_names())
def test_public_things_say_what_goes_in_and_out(module):
    found = [line for path, thing in public(module) for line in complaints(path, thing)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("package", ["", ".data", ".measuring", ".quizzes"])
def test_what_a_chapter_calls_has_an_example(package):
    module = importlib.import_module(f"dlcourse_utils{package}")
    names = [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
    without = []
    for name in names:
        thing = getattr(module, name)
        if callable(thing) and not thing.__module__.startswith(EXEMPT):
            errors = validate(f"{thing.__module__}.{thing.__qualname__}")["errors"]
            without += [name for code, _ in errors if code == EXAMPLE]
    assert not without, f"give these an example: {', '.join(without)}"
