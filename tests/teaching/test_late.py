"""Due dates, what is known of when work came, and what lateness takes."""

import csv
import os
import zipfile
from datetime import UTC, datetime, timedelta

import generate
import nbformat
import pytest
from graders import CHOICE, ROOT

from dlcourse_teaching import arrival, engine
from dlcourse_teaching.arrival import Arrival
from dlcourse_teaching.assignment import assign
from dlcourse_teaching.collect import collect, collect_exchange
from dlcourse_teaching.deadline import LatePolicy, read_moment
from dlcourse_teaching.export import export
from dlcourse_teaching.feedback import write_feedback
from dlcourse_teaching.lateness import Calendar
from dlcourse_utils.cli import main

DUE = datetime(2026, 12, 11, 23, 59, tzinfo=UTC)  # as conftest.py assigns it
POLICY = "late: {grace_minutes: 15, percent_a_day: 10, at_most_days: 3}\n"
EARNED = {"one-weight-slope": 1.0, "divide-backward": 1.0, "count-updates": 4.0}


@pytest.fixture
def strict(assignment):
    """An assignment in which late work loses points."""
    text = assignment.settings_path.read_text().replace("late: null\n", POLICY)
    assignment.settings_path.write_text(text)
    assert assignment.load().late == LatePolicy(15, 10, 3)
    return assignment


def lateness(assignment, note, student="anna"):
    assignment.step("submitted", student).mkdir(parents=True, exist_ok=True)
    return Calendar(assignment, assignment.load()).lateness(student, note)


def handed_in(moment, **more):
    return {"arrivals": arrival.merged({}, {"04.ipynb": Arrival("x", moment)}), **more}


def first_seen(moment, lms="moodle", late=False):
    one = {"digest": "x", "handed_in": None, "seen": arrival.as_text(moment), "late": late}
    return {"arrivals": {"04.ipynb": one}, "lms": lms}


@pytest.mark.parametrize(
    ("hours", "percent", "remark"),
    [(-1, 0, ""), (0.2, 0, ""), (0.3, 10, "1 day late: −10%"), (25, 20, "2 days late: −20%"),
     (71, 30, "3 days late: −30%"), (73, 100, "4 days late: −100%")],
)  # fmt: skip
def test_a_day_costs_what_the_policy_says(strict, hours, percent, remark):
    late = lateness(strict, handed_in(DUE + timedelta(hours=hours)))
    assert (late.percent, late.remark, late.question) == (percent, remark, "")


def test_the_last_notebook_counts(strict):
    came = {"a": Arrival("1", DUE - timedelta(days=3)), "b": Arrival("2", DUE + timedelta(days=2))}
    assert lateness(strict, {"arrivals": arrival.merged({}, came)}).percent == 20


def test_a_day_is_24_hours_also_when_clocks_are_changed():
    due = read_moment("2026-10-24 12:00", "Europe/Berlin", "due")
    came = read_moment("2026-10-25 11:30", "Europe/Berlin", "came")  # 24.5 hours later
    assert LatePolicy().days(came, due) == 2


def test_an_extension_moves_one_students_date(strict):
    (strict.folder / "extensions.csv").write_text(
        "student,due,reason\nanna,2026-12-13,ill\nnobody,2026-12-13,\n"
    )
    two_days = handed_in(DUE + timedelta(days=2))
    late = lateness(strict, two_days)
    assert late.percent == 0
    assert late.remark == "extension until Sunday, 13 December 2026, 23:59 (UTC)"
    assert lateness(strict, handed_in(DUE + timedelta(days=2.5))).percent == 10
    assert lateness(strict, two_days, "ben").percent == 20
    assert Calendar(strict, strict.load()).unknown == ["nobody"]


def test_what_was_collected_before_it_was_due_is_in_time(strict):
    assert lateness(strict, first_seen(DUE + timedelta(minutes=5))).question == ""


@pytest.mark.parametrize(
    ("lms", "is_late", "asked"),
    [("canvas", False, ""), ("canvas", True, "late, says"), ("moodle", False, "in time or late?")],
)
def test_where_nothing_tells_when_it_came_the_instructor_is_asked(strict, lms, is_late, asked):
    note = first_seen(DUE + timedelta(days=9), lms, is_late)
    late = lateness(strict, note)
    assert (
        late.percent == 0 and late.question.startswith(asked) and bool(asked) == bool(late.question)
    )
    (strict.folder / "handed-in.csv").write_text("student,time\nanna,2026-12-12 20:00\n")
    assert lateness(strict, note).remark == "1 day late: −10%"


