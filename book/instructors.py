"""Instructors' pages, made from the chapters' own data at each build; links to slides.

Directives: ``{chapter-table}``, ``{chapter-goals}``, ``{chapter-graph}``, ``{schedule}``.
"""

from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives

from book.chapter_facts import ChaptersDirective
from dlcourse_utils.chapter import Chapter

_EXTRA = ("_build", "extra")  # `make slides` fills its folder `slides`
_AFTER = "download>Download the notebook</a>"
_BOX, _GAP, _ROW = (150, 44), 26, 92  # of the graph, in its own units


class ChapterTable(ChaptersDirective):
    """What each chapter needs and costs."""

    def run(self) -> list[nodes.Node]:
        known = {chapter.name: chapter for chapter in self.chapters()}
        lines = [
            "| Chapter | Needs | Minutes to read and practise | Seconds to run | Exercises |",
            "|---|---|--:|--:|---|",
        ]
        for chapter in known.values():
            needs = ", ".join(str(known[n].number) for n in chapter.needs if n in known)
            stars = [exercise.stars for exercise in chapter.exercises]
            kinds = ", ".join(
                f"{stars.count(count)} {'★' * count}" for count in (1, 2, 3) if count in stars
            )
            lines.append(
                f"| {_link(chapter)} | {needs or '–'} | {chapter.minutes} | "
                f"{_known(chapter.seconds)} | {kinds} |"
            )
        return self.parse(*lines)


class ChapterGoals(ChaptersDirective):
    """What each chapter teaches, and its exercises by the ids that an assignment takes."""

    def run(self) -> list[nodes.Node]:
        lines = []
        for chapter in self.chapters():
            ids = ", ".join(f"`{e.id}` {'★' * e.stars}" for e in chapter.exercises)
            lines += [f"**{_link(chapter)}**", ""]
            lines += [f"- {goal}" for goal in chapter.goals]
            lines += [f"- Exercises: {ids}", ""]
        return self.parse(*lines)


