"""Questions that are answered in words and marked by people: read from an instructor's file."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
import yaml

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.kit import CHECK

STARTER = (
    "*Double-click here and write your answer in place of this line. "
    "Formulas, lists and code blocks are welcome.*"
)
_HEADING = re.compile(r"##\s+(?P<title>.+?)\s*\{(?P<attributes>[^{}]*)\}\s*")
_RUBRIC = re.compile(r"\**rubric:?\**:?\s*", re.I)
_CRITERION = re.compile(r"[-*]\s+(?P<points>\d+(?:\.\d+)?)\s*:\s*(?P<text>.+)")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_WHOLE = "the answer as a whole"
_FORM = "## Why does momentum help? {#why-momentum points=4}"


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    id, title, text : str
        The text is Markdown.
    chapter : str
        The chapter's name in whose notebook it stands.
    rubric : list of tuple of (float, str)
        Points and words of each criterion; one for the whole answer where none was written.
    """

    id: str
    title: str
    text: str
    chapter: str
    rubric: list[tuple[float, str]]

    @property
    def points(self) -> float:
        """The most points."""
        return sum(points for points, _ in self.rubric)


def read_questions(path: Path, chapters: list[str]) -> list[dict[str, Any]]:
    """Read a file with questions, ``.md`` or ``.yaml``, as plain data for the settings.

    Parameters
    ----------
    path : Path
    chapters : list of str
        Names of the assignment's chapters; a question without one stands in the last.

    Raises
    ------
    ValueError
        If the file cannot be read as questions; the message says what to write.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        is_yaml = path.suffix.lower() in (".yaml", ".yml")
        found = yaml.safe_load(text) or [] if is_yaml else list(_of_markdown(text))
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise ValueError(f"{path} cannot be read as questions: {problem}") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"{path}: write a list of questions, each with id, title, points, text.")
    made = [asdict(_checked(one, path, chapters)) for one in found]
    ids = [one["id"] for one in made]
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f"{path}: two questions have the id {id!r}.")
    if not made and not is_yaml and text.strip():
        raise ValueError(f"{path}: no question found. Each begins with a line such as: {_FORM}")
    return [one | {"rubric": [list(pair) for pair in one["rubric"]]} for one in made]


def questions(settings: Settings, chapter: str | None = None) -> list[Question]:
    """The assignment's questions, or those of one chapter's notebook."""
    made = [
        Question(**one | {"rubric": [tuple(pair) for pair in one["rubric"]]})
        for one in settings.written
    ]
    return [one for one in made if chapter in (None, one.chapter)]


def answers(assignment: AssignmentFolder, settings: Settings, student: str) -> dict[str, str]:
    """What a student wrote, by question, as the graded notebooks have it; "" for no answer."""
    found = dict.fromkeys((question.id for question in questions(settings)), "")
    folder = assignment.folder / "autograded" / student / settings.name
    for name in {question.chapter for question in questions(settings)}:
        path = folder / f"{name}.ipynb"
        if path.is_file():
            for cell in nbformat.read(path, as_version=4).cells:
                if cell.id in found:
                    found[cell.id] = answer_of(cell)
    return found


def answer_of(cell: nbformat.NotebookNode) -> str:
    """The words of an answer's cell without the line that stood there before.

    Examples
    --------
    >>> answer_of(nbformat.v4.new_markdown_cell(STARTER + "\\n\\nBecause."))
    'Because.'
    """
    text = cell.source.replace(STARTER, "").strip()
    if not text and cell.get("attachments"):
        return "(a picture: see the notebook)"
    return text


def _of_markdown(text: str) -> Iterator[dict[str, Any]]:
    """Questions of a Markdown file: a heading with attributes, a text, a rubric's list."""
    question, is_code = None, False
    for line in text.splitlines():
        is_code ^= line.lstrip().startswith(("```", "~~~"))
        if not is_code and line.startswith("## "):
            if question:
                yield _split(question)
            question = _begun(line)
        elif question is not None:
            question["lines"].append(line)
    if question:
        yield _split(question)


def _begun(line: str) -> dict[str, Any]:
    heading = _HEADING.fullmatch(line)
    if heading is None:
        raise ValueError(f"{line!r} has no id and points. Write them like this: {_FORM}")
    made: dict[str, Any] = {"title": heading["title"], "lines": []}
    for part in heading["attributes"].split():
        name, _, value = part.partition("=")
        made |= {"id": part[1:]} if part.startswith("#") else {name: value}
    return made


def _split(question: dict[str, Any]) -> dict[str, Any]:
    lines = question.pop("lines")
    at = [i for i, line in enumerate(lines) if _RUBRIC.fullmatch(line.strip())]
    end = at[-1] if at else len(lines)
    rubric = [line.strip() for line in lines[end + 1 :] if line.strip()]
    criteria = [_CRITERION.fullmatch(line) for line in rubric]
    for line, criterion in zip(rubric, criteria, strict=True):
        if criterion is None:
            raise ValueError(f"{line!r}: write a rubric as a list, such as: - 2: names the reason")
    found = [{"points": one["points"], "text": one["text"]} for one in criteria]
    return question | {"text": "\n".join(lines[:end]).strip(), "rubric": found}


def _checked(one: dict[str, Any], path: Path, chapters: list[str]) -> Question:
    id, title = str(one.get("id", "")), str(one.get("title", "")).strip()
    where = f"{path}, question {id or title!r}"
    unknown = set(one) - {"id", "title", "text", "points", "chapter", "rubric"}
    if unknown:
        raise ValueError(f"{where}: {', '.join(sorted(unknown))} means nothing here.")
    if not _ID.fullmatch(id) or not title:
        raise ValueError(f"{where}: needs a title, and an id of small letters, digits, hyphens.")
    if id.endswith(CHECK):
        raise ValueError(f"{where}: ids that end in {CHECK} are for the checks of exercises.")
    rubric = [
        (_number(criterion.get("points"), where), str(criterion.get("text", "")).strip())
        for criterion in one.get("rubric") or []
    ]
    points = _number(one.get("points"), where)
    if rubric and sum(number for number, _ in rubric) != points:
        total = sum(number for number, _ in rubric)
        raise ValueError(f"{where}: the rubric's points add up to {total:g}, not to {points:g}.")
    text = str(one.get("text", "")).strip()
    chapter = _chapter(one.get("chapter"), chapters, where)
    return Question(id, title, text, chapter, rubric or [(points, _WHOLE)])


def _number(given: Any, where: str) -> float:
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise ValueError(f"{where}: points {given!r} is no number.") from None
    if not 0 < number < 1e6:
        raise ValueError(f"{where}: points {given!r} must be above 0.")
    return number


def _chapter(given: Any, chapters: list[str], where: str) -> str:
    if given is None:
        return chapters[-1]
    for name in chapters:
        if str(given).lstrip("0") == name.partition("-")[0].lstrip("0") or given == name:
            return name
    raise ValueError(f"{where}: chapter {given} is not in the assignment: {', '.join(chapters)}.")
