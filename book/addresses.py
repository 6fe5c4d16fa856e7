"""Where the site stands on the web, by `_config.yml` alone."""

from urllib.parse import quote, urlsplit


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


def of(config) -> str:
    """The address of the site that Sphinx builds from this configuration."""
    return site_address(
        config.html_baseurl or "", config.html_theme_options.get("repository_url", "")
    )


def issue_address(issues: str, page: str) -> str:
    """Where a mistake on a page is reported; ``assets/place.js`` adds the section that is read.

    Parameters
    ----------
    issues : str
        The address of a new issue, without a query.
    page : str
        The page's name, such as ``chapters/01-neurons``.
    """
    body = f"Page: {page}\n\nWhat is wrong, and what should stand there instead?\n"
    return f"{issues}?title={quote(f'{page}: ')}&body={quote(body)}"
