"""One command sets the repository's address everywhere."""

import shutil
from pathlib import Path

import nbformat
import pytest

from dlcourse_authoring.course_copy import copy_course
from dlcourse_authoring.fingerprint import has_outputs_of_its_code
from dlcourse_authoring.publishing import publish_as
from dlcourse_utils.cli import main
from dlcourse_utils.repository import course_site, repository_address

ROOT = Path(__file__).parents[2]
SITE = "https://learn.example.org/networks/"
NEW = "https://gitlab.example.org/faculty/neural-networks"


@pytest.fixture
def course(tmp_path):
    copy_course(ROOT, tmp_path)
    # Code may know the placeholder; what is not code must not be left with it.
    shutil.rmtree(tmp_path / "tests")
    for path in tmp_path.glob("dlcourse_teaching/*.py"):
        path.unlink()
    return tmp_path


def text(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def test_no_trace_of_the_old_address_is_left(course):
    # An address at GitHub Pages has the owner in small letters.
    owner = repository_address(ROOT).split("/")[3].lower()
    assert owner in text(course).lower()
    publish_as(course, NEW, SITE)
    assert owner not in text(course).lower()
    assert (repository_address(course), course_site(course)) == (NEW, SITE)
    assert f"git+{NEW}" in (course / "chapters" / "01-neurons.ipynb").read_text(encoding="utf-8")


def test_a_clone_is_entered_under_its_new_name(course):
    publish_as(course, NEW)
    page = (course / "instructors" / "index.md").read_text(encoding="utf-8")
    assert f"git clone {NEW} && cd neural-networks\n" in page


def test_the_readme_names_the_site_that_will_be_published(course):
    publish_as(course, "https://github.com/Faculty/networks")
    assert "(https://faculty.github.io/networks/)" in (course / "README.md").read_text("utf-8")


def test_where_the_site_will_stand_is_asked_if_it_cannot_be_known(course, monkeypatch, capsys):
    monkeypatch.chdir(course)
    assert main(["publish-as", NEW]) == 0
    assert "--site" in capsys.readouterr().out
    assert main(["publish-as", NEW, "--site", SITE]) == 0
    assert "--site" not in capsys.readouterr().out
    assert f'baseurl: "{SITE}"' in (course / "_config.yml").read_text("utf-8")


@pytest.mark.parametrize("site", ["", SITE])
def test_there_and_back_changes_nothing(course, site):
    before = text(course)
    publish_as(course, NEW, site)
    publish_as(course, repository_address(ROOT))
    assert text(course) == before


def test_an_interrupted_run_is_finished_by_the_next(course, monkeypatch):
    write, left = Path.write_text, iter(range(3))

    def write_three(path, *rest, **more):
        next(left)  # StopIteration stands for whatever stops it
        return write(path, *rest, **more)

    owner = repository_address(ROOT).split("/")[3]
    monkeypatch.setattr(Path, "write_text", write_three)
    with pytest.raises(StopIteration):
        publish_as(course, NEW)
    monkeypatch.setattr(Path, "write_text", write)
    assert owner in text(course)
    publish_as(course, NEW)
    assert owner not in text(course)


def test_a_file_that_a_fork_removed_is_not_missed(course):
    (course / "CITATION.cff").unlink()
    publish_as(course, NEW)
    assert repository_address(course) == NEW


def test_the_outputs_stay_current(course):
    before = nbformat.read(course / "chapters" / "01-neurons.ipynb", as_version=4)
    assert has_outputs_of_its_code(before)
    publish_as(course, NEW)
    after = nbformat.read(course / "chapters" / "01-neurons.ipynb", as_version=4)
    assert after.cells != before.cells and has_outputs_of_its_code(after)


@pytest.mark.parametrize("spelling", [f"{NEW}/", f"{NEW}.git"])
def test_spellings_of_the_same_address(course, spelling):
    publish_as(course, spelling)
    assert repository_address(course) == NEW


def test_a_wrong_site_changes_nothing_and_says_so(course, monkeypatch, capsys):
    before = text(course)
    monkeypatch.chdir(course)
    assert main(["publish-as", NEW, "--site", "learn.example.org"]) == 1
    assert "https://host/path" in capsys.readouterr().err
    assert text(course) == before


@pytest.mark.parametrize("address", ["faculty/nets", "https://github.com/one", "https://a b/c/d"])
def test_a_wrong_address_changes_nothing_and_says_so(course, address, monkeypatch, capsys):
    before = text(course)
    monkeypatch.chdir(course)
    assert main(["publish-as", address]) == 1
    assert "https://github.com/owner/repository" in capsys.readouterr().err
    assert text(course) == before


def test_only_the_configuration_names_the_address_in_code():
    owner = repository_address(ROOT).split("/")[3]
    code = [*ROOT.glob("dlcourse_utils/**/*.py"), *ROOT.glob("book/**/*"), ROOT / "Makefile"]
    assert len(code) > 50
    assert not [path for path in code if path.is_file() and owner.encode() in path.read_bytes()]
