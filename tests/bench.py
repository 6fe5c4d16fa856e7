"""The README's measured figures: `make bench` takes them, on this machine and now, and writes them.

The seconds in its table of chapters are those that the last `make notebooks` stored.
"""

import contextlib
import functools
import gzip
import http.server
import io
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import chromium
import lighthouse
import nbformat
from course_copy import copy_course

ROOT = Path(__file__).parents[1]
CNN_CHAPTER = ROOT / "chapters" / "06-cnn-mnist.ipynb"
README = ROOT / "README.md"
TABLE = re.compile(r"\| what \| measured \|\n\|---\|---\|\n((?:\|.*\n)+)")
ROW = re.compile(r"^\| (.*?) \| (.*) \|$", re.MULTILINE)
Rows = list[tuple[str, str]]
UNMODIFIED_CONFIG = "title: Deep Learning\nexecute:\n  execute_notebooks: 'off'\n"


def import_seconds() -> float:
    """Median over seven fresh processes of what `import dlcourse_utils` takes."""
    code = (
        "import time; start = time.perf_counter(); import dlcourse_utils;"
        "print(time.perf_counter() - start)"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code]) for _ in range(7)]
    return statistics.median(float(run) for run in runs)


def build_seconds(folder: Path) -> float:
    """Seconds of `jupyter-book build` in a folder that was never built."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    start = time.perf_counter()
    subprocess.run([jupyter_book, "build", "--quiet", folder], check=True, capture_output=True)
    return time.perf_counter() - start


def copy_unmodified(folder: Path) -> Path:
    """The same notebooks in a Jupyter Book as it comes, without anything of ours."""
    chapters = sorted((ROOT / "chapters").glob("*.ipynb"))
    folder.mkdir()
    for chapter in chapters:
        shutil.copy(chapter, folder)
    first, *others = (chapter.stem for chapter in chapters)
    files = "".join(f"- file: {name}\n" for name in others)
    (folder / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\nchapters:\n{files}")
    (folder / "_config.yml").write_text(UNMODIFIED_CONFIG)
    return folder


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a loopback address."""

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
    """Gzipped bytes that a new reader's phone fetches before scrolling."""
    page = browser.new_page(viewport={"width": 360, "height": 740})
    requests = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(address, wait_until="networkidle")
    sizes = [len(gzip.compress(request.response().body())) for request in requests]
    page.close()
    return sum(sizes)


def lighthouse_rows(ours: Path, plain: Path) -> list[tuple[str, str]]:
    """Lighthouse's scores of every page, and those of the unmodified build's same chapter."""
    if lighthouse.is_missing():
        return [("Lighthouse", "not measured: it needs Node's npx and Chromium")]
    rows = []
    with lighthouse.served(ours) as address, lighthouse.served(plain) as plain_address:
        for name in page_names(ours):
            measured = " · ".join(map(str, lighthouse.scores(f"{address}/{name}").values()))
            if (plain / Path(name).name).exists() and name.startswith("chapters/"):
                other = lighthouse.scores(f"{plain_address}/{Path(name).name}").values()
                measured += f" (unmodified: {' · '.join(map(str, other))})"
            rows.append((f"Lighthouse of `{name}`, mobile", measured))
    return rows


