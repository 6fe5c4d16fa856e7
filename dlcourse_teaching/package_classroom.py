"""A repository for GitHub Classroom: the release's notebooks, and a workflow that runs the checks.

A student can read and change all of it, so nothing private is in it, and what it says is practice.
"""

from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import yaml

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings, write
from dlcourse_teaching.deadline import in_words
from dlcourse_teaching.kit import make_kit
from dlcourse_teaching.package_gradescope import constraints
from dlcourse_utils.repository import repository_address

# As GitHub Classroom's reporter requires: no other name of the workflow or of its job is found.
_WORKFLOW, _JOB = "Autograding Tests", "run-autograding-tests"
_GRADER = "classroom-resources/autograding-command-grader@v1"
_REPORTER = "classroom-resources/autograding-grading-reporter@v1"
_README = """\
# {name}

{due}Open the notebooks, write your answers, and push. On each push GitHub runs the checks that
stand below the exercises; what they said stands under *Actions*. Your instructors grade on further
inputs.
"""


def package_classroom(assignment: AssignmentFolder, book: Path) -> Path:
    """Write the folder ``github-classroom`` into the assignment's folder.

    Parameters
    ----------
    assignment : AssignmentFolder
    book : Path
        The course's own folder.

    Raises
    ------
    ValueError
        If an exercise's points are no whole number.
    """
    settings = assignment.load()
    odd = [id for id, points in settings.points.items() if points != int(points)]
    if odd:
        raise ValueError(
            f"GitHub Classroom counts whole points: change those of {', '.join(odd)} with "
            "`dlcourse assign --points`."
        )
    folder = assignment.folder / "github-classroom"
    needs_framework = bool(make_kit(assignment, settings)["modules"])
    steps = workflow(settings, repository_address(book), needs_framework=needs_framework)
    check = resources("dlcourse_teaching") / "templates" / "github-classroom" / "check.py.txt"
    due = f"Due {in_words(settings.deadline)}. " if settings.deadline else ""
    made = {
        "README.md": _README.format(name=settings.name, due=due).encode(),
        ".gitignore": b".ran/\n.ipynb_checkpoints/\n",
        ".github/check.py": check.read_bytes(),
        ".github/constraints.txt": constraints(book),
        ".github/workflows/classroom.yml": yaml.safe_dump(steps, sort_keys=False).encode(),
    }
    for path in sorted(assignment.step("release").glob("*.ipynb")):
        made[path.name] = path.read_bytes()
    for old in set(folder.glob("*.ipynb")) - {folder / name for name in made}:
        old.unlink()  # of an earlier choice of chapters
    for name, content in made.items():
        write(folder / name, content)
    return folder


def workflow(settings: Settings, address: str, *, needs_framework: bool) -> dict[str, Any]:
    """The workflow as GitHub reads it: a step for each exercise, and one that reports."""
    ids = [id for chosen in settings.exercises.values() for id in chosen]
    framework = " tensorflow" if needs_framework else ""
    install = (
        "python -m pip install --quiet --constraint .github/constraints.txt "
        f"nbclient ipykernel{framework} git+{address}"
    )
    steps = [
        {"name": "Checkout code", "uses": "actions/checkout@v4"},
        {"uses": "actions/setup-python@v5", "with": {"python-version": "3.12"}},
        {"name": "Install", "run": install},
        {"name": "Run the notebooks", "run": "python .github/check.py"},
    ]
    for id in ids:
        given = {
            "test-name": id,
            "command": f"python .github/check.py {id}",
            "timeout": 5,
            "max-score": int(settings.points[id]),
        }
        steps.append({"name": id, "id": id, "uses": _GRADER, "with": given})
    results = {f"{id.upper()}_RESULTS": f"${{{{steps.{id}.outputs.result}}}}" for id in ids}
    report = {"uses": _REPORTER, "env": results, "with": {"runners": ",".join(ids)}}
    steps.append({"name": "Autograding Reporter", **report})
    return {
        "name": _WORKFLOW,
        "on": ["push", "repository_dispatch"],
        "permissions": {"checks": "write", "actions": "read", "contents": "read"},
        "jobs": {
            _JOB: {
                "runs-on": "ubuntu-latest",
                "if": "github.actor != 'github-classroom[bot]'",
                "steps": steps,
            }
        },
    }