class ChapterGraph(ChaptersDirective):
    """Which chapter builds on which; a chapter stands under those that it needs."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", graph(self.chapters()), format="html")]


class Schedule(ChaptersDirective):
    """A timetable: each line of the content is ``When: 1, 2``; times come from the chapters."""

    has_content = True
    option_spec = {"head": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        known = {chapter.number: chapter for chapter in self.chapters()}
        head = self.options.get("head", "When")
        lines = [f"| {head} | Chapters | Minutes | Exercises |", "|---|---|--:|--:|"]
        for line in self.content:
            when, _, numbers = line.partition(":")
            wanted = [int(number) for number in numbers.split(",") if number.strip()]
            chosen = [known[number] for number in wanted if number in known]
            if not chosen:
                continue
            minutes = sum(chapter.minutes for chapter in chosen)
            links = ", ".join(map(_link, chosen))
            exercises = sum(len(chapter.exercises) for chapter in chosen)
            lines.append(f"| {when} | {links} | {minutes} | {exercises} |")
        return self.parse(*lines)


def graph(chapters: list[Chapter]) -> str:
    """The dependency graph as SVG.

    An arrow that a longer way makes superfluous is left out.
    """
    known = {chapter.name: chapter for chapter in chapters}
    needs = {name: [n for n in c.needs if n in known] for name, c in known.items()}
    level: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in level:
            level[name] = max((depth(need) + 1 for need in needs[name]), default=0)
        return level[name]

    def reaches(start: str, goal: str) -> bool:
        return any(need == goal or reaches(need, goal) for need in needs[start])

    rows: list[list[str]] = []
    for name in known:
        while len(rows) <= depth(name):
            rows.append([])
        rows[depth(name)].append(name)
    width = max(map(len, rows)) * (_BOX[0] + _GAP) - _GAP
    place = {
        name: ((width - (len(row) * (_BOX[0] + _GAP) - _GAP)) / 2 + i * (_BOX[0] + _GAP), _ROW * y)
        for y, row in enumerate(rows)
        for i, name in enumerate(row)
    }
    lines, boxes = [], []
    for name, (x, y) in place.items():
        for need in needs[name]:
            if any(reaches(other, need) for other in needs[name] if other != need):
                continue
            from_x, from_y = place[need][0] + _BOX[0] / 2, place[need][1] + _BOX[1]
            to_x = x + _BOX[0] / 2
            bend = (y - from_y) / 2
            lines.append(
                f'<path d="M{from_x:g} {from_y:g} C{from_x:g} {from_y + bend:g} {to_x:g} '
                f'{y - bend:g} {to_x:g} {y - 5:g}" marker-end="url(#dl-arrow)"/>'
            )
        boxes.append(_box(known[name], x, y))
    words = "; ".join(
        f"{known[name].number} needs {', '.join(str(known[n].number) for n in list_)}"
        for name, list_ in needs.items()
        if list_
    )
    return (
        '<div class="pst-scrollable-table-container" tabindex="0" role="group" '
        'aria-label="Which chapter builds on which">'
        f'<svg class="dl-graph" role="group" aria-label="Chapters: {escape(words)}." '
        f'viewBox="-2 -2 {width + 4:g} {_ROW * (len(rows) - 1) + _BOX[1] + 4:g}" '
        f'style="width:100%;min-width:40rem;max-width:{width:g}px;height:auto" '
        'fill="none" stroke="currentColor">'
        '<defs><marker id="dl-arrow" viewBox="0 0 6 6" refX="4" refY="3" markerWidth="6" '
        'markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6z" fill="currentColor" stroke="none"/>'
        f'</marker></defs><g opacity="0.6">{"".join(lines)}</g>{"".join(boxes)}</svg></div>'
    )


def _box(chapter: Chapter, x: float, y: float) -> str:
    words = chapter.title.split(":")[0].split()
    first, second = [f"{chapter.number}"], []
    for word in words:
        line = first if not second and len(" ".join([*first, word])) <= 20 else second
        line.append(word)
    middle = x + _BOX[0] / 2
    texts = [" ".join(first), " ".join(second)] if second else [" ".join(first)]
    start = y + (27 if len(texts) == 1 else 19)
    spans = "".join(
        f'<text x="{middle:g}" y="{start + 16 * i:g}">{escape(text)}</text>'
        for i, text in enumerate(texts)
    )
    return (
        f'<a href="../chapters/{chapter.name}.html"><rect x="{x:g}" y="{y:g}" width="{_BOX[0]}" '
        f'height="{_BOX[1]}" rx="6" fill="var(--dl-paper)"/>'
        f'<g stroke="none" fill="currentColor" font-size="12.5" '
        f'text-anchor="middle">{spans}</g></a>'
    )


def _link(chapter: Chapter) -> str:
    return f"[{chapter.number} {chapter.title}](../chapters/{chapter.name}.ipynb)"


def _known(number: int | None) -> str:
    return "–" if number is None else str(number)


def take_slides(app, config) -> None:
    """Take what `make slides` made into the site; pages are written anew when that changes."""
    folder = Path(app.srcdir, *_EXTRA)
    if folder.is_dir():
        config.html_extra_path.append(str(folder))
        decks = sorted(path.name for path in (folder / "slides").glob("[0-9][0-9]-*.*"))
        config.dl_slides = " ".join(decks)


def link_slides(app, pagename, templatename, context, doctree) -> None:
    """Put links to a chapter's slides and handout beside the one to its notebook."""
    name = pagename.removeprefix("chapters/")
    decks = app.config.dl_slides.split()
    links = "".join(
        f'\n<a href="../slides/{name}.{ending}">{text}</a>'
        for ending, text in (("html", "Slides"), ("pdf", "Handout"))
        if f"{name}.{ending}" in decks
    )
    if links:
        context["body"] = context["body"].replace(_AFTER, _AFTER + links, 1)


def setup(app) -> None:
    """Register with Sphinx."""
    app.add_config_value("dl_slides", "", "html")
    app.connect("config-inited", take_slides)
    # After book.page_context has put the row of links there at 502.
    app.connect("html-page-context", link_slides, priority=503)
    app.add_directive("chapter-table", ChapterTable)
    app.add_directive("chapter-goals", ChapterGoals)
    app.add_directive("chapter-graph", ChapterGraph)
    app.add_directive("schedule", Schedule)
