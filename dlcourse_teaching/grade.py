"""Grade everything that was collected: in the sandbox, in parallel, resumable."""

import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse_teaching import engine, sandbox, worker
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.restore import MOST_BYTES
from dlcourse_teaching.results import graded_notebooks
from dlcourse_teaching.sandbox import Limits

_BATCH = 8  # submissions that share one start of nbgrader
_RETRIES = 3  # of a batch whose worker was lost
# Reasons that lie in the machine and not in the work: the next run tries again.
_OF_THE_MACHINE = {"lost", "no-kernel", "unknown", "worker"}


def grade(
    course: AssignmentFolder,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    guarded: bool = True,
    again: bool = False,
    only: list[str] | None = None,
    limits: Limits | None = None,
    data: Path | None = None,
    say: Callable[[str], None] = print,
) -> dict[str, dict[str, Any]]:
    """Grade what was collected and not yet graded.

    Parameters
    ----------
    course : AssignmentFolder
    workers : int, optional
        Processes on this machine; by default one for each core.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are to grade instead.
    guarded : bool
        False runs student code without the sandbox.
    again : bool
        Also grade what was graded before.
    only : list of str, optional
        Only these students, and these again.
    limits : Limits, optional
    data : Path, optional
        The course's data folder, read-only in the sandbox.
    say : callable
        Gets lines for the instructor.

    Returns
    -------
    dict
        The note of every student: ``status`` (graded or attention), ``reason``, ….

    Raises
    ------
    NoSandbox
        If the sandbox is not there.
    ValueError
        If there is nothing to grade, or `only` names someone unknown.
    """
    settings, limits = course.load(), limits or Limits()
    students = course.students()
    if not students:
        raise ValueError(f"{course.folder} has no submissions: run `dlcourse collect` first.")
    for student in only or []:
        if student not in students:
            raise ValueError(f"no submission of {student!r}; see {course.folder / 'submitted'}.")
    kit = _kit(course, settings)
    todo = {}
    for student in only or students:
        notebooks, mark = _submission(course, settings, student, kit)
        if again or only or course.note("grading", student).get("fingerprint") != mark:
            todo[student] = (notebooks, mark)
    done = len(only or students) - len(todo)
    if done:
        say(f"{done} graded before and unchanged (--again grades them too).")
    progress = _Progress(len(todo))
    for student in [s for s, (notebooks, _) in todo.items() if not notebooks]:
        _finish(course, settings, student, _nothing(course, student), todo.pop(student)[1])
        progress.add("attention")
    options = {
        "limits": asdict(limits),
        "guarded": guarded,
        "data": str(data.resolve()) if data else None,
    }
    if todo:
        if guarded and scheduler is None:
            sandbox.require_sandbox()
            _require_out_of_sight(course)
        with _cluster(workers, scheduler) as client:
            if guarded and scheduler is not None:
                client.run(sandbox.require_sandbox)
            for student, result in _results(client, kit, todo, options):
                _finish(course, settings, student, result, todo[student][1])
                progress.add(result["status"])
    progress.end()
    return {student: course.note("grading", student) for student in students}


