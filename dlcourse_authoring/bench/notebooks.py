"""How long the chapters run: each as it was last executed, and all of them under nbval."""

import os
import subprocess
import sys
import time
from pathlib import Path

from dlcourse_authoring.measurements import Rows
from dlcourse_utils.chapter import read_all


def rows(root: Path) -> dict[str, Rows]:
    """Minutes of all chapters under nbval; each chapter's seconds, as its notebook has them.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    dict of str to list of tuple of str
        Table -> rows.
    """
    data = "on real data" if os.environ.get("DLCOURSE_DATA") else "on the data that ships"
    what = f"all chapters under nbval, two at a time, {data}"
    return {
        "chapters": chapter_rows(root),
        "course": [(what, f"{nbval_minutes(root):.0f} min")],
    }


def chapter_rows(root: Path) -> Rows:
    """Each chapter's seconds when `make notebooks` last ran it.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    list of tuple of str
        Number and title, and seconds.
    """
    chapters = read_all(root / "chapters")
    return [(f"{one.number} {one.title}", f"{one.seconds}") for one in chapters]


def nbval_minutes(root: Path) -> float:
    """Minutes that all chapters take when their outputs are compared with the stored ones.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    float
        Minutes, with two chapters at a time.

    Raises
    ------
    subprocess.CalledProcessError
        If a chapter fails: there is nothing to measure then.
    """
    nbval = ["--nbval-lax", "--nbval-cell-timeout", "600", "-o", "addopts="]
    two = ["--numprocesses", "2", "--dist", "loadfile"]
    chapters = sorted((root / "chapters").glob("*.ipynb"))
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", *nbval, *two, *chapters],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return (time.perf_counter() - start) / 60
