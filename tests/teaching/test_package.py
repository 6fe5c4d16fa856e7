"""Packages for Gradescope and GitHub Classroom, run as these would run them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import generate
import pytest
import yaml
from graders import GRADER, ROOT, as_grader

from dlcourse_teaching.assignment import assign
from dlcourse_teaching.in_gradescope import results
from dlcourse_teaching.kit import hidden_seed, make_kit
from dlcourse_teaching.package_classroom import package_classroom, workflow
from dlcourse_teaching.package_gradescope import package_gradescope

# What students' code must not be able to do; each line of `print` here would be a finding.
SPIES = """
import os, pathlib, signal
found = []
base = pathlib.Path("BASE")
for path in ("source/assignment.json", "source/judge/dlcourse_utils/__init__.py", "results"):
    try:
        found.append(os.listdir(base / path) if path == "results" else (base / path).read_text())
    except OSError:
        pass
try:
    (base / "results" / "results.json").write_text('{"score": 99}')
    found.append("wrote")
except OSError:
    pass
for entry in os.listdir("/proc"):
    if entry.isdigit():
        try:
            if b"in_gradescope" in pathlib.Path("/proc", entry, "cmdline").read_bytes():
                pathlib.Path("/proc", entry, "environ").read_bytes()
                found.append("looked into the judge")
        except OSError:
            pass
try:
    import dlcourse_utils.exercises.backpropagation
    found.append("the checks")
except ImportError:
    pass
pathlib.Path("SPIED").write_text(repr(found))
"""


@pytest.fixture
def gradescope(assignment):
    """A folder laid out as Gradescope lays out ``/autograder``; what its image would hold."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: Gradescope runs its autograder as root, and this is another user")
    try:
        as_grader()
    except LookupError as problem:
        pytest.skip(f"NOT TESTED: {problem}")
    base = Path(tempfile.mkdtemp(prefix="autograder-"))
    base.chmod(0o755)
    for name in ("source", "submission", "results", "opt"):
        (base / name).mkdir()
    with zipfile.ZipFile(package_gradescope(assignment, ROOT)) as archive:
        archive.extractall(base / "source")
    # What setup.sh does, but for the packages, which are here.
    shutil.copytree(base / "source" / "student", base / "opt" / "student")
    subprocess.run(["chmod", "-R", "a+rX", base / "opt"], check=True)
    shutil.copy(base / "source" / "run_autograder", base / "run_autograder")
    (base / "run_autograder").chmod(0o755)
    yield base
    shutil.rmtree(base)


