"""The site under the header that docs/hosting.md recommends, and from a folder without a server."""

import functools
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from site_pages import ROOT, chapters, open_everything, pages, wake_all

LARGEST = 40_000_000  # bytes of the zipped site


def policy() -> str:
    """The header's value as the page on hosting has it."""
    page = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    return re.search(r"^Content-Security-Policy: (.*)$", page, re.M)[1]


@pytest.fixture(scope="module")
def strict(site):
    """The address of the site, served with the policy."""

    class Strict(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", policy())
            super().end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_policy_allows_no_code_from_text():
    script = re.search(r"script-src ([^;]*)", policy())[1]
    assert "unsafe" not in script and "http" not in policy()
    assert policy().startswith("default-src 'none'")


@pytest.mark.parametrize("path", pages())
def test_a_page_needs_nothing_that_the_policy_forbids(visit, strict, path):
    page = visit(
        path,
        base=strict,
        script="""addEventListener("securitypolicyviolation",
          (event) => console.error(event.violatedDirective, event.blockedURI, event.sample))""",
    )
    wake_all(page)
    open_everything(page)
    page.wait_for_load_state("networkidle")
    assert page.errors == []
    assert {f.get_attribute("data-state") for f in page.locator("figure.dl-explorable").all()} <= {
        "live"
    }


def test_the_policy_is_in_force(visit, strict):
    page = visit("index.html", base=strict)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 1}))"
    )
    assert any("Content Security Policy" in error for error in page.errors)


@pytest.fixture(scope="module")
def stick(site, tmp_path_factory):
    """The site zipped, carried, and unpacked elsewhere."""
    folder = tmp_path_factory.mktemp("carried")
    archive = shutil.make_archive(str(folder / "site"), "zip", site)
    shutil.unpack_archive(archive, folder / "USB stick")
    return folder


def test_the_zipped_site_is_small(stick):
    assert (stick / "site.zip").stat().st_size < LARGEST


@pytest.mark.parametrize("path", pages())
def test_every_page_works_from_a_stick(visit, stick, path):
    page = visit(path, base=f"{(stick / 'USB stick').as_uri()}/")
    wake_all(page)
    open_everything(page)
    assert page.errors == []
    assert page.outside == []


def test_formulas_have_their_letters_from_a_stick(visit, stick):
    page = visit(f"{chapters()[0]}.html", base=f"{(stick / 'USB stick').as_uri()}/")
    page.locator("math").first.scroll_into_view_if_needed()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px dl-math'))")
