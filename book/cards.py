"""The card of each page: the picture of 1200 × 630 pixels that goes with a link to it."""

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from book import kept
from book.chapter_facts import chapters_of
from book.explorables import first_picture
from dlcourse_utils.chapter import Chapter
from dlcourse_utils.palette import LIGHT

_SIZE = (1200, 630)
_INK, _MUTED, _BLUE, _PAPER = (LIGHT[name] for name in ("ink", "muted", "blue", "paper"))
# Matplotlib brings its fonts along, so that a card looks the same wherever it is made. Importing it
# takes half a second, finding it none.
_FONTS = Path(find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf"


def write(app, page: str, title: str, chapter: Chapter | None) -> str:
    """Write a page's card into the site.

    Returns
    -------
    str
        The file, as seen from the site's root.
    """
    if chapter:
        picture = first_picture(chapter)
    else:
        picture = next(filter(None, map(first_picture, chapters_of(app.env))), b"")
    number = chapter.number if chapter else None
    card = kept.made_once(app, ".png", draw, title, app.config.html_title, number, picture)
    file = Path("_static/cards", f"{page.replace('/', '-')}.png")
    target = Path(app.outdir, file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(card.read_bytes())
    return file.as_posix()


def draw(title: str, course: str, number: int | None, picture: bytes) -> bytes:
    """A page's card as a PNG file: its title, beside it the picture of an explorable."""
    card = Image.new("RGB", _SIZE, _PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, 14, _SIZE[1]), fill=_BLUE)
    if picture:
        image = _small(picture)
        card.paste(image, (1160 - image.width, (_SIZE[1] - image.height) // 2), image)
    if number is not None:
        pen.text((70, 130), f"Chapter {number}", _BLUE, _font("DejaVuSans-Bold", 30))
    font = _font("DejaVuSerif-Bold", 60 if len(title) < 40 else 46)
    pen.multiline_text((70, 190), _wrapped(title, font, 440), _INK, font, spacing=12)
    words = course if title != course else "An interactive course"
    pen.text((70, 540), words, _MUTED, _font("DejaVuSans", 30))
    file = io.BytesIO()
    # The default method takes ten times as long, and the file is larger.
    card.quantize(128, Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()


@lru_cache(maxsize=1)  # All pages but the chapters have the same.
def _small(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    image.thumbnail((600, 500))
    return image


@lru_cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{name}.ttf", size)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return "\n".join(lines)
