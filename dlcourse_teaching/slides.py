"""A deck of slides for each chapter, from the chapter's own cells.

Cells with ``slideshow.slide_type`` make the slides: of a text, its heading, first sentences, lists
and formulas; of a code cell, its picture, or the explorable, alive. The whole text goes into the
speaker's notes; a handout has the slides beside their notes. A deck needs no network.
"""

import base64
import html
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from dlcourse_teaching.assignment_folder import write
from dlcourse_utils.chapter import Cell, Chapter
from dlcourse_utils.explore import bundle
from dlcourse_utils.explore.base import MIME

_TYPES = {"slide", "subslide", "fragment", "notes"}
_FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+(?=[A-Z*$`(])")
# What the margins leave of A4 landscape, in CSS pixels, so that sizes are measured as printed.
_PRINTED = {"width": 1032, "height": 703}
_WORDS = 40  # of running text on a slide
_LINK = re.compile(r"\]\((\d\d-[\w-]+)\.ipynb((?:#[^)]*)?)\)")
_PICTURES = ("image/svg+xml", "image/png")


def write_slides(chapters: list[Chapter], out: Path) -> list[Path]:
    """Write a deck for each chapter, and what they share, into a folder.

    Returns
    -------
    list of Path
        The decks, ``NN-name.html``.
    """
    from dlcourse_teaching.feedback import page_template

    _copy_assets(out / "assets")
    template = page_template("slides.html.j2")
    decks = []
    for chapter in chapters:
        page = template.render(title=chapter.title, groups=_groups(chapter, alive=True))
        path = out / f"{chapter.name}.html"
        write(path, page.encode(), mode=0o644)
        decks.append(path)
    return decks


def write_handouts(chapters: list[Chapter], out: Path, chromium: str) -> list[Path]:
    """Print each chapter's slides beside their notes into a folder that `write_slides` filled.

    Parameters
    ----------
    chapters : list of Chapter
    out : Path
    chromium : str
        The browser's program.

    Returns
    -------
    list of Path
        The handouts, ``NN-name.pdf``.

    Raises
    ------
    OSError
        If the browser is not there, or does not print.
    """
    from playwright.sync_api import Error, sync_playwright

    from dlcourse_teaching.feedback import page_template

    if shutil.which(chromium) is None:
        raise OSError(
            f"Chromium is not at {chromium}. Install it, or say where it is in the environment "
            "variable CHROMIUM; without --pdf the decks are made without it."
        )
    template = page_template("handout.html.j2")
    source = out / "handout.html"
    handouts = []
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport=_PRINTED)
            for chapter in chapters:
                groups = _groups(chapter, alive=False)
                write(source, template.render(title=chapter.title, groups=groups).encode())
                page.goto(source.resolve().as_uri())
                page.evaluate("MathJax.startup.promise")
                handouts.append(out / f"{chapter.name}.pdf")
                page.pdf(path=handouts[-1], prefer_css_page_size=True, print_background=True)
    except Error as problem:
        raise OSError(f"{chromium} did not print: {problem}") from problem
    finally:
        source.unlink(missing_ok=True)
    return handouts


def _groups(chapter: Chapter, *, alive: bool) -> list[list[dict]]:
    """Slides in columns: a slide, and its subslides below it; explorables alive or as pictures."""
    groups: list[list[dict]] = []
    for cell in chapter.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind not in _TYPES:
            continue
        if kind == "notes":
            if groups:
                groups[-1][-1]["notes"] += _html(cell.source)
            continue
        text, notes = _content(cell, alive)
        if kind == "fragment" and groups:
            groups[-1][-1]["body"] += f'<div class="fragment">{text}</div>'
            groups[-1][-1]["notes"] += notes
        elif kind == "subslide" and groups:
            groups[-1].append({"id": cell.id, "body": text, "notes": notes})
        else:
            groups.append([{"id": cell.id, "body": text, "notes": notes}])
    return groups


def _content(cell: Cell, alive: bool) -> tuple[str, str]:
    if cell.kind == "markdown":
        return _html(short(cell.source)), _html(cell.source)
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    shown = []
    for output in cell.outputs:
        data = output.get("data", {})
        if MIME in data:
            shown.append(_explorable(data) if alive else _still(data))
        elif kind := next((kind for kind in _PICTURES if kind in data), None):
            shown.append(_picture(kind, data[kind], alt))
        elif output["output_type"] == "stream":
            shown.append(f"<pre>{html.escape(output['text'])}</pre>")
    if not shown or "hide-input" not in cell.tags:
        shown.insert(0, f"<pre><code>{html.escape(cell.source)}</code></pre>")
    return "\n".join(shown), f"<p>{html.escape(alt)}</p>" if alt else ""


def short(text: str) -> str:
    """What of a text is worth a slide: heading, first sentences, formulas, lists, tables.

    Examples
    --------
    >>> short("## Why\\n\\nIt works. It is quick.\\n\\nMore words.\\n\\n- one\\n- two")
    '## Why\\n\\nIt works. It is quick.\\n\\n- one\\n- two'
    """
    kept, has_sentence = [], False
    for block in text.split("\n\n"):
        if block.startswith(("#", "- ", "1. ", "|")) or _FORMULA.fullmatch(block.strip()):
            kept.append(block)
        elif not has_sentence and not block.startswith((">", "<")):
            kept.append(_first_sentences(block))
            has_sentence = True
    return "\n\n".join(kept)


def _first_sentences(paragraph: str) -> str:
    sentences = _SENTENCE_END.split(paragraph.strip())
    for count in range(len(sentences), 1, -1):
        text = " ".join(sentences[:count])
        if len(text.split()) <= _WORDS and text.count("(") == text.count(")"):
            return text
    return sentences[0]


def _html(markdown: str) -> str:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return markdown2html_mistune(_LINK.sub(r"](../chapters/\1.html\2)", markdown))


def _picture(kind: str, content: str, alt: str) -> str:
    data = content.encode() if kind == "image/svg+xml" else base64.b64decode(content)
    address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img src="{address}" alt="{html.escape(alt)}">'


def _explorable(data: dict) -> str:
    """A stored explorable as HTML that needs no kernel and no network, as `to_html` writes it."""
    return bundle.standalone(data[MIME], _still(data))


def _still(data: dict) -> str:
    picture = f"data:image/png;base64,{data['image/png'].strip()}" if "image/png" in data else ""
    return f'<img src="{picture}" alt=""><p>{html.escape(data[MIME]["caption"])}</p>'


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
