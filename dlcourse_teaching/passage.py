"""What a chapter says before an exercise, so that a task's "the formula above" stands above it."""

import re

from dlcourse_utils.chapter import Cell, Chapter, Exercise

_NO_LESSON = {"setup", "quiz", "exercise", "check", "solution", "live"}
_PICTURE = {"figure", "explorable"}
_MOST_LINES = 30  # of what a cell printed


def passage(chapter: Chapter, exercise: Exercise, *, after: int, page: str) -> tuple[str, int]:
    """Return the chapter's text before a task, from the heading of its section on.

    Parameters
    ----------
    chapter : Chapter
    exercise : Exercise
    after : int
        Position of the last cell that an earlier passage had; -1 for none.
    page : str
        The chapter's address, for links.

    Returns
    -------
    text : str
        Markdown, folded; empty if nothing stands there.
    position : int
        Of the last cell that it has.
    """
    cells = chapter.cells
    end = next(i for i, c in enumerate(cells) if c.facts.get("exercise") == exercise.id) - 1
    start = max((i for i in range(end + 1) if _begins(cells[i], exercise.section)), default=end)
    folder = page.rpartition("/")[0]
    parts = [_as_text(cell, page) for cell in cells[max(start, after + 1) : end]]
    text = "\n\n".join(part for part in parts if part)
    text = text.removeprefix(f"## {exercise.section}").strip()
    text = re.sub(r"\]\((\d\d-[\w-]+\.ipynb)", rf"]({folder}/\1", text)
    if not text:
        return "", end
    summary = f"<summary>From the chapter: {exercise.section}</summary>"
    return f"<details>{summary}\n\n{text}\n\n</details>", end


def _begins(cell: Cell, section: str) -> bool:
    return cell.kind == "markdown" and f"## {section}" in cell.source.splitlines()


def _as_text(cell: Cell, page: str) -> str:
    if cell.kind == "markdown":
        return "" if "### Exercise" in cell.source else _headings_smaller(cell.source)
    if cell.tags & _NO_LESSON:
        return ""
    if cell.tags & _PICTURE:
        return f"*(Here the [chapter]({page}) has a figure.)*"
    printed = "".join(o.get("text", "") for o in cell.outputs if o["output_type"] == "stream")
    lines = printed.rstrip().splitlines()
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], "…"]
    code = f"```python\n{cell.source}\n```"
    return "\n".join([code, "", "```", *lines, "```"]) if lines else code


def _headings_smaller(markdown: str) -> str:
    """Text whose own headings, but for its section's, do not look like the assignment's."""
    return re.sub(r"^###+ (.+)$", r"**\1**", markdown, flags=re.MULTILINE)
