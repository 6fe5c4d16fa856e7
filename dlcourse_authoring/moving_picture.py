"""The README's moving picture: two figures of the built site, played with as a reader would."""

import io
import math
from collections.abc import Iterator
from pathlib import Path

from dlcourse_authoring import chromium

# GitHub shows the picture at up to 1,000 px; this is the page on a small tablet.
_SIZE = {"width": 720, "height": 540}
_FRAME_MS = 90
_STILL_FRAMES = 16
# A three, as a pen writes it: an SVG path on a square of 100, and how to walk along it.
_THREE = (
    "M 30 28 C 36 10, 72 12, 68 32 C 66 46, 54 48, 46 48 "
    "C 62 48, 74 56, 71 70 C 68 90, 36 90, 30 74"
)
_WALK = """(path) => {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  return Array.from({ length: 37 }, (_, i) => {
    const point = line.getPointAtLength((line.getTotalLength() * i) / 36);
    return [point.x / 100, point.y / 100];
  });
}"""


def record(site: Path, target: Path) -> Path:
    """Play with two figures of a built site and store what is seen as an animated WebP.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    target : Path
        The file to write. It is played three times and then stands still.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    ValueError
        If the site was not built, or there is no Chromium to look at it with.
    """
    from PIL import Image

    if not (site / "index.html").is_file():
        raise ValueError(f"{site} has no site: run `make book` first.")
    if chromium.is_missing():
        raise ValueError(f"no Chromium at {chromium.EXECUTABLE}: install it or set CHROMIUM.")
    frames, durations = [], []
    with chromium.launched() as browser:
        page = browser.new_page(viewport=_SIZE, color_scheme="light")
        for scene in (_draw_a_digit, _turn_a_line):
            for moments in scene(page, site.resolve().as_uri()):
                frames.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
                durations.append(moments * _FRAME_MS)
    target.parent.mkdir(parents=True, exist_ok=True)
    frames[0].save(
        target, save_all=True, append_images=frames[1:], duration=durations, loop=3,
        quality=70, method=6, minimize_size=True, allow_mixed=True,
    )  # fmt: skip
    return target


def _show(page, address: str, module: str):
    """Open a page and scroll to a figure, until it can be played with."""
    page.goto(address)
    figure = page.locator(f'figure.dl-explorable [data-module="{module}"], '
                          f'figure.dl-explorable[data-module="{module}"]').first  # fmt: skip
    figure.scroll_into_view_if_needed()
    page.locator(f'[data-module="{module}"] canvas, [data-module="{module}"] svg').first.wait_for()
    page.wait_for_timeout(1000)
    figure.evaluate("figure => scrollBy(0, figure.getBoundingClientRect().top - 80)")
    page.wait_for_timeout(500)
    return figure


def _draw_a_digit(page, site: str) -> Iterator[int]:
    """Write a digit on the cover's pad; yields after each step how many frames it is seen."""
    figure = _show(page, f"{site}/index.html", "draw_digit")
    pad = figure.locator("canvas").first
    pad.focus()
    page.keyboard.press("Delete")
    box = pad.bounding_box()
    walk = page.evaluate(_WALK, _THREE)
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in walk]
    page.mouse.move(*points[0])
    yield _STILL_FRAMES // 2
    page.mouse.down()
    for first, second in zip(points[1::2], points[2::2], strict=True):
        page.mouse.move(*first)
        page.mouse.move(*second)
        page.wait_for_timeout(60)
        yield 1
    page.mouse.up()
    page.wait_for_timeout(300)
    yield _STILL_FRAMES


def _turn_a_line(page, site: str) -> Iterator[int]:
    """Turn the neuron's line in chapter 1; yields as above."""
    figure = _show(page, f"{site}/chapters/01-neurons.html", "neuron")
    box = figure.get_by_label("Turn the line").bounding_box()
    centre = figure.get_by_label("Move the line").bounding_box()
    at, around = (
        (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        for place in (box, centre)
    )
    radius, start = math.dist(at, around), math.atan2(at[1] - around[1], at[0] - around[0])
    page.mouse.move(*at)
    yield _STILL_FRAMES // 2
    page.mouse.down()
    for step in range(1, 19):
        angle = start - math.radians(4 * step)
        page.mouse.move(around[0] + radius * math.cos(angle), around[1] + radius * math.sin(angle))
        page.wait_for_timeout(40)
        yield 1
    page.mouse.up()
    yield _STILL_FRAMES
