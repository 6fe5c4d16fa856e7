"""The built site, a server for it on loopback, and a browser to look at it with."""

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

# What is asked of pages stands in modules of its own; their failures say what was seen, too.
pytest.register_assert_rewrite("axe", "keyboard", "questions")

from site_pages import built, policy  # noqa: E402


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site: the one in DLCOURSE_SITE, else one built now, strictly."""
    if given := os.environ.get("DLCOURSE_SITE"):
        return Path(given).resolve()
    return built(tmp_path_factory.mktemp("site")) / "html"


def _served(site: Path, headers: dict[str, str]) -> Iterator[str]:
    """Serve a folder on loopback with these headers; the address, with a slash at the end."""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=site)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served while the tests run."""
    yield from _served(site, {})


@pytest.fixture(scope="session")
def strict(site: Path) -> Iterator[str]:
    """Where the site is served under the policy that docs/hosting.md recommends."""
    yield from _served(site, {"Content-Security-Policy": policy()})


@pytest.fixture(scope="session")
def archive(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, zipped to be carried."""
    name = tmp_path_factory.mktemp("carried") / "site"
    return Path(shutil.make_archive(str(name), "zip", site))


@pytest.fixture(scope="session")
def stick(archive: Path) -> str:
    """The address of the site, unpacked elsewhere and opened without a server."""
    folder = archive.with_name("USB stick")
    shutil.unpack_archive(archive, folder)
    return f"{folder.as_uri()}/"


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
