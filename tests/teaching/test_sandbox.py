"""What an interpreter in the sandbox may do and see, asked from inside."""

import json
import os
import subprocess
import sys

import pytest
from graders import ROOT

PROBE = r"""
import ctypes, json, os, pathlib, sys
import dlcourse_utils.exercises as exercises

status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines()
              if ":\t" in line)
libc = ctypes.CDLL(None, use_errno=True)

def tried(action):
    try:
        return action()
    except Exception as problem:
        return type(problem).__name__

found = {
    "rights": [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "no new rights": status["NoNewPrivs"],
    "namespace": libc.unshare(0x10000000),
    "mount": libc.mount(b"none", b"/scratch", b"tmpfs", 0, None),
    "descriptors": len(os.listdir("/proc/self/fd")),
    "processes": len([name for name in os.listdir("/proc") if name.isdigit()]),
    "checks": sorted(p.name for p in pathlib.Path(exercises.__file__).parent.iterdir()
                     if p.is_dir() and any(p.iterdir())),
    "check": tried(lambda: exercises.verify("one-weight-slope", None).status),
    "modules": [name for name in sys.modules if "judge" in name or "exercises.back" in name],
    "environment": sorted(set(os.environ) - {"PWD", "OLDPWD", "SHLVL", "_"}),
    "secret": [name for name in os.listdir("/proc") if name.isdigit() and "SECRET" in tried(
               lambda: open(f"/proc/{name}/environ", errors="replace").read())],
    "tests": tried(lambda: os.listdir("TESTS")),
    "teaching": tried(lambda: os.listdir("TEACHING")),
    "limits": [line.split()[3] for line in open("/proc/self/limits")
               if line.startswith(("Max processes", "Max open files"))],
}
print(json.dumps(found))
"""

HOST = """
import json, sys
from dlcourse_teaching.sandbox import Limits
from dlcourse_teaching.session import Session, Warm

warm = Warm(Limits(), None, guarded=True, modules=[])
with Session(warm, 120, "/") as session:
    reply, _ = session.ask("run", 60, source=sys.stdin.read())
print(json.dumps(reply))
warm.close()
"""


@pytest.fixture(scope="module")
def inside(before, sandbox):
    probe = PROBE.replace("TESTS", str(ROOT / "tests"))
    probe = probe.replace("TEACHING", str(ROOT / "dlcourse_teaching"))
    done = subprocess.run(
        [*before, sys.executable, "-c", HOST], input=probe, capture_output=True, text=True, cwd="/",
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "OWN": "SECRET", "HOME": "/"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (output,) = json.loads(done.stdout)["outputs"]
    assert output["output_type"] == "stream", output
    return json.loads(output["text"])


def test_it_has_no_rights_and_gets_none(inside):
    assert set(inside["rights"]) == {"0" * 16}
    assert inside["no new rights"] == "1"
    assert inside["namespace"] == -1 and inside["mount"] == -1


def test_it_sees_its_own_processes_and_files_only(inside):
    assert inside["processes"] <= 4
    assert inside["descriptors"] <= 5, "standard ones, the socket, and the folder that is listed"
    assert inside["tests"] == inside["teaching"] == "FileNotFoundError"


def test_what_a_right_answer_is_is_not_there(inside):
    assert inside["checks"] == ["engine"]
    assert inside["check"] == "UnknownExercise"
    assert inside["modules"] == []


def test_the_graders_environment_stays_outside(inside):
    assert not inside["secret"]
    assert not {"OWN", "USER", "LOGNAME"} & set(inside["environment"])


def test_its_limits_are_set(inside):
    assert inside["limits"] == ["1024", "256"] or inside["limits"] == ["256", "1024"]
