"""Grades one submission in Gradescope's container: ``python -m … BASE``, as root.

There is no bubblewrap in there. The boundary is another account: the judge, its seed and the
results are root's, and student code runs as a user who can read none of them.
"""

import json
import os
import pwd
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat

from dlcourse_teaching import worker
from dlcourse_teaching.assignment_folder import write
from dlcourse_teaching.collect import which_notebook
from dlcourse_teaching.owners import copy_number
from dlcourse_teaching.results import explained, result_of
from dlcourse_teaching.sandbox import Limits
from dlcourse_teaching.sources import files

_ACCOUNT = os.environ.get("DLCOURSE_STUDENT_ACCOUNT", "dlcourse-student")
# Gradescope ends a run that takes longer than its own limit, and then nobody learns why.
_LIMITS = Limits(submission_seconds=480)
_PACKAGE = os.environ.get("DLCOURSE_STUDENT_PACKAGE", "/opt/dlcourse/student")


def main(base: Path) -> None:
    """Grade ``BASE/submission`` by what ``BASE/source`` has, into ``BASE/results/results.json``."""
    if os.geteuid() != 0:
        raise SystemExit("this runs as root, in a container of its own: see instructors/grading.md")
    pwd.getpwnam(_ACCOUNT)
    source = json.loads((base / "source" / "assignment.json").read_text(encoding="utf-8"))
    kit = source["kit"]
    work, problems = find_work(base / "submission", kit["notebooks"])
    if work:
        options = {
            "limits": asdict(_LIMITS), "guarded": False, "data": None,
            "account": {"name": _ACCOUNT, "package": _PACKAGE},
        }  # fmt: skip
        try:
            result = worker.grade_one(kit, work, options)
        except RuntimeError as problem:
            result = {"status": "attention", "kind": "worker", "reason": str(problem)}
        finally:
            worker.end_running()
    else:
        reason = "; ".join(["no notebook of this assignment was found", *problems])
        result = {"status": "attention", "kind": "nothing", "reason": reason}
    report = results(source["exercises"], result, list(kit["notebooks"]))
    write(base / "results" / "results.json", json.dumps(report, indent=1).encode())


def find_work(folder: Path, notebooks: dict[str, Any]) -> tuple[dict[str, bytes], list[str]]:
    """The assignment's notebooks among what was handed in, and what is wrong with other files."""
    releases = {name: nbformat.from_dict(notebook) for name, notebook in notebooks.items()}
    work, problems = {}, []
    came = sorted(files(folder), key=lambda one: (copy_number(one.path), str(one.path)))
    for one in came:
        if one.problem:
            problems.append(f"{one.path.name}: {one.problem}")
        elif not one.is_opened and (name := which_notebook(one.path.name, one.content, releases)):
            work[name] = one.content
    return work, problems


def results(
    exercises: dict[str, dict[str, Any]], result: dict[str, Any], expected: list[str]
) -> dict[str, Any]:
    """A result as Gradescope reads it: a test for each exercise.

    Parameters
    ----------
    exercises : dict
        Title, points, notebook, section and link, by id.
    result : dict
        As `worker.grade_one` returns it.
    expected : list of str
        Notebooks that should have come.
    """
    graded = result["status"] == "graded"
    tests = [
        _test(number, id, about, result) for number, (id, about) in enumerate(exercises.items(), 1)
    ]
    if graded:
        absent = [name for name in expected if name not in result["notebooks"]]
        said = [f"{name} was not handed in." for name in absent] + result["remarks"]
    else:
        said = [
            f"This could not be graded by machine: {result['reason']}.",
            "The 0 points are no verdict. Mend it and hand it in again, or ask your instructor.",
        ]
    return {
        "score": sum(test["score"] for test in tests),
        "output": "\n".join(said),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _test(number: int, id: str, about: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    verdict = result.get("verdicts", {}).get(id)
    text = result.get("notebooks", {}).get(about["notebook"])
    passed, output = False, "Not graded."
    if verdict is not None and text is not None:
        cells = {cell.id: cell for cell in nbformat.reads(text, as_version=4).cells}
        found = result_of(id, cells[id], verdict)
        passed = found.verdict == "passed"
        told = found.told if found.verdict in ("passed", "failed") else ""
        reread = "" if passed else f"Reread: {about['section']} {about['link'] or ''}".strip()
        output = "\n\n".join(filter(None, [explained(found), told, reread]))
    return {
        "name": about["title"],
        "number": str(number),
        "score": about["points"] if passed else 0,
        "max_score": about["points"],
        "status": "passed" if passed else "failed",
        "output": output,
        "output_format": "text",
        "visibility": "visible",
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
