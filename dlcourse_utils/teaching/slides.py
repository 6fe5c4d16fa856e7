"""A deck of slides for each chapter, from the chapter's own cells.

Cells with ``slideshow.slide_type`` make the slides: of a text, its heading, first sentence, lists
and formulas; of a code cell, its picture, or the explorable, alive. The whole text goes into the
speaker's notes, and into the handout. A deck needs no network.
"""

import base64
import html
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from dlcourse_utils.explore import bundle
from dlcourse_utils.explore.base import MIME
from dlcourse_utils.teaching.chapters import Chapter
from dlcourse_utils.teaching.course import write

_TYPES = {"slide", "subslide", "fragment", "notes"}
_FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+(?=[A-Z*$`])")
_LINK = re.compile(r"\]\((\d\d-[\w-]+)\.ipynb((?:#[^)]*)?)\)")
_PICTURES = ("image/svg+xml", "image/png")


def write_slides(chapters: list[Chapter], out: Path) -> list[Path]:
    """Write a deck for each chapter, and what they share, into a folder.

    Returns
    -------
    list of Path
        The decks, ``NN-name.html``.
    """
    from dlcourse_utils.teaching.feedback import _template

    _copy_assets(out / "assets")
    template = _template("slides.html.j2")
    decks = []
    for chapter in chapters:
        page = template.render(title=chapter.title, number=chapter.number, groups=_groups(chapter))
        path = out / f"{chapter.name}.html"
        write(path, page.encode())
        decks.append(path)
    return decks


def write_handout(deck: Path, chromium: str) -> Path:
    """Print a deck, notes included, as a PDF beside it.

    Raises
    ------
    OSError
        If the browser is not there, or does not print.
    """
    target = deck.with_suffix(".pdf")
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--no-pdf-header-footer",
        "--virtual-time-budget=30000", f"--print-to-pdf={target}",
        f"{deck.resolve().as_uri()}?print-pdf",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if not target.is_file():
        raise OSError(f"{chromium} did not print {deck.name}: {done.stderr.strip()[-300:]}")
    return target


def _groups(chapter: Chapter) -> list[list[dict]]:
    """Slides in columns: a slide, and its subslides below it."""
    groups: list[list[dict]] = []
    for cell in chapter.notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind not in _TYPES:
            continue
        if kind == "notes":
            if groups:
                groups[-1][-1]["notes"] += _html(cell.source)
            continue
        text, notes = _content(cell)
        if kind == "fragment" and groups:
            groups[-1][-1]["body"] += f'<div class="fragment">{text}</div>'
            groups[-1][-1]["notes"] += notes
        elif kind == "subslide" and groups:
            groups[-1].append({"id": cell.id, "body": text, "notes": notes})
        else:
            groups.append([{"id": cell.id, "body": text, "notes": notes}])
    return groups


def _content(cell) -> tuple[str, str]:
    if cell.cell_type == "markdown":
        return _html(short(cell.source)), _html(cell.source)
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    shown = []
    for output in cell.outputs:
        data = output.get("data", {})
        if MIME in data:
            shown.append(_explorable(data))
        elif kind := next((kind for kind in _PICTURES if kind in data), None):
            shown.append(_picture(kind, data[kind], alt))
        elif output.output_type == "stream":
            shown.append(f"<pre>{html.escape(output.text)}</pre>")
    if not shown or "hide-input" not in cell.metadata.get("tags", []):
        shown.insert(0, f"<pre><code>{html.escape(cell.source)}</code></pre>")
    return "\n".join(shown), f"<p>{html.escape(alt)}</p>" if alt else ""


def short(text: str) -> str:
    """What of a text is worth a slide: heading, first sentence, formulas, lists, tables.

    Examples
    --------
    >>> short("## Why\\n\\nIt works. More words follow.\\n\\n- one\\n- two")
    '## Why\\n\\nIt works.\\n\\n- one\\n- two'
    """
    kept, has_sentence = [], False
    for block in text.split("\n\n"):
        if block.startswith(("#", "- ", "1. ", "|")) or _FORMULA.fullmatch(block.strip()):
            kept.append(block)
        elif not has_sentence and not block.startswith((">", "<")):
            kept.append(_SENTENCE_END.split(block.strip())[0])
            has_sentence = True
    return "\n\n".join(kept)


def _html(markdown: str) -> str:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return markdown2html_mistune(_LINK.sub(r"](../chapters/\1.html\2)", markdown))


def _picture(kind: str, content: str, alt: str) -> str:
    data = content.encode() if kind == "image/svg+xml" else base64.b64decode(content)
    address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img src="{address}" alt="{html.escape(alt)}">'


def _explorable(data: dict) -> str:
    """A stored explorable as HTML that needs no kernel and no network, as `to_html` writes it."""
    stored = data[MIME]
    state = json.dumps(stored["state"], sort_keys=True).replace("<", "\\u003c")
    module, caption = html.escape(stored["module"]), html.escape(stored["caption"])
    picture = f"data:image/png;base64,{data['image/png'].strip()}" if "image/png" in data else ""
    return (
        f'<div class="dl-standalone" data-module="{module}">'
        f'<div><img src="{picture}" alt=""><p>{caption}</p></div>'
        f'<script type="application/json">{state}</script></div>\n'
        f"<style>{bundle.style()}</style>\n"
        f"<script>{bundle.standalone_source(stored['module'])}</script>"
    )


def _copy_assets(target: Path) -> None:
    """Copy reveal.js and MathJax out of the packages that carry them."""
    reveal = Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"
    mathjax = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    target.mkdir(parents=True, exist_ok=True)
    for source, name in (
        (reveal / "dist" / "reveal.js", "reveal.js"),
        (reveal / "dist" / "reveal.css", "reveal.css"),
        (reveal / "plugin" / "notes" / "notes.js", "notes.js"),
        (reveal / "LICENSE", "reveal-LICENSE"),
        (mathjax / "tex-chtml.js", "mathjax/tex-chtml.js"),
    ):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
    shutil.copytree(mathjax / "output", target / "mathjax" / "output", dirs_exist_ok=True)
