"""From chapters to an assignment: nbgrader's source, the release for students, the solutions."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import (
    SETTINGS,
    AssignmentFolder,
    Settings,
    checked_name,
    write,
)
from dlcourse_teaching.deadline import as_text, in_words, read_moment, read_zone
from dlcourse_teaching.kit import CHECK
from dlcourse_teaching.partial import points as points_of
from dlcourse_teaching.passage import passage
from dlcourse_teaching.selection import pick
from dlcourse_teaching.written import STARTER, Question, questions, read_questions
from dlcourse_utils.chapter import Chapter, Exercise, read_all
from dlcourse_utils.prerequisite_code import lesson_code, prerequisite_code

_NEEDS_FRAMEWORK = re.compile(r"\b(keras|tf|tensorflow)\b")
_QUESTION = "question-"  # how the ids of cells with written questions begin
_HOW = """\
{total}{due}.{late} The chapter: [{title}]({address}).

- Above each exercise, folded, stands what the chapter says before it.
- Write your code where `...` stands. Cells of your own are welcome anywhere.
- The cell below each exercise checks it. Run it as often as you like.
- Leave the check cells as they are. When the assignment is graded, an exercise gives its points \
if the answer is right there and on further inputs{partial}.
- At the end choose *Restart and run all*, save, and hand in this file. Keep its name, `{file}`."""

_PARTIAL = "; it gives a part of them if it is right on most inputs"


def assign(
    folder: Path,
    wanted: list[str],
    *,
    book: Path,
    course: str,
    due: str | None = None,
    timezone: str | None = None,
    partial: bool | None = None,
    points: dict[str, float] | None = None,
    weights: dict[int, float] | None = None,
    written: Path | None = None,
) -> list[Path]:
    """Make or update an assignment's folder.

    Parameters
    ----------
    folder : Path
        The assignment's folder; its name is the assignment's name.
    wanted : list of str
        The choice of exercises, as `selection.pick` reads it. Empty: as the folder has it.
    book : Path
        The course's own folder, with ``chapters/``.
    course : str
        The course's id, for nbgrader.
    due : str, optional
        When the work is due, as `deadline.read_moment` reads it. None: as the folder has it.
    timezone : str, optional
        In which it is meant, and shown. None: as the folder has it, or else this machine's.
    partial : bool, optional
        Whether a wrong answer that is right on most inputs gives a part of the points. None: as
        the folder has it.
    points : dict, optional
        Points of single exercises, by id. Others have a point for each star.
    weights : dict, optional
        A factor for all points of a chapter, by its number.
    written : Path, optional
        A file with questions that people mark. Without it: as the folder has them.

    Returns
    -------
    list of Path
        The files that changed, relative to the folder.

    Raises
    ------
    ValueError
        If the choice is not possible, or if graded work is in the way.
    """
    from dlcourse_utils.repository import course_site, repository_address

    here = AssignmentFolder(folder)
    checked_name(here.folder.name, "the assignment's name (its folder)")
    checked_name(course, "the course's name")
    chapters = {chapter.name: chapter for chapter in read_all(book / "chapters")}
    old = here.load() if here.settings_path.is_file() else None
    chosen = pick(list(chapters.values()), wanted) if wanted else old.exercises if old else None
    if not chosen:
        raise ValueError("name the chapters, such as: dlcourse assign 4 5 --course cs101 --out hw2")
    _require_known(points or {}, chosen)
    worth = _worth([chapters[name] for name in chosen], weights or {}, old) | (points or {})
    address = repository_address(book)
    timezone = timezone or (old.timezone if old else None)
    settings = Settings(
        name=here.folder.name,
        course=course,
        exercises=chosen,
        points={id: worth[id] for ids in chosen.values() for id in ids},
        due=_moment(due, old, timezone),
        timezone=timezone,
        late=old.late if old else None,
        partial=partial if partial is not None else old.partial if old else False,
        book=old.book if old and old.book else course_site(book).removesuffix("/"),
        **({"seed": old.seed} if old else {}),
        written=read_questions(written, list(chosen)) if written else old.written if old else [],
    )
    _require_places(settings)
    sources = {
        f"{name}.ipynb": _to_bytes(source_notebook(chapters[name], settings, address))
        for name in chosen
    }
    return _write(here, settings, sources)


def _worth(
    chapters: list[Chapter], weights: dict[int, float], old: Settings | None
) -> dict[str, float]:
    """Points of the chapters' exercises: those they had, unless the chapter is weighed anew."""
    if unknown := set(weights) - {chapter.number for chapter in chapters}:
        there = ", ".join(str(chapter.number) for chapter in chapters)
        raise ValueError(f"--weight {min(unknown)}: not in the assignment, which has {there}.")
    worth = {}
    for chapter in chapters:
        kept = old.points if old and chapter.number not in weights else {}
        for exercise in chapter.exercises:
            new = exercise.points * weights.get(chapter.number, 1)
            worth[exercise.id] = kept.get(exercise.id, new)
    return worth


