"""From chapters to an nbgrader course folder."""

import json
import os
import subprocess

import nbformat
import pytest
from graders import CHOICE, ROOT

from dlcourse_teaching import engine
from dlcourse_teaching.assignment import assign, source_notebook
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.kit import CHECK, hidden_seed, make_kit
from dlcourse_teaching.partial import points
from dlcourse_teaching.selection import pick
from dlcourse_utils.chapter import read_all
from dlcourse_utils.cli import main

CHAPTERS = read_all(ROOT / "chapters")


def test_pick_by_chapter_and_by_exercise():
    chosen = pick(CHAPTERS, ["4:clip-by-norm,one-weight-slope", "5"])
    assert chosen["04-backpropagation"] == ["one-weight-slope", "clip-by-norm"]
    assert len(chosen["05-optimizers"]) >= 5
    assert pick(CHAPTERS, ["4:clip-by-norm,5"])["05-optimizers"] == chosen["05-optimizers"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("99", "no chapter '99'"),
        ("4:nonsense", "it has one-weight-slope"),
        ("clip", "number first"),
    ],
)
def test_pick_says_what_there_is(wanted, words):
    with pytest.raises(ValueError, match=words):
        pick(CHAPTERS, [wanted])


def test_no_notebook_holds_a_hidden_test_and_the_release_no_solution(pristine):
    seeds = [
        str(hidden_seed(pristine.load().seed, id))
        for id in make_kit(pristine, pristine.load())["exercises"]
    ]
    for step, is_solved in (("source", True), ("release", False), ("solution", True)):
        text = "".join(p.read_text() for p in pristine.step(step).iterdir())
        assert ("2 * error * x" in text) == is_solved
        assert "HIDDEN" not in text and not [seed for seed in seeds if seed in text]
        assert ("BEGIN SOLUTION" in text) == is_solved


def test_the_release_is_the_chapters_starter_and_check(pristine):
    notebook = nbformat.read(pristine.step("release") / "04-backpropagation.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = {cell.id: cell for cell in notebook.cells}
    chapter = next(chapter for chapter in CHAPTERS if chapter.number == 4)
    starters = {exercise.id: exercise.starter for exercise in chapter.exercises}
    for id in ("one-weight-slope", "divide-backward"):
        assert cells[id].source == starters[id]
        grader = cells[id].metadata.nbgrader
        assert (grader.grade_id, grader.schema_version, grader.solution) == (id, 3, True)
        assert cells[id + CHECK].metadata.nbgrader.points == 1
    assert "due Friday, 11 December 2026, 23:59 (UTC)." in cells["assignment"].source
    assert "dl.start" not in cells["setup"].source, "NumPy exercises do not wait for Keras"


# What a task may call "above", by exercise: a piece of the chapter that stands there.
POINTED_AT = {
    "one-weight-slope": "The smaller the nudge",
    "count-parameters": "50305",
    "output-size": "stride",
    "soft-lookup": "def softmax",
    "recurrent-parameters": "32",
    "safe-sigmoid": "Two ways of writing the sigmoid",
}


@pytest.mark.parametrize("id", POINTED_AT)
def test_what_a_task_points_at_stands_above_it(id):
    chapter = next(c for c in CHAPTERS if any(e.id == id for e in c.exercises))
    settings = Settings("hw", "c", {chapter.name: [id]}, {id: 1.0})
    cells = source_notebook(chapter, settings, "https://github.com/a/b").cells
    position = next(i for i, cell in enumerate(cells) if cell.id == f"exercise-{id}")
    above = "".join(cell.source for cell in cells[:position] if cell.id != "assignment")
    assert POINTED_AT[id] in above


def test_a_passage_stands_once_and_holds_no_solution():
    chapter = CHAPTERS[3]
    ids = [exercise.id for exercise in chapter.exercises]
    settings = Settings("hw", "c", {chapter.name: ids}, dict.fromkeys(ids, 1.0))
    cells = source_notebook(chapter, settings, "https://github.com/a/b").cells
    passages = [cell.source for cell in cells if cell.id.startswith("passage-")]
    assert len(passages) >= len({exercise.section for exercise in chapter.exercises}) - 1
    # Of its words; code may well be written twice, and so are headings and words about figures.
    lines = [x for p in passages for x in p.splitlines() if len(x) > 60 and x[0] not in " <*"]
    assert len(lines) == len(set(lines))
    for exercise in chapter.exercises:
        assert exercise.solution not in "".join(passages)


def test_assigning_again_changes_nothing(assignment):
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in assignment.folder.rglob("*.*")}
    assert assign(assignment.folder, CHOICE, book=ROOT, course="cs101") == []
    after = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in assignment.folder.rglob("*.*")}
    assert before == after


