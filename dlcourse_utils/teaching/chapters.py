"""What a chapter's notebook says about itself: exercises, needs, time, sections."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

_EXERCISE_HEADING = re.compile(r"^### Exercise (★+) (.+)$", re.MULTILINE)
_SECTION_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_LINK_TO_CHAPTER = re.compile(r"\]\((\d\d-[\w-]+)\.ipynb(?:#[^)]*)?\)")
_MINUTES = re.compile(r"\*\*Time\*\* About (\d+) minutes")


@dataclass(frozen=True)
class Exercise:
    """An exercise of a chapter, as its cells have it.

    Parameters
    ----------
    id : str
    stars : int
        1, 2 or 3.
    title, task : str
        The heading without its stars, and the whole Markdown cell.
    section : str
        Heading of the section that it trains.
    starter, solution : str
        Source of the two cells; the solution without its title line and its check.
    answer : str
        The expression that the check cell checks, such as ``"slope"``.
    """

    id: str
    stars: int
    title: str
    task: str
    section: str
    starter: str
    solution: str
    answer: str


@dataclass(frozen=True)
class Chapter:
    """A chapter's notebook, read but not executed."""

    path: Path
    notebook: NotebookNode

    @property
    def name(self) -> str:
        """Name of the file without its ending, such as ``"04-backpropagation"``."""
        return self.path.stem

    @property
    def number(self) -> int:
        """The chapter's number."""
        return int(self.name[:2])

    @cached_property
    def title(self) -> str:
        """The chapter's heading."""
        return self.notebook.cells[0].source.splitlines()[0].removeprefix("# ")

    @property
    def seconds(self) -> int | None:
        """Seconds that the notebook took to run when it was last executed; None if unknown."""
        return self.notebook.metadata.get("dlcourse", {}).get("seconds")

    @property
    def minutes(self) -> int | None:
        """Minutes to read and practise, as the chapter says; None if it says nothing."""
        found = _MINUTES.search(self.notebook.cells[0].source)
        return int(found[1]) if found else None

    @property
    def goals(self) -> list[str]:
        """What a learner can do afterwards."""
        front = self.notebook.cells[0].source
        return [line[2:].rstrip(";.") for line in front.splitlines() if line.startswith("- ")]

    @property
    def needs(self) -> list[str]:
        """Names of the chapters that this one builds on, as its **You need** links them.

        A sentence that says "here you only use them" names no need: it says what may be skipped.
        """
        front = self.notebook.cells[0].source
        paragraph = next((p for p in front.split("\n\n") if p.startswith("**You need**")), "")
        sentences = re.split(r"(?<=\.)\s+(?=[A-Z\[])", paragraph)
        real = " ".join(s for s in sentences if not re.search(r"only use|here$|used here", s))
        return list(dict.fromkeys(_LINK_TO_CHAPTER.findall(real)))

    @cached_property
    def exercises(self) -> list[Exercise]:
        """The chapter's exercises, in order."""
        section, task, found = "", "", {}
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown":
                task = cell.source
                headings = _SECTION_HEADING.findall(task)
                section = headings[-1] if headings else section
            id = cell.metadata.get("dlcourse", {}).get("exercise")
            if id is None:
                continue
            kind = next(iter({"exercise", "check", "solution"} & set(cell.metadata.tags)))
            heading = _EXERCISE_HEADING.search(task)
            entry = found.setdefault(id, {"id": id, "section": section, "task": task})
            if heading:
                entry |= {"stars": len(heading[1]), "title": heading[2]}
            if kind == "exercise":
                entry["starter"] = cell.source
            elif kind == "check":
                entry["answer"] = _checked(cell.source, id)
            else:
                entry["solution"] = _without_frame(cell.source)
        return [Exercise(**entry) for entry in found.values()]


def read(folder: Path) -> list[Chapter]:
    """Read the chapters in a folder, in order.

    Raises
    ------
    ValueError
        If there are none.
    """
    paths = sorted(folder.glob("[0-9][0-9]-*.ipynb"))
    if not paths:
        raise ValueError(
            f"{folder} has no chapters (files such as 04-backpropagation.ipynb). Run this in the "
            "course's own folder, or name it with --book."
        )
    return [Chapter(path, nbformat.read(path, as_version=4)) for path in paths]


def pick(chapters: list[Chapter], wanted: list[str]) -> dict[str, list[str]]:
    """Turn an instructor's choice into exercise ids.

    Parameters
    ----------
    chapters : list of Chapter
    wanted : list of str
        Each a chapter's number (``"4"``: all its exercises), or a number and exercises
        (``"4:one-weight-slope,clip-by-norm"``). ``"4:clip-by-norm,5"`` is two choices in one.

    Returns
    -------
    dict
        Name of each chapter, with its exercise ids in the chapter's order.

    Raises
    ------
    ValueError
        If there is no such chapter or exercise; the message lists those there are.
    """
    by_number = {chapter.number: chapter for chapter in chapters}
    chosen: dict[int, list[str]] = {}
    number = None
    for word in ",".join(wanted).split(","):
        head, colon, id = word.strip().rpartition(":")
        text = head if colon else id
        if colon or text.isdigit():
            if not text.isdigit() or int(text) not in by_number:
                raise ValueError(
                    f"there is no chapter {text!r}; there are {', '.join(map(str, by_number))}."
                )
            number = int(text)
            every = [exercise.id for exercise in by_number[number].exercises]
            chosen.setdefault(number, [])
            if not colon:
                chosen[number] += every
                continue
        if number is None:
            raise ValueError(f"{word!r}: write a chapter's number first, as in 4:{word.strip()}.")
        every = [exercise.id for exercise in by_number[number].exercises]
        if id not in every:
            raise ValueError(f"chapter {number} has no exercise {id!r}; it has {', '.join(every)}.")
        chosen[number].append(id)
    return {
        by_number[number].name: [
            exercise.id for exercise in by_number[number].exercises if exercise.id in ids
        ]
        for number, ids in sorted(chosen.items())
    }


def _checked(source: str, id: str) -> str:
    """The expression that a cell ``dl.check(id, expression)`` checks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and len(node.args) == 2:
            return ast.unparse(node.args[1])
    raise ValueError(f"the check of {id!r} is not of the form dl.check(id, answer)")


def _without_frame(source: str) -> str:
    """A solution cell without Colab's title line and without its own check."""
    lines = source.splitlines()
    if lines and lines[0].startswith("# @title"):
        lines = lines[1:]
    calls = [n for n in ast.parse("\n".join(lines)).body if "dl.check(" in ast.unparse(n)]
    for node in reversed(calls):
        del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip()
