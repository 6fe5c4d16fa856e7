"""However a grading run ends, nothing that a submission started goes on running."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import generate
import psutil
import pytest
from graders import ROOT, give_to_grader

# What the student's notebook starts: a process that asks to be spared, then the cell waits.
SLEEPS = "sleep 98765"
CODE = (
    "import subprocess, time\n"
    f"subprocess.Popen('trap \"\" TERM HUP INT; {SLEEPS}; true', shell=True, "
    "start_new_session=True)\n"
    "time.sleep(300)"
)


def processes() -> list[psutil.Process]:
    return [p for p in psutil.process_iter() if is_of_grading(p)]


def is_of_grading(process: psutil.Process) -> bool:
    words = ("dlcourse_teaching", "bwrap", SLEEPS)
    return process.pid not in BEFORE and any(word in command(process) for word in words)


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


BEFORE = {process.pid for process in psutil.process_iter()}


def waited(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not (came := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return bool(came)


@pytest.fixture
def grading(assignment, run, before, sandbox):
    """A grading run whose one submission is at work; the process of `dlcourse grade`."""
    submission = generate.released(assignment)
    for notebook in submission.values():
        next(c for c in notebook.cells if c.metadata.nbgrader.solution).source = CODE
    generate.write(assignment.folder.parent / "in", {"anna": submission})
    give_to_grader(assignment.folder.parent)
    run("collect", assignment.folder, assignment.folder.parent / "in")
    grader = subprocess.Popen(
        [*before, sys.executable, "-m", "dlcourse_utils.cli", "grade", str(assignment.folder)]
        + ["--workers", "1", "--submission-seconds", "8", "--cell-seconds", "60"],
        cwd=ROOT, env=environment(assignment.folder.parent), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    came = waited(lambda: any(SLEEPS in command(p) for p in processes()), 180)
    assert came, "the submission did not start"
    yield grader
    if grader.poll() is None:
        os.killpg(grader.pid, signal.SIGKILL)
    grader.wait(30)


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}


def own(grader: subprocess.Popen) -> psutil.Process:
    """The process of `dlcourse grade` itself, which as root is a child of `runuser`."""
    process = psutil.Process(grader.pid)
    return process.children()[0] if "runuser" in command(process) else process


def find(grader: subprocess.Popen, word: str) -> psutil.Process:
    """The process below the grader that has this word in its command."""
    return next(p for p in own(grader).children(recursive=True) if word in command(p))


def sleepers() -> list[psutil.Process]:
    return [p for p in processes() if SLEEPS in command(p)]


def test_the_clock_ends_all(grading):
    grading.wait(400)
    assert waited(lambda: not processes(), 5), [command(p) for p in processes()]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_graders_end_is_the_end_of_all(grading, sign):
    own(grading).send_signal(sign)
    grading.wait(60)
    assert waited(lambda: not processes(), 10), [command(p) for p in processes()]


@pytest.mark.parametrize("word", ["dlcourse_teaching.worker", "bwrap"])
def test_the_end_of_a_process_ends_what_runs_in_it(grading, word):
    """The judge's process, and the sandbox: each by kill -9."""
    before = {p.pid for p in sleepers()}
    assert before
    find(grading, word).kill()
    assert waited(lambda: not before & {p.pid for p in sleepers()}, 10)


def test_without_the_warm_interpreter_grading_comes_to_its_end(grading):
    find(grading, "dlcourse_teaching.warm").kill()
    grading.wait(400)
    assert waited(lambda: not processes(), 10), [command(p) for p in processes()]