def graded(base, notebooks):
    """What Gradescope would read after a submission."""
    shutil.rmtree(base / "submission")
    (base / "submission").mkdir()
    for name, notebook in notebooks.items():
        (base / "submission" / name).write_text(json.dumps(notebook))
    done = subprocess.run(
        [base / "run_autograder"], capture_output=True, text=True, timeout=300, cwd=base,
        env={
            "PATH": os.environ["PATH"],
            "DLCOURSE_AUTOGRADER": str(base),
            "DLCOURSE_PYTHON": sys.executable,
            "DLCOURSE_STUDENT_ACCOUNT": GRADER,
            "DLCOURSE_STUDENT_PACKAGE": str(base / "opt" / "student"),
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((base / "results" / "results.json").read_text())
    require_gradescopes_format(report)
    return report


def require_gradescopes_format(report):
    """As https://gradescope-autograders.readthedocs.io/en/latest/specs/ has it."""
    assert set(report) == {"score", "output", "visibility", "stdout_visibility", "tests"}
    assert report["visibility"] == "visible" and report["stdout_visibility"] == "hidden"
    for test in report["tests"]:
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in ("passed", "failed") and test["output_format"] == "text"
        assert all(isinstance(test[key], str) for key in ("name", "number", "output", "visibility"))
    assert report["score"] == sum(test["score"] for test in report["tests"])


def scores(report):
    return [(test["score"], test["max_score"]) for test in report["tests"]]


def test_right_and_wrong_work_in_gradescope(assignment, gradescope):
    report = graded(gradescope, generate.solved(assignment))
    assert scores(report) == [(1, 1), (1, 1), (4, 4)] and report["output"] == ""
    notebooks = generate.solved(assignment)
    wrong = generate.with_answers(notebooks, {"one-weight-slope": "def slope(w, x, y): return 0"})
    report = graded(gradescope, {"04-backpropagation (1).ipynb": wrong["04-backpropagation.ipynb"]})
    assert scores(report) == [(0, 1), (1, 1), (0, 4)]
    assert "Not right yet." in report["tests"][0]["output"]
    assert "05-optimizers.ipynb was not handed in." in report["output"]
    report = graded(gradescope, {"essay.txt": {}})
    assert report["score"] == 0 and "no notebook of this assignment" in report["output"]


@pytest.mark.parametrize("trick", ["the-checks-own-answer", "memory", "frames", "patches-verify"])
def test_tricks_get_nothing_in_gradescope(assignment, gradescope, trick):
    report = graded(gradescope, generate.tricks(assignment)[f"trick-{trick}"])
    assert report["score"] == 0


def test_student_code_in_gradescope_sees_no_seed_and_writes_no_result(assignment, gradescope):
    spied = gradescope / "spied"
    spied.mkdir()
    spied.chmod(0o777)
    spies = SPIES.replace("BASE", str(gradescope)).replace("SPIED", str(spied / "found"))
    notebooks = generate.with_answers(generate.released(assignment), {"one-weight-slope": spies})
    report = graded(gradescope, notebooks)
    assert report["score"] == 0
    assert (spied / "found").read_text() == "[]"
    assert (spied / "found").owner() == GRADER


@pytest.mark.parametrize("name", ["exits", "leaves-a-process"])
def test_hostile_code_in_gradescope_ends_with_its_run(assignment, gradescope, name):
    report = graded(gradescope, generate.hostile(assignment, [name])[f"hostile-{name}"])
    if name == "exits":
        assert report["score"] == 0 and "ended its own process" in report["output"]
    else:
        assert report["tests"][0]["score"] == 1
        import psutil

        left = [p for p in psutil.process_iter(["cmdline"]) if "54321" in (p.info["cmdline"] or [])]
        assert not [p for p in left if p.username() == GRADER]


def test_the_archive_keeps_right_answers_from_students_and_is_the_same_again(assignment):
    path = package_gradescope(assignment, ROOT)
    before = path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(package_gradescope(assignment, ROOT)) as archive:
        names = archive.namelist()
        for script in ("setup.sh", "run_autograder"):
            assert archive.getinfo(script).external_attr >> 16 & 0o111
            checked = subprocess.run(["bash", "-n"], input=archive.read(script), check=False)
            assert checked.returncode == 0
        assert b"tensorflow" not in archive.read("requirements.txt"), "no exercise here needs it"
        assert not [x for x in archive.read("constraints.txt").split(b"\n") if x[:1] == b"-"]
        seen = {n: archive.read(n) for n in names if n.startswith("student/")}
        judge = {n for n in names if n.startswith("judge/")}
    assert path.read_bytes() == before
    assert "judge/dlcourse_utils/exercises/backpropagation/one_weight_slope.py" in judge
    assert {n.split("/")[3] for n in seen if n.startswith("student/dlcourse_utils/exercises/")} == {
        "__init__.py", "engine",
    }  # fmt: skip
    seeds = [str(e["seed"]) for e in make_kit(assignment, assignment.load())["exercises"].values()]
    assert not [n for n, content in seen.items() for s in seeds if s.encode() in content]


def test_work_without_a_verdict_is_no_silent_zero():
    about = {"title": "T", "points": 2, "notebook": "x.ipynb", "section": "S", "link": None}
    report = results({"x": about}, {"status": "attention", "reason": "it took too long"}, [])
    require_gradescopes_format(report)
    assert "it took too long" in report["output"] and "no verdict" in report["output"]


def test_the_repository_for_students_holds_nothing_private(assignment):
    settings = assignment.load()
    folder = package_classroom(assignment, ROOT)
    seeds = [str(hidden_seed(settings.seed, id)) for id in settings.tasks]
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert settings.seed not in text and not [seed for seed in seeds if seed in text]
            assert "BEGIN SOLUTION" not in text and "2 * error * x" not in text
    made = yaml.safe_load((folder / ".github" / "workflows" / "classroom.yml").read_text())
    assert made == workflow(settings, "https://github.com/YOUR_ORG/dlcourse", needs_framework=False)
    assert made["name"] == "Autograding Tests" and list(made["jobs"]) == ["run-autograding-tests"]
    steps = {step.get("id"): step for step in made["jobs"]["run-autograding-tests"]["steps"]}
    assert steps["count-updates"]["with"]["max-score"] == 4
    *_, report = made["jobs"]["run-autograding-tests"]["steps"]
    assert report["with"]["runners"] == ",".join(settings.tasks)
    assert report["env"]["COUNT-UPDATES_RESULTS"] == "${{steps.count-updates.outputs.result}}"


def test_parts_of_points_are_refused_for_github_classroom(assignment):
    assign(assignment.folder, [], book=ROOT, course="cs101", points={"count-updates": 1.5})
    with pytest.raises(ValueError, match="whole points: change those of count-updates"):
        package_classroom(assignment, ROOT)


def test_the_workflows_checks_tell_right_from_wrong(assignment, tmp_path):
    """Its commands, with a real kernel, as GitHub would run them."""
    folder = tmp_path / "repository"
    shutil.copytree(package_classroom(assignment, ROOT), folder)
    notebooks = generate.solved(assignment)
    wrong = {"one-weight-slope": "def slope(w, x, y):\n    return 0"}
    for name, notebook in generate.with_answers(notebooks, wrong).items():
        for cell in notebook.cells:
            if cell.id == "divide-backward-check":
                cell.source = "pass  # who empties a check gets nothing for it"
        (folder / name).write_text(json.dumps(notebook))
    environment = os.environ | {"PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1"}

    def check(*exercise):
        return subprocess.run(
            [sys.executable, ".github/check.py", *exercise], cwd=folder, env=environment,
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    assert check().returncode == 0
    assert check("count-updates").returncode == 0
    failed = check("one-weight-slope")
    assert failed.returncode == 1 and failed.stdout
    assert "was not found" in check("divide-backward").stdout
