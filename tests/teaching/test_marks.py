"""Marks as tables, and the measure of likeness."""

import csv
import zipfile

import pytest

from dlcourse_teaching import engine, similarity
from dlcourse_teaching.export import export
from dlcourse_teaching.hand_back import pack_for_moodle


@pytest.fixture
def marked(assignment, monkeypatch):
    """Two graded students, one who needs attention."""
    points = {"one-weight-slope": 1.0, "divide-backward": 0.0, "count-updates": 4.0}
    for student, lms_id, status in (
        ("anna_11", "11", "graded"), ("=cmd_12", "12", "graded"), ("carl_13", "13", "attention"),
    ):  # fmt: skip
        assignment.step("submitted", student).mkdir(parents=True)
        name = student.partition("_")[0]
        assignment.save_note("collected", student, {"name": name, "lms_id": lms_id, "late": False})
        reason = "a cell ended its own kernel" if status == "attention" else None
        assignment.save_note(
            "grading", student, {"status": status, "reason": reason, "remarks": []}
        )
    monkeypatch.setattr(engine, "marks", lambda *a: {"anna_11": points, "=cmd_12": points})
    return assignment


def rows(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


def test_csv_leaves_the_undecided_blank(marked):
    path, notes = export(marked, "csv")
    table = {row[0]: row for row in rows(path)}
    assert table["anna_11"][3:7] == ["graded", "5", "6", ""]
    assert table["carl_13"][3:7] == ["needs attention", "", "6", "a cell ended its own kernel"]
    assert notes == ["carl_13: no mark (a cell ended its own kernel)"]
    assert "'=cmd_12" in table, "a spreadsheet must not take a name for a formula"


@pytest.mark.parametrize("points", [12.25, 103.5, 1250.0, 0.5, 6.0])
def test_a_mark_is_written_to_its_last_digit(marked, points):
    (marked.folder / "by-hand.csv").write_text(f"student,points,reason\ncarl_13,{points},oral\n")
    path, _ = export(marked, "csv")
    (row,) = [row for row in rows(path) if row[0] == "carl_13"]
    assert float(row[4]) == points and "e" not in row[4]


def test_feedback_is_packed_as_moodle_wants_it(marked):
    assert pack_for_moodle(marked, []) is None
    pages = []
    for student, lms in (("anna_11", "moodle"), ("carl_13", "canvas")):
        note = marked.note("collected", student) | {"lms": lms, "name": "Anna_B. Lee"}
        marked.save_note("collected", student, note)
        pages.append(marked.folder / "feedback" / student / "hw" / "04-backpropagation.html")
        pages[-1].parent.mkdir(parents=True)
        pages[-1].write_text(student)
    with zipfile.ZipFile(pack_for_moodle(marked, pages)) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == b"anna_11"
    folder, page = name.split("/")
    # As `is_valid_filename_for_import` in Moodle's importziplib.php takes it apart.
    assert folder.split("_")[1:] == ["11", "assignsubmission", "file"]
    assert page == "04-backpropagation.html"


def test_a_decision_by_hand_is_exported(marked):
    (marked.folder / "by-hand.csv").write_text("student,points,reason\ncarl_13,3.5,oral exam\n")
    path, notes = export(marked, "csv")
    row = next(row for row in rows(path) if row[0] == "carl_13")
    assert row[3:5] == ["by hand", "3.5"] and "oral exam" in row[6] and notes == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("student,points,reason\nnobody,1,x\n", "no submission"),
     ("student,points,reason\ncarl_13,many,x\n", "no number"), ("a,b\n", "no column"),
     ("", "empty")],
)  # fmt: skip
def test_a_wrong_decision_says_what_is_wrong(marked, text, words):
    (marked.folder / "by-hand.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        export(marked, "csv")


def test_canvas_fills_its_own_gradebook(marked, tmp_path):
    roster = tmp_path / "canvas.csv"
    roster.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,hw (123),Other (9)\n"
        "    Points Possible,,,,,6,10\n"
        '"A, Anna",11,s11,anna,1,,7\n"C, Carl",13,s13,carl,1,,\n"N, Nora",14,s14,nora,1,,\n'
    )
    path, notes = export(marked, "canvas", roster)
    table = rows(path)
    assert table[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "hw (123)"]
    assert [row[5] for row in table[1:]] == ["6", "5", "", ""]
    assert "=cmd_12: not in the roster" in notes


def test_moodle_fills_its_own_worksheet(marked, tmp_path):
    roster = tmp_path / "moodle.csv"
    roster.write_text(
        "\ufeffIdentifier,Full name,Grade,Maximum grade\n"
        "Participant 11,Anna,,6.00\nParticipant 13,Carl,,6.00\n"
    )
    path, _ = export(marked, "moodle", roster)
    assert [row[2] for row in rows(path)] == ["Grade", "5", ""]


