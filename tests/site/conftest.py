"""The built site, a server for it on loopback, and a browser to look at it with."""

import functools
import os
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from site_pages import ROOT, built

# The extension is found through `local_extensions`; it is in no wheel.
sys.path.append(str(ROOT))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site: the one in DLCOURSE_SITE, else one built now, strictly."""
    if given := os.environ.get("DLCOURSE_SITE"):
        return Path(given).resolve()
    return built(tmp_path_factory.mktemp("site")) / "html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served while the tests run, with a slash at the end."""
    handler = functools.partial(_Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def visit(browser, address: str):
    """``visit(page, width=1280, dark=False, …)`` opens a page; it keeps what went wrong there.

    The page has the lists ``errors`` (console and uncaught), ``outside`` (requests elsewhere) and
    ``finished`` (requests that were answered). ``script`` runs before the page's own.
    """
    contexts = []

    def open_page(
        path: str, *, width: int = 1280, dark: bool = False, base: str = address, script="", **more
    ):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.errors, page.outside, page.finished = [], [], []
        page.on("requestfinished", lambda request: page.finished.append(request))
        page.add_init_script(script)
        page.on("console", lambda m: m.type == "error" and page.errors.append(m.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("request", lambda request: _note_outside(page, request.url, base))
        page.goto(base + path, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _note_outside(page, url: str, base: str) -> None:
    if not url.startswith((base, "data:", "blob:")):
        page.outside.append(url)
