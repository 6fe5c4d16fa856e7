"""Rebuild a submission from the release, so that a student's file decides only what is theirs.

The release's cells are the skeleton. From the student's notebook come the source of each answer,
found even where Colab or Kaggle lost the cell's metadata, and all else that they wrote. Locked
cells that were edited, deleted, re-tagged or copied are the release's again.
"""

import copy
import json
import math
import re
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from dlcourse_teaching import code
from dlcourse_teaching.problems import SubmissionProblem

MOST_BYTES = 20_000_000
_MOST_CELLS = 1000


def read_notebook(content: bytes) -> list[dict[str, Any]]:
    """Read what was handed in as plain cells: kind, source, and ids that may identify them.

    Raises
    ------
    SubmissionProblem
        If it is no notebook.
    """
    if len(content) > MOST_BYTES:
        raise SubmissionProblem(
            "too-large",
            f"the file has {len(content) / 1e6:.0f} MB, more than {MOST_BYTES // 1_000_000} MB",
        )
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise SubmissionProblem("broken-file", _what_it_is(content)) from None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if cells is None and isinstance(raw, dict) and isinstance(raw.get("worksheets"), list):
        raise SubmissionProblem("old-format", "the notebook is of a format older than 2015")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise SubmissionProblem("broken-file", "the file is JSON, but no notebook")
    if len(cells) > _MOST_CELLS:
        raise SubmissionProblem("too-large", f"the notebook has {len(cells)} cells")
    return [_plain(cell) for cell in cells]


@dataclass(frozen=True)
class Rebuilt:
    """A submission as it will run.

    Parameters
    ----------
    notebook : NotebookNode
        The release, with the student's answers and own cells.
    missing : list of str
        Exercises whose answer no cell defines.
    remarks : list of str
        What is not where the release has it, for the student and the instructor.
    """

    notebook: nbformat.NotebookNode
    missing: list[str]
    remarks: list[str]


def rebuild(release: nbformat.NotebookNode, cells: list[dict[str, Any]]) -> Rebuilt:
    """Put a student's answers and own cells into a copy of the release.

    Nothing that the student wrote is left out, wherever it stands: what was added to a locked cell
    becomes a cell of its own, and an answer in another cell is not overwritten by the starter.

    Parameters
    ----------
    release : NotebookNode
    cells : list of dict
        As `read_notebook` gives them.
    """
    matches = match(release, cells)
    by_words, taken = _written_answers(release, cells, matches)
    owner = {position: id for id, position in matches.items()}
    own: dict[str | None, list[dict[str, Any]]] = {}
    last = None
    for position, cell in enumerate(cells):
        if position in owner:
            last = owner[position]
        elif position in taken:
            continue
        elif cell["source"].strip() and not _is_copy_of_a_test(cell, release):
            own.setdefault(last, []).append(cell)
    written = {
        cell.id: _written(cell, cells[matches[cell.id]]["source"])
        for cell in release.cells
        if cell.cell_type == "code" and cell.id in matches
    }
    defined = {id: code.bound_names(source) for id, source in written.items()}
    defined[None] = set().union(
        *(code.bound_names(cell["source"]) for cell in sum(own.values(), []) if _is_code(cell))
    )
    asked = answer_names(release)

    rebuilt = Rebuilt(copy.deepcopy(release), [], [])
    rebuilt.notebook.cells = _added(own.get(None, []), "start")
    for cell in copy.deepcopy(release.cells):
        extra = []
        if is_written(cell):
            cell.update(by_words[cell.id])
        elif cell.metadata.nbgrader.solution:
            if written.get(cell.id):
                cell.source = written[cell.id]
            elif any(asked[cell.id] & names for id, names in defined.items() if id != cell.id):
                cell.source = code.without(cell.source, asked[cell.id])
                rebuilt.remarks.append(f"{cell.id}: the answer stands in another cell")
            elif cell.id not in matches:
                rebuilt.missing.append(cell.id)
        elif written.get(cell.id):
            extra = _added([{"kind": "code", "source": written[cell.id]}], f"in-{cell.id}")
            rebuilt.remarks.append(
                f"what was added to the locked cell {cell.id} ran as a cell of its own"
            )
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        # What was added to a check may be what the answer needs.
        is_check = cell.id.endswith("-check")
        rebuilt.notebook.cells += [*extra, cell] if is_check else [cell, *extra]
        rebuilt.notebook.cells += _added(own.get(cell.id, []), cell.id)
    return rebuilt


