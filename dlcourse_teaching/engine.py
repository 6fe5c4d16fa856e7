"""nbgrader, set up for this course: the release for students, the gradebook."""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment, GenerateSolution
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, LockCells, NbGraderPreprocessor
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.kit import CHECK
from dlcourse_teaching.written import answers, questions

# nbgrader adds objects in an order that SQLAlchemy 2 remarks on, and that makes no difference.
warnings.simplefilter("ignore", SAWarning)
# nbgrader calls the command `alembic` when it makes a gradebook: it lies beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


class PutStarter(NbGraderPreprocessor):
    """Put the chapter's starter where the source has the solution."""

    def preprocess_cell(self, cell, resources, cell_index):
        starter = cell.metadata.pop("dlcourse", {}).get("starter")
        if starter is not None:
            cell.source = starter
        return cell, resources


def configuration(folder: Path, settings: Settings) -> Config:
    """nbgrader's configuration for a course folder. No file in any folder changes it."""
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = settings.course
    config.CourseDirectory.assignment_id = settings.name
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.BaseConverter.permissions = 600  # read as octal
    return config


def release(assignment: AssignmentFolder, settings: Settings, notebooks: list[str]) -> None:
    """Make the release for students and the preview of the solutions from the source."""
    for name in notebooks:
        config = configuration(assignment.folder, settings)
        config.CourseDirectory.notebook_id = name.removesuffix(".ipynb")
        usual = GenerateAssignment(CourseDirectory(config=config)).preprocessors
        config.GenerateAssignment.preprocessors = [
            PutStarter if step.__name__ == "ClearSolutions" else step for step in usual
        ]
        config.GenerateSolution.preprocessors = [LockCells, ClearOutput, CheckCellMetadata]
        for converter in (GenerateAssignment, GenerateSolution):
            _run(converter, config, force=True)
    for name in notebooks:  # nbgrader's files as ours: the same bytes from the same source
        for step in ("release", "solution"):
            path = assignment.folder / step / settings.name / name
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.metadata.pop("dlcourse", None)
            nbformat.write(notebook, path)
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    with Gradebook(url, settings.course) as gradebook:
        gradebook.update_or_create_assignment(settings.name, duedate=settings.deadline)


def record(
    assignment: AssignmentFolder,
    settings: Settings,
    student: str,
    earned: dict[str, float],
    *,
    is_new_work: bool = False,
    same_answers: frozenset[str] = frozenset(),
) -> list[str]:
    """Write a student's marks into the gradebook.

    An answer in words waits for a mark by hand; where there is no answer, it has 0 points.

    Parameters
    ----------
    assignment : AssignmentFolder
    settings : Settings
    student : str
    earned : dict of float
        Points by exercise.
    is_new_work : bool
        Whether the student handed in something else than what was marked before. Then what an
        instructor wrote by hand was about other work, and is taken out.
    same_answers : frozenset of str
        Questions whose answer is the same as before all the same: their marks stay.

    Returns
    -------
    list of str
        What was taken out, in words.
    """
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    taken_out = []
    in_words = answers(assignment, settings, student)
    with Gradebook(url, settings.course) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(settings.name, student)
        for notebook in submission.notebooks:
            comments = {comment.name: comment for comment in notebook.comments}
            for grade in notebook.grades:
                exercise = grade.name.removesuffix(CHECK)
                if is_new_work and exercise not in same_answers:
                    taken_out += _take_out(exercise, grade, comments.get(exercise))
                if exercise in in_words:
                    has_answer = bool(in_words[exercise])
                    grade.auto_score = None if has_answer else 0
                    grade.needs_manual_grade = has_answer and grade.manual_score is None
                    continue
                grade.auto_score = earned.get(exercise, 0)
                grade.needs_manual_grade = False
        gradebook.db.commit()
    return taken_out


def _take_out(exercise: str, grade: Any, comment: Any) -> list[str]:
    """Take a manual mark and its comment out; returns what they were."""
    said = comment.manual_comment if comment is not None else None
    if grade.manual_score is None and not grade.extra_credit and not said:
        return []
    points = grade.manual_score
    grade.manual_score, grade.extra_credit = None, None
    if comment is not None:
        comment.manual_comment = None
    what = [] if points is None else [f"{points:g} points"]
    what += [f"“{said}”"] if said else []
    return [f"{exercise}: written by hand about earlier work, and taken out: {', '.join(what)}"]


def remove_marks(assignment: AssignmentFolder, settings: Settings, student: str) -> None:
    """Take a student's marks for this assignment out of the gradebook, if there are any."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    with Gradebook(url, settings.course) as gradebook:
        if any(s.student_id == student for s in gradebook.assignment_submissions(settings.name)):
            gradebook.remove_submission(settings.name, student)


def marks(assignment: AssignmentFolder, settings: Settings) -> dict[str, dict[str, float]]:
    """Points by student and task, manual corrections included, as the gradebook has them.

    An answer that still waits for a mark by hand is left out.
    """
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    found: dict[str, dict[str, float]] = {}
    in_words = {question.id for question in questions(settings)}
    with Gradebook(url, settings.course) as gradebook:
        for submission in gradebook.assignment_submissions(settings.name):
            scores = found.setdefault(submission.student_id, {})
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.name in in_words and grade.needs_manual_grade:
                        continue
                    scores[grade.name.removesuffix(CHECK)] = float(grade.score)
    return found


def comments(assignment: AssignmentFolder, settings: Settings) -> dict[tuple[str, str], str]:
    """What an instructor wrote in nbgrader's formgrader, by student and exercise."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    found = {}
    with Gradebook(url, settings.course) as gradebook:
        for submission in gradebook.assignment_submissions(settings.name):
            for notebook in submission.notebooks:
                for comment in notebook.comments:
                    if comment.manual_comment:
                        found[submission.student_id, comment.name] = comment.manual_comment
    return found


def manual_marks(assignment: AssignmentFolder, settings: Settings) -> dict[tuple[str, str], float]:
    """Points that people gave to answers in words, by student and question."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    in_words = {question.id for question in questions(settings)}
    with Gradebook(url, settings.course) as gradebook:
        return {
            (submission.student_id, grade.name): float(grade.manual_score)
            for submission in gradebook.assignment_submissions(settings.name)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.name in in_words and grade.manual_score is not None
        }


def mark_by_hand(
    assignment: AssignmentFolder, settings: Settings, given: dict[tuple[str, str], tuple]
) -> None:
    """Write marks of answers in words into the gradebook.

    Parameters
    ----------
    assignment : AssignmentFolder
    settings : Settings
    given : dict
        Points and comment by student and question.
    """
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    notebooks = {question.id: question.chapter for question in questions(settings)}
    with Gradebook(url, settings.course) as gradebook:
        for (student, id), (points, comment) in given.items():
            where = (notebooks[id], settings.name, student)
            grade = gradebook.find_grade(id, *where)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.find_comment(id, *where).manual_comment = comment
        gradebook.db.commit()


def _run(converter: type, config: Config, *, force: bool) -> None:
    app = converter(coursedir=CourseDirectory(config=config), config=config, force=force)
    app.start()