def test_other_points_change_one_notebook(assignment):
    changed = assign(
        assignment.folder, [], book=ROOT, course="cs101", points={"one-weight-slope": 2.5}
    )
    names = {str(path) for path in changed}
    assert "release/hw/04-backpropagation.ipynb" in names
    assert not {name for name in names if "05-optimizers" in name}
    assert assignment.load().total == 7.5


def test_a_weight_changes_its_chapter_alone(assignment):
    assign(assignment.folder, [], book=ROOT, course="cs101", weights={4: 3})
    worth = assignment.load().points
    assert worth["one-weight-slope"] == 3 and worth["count-updates"] == 4, "as it was chosen"
    with pytest.raises(ValueError, match="--weight 9: not in the assignment, which has 4, 5"):
        assign(assignment.folder, [], book=ROOT, course="cs101", weights={9: 3})


def graded(assignment, passed):
    """A student of whom these exercises were right, as a grading run leaves it."""
    settings = assignment.load()
    assignment.step("submitted", "alice").mkdir(parents=True, exist_ok=True)
    verdicts = {id: {"status": "passed"} for id in passed}
    assignment.save_note("grading", "alice", {"status": "graded", "verdicts": verdicts})
    engine.record(assignment, settings, "alice", points(settings.points, verdicts, partial=False))


def test_points_and_dates_change_after_grading_without_grading_again(assignment):
    graded(assignment, ["one-weight-slope", "count-updates"])
    worth = {"one-weight-slope": 9.0, "divide-backward": 2.0}
    assign(assignment.folder, [], book=ROOT, course="cs101", points=worth, due="2026-12-14 18:00")
    assert engine.marks(assignment, assignment.load())["alice"] == {
        "one-weight-slope": 9, "divide-backward": 0, "count-updates": 4,
    }  # fmt: skip
    text = (assignment.step("release") / "04-backpropagation.ipynb").read_text()
    assert "due Monday, 14 December 2026, 18:00 (UTC)" in text and "9 points" in text
    with engine.Gradebook(f"sqlite:///{assignment.gradebook}", "cs101") as gradebook:
        hw = gradebook.find_assignment("hw")
        assert (hw.max_score, gradebook.find_submission("hw", "alice").score) == (15, 13)
        assert hw.duedate.isoformat() == "2026-12-14T18:00:00"


def test_graded_work_protects_the_assignments_code(assignment):
    graded(assignment, [])
    with pytest.raises(ValueError, match="graded work"):
        assign(assignment.folder, ["4:one-weight-slope,clip-by-norm", "5:count-updates"],
               book=ROOT, course="cs101")  # fmt: skip


def test_what_was_written_by_hand_goes_with_the_work_it_was_about(assignment):
    graded(assignment, [])
    settings = assignment.load()
    with engine.Gradebook(f"sqlite:///{assignment.gradebook}", "cs101") as gradebook:
        submission = gradebook.find_submission_notebook("04-backpropagation", "hw", "alice")
        grade = next(g for g in submission.grades if g.name == "one-weight-slope-check")
        grade.manual_score = 0.5
        comment = next(c for c in submission.comments if c.name == "one-weight-slope")
        comment.manual_comment = "half of it"
        gradebook.db.commit()
    assert engine.record(assignment, settings, "alice", {}) == []
    assert engine.marks(assignment, settings)["alice"]["one-weight-slope"] == 0.5
    (taken_out,) = engine.record(
        assignment, settings, "alice", {"one-weight-slope": 1}, is_new_work=True
    )
    assert "0.5 points" in taken_out and "half of it" in taken_out
    assert engine.marks(assignment, settings)["alice"]["one-weight-slope"] == 1
    assert engine.comments(assignment, settings) == {}


