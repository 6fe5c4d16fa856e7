"""The addresses of the repository and of its site, which stand in ``_config.yml`` alone."""

import re
from pathlib import Path
from urllib.parse import urlsplit

_CONFIG_LINE = re.compile(r"^\s*url:\s*(https://\S+?)\s*(?:#.*)?$", re.MULTILINE)
_BASEURL = re.compile(r'^  baseurl: "(.*)"$', re.MULTILINE)


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


def site_address(baseurl: str, repository: str) -> str:
    """The address of the published site, with a slash at its end.

    Parameters
    ----------
    baseurl : str
        `html: baseurl` of ``_config.yml``, where the book stands elsewhere than on GitHub Pages;
        else "".
    repository : str
        `repository: url`, such as ``https://github.com/owner/name``.

    Returns
    -------
    str
        The address, or "" where neither tells it.

    Examples
    --------
    >>> site_address("", "https://github.com/Owner/course")
    'https://owner.github.io/course/'
    >>> site_address("", "https://github.com/owner/owner.github.io")
    'https://owner.github.io/'
    >>> site_address("https://learn.example.edu/dl", "https://github.com/owner/course")
    'https://learn.example.edu/dl/'
    """
    if baseurl:
        return f"{baseurl.rstrip('/')}/"
    parts = urlsplit(repository.removesuffix(".git"))
    names = parts.path.strip("/").split("/")
    if parts.netloc != "github.com" or len(names) != 2:
        return ""
    owner, name = names[0].lower(), names[1]
    host = f"https://{owner}.github.io/"
    return host if name.lower() == f"{owner}.github.io" else f"{host}{name}/"


def course_site(root: Path) -> str:
    """Where the course's site stands on the web, as ``_config.yml`` has it.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``.

    Returns
    -------
    str
        The address, with a slash at its end, or "" where the file does not tell it.

    Raises
    ------
    ValueError
        If the file has no repository's address.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = "repository:\\n  url: https://github.com/someone/course"
    ...     _ = Path(folder, "_config.yml").write_text(text)
    ...     course_site(Path(folder))
    'https://someone.github.io/course/'
    """
    line = _BASEURL.search((root / "_config.yml").read_text(encoding="utf-8"))
    return site_address(line[1] if line else "", repository_address(root))
