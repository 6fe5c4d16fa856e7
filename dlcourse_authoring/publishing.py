"""The course's addresses: they stand in ``_config.yml``, and one command sets them everywhere."""

import re
from pathlib import Path
from urllib.parse import quote

from dlcourse_utils.repository import course_site, repository_address, site_address

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
_SITE = re.compile(r"https://[\w.-]+(/[\w.~-]+)*/?")
_BASEURL = re.compile(r'^(  baseurl: )"(.*)"$', re.MULTILINE)


def publish_as(root: Path, address: str, site: str = "") -> list[Path]:
    """Set the course's addresses everywhere they stand: configuration, pages, setup cells.

    Parameters
    ----------
    root : Path
        The folder with ``_config.yml``.
    address : str
        The repository's new address, such as ``https://github.com/someone/deep-learning``.
    site : str
        Where the site will stand, if that is not the repository's own place at GitHub Pages.

    Returns
    -------
    list of Path
        The files that changed, relative to `root`.

    Raises
    ------
    ValueError
        If `address` is not of the form ``https://host/owner/repository``, or `site` not of the form
        ``https://host/path``.
    """
    address = address.removesuffix("/").removesuffix(".git")
    if not _ADDRESS.fullmatch(address):
        raise ValueError(
            f"{address!r} is not a repository's address. Write it as "
            "https://github.com/owner/repository."
        )
    if site and not _SITE.fullmatch(site):
        raise ValueError(f"{site!r} is not a site's address. Write it as https://host/path.")
    old = repository_address(root)
    configuration = (root / "_config.yml").read_text(encoding="utf-8")
    if (line := _BASEURL.search(configuration)) is None:
        raise ValueError('_config.yml has no line `  baseurl: ""` under `html:`.')
    old_name, new_name = (url.split("/", 3)[3] for url in (old, address))
    old_folder, new_folder = (name.rpartition("/")[2] for name in (old_name, new_name))
    # A clone is followed by a step into its folder.
    replacements = {f"{old} && cd {old_folder}": f"{address} && cd {new_folder}", old: address}
    # Badges of Colab and Binder name the repository without its host: …/github/owner/repository/…
    replacements |= {f"/{where}/{old_name}/": f"/{where}/{new_name}/" for where in ("github", "gh")}
    # nbgitpuller's link holds the address as a parameter, and the folder that it clones into.
    replacements |= {quote(old, safe=""): quote(address, safe="")}
    replacements |= {f"tree%2F{old_folder}%2F": f"tree%2F{new_folder}%2F"}
    old_site, new_site = course_site(root), site_address(site, address)
    replacements |= {line[0]: f'{line[1]}"{site}"'}
    if old_site and new_site:
        replacements |= {old_site: new_site}
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
