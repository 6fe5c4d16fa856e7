"""What the teaching tests share: a user who may grade, an assignment, a way to run commands."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(Path(__file__).parent))

pytest.importorskip("nbgrader", reason="the grading environment is tested by `make test-teaching`")

# Root escapes the sandbox's limit on processes, so `dlcourse grade` refuses it.
GRADER = os.environ.get("DLCOURSE_GRADER", "dlcourse-grader")
CHOICE = ["4:one-weight-slope,divide-backward", "5:count-updates"]


def _as_grader() -> list[str]:
    """What to put before a command so that an ordinary user runs it."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam(GRADER)
    except KeyError:
        pytest.skip(f"run as root, and there is no user {GRADER!r} to grade as (useradd {GRADER})")
    return ["runuser", "-u", GRADER, "--"]


@pytest.fixture(scope="session")
def run(folder) -> Callable:
    """Run a ``dlcourse`` command as an ordinary user; returns the finished process."""
    before = _as_grader()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }

    def run(*arguments, timeout: float = 500, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [*before, sys.executable, "-m", "dlcourse_utils.cli", *map(str, arguments)],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout}\n{done.stderr}")
        return done

    return run


@pytest.fixture(scope="session")
def sandbox(run) -> None:
    """Skip, and say so, where there is no sandbox."""
    code = "from dlcourse_utils.teaching.sandbox import require_sandbox; require_sandbox()"
    done = subprocess.run(
        [*_as_grader(), sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True, text=True, cwd="/",
    )  # fmt: skip
    if done.returncode:
        pytest.skip("NOT TESTED, no sandbox here: " + done.stderr.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that the grading user may write to."""
    folder = Path(tempfile.mkdtemp(prefix="dlcourse-teaching-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def assignment(folder):
    """An assignment of three quick exercises from chapters 4 and 5. Do not change it: copy it."""
    from dlcourse_utils.teaching.assignment import assign
    from dlcourse_utils.teaching.course import Course

    assign(folder / "hw", CHOICE, book=ROOT, course="cs101", due="Friday", points={"count-updates": 4})
    return Course(folder / "hw")


@pytest.fixture
def course(assignment, folder, request):
    """A fresh copy of the assignment."""
    from dlcourse_utils.teaching.course import Course

    place = Path(tempfile.mkdtemp(dir=folder)) / "hw"
    shutil.copytree(assignment.folder, place)
    place.parent.chmod(0o755)
    return Course(place)


def give_to_grader(path: Path) -> None:
    """Let the grading user own a folder."""
    if os.geteuid() == 0:
        subprocess.run(["chown", "-R", f"{GRADER}:", str(path)], check=True)
