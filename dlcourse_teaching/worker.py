"""Grades submissions one after the other: the judge's process, which never runs a student's code.

``python -m dlcourse_teaching.worker PARENT`` reads a line with the kit and the options, then a line
for each submission, and writes a line with its result: JSON, as `Grader` sends and reads it.
"""

import base64
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from dlcourse_teaching.lifeline import die_with_parent
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.sandbox import Limits

_START_SECONDS = 60  # for a sandbox on a busy machine, besides the submission's own time
_RUNNING: set["Grader"] = set()
_OF_THIS_THREAD = threading.local()
_ENDED = threading.Event()

Kit = dict[str, Any]
Options = dict[str, Any]
Result = dict[str, Any]


class Grader:
    """A grading process that this one has started.

    Parameters
    ----------
    kit : dict
        As `kit.make_kit` makes it.
    options : dict
        ``limits`` (of `Limits`), ``guarded``, ``data``; ``account`` (of `session.Account`) where
        another user runs student code instead.
    """

    def __init__(self, kit: Kit, options: Options) -> None:
        if _ENDED.is_set():
            raise RuntimeError("grading is ending")
        self.key = json.dumps([kit, options], sort_keys=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dlcourse_teaching.worker", str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True, text=True,
        )  # fmt: skip
        _RUNNING.add(self)
        self._process.stdin.write(json.dumps([kit, options]) + "\n")

    def grade(self, work: dict[str, bytes]) -> Result:
        """Grade one submission.

        Raises
        ------
        RuntimeError
            If the process was lost.
        """
        encoded = {name: base64.b64encode(content).decode() for name, content in work.items()}
        try:
            self._process.stdin.write(json.dumps(encoded) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            self.end()
            raise RuntimeError(f"the grading process ended ({self._process.returncode})")
        return json.loads(line)

    def end(self) -> None:
        """End the process, and with it all that it started."""
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()
        _RUNNING.discard(self)


def grade_one(kit: Kit, work: dict[str, bytes], options: Options) -> Result:
    """Grade a submission in the grading process of this thread, started when it is needed.

    Parameters
    ----------
    kit : dict
    work : dict of bytes
        The notebooks by their names.
    options : dict

    Returns
    -------
    dict
        ``status`` (graded or attention), ``kind``, ``reason``, ``seconds``, ``verdicts`` by
        exercise, ``missing`` (exercises without an answer), ``remarks``, ``signs``, ``notebooks``
        (executed, as text).
    """
    grader = getattr(_OF_THIS_THREAD, "grader", None)
    if grader not in _RUNNING or grader.key != json.dumps([kit, options], sort_keys=True):
        if grader in _RUNNING:
            grader.end()
        grader = _OF_THIS_THREAD.grader = Grader(kit, options)
    return grader.grade(work)


def allow_running() -> None:
    """Let grading processes start, again after `end_running`."""
    _ENDED.clear()


def end_running() -> None:
    """End all grading processes that this one has started, and start no more."""
    _ENDED.set()
    for grader in list(_RUNNING):
        grader.end()


def main() -> None:
    """Grade what comes on the standard input."""
    kit, options = json.loads(sys.stdin.readline())
    answers = sys.stdout
    log = io.StringIO()
    with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
        from dlcourse_teaching.session import Account, Warm

        limits = Limits(**options["limits"])
        data = Path(options["data"]) if options.get("data") else None
        account = Account(**options["account"]) if options.get("account") else None
        how = {"guarded": options["guarded"], "modules": kit["modules"], "account": account}
        warm = Warm(limits, data, **how)
        try:
            for line in sys.stdin:
                log.seek(0)
                log.truncate()
                work = {n: base64.b64decode(c) for n, c in json.loads(line).items()}
                result = _grade(kit, work, limits, warm)
                if result["kind"] == "no-kernel":  # a fresh one for the next
                    warm.close()
                    warm = Warm(limits, data, **how)
                if result["status"] != "graded":
                    result["log"] = log.getvalue()[-4000:]
                print(json.dumps(result), file=answers, flush=True)
        finally:
            warm.close()


def _grade(kit: Kit, work: dict[str, bytes], limits: Limits, warm: Any) -> Result:
    began = time.monotonic()
    found: dict[str, Any] = {
        "verdicts": {}, "missing": [], "remarks": [], "signs": [], "notebooks": {}
    }  # fmt: skip
    problem = None
    try:
        _grade_notebooks(kit, work, limits, warm, found)
    except Exception as raised:
        problem = _reason(raised)
        found |= {"verdicts": {}, "notebooks": {}}
    return found | {
        "status": "attention" if problem else "graded",
        "kind": problem and problem.kind,
        "reason": problem and problem.words,
        "seconds": round(time.monotonic() - began, 2),
    }


def _grade_notebooks(
    kit: Kit, work: dict[str, bytes], limits: Limits, warm: Any, found: dict[str, Any]
) -> None:
    import nbformat

    from dlcourse_teaching.restore import read_notebook, rebuild
    from dlcourse_teaching.run_notebook import run_notebook
    from dlcourse_teaching.session import Session

    end = time.monotonic() + limits.submission_seconds + _START_SECONDS
    for name, release in kit["notebooks"].items():
        if name not in work:
            continue
        rebuilt = rebuild(nbformat.from_dict(release), read_notebook(work[name]))
        folder = tempfile.mkdtemp(prefix=f"dlg-{os.getpid()}-")
        try:
            with Session(warm, end - time.monotonic(), folder) as session:
                ids = {cell.id for cell in rebuilt.notebook.cells}
                exercises = {id: asked for id, asked in kit["exercises"].items() if id in ids}
                run = run_notebook(rebuilt.notebook, session, exercises, limits.cell_seconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        found["verdicts"] |= {id: verdict.as_dict() for id, verdict in run.verdicts.items()}
        found["missing"] += rebuilt.missing
        found["remarks"] += [*rebuilt.remarks, *run.remarks]
        found["signs"] += [f"{name}: {sign}" for sign in run.signs]
        found["notebooks"][name] = nbformat.writes(rebuilt.notebook)


def _reason(problem: Exception) -> SubmissionProblem:
    from dlcourse_teaching.session import NoInterpreter

    if isinstance(problem, SubmissionProblem):
        return problem
    traceback.print_exception(problem)
    if isinstance(problem, NoInterpreter):
        return SubmissionProblem("no-kernel", "its interpreter did not start")
    return SubmissionProblem("unknown", f"grading stopped with {type(problem).__name__}")


def remove_left_over() -> None:
    """Remove the folders of grading processes that were killed."""
    for path in Path(tempfile.gettempdir()).glob("dlg-[0-9]*-*"):
        owner = path.name.split("-")[1]
        with contextlib.suppress(OSError):  # another grader may remove it at the same time
            if path.stat().st_uid == os.getuid() and not Path("/proc", owner).exists():
                shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    main()