def page_names(site: Path) -> list[str]:
    """The pages of content in a built site."""
    names = (page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html")))
    left_out = ("genindex", "search", "_")
    return [name for name in names if not name.split("/")[0].startswith(left_out)]


def digit_milliseconds(browser, address: str) -> float:
    """Median milliseconds from a stroke's end to the ten probabilities, in the page."""
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


def seconds_to_99_percent() -> dict[str, float]:
    """Training seconds until 99% on MNIST's held-out images, networks as chapter 6 has them."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import dlcourse_utils as dl

    cells = {cell.id: cell.source for cell in nbformat.read(CNN_CHAPTER, as_version=4).cells}
    names: dict = {"dl": dl, "__name__": "chapter"}
    dl.start(seed=42)
    for cell in ("load-mnist", "mlp", "classic-network", "fast-network", "one-cycle"):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(cells[cell], names)
    if dl.data.is_default("mnist"):
        return {}
    import keras

    class StopAt99(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = logs["val_accuracy"] >= 0.99

    data = dict(
        x=names["x_train"], y=names["y_train"], verbose=0,
        validation_data=(names["x_val"], names["y_val"]), callbacks=[StopAt99()],
    )  # fmt: skip
    steps = 2 * -(-len(names["x_train"]) // 128)
    fast_optimizer = keras.optimizers.Adam(names["OneCycle"](peak=0.01, steps=steps))
    recipes = {
        "classic": (names["classic_network"](), "adam", 64, 10),
        "fast": (names["fast_network"](), fast_optimizer, 128, 2),
    }
    seconds = {}
    for name, (model, optimizer, batch_size, epochs) in recipes.items():
        keras.utils.set_random_seed(0)
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
        start = time.perf_counter()
        history = model.fit(batch_size=batch_size, epochs=epochs, **data)
        elapsed = time.perf_counter() - start
        reached = max(history.history["val_accuracy"]) >= 0.99
        seconds[name] = elapsed if reached else float("nan")
    return seconds


def nbval_minutes() -> float:
    """Minutes that all chapters take under nbval, as `make test` runs them."""
    start = time.perf_counter()
    subprocess.run(["make", "test-notebooks"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - start) / 60


def with_stored_seconds(readme: str) -> str:
    """The README with each chapter's seconds, as its notebook stores them."""
    for file in sorted((ROOT / "chapters").glob("*.ipynb")):
        seconds = nbformat.read(file, as_version=4).metadata["dlcourse"]["seconds"]
        row = rf"(\(chapters/{re.escape(file.name)}\) \|.*\| )\d+( \|)"
        readme = re.sub(row, rf"\g<1>{seconds}\g<2>", readme)
    return readme


def package_rows() -> Rows:
    """What importing the package costs."""
    return [("`import dlcourse_utils`", f"{1000 * import_seconds():.0f} ms")]


def site_rows() -> Rows:
    """The site: building it, its pages' first views, Lighthouse."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        ours = copy_course(Path(temporary) / "ours")
        plain = copy_unmodified(Path(temporary) / "plain")
        seconds = build_seconds(ours), build_seconds(plain)
        rows.append(("site build from clean", f"{seconds[0]:.0f} s"))
        rows.append(("the same chapters, Jupyter Book unmodified", f"{seconds[1]:.0f} s"))
        with chromium.launched() as browser:
            with served(ours / "_build" / "html") as address:
                for name in page_names(ours / "_build" / "html"):
                    size = first_view_bytes(browser, f"{address}/{name}")
                    rows.append((f"first view of `{name}`, gzipped", f"{size / 1000:.0f} kB"))
                drawn = digit_milliseconds(browser, f"{address}/chapters/06-cnn-mnist.html")
        rows += lighthouse_rows(ours / "_build" / "html", plain / "_build" / "html")
        rows.append(("one drawn digit, in the browser", f"{drawn:.1f} ms"))
    return rows


def training_rows() -> Rows:
    """Seconds to 99% on MNIST."""
    to_99 = seconds_to_99_percent()
    return [
        (f"training to 99% on MNIST, {recipe}", f"{to_99[name]:.0f} s" if to_99 else "needs MNIST")
        for name, recipe in (("classic", "classic recipe"), ("fast", "chapter 6's fast network"))
    ]


def nbval_rows() -> Rows:
    """Minutes of all chapters."""
    data = "on real data" if os.environ.get("DLCOURSE_DATA") else "on the data that ships"
    return [(f"all chapters under nbval, two at a time, {data}", f"{nbval_minutes():.0f} min")]


PARTS = {"package": package_rows, "site": site_rows, "training": training_rows, "nbval": nbval_rows}


def main(parts: list[str]) -> None:
    """Measure these parts, or all; each part's rows are written as soon as they are measured."""
    measured: dict[str, Rows] = {}
    for part in parts or PARTS:
        measured[part] = PARTS[part]()
        for what, value in measured[part]:
            print(f"{what}: {value}", flush=True)
        readme = README.read_text("utf-8")
        old = [tuple(row) for row in ROW.findall(TABLE.search(readme)[1])]
        new = dict(row for rows in measured.values() for row in rows)
        # Pages come and go: of a part that is measured anew nothing old is kept.
        kept = [row for row in old if row[0] not in new and _part_of(row[0]) not in measured]
        rows = sorted([*kept, *new.items()], key=lambda row: list(PARTS).index(_part_of(row[0])))
        table = "".join(f"| {what} | {value} |\n" for what, value in rows)
        readme = TABLE.sub(lambda found, table=table: found[0].replace(found[1], table), readme)
        README.write_text(with_stored_seconds(readme), "utf-8")


def _part_of(what: str) -> str:
    starts = {"`import": "package", "training": "training", "all chapters": "nbval"}
    return next((part for start, part in starts.items() if what.startswith(start)), "site")


if __name__ == "__main__":
    main(sys.argv[1:])
