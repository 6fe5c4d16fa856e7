"""Measure grading: submissions a minute on one and two workers, beside plain nbgrader.

``make bench-grading`` prints the table. As root, it grades as the user that the tests use.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import generate
import psutil
from graders import CHOICE, ROOT, as_grader, give_to_grader

from dlcourse_teaching import engine
from dlcourse_teaching.assignment import assign
from dlcourse_teaching.assignment_folder import AssignmentFolder

_LIMITS = ["--cell-seconds", "10", "--submission-seconds", "120", "--memory", "2"]
_DLCOURSE = ["-m", "dlcourse_utils.cli"]
_PLAIN = 4  # one in so many of the honest ones is enough for plain nbgrader


def start(folder: Path, arguments: list, *, cwd: Path = ROOT) -> subprocess.Popen:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    command = [*as_grader(), sys.executable, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def fresh(
    folder: Path, assignment: AssignmentFolder, name: str, submissions: dict
) -> AssignmentFolder:
    place = folder / name / "hw"
    shutil.copytree(assignment.folder, place)
    generate.write(folder / name / "in", submissions)
    give_to_grader(folder / name)
    start(folder, [*_DLCOURSE, "collect", place, folder / name / "in"]).wait()
    return AssignmentFolder(place)


def statuses(assignment: AssignmentFolder) -> list[str]:
    return [assignment.note("grading", s).get("status") for s in assignment.students()]


def graded(folder: Path, assignment: AssignmentFolder, workers: int) -> float:
    """Grade; returns the minutes, without those of the self-test that comes first."""
    command = [*_DLCOURSE, "grade", assignment.folder, "--workers", workers, *_LIMITS]
    run = start(folder, command)
    tested = assignment.folder / "grading" / "self-test.json"
    while run.poll() is None and not tested.exists():
        time.sleep(0.05)
    began = time.monotonic()
    run.wait()
    return (time.monotonic() - began) / 60


def plain_nbgrader(folder: Path, assignment: AssignmentFolder) -> float:
    """nbgrader's own autograde of the same work, without a sandbox; returns the minutes."""
    began = time.monotonic()
    command = ["-m", "nbgrader", "autograde", "hw", "--Execute.kernel_name=python3"]
    code = start(folder, command, cwd=assignment.folder).wait()
    if code:
        raise RuntimeError(f"nbgrader ended with {code}")
    return (time.monotonic() - began) / 60


def kill_a_worker(parent: int) -> bool:
    """Kill a process that grades; True if there was one."""
    for process in psutil.Process(parent).children(recursive=True):
        if "dlcourse_teaching.worker" in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)
            return True
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    count = parser.parse_args().count
    folder = Path(tempfile.mkdtemp(prefix="dlcourse-bench-"))
    folder.chmod(0o755)
    try:
        assign(folder / "hw", CHOICE, book=ROOT, course="cs101")
        pristine = AssignmentFolder(folder / "hw")
        honest = generate.honest(pristine, count)
        few = dict(list(honest.items())[::_PLAIN])
        assignment = fresh(folder, pristine, "plain", few)
        rate = len(few) / plain_nbgrader(folder, assignment)
        print(f"| plain nbgrader, no sandbox | {rate:.0f} a minute |", flush=True)
        rates = {}
        for workers in (1, 2):
            assignment = fresh(folder, pristine, f"honest-{workers}", honest)
            rates[workers] = count / graded(folder, assignment, workers)
            print(f"| sandbox, {workers} at a time | {rates[workers]:.0f} a minute |", flush=True)
        print(f"| speed-up with two | {rates[2] / rates[1]:.2f} |", flush=True)
        submissions = generate.mixed(pristine, count, 0.05)
        assignment = fresh(folder, pristine, "mixed", submissions)
        rate = count / graded(folder, assignment, 2)
        found = statuses(assignment)
        print(
            f"| a twentieth hostile, 2 at a time | {rate:.0f} a minute, {found.count('graded')} "
            f"graded, {found.count('attention')} need attention |",
            flush=True,
        )
        wanted = engine.marks(assignment, assignment.load())
        few = dict(list(submissions.items())[:: max(1, count // 40)])
        assignment = fresh(folder, pristine, "killed", few)
        run = start(folder, [*_DLCOURSE, "grade", assignment.folder, "--workers", 2, *_LIMITS])
        killed = False
        while run.poll() is None and not killed:
            time.sleep(0.1)
            done = sum(status is not None for status in statuses(assignment))
            killed = done >= len(few) // 4 and kill_a_worker(run.pid)
        run.wait()
        marks = engine.marks(assignment, assignment.load())
        lost = [student for student in few if marks.get(student) != wanted.get(student)]
        print(f"| a worker killed in between | {killed} | {len(lost)} of {len(few)} lost |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