def _moment(due: str | None, old: Settings | None, timezone: str | None) -> str | None:
    """When the work is due, with its distance from UTC, so that it means the same everywhere."""
    if due is not None:
        return as_text(read_moment(due, timezone, "--due"))
    if old is None or old.due is None:
        read_zone(timezone)
        return None
    return as_text(read_moment(old.due, timezone, f"{SETTINGS}: due"))


def _write(here: AssignmentFolder, settings: Settings, sources: dict[str, bytes]) -> list[Path]:
    before = _fingerprints(here.folder)
    source = here.folder / "source" / settings.name
    changed = {
        name: content
        for name, content in sources.items()
        if not (source / name).is_file() or (source / name).read_bytes() != content
    }
    gone = {path.name for path in source.glob("*.ipynb")} - set(sources)
    other_code = {n for n, content in changed.items() if not _has_same_code(source / n, content)}
    if (other_code or gone) and any((here.folder / "grading").glob("notes/*.json")):
        raise ValueError(
            f"{here.folder} has graded work, and the assignment's code would change "
            f"({', '.join(sorted(other_code | gone))}); its points and its date may. Use a new "
            f"folder, or remove the folder {here.folder / 'grading'} to grade everyone again."
        )
    here.keep_private()
    here.save(settings)
    for name, content in changed.items():
        write(source / name, content)
    for step in ("source", "release", "solution"):
        for name in gone:
            (here.folder / step / settings.name / name).unlink(missing_ok=True)
    if gone:  # nothing was graded yet, see above: a fresh gradebook is the simplest
        here.gradebook.unlink(missing_ok=True)
        changed = sources
    if changed:
        engine.release(here, settings, sorted(changed))
    _mark_again(here, settings)
    after = _fingerprints(here.folder)
    return sorted(
        Path(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )


def _has_same_code(path: Path, content: bytes) -> bool:
    """Whether a source has the code of another: then the same answers are right in both."""

    def code(text: bytes) -> list[tuple[str, str]]:
        cells = json.loads(text)["cells"]
        found = [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "code"]
        # A question that comes or goes changes what is graded; its words do not.
        return found + [(c["id"], "") for c in cells if c["id"].startswith(_QUESTION)]

    return path.is_file() and code(path.read_bytes()) == code(content)


def _mark_again(here: AssignmentFolder, settings: Settings) -> None:
    """Write the marks of what was graded with the points that exercises have now."""
    for student in here.students():
        note = here.note("grading", student)
        if note.get("status") == "graded":
            earned = points_of(settings.points, note["verdicts"], partial=settings.partial)
            engine.record(here, settings, student, earned)


def _fingerprints(folder: Path) -> dict[str, str]:
    made = ("source/*/*", "release/*/*", "solution/*/*", "*.yaml", "*.py", "*.db")
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for pattern in made
        for path in folder.glob(pattern)
    }


def source_notebook(chapter: Chapter, settings: Settings, address: str) -> nbformat.NotebookNode:
    """The source of a chapter's assignment, with solutions.

    Parameters
    ----------
    chapter : Chapter
    settings : Settings
    address : str
        The repository's address, for links.
    """
    ids = settings.exercises[chapter.name]
    exercises = [exercise for exercise in chapter.exercises if exercise.id in ids]
    answers = [exercise.answer for exercise in exercises]
    if len(set(answers)) < len(answers):
        raise ValueError(f"{chapter.name}: two exercises have answers of one name; assign one.")
    last = max(i for i, cell in enumerate(chapter.cells) if cell.id in ids)
    code = [source for exercise in exercises for source in (exercise.starter, exercise.solution)]
    given = prerequisite_code(lesson_code(chapter.cells[:last]), code)
    needs_framework = any(_NEEDS_FRAMEWORK.search(source) for source in [given, *code])
    setup = next(c.source for c in chapter.cells if "setup" in c.tags)
    if not needs_framework:  # dl.start loads Keras, which takes seconds
        setup = setup[: setup.rindex("dl.start(")].rstrip()

    page = f"{address}/blob/main/chapters/{chapter.name}.ipynb"
    total = sum(settings.points[exercise.id] for exercise in exercises) + sum(
        question.points for question in questions(settings, chapter.name)
    )
    head = f"# {chapter.title}: {settings.name}\n\n" + _HOW.format(
        total="1 point" if total == 1 else f"{total:g} points",
        due=f", due {in_words(settings.deadline)}" if settings.deadline else "",
        late=f" {settings.late.in_words()}" if settings.deadline and settings.late else "",
        partial=_PARTIAL if settings.partial else "",
        title=chapter.title,
        address=page,
        file=f"{chapter.name}.ipynb",
    )
    cells = [
        _markdown("assignment", head),
        _locked("setup", setup),
        _locked("given", "# From the chapter: what the exercises below may use.\n" + given),
    ]
    said = -1
    for exercise in exercises:
        before, said = passage(chapter, exercise, after=said, page=page)
        if before:
            cells.append(_markdown(f"passage-{exercise.id}", before))
        cells += _exercise_cells(exercise, settings, page, address)
    for question in questions(settings, chapter.name):
        cells += _question_cells(question)
    return new_notebook(
        cells=cells,
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
    )


