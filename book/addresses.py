"""Where the site stands on the web, by `_config.yml` alone."""

from urllib.parse import quote

from dlcourse_utils.repository import site_address


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
