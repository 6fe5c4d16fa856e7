"""Answers in words, marked by several graders in tables: no server, one row for each answer."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.roster import Table, as_number, read_table, require_columns, to_bytes
from dlcourse_teaching.written import Question, answers, questions

_WHO = ["student", "question", "title", "answer", "answer_id"]
_LAST = ["comment", "grader"]
_MOST_TEXT = 32_000  # a spreadsheet's cell holds no more
_MOST_PROBLEMS = 20
_ELSEWHERE = "nbgrader's formgrader"


@dataclass(frozen=True)
class Mark:
    """What a grader gave an answer, and where that stands."""

    points: list[float]
    comment: str
    grader: str
    where: str


@dataclass
class _Read:
    """Marks by student and question, and what is wrong with the files."""

    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def write_table(assignment: AssignmentFolder) -> tuple[Path, int, int]:
    """Write ``rubric.csv``: a row for each answer, with what was given so far.

    A table of that name that is there and says something else is kept under another name.

    Returns
    -------
    Path
    int
        Answers.
    int
        How many of them wait for a mark.

    Raises
    ------
    ValueError
        If the assignment has no written questions, or nobody answered one yet.
    """
    settings = assignment.load()
    asked = _asked(settings)
    widest = max(len(question.rubric) for question in asked.values())
    scores, rows = engine.manual_marks(assignment, settings), []
    given_by = _everyones(assignment, settings)
    for id, question in asked.items():
        for student, texts in given_by.items():
            if texts[id]:
                rows.append(_row(assignment, student, question, texts[id], widest, scores))
    if not rows:
        raise ValueError(
            f"{assignment.folder} has no answers to its written questions: run `dlcourse collect` "
            "and `dlcourse grade` first."
        )
    path = assignment.folder / "rubric.csv"
    content = to_bytes(Table([_head(widest), *rows]))
    if path.is_file() and path.read_bytes() != content:
        path.rename(next(p for p in _other_names(path) if not p.exists()))
    write(path, content)
    waiting = sum((row[0], row[1]) not in scores for row in rows)
    return path, len(rows), waiting


def read_tables(assignment: AssignmentFolder, paths: list[Path], *, replace: bool = False) -> int:
    """Read marks from tables into nbgrader's gradebook: all of them, or none.

    Parameters
    ----------
    assignment : AssignmentFolder
    paths : list of Path
        Copies of ``rubric.csv``, each filled in by somebody, in whole or in part.
    replace : bool
        Whether a mark may replace another grader's.

    Returns
    -------
    int
        Marks written.

    Raises
    ------
    ValueError
        If a table cannot be read or a mark cannot be right; each with its file and row.
    """
    settings = assignment.load()
    asked, found = _asked(settings), _Read()
    given_by = _everyones(assignment, settings)
    for path in paths:
        _read(path, asked, given_by, found)
    if not replace:
        found.problems += _other_marks(assignment, settings, given_by, found.marks)
    if found.problems:
        raise ValueError(
            "no mark was taken over, because of:\n  " + "\n  ".join(found.problems[:_MOST_PROBLEMS])
        )
    for student in {student for student, _ in found.marks}:
        note = assignment.note("rubric", student)
        for (who, id), mark in found.marks.items():
            if who == student:
                note[id] = {
                    "points": mark.points, "comment": mark.comment, "grader": mark.grader,
                    "answer_id": answer_id(given_by[student][id]),
                }  # fmt: skip
        assignment.save_note("rubric", student, note)
    engine.mark_by_hand(
        assignment,
        settings,
        {key: (sum(m.points), _words(asked[key[1]], m)) for key, m in found.marks.items()},
    )
    return len(found.marks)


def answer_id(text: str) -> str:
    """A short text that changes whenever an answer does; no spreadsheet takes it for a number.

    Examples
    --------
    >>> answer_id("Because.")
    'a-8e18bd2e'
    """
    return "a-" + hashlib.sha256(text.encode()).hexdigest()[:8]


def _asked(settings: Settings) -> dict[str, Question]:
    asked = {question.id: question for question in questions(settings)}
    if not asked:
        raise ValueError(
            f"{settings.name} has no written questions: `dlcourse assign … --written FILE` adds "
            "them."
        )
    return asked


def _everyones(assignment: AssignmentFolder, settings: Settings) -> dict[str, dict[str, str]]:
    """Answers of all whose work was graded by machine."""
    return {
        student: answers(assignment, settings, student)
        for student in assignment.students()
        if assignment.note("grading", student).get("status") == "graded"
    }


def _head(widest: int) -> list[str]:
    pairs = [[f"criterion {i}", f"points {i}"] for i in range(1, widest + 1)]
    return [*_WHO, *itertools.chain(*pairs), *_LAST]


def _row(
    assignment: AssignmentFolder,
    student: str,
    question: Question,
    text: str,
    widest: int,
    scores: dict[tuple[str, str], float],
) -> list[str]:
    note = assignment.note("rubric", student).get(question.id, {})
    is_mark = (
        note.get("answer_id") == answer_id(text)
        and scores.get((student, question.id)) == sum(note["points"])
        and len(note["points"]) == len(question.rubric)
    )
    given = [f"{points:g}" for points in note["points"]] if is_mark else []
    cells = []
    for (most, words), points in itertools.zip_longest(question.rubric, given, fillvalue=""):
        cells += [f"{words} (at most {most:g})", points]
    cells += [""] * (2 * widest - len(cells))
    shown = text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + " … (more in the notebook)"
    last = [note["comment"], note["grader"]] if is_mark else ["", ""]
    return [student, question.id, question.title, shown, answer_id(text), *cells, *last]


def _other_names(path: Path) -> Iterator[Path]:
    return (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in itertools.count(1))


def _read(
    path: Path, asked: dict[str, Question], given_by: dict[str, dict[str, str]], found: _Read
) -> None:
    table = read_table(path)
    require_columns(table, ["student", "question", "answer_id", "points 1", *_LAST], path.name)
    for number, cells in enumerate(table.rows[1:], start=2):
        row = {name: cell.strip() for name, cell in zip(table.head, cells, strict=False)}
        where = f"{path.name}, row {number}"
        try:
            mark = _mark(row, where, asked, given_by)
        except ValueError as problem:
            found.problems.append(f"{where}: {problem}")
            continue
        if mark is None:
            continue
        key = row["student"], row["question"]
        other = found.marks.get(key)
        if other is not None and other.points != mark.points:
            found.problems.append(
                f"{where}: {_said(mark)} for {key[0]}, {key[1]}, and in {other.where} "
                f"{_said(other)}"
            )
        if other is None or not other.comment:
            found.marks[key] = mark


def _mark(
    row: dict[str, str],
    where: str,
    asked: dict[str, Question],
    given_by: dict[str, dict[str, str]],
) -> Mark | None:
    """The mark in a row; None if nobody has filled it in."""
    texts = {name: row[name] for name in row if name.startswith("points ") and row[name]}
    comment, grader = row.get("comment", ""), row.get("grader", "")
    if not texts and not comment:
        return None
    student, question = row["student"], asked.get(row["question"])
    if question is None:
        raise ValueError(f"no question {row['question']!r}; there are {', '.join(asked)}.")
    if student not in given_by:
        raise ValueError(f"no graded work of {student!r}.")
    if not given_by[student][question.id]:
        raise ValueError(f"{student} has no answer to {question.id}: it has 0 points.")
    if row["answer_id"] != answer_id(given_by[student][question.id]):
        raise ValueError(
            f"{student} has handed in another answer to {question.id} since this table was made. "
            "Write the table again, and mark that one."
        )
    points = [_points(row, i, most) for i, (most, _) in enumerate(question.rubric, start=1)]
    beyond = set(texts) - {f"points {i}" for i in range(1, len(points) + 1)}
    if beyond:
        raise ValueError(f"{question.id} has no criterion for {', '.join(sorted(beyond))}.")
    if not grader:
        raise ValueError("write who marked it into the column grader.")
    return Mark(points, comment, grader, where)


def _points(row: dict[str, str], number: int, most: float) -> float:
    text = row.get(f"points {number}", "")
    if not text:
        raise ValueError(f"points {number} is empty; an answer gets all its points, or none yet.")
    points = as_number(text)
    if points is None or not points >= 0:
        raise ValueError(f"points {number} is {text!r}: write a number, 0 or more.")
    if points > most:
        raise ValueError(f"points {number} is {points:g}, and there are at most {most:g}.")
    return points


def _other_marks(
    assignment: AssignmentFolder,
    settings: Settings,
    given_by: dict[str, dict[str, str]],
    marks: dict[tuple[str, str], Mark],
) -> list[str]:
    """Marks in the gradebook that another grader gave to the same answer, and differently."""
    scores, problems = engine.manual_marks(assignment, settings), []
    for (student, id), mark in marks.items():
        before = scores.get((student, id))
        note = assignment.note("rubric", student).get(id, {})
        is_of_note = bool(note) and sum(note["points"]) == before
        is_same = before == sum(mark.points) and (not is_of_note or note["points"] == mark.points)
        grader = note["grader"] if is_of_note else _ELSEWHERE
        if before is not None and not is_same and grader != mark.grader:
            problems.append(
                f"{mark.where}: {_said(mark)} for {student}, {id}, which has {before:g} by "
                f"{grader}. Agree on one; --replace takes the table's."
            )
    return problems


def _said(mark: Mark) -> str:
    return f"{sum(mark.points):g} points by {mark.grader}"


def _words(question: Question, mark: Mark) -> str:
    """The comment for the student: each criterion's points, then the grader's own words."""
    lines = []
    if len(question.rubric) > 1:
        pairs = zip(mark.points, question.rubric, strict=True)
        lines = [f"{points:g} of {most:g}: {words}" for points, (most, words) in pairs]
    return "\n".join([*lines, mark.comment]).strip()
