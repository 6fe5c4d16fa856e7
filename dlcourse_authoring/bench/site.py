"""The site in numbers: building it, what a page weighs, Lighthouse, a drawn digit."""

import contextlib
import functools
import gzip
import http.server
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from dlcourse_authoring import chromium
from dlcourse_authoring.bench import lighthouse
from dlcourse_authoring.course_copy import copy_course
from dlcourse_authoring.measurements import Rows

_UNMODIFIED_CONFIG = "title: Deep Learning\nexecute:\n  execute_notebooks: 'off'\n"
# A sentence that a contributor might change, in a chapter in the middle.
_CHAPTER = Path("chapters", "04-backpropagation.ipynb")


def rows(root: Path) -> dict[str, Rows]:
    """The site's rows for the table of the course, and the table of its pages.

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
        ours = copy_course(root, Path(temporary) / "ours")
        plain = copy_unmodified(root, Path(temporary) / "plain")
        clean, unmodified = build_seconds(ours), build_seconds(plain)
        change_a_sentence(ours / _CHAPTER)
        again = build_seconds(ours)
        ours, plain = ours / "_build" / "html", plain / "_build" / "html"
        with chromium.launched() as browser, served(ours) as address:
            names = page_names(ours)
            sizes = {name: first_view_bytes(browser, f"{address}/{name}") for name in names}
            drawn = digit_milliseconds(browser, f"{address}/chapters/06-cnn-mnist.html")
        scores = lighthouse_scores(ours, plain, names)
    return {
        "course": [
            ("site build from clean", f"{clean:.0f} s"),
            ("the same chapters, Jupyter Book unmodified", f"{unmodified:.0f} s"),
            ("site build after a changed sentence", f"{again:.1f} s"),
            ("one drawn digit, in the browser", f"{drawn:.1f} ms"),
        ],
        "pages": [(f"`{name}`", f"{sizes[name] / 1000:.0f} kB", *scores[name]) for name in names],
    }


def build_seconds(folder: Path) -> float:
    """Seconds of `jupyter-book build` in a folder.

    Parameters
    ----------
    folder : Path
        What has ``_config.yml``.

    Returns
    -------
    float
        Seconds.
    """
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    start = time.perf_counter()
    subprocess.run([jupyter_book, "build", "--quiet", folder], check=True, capture_output=True)
    return time.perf_counter() - start


def copy_unmodified(root: Path, folder: Path) -> Path:
    """The same notebooks in a Jupyter Book as it comes, without anything of ours.

    Parameters
    ----------
    root : Path
        The course's folder.
    folder : Path
        Where the book goes; it must not be there yet.

    Returns
    -------
    Path
        `folder`.
    """
    chapters = sorted((root / "chapters").glob("*.ipynb"))
    folder.mkdir()
    for chapter in chapters:
        shutil.copy(chapter, folder)
    first, *others = (chapter.stem for chapter in chapters)
    files = "".join(f"- file: {name}\n" for name in others)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\nchapters:\n{files}")
    (folder / "_config.yml").write_text(_UNMODIFIED_CONFIG)
    return folder


def change_a_sentence(chapter: Path) -> None:
    """Give a chapter's promise another word, as a contributor would.

    Parameters
    ----------
    chapter : Path
        The notebook, which is changed.

    Raises
    ------
    ValueError
        If it makes no such promise.
    """
    text = chapter.read_text("utf-8")
    if "**You will be able to**" not in text:
        raise ValueError(f"{chapter} does not say what its reader will be able to do")
    chapter.write_text(text.replace("**You will be able to**", "**You will learn to**"), "utf-8")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a loopback address.

    Parameters
    ----------
    folder : Path
        A built site.

    Yields
    ------
    str
        The address, without a slash at its end.
    """

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def first_view_bytes(browser, address: str) -> int:
    """Gzipped bytes that a new reader's phone fetches before scrolling.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        What looks at it.
    address : str
        The page.

    Returns
    -------
    int
        Bytes.
    """
    page = browser.new_page(viewport={"width": 360, "height": 740})
    requests = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(address, wait_until="networkidle")
    sizes = [len(gzip.compress(request.response().body())) for request in requests]
    page.close()
    return sum(sizes)


def page_names(site: Path) -> list[str]:
    """The pages of content in a built site.

    Parameters
    ----------
    site : Path
        Its folder.

    Returns
    -------
    list of str
        Paths in the site.
    """
    names = (page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html")))
    left_out = ("genindex", "search", "_")
    return [name for name in names if not name.split("/")[0].startswith(left_out)]


def lighthouse_scores(ours: Path, plain: Path, names: list[str]) -> dict[str, tuple[str, str]]:
    """Lighthouse's scores of each page, and those of the unmodified build's same chapter.

    Parameters
    ----------
    ours, plain : Path
        The two built sites.
    names : list of str
        Our pages.

    Returns
    -------
    dict of str to tuple of str
        Page -> its scores, and the other's; "" where there is none.
    """
    if lighthouse.is_missing():
        return dict.fromkeys(names, ("not measured", ""))
    scores = {}
    with lighthouse.served(ours) as address, lighthouse.served(plain) as plain_address:
        for name in names:
            other = Path(name).name if name.startswith("chapters/") else None
            scores[name] = (
                _scores(f"{address}/{name}"),
                _scores(f"{plain_address}/{other}") if other else "",
            )
    return scores


def _scores(address: str) -> str:
    return " · ".join(map(str, lighthouse.scores(address).values()))


def digit_milliseconds(browser, address: str) -> float:
    """Median milliseconds from a stroke's end to the ten probabilities, in the page.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
        What draws.
    address : str
        A page with the drawing pad.

    Returns
    -------
    float
        Milliseconds.
    """
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    host = page.locator('[data-module="draw_digit"]')
    host.scroll_into_view_if_needed()
    canvas = host.locator("canvas").first
    canvas.wait_for()
    box = canvas.bounding_box()
    times = []
    for stroke in range(20):
        x = box["x"] + box["width"] * (0.3 + 0.02 * stroke)
        page.mouse.move(x, box["y"] + box["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(x, box["y"] + box["height"] * 0.8, steps=4)
        page.mouse.up()
        page.evaluate("new Promise(requestAnimationFrame)")
        times.append(float(host.locator("[data-milliseconds]").get_attribute("data-milliseconds")))
    page.close()
    return statistics.median(times)
