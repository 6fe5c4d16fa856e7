"""The folders of explorables: which there are, what each consists of, and what one lacks.

``explore/NAME/`` holds all of an explorable. What has such a folder is in `dlcourse_utils.explore`,
on the site and under the tests; there is no list to add it to.
"""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent  # modules are found through links too
KIT = "kit"
PARTS = {
    "__init__.py": "the Python class: `class Name(Explorable):` with its inputs as traits, "
    "`example()` where it cannot be made without arguments, and `draw_preview(figure)`",
    "view.js": "the ES module: `function render({ model, el }) { … }` and, at its end, "
    "`export default { render };`",
    "style.css": "the rules that this explorable alone needs (what all share is in kit/style.css); "
    "a comment that says so if it needs none",
}
_CLASS = re.compile(r"^class (\w+)\(Explorable\):", re.MULTILINE)


def names() -> list[str]:
    """The explorables' folders, in alphabetical order.

    Examples
    --------
    >>> "neuron" in names(), "kit" in names()
    (True, False)
    """
    folders = {path.parent for part in PARTS for path in HERE.glob(f"*/{part}")}
    return sorted(folder.name for folder in folders if folder.name != KIT)


def part(name: str, file: str) -> Path:
    """One file of an explorable.

    Parameters
    ----------
    name : str
        The folder, for example ``"neuron"``.
    file : {"__init__.py", "view.js", "style.css"}

    Raises
    ------
    ValueError
        If it is not there; the message says what to write into it.

    Examples
    --------
    >>> part("neuron", "view.js").name
    'view.js'
    """
    path = HERE / name / file
    if not path.is_file():
        raise ValueError(f"explore/{name}/{file} is missing: write there {PARTS[file]}")
    return path


def class_name(name: str) -> str:
    """The class that a folder's ``__init__.py`` defines, without importing it.

    Raises
    ------
    ValueError
        If there is none, or more than one.

    Examples
    --------
    >>> class_name("gan_2d")
    'GAN2D'
    """
    found = _CLASS.findall(part(name, "__init__.py").read_text("utf-8"))
    if len(found) != 1:
        raise ValueError(
            f"explore/{name}/__init__.py must define one explorable, as `class Name(Explorable):` "
            f"in one line; found {found or 'none'}"
        )
    return found[0]


def require_all() -> None:
    """Raise if an explorable lacks one of its parts.

    Examples
    --------
    >>> require_all()
    """
    for name in names():
        class_name(name)
        for file in PARTS:
            part(name, file)
