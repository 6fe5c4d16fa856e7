"""What is built again after a change.

It is so little that a sentence is on its page in seconds, and so much that the site is the one that
a build from nothing makes. Sphinx reads those pages again whose files changed, and writes them.
Besides,

- everything is made anew when what makes pages changed (the code, the contents, the configuration,
  the pinned packages), and when the last build did not end well;
- every page is written again when one shows something new of another (a title, an address, what a
  chapter has to do) or of a template or script;
- the glossary is written again when a term is explained elsewhere, and the cover when a file
  changed that is copied as it is, since Sphinx copies none without writing a page.

A note beside Sphinx's own remembers what the finished site was made of.
"""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from book import glossary_links, in_page, kept, progress

_HERE = Path(__file__).parent
_OURS = re.compile(r"(?:book|dlcourse_utils)(?:\.|$)")
# A page names the pictures of its figures, and the states of its explorables.
_NAMED = {
    "_images": re.compile(r'_images/([^"?#\s,]+)'),
    "_static/explore/states": re.compile(r'data-state="(\w+)"'),
}


class Rebuild:
    """One build: what the last one was made of, and what this one is."""

    def __init__(self, app) -> None:
        self.note = Path(app.doctreedir, f"made-of-{app.builder.name}.json")
        self.before: dict[str, str] = {}
        if self.note.exists():
            self.before = json.loads(self.note.read_text("utf-8"))
            # Only a build that ends well says so.
            self.note.unlink()
        self.now = {"makers": _digest(_makers(app)), "copied": _digest(_copied(app))}

    @property
    def is_anew(self) -> bool:
        return self.before.get("makers") != self.now["makers"]

    def pages_to_read(self, app, env, added, changed, removed) -> Iterable[str]:
        """The pages to read besides those that changed."""
        if not self.is_anew:
            return ()
        _empty(kept.folder(app))
        return env.found_docs

    def pages_to_write(self, app, env) -> Iterable[str]:
        """The pages to write besides those that were read."""
        self.now |= {
            "shown": _digest(_shown_elsewhere(app, env)),
            "explained": _digest(glossary_links.explained_in(env)),
        }
        site = Path(app.outdir)
        # Without Sphinx's note the folder is no build's.
        if self.is_anew and (site / ".buildinfo").exists():
            _empty(site)
        changed = {what for what, digest in self.now.items() if self.before.get(what) != digest}
        if changed & {"makers", "shown"}:
            return env.found_docs
        pages = set()
        if "copied" in changed:
            pages.add(env.config.root_doc)
        if "explained" in changed:
            pages.add(glossary_links.GLOSSARY)
        return pages & env.found_docs

    def finish(self, app, exception) -> None:
        """Note what the site was made of."""
        # Sphinx does not repeat a warning of a page that it does not read again.
        if not exception and not app._warncount:
            self.note.write_text(json.dumps(self.now), "utf-8")


def _digest(facts: Any) -> str:
    # Sphinx has words that are translated when they are asked for.
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def _digests(paths: Iterable[Path]) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def _makers(app) -> dict[str, str]:
    """What decides how any page is made."""
    modules = [sys.modules[name] for name in sys.modules if _OURS.match(name)]
    paths = {Path(module.__file__) for module in modules if getattr(module, "__file__", None)}
    root = Path(app.srcdir)
    paths |= {root / app.config.external_toc_path, root / "_config.yml", root / "requirements.txt"}
    return _digests(sorted(path for path in paths if path.exists()))


def _copied(app) -> list[tuple[str, int, int]]:
    """The files that the site gets as they are."""
    folders = map(Path, app.builder.get_asset_paths())
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    stats = [(path, path.stat()) for path in files]
    return [(str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats]


def _shown_elsewhere(app, env) -> dict[str, Any]:
    """What a page shows of others, of templates and of scripts."""
    slugs = {page: facts.get("myst_slugs", {}) for page, facts in env.metadata.items()}
    scripts = sorted(_HERE.glob("assets/**/*.js"))
    templates = sorted(path for path in _HERE.glob("templates/**/*") if path.is_file())
    return {
        "titles": {page: title.astext() for page, title in env.titles.items()},
        # A heading's place, its id and its words; the place is shown nowhere.
        "headings": {page: {s: h[1:] for s, h in found.items()} for page, found in slugs.items()},
        "objects": [
            [domain, *sorted(map(list, env.get_domain(domain).get_objects()))]
            for domain in sorted(env.domains)
        ],
        "contents": env.toctree_includes,
        "chapters": progress.chapters_with_totals(env),
        "files": _digests([*scripts, *templates]),
        # Whether an exercise can be solved in the page depends on what its check imports.
        "exercises": in_page.package_sources() if app.dlcourse_python else None,
    }


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def remove_unnamed(app, exception) -> None:
    """Take away the files that no page names any more."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    named: dict[str, set[str]] = {folder: set() for folder in _NAMED}
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        for folder, name in _NAMED.items():
            named[folder].update(map(unquote, name.findall(text)))
    for folder, names in named.items():
        for path in (site / folder).glob("*"):
            if not names & {path.name, path.stem}:
                path.unlink()


def count_no_figures(app, config) -> None:
    """Spare Sphinx opening every page at every build: no figure of the book has a number."""
    config.numfig = False


def begin(app) -> None:
    """Follow one build from its start to its end."""
    build = Rebuild(app)
    app.connect("env-get-outdated", build.pages_to_read)
    app.connect("env-updated", build.pages_to_write)
    # After all that may warn.
    app.connect("build-finished", build.finish, priority=950)


def setup(app) -> None:
    """Register with Sphinx."""
    # After sphinx-jupyterbook-latex, which wants them counted.
    app.connect("config-inited", count_no_figures, priority=900)
    app.connect("builder-inited", begin)
    # Before the style sheet is made for what is there.
    app.connect("build-finished", remove_unnamed, priority=800)
