"""Answers in words: from an instructor's file to marks by several graders."""

import copy
import csv

import generate
import nbformat
import pytest
from graders import CHOICE, ROOT, give_to_grader

from dlcourse_teaching import engine, rubric
from dlcourse_teaching.assignment import assign
from dlcourse_teaching.export import export
from dlcourse_teaching.feedback import write_feedback
from dlcourse_teaching.kit import make_kit
from dlcourse_teaching.report import write_report
from dlcourse_teaching.restore import read_notebook, rebuild
from dlcourse_teaching.self_test import known_work
from dlcourse_teaching.written import STARTER, answer_of, read_questions

QUESTIONS = """\
# Questions for the second week

## Why does momentum help? {#why-momentum points=3}

Explain with a picture or a formula.

```
## not a heading
```

Rubric:

- 2: names the ravine
- 1: says what averaging does

## What does a gradient point at? {#gradient points=1.5 chapter=4}
"""
CHAPTERS = ["04-backpropagation", "05-optimizers"]


@pytest.fixture
def written(assignment, tmp_path):
    """The assignment with two written questions."""
    path = tmp_path / "questions.md"
    path.write_text(QUESTIONS)
    assign(assignment.folder, CHOICE, book=ROOT, course="cs101", written=path)
    return assignment


def released(assignment, name="05-optimizers"):
    return nbformat.read(assignment.step("release") / f"{name}.ipynb", as_version=4)


def graded(assignment, student, answers, *, is_new_work=False):
    """A student's work, as a grading run leaves it; nothing is executed."""
    for name in CHAPTERS:
        notebook = released(assignment, name)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id, cell.source)
        for step in ("submitted", "autograded"):
            assignment.step(step, student).mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, assignment.step(step, student) / f"{name}.ipynb")
    ids = [id for ids in assignment.load().exercises.values() for id in ids]
    verdict = {"status": "passed", "misconception": None, "told": "", "passes_visible": True}
    note = {"status": "graded", "remarks": [], "verdicts": dict.fromkeys(ids, verdict)}
    assignment.save_note("grading", student, note)
    assignment.save_note("collected", student, {"name": student, "lms_id": student})
    settings = assignment.load()
    earned = {id: settings.points[id] for id in ids}
    return engine.record(assignment, settings, student, earned, is_new_work=is_new_work)


