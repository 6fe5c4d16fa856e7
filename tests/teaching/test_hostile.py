"""Hostile work among honest work: everyone else's marks stand, and nothing gets out."""

import copy
import hashlib
import json
import re
import shutil
import socket
import sqlite3
import tempfile
import threading
from pathlib import Path

import generate
import nbformat
import pytest
from graders import give_to_grader
from hostile import TRICKS

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder
from dlcourse_teaching.kit import CHECK, hidden_seed

FULL = {"one-weight-slope": 1.0, "divide-backward": 1.0, "count-updates": 4.0}
NONE = dict.fromkeys(FULL, 0.0)
# Only the first notebook is handed in.
FIRST = FULL | {"count-updates": 0.0}
FIRST_WRONG = FIRST | {"one-weight-slope": 0.0}


class Listener:
    """A server on this machine that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.connections += 1


def tampered(assignment: AssignmentFolder) -> dict[str, dict]:
    """Submissions whose cells or metadata are not as they were given out."""
    best, made = dict([next(iter(generate.solved(assignment).items()))]), {}

    def each(change):
        notebooks = copy.deepcopy(best)
        for notebook in notebooks.values():
            notebook.cells = [new for cell in notebook.cells for new in change(cell)]
        return notebooks

    def is_own(cell):
        return cell.metadata.nbgrader.solution

    def lost(cell):
        cell.metadata, cell.id = {}, "x" + hashlib.md5(cell.source.encode()).hexdigest()[:7]
        return [cell]

    def colab(cell):
        cell.metadata = {"id": cell.id}
        del cell["id"]
        return [cell]

    def edited(cell):
        if not is_own(cell) and cell.cell_type == "code":
            cell.source = "pass"
        return [cell]

    def tagged(cell):
        cell.metadata.nbgrader = {
            "grade": True, "solution": True, "locked": False, "points": 1000, "task": True,
            "grade_id": cell.id, "schema_version": 99,
        }  # fmt: skip
        return [cell]

    def forged(cell):
        copied = copy.deepcopy(cell)
        copied.id = f"new-{cell.id}"
        copied.metadata.nbgrader.grade_id = f"new-{cell.id}"
        copied.metadata.nbgrader.points = 1000
        return [cell, copied]

    def on_a_helper(cell):
        if not is_own(cell) and not cell.id.endswith(CHECK):
            return [cell]
        if is_own(cell):
            cell.source = re.sub(
                r"^(def \w+\(.*\):)$", r"\1\n    helper()", cell.source, flags=re.M
            )
            return [cell]
        return [cell, nbformat.v4.new_code_cell("def helper(): ...")]

    def merged(cell):
        if cell.id.endswith(CHECK):
            return []
        checks = [c.source for n in best.values() for c in n.cells if c.id == cell.id + CHECK]
        cell.source = "\n\n".join([cell.source, *checks])
        return [cell]

    made["helper-below"] = each(on_a_helper)
    made["merged-with-its-check"] = each(merged)
    made["tests-deleted"] = each(lambda cell: [cell] if is_own(cell) else [])
    made["tests-edited"] = each(edited)
    made["tests-tagged"] = each(tagged)
    made["tests-copied"] = each(lambda cell: [cell, copy.deepcopy(cell)])
    made["tests-forged"] = each(forged)
    made["metadata-lost"] = each(lost)
    made["from-colab"] = each(colab)
    return made


def damaged(assignment: AssignmentFolder) -> dict[str, bytes]:
    """Files that are no notebook of the assignment, for chapter 4."""
    whole = json.dumps(next(iter(generate.solved(assignment).values()))).encode()
    return {
        "cut-off": whole[: len(whole) // 2],
        "empty-file": b"",
        "web-page": b"<!DOCTYPE html><title>Sign in</title>",
        "not-a-notebook": b'{"cells": 5}',
        "deep": b"[" * 200_000 + b"]" * 200_000,
        "huge": whole + b" " * 25_000_000,
    }


@pytest.fixture(scope="module")
def graded(pristine, folder, run, sandbox):
    """One grading run of everything; returns assignment, notes and what was seen outside."""
    place = folder / "hostile" / "hw"
    shutil.copytree(pristine.folder, place)
    place.parent.chmod(0o755)
    assignment = AssignmentFolder(place)
    listener = Listener()
    submissions = generate.honest(assignment, 5)
    submissions |= generate.hostile(assignment)
    submissions |= tampered(assignment)
    submissions |= generate.tricks(assignment)
    for notebooks in submissions.values():
        for notebook in notebooks.values():
            for cell in notebook.cells:
                cell.source = cell.source.replace("PORT", str(listener.port))
    submissions |= {f"last-{k}": v for k, v in generate.honest(assignment, 2).items()}
    incoming = folder / "hostile" / "in"
    generate.write(incoming, submissions)
    for name, content in damaged(assignment).items():
        path = incoming / name / "04-backpropagation.ipynb"
        path.parent.mkdir()
        path.write_bytes(content)
    give_to_grader(folder / "hostile")
    run("collect", place, incoming)
    collected = fingerprints(place / "submitted")
    done = run(
        "grade", place, "--cell-seconds", 8, "--submission-seconds", 120, "--memory", 2,
        "--workers", 2, timeout=1500,
    )  # fmt: skip
    listener.socket.close()
    return assignment, {s: assignment.note("grading", s) for s in assignment.students()}, {
        "before": collected, "after": fingerprints(place / "submitted"), "output": done.stdout,
        "connections": listener.connections,
    }  # fmt: skip


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*") if p.is_file()
    }  # fmt: skip


HONEST_MARKS = {
    "solved-000": FULL, "style-001": FULL, "one-wrong-002": FIRST,
    "wrong-003": NONE, "half-004": FIRST,
    "last-solved-000": FULL, "last-style-001": FULL,
}  # fmt: skip


@pytest.mark.parametrize("student", HONEST_MARKS)
def test_honest_marks_stand(graded, student):
    assignment, notes, _ = graded
    assert notes[student]["status"] == "graded", notes[student]
    assert engine.marks(assignment, assignment.load())[student] == HONEST_MARKS[student]


TAMPERED = [
    "tests-deleted", "tests-edited", "tests-tagged", "tests-copied", "tests-forged",
    "metadata-lost", "from-colab", "helper-below", "merged-with-its-check",
]  # fmt: skip


@pytest.mark.parametrize("student", TAMPERED)
def test_cells_are_recognised_and_tests_restored(graded, student):
    assignment, notes, _ = graded
    assert notes[student]["status"] == "graded", notes[student]
    assert notes[student]["remarks"] == ["05-optimizers.ipynb was not handed in: its points are 0"]
    assert engine.marks(assignment, assignment.load())[student] == FIRST


# What must come of each: marks, or the kind of attention it needs; a list where it depends on how
# fast and how free the machine is. Where the code breaks its own cell, its definitions above still
# count: nothing but the submission itself decides its marks.
WANTED = {
    "loops": FIRST,
    "ignores-interrupts": "hangs",
    "exits": "died",
    "kills-everything": "died",
    # A kernel out of memory works on, or it does not.
    "memory": [FIRST, "memory", "died"],
    "memory-in-children": "memory",
    "floods-at-once": FIRST,
    # Whichever limit is met first.
    "floods": [FIRST, "hangs", "died", "memory"],
    "fork-bomb": [FIRST, "hangs", "died", "memory"],
    "reads": FIRST,
    "changes-marks": FIRST,
    "writes-outside": FIRST,
    "fills-scratch": FIRST,
    "network": FIRST,
    "leaves-a-process": FIRST,
    "skips-assertions": FIRST_WRONG,
    "hides-errors": FIRST_WRONG,
    "patches-verify": FIRST_WRONG,
    "looks-at-cells": FIRST,
    "shows-a-script": FIRST,
}


def test_every_hostile_submission_has_an_expectation():
    assert set(WANTED) == set(generate.HOSTILE)


@pytest.mark.parametrize("name", WANTED)
def test_hostile_work_gets_what_it_deserves(graded, name):
    assignment, notes, _ = graded
    student, wanted = f"hostile-{name}", WANTED[name]
    note = notes[student]
    marks = engine.marks(assignment, assignment.load())
    came = marks[student] if note["status"] == "graded" else note["kind"]
    log = assignment.folder / "grading" / "logs" / f"{student}.txt"
    why = f"{note}\n{log.read_text()[-1500:] if log.exists() else ''}"
    assert came in (wanted if isinstance(wanted, list) else [wanted]), why
    if note["status"] == "attention":
        assert len(note["reason"].split()) > 4, "a reason in words"
        assert student not in marks, "no marks, and so no silent zero"
        assert not (assignment.folder / "autograded" / student / "hw").exists()


# What is only a wrong answer, however it comes about, and interferes with nothing.
NO_ATTACK = {"equal-to-all"}


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_gets_a_mark_and_attacks_are_shown(graded, name):
    assignment, notes, _ = graded
    note = notes[f"trick-{name}"]
    if note["status"] == "graded":
        assert engine.marks(assignment, assignment.load())[f"trick-{name}"] == NONE
        assert bool(note["signs"]) == (name not in NO_ATTACK), note["signs"]
    else:
        assert note["kind"] in ("tampered", "died", "hangs"), note


def test_no_honest_work_is_suspected(graded):
    _, notes, _ = graded
    for student in [*HONEST_MARKS, *TAMPERED]:
        assert notes[student]["signs"] == [] and notes[student]["kind"] is None, notes[student]


@pytest.mark.parametrize(
    ("student", "words"),
    [("cut-off", "cut off or damaged"), ("empty-file", "empty"), ("web-page", "web page"),
     ("not-a-notebook", "no notebook"), ("deep", "damaged"), ("huge", "MB")],
)  # fmt: skip
def test_damaged_files_are_listed_with_the_reason(graded, student, words):
    assignment, notes, seen = graded
    assert notes[student]["status"] == "attention"
    assert words in notes[student]["reason"]
    assert f"{student}: {notes[student]['reason']}" in seen["output"]


def test_no_submission_was_changed_or_lost(graded):
    _, notes, seen = graded
    assert seen["before"] == seen["after"]
    assert all(note.get("status") in ("graded", "attention") for note in notes.values())


def test_the_gradebook_holds_the_marks_of_those_graded_and_nothing_else(graded):
    assignment, notes, _ = graded
    marks = engine.marks(assignment, assignment.load())
    assert set(marks) == {s for s, note in notes.items() if note["status"] == "graded"}
    assert all(points <= FULL[id] for scores in marks.values() for id, points in scores.items())
    with sqlite3.connect(assignment.gradebook) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (most,) = database.execute("SELECT MAX(max_score) FROM grade_cells").fetchone()
    assert most == 4


def test_nothing_was_found_written_or_reached_outside(graded):
    assignment, _, seen = graded
    said = "".join(path.read_text() for path in (assignment.folder / "autograded").rglob("*.ipynb"))
    assert "FOUND []" in said, "the search for others' files ran to its end and found nothing"
    printed = [
        "".join(output.get("text", ""))
        for path in (assignment.folder / "autograded").rglob("*.ipynb")
        for cell in json.loads(path.read_text())["cells"]
        for output in cell.get("outputs", [])
    ]
    assert not [text for text in printed if text.startswith(("WROTE", "CONNECTED"))]
    assert seen["connections"] == 0
    assert not list(Path("/").glob("*/dlcourse-was-here"))


def test_no_process_and_no_file_is_left(graded):
    assignment, _, _ = graded
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "sleep 54321" in command or "dlcourse_teaching.w" in command:
            left.append(command)
    assert not left
    mine = [
        p
        for p in Path(tempfile.gettempdir()).glob("dlg-*")
        if p.owner() == assignment.folder.owner()
    ]
    assert not mine


def test_feedback_shows_no_seed_and_runs_no_script(graded, run):
    assignment, _, _ = graded
    settings = assignment.load()
    run("feedback", assignment.folder)
    pages = {p: p.read_text() for p in (assignment.folder / "feedback").rglob("*.html")}
    assert len([p for p in pages if "hostile-shows-a-script" in str(p)]) == 1
    for path, page in pages.items():
        assert "<script" not in page, path
        for id in FULL:
            assert str(hidden_seed(settings.seed, id)) not in page


def test_grading_twice_gives_the_same_marks(graded, run):
    assignment, _, _ = graded
    before = engine.marks(assignment, assignment.load())
    run("grade", assignment.folder, "--again", "--only", "solved-000", "hostile-exits")
    assert engine.marks(assignment, assignment.load()) == before


def test_the_report_and_the_marks_name_who_needs_attention(graded, run):
    assignment, notes, _ = graded
    run("report", assignment.folder)
    page = (assignment.folder / "report.html").read_text()
    run("export", assignment.folder)
    rows = (assignment.folder / "marks-csv.csv").read_text().splitlines()
    assert notes
    for student, note in notes.items():
        row = next(row for row in rows if row.startswith(student + ","))
        if note["status"] == "attention" or note["signs"]:
            assert student in page
        if note["status"] == "attention":
            assert ",needs attention,," in row, "no points, not 0"
        else:
            assert ",graded," in row
