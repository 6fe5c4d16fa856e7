"""The repository's address, which stands in ``_config.yml`` alone."""

import re
from pathlib import Path

_CONFIG_LINE = re.compile(r"^\s*url:\s*(https://\S+?)\s*(?:#.*)?$", re.MULTILINE)


def repository_address(root: Path) -> str:
    """The repository's web address as ``_config.yml`` has it.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``.

    Returns
    -------
    str
        Without a slash or ``.git`` at its end, as it stands there.

    Raises
    ------
    ValueError
        If the file has no ``url: https://…`` line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = "repository:\\n  url: https://example.org/someone/course"
    ...     _ = Path(folder, "_config.yml").write_text(text)
    ...     repository_address(Path(folder))
    'https://example.org/someone/course'
    """
    match = _CONFIG_LINE.search((root / "_config.yml").read_text(encoding="utf-8"))
    if match is None:
        raise ValueError("_config.yml has no line `url: https://…` under `repository:`.")
    return match[1]
