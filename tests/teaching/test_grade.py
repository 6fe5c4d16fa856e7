"""Grading runs: refusals, resuming, lost workers."""

import contextlib
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
from nbclient.exceptions import CellTimeoutError

from dlcourse_teaching import engine, grade, sandbox, worker
from dlcourse_utils.cli import main


def collected(course, submissions, run):
    generate.write(course.folder.parent / "in", submissions)
    give_to_grader(course.folder.parent)
    run("collect", course.folder, course.folder.parent / "in")


@pytest.mark.skipif(os.geteuid() != 0, reason="is about root")
def test_root_is_refused():
    with pytest.raises(sandbox.NoSandbox, match="not as root"):
        sandbox.require_sandbox()


def test_without_bubblewrap_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(sandbox.NoSandbox, match="apt-get install bubblewrap"):
        sandbox.require_sandbox()


def test_nothing_collected_is_an_error(course, run):
    give_to_grader(course.folder.parent)
    done = run("grade", course.folder, check=False)
    assert done.returncode == 1 and "dlcourse collect" in done.stderr


def test_a_stopped_run_goes_on(course, run, sandbox):
    collected(course, generate.honest(course, 2), run)
    run("grade", course.folder, "--only", "solved-000", "--workers", 1)
    first = course.folder / "grading" / "notes" / "solved-000.json"
    before = first.stat().st_mtime_ns
    done = run("grade", course.folder, "--workers", 1)
    assert "1 graded before" in done.stdout and "2 graded, 0 need" in done.stdout
    assert first.stat().st_mtime_ns == before


def test_a_new_upload_is_graded_again(course, run, sandbox):
    collected(course, {"alice": generate.released(course)}, run)
    run("grade", course.folder, "--workers", 1)
    assert sum(engine.marks(course, course.load())["alice"].values()) == 0
    collected(course, {"alice": generate.solved(course)}, run)
    run("grade", course.folder, "--workers", 1)
    assert sum(engine.marks(course, course.load())["alice"].values()) == 6


def test_no_sandbox_warns(course, run):
    collected(course, {"alice": generate.solved(course)}, run)
    done = run("grade", course.folder, "--no-sandbox", "--workers", 1)
    assert "WARNING: no sandbox" in done.stderr
    assert sum(engine.marks(course, course.load())["alice"].values()) == 6


def test_a_lost_worker_loses_nothing(course, monkeypatch):
    """The scheduler's side alone: a batch that breaks is done again one by one, then given up."""
    from dask.distributed import Client, LocalCluster

    with LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            monkeypatch.setattr(worker, "grade_batch", _breaks_on_bad)
            todo = {name: ({}, "") for name in ("a", "bad", "c")}
            results = dict(grade._results(client, b"", todo, {}))
    assert {s: r["status"] for s, r in results.items()} == {
        "a": "graded", "bad": "attention", "c": "graded",
    }  # fmt: skip
    assert "broke its worker" in results["bad"]["reason"]


def test_a_cluster_grades(course, run, before, sandbox):
    collected(course, generate.honest(course, 3), run)
    place = course.folder.parent
    file = place / "scheduler.json"
    dask = [*before, str(Path(sys.executable).parent / "dask")]
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), "PYTHONPATH": str(ROOT)}
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file)]
    worker = ["worker", "--scheduler-file", str(file), "--nworkers", "1", "--nthreads", "1"]
    processes = []
    try:
        for arguments in (scheduler, worker):
            processes += [subprocess.Popen(
                [*dask, *arguments, "--no-dashboard"], cwd=place, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )]  # fmt: skip
            while not file.exists():
                assert processes[0].poll() is None, "the scheduler ended"
                time.sleep(0.2)
        run("grade", course.folder, "--scheduler", json.loads(file.read_text())["address"])
    finally:
        for process in processes:
            process.terminate()
            process.wait(30)
    marks = engine.marks(course, course.load())
    assert {student: sum(points.values()) for student, points in marks.items()} == {
        "solved-000": 6, "style-001": 6, "one-wrong-002": 2,
    }  # fmt: skip


def _breaks_on_bad(kit, submissions, options):
    if "bad" in submissions:
        raise RuntimeError("the worker is gone")
    return {student: {"status": "graded"} for student in submissions}


