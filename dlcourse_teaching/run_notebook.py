"""Runs a rebuilt notebook in its interpreter, and has each answer judged where its check stands."""

from dataclasses import dataclass, field
from typing import Any

import nbformat

from dlcourse_teaching import tripwire
from dlcourse_teaching.judge import Verdict, judge
from dlcourse_teaching.kit import CHECK
from dlcourse_teaching.problems import SubmissionProblem
from dlcourse_teaching.session import Session

_TOO_LONG = "CellTimeoutError"  # what Jupyter calls it
_MOST_SIGNS = 8
_RIGHT_HERE = "Right on the inputs of this check, and wrong on others of the same kind."


@dataclass
class Run:
    """What came of a notebook.

    Parameters
    ----------
    verdicts : dict of Verdict
        By exercise.
    remarks : list of str
        For the student and the instructor.
    signs : list of str
        Reasons to look at the notebook, each with its evidence; for the instructor alone.
    """

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)


def run_notebook(
    notebook: nbformat.NotebookNode,
    session: Session,
    exercises: dict[str, dict[str, Any]],
    cell_seconds: float,
) -> Run:
    """Execute a notebook's cells, write their outputs into it, and judge its answers.

    Parameters
    ----------
    notebook : NotebookNode
        As `restore.rebuild` makes it.
    session : Session
    exercises : dict
        The kit's, by id: ``expression`` and ``seed``.
    cell_seconds : float
        Then a cell is interrupted.

    Raises
    ------
    SubmissionProblem
        If the interpreter is gone.
    """
    run, judged, missing_modules, count = Run(), {}, set(), 0
    checks = "\n".join(cell.source for cell in notebook.cells if cell.id.endswith(CHECK))
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        exercise = cell.id.removesuffix(CHECK) if cell.id.endswith(CHECK) else None
        if exercise in exercises:
            verdict, number = judge(exercise, **exercises[exercise], session=session)
            run.verdicts[exercise], judged[exercise] = verdict, number
            cell.outputs = [_stream(verdict.told or _RIGHT_HERE)]
            continue
        signs = tripwire.telling(cell.source, own=checks)
        run.signs += [f"cell {cell.id}, {sign}" for sign in signs]
        cell.outputs, too_long = _execute(cell.source, session, cell_seconds)
        if too_long:
            run.remarks.append(f"a cell ran for more than {cell_seconds:g} seconds and was stopped")
        missing_modules |= set(_missing_modules(cell.outputs))
    for exercise, verdict in run.verdicts.items():
        if verdict.status != "passed":
            run.verdicts[exercise] = _again(
                exercise, exercises[exercise], session, judged[exercise], verdict
            )
    changed, _ = session.ask("changed", cell_seconds)
    if isinstance(changed, list) and changed:
        names = ", ".join(str(name)[:60] for name in changed[:_MOST_SIGNS])
        run.signs.append(
            f"after its cells had run, these were no longer what they had been: {names}"
        )
    _refuse_missing_modules(run.verdicts, missing_modules)
    return run


def _again(
    exercise: str, asked: dict[str, Any], session: Session, number: int, before: Verdict
) -> Verdict:
    """Judge once more: the answer, or what it uses, may be defined below its check."""
    if before.misconception != "raised" and not _has_changed(asked["expression"], session, number):
        return before
    verdict, _ = judge(exercise, **asked, session=session)
    return verdict if verdict.status == "passed" or before.status != "failed" else before


def _has_changed(expression: str, session: Session, number: int) -> bool:
    facts, _ = session.ask("find", 60.0, expression=expression)
    return isinstance(facts, dict) and facts.get("number", -1) != number


def _execute(source: str, session: Session, seconds: float) -> tuple[list, bool]:
    reply, too_long = session.ask("run", seconds, source=source)
    outputs = [_output(one) for one in _listed(reply)]
    outputs = [one for one in outputs if one is not None]
    if isinstance(reply, dict) and reply.get("too_large"):
        outputs = [_stream("… this cell's output is too large to be kept")]
    if too_long:
        words = "the cell ran for too long and was stopped"
        outputs.append(
            nbformat.v4.new_output("error", ename=_TOO_LONG, evalue=words, traceback=[words])
        )
    return outputs, too_long


def _listed(reply: Any) -> list:
    outputs = reply.get("outputs") if isinstance(reply, dict) else None
    return outputs if isinstance(outputs, list) else []


def _output(one: Any) -> nbformat.NotebookNode | None:
    """An output as a notebook may hold it; None for what is none."""
    try:
        made = nbformat.v4.output_from_msg(_message(one))
        nbformat.validate(nbformat.v4.new_notebook(cells=[
            nbformat.v4.new_code_cell(outputs=[made])
        ]))  # fmt: skip
    except Exception:  # whatever the submission's process says
        return None
    return made


def _message(one: dict[str, Any]) -> dict[str, Any]:
    kind = one["output_type"]
    if kind == "stream":
        content = {"name": one["name"], "text": str(one["text"])}
    elif kind == "error":
        content = {key: one[key] for key in ("ename", "evalue", "traceback")}
    else:
        content = {"data": one["data"], "metadata": one["metadata"], "transient": {}}
        if kind == "execute_result":
            content["execution_count"] = one["execution_count"]
    return {"header": {"msg_type": kind}, "content": content}


def _stream(text: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("stream", name="stdout", text=text + "\n")


def _missing_modules(outputs: list) -> list[str]:
    prefix = "No module named "
    return [
        o.evalue.removeprefix(prefix).strip("'\" ").partition(".")[0]
        for o in outputs
        if o.output_type == "error"
        and o.ename == "ModuleNotFoundError"
        and o.evalue.startswith(prefix)
    ]


def _refuse_missing_modules(verdicts: dict[str, Verdict], modules: set[str]) -> None:
    """Where a package is missing here that Colab has, an answer may be right there."""
    if modules and any(verdict.status in ("failed", "missing") for verdict in verdicts.values()):
        names = ", ".join(sorted(name[:40] for name in modules))
        raise SubmissionProblem(
            "module",
            f"it imports {names}, which the grading environment does not have. If students may use "
            "it, install it there and grade again",
        )
