"""Signs of an attack: shown for attacks, and for nothing that honest work does."""

import sys
from types import SimpleNamespace

import pytest

from dlcourse_teaching import tripwire


class Shell(SimpleNamespace):
    def run_code(self):
        """Stand in for IPython's."""


@pytest.fixture
def shell():
    parts = ("ast_transformers", "input_transformers_cleanup", "input_transformers_post")
    return Shell(**{part: [] for part in parts})


@pytest.mark.parametrize(
    ("module", "signs"),
    [("absl.flags", []), ("six", []), ("__main__", ["the list of import hooks"])],
)
def test_an_import_hook_is_a_sign_where_a_notebook_made_it(shell, monkeypatch, module, signs):
    before = tripwire.snapshot(shell)
    hook = type("Hook", (), {"__module__": module, "find_spec": lambda *_: None})
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, hook()])
    assert tripwire.changed(before, shell) == signs


def test_a_hook_of_pythons_that_is_taken_out_is_a_sign(shell, monkeypatch):
    before = tripwire.snapshot(shell)
    left = [hook for hook in sys.meta_path if getattr(hook, "__name__", "") != "PathFinder"]
    monkeypatch.setattr(sys, "meta_path", left)
    assert tripwire.changed(before, shell) == ["the list of import hooks"]


def test_the_releases_own_lines_tell_nothing_wherever_they_stand():
    check = "raise_unless_passed('slope', slope)"
    assert tripwire.telling(f"slope = 1\n{check}", own=check) == []
    assert tripwire.telling(f"slope = 1\n{check}") != []
    assert tripwire.telling("raise_unless_passed = print", own=check) != []