WORKSHEETS = {
    "English": ("Identifier,Full name,Grade,Maximum grade,Grade can be changed", "Participant 11"),
    "German": (
        "ID;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung", "Teilnehmer/in11"
    ),
    "French": ("Identifiant,Nom complet,Note,Note maximale", "Participant11"),
    "Spanish": (
        "Identificador;Nombre completo;Calificación;Calificación máxima", "Participante 11"
    ),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("language", WORKSHEETS)
def test_a_worksheet_of_any_language_is_filled(marked, tmp_path, language, encoding):
    head, who = WORKSHEETS[language]
    sign = ";" if ";" in head else ","
    names = head.split(sign)
    at = next(i for i, n in enumerate(names) if n in ("Grade", "Bewertung", "Note", "Calificación"))
    row = [""] * len(names)
    row[0], row[1], row[at + 1] = who, "Müller, Änne", "6,00" if sign == ";" else "6.00"
    roster = tmp_path / "worksheet.csv"
    quoted = sign.join(f'"{cell}"' for cell in row)
    roster.write_bytes(f"{head}\r\n{quoted}\r\n".encode(encoding))
    monkeypatched = engine.marks(marked, marked.load())["anna_11"]
    monkeypatched["one-weight-slope"] = 0.5
    path, notes = export(marked, "moodle", roster)
    table = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter=sign))
    assert table[0] == names and table[1][:2] == [who, "Müller, Änne"]
    assert table[1][at] == ("4,5" if sign == ";" else "4.5")
    assert not any("most points" in note for note in notes)


def test_a_worksheet_of_an_unknown_language_asks_for_its_column(marked, tmp_path):
    roster = tmp_path / "worksheet.csv"
    roster.write_text("Tunniste,Nimi,Arvosana\nOsallistuja 11,Anna,\n")
    with pytest.raises(ValueError, match="Arvosana.*--grade-column"):
        export(marked, "moodle", roster)
    path, _ = export(marked, "moodle", roster, grade_column="Arvosana")
    assert [row[2] for row in rows(path)] == ["Arvosana", "5"]


def test_a_canvas_file_with_semicolons_is_filled(marked, tmp_path):
    roster = tmp_path / "canvas.csv"
    roster.write_bytes(
        "Student;ID;SIS User ID;SIS Login ID;Section;hw (123)\n"
        "    Points Possible;;;;;10\nMüller, Anna;11;s11;anna;1;\n".encode("cp1252")
    )
    path, notes = export(marked, "canvas", roster)
    assert path.read_text(encoding="utf-8").splitlines()[-1] == "Müller, Anna;11;s11;anna;1;5"
    assert any("10 as the most points" in note for note in notes)


def test_a_number_of_another_platform_is_nobodys(marked, tmp_path):
    marked.save_note("collected", "anna_11", {"name": "anna", "lms": "canvas", "lms_id": "11"})
    roster = tmp_path / "moodle.csv"
    roster.write_text("Identifier,Full name,Grade\nParticipant 11,Bob,\n")
    path, notes = export(marked, "moodle", roster)
    assert rows(path)[1][2] == "" and "anna_11: not in the roster" in notes


def test_a_missing_column_or_roster_is_explained(marked, tmp_path):
    with pytest.raises(ValueError, match="--roster"):
        export(marked, "canvas")
    roster = tmp_path / "canvas.csv"
    roster.write_text("Student,ID,Section,homework\nA,11,1,\n")
    with pytest.raises(ValueError, match="no column 'hw'"):
        export(marked, "canvas", roster)


COPIED = """
def slope(w, x, y):  # my own way, take the difference and go on from there
    difference_of_both = w * x - y
    doubled_difference = difference_of_both + difference_of_both
    for_each_unit_of_w = x
    return doubled_difference * for_each_unit_of_w
"""
USUAL = "def slope(w, x, y):\n    return 2 * (w * x - y) * x\n"


def test_copies_are_worth_a_look_and_short_right_answers_are_not():
    class_of = {f"honest-{i}": [USUAL] for i in range(40)}
    class_of |= {"x": [COPIED], "y": [COPIED.replace("    ", "\t").replace(" * ", "*")]}
    (pair,) = similarity.alike(class_of, known=[])
    assert (pair.first, pair.second) == ("x", "y") and pair.share == 1.0


def test_the_worked_solution_counts_for_nothing():
    assert similarity.alike({"x": [COPIED], "y": [COPIED]}, known=[COPIED]) == []


def test_code_that_is_no_python_is_compared_too():
    broken = "def (((" + COPIED
    assert len(similarity.alike({"x": [broken], "y": [broken]}, known=[])) == 1
