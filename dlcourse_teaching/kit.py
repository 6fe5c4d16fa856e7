"""What a grader needs of an assignment, as plain data: the release, what to judge, the seeds."""

import ast
import hashlib
import json
from typing import Any

import nbformat

from dlcourse_teaching.assignment_folder import AssignmentFolder, Settings

CHECK = "-check"  # how the id of an exercise's check cell ends
# Loaded once for all submissions where the assignment's code names them.
_FRAMEWORKS = ("tensorflow", "keras")


def make_kit(assignment: AssignmentFolder, settings: Settings) -> dict[str, Any]:
    """Collect what grading needs; no student's work and no marks are in it.

    Returns
    -------
    dict
        ``notebooks``: the released ones, by name of the file; ``exercises``: for each the
        expression to judge and the seed; ``modules``: what to load beforehand.
    """
    notebooks, exercises, code = {}, {}, ""
    for name, ids in settings.exercises.items():
        path = assignment.step("release") / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        cells = {cell.id: cell for cell in notebook.cells}
        for id in ids:
            exercises[id] = {
                "expression": checked_expression(cells[id + CHECK].source),
                "seed": hidden_seed(settings.seed, id),
            }
        notebooks[path.name] = notebook
        code += "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    needs_framework = any(f"import {name}" in code for name in _FRAMEWORKS) or "dl.start(" in code
    return {
        "notebooks": notebooks,
        "exercises": exercises,
        "modules": list(_FRAMEWORKS) if needs_framework else [],
    }


def hidden_seed(secret: str, exercise: str) -> int:
    """The seed of an exercise's further inputs: the same for one assignment, not to be guessed."""
    digest = hashlib.sha256(f"{secret}/{exercise}".encode()).digest()
    return int.from_bytes(digest[:4])


def fingerprint(kit: dict[str, Any], work: dict[str, bytes]) -> str:
    """A text that changes whenever a submission would run differently.

    Points, dates and prose do not count: they change no verdict.
    """
    code = {
        name: [[c.id, c.source] for c in notebook["cells"] if c["cell_type"] == "code"]
        for name, notebook in kit["notebooks"].items()
    }
    digest = hashlib.sha256(json.dumps([code, kit["exercises"]], sort_keys=True).encode())
    digest.update(work_digest(work).encode())
    return digest.hexdigest()


def work_digest(work: dict[str, bytes]) -> str:
    """A text that changes whenever what a student handed in changes."""
    digest = hashlib.sha256()
    for name, content in sorted(work.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def checked_expression(source: str) -> str:
    """Return the expression that a check cell passes to `verify`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "verify":
            return ast.unparse(node.args[1])
    raise ValueError(f"no call of verify in a check cell: {source[:80]!r}")
