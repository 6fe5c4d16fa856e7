"""Which chapters `make test` runs: those whose outputs would be others now, and a third besides.

A chapter can break without any change here, and a fingerprint can miss something; so each one runs
on one day of three in any case. The nightly run takes all of them.
"""

from datetime import date
from pathlib import Path

import nbformat

from dlcourse_authoring.fingerprint import changes

THIRDS = 3


def third_of(day: date) -> int:
    """The third whose turn it is on a day.

    Parameters
    ----------
    day : datetime.date

    Returns
    -------
    int
        0, 1 or 2; the next day has the next.

    Examples
    --------
    >>> [third_of(date(2026, 1, day)) for day in (1, 2, 3, 4)]
    [0, 1, 2, 0]
    """
    return day.toordinal() % THIRDS


def due(paths: list[Path], third: int | None) -> dict[Path, str]:
    """Chapters that are to be run, with the reason, the longest first.

    Parameters
    ----------
    paths : list of Path
        Notebooks named ``04-backpropagation.ipynb`` and the like.
    third : int or None
        0, 1 or 2: the chapters whose number leaves this rest when it is divided by three. None
        stands for all.

    Returns
    -------
    dict of Path to str
        The longest first, so that two workers are done at about the same time.
    """
    seconds, reasons = {}, {}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        seconds[path] = notebook.metadata.get("dlcourse", {}).get("seconds", 0)
        if differs := changes(notebook):
            reasons[path] = f"because of {', '.join(differs)}"
        elif third is None or int(path.name[:2]) % THIRDS == third:
            reasons[path] = "because it is its turn"
    return {path: reasons[path] for path in sorted(reasons, key=seconds.__getitem__, reverse=True)}
