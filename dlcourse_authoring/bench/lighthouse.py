"""Google Lighthouse over pages of a built site, with its mobile settings: for `make bench`."""

import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlcourse_authoring import chromium

# The newest that runs on Node 18 and 20.
PACKAGE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_PACKED = {".png", ".webp", ".woff2"}


def is_missing() -> bool:
    """Whether what Lighthouse needs is missing.

    Returns
    -------
    bool
        True without npm's npx, which fetches and runs it, or without Chromium.
    """
    return shutil.which("npx") is None or chromium.is_missing()


class _Packing(http.server.SimpleHTTPRequestHandler):
    """Serves as GitHub Pages does: gzipped, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            self.send_error(404)
            return
        content = file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", f"{self.guess_type(file)}; charset=utf-8")
        self.send_header("Cache-Control", "max-age=600")
        if file.suffix not in _PACKED:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a loopback address, as a reader's browser gets it.

    Parameters
    ----------
    folder : Path
        A built site.

    Yields
    ------
    str
        The address, without a slash at its end.
    """
    handler = functools.partial(_Packing, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def scores(address: str) -> dict[str, int]:
    """Lighthouse's four scores of a page, each from 0 to 100.

    Parameters
    ----------
    address : str
        The page.

    Returns
    -------
    dict of str to int
        Category -> score.

    Raises
    ------
    subprocess.CalledProcessError
        If npm cannot fetch Lighthouse, or Lighthouse cannot see the page.
    """
    with tempfile.TemporaryDirectory() as profile:
        switches = [*chromium.SWITCHES, "--headless=new", f"--user-data-dir={profile}"]
        command = [
            "npx", "--yes", PACKAGE, address, "--quiet", "--output=json", "--output-path=stdout",
            f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(switches)}",
        ]  # fmt: skip
        environment = {**os.environ, "CHROME_PATH": chromium.EXECUTABLE}
        report = json.loads(subprocess.check_output(command, env=environment, text=True))
    categories = report["categories"]
    return {name: round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES}