def filled(path, to, marks, grader):
    """A copy of the table with points of one grader: by student and question."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        given = marks.get((row["student"], row["question"]))
        if given:
            *points, row["comment"] = given
            row |= {f"points {i}": text for i, text in enumerate(points, start=1)}
            row["grader"] = grader
    with to.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return to


def test_questions_are_read_from_markdown_and_from_yaml(tmp_path):
    path = tmp_path / "questions.md"
    path.write_text(QUESTIONS)
    first, second = read_questions(path, CHAPTERS)
    assert first["id"] == "why-momentum" and first["chapter"] == "05-optimizers"
    assert "## not a heading" in first["text"] and "Rubric" not in first["text"]
    assert first["rubric"] == [[2, "names the ravine"], [1, "says what averaging does"]]
    assert second["chapter"] == "04-backpropagation" and second["rubric"][0][0] == 1.5
    path = tmp_path / "questions.yaml"
    path.write_text("- {id: why, title: W, points: 2, rubric: [{points: 2, text: says so}]}\n")
    assert read_questions(path, CHAPTERS)[0]["rubric"] == [[2, "says so"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("## Why?\n", "has no id and points"),
        ("just text\n", "no question found"),
        ("## Why? {#why}\n", "points None is no number"),
        ("## Why? {#why points=0}\n", "must be above 0"),
        ("## Why? {#Why points=1}\n", "small letters"),
        ("## Why? {#why points=1 chapter=9}\n", "chapter 9 is not in the assignment"),
        ("## Why? {#why points=1 level=9}\n", "level means nothing"),
        ("## Why? {#why points=3}\nRubric:\n- 1: a\n- 1: b\n", "add up to 2, not to 3"),
        ("## Why? {#why points=3}\nRubric:\nthree for all\n", "write a rubric as a list"),
        ("## Why? {#why points=3}\n## How? {#why points=3}\n", "two questions have the id"),
        ("## Why? {#a-check points=3}\n", "checks of exercises"),
    ],
)
def test_bad_questions_are_explained(tmp_path, text, words):
    path = tmp_path / "questions.md"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        read_questions(path, CHAPTERS)


def test_an_exercises_id_is_taken(assignment, tmp_path):
    path = tmp_path / "questions.md"
    path.write_text("## Why? {#count-updates points=1}\n")
    with pytest.raises(ValueError, match="an exercise has that id"):
        assign(assignment.folder, [], book=ROOT, course="cs101", written=path)


def test_the_release_has_nbgraders_cell_and_no_rubric(written):
    cells = {cell.id: cell for cell in released(written).cells}
    cell = cells["why-momentum"]
    marks = cell.metadata.nbgrader
    assert (cell.cell_type, cell.source) == ("markdown", STARTER)
    assert (marks.grade, marks.solution, marks.locked, marks.points) == (True, True, False, 3)
    assert marks.schema_version == 3
    assert "3 points, marked by your instructors" in cells["question-why-momentum"].source
    release = (written.step("release") / "05-optimizers.ipynb").read_text()
    assert "ravine" not in release
    assert "ravine" in (written.step("solution") / "05-optimizers.ipynb").read_text()
    assert written.load().total == 6 + 4.5
    assert assign(written.folder, CHOICE, book=ROOT, course="cs101") == [], "it keeps them"


def test_questions_do_not_change_under_graded_work(written, tmp_path):
    graded(written, "anna", {})
    path = tmp_path / "other.md"
    path.write_text(QUESTIONS.replace("Explain", "Explain in your words"))
    assert assign(written.folder, [], book=ROOT, course="cs101", written=path)
    path.write_text("")
    with pytest.raises(ValueError, match="graded work"):
        assign(written.folder, [], book=ROOT, course="cs101", written=path)


def restored(assignment, change):
    notebook = copy.deepcopy(released(assignment))
    change(notebook.cells, {cell.id: i for i, cell in enumerate(notebook.cells)})
    rebuilt = rebuild(released(assignment), read_notebook(nbformat.writes(notebook).encode()))
    nbformat.validate(rebuilt.notebook)
    (cell,) = (cell for cell in rebuilt.notebook.cells if cell.id == "why-momentum")
    assert cell.cell_type == "markdown" and cell.metadata.nbgrader.grade
    return answer_of(cell), rebuilt


def test_answers_survive_however_they_come_back(written):
    def in_its_cell(cells, at):
        cells[at["why-momentum"]].source = "Because."

    def below(cells, at):
        cells.insert(at["why-momentum"] + 1, nbformat.v4.new_markdown_cell("Because."))

    def in_place(cells, at):
        cells[at["why-momentum"]] = nbformat.v4.new_markdown_cell("Because.")

    def as_code(cells, at):
        cell = cells[at["why-momentum"]]
        cells[at["why-momentum"]] = nbformat.v4.new_code_cell("Because.", id=cell.id)

    def without_marks(cells, at):
        for number, cell in enumerate(cells):
            cell.metadata, cell.id = {}, f"c{number}"
        cells[at["why-momentum"]].source = "Because."

    for change in (in_its_cell, below, in_place, as_code, without_marks):
        answer, rebuilt = restored(written, change)
        assert answer == "Because.", change.__name__
        code = [c.source for c in rebuilt.notebook.cells if c.cell_type == "code"]
        assert "Because." not in code and not rebuilt.missing, change.__name__


def test_two_cells_and_a_picture_are_one_answer(written):
    picture = {"proof.png": {"image/png": "aGk="}}

    def change(cells, at):
        cells[at["why-momentum"]].source = "First."
        more = nbformat.v4.new_markdown_cell("![](attachment:proof.png)", attachments=picture)
        cells.insert(at["why-momentum"] + 1, more)

    answer, rebuilt = restored(written, change)
    assert answer == "First.\n\n![](attachment:proof.png)"
    assert rebuilt.notebook.cells[-1].attachments == picture


def test_an_empty_answer_is_empty(written):
    for source in (STARTER, "", "  \n"):

        def change(cells, at, source=source):
            cells[at["why-momentum"]].source = source

        answer, _ = restored(written, change)
        assert answer == ""


def test_the_self_test_leaves_words_alone(written):
    for work in known_work(written, make_kit(written, written.load())).values():
        assert STARTER in work["05-optimizers.ipynb"].decode()


def test_what_waits_for_a_mark_has_no_total(written):
    graded(written, "anna", {"why-momentum": "A ravine."})
    graded(written, "ben", {})
    path, notes = export(written, "csv")
    with path.open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert (rows["anna"]["points"], rows["anna"]["why-momentum"]) == ("", "")
    assert rows["ben"]["points"] == "6" and rows["ben"]["why-momentum"] == "0"
    assert notes == ["anna: no mark (waits for a mark by hand: why-momentum)"]
    page = next(p for p in write_feedback(written, ROOT) if "anna/hw/05" in str(p)).read_text()
    assert "so far" in page and "not marked yet" in page
    report = write_report(written, ROOT).read_text()
    assert "Of 1 a written answer waits" in report and "Median 6;" in report


def test_graders_mark_in_tables_and_students_read_it(written, tmp_path):
    words = "=1+1\n- the ravine </pre><script>"
    graded(written, "anna", {"why-momentum": words, "gradient": "Up."})
    graded(written, "ben", {"why-momentum": "Speed."})
    table, count, waiting = rubric.write_table(written)
    assert (count, waiting) == (3, 3)
    assert "\n'=1+1" in table.read_text() or "\"'=1+1" in table.read_text()
    first = {
        ("anna", "why-momentum"): ("2", "0,5", "Nice."),
        ("ben", "why-momentum"): ("0", "1", ""),
    }
    second = {("anna", "gradient"): ("1.5", "")}
    paths = [filled(table, tmp_path / "a.csv", first, "Xu"),
             filled(table, tmp_path / "b.csv", second, "Yi")]  # fmt: skip
    assert rubric.read_tables(written, paths) == 3
    settings = written.load()
    marks = engine.marks(written, settings)
    assert (marks["anna"]["why-momentum"], marks["anna"]["gradient"]) == (2.5, 1.5)
    assert marks["ben"]["why-momentum"] == 1 and marks["ben"]["gradient"] == 0
    page = next(p for p in write_feedback(written, ROOT) if "anna/hw/05" in str(p)).read_text()
    assert "2.5 of 3" in page and "2 of 2: names the ravine" in page and "Nice." in page
    assert "&lt;script&gt;" in page and "<script" not in page and "so far" not in page
    table, count, waiting = rubric.write_table(written)
    assert waiting == 0 and "Nice.,Xu" in table.read_text()


def test_a_mark_that_cannot_be_right_is_refused_with_file_and_row(written, tmp_path):
    graded(written, "anna", {"why-momentum": "A ravine."})
    graded(written, "ben", {"why-momentum": "Speed."})
    table, _, _ = rubric.write_table(written)

    def read(*marks_and_graders):
        paths = [
            filled(table, tmp_path / f"{grader}.csv", marks, grader)
            for marks, grader in marks_and_graders
        ]
        return rubric.read_tables(written, paths)

    anna, ben = ("anna", "why-momentum"), ("ben", "why-momentum")
    for mark, problem in (
        (("3", "0", ""), "Xu.csv, row 2: points 1 is 3, and there are at most 2"),
        (("-1", "0", ""), "row 2: points 1 is '-1'"),
        (("nan", "0", ""), "row 2: points 1 is 'nan'"),
        (("2", "", ""), "points 2 is empty"),
        (("two", "0", ""), "'two': write a number"),
    ):
        with pytest.raises(ValueError, match=problem):
            read(({anna: mark, ben: ("1", "1", "")}, "Xu"))
    with pytest.raises(ValueError, match="column grader"):
        read(({anna: ("1", "1", "")}, ""))
    with pytest.raises(ValueError, match=r"Yi.csv, row 2: 1 points .* Xu.csv, row 2 2 points"):
        read(({anna: ("2", "0", "")}, "Xu"), ({anna: ("1", "0", "")}, "Yi"))
    assert engine.manual_marks(written, written.load()) == {}, "all or nothing"
    read(({anna: ("2", "0", "")}, "Xu"))
    read(({anna: ("2", "1", "")}, "Xu"))
    with pytest.raises(ValueError, match="which has 3 by Xu"):
        read(({anna: ("1", "0", "")}, "Yi"))
    graded(written, "ben", {"why-momentum": "Another answer."})
    with pytest.raises(ValueError, match="another answer to why-momentum since"):
        read(({ben: ("1", "0", "")}, "Yi"))


def test_a_mark_stays_with_the_answer_it_was_about(written, tmp_path):
    graded(written, "anna", {"why-momentum": "A ravine."})
    table, _, _ = rubric.write_table(written)
    mark = {("anna", "why-momentum"): ("2", "1", "Good.")}
    rubric.read_tables(written, [filled(table, tmp_path / "a.csv", mark, "Xu")])
    settings = written.load()
    engine.record(written, settings, "anna", {}, is_new_work=True,
                  same_answers=frozenset(["why-momentum"]))  # fmt: skip
    assert engine.marks(written, settings)["anna"]["why-momentum"] == 3
    (said,) = graded(written, "anna", {"why-momentum": "Speed."}, is_new_work=True)
    assert "taken out: 3 points" in said
    assert "why-momentum" not in engine.marks(written, settings)["anna"]
    _, _, waiting = rubric.write_table(written)
    assert waiting == 1 and (written.folder / "rubric-1.csv").is_file(), "the old table is kept"


def test_no_questions_no_table(assignment):
    with pytest.raises(ValueError, match="no written questions"):
        rubric.write_table(assignment)


def test_from_assignment_to_feedback_with_the_commands(written, run, sandbox):
    """As an instructor does it, with the sandbox and the self-test."""
    place = written.folder.parent
    notebooks = generate.with_answers(generate.solved(written), {"why-momentum": "A ravine."})
    generate.write(place / "in", {"anna": notebooks})
    give_to_grader(place)
    run("collect", written.folder, place / "in")
    said = run("grade", written.folder, "--workers", 1).stdout
    assert "1 graded, 0 need attention" in said and "dlcourse rubric" in said
    assert "1 answers, 1 of them without a mark" in run("rubric", written.folder).stdout
    mark = {("anna", "why-momentum"): ("2", "1", "Good.")}
    table = filled(written.folder / "rubric.csv", place / "graded.csv", mark, "Xu")
    table.chmod(0o644)
    assert "1 marks" in run("rubric", written.folder, "--read", table).stdout
    run("export", written.folder)
    with (written.folder / "marks-csv.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["points"], row["of"], row["gradient"]) == ("9", "10.5", "0")
    run("feedback", written.folder)
    page = written.folder / "feedback" / "anna" / "hw" / "05-optimizers.html"
    assert "2 of 2: names the ravine" in page.read_text()
    refused = run("rubric", written.folder, "--read", place / "nothing.csv", check=False)
    assert refused.returncode == 1 and "nothing.csv" in refused.stderr
