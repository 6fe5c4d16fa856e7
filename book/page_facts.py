"""What pages tell of other pages, kept from build to build, so that no unchanged page is opened.

The search's index, the reader's progress and the glossary's links tell of every page. Each of them
names a function here; it is asked once when a page is read, and its answer stays in Sphinx's
environment until the page is read again.
"""

from collections.abc import Callable
from typing import Any

from docutils import nodes
from sphinx.environment import BuildEnvironment

Fact = Callable[[nodes.document, BuildEnvironment], Any]


def note(app, fact: Fact) -> None:
    """Call ``fact(doctree, env)`` for each page that is read, and keep what it returns.

    ``env.docname`` is the page's name.
    """

    def keep(app, doctree: nodes.document) -> None:
        facts = _facts(app.env).setdefault(app.env.docname, {})
        facts[_key(fact)] = fact(doctree, app.env)

    # After every other part has finished the page.
    app.connect("doctree-read", keep, priority=900)


def of_all_pages(env, fact: Fact) -> dict[str, Any]:
    """What ``fact`` returned: page -> answer, in the order of the pages' names."""
    return {page: _facts(env)[page][_key(fact)] for page in sorted(env.found_docs)}


def _key(fact: Fact) -> str:
    return f"{fact.__module__}.{fact.__qualname__}"


def _facts(env) -> dict[str, dict[str, Any]]:
    if not hasattr(env, "dlcourse_page_facts"):
        env.dlcourse_page_facts = {}
    return env.dlcourse_page_facts


def _forget(app, env, page: str) -> None:
    _facts(env).pop(page, None)


def _merge(app, env, pages: set[str], other) -> None:
    """Take over what another process has read."""
    _facts(env).update({page: _facts(other)[page] for page in pages})


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
