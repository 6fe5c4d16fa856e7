"""A page in headless Chromium that shows one explorable the way the website does."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlcourse_utils.explore import bundle

ADDRESS = "http://course.test/page.html"

# The website's host in small: a model with the four methods that explorables use, and `define`.
HOST = """
const state = JSON.parse(document.querySelector("#state").textContent);
const decode = (v) => v && v.$base64 !== undefined
  ? new DataView(Uint8Array.from(atob(v.$base64), (c) => c.charCodeAt(0)).buffer) : v;
const values = Object.fromEntries(Object.entries(state).map(([k, v]) => [k, decode(v)]));
const listeners = {};
window.saved = 0;
window.model = {
  get: (key) => values[key],
  set(key, value) {
    if (values[key] === value) return;
    values[key] = value;
    (listeners[`change:${key}`] ?? []).slice().forEach((work) => work());
  },
  save_changes() { window.saved += 1; },
  on(event, work) { (listeners[event] ??= []).push(work); },
  off(event, work) { listeners[event] = (listeners[event] ?? []).filter((w) => w !== work); },
};
window.listening = () => Object.values(listeners).flat().length;
window.numbers = (key) => Array.from(new Float32Array(values[key].buffer ?? values[key]));
window.dlcourse = { define(name, { render }) {
  window.cleanup = render({ model: window.model, el: document.querySelector(".dl-host") });
} };
"""

PAGE = """<!doctype html>
<html lang="en" {theme}><head><meta charset="utf-8"><title>Explorable</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ margin: 0; padding: 8px; background: {paper} }}
main {{ max-width: 900px; margin: auto }} figure {{ margin: 0 }}
{style}</style></head>
<body><main><h1 class="dl-hidden">Page</h1><figure><div class="dl-host"></div>
<figcaption class="dl-explorable-root">{caption}</figcaption></figure></main>
<script id="state" type="application/json">{state}</script><script>{host}</script>
<script>{source}</script></body></html>"""


@pytest.fixture
def open_page(browser) -> Iterator[Callable]:
    """open_page(html, width=, hash=, …) -> a page; the test fails if it logs an error."""
    opened = []

    def open_page(html: str, *, width: int = 1280, hash: str = "", touch: bool = False,
                  reduced_motion: bool = False):  # fmt: skip
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            has_touch=touch,
            reduced_motion="reduce" if reduced_motion else "no-preference",
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(f"{message.type}: {message.text}"))

        def answer(route):
            if route.request.url.split("#")[0] == ADDRESS:
                route.fulfill(body=html, content_type="text/html; charset=utf-8")
            elif route.request.url.startswith(("data:", "blob:")):
                route.continue_()
            else:
                page.errors.append(f"request outside the page: {route.request.url}")
                route.abort()

        page.route("**/*", answer)
        page.goto(ADDRESS + hash)
        opened.append((context, page))
        return page

    yield open_page
    errors = [error for _, page in opened for error in page.errors]
    for context, _ in opened:
        context.close()
    assert errors == []


@pytest.fixture
def show(open_page) -> Callable:
    """show(explorable, dark=, in_page=, …) -> a page with `window.model` and `window.cleanup`."""

    def show(
        explorable,
        *,
        dark: bool = False,
        in_page: bool = True,
        style: str = "",
        **options,
    ):
        state = explorable.state()
        if in_page:
            state["_in_page"] = explorable.module
        page = open_page(
            PAGE.format(
                theme='data-theme="dark"' if dark else 'data-theme="light"',
                paper="#14181F" if dark else "#fff",
                style=style or bundle.style(explorable.module),
                caption=explorable.caption if in_page else "",
                state=json.dumps(state).replace("<", "\\u003c"),
                host=HOST,
                source=bundle.classic_source(explorable.module),
            ),
            **options,
        )
        page.wait_for_selector(".dl-frame")
        page.evaluate("new Promise(requestAnimationFrame)")
        return page

    return show


@pytest.fixture
def touch() -> Callable:
    """touch(page, "touchStart" | "touchMove" | "touchEnd", (x, y), …) with every finger there."""
    sessions = {}

    def touch(page, kind: str, *fingers: tuple[float, float]) -> None:
        if page not in sessions:
            sessions[page] = page.context.new_cdp_session(page)
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(fingers)]
        sessions[page].send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


@pytest.fixture
def require_only_taps(touch) -> Callable:
    """require_only_taps(page, map, at): a tap there moves x and y; scrolling and menus do not."""

    def require(page, places: str, at: float) -> None:
        def now():
            return page.evaluate("[model.get('x'), model.get('y')]")

        page.set_viewport_size({"width": 360, "height": 500})
        start = now()
        box = page.locator(places).bounding_box()
        x, y = box["x"] + at * box["width"], box["y"] + 0.7 * box["height"]
        page.touchscreen.tap(x, y)
        before = now()
        assert before != start
        page.mouse.click(x - 80, y, button="right")
        assert now() == before
        touch(page, "touchStart", (x - 80, y))
        for step in range(1, 6):
            touch(page, "touchMove", (x - 80, y - 20 * step))
        touch(page, "touchEnd")
        page.wait_for_function("scrollY > 0")
        assert now() == before

    return require


@pytest.fixture
def axe() -> Callable:
    """axe(page) -> what axe-core finds on the page, one line each."""
    import axe_playwright_python

    script = Path(axe_playwright_python.__file__).parent / "axe.min.js"

    def axe(page) -> list[str]:
        page.evaluate(script.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        return [f"{v['id']}: {v['help']}: {[n['html'] for n in v['nodes']]}" for v in found]

    return axe
