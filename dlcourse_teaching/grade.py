"""Grade everything that was collected: in the sandbox, in parallel, resumable."""

import hashlib
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse_teaching import engine, pool, sandbox
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.kit import pack_kit
from dlcourse_teaching.pool import Keys
from dlcourse_teaching.restore import MOST_BYTES
from dlcourse_teaching.results import graded_notebooks
from dlcourse_teaching.sandbox import Limits

# Reasons that lie in the machine and not in the work: the next run tries again.
_OF_THE_MACHINE = {"lost", "no-kernel", "unknown", "worker"}


def grade(
    assignment: AssignmentFolder,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    keys: Keys | None = None,
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
    assignment : AssignmentFolder
    workers : int, optional
        Processes on this machine; by default one for each core.
    scheduler : str, optional
        Address of a Dask scheduler whose workers are to grade instead.
    keys : Keys, optional
        For the scheduler, which must have TLS.
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
    settings, limits = assignment.load(), limits or Limits()
    students = assignment.students()
    if not students:
        raise ValueError(f"{assignment.folder} has no submissions: run `dlcourse collect` first.")
    for student in only or []:
        if student not in students:
            raise ValueError(
                f"no submission of {student!r}; see {assignment.folder / 'submitted'}."
            )
    kit = pack_kit(assignment, settings)
    todo = {}
    for student in only or students:
        notebooks, mark = _submission(assignment, settings, student, kit)
        if again or only or assignment.note("grading", student).get("fingerprint") != mark:
            todo[student] = (notebooks, mark)
    done = len(only or students) - len(todo)
    if done:
        say(f"{done} graded before and unchanged (--again grades them too).")
    progress = _Progress(len(todo))
    for student in [s for s, (notebooks, _) in todo.items() if not notebooks]:
        _finish(assignment, settings, student, _nothing(assignment, student), todo.pop(student)[1])
        progress.add("attention")
    options = {
        "limits": asdict(limits),
        "guarded": guarded,
        "data": str(data.resolve()) if data else None,
    }
    if todo:
        if guarded and scheduler is None:
            sandbox.require_sandbox()
        if guarded:
            sandbox.require_out_of_sight(assignment.folder)
        who = (
            pool.local(workers)
            if scheduler is None
            else pool.cluster(scheduler, keys, guarded=guarded)
        )
        with who as graders:
            notebooks = {student: found for student, (found, _) in todo.items()}
            for student, result in pool.results(graders, kit, notebooks, options):
                _finish(assignment, settings, student, result, todo[student][1])
                progress.add(result["status"])
    progress.end()
    return {student: assignment.note("grading", student) for student in students}


def _submission(assignment: AssignmentFolder, settings: Settings, student: str, kit: bytes):
    """A student's notebooks, and a fingerprint of everything that decides their marks."""
    notebooks = {}
    for name in settings.exercises:
        path = assignment.step("submitted", student) / f"{name}.ipynb"
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                notebooks[path.name] = stream.read(MOST_BYTES + 1)
    digest = hashlib.sha256()
    for path in sorted(assignment.step("source").glob("*.ipynb")):
        digest.update(path.read_bytes())
    for name, content in sorted(notebooks.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return notebooks, digest.hexdigest()


def _nothing(assignment: AssignmentFolder, student: str) -> dict[str, Any]:
    problems = assignment.note("collected", student).get("problems", [])
    words = "no notebook of this assignment was found" + (
        ": " + "; ".join(problems[:3]) if problems else ""
    )
    return {"status": "attention", "kind": "nothing", "reason": words}


def _finish(
    assignment: AssignmentFolder, settings: Settings, student: str, result: dict, mark: str
) -> None:
    """Record a result: the notebooks, the marks, and last the note that says it is done."""
    folder = assignment.step("autograded", student)
    if folder.exists():
        shutil.rmtree(folder)
    remarks = []
    if result["status"] == "graded":
        for name, content in result["notebooks"].items():
            write(folder / name, content)
        engine.record(assignment, settings, student, None)
        for name in settings.exercises:
            if f"{name}.ipynb" not in result["notebooks"]:
                remarks.append(f"{name}.ipynb was not handed in: its points are 0")
        for found in graded_notebooks(assignment, settings, student).values():
            for one in found.values():
                if one.verdict == "too-slow":
                    remarks.append(f"{one.exercise}: stopped because it ran for too long, 0 points")
        for exercise in result.get("missing", []):
            remarks.append(f"{exercise}: no answer was found, so it has 0 points")
        remarks += result.get("remarks", [])
    else:
        engine.remove_marks(assignment, settings, student)
    log = result.get("log")
    if log:
        write(assignment.folder / "grading" / "logs" / f"{student}.txt", log.encode())
    note = {key: result.get(key) for key in ("status", "kind", "reason", "seconds")}
    if result["kind"] in _OF_THE_MACHINE:
        mark = ""
    assignment.save_note("grading", student, note | {"remarks": remarks, "fingerprint": mark})


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
