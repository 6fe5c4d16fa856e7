"""What instructors really have: folders, Canvas' and Moodle's archives, and traps in them."""

import io
import json
import os
import stat
import tarfile
import zipfile

import generate
import pytest

from dlcourse_teaching.collect import collect

FOUR, FIVE = "04-backpropagation.ipynb", "05-optimizers.ipynb"


@pytest.fixture
def contents(course):
    return {name: json.dumps(nb).encode() for name, nb in generate.solved(course).items()}


def submitted(course):
    return {
        student: sorted(p.name for p in course.step("submitted", student).iterdir())
        for student in course.students()
    }


def archive(path, entries):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return path


def test_a_folder_for_each_student(course, contents, tmp_path):
    for student in ("alice", "Zoë Müller", "o'neil"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "04-backpropagation (1).ipynb").write_bytes(contents[FOUR])
        (tmp_path / student / "Copy of 05-optimizers.ipynb").write_bytes(contents[FIVE])
    found = collect(course, [tmp_path])
    assert submitted(course) == dict.fromkeys(("Zoe-Muller", "alice", "o-neil"), [FOUR, FIVE])
    assert found.problems == [] and found.notebooks == 6
    assert course.note("collected", "Zoe-Muller")["name"] == "Zoë Müller"
    assert (course.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]


def test_a_flat_folder(course, contents, tmp_path):
    (tmp_path / "bob_04-backpropagation.ipynb").write_bytes(contents[FOUR])
    (tmp_path / "05-optimizers-bob.ipynb").write_bytes(contents[FIVE])
    (tmp_path / "carol.ipynb").write_bytes(contents[FIVE])  # told by its cells
    collect(course, [tmp_path])
    assert submitted(course) == {"bob": [FOUR, FIVE], "carol": [FIVE]}


def test_canvas(course, contents, tmp_path):
    path = archive(tmp_path / "submissions.zip", {
        f"doejane_1001_5001_{FOUR}": b"{}",
        f"doejane_1001_5009_{FOUR.replace('.ipynb', '-1.ipynb')}": contents[FOUR],
        f"doejane_1001_5002_{FIVE}": contents[FIVE],
        f"roejohn_LATE_1002_5003_{FOUR}": contents[FOUR],
    })  # fmt: skip
    collect(course, [path])
    assert submitted(course) == {"doejane_1001": [FOUR, FIVE], "roejohn_1002": [FOUR]}
    assert (course.step("submitted", "doejane_1001") / FOUR).read_bytes() == contents[FOUR]
    note = course.note("collected", "roejohn_1002")
    assert (note["lms"], note["lms_id"], note["late"]) == ("canvas", "1002", True)
    (kept,) = (course.folder / "collected" / "archives").iterdir()
    assert kept.read_bytes() == path.read_bytes()
    assert len(list((course.folder / "collected" / "files" / "doejane_1001").iterdir())) == 3


def test_moodle(course, contents, tmp_path):
    path = archive(tmp_path / "hw.zip", {
        f"Jane Doe_77_assignsubmission_file_/{FOUR}": contents[FOUR],
        f"Jane Doe_78_assignsubmission_file_/{FOUR}": contents[FOUR],
        "Jane Doe_78_assignsubmission_file_/notes.pdf": b"%PDF",
    })  # fmt: skip
    found = collect(course, [path])
    assert submitted(course) == {"Jane-Doe_77": [FOUR], "Jane-Doe_78": [FOUR]}
    assert "Jane-Doe_78: notes.pdf: not a notebook, kept but not graded" in found.problems
    assert course.note("collected", "Jane-Doe_77")["lms_id"] == "77"


def test_an_archive_whose_paths_leave_the_folder(course, contents, tmp_path):
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
    before = {p for p in tmp_path.parent.rglob("*") if course.folder not in p.parents}
    found = collect(course, [path])
    after = {p for p in tmp_path.parent.rglob("*") if course.folder not in p.parents}
    assert before == after and not os.path.exists("/tmp/absolute-evil")
    assert submitted(course)["good"] == [FOUR]
    assert sum("tries to leave" in problem for problem in found.problems) == 3
    assert any("linker" in p and "a link" in p for p in found.problems)
    assert submitted(course)["linker"] == [], "listed, so that it stands in needs attention"


def test_a_tar_with_links_and_devices(course, contents, tmp_path):
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
    found = collect(course, [path])
    assert submitted(course) == {"alice": [FOUR], "hard": [], "pipe": [], "sym": []}
    assert len(found.problems) == 3


def test_a_zip_bomb_is_not_unpacked(course, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"bomber/{FOUR}", b" " * 60_000_000)
    found = collect(course, [path])
    assert "60 MB" in found.problems[0]
    assert submitted(course) == {"bomber": []}


def test_links_in_a_folder_are_not_followed(course, contents, tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(contents[FOUR])
    (tmp_path / "in" / "mallory").mkdir(parents=True)
    (tmp_path / "in" / "mallory" / FOUR).symlink_to(tmp_path / "secret.ipynb")
    found = collect(course, [tmp_path / "in"])
    assert submitted(course) == {"mallory": []}
    assert "a link" in found.problems[0]


def test_names_that_differ_only_in_signs_stay_two_students(course, contents, tmp_path):
    for name in ("anna b", "anna-b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / FOUR).write_bytes(contents[FOUR])
    collect(course, [tmp_path])
    assert len(course.students()) == 2


def test_a_later_upload_replaces_an_earlier_one_and_both_are_kept(course, contents, tmp_path):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / FOUR).write_bytes(b"{}")
    collect(course, [tmp_path])
    (tmp_path / "alice" / FOUR).write_bytes(contents[FOUR])
    collect(course, [tmp_path])
    assert (course.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]
    assert len(list((course.folder / "collected" / "files" / "alice").iterdir())) == 2


@pytest.mark.parametrize("copy", ["04-backpropagation (1).ipynb", "04-backpropagation-1.ipynb"])
def test_of_two_copies_the_one_with_the_number_counts_and_it_is_said(
    course, contents, tmp_path, copy
):
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / FOUR).write_bytes(b"{}")
    (tmp_path / "alice" / copy).write_bytes(contents[FOUR])
    found = collect(course, [tmp_path])
    assert (course.step("submitted", "alice") / FOUR).read_bytes() == contents[FOUR]
    assert found.problems == [
        f"alice: {FOUR} and {copy} are the same notebook: the second was taken"
    ]
    (tmp_path / "alice" / FOUR).write_bytes(contents[FOUR])
    assert collect(course, [tmp_path]).problems == []


def test_what_is_no_source_is_refused(course, tmp_path):
    (tmp_path / "text.txt").write_text("x")
    with pytest.raises(ValueError, match="neither a folder nor an archive"):
        collect(course, [tmp_path / "text.txt"])
    with pytest.raises(ValueError, match="does not exist"):
        collect(course, [tmp_path / "nothing.zip"])


def test_jupyterhubs_exchange(course, contents, tmp_path, monkeypatch):
    """Released, fetched and handed in with nbgrader's own commands' classes, then collected."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeReleaseAssignment, ExchangeSubmit

    from dlcourse_teaching.collect import collect_exchange
    from dlcourse_teaching.engine import configuration

    root = tmp_path / "exchange"
    root.mkdir()
    root.chmod(0o777)
    config = configuration(course.folder, course.load())
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
    found = collect_exchange(course, root)
    assert found.notebooks == 2 and len(found.students) == 1
