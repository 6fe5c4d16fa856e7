"""What a chapter says of itself: the one reader of its notebook's facts.

The facts stand in the notebook's own metadata, not in its prose: ``metadata.dlcourse.chapter`` for
the whole, ``metadata.dlcourse`` of a cell for an exercise. ``docs/chapter-format.md`` lists them.
The cover, the instructors' pages, assignments and tests all read them here, so they agree.
"""

import ast
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

KINDS = ("compute", "predict", "write", "repair", "read", "design")
_PARTS = ("exercise", "check", "solution")


class ChapterError(ValueError):
    """A notebook lacks a fact; the message names file and cell, and what to write there."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes
    ----------
    id : str
    kind : {"markdown", "code", "raw"}
    source : str
    tags : frozenset of str
    facts : dict
        ``metadata.dlcourse``.
    metadata : dict
        All of the cell's metadata.
    outputs : list of dict
        As they are stored.
    """

    id: str
    kind: str
    source: str
    tags: frozenset[str]
    facts: dict[str, Any]
    metadata: dict[str, Any]
    outputs: list[dict[str, Any]]


@dataclass(frozen=True)
class Exercise:
    """An exercise, as its cells have it.

    Attributes
    ----------
    id : str
    kind : str
        One of `KINDS`.
    stars : int
        1, 2 or 3.
    points : float
        What it is worth in an assignment that says nothing else.
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
    kind: str
    stars: int
    points: float
    title: str
    task: str
    section: str
    starter: str
    solution: str
    answer: str


@dataclass(frozen=True)
class Chapter:
    """A chapter's notebook, read but not executed.

    Attributes
    ----------
    path : Path
    title : str
        The heading.
    question : str
        What the chapter answers.
    goals : tuple of str
        What the reader can do afterwards; Markdown.
    minutes : int
        To read and practise.
    needs : tuple of str
        Names of the chapters that it builds on.
    seconds : int or None
        That its code ran when it was last executed, on two CPU cores.
    cells : tuple of Cell
    """

    path: Path
    title: str
    question: str
    goals: tuple[str, ...]
    minutes: int
    needs: tuple[str, ...]
    seconds: int | None
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """Name of the file without its ending, such as ``"04-backpropagation"``."""
        return self.path.stem

    @property
    def number(self) -> int:
        """The chapter's number."""
        return int(self.name[:2])

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The chapter's exercises, in order.

        Raises
        ------
        ChapterError
            If a cell of an exercise is missing or lacks a fact.
        """
        section, task = "", ""
        found: dict[str, dict[str, Any]] = {}
        for cell in self.cells:
            if cell.kind == "markdown":
                task = cell.source
                section = ([section] + _headings(task, "## "))[-1]
            if "exercise" not in cell.facts:
                continue
            id = cell.facts["exercise"]
            entry = found.setdefault(id, {"id": id, "section": section, "task": task})
            part = next((part for part in _PARTS if part in cell.tags), None)
            if part is None:
                raise self._error(cell, f"tag it with one of {', '.join(_PARTS)}")
            if part == "exercise":
                entry |= self._starter_facts(cell, task)
            elif part == "check":
                entry["answer"] = self._checked(cell)
            else:
                entry["solution"] = _without_frame(cell.source, self._parsed(cell))
        for id, entry in found.items():
            for part, fact in zip(_PARTS, ("starter", "answer", "solution"), strict=True):
                if fact not in entry:
                    raise ChapterError(f"{self.path.name}: exercise {id!r} has no {part} cell")
        return tuple(Exercise(**entry) for entry in found.values())

    def _starter_facts(self, cell: Cell, task: str) -> dict[str, Any]:
        kind, stars = cell.facts.get("kind"), cell.facts.get("stars")
        if kind not in KINDS:
            raise self._error(cell, f'write "kind" into metadata.dlcourse: {", ".join(KINDS)}')
        if stars not in (1, 2, 3):
            raise self._error(cell, 'write "stars": 1, 2 or 3 into metadata.dlcourse')
        start = f"### Exercise {'★' * stars} "
        titles = [line.removeprefix(start) for line in task.splitlines() if line.startswith(start)]
        if not titles:
            raise self._error(cell, f"the Markdown cell above it needs a heading `{start}Title`")
        return {
            "kind": kind,
            "stars": stars,
            "points": cell.facts.get("points", stars),
            "title": titles[0],
            "starter": cell.source,
        }

    def _checked(self, cell: Cell) -> str:
        """The expression that a cell ``dl.check(id, expression)`` checks."""
        for node in ast.walk(self._parsed(cell)):
            if isinstance(node, ast.Call) and len(node.args) == 2:
                return ast.unparse(node.args[1])
        raise self._error(cell, f'write it as dl.check("{cell.facts["exercise"]}", answer)')

    def _parsed(self, cell: Cell) -> ast.Module:
        try:
            return ast.parse(cell.source)
        except SyntaxError as problem:
            cure = f"Python cannot read line {problem.lineno}: {problem.msg}"
            raise self._error(cell, cure) from None

    def _error(self, cell: Cell, cure: str) -> ChapterError:
        return ChapterError(f"{self.path.name}, cell {cell.id}: {cure}")


def read(path: Path) -> Chapter:
    """Read a chapter's notebook.

    Parameters
    ----------
    path : Path
        The ``.ipynb`` file.

    Returns
    -------
    Chapter
        Read anew where the file has changed since.

    Raises
    ------
    ChapterError
        If its metadata lacks a fact; the message says which, and an example.

    Examples
    --------
    >>> import tempfile
    >>> facts = {"title": "Sums", "question": "How?", "goals": [], "minutes": 5, "needs": []}
    >>> notebook = {"metadata": {"dlcourse": {"chapter": facts}}, "cells": []}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "21-sums.ipynb")
    ...     _ = path.write_text(json.dumps(notebook))
    ...     chapter = read(path)
    >>> chapter.number, chapter.title, chapter.exercises
    (21, 'Sums', ())
    """
    return _read(path, path.stat().st_mtime_ns)


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Read the cells of any notebook, whether it is a chapter or not.

    Parameters
    ----------
    path : Path
        Of an ``.ipynb`` file.

    Returns
    -------
    tuple of Cell
        From top to bottom.
    """
    return _notebook(path, path.stat().st_mtime_ns)[1]


