"""What the learner's package costs: importing it, and the wheel that Colab installs."""

import statistics
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from dlcourse_authoring.measurements import Rows

_IMPORT = (
    "import time; start = time.perf_counter(); import dlcourse_utils;"
    "print(time.perf_counter() - start)"
)


def rows(root: Path) -> dict[str, Rows]:
    """The package's rows for the table of the course.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    dict of str to list of tuple of str
        Table -> rows.
    """
    size, files = wheel_size(root)
    return {
        "course": [
            ("`import dlcourse_utils`", f"{1000 * import_seconds():.0f} ms"),
            ("the wheel that Colab installs", f"{size / 1000:.0f} kB, {files} files"),
        ]
    }


def import_seconds() -> float:
    """Median over seven fresh processes of what `import dlcourse_utils` takes.

    Returns
    -------
    float
        Seconds.
    """
    runs = [subprocess.check_output([sys.executable, "-c", _IMPORT]) for _ in range(7)]
    return statistics.median(float(run) for run in runs)


def wheel_size(root: Path) -> tuple[int, int]:
    """Size of the wheel of ``dlcourse_utils``.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    tuple of int
        Bytes of the wheel, and how many files it holds.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, cwd=root, check=True, capture_output=True)
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.stat().st_size, len(zipfile.ZipFile(wheel).namelist())
