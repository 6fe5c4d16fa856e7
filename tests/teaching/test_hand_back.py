"""Feedback on its way back: Canvas, mail, JupyterHub's exchange."""

import csv
import zipfile

import generate
import nbformat
import pytest
from graders import ROOT

from dlcourse_teaching import engine, hand_back
from dlcourse_teaching.collect import collect, collect_exchange
from dlcourse_teaching.feedback import write_feedback


def archive(path, files):
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return path


def contents(assignment):
    return {n: nbformat.writes(nb) for n, nb in generate.released(assignment).items()}


def pages(assignment):
    """A page for each notebook, as the feedback command writes them."""
    made = []
    for student in assignment.students():
        for path in sorted(assignment.step("submitted", student).glob("*.ipynb")):
            page = assignment.folder / "feedback" / student / "hw" / f"{path.stem}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(student)
            made.append(page)
    return made


def test_pages_for_canvas_are_called_as_what_they_are_about(assignment, tmp_path):
    first, second = contents(assignment).items()
    both = archive(tmp_path / "work.zip", dict([first, second])).read_bytes()
    came = archive(tmp_path / "submissions.zip", {
        f"leeanna_1001_2001_{first[0]}": first[1],
        "leeanna_LATE_1001_2002_05-optimizers-1.ipynb": second[1],
        "ben_1002_2003_work.zip": both,
        "carl_1003_2004_essay.pdf": b"%PDF",
    })  # fmt: skip
    collect(assignment, [came])
    carl = assignment.folder / "feedback" / "carl_1003" / "hw" / "hw.html"
    carl.parent.mkdir(parents=True)
    carl.write_text("no mark yet")
    with zipfile.ZipFile(hand_back.pack_for_canvas(assignment, [*pages(assignment), carl])) as got:
        assert set(got.namelist()) == {
            "leeanna_1001_2001_04-backpropagation.html",
            "leeanna_LATE_1001_2002_05-optimizers-1.html",
            "ben_1002_2003_work.html",
            "ben_1002_2003_work-05-optimizers.html",
            "carl_1003_2004_essay.html",
        }
    later = archive(tmp_path / "later.zip", {f"leeanna_1001_3001_{first[0]}": first[1]})
    collect(assignment, [later])
    with zipfile.ZipFile(hand_back.pack_for_canvas(assignment, pages(assignment))) as got:
        names = {name for name in got.namelist() if "leeanna" in name}
    assert names == {
        "leeanna_1001_3001_04-backpropagation.html",
        "leeanna_LATE_1001_2002_05-optimizers-1.html",
    }, "of a notebook that came again the new number, of the other the old one"


def test_nobody_from_canvas_no_archive(assignment, tmp_path):
    for name, content in contents(assignment).items():
        (tmp_path / "in" / "anna").mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / "anna" / name).write_text(content)
    collect(assignment, [tmp_path / "in"])
    assert hand_back.pack_for_canvas(assignment, pages(assignment)) is None
    assert hand_back.ready_for_exchange(assignment, pages(assignment)) == 0


ROSTERS = {
    "names": "Name;E-Mail;Group\nAnna Lee;anna@example.edu;11\nBen;ben@example.edu;12\n",
    "a Moodle worksheet": (
        "Identifier,Full name,Email address,Grade\n"
        "Participant 11,A. Lee,anna@example.edu,12\nParticipant 12,B.,ben@example.edu,11\n"
    ),
    "numbers": "id,mail\n11,anna@example.edu\n12,ben@example.edu\n",
    "folders": "student,mail\nanna_11,anna@example.edu\nben_12,ben@example.edu\n",
}


@pytest.fixture
def from_moodle(assignment, tmp_path):
    content = contents(assignment)
    came = {}
    for name, number in (("Anna Lee", 11), ("Ben", 12)):
        for notebook, text in content.items():
            came[f"{name}_{number}_assignsubmission_file/{notebook}"] = text
    collect(assignment, [archive(tmp_path / "moodle.zip", came)])
    return assignment


@pytest.mark.parametrize("roster", ROSTERS.values(), ids=ROSTERS)
def test_a_mail_merge_has_a_line_for_each_student(from_moodle, tmp_path, roster):
    (tmp_path / "people.csv").write_text(roster.replace("anna_11", "Anna-Lee_11")
                                         .replace("ben_12", "Ben_12"))  # fmt: skip
    made = pages(from_moodle)
    path, notes = hand_back.write_mail_merge(from_moodle, made, tmp_path / "people.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert notes == []
    assert [(row["name"], row["email"]) for row in rows] == [
        ("Anna Lee", "anna@example.edu"), ("Ben", "ben@example.edu"),
    ]  # fmt: skip
    assert rows[0]["page 1"] == str(made[0]) and rows[0]["page 2"] == str(made[1])
    assert rows[0]["total"] == "" and rows[0]["of"] == "6", "no mark yet is not 0"


def test_who_has_no_address_or_two_is_named(from_moodle, tmp_path):
    roster = tmp_path / "people.csv"
    roster.write_text("name,mail\nAnna Lee,a@example.edu\nanna lee,b@example.edu\n")
    path, notes = hand_back.write_mail_merge(from_moodle, pages(from_moodle), roster)
    assert notes == ["Anna-Lee_11: 2 addresses in people.csv, left out",
                     "Ben_12: no address in people.csv, left out"]  # fmt: skip
    roster.write_text("name,mail\nAnna Lee,\n")
    with pytest.raises(ValueError, match="no e-mail addresses; its columns: name, mail"):
        hand_back.write_mail_merge(from_moodle, [], roster)


def test_nbgrader_releases_pages_and_the_student_fetches_them(assignment, tmp_path, monkeypatch):
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import default

    root, home = tmp_path / "exchange", tmp_path / "home"
    root.mkdir()
    root.chmod(0o777)
    (home / "hw").mkdir(parents=True)
    for name, content in contents(assignment).items():
        (home / "hw" / name).write_text(content)

    def act(kind, folder, *arguments):
        config = engine.configuration(folder, assignment.load())
        config.Exchange.root, config.Exchange.cache = str(root), str(tmp_path / "cache")
        act = getattr(default, f"Exchange{kind}")
        act(CourseDirectory(config=config), Authenticator(config=config), config=config).start()

    act("ReleaseAssignment", assignment.folder)
    monkeypatch.chdir(home)
    act("Submit", home)
    (student,) = collect_exchange(assignment, root).students
    note = {"status": "attention", "kind": "hangs", "reason": "a cell ran for too long"}
    assignment.save_note("grading", student, note)
    written = write_feedback(assignment, ROOT)
    assert {page.name for page in written} == {"04-backpropagation.html", "05-optimizers.html"}
    assert hand_back.ready_for_exchange(assignment, written) == 2
    act("ReleaseFeedback", assignment.folder)
    act("FetchFeedback", home)
    fetched = {page.name: page for page in (home / "hw" / "feedback").rglob("*.html")}
    assert fetched.keys() == {"04-backpropagation.html", "05-optimizers.html"}
    for page in fetched.values():
        assert "a cell ran for too long" in page.read_text()
    for page in (root / "cs101" / "feedback").iterdir():
        assert page.stat().st_mode & 0o004, "students read it with rights of their own"