def test_two_courses_have_other_seeds(pristine):
    exercises, worth = pristine.load().exercises, pristine.load().points
    secrets = [Settings("hw", "cs101", exercises, worth).seed for _ in range(2)]
    assert hidden_seed(secrets[0], "clip-by-norm") != hidden_seed(secrets[1], "clip-by-norm")
    assert hidden_seed(secrets[0], "clip-by-norm") != hidden_seed(secrets[0], "count-updates")


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_exercise_can_be_assigned(chapter):
    """What is given compiles, and starters define what the check asks for."""
    ids = [exercise.id for exercise in chapter.exercises]
    settings = Settings("hw", "c", {chapter.name: ids}, dict.fromkeys(ids, 1.0))
    notebook = source_notebook(chapter, settings, "https://github.com/a/b")
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id != "setup":
            compile(cell.source, cell.id, "exec")
            if starter := cell.metadata.get("dlcourse", {}).get("starter"):
                compile(starter, cell.id, "exec")


def test_settings_are_private(pristine):
    assert pristine.settings_path.stat().st_mode & 0o077 == 0
    for path in pristine.step("source").iterdir():
        assert path.stat().st_mode & 0o077 == 0


def test_nobody_else_reads_an_assignment(tmp_path, capsys):
    """Neither the seed, nor names and marks, nor the gradebook that nbgrader makes."""
    before = os.umask(0o022)
    try:
        out = tmp_path / "hw"
        main(["assign", *CHOICE, "--book", str(ROOT), "--course", "c", "--out", str(out)])
        assert not [p for p in [out, *out.rglob("*")] if p.stat().st_mode & 0o077]
        out.chmod(0o755)  # as folders of the first edition are
        main(["collect", str(out), str(tmp_path / "nothing")])
        assert out.stat().st_mode & 0o007 == 0
    finally:
        os.umask(before)


def test_git_does_not_see_an_assignment(tmp_path):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    folder = AssignmentFolder(tmp_path / "hw")
    folder.keep_private()
    folder.save(Settings("hw", "c", {}, {}))
    seen = subprocess.run(
        ["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert seen == ""


def test_a_placeholder_address_is_not_handed_out_in_silence(tmp_path, capsys):
    book = tmp_path / "book"
    book.mkdir()
    (book / "chapters").symlink_to(ROOT / "chapters")
    for address, warned in (("https://github.com/YOUR_ORG/dlcourse", True),
                            ("https://github.com/anna/dlcourse", False)):  # fmt: skip
        (book / "_config.yml").write_text(f"repository:\n  url: {address}\n")
        main(["assign", "4:one-weight-slope", "--book", str(book), "--course", "c"]
             + ["--out", str(tmp_path / "hw")])  # fmt: skip
        assert ("publish-as" in capsys.readouterr().err) == warned


def test_bad_names_are_refused(tmp_path):
    with pytest.raises(ValueError, match="letters, digits"):
        assign(tmp_path / "week two", ["4"], book=ROOT, course="cs101")
    with pytest.raises(ValueError, match="no chapters"):
        assign(tmp_path / "hw", ["4"], book=tmp_path, course="cs101")
    with pytest.raises(ValueError, match="no assignment"):
        AssignmentFolder(tmp_path).load()


def test_notebooks_are_json_with_stable_order(pristine):
    sources = list(pristine.step("source").iterdir())
    assert sources
    for path in sources:
        assert json.loads(path.read_text())["nbformat_minor"] == 5
