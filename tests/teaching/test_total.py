"""The class, and the table of a whole course."""

import pytest

from dlcourse_teaching import engine
from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings
from dlcourse_teaching.class_list import members
from dlcourse_teaching.export import export
from dlcourse_teaching.roster import read_table
from dlcourse_teaching.total import course_total
from dlcourse_utils.cli import main


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Make an assignment with marks: of each student the platform's number and the points."""
    scores = {}

    def make(name, marks, lms="canvas", most=10.0):
        assignment = AssignmentFolder(tmp_path / name)
        assignment.keep_private()
        assignment.save(Settings(name, "c", {"04": ["x"]}, {"x": most}))
        scores[name] = {}
        for student, (lms_id, points) in marks.items():
            id = f"{student}_{lms_id}"
            assignment.step("submitted", id).mkdir(parents=True)
            note = {"name": student, "lms": lms, "lms_id": lms_id}
            assignment.save_note("collected", id, note)
            status = "attention" if points is None else "graded"
            assignment.save_note("grading", id, {"status": status, "reason": "a cell hangs"})
            if points is not None:
                scores[name][id] = {"x": points}
        return assignment.folder

    monkeypatch.setattr(engine, "marks", lambda assignment, settings: scores[settings.name])
    return make


def by_name(table):
    return {row[0]: dict(zip(table.head, row, strict=True)) for row in table.rows[1:]}


def test_shares_are_weighed(make):
    folders = [make("hw1", {"anna": ("1", 5.0)}), make("hw2", {"anna": ("1", 4.0)}, most=4.0)]
    table, notes = course_total(folders, weights={"hw2": 3})
    assert table.rows == [["student", "hw1", "hw2", "total", "remark"],
                          ["anna", "5", "4", "87.5", ""]]  # fmt: skip
    assert notes == []


def test_what_is_missing_counts_0_and_what_is_undecided_leaves_the_total_blank(make):
    folders = [make("hw1", {"anna": ("1", 8.0), "ben": ("2", 6.0)}),
               make("hw2", {"ben": ("2", None)})]  # fmt: skip
    table, notes = course_total(folders)
    rows = by_name(table)
    assert rows["anna"] | {"student": 0} == {
        "student": 0, "hw1": "8", "hw2": "0", "total": "40", "remark": "hw2: not handed in",
    }  # fmt: skip
    assert (rows["ben"]["hw2"], rows["ben"]["total"]) == ("", "")
    assert "hw2: needs attention" in rows["ben"]["remark"]
    assert notes == ["hw2, ben_2: no mark (a cell hangs)"]


def test_the_lowest_shares_are_left_out(make):
    folders = [make("hw1", {"anna": ("1", 2.0)}), make("hw2", {"anna": ("1", 4.0)}, most=4.0),
               make("hw3", {"ben": ("2", 10.0)})]  # fmt: skip
    table, _ = course_total(folders, drop_lowest=1)
    rows = by_name(table)
    assert (rows["anna"]["total"], rows["ben"]["total"]) == ("60", "50")
    assert rows["anna"]["remark"] == "hw3: not handed in; without hw3"
    table, _ = course_total(folders, weights={"hw3": 0}, drop_lowest=1)
    assert by_name(table)["anna"]["total"] == "100"


def test_moodles_numbers_differ_between_assignments_and_names_do_not(make):
    folders = [make("hw1", {"Anna Lee": ("11", 10.0)}, "moodle"),
               make("hw2", {"Anna Lee": ("57", 5.0)}, "moodle")]  # fmt: skip
    table, _ = course_total(folders)
    assert [row[:4] for row in table.rows[1:]] == [["Anna Lee", "10", "5", "75"]]


def test_two_of_one_name_are_not_mixed_up(make):
    class_of_two = {"Anna Lee": ("11", 10.0), "Anna Lee ": ("12", 2.0)}
    folder = make("hw1", class_of_two, "moodle")
    note = AssignmentFolder(folder).note("collected", "Anna Lee _12") | {"name": "Anna Lee"}
    AssignmentFolder(folder).save_note("collected", "Anna Lee _12", note)
    table, notes = course_total([folder, make("hw2", {"Anna Lee": ("57", 5.0)}, "moodle")])
    assert sorted(row[3] for row in table.rows[1:]) == ["", "", "25"]
    assert sum("same name" in note for note in notes) == 2


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,hw1 (1)\n    Points Possible,,,,,10\n"
    '"Lee, Anna",1,s1,anna,morning,\n"Ott, Ben",2,s2,ben,evening,\n'
    '"Roy, Carl",3,s3,carl,evening,\n"Student, Test",9,,,morning,\n'
)
MOODLE = "Identifier,Full name,Grade,Group\nParticipant 1,Anna Lee,,A\nParticipant 2,Ben Ott,,B\n"
OWN = "student,name,section\nanna,Anna Lee,A\nben,,B\n"