def test_without_a_policy_nothing_is_taken_or_asked(assignment):
    late = lateness(assignment, handed_in(DUE + timedelta(days=2)))
    assert (late.percent, late.remark, late.question) == (0, "2 days late", "")
    note = first_seen(DUE + timedelta(days=9))
    assert lateness(assignment, note).question == ""


def test_notes_and_dates_of_the_first_edition_are_read(assignment):
    text = assignment.settings_path.read_text()
    due = next(line for line in text.splitlines() if line.startswith("due:"))
    assignment.settings_path.write_text(text.replace(due, "due: Friday"))
    assert lateness(assignment, {"late": True}).remark == "late, says the learning platform"
    with pytest.raises(ValueError, match="due 'Friday' is no date: write it as"):
        assign(assignment.folder, [], book=ROOT, course="cs101")
    assignment.settings_path.write_text(text.replace(due, "due: 2026-12-12 18:00:00"))
    assert assignment.load().deadline == datetime(2026, 12, 12, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [("extensions.csv", "student,due,reason\nanna,Sunday,\n", "line 2: due 'Sunday' is no date"),
     ("extensions.csv", "who,due,reason\n", "no column student"),
     ("handed-in.csv", "student,time\nnobody,2026-12-13\n", "no submission of 'nobody'")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(strict, file, text, words):
    (strict.folder / file).write_text(text)
    with pytest.raises(ValueError, match=f"{file}.*{words}"):
        lateness(strict, handed_in(DUE))


@pytest.mark.parametrize(
    "late", ["{percent: 10}", "10%", "{percent_a_day: 110}", "{grace_minutes: x}"]
)
def test_a_policy_that_is_none_says_how_to_write_one(assignment, late):
    text = assignment.settings_path.read_text().replace("late: null", f"late: {late}")
    assignment.settings_path.write_text(text)
    with pytest.raises(ValueError, match="percent_a_day: 10, at_most_days: 3"):
        assignment.load()


def test_assign_takes_a_date_and_shows_it_in_words(tmp_path, capsys):
    def say(*options):
        code = main(["assign", *CHOICE, "--book", str(ROOT), "--course", "c", "--out",
                     str(tmp_path / "hw"), *options])  # fmt: skip
        return code, "".join(capsys.readouterr())

    assert say("--due", "next Friday")[0] == 1
    assert not (tmp_path / "hw").exists()
    code, said = say("--due", "12.12.2026")
    assert code == 1 and 'write it as "2026-12-12 18:00"' in said
    code, said = say("--due", "2026-12-12", "--timezone", "Berlin")
    assert code == 1 and "no time zone 'Berlin'" in said
    code, said = say("--due", "2026-12-12 18:00", "--timezone", "Europe/Berlin")
    words = "Saturday, 12 December 2026, 18:00 (Europe/Berlin)"
    assert code == 0 and f"Due {words}." in said
    settings = tmp_path / "hw" / "assignment.yaml"
    settings.write_text(settings.read_text().replace("late: null\n", POLICY))
    assert say()[0] == 0
    page = (tmp_path / "hw" / "release" / "hw" / "04-backpropagation.ipynb").read_text()
    assert f"due {words}. Late work loses 10% of its points for each day" in page
    assert say()[1].startswith("Nothing changed")


def notebooks(assignment, place, student):
    for name, notebook in generate.released(assignment).items():
        path = place / student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        os.utime(path, (DUE.timestamp() + 3600,) * 2)


def arrivals_of(assignment, student):
    return arrival.arrivals(assignment.note("collected", student))


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_file_times_count_only_if_the_instructor_says_so(assignment, tmp_path, kind):
    for student in ("anna", "ben"):
        notebooks(assignment, tmp_path / "in", student)
    source = tmp_path / "in"
    if kind == "zip":
        source = tmp_path / "in.zip"
        with zipfile.ZipFile(source, "w") as archive:
            for path in sorted((tmp_path / "in").rglob("*.ipynb")):
                archive.write(path, path.relative_to(tmp_path / "in"))
    collect(assignment, [source])
    before = arrivals_of(assignment, "anna")
    assert {one.handed_in for one in before} == {None} and all(one.seen for one in before)
    collect(assignment, [source], file_times=True)
    after = arrivals_of(assignment, "anna")
    assert {one.handed_in for one in after} == {DUE.replace(second=0) + timedelta(hours=1)}
    assert [one.seen for one in after] == [one.seen for one in before], "it is the same work"


def test_other_work_is_seen_anew(assignment, tmp_path, monkeypatch):
    notebooks(assignment, tmp_path, "anna")
    notebooks(assignment, tmp_path, "ben")
    monkeypatch.setattr(arrival, "now", lambda: DUE - timedelta(days=1))
    collect(assignment, [tmp_path])
    path = tmp_path / "anna" / "05-optimizers.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nbformat.write(notebook, path)
    monkeypatch.setattr(arrival, "now", lambda: DUE + timedelta(days=1))
    collect(assignment, [tmp_path])
    noted = assignment.note("collected", "anna")["arrivals"]
    assert noted["04-backpropagation.ipynb"]["seen"].startswith("2026-12-10")
    assert noted["05-optimizers.ipynb"]["seen"].startswith("2026-12-12")


def test_canvas_says_late_in_the_name(assignment, tmp_path):
    notebook = generate.released(assignment)["05-optimizers.ipynb"]
    for student, mark in (("anna", "LATE_"), ("ben", "")):
        nbformat.write(notebook, tmp_path / f"{student}_{mark}11{mark and 2}_7_05-optimizers.ipynb")
    collect(assignment, [tmp_path])
    late = {s: [one.late for one in arrivals_of(assignment, s)] for s in assignment.students()}
    assert late == {"anna_112": [True], "ben_11": [False]}


def test_the_exchanges_timestamp_counts(assignment, tmp_path):
    settings = assignment.load()
    inbound = tmp_path / settings.course / "inbound"
    stamp = "2026-12-12 10:00:00.000000 UTC"
    place = inbound / f"anna+{settings.name}+{stamp}+abc"
    notebooks(assignment, inbound, place.name)
    (place / "timestamp.txt").write_text(stamp)
    collect_exchange(assignment, tmp_path)
    assert {one.handed_in for one in arrivals_of(assignment, "anna")} == {
        datetime(2026, 12, 12, 10, tzinfo=UTC)
    }


@pytest.fixture
def marked(strict, monkeypatch):
    """Anna is two days late, ben's hand-in is unknown, carl's mark was decided."""
    for student, note in (("anna", handed_in(DUE + timedelta(days=2))),
                          ("ben", first_seen(DUE + timedelta(days=9))),
                          ("carl", handed_in(DUE + timedelta(days=2)))):  # fmt: skip
        strict.step("submitted", student).mkdir(parents=True)
        strict.save_note("collected", student, note)
        strict.save_note("grading", student, {"status": "graded", "verdicts": {}})
    (strict.folder / "by-hand.csv").write_text("student,points,reason\ncarl,5,oral\n")
    monkeypatch.setattr(engine, "marks", lambda *_: dict.fromkeys(("anna", "ben", "carl"), EARNED))
    return strict


def test_the_export_takes_off_what_lateness_costs_and_keeps_the_raw_points(marked):
    path, notes = export(marked, "csv")
    with path.open(newline="") as file:
        table = {row["student"]: row for row in csv.DictReader(file)}
    assert [table["anna"][key] for key in ("points", "raw", "remark")] == [
        "4.8", "6", "2 days late: −20%",
    ]  # fmt: skip
    assert table["anna"]["count-updates"] == "4"
    assert table["ben"]["points"] == "6"
    assert table["carl"]["points"] == "5" and "late" not in table["carl"]["remark"]
    (asked,) = notes
    assert asked.startswith("ben: in time or late?") and "handed-in.csv" in asked


def test_a_feedback_page_says_what_lateness_took(marked):
    verdict = {"status": "missing", "misconception": None, "told": "", "passes_visible": False}
    note = {"status": "graded", "verdicts": dict.fromkeys(EARNED, verdict), "remarks": []}
    marked.save_note("grading", "anna", note)
    release = marked.step("release") / "05-optimizers.ipynb"
    target = marked.step("autograded", "anna") / release.name
    target.parent.mkdir(parents=True)
    target.write_bytes(release.read_bytes())
    (page,) = [p for p in write_feedback(marked, ROOT) if "anna" in str(p)]
    text = page.read_text()
    assert "4.8 of 6 points</strong>. 2 days late: −20%. Without that it would be 6." in text


def test_a_later_date_changes_marks_without_grading_again(marked):
    assign(marked.folder, [], book=ROOT, course="cs101", due="2026-12-20")
    table = export(marked, "csv")[0].read_text()
    assert "late" not in table and "\nanna,anna,anna,graded,6,6," in table
