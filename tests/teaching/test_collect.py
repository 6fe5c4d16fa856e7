"""What instructors really have: folders, Canvas' and Moodle's archives, and traps in them."""

import io
import json
import os
import stat
import tarfile
import unicodedata
import zipfile

import generate
import pytest

from dlcourse_teaching.collect import collect

FOUR, FIVE = "04-backpropagation.ipynb", "05-optimizers.ipynb"


@pytest.fixture
def contents(assignment):
    return {name: json.dumps(nb).encode() for name, nb in generate.solved(assignment).items()}


def submitted(assignment):
    return {
        student: sorted(p.name for p in assignment.step("submitted", student).iterdir())
        for student in assignment.students()
    }


def archive(path, entries):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_a_folder_for_each_student(assignment, contents, tmp_path):
    for student in ("alice", "Zoë Müller", "o'neil"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "04-backpropagation (1).ipynb").write_bytes(contents[FOUR])
        (tmp_path / student / "Copy of 05-optimizers.ipynb").write_bytes(contents[FIVE])
    found = collect(assignment, [tmp_path])
    assert submitted(assignment) == dict.fromkeys(("Zoe-Muller", "alice", "o-neil"), [FOUR, FIVE])
    assert found.problems == [] and found.notebooks == 6
    assert assignment.note("collected", "Zoe-Muller")["name"] == "Zoë Müller"
    assert (assignment.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]


def test_a_flat_folder(assignment, contents, tmp_path):
    (tmp_path / "bob_04-backpropagation.ipynb").write_bytes(contents[FOUR])
    (tmp_path / "05-optimizers-bob.ipynb").write_bytes(contents[FIVE])
    (tmp_path / "carol.ipynb").write_bytes(contents[FIVE])  # told by its cells
    collect(assignment, [tmp_path])
    assert submitted(assignment) == {"bob": [FOUR, FIVE], "carol": [FIVE]}


def test_canvas(assignment, contents, tmp_path):
    path = archive(tmp_path / "submissions.zip", {
        f"doejane_1001_5001_{FOUR}": b"{}",
        f"doejane_1001_5009_{FOUR.replace('.ipynb', '-1.ipynb')}": contents[FOUR],
        f"doejane_1001_5002_{FIVE}": contents[FIVE],
        f"roejohn_LATE_1002_5003_{FOUR}": contents[FOUR],
        f"poejim_1003_5004_{FOUR.replace('.ipynb', '-1.ipynb')}": b"{}",
        f"poejim_1003_5010_{FOUR}": contents[FOUR],
    })  # fmt: skip
    collect(assignment, [path])
    assert submitted(assignment) == {
        "doejane_1001": [FOUR, FIVE], "poejim_1003": [FOUR], "roejohn_1002": [FOUR],
    }  # fmt: skip
    last = (assignment.step("submitted", "poejim_1003") / FOUR).read_bytes()
    assert last == contents[FOUR], "the later upload counts, whatever its name"
    assert (assignment.step("submitted", "doejane_1001") / FOUR).read_bytes() == contents[FOUR]
    note = assignment.note("collected", "roejohn_1002")
    assert (note["lms"], note["lms_id"], note["late"]) == ("canvas", "1002", True)
    (kept,) = (assignment.folder / "collected" / "archives").iterdir()
    assert kept.read_bytes() == path.read_bytes()
    assert len(list((assignment.folder / "collected" / "files" / "doejane_1001").iterdir())) == 3


def test_moodle(assignment, contents, tmp_path):
    path = archive(tmp_path / "hw.zip", {
        f"Jane Doe_77_assignsubmission_file_/{FOUR}": contents[FOUR],
        f"Jane Doe_78_assignsubmission_file_/{FOUR}": contents[FOUR],
        "Jane Doe_78_assignsubmission_file_/notes.pdf": b"%PDF",
    })  # fmt: skip
    found = collect(assignment, [path])
    assert submitted(assignment) == {"Jane-Doe_77": [FOUR], "Jane-Doe_78": [FOUR]}
    assert "Jane-Doe_78: notes.pdf: not a notebook, kept but not graded" in found.problems
    assert assignment.note("collected", "Jane-Doe_77")["lms_id"] == "77"


