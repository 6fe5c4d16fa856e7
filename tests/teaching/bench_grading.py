"""Measure grading: submissions a minute on one and two workers, and a worker killed in between.

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
from graders import CHOICE, ROOT, as_grader, give_to_grader

from dlcourse_teaching import engine
from dlcourse_teaching.assignment import assign
from dlcourse_teaching.assignment_folder import AssignmentFolder

_LIMITS = ["--cell-seconds", "10", "--submission-seconds", "120", "--memory", "2"]


def start(folder: Path, *arguments) -> subprocess.Popen:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    command = [*as_grader(), sys.executable, "-m", "dlcourse_utils.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def fresh(
    folder: Path, assignment: AssignmentFolder, name: str, submissions: dict
) -> AssignmentFolder:
    place = folder / name / "hw"
    shutil.copytree(assignment.folder, place)
    generate.write(folder / name / "in", submissions)
    give_to_grader(folder / name)
    start(folder, "collect", place, folder / name / "in").wait()
    return AssignmentFolder(place)


def statuses(assignment: AssignmentFolder) -> dict[str, str]:
    return {s: assignment.note("grading", s).get("status") for s in assignment.students()}


def kill_a_worker(parent: int) -> bool:
    """Kill a process that grades for Dask; True if there was one."""
    import psutil

    for process in psutil.Process(parent).children(recursive=True):
        if "dlcourse_teaching.worker" in " ".join(process.cmdline()):
            dask_worker = process.parent()
            os.kill(dask_worker.pid, signal.SIGKILL)
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
        submissions = generate.mixed(AssignmentFolder(folder / "hw"), count, 0.05)
        rates, results = {}, {}
        for workers in (1, 2):
            assignment = fresh(folder, AssignmentFolder(folder / "hw"), f"w{workers}", submissions)
            began = time.monotonic()
            start(folder, "grade", assignment.folder, "--workers", workers, *_LIMITS).wait()
            rates[workers] = 60 * count / (time.monotonic() - began)
            results[workers] = engine.marks(assignment, assignment.load())
            counts = list(statuses(assignment).values())
            print(
                f"| {workers} worker{'s' * (workers > 1)} | {rates[workers]:.0f} a minute | "
                f"{counts.count('graded')} graded, {counts.count('attention')} need attention |",
                flush=True,
            )
        print(f"| speed-up with two | {rates[2] / rates[1]:.2f} |", flush=True)
        few = dict(list(submissions.items())[:: max(1, count // 40)])
        assignment = fresh(folder, AssignmentFolder(folder / "hw"), "killed", few)
        run = start(folder, "grade", assignment.folder, "--workers", 2, *_LIMITS)
        killed = False
        while run.poll() is None and not killed:
            time.sleep(0.2)
            done = sum(status is not None for status in statuses(assignment).values())
            killed = done >= len(few) // 4 and kill_a_worker(run.pid)
        run.wait()
        marks = engine.marks(assignment, assignment.load())
        lost = [student for student in few if marks.get(student) != results[2].get(student)]
        print(f"| a worker killed in between | {killed} | {len(lost)} of {len(few)} lost |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
