"""The reader's progress: what there is to do on each page, and where the reader's browser shows it.

``assets/progress.js`` keeps it in the browser, ``assets/progress-view.js`` shows it; nothing of it
leaves. The build writes what the scripts cannot know (how many sections, exercises and questions
a chapter has) and the places that they fill.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book import page_facts
from book.chapter_facts import chapter_of, page_title
from dlcourse_utils.chapter import Chapter
from dlcourse_utils.explore import MIME


def tick_html(label: str, exercise: str | None = None) -> str:
    """A box to tick, hidden until a script shows it; without an exercise it is for the page.

    Examples
    --------
    >>> tick_html("Done", "and")
    '<p class="dl-tick" hidden><label><input type="checkbox" data-exercise="and"> Done</label></p>'
    """
    of = f' data-exercise="{exercise}"' if exercise else ""
    return f'<p class="dl-tick" hidden><label><input type="checkbox"{of}> {label}</label></p>'


def exercises_of(doctree: nodes.Node) -> list[str]:
    """The names of the exercises in a page or a part of it, each once."""
    cells = (node for node in doctree.findall(nodes.container) if "cell_metadata" in node)
    named = (cell["cell_metadata"].get("dlcourse", {}).get("exercise") for cell in cells)
    return list(dict.fromkeys(name for name in named if name))


def totals_of(doctree: nodes.document, env) -> dict[str, int]:
    """How many sections, exercises and quiz questions a chapter has; nothing of another page."""
    chapter = chapter_of(env, env.docname)
    if chapter is None:
        return {}
    page = doctree.next_node(nodes.section)
    return {
        "sections": sum(isinstance(child, nodes.section) for child in page.children),
        "exercises": len(chapter.exercises),
        "questions": sum(map(len, _questions(chapter))),
    }


def _questions(chapter: Chapter) -> Iterator[list[dict]]:
    """The questions of each quiz of a chapter."""
    for cell in chapter.cells:
        for output in cell.outputs:
            stored = output.get("data", {}).get(MIME, {})
            if stored.get("module") == "quiz_view":
                yield stored["state"]["questions"]


class AddTicks(SphinxPostTransform):
    """Give each exercise of the site a box that the reader ticks."""

    default_priority = 450
    builders = ("html",)

    def run(self, **kwargs):
        for task in list(self.document.findall(nodes.container)):
            names = exercises_of(task) if "dl-task" in task["classes"] else []
            for name in names:
                html = tick_html("I have solved this exercise", name)
                task += nodes.raw(text=html, format="html")


class ReaderProgress(SphinxDirective):
    """``{reader-progress}``: the place to continue at, and what is done; empty for a new reader."""

    def run(self):
        return [nodes.raw(text='<div class="dl-progress-cover"></div>', format="html")]


def chapters_with_totals(env) -> dict[str, dict]:
    """Title and totals of each chapter, in the order of the contents."""
    totals = page_facts.of_all_pages(env, totals_of)
    listed = env.toctree_includes.get(env.config.root_doc, [])
    chapters = (page for page in listed if totals.get(page))
    return {page: {"title": page_title(env, page), **totals[page]} for page in chapters}


def give_totals(app, pagename, templatename, context, doctree) -> None:
    """Give a page's templates the chapters' totals, and a chapter its box for having read it."""
    if app.builder.name != "html":
        return
    context["chapters"] = chapters_with_totals(app.env)
    if doctree is not None and pagename in context["chapters"]:
        context["body"] += tick_html("I have read this chapter")


def progress_page(app):
    """The page with everything that is kept, and what can be done with it."""
    if app.builder.name == "html":
        yield "progress", {"title": "Your progress"}, "progress.html"


def setup(app) -> None:
    """Register with Sphinx."""
    page_facts.note(app, totals_of)
    app.add_post_transform(AddTicks)
    app.add_directive("reader-progress", ReaderProgress)
    app.connect("html-collect-pages", progress_page)
    # Before the theme renders the sidebar at 500.
    app.connect("html-page-context", give_totals, priority=400)
    app.add_css_file("progress.css", priority=911)
    app.add_js_file("progress.js", loading_method="defer")
    app.add_js_file("progress-view.js", loading_method="defer")
