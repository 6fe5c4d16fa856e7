"""The policy that docs/hosting.md recommends, and the site in a zip file."""

import re

from site_pages import chapters, policy

LARGEST = 40_000_000  # bytes of the zipped site


def test_the_policy_allows_no_code_from_text():
    script = re.search(r"script-src ([^;]*)", policy())[1]
    # WebAssembly is compiled, not text that becomes JavaScript.
    assert "unsafe" not in script.replace("'wasm-unsafe-eval'", "") and "http" not in policy()
    assert policy().startswith("default-src 'none'")


def test_the_policy_is_in_force(visit, strict):
    page = visit("index.html", base=strict)
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 1}))"
    )
    assert any("Content Security Policy" in error for error in page.errors)


def test_the_zipped_site_is_small(archive):
    assert archive.stat().st_size < LARGEST


def test_formulas_have_their_letters_from_a_stick(visit, stick):
    page = visit(f"{chapters()[0]}.html", base=stick)
    page.locator("math").first.scroll_into_view_if_needed()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px dl-math'))")
