"""Exercises that are solved, and cells that are tried, in the page: Python and an editor beside it.

Where their files cannot be had, the build says so in one line and the page keeps the form that it
has without a browser. ``DLCOURSE_PYODIDE`` names a folder with the files; with ``require`` their
absence is an error.
"""

import html
import json
import shutil
from dataclasses import asdict
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from book import kept
from book.in_page import files
from book.in_page.exercises import (
    TRY_IT,
    PageCell,
    PageExercise,
    page_cells,
    page_exercises,
)
from book.progress import exercises_of
from dlcourse_utils import chapter

_LOG = logging.getLogger(__name__)
_FOLDER = "_static/in-page"


def place_html(exercise: PageExercise) -> str:
    """The place of the editor, which a script fills; without scripts it is empty.

    Examples
    --------
    >>> place_html(PageExercise("and", "A <gate>", "...", "", "1", "x", ()))
    '<div class="dl-in-page" data-exercise="and" data-title="A &lt;gate&gt;" hidden></div>'
    >>> print(place_html(PageExercise("cnn", "A net", "...", "", "1", "x", ("Keras",))))
    <p class="dl-in-page-needs">This exercise needs Keras, which a web page does not have: open the
    chapter in Colab or on your machine.</p>
    """
    if exercise.needs:
        return (
            f'<p class="dl-in-page-needs">This exercise needs {" and ".join(exercise.needs)}, '
            "which a web page does not have: open the\nchapter in Colab or on your machine.</p>"
        )
    return (
        f'<div class="dl-in-page" data-exercise="{exercise.id}" '
        f'data-title="{html.escape(exercise.title)}" hidden></div>'
    )


def cell_html(cell: PageCell, title: str) -> str:
    """The place of the button under a cell to try, below this heading.

    Examples
    --------
    >>> print(cell_html(PageCell("xor-random", "", "Few digits.", ()), "One line < two"))
    <div class="dl-in-page" data-cell="xor-random" data-title="One line &lt; two" data-note="Few
    digits." hidden></div>
    """
    return (
        f'<div class="dl-in-page" data-cell="{cell.id}" data-title="{html.escape(title)}" '
        f'data-note="{html.escape(cell.note)}" hidden></div>'
    )


class AddPlaces(SphinxPostTransform):
    """Give each exercise the place of its editor, and each cell to try that of its button."""

    default_priority = 440  # before the ticks
    builders = ("html",)

    def run(self, **kwargs):
        path = self.env.doc2path(self.env.docname)
        if not self.app.dlcourse_python or not path.endswith(".ipynb"):
            return
        boxes = list(self.document.findall(nodes.container))
        self.add_exercises(path, [box for box in boxes if "dl-task" in box["classes"]])
        self.add_cells(path, [box for box in boxes if f"tag_{TRY_IT}" in box["classes"]])

    def add_exercises(self, path: str, tasks: list[nodes.container]) -> None:
        every = page_exercises(chapter.read(Path(path))) if tasks else []
        known = {exercise.id: exercise for exercise in every}
        for task in tasks:
            for id in exercises_of(task):
                if id in known:
                    place = nodes.raw("", place_html(known[id]), format="html")
                    task.insert(_place_in(task), place)

    def add_cells(self, path: str, boxes: list[nodes.container]) -> None:
        cells = page_cells(chapter.read(Path(path))) if boxes else []
        for cell, box in zip(cells, boxes, strict=True):
            section = box.parent
            title = section.next_node(nodes.title).astext()
            place = nodes.raw("", cell_html(cell, title), format="html")
            section.insert(section.index(box) + 1, place)


def _place_in(task: nodes.container) -> int:
    labels = (
        i for i, n in enumerate(task) if "dl-label" in getattr(n, "attributes", {})["classes"]
    )
    return next(labels, len(task))


@cache
def _say_once(reason: str) -> None:
    _LOG.info("Exercises are not solved in the page: %s. See docs/hosting.md.", reason)


def find_python(app) -> None:
    """Get the files together, or note that there are none."""
    app.dlcourse_python = {}
    if app.builder.name != "html":
        return
    try:
        app.dlcourse_python = files.have(files.pinned(), *files.folders_of_this_machine())
    except files.FilesMissing as problem:
        if files.is_required():
            raise ExtensionError(f"DLCOURSE_PYODIDE: {problem}") from None
        _say_once(str(problem))


def write_site(app, exception) -> None:
    """Write Python, the package and each chapter's exercises into the site."""
    if exception or not getattr(app, "dlcourse_python", None):
        return
    folder = Path(app.outdir, _FOLDER)
    for name, path in app.dlcourse_python.items():
        target = folder / "python" / name
        if not target.exists() or target.stat().st_size != path.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    (folder / "package.zip").write_bytes(_package(app).read_bytes())
    sizes = [(folder / "python" / name).stat().st_size for name in app.dlcourse_python]
    facts = {
        "python": files.PYTHON,
        "lock": _lock(app.dlcourse_python),
        "bytes": sum(sizes) + (folder / "package.zip").stat().st_size,
    }
    (folder / "facts.json").write_text(json.dumps(facts), "utf-8")
    for one in chapter.read_all(Path(app.srcdir, "chapters")):
        rows = {row.id: asdict(row) for row in [*page_exercises(one), *page_cells(one)]}
        (folder / f"{one.name}.json").write_text(json.dumps(rows), "utf-8")


def package_sources() -> dict[str, str]:
    """The modules that Python in the page takes from the course, each with its content's hash."""
    root = Path(chapter.__file__).parent
    return {str(path): files.sha256(path) for path in sorted(root.rglob("*.py"))}


def _package(app) -> Path:
    return kept.made_once(app, ".zip", _archive, tuple(package_sources().items()))


def _archive(_sources: tuple) -> bytes:
    # Here, as NumPy and scikit-learn's digits take a second to import.
    from book.in_page.archive import archive

    return archive()


def _lock(found: dict[str, Path]) -> dict:
    """What Pyodide must know of its packages: NumPy alone, instead of all 300."""
    name = next(name for name in found if name.startswith("numpy-"))
    package = {
        "name": "numpy",
        "version": name.split("-")[1],
        "file_name": name,
        "install_dir": "site",
        "sha256": files.sha256(found[name]),
        "package_type": "package",
        "imports": ["numpy"],
        "depends": [],
        "unvendored_tests": False,
    }
    return {"info": files.LOCK_INFO, "packages": {"numpy": package}}


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_post_transform(AddPlaces)
    app.connect("builder-inited", find_python)
    app.connect("build-finished", write_site)
    app.add_css_file("in-page.css", priority=912)
    app.add_js_file("in-page/places.js", loading_method="defer")
