"""Files that ship with the course: the repository's `data/`, or the copy inside the wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The path of a file that ships with the course.

    Parameters
    ----------
    name : str
        File name, e.g. "digit_network.npz".

    Returns
    -------
    Path
        In the repository's `data/` where the package runs from a checkout, else in the wheel.

    Raises
    ------
    FileNotFoundError
        Where neither holds the file.

    Examples
    --------
    >>> shipped("co2.csv").suffix
    '.csv'
    """
    # The checkout comes first: while a file is being remade there, it is the newer one.
    for folder in (PACKAGE.parent / "data", PACKAGE / "_data"):
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f"{name} is not among the files that ship with the course: reinstall dlcourse_utils, "
        "or get the repository's data folder again."
    )
