"""The course's package as one archive for Python in the page: what checks need, and no more."""

import io
import zipfile
from pathlib import Path

import numpy as np
import traitlets

import dlcourse_utils
from dlcourse_utils.data.course_files import shipped
from dlcourse_utils.data.mnist import small_digits

_PACKAGE = Path(dlcourse_utils.__file__).parent
_RUNNER = Path(__file__).with_name("page_runner.py")
# The files of `data/` that a check reads.
_DATA = ("co2.csv",)
# Archives of the same content are the same bytes.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def archive() -> bytes:
    """A ZIP file to unpack among Python's packages.

    It holds the package's modules, the small files that checks read, scikit-learn's digits (which
    stand in for MNIST there), traitlets (which an explorable's formulas need) and the runner.

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for package in (_PACKAGE, Path(traitlets.__file__).parent):
            for path in sorted(package.rglob("*.py")):
                if "tests" not in path.parts:
                    _add(out, path.relative_to(package.parent).as_posix(), path.read_bytes())
        for name in _DATA:
            _add(out, f"dlcourse_utils/_data/{name}", shipped(name).read_bytes())
        _add(out, "dlcourse_utils/_data/digits.npz", _digits())
        _add(out, _RUNNER.name, _RUNNER.read_bytes())
    return buffer.getvalue()


def _digits() -> bytes:
    images, labels = small_digits()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, images=images, labels=labels)
    return buffer.getvalue()


def _add(out: zipfile.ZipFile, name: str, content: bytes) -> None:
    out.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
