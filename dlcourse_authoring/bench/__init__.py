"""``dlcourse bench``: what is said of the course in numbers, measured here and now.

A part is a function of the course's folder. It returns the rows of one or more tables of
``docs/measurements.md``, which :func:`measure` writes there.
"""

from collections.abc import Callable
from pathlib import Path

from dlcourse_authoring.bench import in_page, notebooks, package, site, training
from dlcourse_authoring.measurements import Rows, write_rows

PAGE = Path("docs", "measurements.md")
PARTS: dict[str, Callable[[Path], dict[str, Rows]]] = {
    "package": package.rows,
    "site": site.rows,
    "in-page": in_page.rows,
    "training": training.rows,
    "notebooks": notebooks.rows,
}


def measure(root: Path, parts: list[str]) -> None:
    """Measure parts, or all, and write each part's rows as soon as they are there.

    Parameters
    ----------
    root : Path
        The course's folder.
    parts : list of str
        Names in `PARTS`; an empty list means all.

    Raises
    ------
    ValueError
        If there is no such part.
    """
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"there is no part {', '.join(unknown)}; parts are {', '.join(PARTS)}")
    for part in parts or PARTS:
        for table, rows in PARTS[part](root).items():
            for first, *others in rows:
                print(f"{first}: {' · '.join(others)}", flush=True)
            # Pages and chapters come and go: of those nothing old is kept.
            write_rows(root / PAGE, table, rows, keep=table == "course")