def read_all(folder: Path) -> list[Chapter]:
    """Read the chapters in a folder.

    Parameters
    ----------
    folder : Path
        With files such as ``04-backpropagation.ipynb``.

    Returns
    -------
    list of Chapter
        In the order of their numbers.

    Raises
    ------
    ValueError
        If there are none.
    ChapterError
        As in `read`.
    """
    paths = sorted(folder.glob("[0-9][0-9]-*.ipynb"))
    if not paths:
        raise ValueError(
            f"{folder} has no chapters (files such as 04-backpropagation.ipynb). Run this in the "
            "course's own folder, or name it with --book."
        )
    return [read(path) for path in paths]


# Each fact of a chapter: what it is, and an example.
_FACTS: dict[str, tuple[type, str]] = {
    "title": (str, '"Neurons"'),
    "question": (str, '"How far does one neuron get, and where must it fail?"'),
    "goals": (list, '["compute a neuron\'s output by hand"]'),
    "minutes": (int, "60"),
    "needs": (list, '["01-neurons"]'),
}


@lru_cache(maxsize=64)
def _notebook(path: Path, _changed: int) -> tuple[dict[str, Any], tuple[Cell, ...]]:
    """The course's metadata of a notebook, and its cells."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as problem:
        raise ChapterError(
            f"{path.name}, line {problem.lineno}: this is not JSON ({problem.msg}). If two "
            "versions were merged there, choose one."
        ) from None
    cells = tuple(_cell(cell) for cell in notebook["cells"])
    return notebook["metadata"].get("dlcourse", {}), cells


@lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Chapter:
    facts, cells = _notebook(path, changed)
    of_chapter = facts.get("chapter", {})
    for name, (kind, example) in _FACTS.items():
        if not isinstance(of_chapter.get(name), kind):
            raise ChapterError(
                f"{path.name}: the notebook's metadata.dlcourse.chapter must say its {name}; "
                f'write "{name}": {example}'
            )
    return Chapter(
        path=path,
        title=of_chapter["title"],
        question=of_chapter["question"],
        goals=tuple(of_chapter["goals"]),
        minutes=of_chapter["minutes"],
        needs=tuple(of_chapter["needs"]),
        seconds=facts.get("seconds"),
        cells=cells,
    )


def _cell(cell: dict[str, Any]) -> Cell:
    metadata = cell.get("metadata", {})
    return Cell(
        id=cell.get("id", ""),
        kind=cell["cell_type"],
        source="".join(cell["source"]),
        tags=frozenset(metadata.get("tags", ())),
        facts=metadata.get("dlcourse", {}),
        metadata=metadata,
        outputs=[_joined(output) for output in cell.get("outputs", [])],
    )


def _joined(output: dict[str, Any]) -> dict[str, Any]:
    """An output whose texts are whole: a file holds them as lists of lines."""

    def text(value: Any) -> Any:
        is_lines = isinstance(value, list) and all(isinstance(line, str) for line in value)
        return "".join(value) if is_lines else value

    joined = {key: text(value) for key, value in output.items()}
    if "data" in joined:
        joined["data"] = {kind: text(value) for kind, value in joined["data"].items()}
    return joined


def _headings(markdown: str, start: str) -> list[str]:
    return [line.removeprefix(start) for line in markdown.splitlines() if line.startswith(start)]


def _without_frame(source: str, parsed: ast.Module) -> str:
    """A solution cell without Colab's title line and without its own check."""
    lines = source.splitlines()
    calls = [node for node in parsed.body if "dl.check(" in ast.unparse(node)]
    for node in reversed(calls):
        del lines[node.lineno - 1 : node.end_lineno]
    if lines and lines[0].startswith("# @title"):
        del lines[0]
    return "\n".join(lines).strip()
