"""`dlcourse doctor`: what this machine has for the course, each problem with its cure."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

_GB = 1e9
# The hungriest chapter peaks below this; less leaves nothing for the browser beside it.
MEMORY_WANTED_GB = 3.0
# Data sets, pretrained weights and the notebooks' own files.
DISK_WANTED_GB = 0.5
NEWEST_TESTED_PYTHON = (3, 13)
MARKS = {"fine": "✓", "note": "○", "problem": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report.

    Attributes
    ----------
    what, found : str
        What was looked at ("Memory") and what is there ("12.3 GB free").
    level : str
        "fine", "note" (the course runs, something could be better) or "problem" (it may not run).
    cure : str
        What to do; "" where all is well.

    Examples
    --------
    >>> print(Finding("Disk", "0.2 GB free", "note", "free some space"))
    ○ Disk        0.2 GB free
                  → free some space
    """

    what: str
    found: str
    level: str = "fine"
    cure: str = ""

    def __str__(self) -> str:
        line = f"{MARKS[self.level]} {self.what:<11} {self.found}"
        return f"{line}\n{'':14}→ {self.cure}" if self.cure else line


def examine() -> Iterator[Finding]:
    """Look at everything a chapter needs, one finding after another.

    Yields
    ------
    Finding
        A check that itself breaks is a finding too: the doctor never stops half-way.
    """
    for what, look in CHECKS.items():
        try:
            yield from look()
        except Exception as error:
            cure = "please report this line, with the chapter that you wanted to run"
            yield Finding(what, f"could not be examined ({error})", "problem", cure)


def examine_python() -> Iterator[Finding]:
    """Which Python runs this.

    Yields
    ------
    Finding
    """
    found = sys.version.split()[0]
    if sys.version_info[:2] > NEWEST_TESTED_PYTHON:
        cure = "no need to act; where an installation fails, use Python 3.11, 3.12 or 3.13"
        yield Finding("Python", f"{found}, newer than the course was tested with", "note", cure)
    else:
        yield Finding("Python", found)


def examine_packages() -> Iterator[Finding]:
    """What the course needs, and how far it is from the versions it was tested with.

    Yields
    ------
    Finding
        One for each package that is missing or too old; one for all others.
    """
    try:
        requirements = metadata.requires("dlcourse-utils") or []
    except metadata.PackageNotFoundError:
        cure = "pip install -e . in the course's folder"
        yield Finding("Packages", "the helper package is not installed", "problem", cure)
        return
    tested = pinned_versions()
    others = []
    for line in requirements:
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            if wanted.name != "anywidget":  # the course runs without it: see examine_widgets
                cure = f'pip install "{wanted}"'
                yield Finding("Packages", f"{wanted.name} is missing", "problem", cure)
            continue
        if not wanted.specifier.contains(version, prereleases=True):
            found = f"{wanted.name} {version} is too old"
            yield Finding("Packages", found, "problem", f'pip install "{wanted}"')
        elif version != tested.get(wanted.name, version):
            others.append(f"{wanted.name} {version} (tested: {tested[wanted.name]})")
    if others:
        cure = "no need to act; where a chapter fails, `pip install -r requirements.txt` has them"
        yield Finding("Packages", "not the tested versions: " + ", ".join(others), "note", cure)
    else:
        yield Finding("Packages", "those that the course was tested with")


