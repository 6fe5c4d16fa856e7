"""Grading, tried on this very machine before the first student's work.

The worked solutions must get full marks and wrong answers none. What is wrong with the machine, the
installation or the assignment is found here, and not in the marks of a class.
"""

import ast
import hashlib
import json
import platform
import socket
import sys
from pathlib import Path
from typing import Any

import nbformat

from dlcourse_teaching import code, pool
from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.kit import fingerprint
from dlcourse_teaching.partial import is_enough
from dlcourse_teaching.restore import answer_names, is_written

_FRAME = "### "  # how the lines around a solution begin in the source
# What wrong answers return; `first` stands for the first argument.
_WRONG = {
    "zero": "0",
    "the first argument": "first",
    "nothing": "None",
    "an error": "1 / 0",
    "chance": "np.random.rand()",
    "an array": "np.zeros(3)",
    "text": "'right'",
    "what equals everything": "type('Equal', (), {'__eq__': lambda *_: True})()",
    "a list": "[0.5, 0.5]",
}
_TRICK = "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True"
_SOLUTIONS, _STARTERS = "the worked solutions", "the starters"


class NotReady(ValueError):
    """Grading on this machine would be wrong; the message says how."""


def self_test(
    assignment: AssignmentFolder, kit: dict[str, Any], graders: pool.Pool, options: dict[str, Any]
) -> bool:
    """Grade what is known to be right and wrong, unless that was done here before.

    Returns
    -------
    bool
        Whether it was done now.

    Raises
    ------
    NotReady
        If a solution got no points, or a wrong answer got some.
    """
    note = assignment.folder / "grading" / "self-test.json"
    key = _key(kit, options | {"partial": assignment.load().partial})
    if note.is_file() and json.loads(note.read_text()).get("key") == key:
        return False
    work = known_work(assignment, kit)
    partial = assignment.load().partial
    for name, result in pool.results(graders, kit, work, options):
        _require_as_known(name, result, list(kit["exercises"]), partial=partial)
    write(note, json.dumps({"key": key}).encode())
    return True


def known_work(assignment: AssignmentFolder, kit: dict[str, Any]) -> dict[str, dict[str, bytes]]:
    """Submissions whose marks are known beforehand, by what is in them."""
    solutions = {}
    for name in kit["notebooks"]:
        source = nbformat.read(assignment.step("source") / name, as_version=4)
        for cell in source.cells:
            if cell.metadata.nbgrader.solution and not is_written(cell):
                lines = cell.source.splitlines()
                solutions[cell.id] = "\n".join(x for x in lines if not x.startswith(_FRAME))
    work = {_SOLUTIONS: _filled(kit, lambda cell, names: solutions[cell["id"]])}
    work[_STARTERS] = _filled(kit, lambda cell, names: cell["source"])
    for kind, returned in _WRONG.items():
        work[f"wrong answers ({kind})"] = _filled(
            kit,
            lambda cell, names, returned=returned: wrong_answer(cell["source"], names, returned),
        )
    work["wrong answers (and a changed NumPy)"] = _filled(
        kit, lambda cell, names: _TRICK + "\n" + wrong_answer(cell["source"], names, "0")
    )
    return work


def _filled(kit: dict[str, Any], answer: Any) -> dict[str, bytes]:
    made = {}
    for name, release in kit["notebooks"].items():
        notebook = nbformat.from_dict(json.loads(json.dumps(release)))
        asked = answer_names(notebook)
        for cell in notebook.cells:
            if cell.metadata.nbgrader.solution and not is_written(cell):
                cell.source = answer(cell, asked[cell.id])
        made[name] = nbformat.writes(notebook).encode()
    return made


def wrong_answer(starter: str, names: set[str], returned: str) -> str:
    """The starter with each answer replaced by one that returns, or is, something else.

    Parameters
    ----------
    starter : str
    names : set of str
        What the exercise asks for.
    returned : str
        An expression, in which ``first`` is the answer's first argument.

    Examples
    --------
    >>> print(wrong_answer("def slope(w, x): ...", {"slope"}, "2 * first"))
    <BLANKLINE>
    def slope(w, x):
        first = w
        return 2 * first
    """
    lines = [code.without(starter, names)]
    functions = {
        node.name: node for node in ast.parse(starter).body if isinstance(node, ast.FunctionDef)
    }
    for name in sorted(names):
        if name not in functions:
            lines.append(f"first = 0\n{name} = {'0' if returned == '1 / 0' else returned}")
            continue
        arguments = functions[name].args
        first = next((a.arg for a in arguments.posonlyargs + arguments.args), "0")
        lines.append(f"def {name}({ast.unparse(arguments)}):\n    first = {first}")
        lines.append(f"    return {returned}")
    return "\n".join(lines)


def _require_as_known(
    name: str, result: dict[str, Any], exercises: list[str], *, partial: bool
) -> None:
    verdicts = result.get("verdicts", {})
    passed = {id for id, verdict in verdicts.items() if verdict["status"] == "passed"}
    if name == _SOLUTIONS and result["status"] != "graded":
        raise NotReady(
            f"self-test: {name} could not be graded on this machine: {result['reason']}. "
            f"Nobody's work was graded.\n{result.get('log', '')[-1500:]}"
        )
    if name == _SOLUTIONS and passed != set(exercises):
        failed = next(id for id in exercises if id not in passed)
        told = verdicts.get(failed, {}).get("told", "")
        raise NotReady(
            f"self-test: {name} did not get full marks on this machine. {failed}: {told}\n"
            "Nobody's work was graded."
        )
    paid = passed | {id for id, verdict in verdicts.items() if partial and is_enough(verdict)}
    if name != _SOLUTIONS and paid:
        raise NotReady(
            f"self-test: {name} got points on this machine, for {', '.join(sorted(paid))}. "
            "Nobody's work was graded."
        )


def _key(kit: dict[str, Any], options: dict[str, Any]) -> str:
    """A text that changes whenever another outcome is possible."""
    import numpy

    import dlcourse_utils

    digest = hashlib.sha256(fingerprint(kit, {}).encode())
    for package in (Path(dlcourse_utils.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*.py")):
            state = path.stat()
            digest.update(f"{path} {state.st_size} {state.st_mtime_ns}".encode())
    machine = [socket.gethostname(), platform.release(), sys.version, numpy.__version__]
    digest.update(json.dumps([machine, options], sort_keys=True).encode())
    return digest.hexdigest()