def _results(client, kit: bytes, todo: dict, options: dict):
    """Yield each student's result as it comes; what a lost worker had is done by another."""
    from dask.distributed import as_completed

    kit_there = client.scatter(kit, broadcast=True, hash=False)
    workers = max(1, len(client.scheduler_info()["workers"]))
    size = max(1, min(_BATCH, len(todo) // (4 * workers)))
    names = list(todo)
    waiting = as_completed()
    tries: dict[str, tuple[list[str], int]] = {}

    def submit(batch: list[str], attempt: int) -> None:
        submissions = {student: todo[student][0] for student in batch}
        future = client.submit(
            worker.grade_batch, kit_there, submissions, options, pure=False, retries=0
        )
        tries[future.key] = (batch, attempt)
        waiting.add(future)

    for start in range(0, len(names), size):
        submit(names[start : start + size], 0)
    for future in waiting:
        batch, attempt = tries.pop(future.key)
        if future.status == "finished":
            yield from future.result().items()
        elif attempt < _RETRIES:  # alone, so that one cannot take others with it again
            for student in batch:
                submit([student], attempt + 1)
        else:
            words = f"grading it broke its worker {_RETRIES + 1} times: {future.exception()!r}"[
                :300
            ]
            for student in batch:
                yield student, {"status": "attention", "kind": "worker", "reason": words}


@contextmanager
def _cluster(workers: int | None, scheduler: str | None):
    import dask
    from dask.distributed import Client, LocalCluster

    if scheduler is not None:
        with Client(scheduler, timeout=30) as client:
            yield client
        return
    quiet = {
        "distributed.worker.daemon": False,  # its children are the graders
        "distributed.logging.distributed": "error",
        "distributed.scheduler.allowed-failures": 3,
        "distributed.comm.timeouts.connect": "60s",
    }
    with tempfile.TemporaryDirectory(prefix="dlg-dask-") as scratch, dask.config.set(quiet):
        with (
            LocalCluster(
                n_workers=workers or os.cpu_count() or 1,
                threads_per_worker=1,
                memory_limit=0,
                dashboard_address=None,
                local_directory=scratch,
                silence_logs=50,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
    worker.remove_left_over()


def _require_out_of_sight(course: AssignmentFolder) -> None:
    """Refuse a folder that lies where submissions can read."""
    for folder in sandbox.readable_folders():
        if course.folder.is_relative_to(folder) or course.folder.is_relative_to(
            os.path.realpath(folder)
        ):
            raise sandbox.NoSandbox(
                f"submissions can read {folder}, and {course.folder} lies in it. Move it elsewhere."
            )


def _kit(course: AssignmentFolder, settings: Settings) -> bytes:
    """What a throw-away course needs: the assignment without any student's marks."""
    import sqlite3

    with tempfile.TemporaryDirectory(prefix="dlg-kit-") as folder:
        pristine = Path(folder, "gradebook.db")
        shutil.copyfile(course.gradebook, pristine)
        connection = sqlite3.connect(pristine)
        for table in ("grade", "comment", "submitted_notebook", "submitted_assignment", "student"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
        connection.execute("VACUUM")
        connection.close()
        files = {"gradebook.db": pristine.read_bytes()}
    files["assignment.yaml"] = course.settings_path.read_bytes()
    for path in course.step("release").glob("*.ipynb"):
        files[f"release/{settings.name}/{path.name}"] = path.read_bytes()
    return worker.make_kit(files)


def _submission(course: AssignmentFolder, settings: Settings, student: str, kit: bytes):
    """A student's notebooks, and a fingerprint of everything that decides their marks."""
    notebooks = {}
    for name in settings.exercises:
        path = course.step("submitted", student) / f"{name}.ipynb"
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                notebooks[path.name] = stream.read(MOST_BYTES + 1)
    digest = hashlib.sha256()
    for path in sorted(course.step("source").glob("*.ipynb")):
        digest.update(path.read_bytes())
    for name, content in sorted(notebooks.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return notebooks, digest.hexdigest()


def _nothing(course: AssignmentFolder, student: str) -> dict[str, Any]:
    problems = course.note("collected", student).get("problems", [])
    words = "no notebook of this assignment was found" + (
        ": " + "; ".join(problems[:3]) if problems else ""
    )
    return {"status": "attention", "kind": "nothing", "reason": words}


def _finish(
    course: AssignmentFolder, settings: Settings, student: str, result: dict, mark: str
) -> None:
    """Record a result: the notebooks, the marks, and last the note that says it is done."""
    folder = course.step("autograded", student)
    if folder.exists():
        shutil.rmtree(folder)
    remarks = []
    if result["status"] == "graded":
        for name, content in result["notebooks"].items():
            write(folder / name, content)
        engine.record(course, settings, student, None)
        for name in settings.exercises:
            if f"{name}.ipynb" not in result["notebooks"]:
                remarks.append(f"{name}.ipynb was not handed in: its points are 0")
        for found in graded_notebooks(course, settings, student).values():
            for one in found.values():
                if one.verdict == "too-slow":
                    remarks.append(f"{one.exercise}: stopped because it ran for too long, 0 points")
        for exercise in result.get("missing", []):
            remarks.append(f"{exercise}: no answer cell was found, so it has 0 points")
    else:
        engine.remove_marks(course, settings, student)
    log = result.get("log")
    if log:
        write(course.folder / "grading" / "logs" / f"{student}.txt", log.encode())
    note = {key: result.get(key) for key in ("status", "kind", "reason", "seconds")}
    if result["kind"] in _OF_THE_MACHINE:
        mark = ""
    course.save_note("grading", student, note | {"remarks": remarks, "fingerprint": mark})


class _Progress:
    """One line that says how far it is: rewritten on a terminal, now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self._total, self._counts, self._start = total, {"graded": 0, "attention": 0}, time.time()
        self._last = 0.0

    def add(self, status: str) -> None:
        self._counts[status] += 1
        done = sum(self._counts.values())
        is_terminal = sys.stderr.isatty()
        if not is_terminal and done < self._total and time.time() - self._last < 10:
            return
        self._last = time.time()
        rate = done / max(self._last - self._start, 1e-3)
        text = (
            f"{done} of {self._total} · graded {self._counts['graded']} · needs attention "
            f"{self._counts['attention']} · {60 * rate:.0f} a minute"
            f" · {(self._total - done) / rate:.0f} s left"
        )
        print(f"\r{text}   " if is_terminal else text, end="" if is_terminal else "\n",
              file=sys.stderr, flush=True)  # fmt: skip

    def end(self) -> None:
        if self._total and sys.stderr.isatty():
            print(file=sys.stderr)
