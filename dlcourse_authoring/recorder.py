"""An IPython extension that notes which files of the course a chapter uses while it runs.

`execution` loads it into the kernel and asks for the `report` at the end.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Where files lie that decide a chapter's outputs. What a browser alone reads is in no output.
_FOLDERS = (ROOT / "dlcourse_utils", ROOT / "data")
_NOT_IN_OUTPUTS = {".css", ".js", ".pyc"}

_read: set[str] = set()


def load_ipython_extension(_shell) -> None:
    """Begin to take notes."""
    sys.addaudithook(_note_opened)


def _note_opened(event: str, arguments: tuple) -> None:
    # A module counts when it is imported: explorables are found by looking into all of them.
    if event == "open" and isinstance(arguments[0], str) and not arguments[0].endswith(".py"):
        _read.add(arguments[0])


def report() -> str:
    """What has been used so far, as JSON: ``modules`` (top-level names) and ``files``."""
    imported = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    paths = {Path(name).resolve() for name in _read | imported if name}
    return json.dumps(
        {
            "modules": sorted({name.partition(".")[0] for name in sys.modules}),
            "files": sorted({path.relative_to(ROOT).as_posix() for path in paths if _counts(path)}),
        }
    )


def _counts(path: Path) -> bool:
    return (
        any(folder in path.parents for folder in _FOLDERS)
        and path.suffix not in _NOT_IN_OUTPUTS
        and path.is_file()
    )
