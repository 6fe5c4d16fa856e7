"""The course as a fresh clone has it, for tests and measurements that must not touch this tree."""

import shutil
import subprocess
from pathlib import Path


def copy_course(root: Path, folder: Path) -> Path:
    """Copy the files that git knows or would know.

    Parameters
    ----------
    root : Path
        The course's folder, a checkout of its repository.
    folder : Path
        Where the copy goes; made if it is not there.

    Returns
    -------
    Path
        `folder`.
    """
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listing, cwd=root, text=True).split("\n"):
        if name and (root / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / name, folder / name)
    return folder
