"""nbgrader, set up for this course: release, grade one submission, record marks."""

import asyncio
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateSolution
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    IgnorePattern,
    LimitOutput,
    LockCells,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from sqlalchemy.exc import SAWarning
from traitlets import Float, Integer
from traitlets.config import Config

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.problems import SubmissionProblem, memory_problem

# nbgrader adds objects in an order that SQLAlchemy 2 remarks on, and that makes no difference.
warnings.simplefilter("ignore", SAWarning)
# nbgrader calls the command `alembic` when it makes a gradebook: it lies beside this Python.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

STUDENT = "student"  # the only one in a throw-away course


class PutStarter(NbGraderPreprocessor):
    """Put the chapter's starter where the source has the solution."""

    def preprocess_cell(self, cell, resources, cell_index):
        starter = cell.metadata.pop("dlcourse", {}).get("starter")
        if starter is not None:
            cell.source = starter
        return cell, resources


class ExecuteGuarded(Execute):
    """Execute, but give up on a kernel that floods, hangs or is gone, and say which."""

    most_output = Integer(4_000_000, help="Bytes of output of a whole notebook.").tag(config=True)
    grace = Float(5.0, help="Seconds a kernel has to obey an interrupt.").tag(config=True)
    _output = 0
    _problem: SubmissionProblem | None = None

    def preprocess(self, nb, resources=None, km=None):
        try:
            return super().preprocess(nb, resources, km)
        except Exception:
            if self._problem is not None:  # what follows from it is less clear
                raise self._problem from None
            if problem := memory_problem(nb):
                raise problem from None
            raise

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error",
                               "update_display_data", "comm_open", "comm_msg"):  # fmt: skip
            self._output += len(repr(msg["content"]))
            if self._output > self.most_output:
                self._problem = SubmissionProblem(
                    "output", f"it printed more than {self.most_output // 1_000_000} MB of output"
                )
                self.task_poll_for_reply.cancel()
                raise self._problem
        return super().process_message(msg, cell, cell_index)

    async def _async_handle_timeout(self, timeout, cell=None):
        reply = await super()._async_handle_timeout(timeout, cell)
        # Still deaf? Every further cell would wait in vain, and the last one would be judged by
        # what an earlier one does meanwhile.
        request = self.kc.kernel_info()
        end = asyncio.get_running_loop().time() + self.grace
        while (left := end - asyncio.get_running_loop().time()) > 0:
            try:
                answer = await self.kc.shell_channel.get_msg(timeout=left)
            except Exception:  # queue.Empty, of the kind that the client has
                break
            if answer["parent_header"].get("msg_id") == request:
                return reply
        raise SubmissionProblem(
            "hangs", "a cell ran for too long and ignored the interrupt that followed"
        )


class AutogradeOne(Autograde):
    """Autograde that keeps the reason: nbgrader logs it and goes on."""

    problem: BaseException | None = None

    def convert_single_notebook(self, notebook_filename):
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as problem:
            self.problem = problem
            raise


def configuration(folder: Path, settings: Settings) -> Config:
    """nbgrader's configuration for a course folder. No file in any folder changes it."""
    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.course_id = settings.course
    config.CourseDirectory.assignment_id = settings.name
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.BaseConverter.permissions = 600  # read as octal
    config.IgnorePattern.enabled = True
    config.IgnorePattern.pattern = r"(?s).*"  # a warning on stderr is no wrong answer
    config.OverwriteCells.add_missing_cells = True
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


def autograde(
    folder: Path, settings: Settings, limits: dict[str, Any], kernel: str, sockets: Path
) -> None:
    """Execute and grade the one submission of a throw-away course folder.

    Parameters
    ----------
    folder : Path
        The throw-away course, with ``submitted/student/…``.
    settings : Settings
    limits : dict
        ``cell_seconds``, ``output_bytes``.
    kernel : str
        Name of the kernelspec that starts the sandbox.
    sockets : Path
        A private folder for the kernel's connection: the only one it can write to.

    Raises
    ------
    SubmissionProblem
        If the work cannot be graded; in words.
    """
    config = configuration(folder, settings)
    config.CourseDirectory.student_id = STUDENT
    config.Autograde.sanitize_preprocessors = [
        ClearOutput, DeduplicateIds, OverwriteKernelspec, OverwriteCells, CheckCellMetadata,
    ]  # fmt: skip
    config.Autograde.autograde_preprocessors = [
        ExecuteGuarded, IgnorePattern, LimitOutput, SaveAutoGrades, CheckCellMetadata,
    ]  # fmt: skip
    config.ExecuteGuarded.kernel_name = kernel
    config.ExecuteGuarded.timeout = limits["cell_seconds"]
    config.ExecuteGuarded.iopub_timeout = 10
    config.ExecuteGuarded.startup_timeout = 120
    config.ExecuteGuarded.shutdown_kernel = "immediate"
    config.ExecuteGuarded.store_widget_state = False
    config.ExecuteGuarded.record_timing = False
    config.ExecuteGuarded.allow_errors = True
    config.ExecuteGuarded.most_output = limits["output_bytes"]
    config.KernelManager.transport = "ipc"
    config.KernelManager.connection_file = str(sockets / "kernel.json")
    app = AutogradeOne(coursedir=CourseDirectory(config=config), config=config, force=True)
    try:
        app.start()
    except NbGraderException as general:
        raise app.problem or general from None


def record(
    assignment: AssignmentFolder, settings: Settings, student: str, when: str | None
) -> None:
    """Write a graded submission's marks into the gradebook. Runs no code of the student."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    with Gradebook(url, settings.course) as gradebook:
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(settings.name, student, timestamp=when)
        released = gradebook.find_assignment(settings.name).notebooks
        names = [notebook.name for notebook in released]
    graded = assignment.folder / "autograded" / student / settings.name
    for name in names:
        path = graded / f"{name}.ipynb"
        if path.is_file():
            where = {"notebook": name, "assignment": settings.name, "student": student}
            notebook = nbformat.read(path, as_version=4)
            SaveAutoGrades().preprocess(notebook, {"nbgrader": where | {"db_url": url}})
            continue
        with Gradebook(url, settings.course) as gradebook:  # not handed in, and noted as such
            for grade in gradebook.find_submission_notebook(name, settings.name, student).grades:
                grade.auto_score, grade.needs_manual_grade = 0, False
            gradebook.db.commit()


def remove_marks(assignment: AssignmentFolder, settings: Settings, student: str) -> None:
    """Take a student's marks for this assignment out of the gradebook, if there are any."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    with Gradebook(url, settings.course) as gradebook:
        if any(s.student_id == student for s in gradebook.assignment_submissions(settings.name)):
            gradebook.remove_submission(settings.name, student)


def marks(assignment: AssignmentFolder, settings: Settings) -> dict[str, dict[str, float]]:
    """Points by student and exercise, manual corrections included, as the gradebook has them."""
    url = configuration(assignment.folder, settings).CourseDirectory.db_url
    found: dict[str, dict[str, float]] = {}
    with Gradebook(url, settings.course) as gradebook:
        for submission in gradebook.assignment_submissions(settings.name):
            scores = found.setdefault(submission.student_id, {})
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    if grade.name.endswith("-hidden"):
                        scores[grade.name.removesuffix("-hidden")] = float(grade.score)
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


def _run(converter: type, config: Config, *, force: bool) -> None:
    app = converter(coursedir=CourseDirectory(config=config), config=config, force=force)
    app.start()
