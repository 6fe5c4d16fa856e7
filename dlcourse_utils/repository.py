"""The repository's address, which stands in ``_config.yml`` alone."""

import re
from pathlib import Path

_CONFIG_LINE = re.compile(r"^\s*url:\s*(https://\S+?)\s*(?:#.*)?$", re.MULTILINE)


def repository_address(root: Path) -> str:
    """The repository's web address as ``_config.yml`` in folder `root` has it.

    Raises
    ------
    ValueError
        If the file has no ``url: https://…`` line.
    """
    match = _CONFIG_LINE.search((root / "_config.yml").read_text(encoding="utf-8"))
    if match is None:
        raise ValueError("_config.yml has no line `url: https://…` under `repository:`.")
    return match[1]
