"""Exercises are found by the names of their files, and loaded one at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse_utils import exercises
from dlcourse_utils.exercises.engine import table

FOLDER = Path(exercises.__file__).parent
FILES = sorted(path for path in FOLDER.glob("*/*.py") if path.parent.name != "engine")


def test_every_file_of_a_chapter_is_an_exercise_or_begins_with_an_underscore():
    ids = {path.stem.replace("_", "-") for path in FILES if not path.stem.startswith("_")}
    assert ids == set(exercises.exercise_ids()) and len(ids) >= 89


@pytest.mark.parametrize("id", exercises.exercise_ids())
def test_every_exercise_loads_and_asks_a_next_question(id):
    exercise = table.load(id)
    assert exercise.next_question.endswith(("?", "."))


def test_listing_imports_no_exercise_and_checking_imports_one():
    code = (
        "import sys\n"
        "from dlcourse_utils.exercises import exercise_ids, verify\n"
        "ids = exercise_ids()\n"
        "verify('weighted-sum', lambda x, w, b: x @ w + b)\n"
        "names = {name for name in sys.modules if name.count('.') == 3}\n"
        "print(sorted(n.split('.')[-1] for n in names if '.exercises.' in n and 'engine' not in n))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "['weighted_sum']"


def write(folder, chapter, name, code):
    path = folder / chapter / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(code, encoding="utf-8")


def test_two_files_of_one_id_are_named(tmp_path):
    write(tmp_path, "one", "some_id", "")
    write(tmp_path, "one", "_shared", "")
    assert table.names_in([str(tmp_path)]) == {"some-id": "dlcourse_utils.exercises.one.some_id"}
    write(tmp_path, "two", "some_id", "")
    with pytest.raises(ValueError, match=r'"some-id": .*one\.some_id and .*two\.some_id'):
        table.names_in([str(tmp_path)])


def test_a_file_without_an_exercise_says_what_to_write(tmp_path, monkeypatch):
    write(tmp_path, "somewhere", "empty", "")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(table, "module_names", lambda: {"empty": "somewhere.empty"})
    with pytest.raises(TypeError, match=r"somewhere/empty\.py must set EXERCISE"):
        table.load("empty")