@pytest.mark.parametrize(
    ("text", "names", "sections"),
    [(CANVAS, ["Lee, Anna", "Ott, Ben", "Roy, Carl"], ["morning", "evening", "evening"]),
     (MOODLE, ["Anna Lee", "Ben Ott"], ["A", "B"]), (OWN, ["Anna Lee", "ben"], ["A", "B"])],
    ids=["Canvas", "Moodle", "own"],
)  # fmt: skip
def test_the_class_is_read_from_any_roster(tmp_path, text, names, sections):
    (tmp_path / "roster.csv").write_text(text)
    found = members(read_table(tmp_path / "roster.csv"))
    assert [one.name for one in found] == names
    assert [one.section for one in found] == sections


def test_sections_are_kept_and_nobody_of_the_class_is_left_out(make, tmp_path):
    (tmp_path / "canvas.csv").write_text(CANVAS)
    folder = make("hw1", {"leeanna": ("1", 5.0), "guest": ("77", 10.0)})
    table, notes = course_total([folder], roster=tmp_path / "canvas.csv")
    assert [row[:4] for row in table.rows[1:]] == [
        ["guest", "", "10", "100"], ["Ott, Ben", "evening", "0", "0"],
        ["Roy, Carl", "evening", "0", "0"], ["Lee, Anna", "morning", "5", "50"],
    ]  # fmt: skip
    assert notes == ["guest: not in the roster"]


@pytest.mark.parametrize("form", ["csv", "canvas"])
def test_the_export_lists_who_never_handed_in_by_section(make, tmp_path, form):
    (tmp_path / "canvas.csv").write_text(CANVAS)
    folder = make("hw1", {"leeanna": ("1", 5.0)})
    path, notes = export(AssignmentFolder(folder), form, tmp_path / "canvas.csv")
    assert notes == ["never handed in, evening: Ott, Ben; Roy, Carl"]
    if form == "csv":
        rows = by_name(read_table(path))
        assert rows["leeanna_1"]["section"] == "morning"
        missing = read_table(path).rows[2:]
        assert [row[1:5] for row in missing] == [
            ["Ott, Ben", "2", "not handed in", ""],
            ["Roy, Carl", "3", "not handed in", ""],
        ]


def test_moodles_worksheet_lists_who_never_handed_in(make, tmp_path):
    (tmp_path / "moodle.csv").write_text(MOODLE)
    folder = make("hw1", {"Anna Lee": ("1", 5.0)}, "moodle")
    _, notes = export(AssignmentFolder(folder), "moodle", tmp_path / "moodle.csv")
    assert notes == ["never handed in, B: Ben Ott"]


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--weight", "hw9=2"], "no such assignment; there are hw1, hw2"),
     (["--weight", "hw1=-1"], "not negative"), (["--drop-lowest", "2"], "one must be left"),
     (["--weight", "hw1=0", "--drop-lowest", "1"], "one must be left")],
)  # fmt: skip
def test_a_wrong_option_says_what_is_wrong(make, capsys, options, words):
    folders = [str(make(name, {"anna": ("1", 5.0)})) for name in ("hw1", "hw2")]
    assert main(["total", *folders, *options]) == 1
    assert words in capsys.readouterr().err


def test_the_command_writes_the_table_where_git_does_not_see_it(make, capsys):
    folders = [make(name, {"anna": ("1", 5.0)}) for name in ("hw1", "hw2")]
    assert main(["total", *map(str, folders), "--weight", "hw2=2"]) == 0
    path = folders[-1] / "total.csv"
    assert f"wrote {path}" in capsys.readouterr().out
    assert path.read_text() == "student,hw1,hw2,total,remark\nanna,5,5,50,\n"
    assert path.stat().st_mode & 0o077 == 0


def test_no_points_and_one_name_are_refused(make):
    folder = make("hw1", {"anna": ("1", 0.0)}, most=0.0)
    with pytest.raises(ValueError, match="hw1 has no points"):
        course_total([folder])
