"""Figures in the forms that readers meet: on a light page and on a dark one, and for phones.

A notebook holds one form of each for everywhere, in colours that light and dark pages bear, and
beside it one for phones (`dlcourse_utils.plotting.narrow`).
"""

import base64
import hashlib
import io
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image
from sphinx.util.images import get_image_size

from dlcourse_utils import palette
from dlcourse_utils.chapter import read_cells
from dlcourse_utils.explore import MIME

# The form for everywhere, and that for phones.
_ENDINGS = {"image/svg+xml": (".svg", ".svg"), "image/png": (".png", ".webp")}
# What stands in a figure, and the style sheet's name for what it means.
_COLOURS = {
    palette.BLUE: "blue",
    palette.ORANGE: "orange",
    palette.GREY: "ink",
    palette.VIOLET: "violet",
    palette.GREEN: "green",
    palette.RED: "red",
    palette.TEXT: "muted",
    palette.ON_BLUE: "paper",
    palette.ON_ORANGE: "paper",
}
_THEMES = ("light", "dark")
# Around a picture of a given size Sphinx puts a link to its file.
_IMAGE = re.compile(
    r"(?:<a [^>]*\bimage-reference\b[^>]*>)?"
    r'<img [^>]*?alt="([^"]*)" src="([^"]*_images/)(\w{64}\.(?:svg|png))"[^>]*>'
    r"(?:</a>)?"
)


@cache
def colours(theme: str) -> dict[str, str]:
    """What each colour of a figure becomes on the ``"light"`` or the ``"dark"`` page."""
    named = palette.LIGHT if theme == "light" else palette.DARK
    return {colour.lower(): named[name].lower() for colour, name in _COLOURS.items()}


def themed(data: bytes, ending: str, theme: str) -> bytes:
    """A figure in the colours of one page.

    Parameters
    ----------
    data : bytes
        An SVG file, all of whose colours are changed, or one of pixels, of which the letters are.
    ending : str
        ``".svg"``, ``".png"`` or ``".webp"``.
    theme : str
        ``"light"`` or ``"dark"``.

    Returns
    -------
    bytes
        A file of the same kind.
    """
    if ending == ".svg":
        named = colours(theme)
        names = re.compile("|".join(named), re.IGNORECASE)
        return names.sub(lambda colour: named[colour[0].lower()], data.decode()).encode()
    pixels = _pixels(data).copy()
    # A pixel as one number: comparing three takes ten times as long.
    letters = _as_numbers(pixels) == _as_numbers(np.array([*_rgb(palette.TEXT), 0], np.uint8))
    pixels[letters, :3] = _rgb(colours(theme)[palette.TEXT.lower()])
    file = io.BytesIO()
    # PNG knows none of this. WebP's own method and quality take half as long again for 1% less.
    Image.fromarray(pixels).save(file, ending[1:], lossless=True, exact=True, method=1, quality=30)
    return file.getvalue()


@lru_cache(maxsize=2)
def _pixels(data: bytes) -> np.ndarray:
    """A picture as it is stored, (height, width, 4); its two forms are asked for in turn."""
    return np.array(Image.open(io.BytesIO(data)).convert("RGBA"))


def _as_numbers(pixels: np.ndarray) -> np.ndarray:
    """The colour of each pixel without its opacity, (…, 4) to (…)."""
    return pixels.view("<u4")[..., 0] & 0xFFFFFF


def _rgb(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))


@dataclass(frozen=True)
class Form:
    """A figure as a file: content, ending of its name, pixels for each one on the page."""

    data: bytes
    ending: str
    scale: int

    @property
    def key(self) -> str:
        """The name that Sphinx would give the file, without its ending."""
        return hashlib.sha256(self.data).hexdigest()


def _stored(notebook: Path) -> dict[str, list[Form]]:
    """A notebook's figures by their names in the site; of each, the form for phones is second."""
    figures = {}
    for cell in read_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            mime = next((mime for mime in _ENDINGS if mime in data), None)
            if mime is None or MIME in data:
                continue
            contents = [data[mime], output["metadata"].get(mime, {}).get("narrow")]
            forms = [
                _form(content, ending)
                for content, ending in zip(contents, _ENDINGS[mime], strict=True)
                if content
            ]
            figures[forms[0].key + forms[0].ending] = forms
    return figures


def _form(content: str, ending: str) -> Form:
    if ending == ".svg":
        return Form("\n".join(content.splitlines()).encode(), ending, 1)
    return Form(base64.b64decode(content), ending, 2)


def complete(app, pagename, templatename, context, doctree) -> None:
    """Show each of a chapter's figures in the form that fits the page and the screen."""
    notebook = Path(app.srcdir, f"{pagename}.ipynb")
    if app.builder.name != "html" or doctree is None or not notebook.exists():
        return
    figures = _stored(notebook)
    folder = Path(app.outdir, "_images")
    folder.mkdir(exist_ok=True)

    def shown(image: re.Match) -> str:
        alt, address, name = image.groups()
        if name not in figures:
            return image[0]
        return "".join(_picture(figures[name], folder, address, alt, one) for one in _THEMES)

    context["body"] = _IMAGE.sub(shown, context["body"])
    # Of the stored form, which no page shows, Sphinx copies nothing.
    for source, name in list(app.builder.images.items()):
        if name in figures:
            del app.builder.images[source]


def _picture(forms: list[Form], folder: Path, address: str, alt: str, theme: str) -> str:
    """Write a figure's files for one page, and give the element that shows them."""
    files, sizes = [], []
    for form, width in zip(forms, ("wide", "narrow"), strict=False):
        file = folder / f"{form.key}-{width}-{theme}{form.ending}"
        # Its name says what is in it: `rebuild` begins anew when colours or code change.
        if not file.exists():
            file.write_bytes(themed(form.data, form.ending, theme))
        across, down = (length // form.scale for length in get_image_size(str(file)))
        files.append(address + file.name)
        sizes.append(f'width="{across}" height="{down}"')
    phone = '<source media="(max-width: 600px)" srcset="{}" {}>'.format
    narrow = phone(files[1], sizes[1]) if len(forms) > 1 else ""
    return (
        f'<picture class="dl-{theme}">{narrow}<img loading="lazy" decoding="async" alt="{alt}" '
        f'src="{files[0]}" {sizes[0]}></picture>'
    )


def setup(app) -> None:
    """Register with Sphinx."""
    # After each image has the size that keeps its place.
    app.connect("html-page-context", complete, priority=503)
