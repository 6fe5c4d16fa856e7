"""The repository's address: it stands in ``_config.yml``, and one command sets it everywhere."""

import re
from pathlib import Path
from urllib.parse import quote

from dlcourse_utils.repository import repository_address

# Where the address stands; no code has it.
_FILES = (
    "_config.yml",
    "*.md",
    "*.cff",
    "*.toml",
    ".github/**/*.md",
    ".github/**/*.yml",
    "appendix/*.md",
    "chapters/*.ipynb",
    "dlcourse_*/*.toml",
    "docs/*.md",
    "instructors/*.md",
)
_ADDRESS = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+?")


def publish_as(root: Path, address: str) -> list[Path]:
    """Set the repository's address everywhere it stands: configuration, pages, setup cells.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``.
    address : str
        The new address, such as ``https://github.com/someone/deep-learning``.

    Returns
    -------
    list of Path
        The files that changed, relative to `root`.

    Raises
    ------
    ValueError
        If `address` is not of the form ``https://host/owner/repository``.
    """
    address = address.removesuffix("/").removesuffix(".git")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(
            f"{address!r} is not a repository's address. Write it as "
            "https://github.com/owner/repository."
        )
    old = repository_address(root)
    old_name, new_name = (url.split("/", 3)[3] for url in (old, address))
    old_folder, new_folder = (name.rpartition("/")[2] for name in (old_name, new_name))
    # A clone is followed by a step into its folder.
    replacements = {f"{old} && cd {old_folder}": f"{address} && cd {new_folder}", old: address}
    # Badges of Colab and Binder name the repository without its host: …/github/owner/repository/…
    replacements |= {f"/{where}/{old_name}/": f"/{where}/{new_name}/" for where in ("github", "gh")}
    # nbgitpuller's link holds the address as a parameter, and the folder that it clones into.
    replacements |= {quote(old, safe=""): quote(address, safe="")}
    replacements |= {f"tree%2F{old_folder}%2F": f"tree%2F{new_folder}%2F"}
    files = [path for pattern in _FILES for path in sorted(root.glob(pattern))]
    changed = {}
    for path in files:
        before = after = path.read_text(encoding="utf-8")
        for find, put in replacements.items():
            after = after.replace(find, put)
        if after != before:
            changed[path] = after
    # The configuration is the last: where this is interrupted, it still has the old address, and
    # a second run finds what is left to do.
    for path, text in reversed(changed.items()):
        path.write_text(text, encoding="utf-8")
    return [path.relative_to(root) for path in changed]
