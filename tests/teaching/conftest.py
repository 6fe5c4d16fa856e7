"""What the teaching tests share: a user who may grade, an assignment, a way to run commands."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from graders import CHOICE, ROOT, as_grader


@pytest.fixture(scope="session")
def before() -> list[str]:
    """What goes before a command that an ordinary user is to run; skips where there is none."""
    try:
        prefix = as_grader()
    except LookupError as problem:
        pytest.skip(f"NOT TESTED: {problem}")
    tried = subprocess.run(
        [*prefix, sys.executable, "-c", "import nbgrader, dlcourse_utils"],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        cwd="/",
    )
    if tried.returncode:
        pytest.skip(f"NOT TESTED, the grading user cannot read the course: {tried.stderr[-200:]}")
    return prefix


@pytest.fixture(scope="session")
def run(folder, before) -> Callable:
    """Run a ``dlcourse`` command as an ordinary user; returns the finished process."""
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
def sandbox(before) -> None:
    """Skip, and say so, where there is no sandbox."""
    code = "from dlcourse_teaching.sandbox import require_sandbox; require_sandbox()"
    done = subprocess.run(
        [*before, sys.executable, "-c", code], capture_output=True, text=True, cwd="/",
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
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
def pristine(folder):
    """An assignment of three quick exercises from chapters 4 and 5. Do not change it: copy it."""
    from dlcourse_teaching.assignment import assign
    from dlcourse_teaching.assignment_folder import AssignmentFolder

    assign(
        folder / "hw", CHOICE, book=ROOT, course="cs101", due="2026-12-11", timezone="UTC",
        points={"count-updates": 4},
    )  # fmt: skip
    return AssignmentFolder(folder / "hw")


@pytest.fixture
def assignment(pristine, folder):
    """A fresh copy of the assignment: for tests that change it."""
    from dlcourse_teaching.assignment_folder import AssignmentFolder

    place = Path(tempfile.mkdtemp(dir=folder)) / "hw"
    shutil.copytree(pristine.folder, place)
    place.parent.chmod(0o755)
    return AssignmentFolder(place)
