"""Grading runs: refusals, resuming, lost workers."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import generate
import pytest
from graders import ROOT, give_to_grader

from dlcourse_teaching import engine, grade, pool, sandbox, worker
from dlcourse_teaching.assignment import assign
from dlcourse_teaching.kit import make_kit
from dlcourse_utils.cli import main


def collected(assignment, submissions, run):
    generate.write(assignment.folder.parent / "in", submissions)
    give_to_grader(assignment.folder.parent)
    run("collect", assignment.folder, assignment.folder.parent / "in")


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_is_refused():
    with pytest.raises(sandbox.NoSandbox, match="not as root"):
        sandbox.require_sandbox()


def test_without_bubblewrap_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(sandbox.NoSandbox, match="apt-get install bubblewrap"):
        sandbox.require_sandbox()


def test_nothing_collected_is_an_error(assignment, run):
    give_to_grader(assignment.folder.parent)
    done = run("grade", assignment.folder, check=False)
    assert done.returncode == 1 and "dlcourse collect" in done.stderr


def test_a_stopped_run_goes_on(assignment, run, sandbox):
    collected(assignment, generate.honest(assignment, 2), run)
    run("grade", assignment.folder, "--only", "solved-000", "--workers", 1)
    first = assignment.folder / "grading" / "notes" / "solved-000.json"
    before = first.stat().st_mtime_ns
    done = run("grade", assignment.folder, "--workers", 1)
    assert "1 graded before" in done.stdout and "2 graded, 0 need" in done.stdout
    assert first.stat().st_mtime_ns == before


def test_a_new_upload_is_graded_again(assignment, run, sandbox):
    collected(assignment, {"alice": generate.released(assignment)}, run)
    run("grade", assignment.folder, "--workers", 1)
    assert sum(engine.marks(assignment, assignment.load())["alice"].values()) == 0
    collected(assignment, {"alice": generate.solved(assignment)}, run)
    run("grade", assignment.folder, "--workers", 1)
    assert sum(engine.marks(assignment, assignment.load())["alice"].values()) == 6


NEARLY = """
def count_updates(examples, batch_size, epochs):
    return (examples // batch_size + 1) * epochs
"""


def test_a_part_of_the_points_is_given_and_taken_back_without_grading_again(
    assignment, run, sandbox
):
    assign(assignment.folder, [], book=ROOT, course="cs101", partial=True)
    answers = {"anna": NEARLY, "ben": "def count_updates(*given):\n    return 12\n"}
    solved = generate.solved(assignment)
    collected(
        assignment,
        {s: generate.with_answers(solved, {"count-updates": a}) for s, a in answers.items()},
        run,
    )
    run("grade", assignment.folder, "--workers", 1)
    settings = assignment.load()
    points = engine.marks(assignment, settings)
    assert 2 <= points["anna"]["count-updates"] < 4 and points["ben"]["count-updates"] == 0
    run("feedback", assignment.folder)
    page = assignment.folder / "feedback" / "anna" / "hw" / "05-optimizers.html"
    assert "inputs, for a part of the points." in page.read_text()
    run("assign", "--out", assignment.folder, "--no-partial", "--points", "divide-backward=3")
    points = engine.marks(assignment, assignment.load())
    assert points["anna"] == {"one-weight-slope": 1, "divide-backward": 3, "count-updates": 0}
    assert "2 graded before" in run("grade", assignment.folder).stdout
    assert points == engine.marks(assignment, assignment.load())
    run("report", assignment.folder)


def test_no_sandbox_warns(assignment, run):
    collected(assignment, {"alice": generate.solved(assignment)}, run)
    done = run("grade", assignment.folder, "--no-sandbox", "--workers", 1)
    assert "WARNING: no sandbox" in done.stderr
    assert sum(engine.marks(assignment, assignment.load())["alice"].values()) == 6


def test_a_lost_worker_loses_nothing():
    """The pool's side alone: what breaks is done again, then given up."""
    with pool.local(1) as graders:
        todo = {name: {"x": name.encode()} for name in ("a", "bad", "c")}
        results = dict(pool.results(graders, {}, todo, {}, _breaks_on_bad))
    assert {s: r["status"] for s, r in results.items()} == {
        "a": "graded", "bad": "attention", "c": "graded",
    }  # fmt: skip
    assert "broke its worker" in results["bad"]["reason"]


def make_keys(place):
    """A certificate that is its own authority, as instructors/grading.md makes it."""
    key, certificate = place / "key.pem", place / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        + ["-subj", "/CN=dlcourse", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    tls = ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]
    return [str(part) for part in tls]


def test_a_cluster_grades(assignment, run, before, sandbox):
    place = assignment.folder.parent
    tls = make_keys(place)
    collected(assignment, generate.honest(assignment, 3), run)
    file = place / "scheduler.json"
    dask = [*before, str(Path(sys.executable).parent / "dask")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "PYTHONPATH": str(ROOT)}
    scheduler = ["scheduler", "--host", "tls://127.0.0.1", "--port", "0"]
    worker = ["worker", "--nworkers", "1", "--nthreads", "1"]
    processes = []
    try:
        for arguments in (scheduler, worker):
            arguments = [*arguments, "--scheduler-file", str(file), "--no-dashboard", *tls]
            processes += [subprocess.Popen(
                [*dask, *arguments], cwd=place, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )]  # fmt: skip
            while not file.exists():
                assert processes[0].poll() is None, "the scheduler ended"
                time.sleep(0.2)
        address = json.loads(file.read_text())["address"]
        refused = run("grade", assignment.folder, "--scheduler", address, check=False)
        assert refused.returncode == 1 and "--tls-cert" in refused.stderr
        run("grade", assignment.folder, "--scheduler", address, *tls)
    finally:
        for process in processes:
            process.terminate()
            process.wait(30)
    marks = engine.marks(assignment, assignment.load())
    assert {student: sum(points.values()) for student, points in marks.items()} == {
        "solved-000": 6, "style-001": 6, "one-wrong-002": 2,
    }  # fmt: skip


def test_a_scheduler_without_tls_is_refused(assignment):
    keys = pool.Keys(Path("ca"), Path("cert"), Path("key"))
    for address, given in (("tcp://10.0.0.5:8786", keys), ("tls://10.0.0.5:8786", None)):
        with pytest.raises(ValueError, match="lets everyone"):
            with pool.cluster(address, given, guarded=True):
                pass


def _breaks_on_bad(kit, work, options):
    if work["x"] == b"bad":
        raise RuntimeError("the worker is gone")
    return {"status": "graded"}


def test_folders_of_killed_workers_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "dlg-999999999-x").mkdir()
    (tmp_path / f"dlg-{os.getpid()}-y").mkdir()
    worker.remove_left_over()
    assert [p.name for p in tmp_path.iterdir()] == [f"dlg-{os.getpid()}-y"]