def _exercise_cells(exercise: Exercise, settings: Settings, page: str, address: str) -> list:
    worth = settings.points[exercise.id]
    chapters = address + "/blob/main/chapters"
    task = re.sub(r"\]\((\d\d-[\w-]+\.ipynb)", rf"]({chapters}/\1", exercise.task)
    task = task[task.index("### Exercise") :].replace("### ", "## ", 1)
    points = f"{worth:g} point{'' if worth == 1 else 's'}"
    task += f"\n\n{points}. In the chapter: [{exercise.section}]({page})."
    solution = f"### BEGIN SOLUTION\n{exercise.solution}\n### END SOLUTION"
    check = (
        "from dlcourse_utils.exercises import verify\n\n"
        f'feedback = verify("{exercise.id}", {exercise.answer})\n'
        "feedback.raise_unless_passed()\n"
        "feedback"
    )
    return [
        _markdown(f"exercise-{exercise.id}", task),
        _cell(exercise.id, solution, solution=True, metadata={"starter": exercise.starter}),
        _graded(exercise.id + CHECK, check, points=worth),
    ]


def _question_cells(question: Question) -> list:
    """A question, and nbgrader's cell for an answer that people mark."""
    worth = question.points
    points = f"{worth:g} point{'' if worth == 1 else 's'}, marked by your instructors"
    task = f"## {question.title}\n\n{question.text}\n\n{points}."
    # What stands here is seen by instructors alone: the release gets the starter.
    rubric = "\n".join(["What gives points:", ""] + [f"- {p:g}: {t}" for p, t in question.rubric])
    answer = new_markdown_cell(rubric, id=question.id, metadata={"dlcourse": {"starter": STARTER}})
    answer.metadata["nbgrader"] = _nbgrader(question.id, "markdown", grade=True, solution=True)
    answer.metadata["nbgrader"]["points"] = worth
    return [_markdown(_QUESTION + question.id, task), answer]


def _require_places(settings: Settings) -> None:
    """Refuse questions that share a name with an exercise, or whose chapter is gone."""
    exercises = {id for ids in settings.exercises.values() for id in ids}
    taken = exercises | {id + CHECK for id in exercises}
    for question in questions(settings):
        if question.id in taken:
            raise ValueError(f"question {question.id!r}: an exercise has that id. Choose another.")
        if question.chapter not in settings.exercises:
            raise ValueError(
                f"question {question.id!r} stands in {question.chapter}, which is no longer in the "
                "assignment. Give the questions anew with --written."
            )


def _markdown(id: str, source: str):
    cell = new_markdown_cell(source, id=id)
    cell.metadata["nbgrader"] = _nbgrader(id, "markdown", locked=True)
    return cell


def _locked(id: str, source: str):
    return _cell(id, source, locked=True)


def _graded(id: str, source: str, *, points: float):
    cell = _cell(id, source, locked=True, grade=True)
    cell.metadata["nbgrader"]["points"] = points
    return cell


def _cell(id: str, source: str, *, metadata: dict | None = None, **flags: bool):
    cell = new_code_cell(source, id=id, metadata={"dlcourse": metadata} if metadata else {})
    cell.metadata["nbgrader"] = _nbgrader(id, "code", **flags)
    return cell


def _nbgrader(id: str, kind: str, *, locked=False, grade=False, solution=False) -> dict:
    return {
        "schema_version": 3, "grade_id": id, "cell_type": kind,
        "grade": grade, "solution": solution, "locked": locked, "task": False,
    }  # fmt: skip


def _to_bytes(notebook: nbformat.NotebookNode) -> bytes:
    nbformat.validate(notebook)
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _require_known(points: dict[str, float], chosen: dict[str, list[str]]) -> None:
    every = [id for ids in chosen.values() for id in ids]
    for id, number in points.items():
        if id not in every:
            raise ValueError(f"--points {id}: not in the assignment, which has {', '.join(every)}.")
        if number < 0:
            raise ValueError(f"--points {id}={number}: points are not negative.")