def test_folders_of_killed_workers_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "dlg-999999999-x").mkdir()
    (tmp_path / f"dlg-{os.getpid()}-y").mkdir()
    worker.remove_left_over()
    assert [p.name for p in tmp_path.iterdir()] == [f"dlg-{os.getpid()}-y"]


def test_the_kit_holds_no_student(course):
    import io
    import sqlite3
    import zipfile

    engine_settings = course.load()
    with engine.Gradebook(f"sqlite:///{course.gradebook}", "cs101") as gradebook:
        gradebook.add_student("alice", first_name="Secret")
        gradebook.add_submission(engine_settings.name, "alice")
    kit = zipfile.ZipFile(io.BytesIO(grade._kit(course, engine_settings)))
    assert not any("source/" in name or "solution/" in name for name in kit.namelist())
    assert b"Secret" not in kit.read("gradebook.db")
    (course.folder / "copy.db").write_bytes(kit.read("gradebook.db"))
    with sqlite3.connect(course.folder / "copy.db") as database:
        assert database.execute("SELECT COUNT(*) FROM student").fetchone() == (0,)
    assert json.loads(json.dumps(kit.namelist()))


def test_an_assignment_where_submissions_can_read_is_refused(course, monkeypatch):
    monkeypatch.setattr(sandbox, "readable_folders", lambda: ["/usr", str(course.folder.parent)])
    with pytest.raises(sandbox.NoSandbox, match="Move it elsewhere"):
        grade._require_out_of_sight(course)


def test_a_python_in_the_home_folder_is_refused(monkeypatch):
    monkeypatch.setattr("pathlib.Path.home", lambda: sandbox.Path("/usr/anna"))
    with pytest.raises(sandbox.NoSandbox, match="another Python"):
        sandbox.readable_folders()


def test_a_data_folder_that_is_gone_is_named(course, monkeypatch, capsys):
    monkeypatch.setenv("DLCOURSE_DATA", str(course.folder / "gone"))
    assert main(["grade", str(course.folder)]) == 1
    assert "DLCOURSE_DATA does not exist" in capsys.readouterr().err


def test_what_broke_grading_stands_in_the_log(tmp_path):
    """A kit that cannot be unpacked, say: nobody is graded, and everybody can see why."""
    limits = dict(limits={}, guarded=False, data=None)
    result = worker.grade_batch(b"no zip", {"anna": {}}, limits)["anna"]
    assert result["status"] == "attention" and result["reason"].startswith("grading it broke")
    assert "BadZipFile" in result["log"]


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (CellTimeoutError("Timeout waiting for IOPub output"), "did not arrive"),
        (MemoryError(), "too large"),
    ],
)
def test_output_that_was_lost_is_called_so(problem, words):
    assert words in worker._known(problem).words


@pytest.mark.parametrize(("kind", "tried_again"), [("lost", True), ("hangs", False)])
def test_what_the_machine_is_to_blame_for_is_tried_again(course, monkeypatch, kind, tried_again):
    @contextlib.contextmanager
    def no_cluster(*_):
        yield None

    def results(client, kit, todo, options):
        asked.extend(todo)
        for student in todo:
            yield student, {"status": "attention", "kind": kind, "reason": "…"}

    asked: list[str] = []
    (course.step("submitted", "anna")).mkdir(parents=True)
    (course.step("submitted", "anna") / "04-backpropagation.ipynb").write_text("{}")
    monkeypatch.setattr(grade, "_cluster", no_cluster)
    monkeypatch.setattr(grade, "_results", results)
    for again in (False, False, True):
        grade.grade(course, guarded=False, only=["anna"] if again else None, say=lambda _: None)
    assert len(asked) == (3 if tried_again else 2), "by name always, else if it may help"


def test_half_a_message_is_a_kernel_that_died():
    from jupyter_client.session import Session

    with pytest.raises(ValueError, match="Signature") as failure:
        Session(key=b"key").deserialize([b"other", b"{}", b"{}", b"{}", b"{}"])
    assert worker._known(failure.value).kind == "died"
    assert worker._known(ValueError("of another kind")).kind == "unknown"
