"""The course may lie anywhere and belong to somebody else: marks are the same, none is accused."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import generate
import pytest
from graders import CHOICE, ROOT, give_to_grader

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder

PARTS = ("dlcourse_utils", "dlcourse_teaching", "chapters", "data", "_config.yml")


@pytest.fixture(params=["/tmp/{}/dlcourse", "/tmp/{}/My course (2026), 100%", "/dev/shm/{}/é"])
def clone(request):
    """A copy of the course that the user who grades can read and not change."""
    base = Path(tempfile.mkdtemp(dir=Path(request.param).parents[1]))
    place = Path(request.param.format(base.name))
    place.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, place / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, place / part)
    base.chmod(0o755)
    for path in [place, *place.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield place
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755)
    shutil.rmtree(base)


@pytest.mark.parametrize("options", [[], ["--no-sandbox"]], ids=["sandbox", "no sandbox"])
def test_innocent_work_is_graded_and_not_accused(clone, before, sandbox, options):
    outside = Path(tempfile.mkdtemp(prefix="dlcourse work "))
    give_to_grader(outside)
    hw = outside / "hw 1" / "hw"

    def run(*arguments):
        done = subprocess.run(
            [*before, sys.executable, "-m", "dlcourse_utils.cli", *map(str, arguments)],
            cwd=clone, capture_output=True, text=True, timeout=500,
            env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                 "HOME": str(outside), "PYTHONPATH": str(clone)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        run("assign", *CHOICE, "--course", "cs101", "--out", hw)
        assignment = AssignmentFolder(hw)
        work = {"right": generate.solved(assignment), "blank": generate.released(assignment)}
        generate.write(outside / "in", work)
        give_to_grader(outside)
        run("collect", hw, outside / "in")
        said = run("grade", hw, "--workers", "1", *options)
        assert "Self-test: the worked solutions got full marks" in said
        assert "2 graded, 0 need attention" in said
        marks = engine.marks(assignment, assignment.load())
        assert {student: sum(points.values()) for student, points in marks.items()} == {
            "right": assignment.load().total, "blank": 0,
        }  # fmt: skip
        for student in work:
            assert assignment.note("grading", student)["signs"] == []
    finally:
        shutil.rmtree(outside)
