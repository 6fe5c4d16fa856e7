"""`dlcourse doctor` names what is there, what is not, and the cure, and never stops half-way."""

import os
import subprocess
import sys
from importlib import metadata

import pytest

from dlcourse_utils import cli, doctor
from dlcourse_utils.data import sources
from dlcourse_utils.device import Device


def levels(findings):
    return {finding.what: finding.level for finding in findings}


@pytest.fixture
def versions(monkeypatch):
    """Set what is installed: name -> version, or None for missing; the rest stays as it is."""
    installed = metadata.version

    def make(**changed):
        def version(name):
            if name in changed:
                if changed[name] is None:
                    raise metadata.PackageNotFoundError(name)
                return changed[name]
            return installed(name)

        monkeypatch.setattr(doctor.metadata, "version", version)

    return make


def test_every_finding_that_is_not_fine_has_a_cure(bare_machine):
    findings = list(doctor.examine())
    assert {"Python", "Packages", "Framework", "Device", "Memory", "Disk", "Data", "Figures"} == {
        finding.what for finding in findings
    }
    for finding in findings:
        assert bool(finding.cure) == (finding.level != "fine"), finding


def test_on_the_tested_environment_nothing_is_a_problem(bare_machine, capsys):
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.strip().endswith("The course runs here.")


def test_package_that_is_too_old_is_a_problem(versions):
    versions(matplotlib="3.5.0")
    problem = next(f for f in doctor.examine_packages() if f.level == "problem")
    assert problem.found == "matplotlib 3.5.0 is too old"
    assert problem.cure == 'pip install "matplotlib>=3.8"'


def test_package_that_is_missing_is_a_problem_but_anywidget(versions):
    versions(pooch=None, anywidget=None)
    problems = [f.found for f in doctor.examine_packages() if f.level == "problem"]
    assert problems == ["pooch is missing"]


def test_package_newer_than_tested_is_a_note_that_names_both(versions):
    versions(pooch="99.0")
    (note,) = doctor.examine_packages()
    assert note.level == "note"
    assert f"pooch 99.0 (tested: {doctor.pinned_versions()['pooch']})" in note.found


def test_pinned_versions_are_those_of_this_python():
    assert doctor.pinned_versions()["numpy"] == metadata.version("numpy")


def test_settings_of_keras_are_a_note_with_the_cure():
    import keras

    keras.config.set_image_data_format("channels_first")
    _, note = doctor.examine_framework()
    assert note.level == "note" and "image_data_format channels_first" in note.found
    assert "delete keras.json" in note.cure
    assert len(list(doctor.examine_framework())) == 1


def test_gpu_that_is_not_used_is_said_with_the_reason(monkeypatch):
    note = "This machine has an NVIDIA GPU that TensorFlow does not see: do this."
    unused = Device(kind="cpu", cores=2, backend="tensorflow", note=note)
    monkeypatch.setattr("dlcourse_utils.device.detect_device", lambda: unused)
    (finding,) = doctor.examine_device()
    assert (finding.level, finding.found, finding.cure) == ("note", "CPU with 2 cores", note)


def test_little_memory_is_said(monkeypatch):
    monkeypatch.setattr(doctor, "free_memory_gb", lambda: 0.4)
    (finding,) = doctor.examine_memory()
    assert finding.level == "note" and finding.found == "0.4 GB free"


def test_cache_that_cannot_be_written_is_said(monkeypatch, bare_machine):
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    (finding,) = doctor.examine_disk()
    assert finding.level == "note" and "KERAS_HOME" in finding.cure


def test_data_that_is_found_is_named_with_its_place(bare_machine, monkeypatch):
    whole = sources.Stored("Kaggle's input folder", None, None)
    monkeypatch.setattr(sources, "find_stored", lambda data_set: whole)
    assert {f.level for f in doctor.examine_data()} == {"fine"}
    assert all("in Kaggle's input folder" in f.found for f in doctor.examine_data())


def test_a_check_that_breaks_is_a_finding_and_the_rest_goes_on(monkeypatch, capsys):
    def broken():
        raise RuntimeError("boom")

    monkeypatch.setitem(doctor.CHECKS, "Memory", broken)
    assert cli.main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "✗ Memory      could not be examined (boom)" in said and "Figures" in said
    assert "1 problem: do what stands behind the arrow." in said


def test_without_a_framework_it_says_which_to_install():
    run = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['keras'] = None\n"
         "from dlcourse_utils.cli import main; sys.exit(main(['doctor']))"],
        capture_output=True, text=True, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )  # fmt: skip
    assert run.returncode == 1 and run.stderr == ""
    assert "✗ Framework   keras is not installed" in run.stdout
    assert "pip install keras tensorflow" in run.stdout and "Device" not in run.stdout
