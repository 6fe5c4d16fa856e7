"""Exercises in the page in numbers: how long a reader waits, and what is loaded for it."""

import json
import statistics
import tempfile
import time
from pathlib import Path

from dlcourse_authoring import chromium
from dlcourse_authoring.bench.site import build_seconds, served
from dlcourse_authoring.course_copy import copy_course
from dlcourse_authoring.measurements import Rows

_FIRST, _LATER = "01-neurons", "04-backpropagation"
_ASKED = 20
# Asks Python in the page and says in how many milliseconds it answered.
_ASK = """async (question) => {
  const script = document.querySelector('script[src*="in-page/places.js"]').src;
  const { ask } = await import(new URL("python.js", script));
  const start = performance.now();
  const { status } = await ask(question);
  return [status, performance.now() - start];
}"""


def rows(root: Path) -> dict[str, Rows]:
    """The rows for the table of the course; none where the build finds no Python for the page.

    Parameters
    ----------
    root : Path
        The course's folder.

    Returns
    -------
    dict of str to list of tuple of str
        Table -> rows.
    """
    with tempfile.TemporaryDirectory() as temporary:
        course = copy_course(root, Path(temporary) / "course")
        build_seconds(course)
        site = course / "_build" / "html"
        if not (site / "_static/in-page/facts.json").is_file():
            print("Exercises in the page: not measured, the build found no Python for the page")
            return {}
        with chromium.launched() as browser, served(site) as address:
            context = browser.new_context()
            page = context.new_page()
            loaded: list[int] = []
            page.on("response", lambda one: loaded.append(_size(one)))
            cold = verdict_seconds(page, f"{address}/chapters/{_FIRST}.html")
            megabytes = sum(loaded) / 1e6
            check = check_milliseconds(page, site)
            warm = verdict_seconds(page, f"{address}/chapters/{_LATER}.html")
            context.close()
    return {
        "course": [
            ("first verdict in the page, Python loaded for it", f"{cold:.1f} s"),
            ("first verdict on a later page of the visit", f"{warm:.1f} s"),
            ("loaded for it, uncompressed", f"{megabytes:.0f} MB"),
            ("one check in the page", f"{check:.0f} ms"),
        ]
    }


def verdict_seconds(page, address: str) -> float:
    """Seconds from the focus on a page's first editor to the verdict of its check.

    Parameters
    ----------
    page : playwright.sync_api.Page
        What looks at it.
    address : str
        A chapter's page on a site with Python for the page.

    Returns
    -------
    float
        Seconds.
    """
    page.goto(address, wait_until="networkidle")
    place = page.locator(".dl-in-page[data-exercise]").first
    start = time.perf_counter()
    place.locator("textarea").first.focus()
    place.get_by_role("button", name="Check").click()
    place.locator(".dl-feedback").first.wait_for(timeout=120_000)
    return time.perf_counter() - start


def check_milliseconds(page, site: Path) -> float:
    """Median milliseconds of a check whose answer is quick, with Python at work already.

    Parameters
    ----------
    page : playwright.sync_api.Page
        The first chapter's page, after a check.
    site : Path
        The built site.

    Returns
    -------
    float
        Milliseconds.
    """
    exercises = json.loads((site / f"_static/in-page/{_FIRST}.json").read_text("utf-8"))
    row = next(iter(exercises.values()))
    question = {"exercise": row["id"], "given": row["given"], "code": row["solution"]}
    answers = [page.evaluate(_ASK, {**question, "answer": row["answer"]}) for _ in range(_ASKED)]
    if {status for status, _ in answers} != {"passed"}:
        raise ValueError(f"the solution of {row['id']} does not pass in the page")
    return statistics.median(milliseconds for _, milliseconds in answers)


def _size(response) -> int:
    return len(response.body()) if "/in-page/" in response.url and response.ok else 0
