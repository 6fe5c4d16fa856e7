"""Grade everything that was collected: in the sandbox, in parallel, resumable."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse_teaching import engine, partial, pool, sandbox
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.kit import fingerprint, make_kit, work_digest
from dlcourse_teaching.pool import Keys
from dlcourse_teaching.progress import Progress
from dlcourse_teaching.restore import MOST_BYTES
from dlcourse_teaching.sandbox import Limits
from dlcourse_teaching.self_test import self_test
from dlcourse_teaching.written import answers

# Reasons that lie in the machine and not in the work.
_OF_THE_MACHINE = {"no-kernel", "unknown", "worker", "check-broke"}


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
    NotReady
        If this machine would grade wrongly.
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
    kit = make_kit(assignment, settings)
    todo = {}
    for student in only or students:
        work = _submitted(assignment, settings, student)
        is_same = assignment.note("grading", student).get("fingerprint") == fingerprint(kit, work)
        if again or only or not is_same:
            todo[student] = work
    done = len(only or students) - len(todo)
    if done:
        say(f"{done} graded before and unchanged (--again grades them too).")
    progress = Progress(len(todo))

    def finish(student: str, result: dict[str, Any]) -> None:
        _finish(assignment, settings, student, result, kit, todo[student])
        progress.add(result["status"])

    for student, work in todo.items():
        if not work:
            finish(student, _nothing(assignment, student))
    work = {student: work for student, work in todo.items() if work}
    options = {
        "limits": asdict(limits),
        "guarded": guarded,
        "data": str(data.resolve()) if data else None,
    }
    if work:
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
            if self_test(assignment, kit, graders, options):
                say("Self-test: the worked solutions got full marks, wrong answers none.")
            for student, result in pool.results(graders, kit, work, options):
                finish(student, result)
    progress.end()
    return {student: assignment.note("grading", student) for student in students}


def _submitted(assignment: AssignmentFolder, settings: Settings, student: str) -> dict[str, bytes]:
    """A student's notebooks by their names."""
    notebooks = {}
    for name in settings.exercises:
        path = assignment.step("submitted", student) / f"{name}.ipynb"
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                notebooks[path.name] = stream.read(MOST_BYTES + 1)
    return notebooks


def _nothing(assignment: AssignmentFolder, student: str) -> dict[str, Any]:
    problems = assignment.note("collected", student).get("problems", [])
    words = "no notebook of this assignment was found" + (
        ": " + "; ".join(problems[:3]) if problems else ""
    )
    return {"status": "attention", "kind": "nothing", "reason": words}


def _finish(
    assignment: AssignmentFolder,
    settings: Settings,
    student: str,
    result: dict[str, Any],
    kit: dict[str, Any],
    work: dict[str, bytes],
) -> None:
    """Record a result: the notebooks, the marks, and last the note that says it is done."""
    folder, before = assignment.step("autograded", student), answers(assignment, settings, student)
    if folder.exists():
        shutil.rmtree(folder)
    old = assignment.note("grading", student)
    digest, verdicts, remarks = work_digest(work), result.get("verdicts", {}), []
    if result["status"] == "graded":
        for name, text in result["notebooks"].items():
            write(folder / name, text.encode())
        earned = partial.points(settings.points, verdicts, partial=settings.partial)
        is_new = old.get("work") not in (None, digest)
        now = answers(assignment, settings, student)
        remarks += engine.record(
            assignment, settings, student, earned, is_new_work=is_new,
            same_answers=frozenset(id for id, text in now.items() if text and text == before[id]),
        )  # fmt: skip
        for name in settings.exercises:
            if f"{name}.ipynb" not in result["notebooks"]:
                remarks.append(f"{name}.ipynb was not handed in: its points are 0")
        for exercise in result["missing"]:
            if verdicts.get(exercise, {}).get("status") != "passed":
                remarks.append(f"{exercise}: no answer was found, so it has 0 points")
        remarks += result["remarks"]
    else:
        engine.remove_marks(assignment, settings, student)
    log = result.get("log")
    if log:
        write(assignment.folder / "grading" / "logs" / f"{student}.txt", log.encode())
    note = {key: result.get(key) for key in ("status", "kind", "reason", "seconds")} | {
        "verdicts": verdicts,
        "signs": result.get("signs", []),
        "remarks": remarks,
        "work": digest,
        # Where the machine is to blame, the next run tries again.
        "fingerprint": "" if result["kind"] in _OF_THE_MACHINE else fingerprint(kit, work),
    }
    assignment.save_note("grading", student, note)
