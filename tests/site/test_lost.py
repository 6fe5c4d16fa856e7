"""The page for an address that leads nowhere, as GitHub Pages shows it: at any depth."""

import re
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import axe
import pytest
import yaml
from site_pages import ROOT, chapters

from book.addresses import site_address


@pytest.fixture(scope="module")
def pages_server(site):
    """A server that shows the site at its published path, and 404.html for what is not there."""
    url = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]
    path = urlsplit(site_address("", url)).path

    class Pages(SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=site)

        def do_GET(self):
            within = self.path.startswith(path)
            self.path = self.path.removeprefix(path[:-1]) if within else "/nowhere"
            if within and (site / urlsplit(self.path).path.strip("/")).exists():
                return super().do_GET()
            body = (site / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{path}"
        server.shutdown()


def test_whatever_it_names_is_there(site, pages_server):
    path = urlsplit(pages_server).path
    page = (site / "404.html").read_text("utf-8")
    named = re.findall(r'(?:href|src|action)="(/[^"#?]*)', page)
    assert len(named) > 20
    assert not [name for name in named if not name.startswith(path)]
    assert not [name for name in named if not (site / name.removeprefix(path)).is_file()]


@pytest.mark.parametrize(
    "lost", ["nowhere.html", "chapters/99-nothing.html", "a/b/c/d.html", "chapters/01-neurons"]
)
def test_at_any_depth_it_looks_like_the_book_and_leads_on(visit, pages_server, lost):
    page = visit(lost, base=pages_server)
    page.wait_for_load_state("networkidle")
    # The page itself is the one thing that was not found.
    assert [error for error in page.errors if "404" not in error] == []
    assert len(page.errors) <= 1
    assert page.outside == []
    font = "getComputedStyle(document.querySelector('.dl-wordmark')).fontWeight"
    assert page.evaluate(font) == "700"
    links = page.locator(".bd-search-container ul a")
    assert links.count() == len(chapters())
    links.first.click()
    assert page.url == f"{pages_server}{chapters()[0]}.html"
    assert page.locator("article h1").inner_text().startswith("Neurons")


@pytest.mark.parametrize("lost", ["chapters/05-optimizer.html", "chapters/optimizer%25%"])
def test_it_looks_up_what_the_address_was_about(visit, pages_server, lost):
    page = visit(lost, base=pages_server)
    first = page.locator(".bd-search-container .dl-results-list a").first
    first.wait_for()
    assert first.inner_text() == "Glossary › optimiser"
    first.click()
    page.wait_for_url("**/appendix/glossary.html#term-optimiser")


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(visit, pages_server, width):
    page = visit("x/softmax.html", base=pages_server, width=width, dark=width == 360)
    page.locator(".bd-search-container .dl-results-list a").first.wait_for()
    assert axe.violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