def is_written(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell of the release is for an answer in words, which people mark."""
    return cell.cell_type == "markdown" and cell.metadata.nbgrader.solution


def _written_answers(
    release: nbformat.NotebookNode, cells: list[dict[str, Any]], matches: dict[str, int]
) -> tuple[dict[str, dict[str, Any]], set[int]]:
    """Answers in words: the cell's, and the student's own words around it, down to what follows.

    Returns
    -------
    answers : dict
        ``source`` and ``attachments``, by the answer's id.
    taken : set of int
        Positions of the student's own cells that are part of an answer.
    """
    found, taken, above = {}, set(), None
    owner = {position: id for id, position in matches.items()}
    for cell in release.cells:
        if is_written(cell):
            places = [matches[id] for id in (above, cell.id) if id in matches]
            parts = [matches[cell.id]] if cell.id in matches else []
            for place in places:
                for position in range(place + 1, len(cells)):
                    if position in owner:
                        break
                    if not _is_code(cells[position]) and cells[position]["source"].strip():
                        parts.append(position)
            taken |= set(parts) - owner.keys()
            parts = sorted(set(parts))
            words = [cells[position]["source"].strip() for position in parts]
            pictures = [cells[position]["attachments"] for position in parts]
            found[cell.id] = {"source": "\n\n".join(filter(None, words)) or cell.source}
            if any(pictures):
                found[cell.id]["attachments"] = {k: v for one in pictures for k, v in one.items()}
        above = cell.id
    return found, taken


def _written(cell: nbformat.NotebookNode, source: str) -> str:
    """What of a cell's source is the student's: nothing if it is the release's own."""
    if not cell.metadata.nbgrader.solution:
        return code.added_statements(cell.source, source)
    return "" if _squeezed(cell.source) == _squeezed(source) else source


def _is_code(cell: dict[str, Any]) -> bool:
    return cell["kind"] == "code"


def answer_names(release: nbformat.NotebookNode) -> dict[str, set[str]]:
    """Names that an exercise's starter defines and its check asks for, by exercise."""
    sources = {cell.id: cell.source for cell in release.cells}
    found = {}
    for cell in release.cells:
        if cell.metadata.nbgrader.solution and not is_written(cell):
            bound = code.bound_names(cell.source)
            asked = code.used_names(sources.get(f"{cell.id}-check", ""))
            found[cell.id] = bound & asked or bound
    return found


def match(release: nbformat.NotebookNode, cells: list[dict[str, Any]]) -> dict[str, int]:
    """Find the release's cells in a submission.

    Each of these decides before the next: nbgrader's grade id, the cell's id, the id that Colab
    keeps in the metadata, the same source, the names that an answer's cell must define (of several
    cells the last one, which is what counts in a notebook).

    Returns
    -------
    dict
        Position in `cells` by id of the release's cell; those not found are left out.
    """
    found: dict[str, int] = {}
    taken: set[int] = set()

    def take(key_of_release, key_of_cell) -> None:
        places: dict[Any, list[int]] = {}
        for position, cell in enumerate(cells):
            key = key_of_cell(cell)
            if key and position not in taken:
                places.setdefault((cell["kind"], key), []).append(position)
        for cell in release.cells:
            positions = places.get((cell.cell_type, key_of_release(cell)), [])
            if cell.id not in found and positions:
                found[cell.id] = positions.pop(0)
                taken.add(found[cell.id])

    for name in ("grade_id", "id", "colab_id"):
        take(lambda cell: cell.id, lambda cell, name=name: cell[name])
    # An answer in words may have been made a cell of code, which is then no code to run.
    for cell in filter(is_written, release.cells):
        for position, one in enumerate(cells):
            if cell.id not in found and position not in taken:
                if cell.id in (one["grade_id"], one["id"], one["colab_id"]):
                    found[cell.id] = position
                    taken.add(position)
    take(lambda cell: _squeezed(cell.source), lambda cell: _squeezed(cell["source"]))
    for id, names in answer_names(release).items():
        if id in found:
            continue
        for position in reversed(range(len(cells))):
            cell = cells[position]
            if position in taken or cell["kind"] != "code":
                continue
            if names & code.bound_names(cell["source"]):
                found[id] = position
                taken.add(position)
                break
    return found


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    grader = metadata.get("nbgrader")
    grade_id = grader.get("grade_id") if isinstance(grader, dict) else None
    return {
        "kind": "code" if cell.get("cell_type") == "code" else "markdown",
        "source": _clean(source if isinstance(source, str) else ""),
        "grade_id": grade_id if isinstance(grade_id, str) else None,
        "id": cell.get("id") if isinstance(cell.get("id"), str) else None,
        "colab_id": metadata.get("id") if isinstance(metadata.get("id"), str) else None,
        "attachments": _pictures(cell.get("attachments")),
    }


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:
    """Pictures that a cell of words holds, as a notebook may have them."""
    if not isinstance(attachments, dict):
        return {}
    return {
        name: data
        for name, data in attachments.items()
        if isinstance(data, dict)
        and all(kind.startswith("image/") and isinstance(text, str) for kind, text in data.items())
    }


def _clean(text: str) -> str:
    """Text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _added(cells: list[dict[str, Any]], after: str) -> list:
    made = []
    for number, cell in enumerate(cells):
        make = new_code_cell if cell["kind"] == "code" else new_markdown_cell
        made.append(make(cell["source"], id=f"added-{after[:40]}-{number}"))
    return made


def _is_copy_of_a_test(cell: dict[str, Any], release: nbformat.NotebookNode) -> bool:
    """Whether a cell that matched nothing is a second copy of one that only the release sets."""
    own = {c.id for c in release.cells if not c.metadata.nbgrader.solution}
    same = {_squeezed(c.source) for c in release.cells if c.id in own}
    return _squeezed(cell["source"]) in same


def _squeezed(source: str) -> str:
    return re.sub(r"\s+", " ", source).strip()


def _no_constant(name: str) -> float:
    return math.nan


def _what_it_is(content: bytes) -> str:
    if not content.strip():
        return "the file is empty"
    start = content.lstrip()[:200].lower()
    for mark, words in (
        (b"<", "the file is a web page, not the notebook (in Colab: File, Download .ipynb)"),
        (b"%pdf", "the file is a PDF, not the notebook"),
        (b"pk\x03\x04", "the file is an archive, not the notebook"),
    ):
        if start.startswith(mark):
            return words
    return "the file cannot be read as a notebook: it is cut off or damaged"