def pinned_versions() -> dict[str, str]:
    """The version of each package that the course is tested with on this Python.

    Returns
    -------
    dict of str to str
        From ``requirements.txt`` of the checkout or of the wheel; empty where neither has it.
    """
    package = Path(__file__).resolve().parent
    for path in (package.parent / "requirements.txt", package / "_data" / "requirements.txt"):
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            break
    else:
        return {}
    pins = [Requirement(line) for line in lines if line.strip() and line[0] not in "#-"]
    return {
        pin.name: next(iter(pin.specifier)).version
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def examine_framework() -> Iterator[Finding]:
    """Keras, its backend and its settings.

    Yields
    ------
    Finding
    """
    from . import keras_settings
    from .session import import_frameworks, name_frameworks, quiet_stderr

    try:
        with quiet_stderr():
            keras, framework = import_frameworks()
    except ImportError as missing:
        found, _, cure = str(missing).partition(": ")
        yield Finding("Framework", found, "problem", cure)
        return
    yield Finding("Framework", name_frameworks(keras, framework))
    for found, cure in keras_settings.restore(keras):
        yield Finding("Settings", found, "note", cure)


def examine_device() -> Iterator[Finding]:
    """What training runs on; nothing where there is no framework.

    Yields
    ------
    Finding
    """
    from .device import detect_device
    from .session import quiet_stderr

    try:
        with quiet_stderr():
            device = detect_device()
    except ImportError:
        return  # said already: see examine_framework
    what, _, note = str(device).partition("\n")
    yield Finding("Device", what, "note" if note else "fine", note)


def examine_memory() -> Iterator[Finding]:
    """Whether the hungriest chapter has room.

    Yields
    ------
    Finding
    """
    free = free_memory_gb()
    if free is None:
        yield Finding("Memory", "this system does not tell how much is free")
    elif free < MEMORY_WANTED_GB:
        cure = "close other notebooks and browser tabs, or run the chapter in Colab or Kaggle"
        yield Finding("Memory", f"{free:.1f} GB free", "note", cure)
    else:
        yield Finding("Memory", f"{free:.1f} GB free")


def free_memory_gb() -> float | None:
    """Memory that a new program can have.

    Returns
    -------
    float or None
        In GB (10⁹ bytes); None where it cannot be read.

    References
    ----------
    https://psutil.readthedocs.io/en/latest/#psutil.virtual_memory
    """
    try:
        import psutil
    except ImportError:
        return None
    return psutil.virtual_memory().available / _GB


def examine_disk() -> Iterator[Finding]:
    """Whether data sets can be kept, and where.

    Yields
    ------
    Finding
    """
    from .data.sources import KERAS_ELSEWHERE, keras_cache

    folder = keras_cache()
    there = next(path for path in (folder, *folder.parents) if os.path.exists(path))
    free = shutil.disk_usage(there).free / _GB
    found = f"{free:.1f} GB free where data sets are kept"
    own = "set KERAS_HOME to a folder of your own, before Python starts"
    if not os.access(there, os.W_OK):
        yield Finding("Disk", "the folder for data sets cannot be written", "note", own)
    elif KERAS_ELSEWHERE in folder.parents:
        found += ", but that is a folder for passing things: Keras' own cannot be written"
        yield Finding("Disk", found, "note", own)
    elif free < DISK_WANTED_GB:
        yield Finding("Disk", found, "note", "free some space, or set KERAS_HOME to another disk")
    else:
        yield Finding("Disk", found)


def examine_data() -> Iterator[Finding]:
    """Which data sets are on this machine; nothing is downloaded.

    Yields
    ------
    Finding
        One for each data set.
    """
    from .data.fetching import DATA_SETS
    from .data.sources import find_stored

    for data_set in DATA_SETS:
        stored = find_stored(data_set)
        if stored:
            yield Finding("Data", f"{data_set.title}: in {stored.place}")
        else:
            found = f"{data_set.title}: not here; its chapters download it, or use what ships"
            yield Finding("Data", found, "note", "`dlcourse data --all` fetches all data sets")


def examine_widgets() -> Iterator[Finding]:
    """Whether figures to play with can talk to Python.

    Yields
    ------
    Finding
    """
    import numpy as np

    from .explore import Convolution
    from .explore.base import HAS_ANYWIDGET

    if not HAS_ANYWIDGET:
        found = "figures move, but do not talk to Python: anywidget is missing"
        yield Finding("Figures", found, "note", "pip install anywidget, then restart Python")
        return
    versions = f"anywidget {metadata.version('anywidget')}"
    versions += f", ipywidgets {metadata.version('ipywidgets')}"
    if _is_installed("jupyterlab") and not _is_installed("jupyterlab_widgets"):
        found = f"{versions}, but JupyterLab cannot show widgets"
        yield Finding("Figures", found, "note", "pip install jupyterlab_widgets, reload the page")
        return
    shown, _ = Convolution(np.eye(5))._repr_mimebundle_()
    if "application/vnd.jupyter.widget-view+json" not in shown:
        cure = "pip install --upgrade anywidget ipywidgets, then restart Python"
        yield Finding("Figures", f"{versions}, but no live figure came out", "note", cure)
    else:
        yield Finding("Figures", f"live: {versions}")


# What is looked at, in this order.
CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Python": examine_python,
    "Packages": examine_packages,
    "Framework": examine_framework,
    "Device": examine_device,
    "Memory": examine_memory,
    "Disk": examine_disk,
    "Data": examine_data,
    "Figures": examine_widgets,
}


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def report(say: Callable[[str], None] = print) -> bool:
    """Say each finding as it is made.

    Parameters
    ----------
    say : callable
        Gets each line.

    Returns
    -------
    bool
        Whether no problem was found.
    """
    findings = []
    for finding in examine():
        findings.append(finding)
        say(str(finding))
    problems = sum(finding.level == "problem" for finding in findings)
    if problems:
        say(f"\n{problems} problem{'s' if problems > 1 else ''}: do what stands behind the arrow.")
    else:
        say("\nThe course runs here.")
    return not problems