def test_an_archive_whose_paths_leave_the_folder(assignment, contents, tmp_path):
    path = archive(tmp_path / "evil.zip", {
        f"../../../evil/{FOUR}": contents[FOUR],
        f"/tmp/absolute-evil/{FOUR}": contents[FOUR],
        f"..\\..\\windows/{FOUR}": contents[FOUR],
        f"good/{FOUR}": contents[FOUR],
    })  # fmt: skip
    link = zipfile.ZipInfo(f"linker/{FOUR}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "/etc/passwd")
    before = {p for p in tmp_path.parent.rglob("*") if assignment.folder not in p.parents}
    found = collect(assignment, [path])
    after = {p for p in tmp_path.parent.rglob("*") if assignment.folder not in p.parents}
    assert before == after and not os.path.exists("/tmp/absolute-evil")
    assert submitted(assignment)["good"] == [FOUR]
    assert sum("tries to leave" in problem for problem in found.problems) == 3
    assert any("linker" in p and "a link" in p for p in found.problems)
    assert submitted(assignment)["linker"] == [], "listed, so that it stands in needs attention"


def test_a_tar_with_links_and_devices(assignment, contents, tmp_path):
    path = tmp_path / "work.tar.gz"
    with tarfile.open(path, "w:gz") as file:
        entry = tarfile.TarInfo(f"alice/{FOUR}")
        entry.size = len(contents[FOUR])
        file.addfile(entry, io.BytesIO(contents[FOUR]))
        for kind, name in (
            (tarfile.SYMTYPE, "sym"),
            (tarfile.LNKTYPE, "hard"),
            (tarfile.FIFOTYPE, "pipe"),
        ):
            entry = tarfile.TarInfo(f"{name}/{FOUR}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            file.addfile(entry)
    found = collect(assignment, [path])
    assert submitted(assignment) == {"alice": [FOUR], "hard": [], "pipe": [], "sym": []}
    assert len(found.problems) == 3


def test_a_zip_bomb_is_not_unpacked(assignment, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"bomber/{FOUR}", b" " * 60_000_000)
    found = collect(assignment, [path])
    assert "60 MB" in found.problems[0]
    assert submitted(assignment) == {"bomber": []}


def test_links_in_a_folder_are_not_followed(assignment, contents, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(contents[FOUR])
    (tmp_path / "in" / "mallory").mkdir(parents=True)
    (tmp_path / "in" / "mallory" / FOUR).symlink_to(tmp_path / "secret.ipynb")
    found = collect(assignment, [tmp_path / "in"])
    assert submitted(assignment) == {"mallory": []}
    assert "a link" in found.problems[0]


def test_many_odd_files_of_one_student_do_not_hide_the_others(assignment, contents, tmp_path):
    for student in ("flood", "other"):
        (tmp_path / student).mkdir()
        (tmp_path / student / FOUR).write_bytes(contents[FOUR])
        (tmp_path / student / "notes.pdf").write_bytes(b"%PDF")
    for number in range(300):
        (tmp_path / "flood" / f"{number}.txt").write_bytes(b"x")
    problems = collect(assignment, [tmp_path]).problems
    assert "other: notes.pdf: not a notebook, kept but not graded" in problems
    assert len(problems) == 7 and "flood: … and 296 more of that kind" in problems


def test_names_that_differ_only_in_signs_stay_two_students(assignment, contents, tmp_path):
    for name in ("anna b", "anna-b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FOUR).write_bytes(contents[FOUR])
    collect(assignment, [tmp_path])
    assert len(assignment.students()) == 2


def test_a_later_upload_replaces_an_earlier_one_and_both_are_kept(assignment, contents, tmp_path):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / FOUR).write_bytes(b"{}")
    collect(assignment, [tmp_path])
    (tmp_path / "alice" / FOUR).write_bytes(contents[FOUR])
    collect(assignment, [tmp_path])
    assert (assignment.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]
    assert len(list((assignment.folder / "collected" / "files" / "alice").iterdir())) == 2


@pytest.mark.parametrize("copy", ["04-backpropagation (1).ipynb", "04-backpropagation-1.ipynb"])
def test_of_two_copies_the_one_with_the_number_counts_and_it_is_said(
    assignment, contents, tmp_path, copy
):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / FOUR).write_bytes(b"{}")
    (tmp_path / "alice" / copy).write_bytes(contents[FOUR])
    found = collect(assignment, [tmp_path])
    assert (assignment.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]
    assert found.problems == [
        f"alice: {FOUR} and {copy} are the same notebook: the second was taken"
    ]
    (tmp_path / "alice" / FOUR).write_bytes(contents[FOUR])
    assert collect(assignment, [tmp_path]).problems == []


def test_what_is_no_source_is_refused(assignment, tmp_path):
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(ValueError, match="neither a folder nor an archive"):
        collect(assignment, [tmp_path / "text.txt"])
    with pytest.raises(ValueError, match="does not exist"):
        collect(assignment, [tmp_path / "nothing.zip"])


def test_jupyterhubs_exchange(assignment, contents, tmp_path, monkeypatch):
    """Released, fetched and handed in with nbgrader's own commands' classes, then collected."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeSubmit

    from dlcourse_teaching.collect import collect_exchange
    from dlcourse_teaching.engine import configuration

    root = tmp_path / "exchange"
    root.mkdir()
    root.chmod(0o777)
    config = configuration(assignment.folder, assignment.load())
    config.Exchange.root = str(root)
    ExchangeReleaseAssignment(coursedir=CourseDirectory(config=config), config=config).start()
    work = tmp_path / "home" / "hw"
    work.mkdir(parents=True)
    for name, content in contents.items():
        (work / name).write_bytes(content)
    config.CourseDirectory.root = str(tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    anyone = Authenticator(config=config)
    ExchangeSubmit(CourseDirectory(config=config), anyone, config=config).start()
    found = collect_exchange(assignment, root)
    assert found.notebooks == 2 and len(found.students) == 1


def put(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


LAYOUTS = {
    "the same folder in each": ("{}/work/x.ipynb",),
    "the assignment's name in each": ("{}/hw/x.ipynb",),
    "all in one folder": ("week 3/{}/x.ipynb",),
    "groups": ("group{n}/{}/x.ipynb",),
    "groups that share an inner folder": ("group{n}/{}/work/x.ipynb",),
    "tries of one's own": ("{}/first try/x.ipynb", "{}/final/x.ipynb"),
    "names in the files": ("{}_x.ipynb",),
    "an archive each": ("{}.zip",),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("stray", [False, True], ids=["", "and a stray file"])
def test_no_two_students_become_one(assignment, contents, tmp_path, layout, stray):
    students = ["anna", "ben", "carl", "dora"]
    for n, student in enumerate(students):
        for pattern in layout:
            name = pattern.format(student, n=n % 2).replace("x.ipynb", FOUR)
            content = contents[FOUR].replace(b"{", b"{ ", n + len(pattern))  # each another file
            if name.endswith(".zip"):
                archive(tmp_path / name, {f"work/{FOUR}": content})
            else:
                put(tmp_path, {name: content})
    if stray:
        put(tmp_path, {"readme.txt": b"hello"})
    collect(assignment, [tmp_path])
    taken = submitted(assignment)
    is_flat = not any("/" in pattern or ".zip" in pattern for pattern in layout)
    if stray and is_flat:
        assert taken.pop("readme") == [], "flat: it may be a student's"
    assert taken == dict.fromkeys(students, [FOUR])
    kept = [(assignment.step("submitted", student) / FOUR).read_bytes() for student in students]
    assert len(set(kept)) == 4


@pytest.mark.parametrize("names", [("Zoë", "Zoe"), ("Zoe", "Zoë"), ("Jörg", "Jorg"), ("李", "王")])
@pytest.mark.parametrize("runs", [1, 2], ids=["in one run", "in two"])
def test_nobody_overwrites_another(assignment, contents, tmp_path, names, runs):
    for number, name in enumerate(names):
        put(tmp_path / f"in{number % runs}", {f"{name}/{FOUR}": b"%d" % number + contents[FOUR]})
    for number in range(runs):
        collect(assignment, [tmp_path / f"in{number}"])
    assert len(assignment.students()) == 2
    kept = {
        assignment.note("collected", s)["name"]: (assignment.step("submitted", s) / FOUR)
        for s in assignment.students()
    }
    for number, name in enumerate(names):
        assert kept[name].read_bytes()[:1] == b"%d" % number


def test_a_name_is_one_however_its_accents_are_stored(assignment, contents, tmp_path):
    """macOS stores ë as e and two dots; the same student sends from two machines."""
    for number, form in enumerate(("NFC", "NFD")):
        name = unicodedata.normalize(form, "Zoë")
        collect(assignment, [archive(tmp_path / f"{number}.zip", {f"{name}/{FOUR}": b"%d" % number,
                                                                 f"ben/{FOUR}": b""})])  # fmt: skip
    assert submitted(assignment) == {"Zoe": [FOUR], "ben": [FOUR]}
    assert (assignment.step("submitted", "Zoe") / FOUR).read_bytes() == b"1"


def test_names_that_are_nearly_the_same_are_asked_about(assignment, contents, tmp_path):
    put(tmp_path, {f"Zoë/{FOUR}": contents[FOUR], f"Zoe/{FOUR}": contents[FOUR]})
    found = collect(assignment, [tmp_path])
    assert any("two students, or one?" in problem for problem in found.problems)


def test_moodles_online_text_is_of_the_same_student(assignment, contents, tmp_path):
    path = archive(tmp_path / "hw.zip", {
        f"Jane Doe_77_assignsubmission_file_/{FOUR}": contents[FOUR],
        "Jane Doe_77_assignsubmission_onlinetext_/onlinetext.html": b"<p>see file</p>",
        "John Roe_78_assignsubmission_onlinetext_/onlinetext.html": b"<p>here</p>",
    })  # fmt: skip
    found = collect(assignment, [path])
    assert submitted(assignment) == {"Jane-Doe_77": [FOUR], "John-Roe_78": []}
    assert any(problem.startswith("John-Roe_78: onlinetext.html") for problem in found.problems)


def test_moodle_without_folders(assignment, contents, tmp_path):
    path = archive(tmp_path / "hw.zip", {
        f"Jane Doe_77_assignsubmission_file_{FOUR}": contents[FOUR],
        f"Jane Doe_77_assignsubmission_file_{FIVE}": contents[FIVE],
        f"Jane Doe_78_assignsubmission_file_{FOUR}": contents[FOUR],
    })  # fmt: skip
    collect(assignment, [path])
    assert submitted(assignment) == {"Jane-Doe_77": [FOUR, FIVE], "Jane-Doe_78": [FOUR]}
    assert assignment.note("collected", "Jane-Doe_77")["lms_id"] == "77"


def test_a_changed_name_stays_the_same_student_on_a_platform(assignment, contents, tmp_path):
    for name in ("Jane Doe", "Jane Smith"):
        path = f"{name}_77_assignsubmission_file_/{FOUR}"
        collect(assignment, [archive(tmp_path / "hw.zip", {path: contents[FOUR]})])
    assert submitted(assignment) == {"Jane-Doe_77": [FOUR]}
    assert assignment.note("collected", "Jane-Doe_77")["name"] == "Jane Smith"


@pytest.mark.parametrize("ending", [".ipynb.txt", ".ipynb.json", ".json", ".txt", ".IPYNB"])
def test_a_notebook_is_one_under_another_ending(assignment, contents, tmp_path, ending):
    put(tmp_path, {f"anna/{FOUR.replace('.ipynb', ending)}": contents[FOUR], "anna/a.txt": b"hi"})
    found = collect(assignment, [tmp_path])
    assert submitted(assignment) == {"anna": [FOUR]}
    assert found.problems == ["anna: a.txt: not a notebook, kept but not graded"]


@pytest.mark.parametrize("platform", ["anna/{}", "anna_77_assignsubmission_file_/{}",
                                      "anna_77_5001_{}"])  # fmt: skip
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_an_archive_that_was_handed_in_is_opened(assignment, contents, tmp_path, platform, kind):
    inner = tmp_path / "inner"
    if kind == "zip":
        archive(inner, {f"my work/{FOUR}": contents[FOUR], FIVE: contents[FIVE],
                        f"__MACOSX/._{FOUR}": b"x"})  # fmt: skip
    else:
        with tarfile.open(inner, "w:gz") as file:
            for name, content in contents.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                file.addfile(entry, io.BytesIO(content))
    name = platform.format("all.zip" if kind == "zip" else "all.tar.gz")
    path = archive(tmp_path / "outer.zip", {name: inner.read_bytes()})
    found = collect(assignment, [path])
    assert list(submitted(assignment).values()) == [[FOUR, FIVE]] and found.problems == []


def test_an_archive_that_cannot_be_opened_is_named(assignment, tmp_path):
    put(tmp_path, {"anna/all.zip": b"PK\x03\x04broken", "ben/all.zip": b""})
    found = collect(assignment, [tmp_path])
    assert submitted(assignment) == {"anna": [], "ben": []}
    assert sum("cannot be opened" in problem for problem in found.problems) == 2


def test_what_leaves_an_archive_makes_no_student(assignment, contents, tmp_path):
    path = archive(tmp_path / "in.zip", {
        f"../../tmp/{FOUR}": contents[FOUR], f"/etc/{FOUR}": contents[FOUR],
        f"anna/{FOUR}": contents[FOUR], f"ben/{FOUR}": contents[FOUR],
    })  # fmt: skip
    found = collect(assignment, [path])
    assert submitted(assignment) == {"anna": [FOUR], "ben": [FOUR]}
    assert sum("tries to leave" in problem for problem in found.problems) == 2


def test_a_problem_is_listed_once(assignment, contents, tmp_path):
    put(tmp_path, {f"anna/{FOUR}": contents[FOUR], "anna/a.pdf": b"%PDF"})
    found = collect(assignment, [tmp_path, tmp_path])
    assert len(found.problems) == len(set(found.problems)) == 1
