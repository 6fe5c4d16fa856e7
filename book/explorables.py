"""Explorables on the site: a figure with stored state and picture, woken by ``assets/host.js``."""

import base64
import html
import json
import os
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book import kept
from dlcourse_utils.chapter import Chapter, read_cells
from dlcourse_utils.explore import MIME, bundle, parts

# Stands in the figure where the stored picture goes, once Sphinx knows the picture's address.
_PICTURE = "<!-- picture -->"


def figure_html(stored: dict, place: str) -> str:
    """The figure of one explorable, without its picture.

    Parameters
    ----------
    stored : dict
        What the notebook stored: ``module`` (str), ``state`` (dict) and ``caption`` (str).
    place : str
        The figure's name in the page's address (``#place?…``), unique in its page.

    Returns
    -------
    str
        HTML with a mark where the static picture belongs.

    Examples
    --------
    >>> print(figure_html({"module": "neuron", "state": {"bias": 1}, "caption": "A <b>"}, "neuron"))
    <figure class="dl-explorable" data-module="neuron" data-place="neuron">
    <div class="dl-host"></div>
    <script type="application/json">{"bias": 1}</script>
    <div class="dl-still"><!-- picture --></div>
    <figcaption>A &lt;b&gt;</figcaption>
    </figure>
    """
    module = html.escape(stored["module"])
    # Inside a script element only "<" can end it.
    state = json.dumps(stored["state"]).replace("<", "\\u003c")
    return (
        f'<figure class="dl-explorable" data-module="{module}" data-place="{html.escape(place)}">\n'
        f'<div class="dl-host"></div>\n<script type="application/json">{state}</script>\n'
        f'<div class="dl-still">{_PICTURE}</div>\n'
        f"<figcaption>{html.escape(stored['caption'], quote=False)}</figcaption>\n</figure>"
    )


class PlacePictures(SphinxPostTransform):
    """Put each explorable's stored picture into its figure, before a format is chosen."""

    default_priority = 3
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(nodes.container)):
            if node.get("nb_element") == "mime_bundle":
                self._place(node)

    @staticmethod
    def _place(bundle_node: nodes.container) -> None:
        by_mime = {child["mime_type"]: child for child in bundle_node.children}
        page = by_mime.get("text/html")
        if page is None or _PICTURE not in page.astext():
            return
        before, after = page.astext().split(_PICTURE)
        picture = by_mime["image/png"].children if "image/png" in by_mime else []
        bundle_node.replace_self(
            [_raw(before), *(child.deepcopy() for child in picture), _raw(after)]
        )


class Explorable(SphinxDirective):
    """``{explorable} chapters/06-cnn-mnist.ipynb draw_digit``: show a chapter's explorable here."""

    required_arguments = 2

    def run(self):
        notebook, module = self.arguments
        path = Path(self.env.srcdir, notebook)
        self.env.note_dependency(str(path))
        data, alt = _stored(path, module)
        if data is None:
            raise self.error(f"{notebook} holds no output of the explorable {module!r}")
        before, after = figure_html(data[MIME], module).split(_PICTURE)
        picture = kept.folder(self.env.app) / f"{module}.png"
        picture.write_bytes(base64.b64decode(data["image/png"]))
        image = nodes.image(uri=source_address(picture, self.env.srcdir), alt=alt)
        return [_raw(before), image, _raw(after)]


def _stored(path: Path, module: str) -> tuple[dict | None, str]:
    """The first output of an explorable in a notebook, and the alternative text of its cell."""
    for cell in read_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            if data.get(MIME, {}).get("module") == module:
                image = cell.metadata.get("mystnb", {}).get("image", {})
                return data, image.get("alt", "")
    return None, ""


def source_address(path: Path, srcdir: str) -> str:
    """A path as Sphinx wants it: from the root of the sources, wherever it lies."""
    return "/" + Path(os.path.relpath(path, srcdir)).as_posix()


def first_picture(chapter: Chapter) -> bytes:
    """The PNG of a chapter's first explorable; empty if it has none."""
    for cell in chapter.cells:
        for output in cell.outputs:
            data = output.get("data", {})
            if MIME in data and "image/png" in data:
                return base64.b64decode(data["image/png"])
    return b""


def _raw(text: str) -> nodes.raw:
    return nodes.raw(text=text, format="html")


def write_scripts(app, exception) -> None:
    """Write the explorables' classic scripts and their style into the site."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir, "_static", "explore")
    folder.mkdir(parents=True, exist_ok=True)
    names = parts.names()
    for name in names:
        (folder / f"{name}.js").write_text(bundle.classic_source(name), "utf-8")
    (folder / "style.css").write_text(bundle.style(*names), "utf-8")


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_post_transform(PlacePictures)
    app.add_directive("explorable", Explorable)
    # No page holds them, so that no page is written again when one changes.
    app.connect("build-finished", write_scripts, priority=400)
    app.add_css_file("explore/style.css", priority=800)
    app.add_js_file("host.js", loading_method="defer")
