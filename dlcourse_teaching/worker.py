"""Grades a handful of submissions, each in a throw-away course folder and a process of its own.

``python -m dlcourse_teaching.worker FOLDER`` reads ``job.json`` and the files in FOLDER and
writes ``out/NUMBER/``. `grade_batch` wraps that for a pool of workers: bytes in, bytes out.
"""

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse_teaching.kernel import OVER_MEMORY
from dlcourse_teaching.lifeline import die_with_parent
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.sandbox import KERNEL, UNGUARDED_KERNEL, Limits, write_kernelspecs

# Of the process that holds one submission's notebook and outputs; far above what one needs.
_GRADER_MIB = 4096
_START_SECONDS = 120  # for kernels to start on a busy machine, besides the submission's own time
_RUNNING: set[subprocess.Popen] = set()


def grade_batch(
    kit: bytes, submissions: dict[str, dict[str, bytes]], options: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Grade submissions; whatever one of them does, the others are graded.

    Parameters
    ----------
    kit : bytes
        A zip of the gradebook without students, the release and the settings.
    submissions : dict
        For each student the content of each notebook by its name.
    options : dict
        ``limits`` (of `Limits`), ``guarded``, ``data``.

    Returns
    -------
    dict
        For each student ``status`` (graded or attention), ``kind``, ``reason``, ``seconds``,
        ``missing`` (exercises without an answer), ``remarks``, ``notebooks`` (executed, as bytes).
    """
    remove_left_over()
    with tempfile.TemporaryDirectory(prefix=f"dlg-{os.getpid()}-") as name:
        folder = Path(name)
        (folder / "kit.zip").write_bytes(kit)
        for number, notebooks in enumerate(submissions.values()):
            for file, content in notebooks.items():
                path = folder / "in" / str(number) / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        (folder / "job.json").write_text(json.dumps(options | {"count": len(submissions)}))
        process = subprocess.Popen(
            [sys.executable, "-m", "dlcourse_teaching.worker", name, str(os.getpid())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        _RUNNING.add(process)
        try:
            if code := process.wait():
                raise subprocess.CalledProcessError(code, process.args)
        finally:
            process.kill()
            _RUNNING.discard(process)
        return {
            student: _result(folder / "out" / str(number))
            for number, student in enumerate(submissions)
        }


def _result(folder: Path) -> dict[str, Any]:
    result = json.loads((folder / "result.json").read_text())
    notebooks = {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}
    return result | {"notebooks": notebooks}


def end_running() -> None:
    """End the graders that threads of this process wait for, and with them all they started."""
    for process in list(_RUNNING):
        process.kill()


def main(folder: Path, parent: int) -> None:
    """Grade the submissions of a job's folder, one process each, for the process `parent`."""
    die_with_parent(parent)
    options = json.loads((folder / "job.json").read_text())
    limits = Limits(**options["limits"])
    data = Path(options["data"]) if options.get("data") else None
    write_kernelspecs(folder / "jupyter", limits, data, guarded=options["guarded"])
    # jsonschema would load a grammar of web addresses, two seconds that no notebook needs.
    sys.modules["rfc3987_syntax"] = None
    from dlcourse_teaching import engine  # once, before the processes part

    for number in range(options["count"]):
        work, out = folder / f"w{number}", folder / "out" / str(number)
        work.mkdir()
        (work / "log").touch()
        out.mkdir(parents=True)
        started = time.monotonic()
        own = os.getpid()
        child = os.fork()
        if child == 0:
            _grade_in_child(own, engine, folder, number, work, out, options, limits)
        result = _wait(child, work, out, limits.submission_seconds + _START_SECONDS)
        result["seconds"] = round(time.monotonic() - started, 1)
        (out / "result.json").write_text(json.dumps(result))
        shutil.rmtree(work, ignore_errors=True)


def _grade_in_child(parent, engine, folder, number, work, out, options, limits) -> None:
    """Grade one submission and end the process. Never returns."""
    status = 1
    try:
        log = os.open(work / "log", os.O_WRONLY)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.setsid()
        die_with_parent(parent)
        # The soft limit only: inside the sandbox the kernel, which inherits it, gets its own.
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        given = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min([_GRADER_MIB << 20, *given]), hard))
        result = _grade(engine, folder, number, work, out, options, limits)
        (work / "result.json").write_text(json.dumps(result))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _grade(engine, folder, number, work, out, options, limits) -> dict[str, Any]:
    import nbformat

    from dlcourse_teaching.assignment_folder import AssignmentFolder
    from dlcourse_teaching.audit import audit
    from dlcourse_teaching.restore import read_notebook, rebuild

    course_folder, sockets = work / "c", work / "s"
    sockets.mkdir(mode=0o700)
    os.environ |= {
        "JUPYTER_PATH": str(folder / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(work / "j"),
        "JUPYTER_NO_CONFIG": "1",
    }
    os.environ.pop("JUPYTER_CONFIG_PATH", None)
    with zipfile.ZipFile(folder / "kit.zip") as kit:
        kit.extractall(course_folder)
    settings = AssignmentFolder(course_folder).load()
    missing, remarks = [], []
    try:
        for path in sorted((folder / "in" / str(number)).glob("*.ipynb")):
            release = course_folder / "release" / settings.name / path.name
            cells = read_notebook(path.read_bytes())
            rebuilt = rebuild(nbformat.read(release, as_version=4), cells)
            missing += rebuilt.missing
            remarks += rebuilt.remarks
            target = course_folder / "submitted" / engine.STUDENT / settings.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(rebuilt.notebook, target)
        os.chdir(work)
        kernel = KERNEL if options["guarded"] else UNGUARDED_KERNEL
        engine.autograde(course_folder, settings, asdict(limits), kernel, sockets)
        graded = course_folder / "autograded" / engine.STUDENT / settings.name
        for path in sorted(graded.glob("*.ipynb")):
            audit(nbformat.read(path, as_version=4))
            shutil.copyfile(path, out / path.name)
    except BaseException as problem:
        found = known_reason(problem)
        return _attention(found.kind, found.words, missing)
    return {
        "status": "graded",
        "kind": None,
        "reason": None,
        "missing": missing,
        "remarks": remarks,
    }


def known_reason(problem: BaseException) -> SubmissionProblem:
    """Return the reason in words, out of what nbgrader wrapped around it."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    seen = problem
    while seen is not None:
        if isinstance(seen, SubmissionProblem):
            return seen
        # A kernel without memory can send half a message, which then cannot be read.
        if isinstance(seen, DeadKernelError) or _is_of_reading_a_message(seen):
            return SubmissionProblem(
                "died", "a cell ended its own kernel (or used too much memory)"
            )
        # A cell that runs for too long is interrupted and goes on; what ends grading with this
        # error is an answered cell whose output never came to its end.
        if isinstance(seen, CellTimeoutError):
            return SubmissionProblem(
                "lost",
                "what a cell printed did not arrive, perhaps because the machine was busy",
            )
        if isinstance(seen, MemoryError):
            return SubmissionProblem("output", "its output was too large to be read")
        seen = seen.__cause__ or seen.__context__
    traceback.print_exception(problem)
    if "Kernel died before replying" in str(problem):
        return SubmissionProblem("no-kernel", "its kernel did not start")
    return SubmissionProblem("unknown", f"grading stopped with {type(problem).__name__}")


def _is_of_reading_a_message(problem: BaseException) -> bool:
    last = list(traceback.walk_tb(problem.__traceback__))[-1:]
    return any(frame.f_globals["__name__"] == "jupyter_client.session" for frame, _ in last)


def _wait(child: int, work: Path, out: Path, seconds: float) -> dict[str, Any]:
    """Wait for a submission's process; end it, and all that it started, when its time is up."""
    end = time.monotonic() + seconds
    status = None
    while status is None and time.monotonic() < end:
        done, code = os.waitpid(child, os.WNOHANG)
        status = code if done else None
        time.sleep(0.02)
    # The kernel's launcher dies with the submission's process; the sandbox, and everything in it,
    # dies with the launcher.
    if status is None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    over = work / OVER_MEMORY
    if over.exists():
        words = {
            "memory": "it used more memory than a submission may",
            "disk": "it filled the folder of its kernel's sockets",
        }[over.read_text()]
        result = _attention("memory", words, [])
    elif status is None:
        result = _attention("hangs", "it took longer than a submission may", [])
    elif os.waitstatus_to_exitcode(status) == 0:
        result = json.loads((work / "result.json").read_text())
    else:
        result = _attention("unknown", "grading it broke; its log says how", [])
    if result["status"] != "graded":
        for path in out.glob("*.ipynb"):
            path.unlink()
        result["log"] = (work / "log").read_text(errors="replace")[-4000:]
    return result


def _attention(kind: str, words: str, missing: list[str]) -> dict[str, Any]:
    return {"status": "attention", "kind": kind, "reason": words, "missing": missing}


def remove_left_over() -> None:
    """Remove the folders of workers that were killed."""
    for path in Path(tempfile.gettempdir()).glob("dlg-[0-9]*-*"):
        owner = path.name.split("-")[1]
        with contextlib.suppress(OSError):  # another worker may remove it at the same time
            if path.stat().st_uid == os.getuid() and not Path("/proc", owner).exists():
                shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