def test_the_kit_is_plain_and_holds_no_student(assignment):
    settings = assignment.load()
    with engine.Gradebook(f"sqlite:///{assignment.gradebook}", "cs101") as gradebook:
        gradebook.add_student("alice", first_name="Secret")
    kit = make_kit(assignment, settings)
    text = json.dumps(kit)
    assert json.loads(text) == kit
    assert "alice" not in text and settings.seed not in text and "SOLUTION" not in text


def test_an_assignment_where_submissions_can_read_is_refused(assignment, monkeypatch):
    monkeypatch.setattr(
        sandbox, "readable_folders", lambda: ["/usr", str(assignment.folder.parent)]
    )
    with pytest.raises(sandbox.NoSandbox, match="Move it elsewhere"):
        sandbox.require_out_of_sight(assignment.folder)


def test_a_python_in_the_home_folder_is_refused(monkeypatch):
    monkeypatch.setattr("pathlib.Path.home", lambda: sandbox.Path("/usr/anna"))
    with pytest.raises(sandbox.NoSandbox, match="another Python"):
        sandbox.readable_folders()


def test_a_data_folder_that_is_gone_is_named(assignment, monkeypatch, capsys):
    monkeypatch.setenv("DLCOURSE_DATA", str(assignment.folder / "gone"))
    assert main(["grade", str(assignment.folder)]) == 1
    assert "DLCOURSE_DATA does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(("kind", "tried_again"), [("no-kernel", True), ("hangs", False)])
def test_what_the_machine_is_to_blame_for_is_tried_again(
    assignment, monkeypatch, kind, tried_again
):
    def results(graders, kit, todo, options):
        asked.extend(todo)
        for student in todo:
            yield student, {"status": "attention", "kind": kind, "reason": "…"}

    asked: list[str] = []
    (assignment.step("submitted", "anna")).mkdir(parents=True)
    (assignment.step("submitted", "anna") / "04-backpropagation.ipynb").write_text("{}")
    monkeypatch.setattr(pool, "results", results)
    monkeypatch.setattr(grade, "self_test", lambda *_: False)
    for again in (False, False, True):
        grade.grade(assignment, guarded=False, only=["anna"] if again else None, say=lambda _: None)
    assert len(asked) == (3 if tried_again else 2), "by name always, else if it may help"
