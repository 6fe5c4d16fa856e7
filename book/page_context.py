"""What every page has around its content: buttons, navigation, scripts, and no outsiders."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

from sphinx.util.images import get_image_size

from book import addresses

_HERE = Path(__file__).parent
# Parts of Jupyter Book that this book does not use, and colours that its own replace; thebe would
# name a foreign address.
_UNUSED = re.compile(r"thebe|toggle|design|pygments", re.IGNORECASE)
_IMAGE = re.compile(r'<img (?=[^>]*\bsrc="[^"]*_images/([^"]+)")')
_CHAPTER = re.compile(r"^chapters/(\d\d)-")

# The corner over row names: a heading without words helps nobody who listens.
_EMPTY_HEADING = re.compile(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>")

# `html_theme_options` in _config.yml would replace what Jupyter Book sets there itself.
_THEME_OPTIONS = {
    "article_header_start": ["book-contents-button.html"],
    "article_header_end": ["book-tools.html"],
    "secondary_sidebar_items": ["book-page-toc.html"],
    "footer_content_items": ["book-footer.html"],
    "navbar_persistent": [],
    "primary_sidebar_end": [],
    "back_to_top_button": False,
    "use_source_button": True,
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark",
}


def configure(app, config) -> None:
    """Put our templates before the theme's and our options over its own."""
    config.templates_path.insert(0, str(_HERE / "templates"))
    config.html_static_path.append(str(_HERE / "assets"))
    config.html_theme_options.update(_THEME_OPTIONS)
    config.html_sidebars = {"**": ["book-sidebar.html"]}
    # thebe would also write its configuration into every page.
    for listener in list(app.events.listeners["doctree-resolved"]):
        if listener.handler.__module__ == "sphinx_thebe":
            app.disconnect(listener.id)


def complete(app, pagename, templatename, context, doctree) -> None:
    """Finish a page: what it loads, its number, and where else it can be opened."""
    for kind in ("script_files", "css_files"):
        context[kind] = [item for item in context[kind] if not _UNUSED.search(str(_file(item)))]
    # A script within the page would need an exception from the rule that scripts are files.
    context["script_files"] = [item for item in context["script_files"] if _file(item)]
    for script in context["script_files"]:
        script.attributes["defer"] = "defer"
    context["run_links"] = _run_links(context)
    context["report_url"] = _report_url(context)
    if doctree is not None:
        # The summary's own words name it; the label that myst-nb gives hides them.
        body = context["body"].replace(' aria-label="Toggle hidden content"', "")
        body = _EMPTY_HEADING.sub(r"<td\1></td>", body)
        body = _IMAGE.sub(lambda image: _sized(app, image), body)
        context["body"] = _with_header(app, pagename, body, context)


def _file(item):
    """The file of a script or style sheet; nothing for words that stand in the page."""
    return getattr(item, "filename", item)


def _sized(app, image: re.Match) -> str:
    """The opening of an image's element with the size that keeps its place until it is loaded."""
    source = next(uri for uri, name in app.builder.images.items() if name == unquote(image[1]))
    size = get_image_size(str(Path(app.srcdir, source)))
    room = f'width="{size[0]}" height="{size[1]}" ' if size else ""
    return f'<img loading="lazy" decoding="async" {room}'


def _buttons(context: dict, label: str) -> list[dict]:
    for group in context.get("header_buttons", []):
        if group.get("label") == label:
            return group["buttons"]
    return []


def _run_links(context: dict) -> list[dict]:
    """Where the notebook of this page can be run: Colab, Kaggle, and the theme's other buttons."""
    links = [{"text": b["text"], "url": b["url"]} for b in _buttons(context, "launch-buttons")]
    links.sort(key=lambda link: link["text"] != "Colab")
    kaggle = (context.get("theme_launch_buttons") or {}).get("kaggle_url", "").rstrip("/")
    if links and kaggle:
        # It opens a notebook by the address of its page on GitHub.
        address = quote(_source_url(context).removesuffix("?plain=1"), safe=":/")
        url = f"{kaggle}/kernels/welcome?src={address}"
        links.insert(1 if links[0]["text"] == "Colab" else 0, {"text": "Kaggle", "url": url})
    return links


def _source_url(context: dict) -> str:
    buttons = _buttons(context, "source-buttons")
    return next((b["url"] for b in buttons if b["label"] == "source-file-button"), "")


def _report_url(context: dict) -> str:
    buttons = _buttons(context, "source-buttons")
    issues = next((b["url"] for b in buttons if b["label"] == "source-issues-button"), "")
    return addresses.issue_address(issues.split("?")[0], context["pagename"]) if issues else ""


def _with_header(app, pagename: str, body: str, context: dict) -> str:
    """The body with the chapter's number over its title, and where to run it under its lead."""
    chapter = _CHAPTER.match(pagename)
    if chapter is None or "</h1>" not in body:
        return body
    kicker = f'<p class="dl-kicker">Chapter {int(chapter[1])}</p>\n<h1>'
    before, title_end, after = body.replace("<h1>", kicker, 1).partition("</h1>")
    lead, lead_end, rest = after.partition("</p>")
    download = f"{context['pathto']('_sources', 1)}/{context['sourcename']}"
    row = app.builder.templates.render(
        "book-run.html", {**context, "source_url": _source_url(context), "download_url": download}
    )
    return before + title_end + lead + lead_end + row + rest


def setup(app) -> None:
    """Register with Sphinx."""
    # Before the theme reads its options.
    app.connect("config-inited", configure, priority=100)
    # After the theme has filled `header_buttons` at 501.
    app.connect("html-page-context", complete, priority=502)
    app.add_css_file("book.css", priority=900)
    app.add_js_file("place.js", loading_method="defer")
