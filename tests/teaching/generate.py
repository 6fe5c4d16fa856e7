"""Submissions of all kinds for an assignment: right, wrong, unfinished, damaged, hostile.

``python tests/teaching/generate.py hw2 --count 30 --out incoming`` makes a folder for each student.
The same assignment and count always give the same submissions.
"""

import argparse
import copy
import itertools
import json
import sys
from pathlib import Path

import nbformat

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "exercises"), str(TESTS / "teaching")]

from hostile import HOSTILE, TRICKS  # noqa: E402
from kept import sources_of_kept_answers  # noqa: E402

from dlcourse_teaching.assignment_folder import AssignmentFolder  # noqa: E402
from dlcourse_teaching.kit import CHECK, checked_expression  # noqa: E402
from dlcourse_teaching.restore import answer_names  # noqa: E402
from dlcourse_teaching.self_test import wrong_answer  # noqa: E402


def released(assignment: AssignmentFolder) -> dict[str, nbformat.NotebookNode]:
    """The release's notebooks by file name."""
    return {
        p.name: nbformat.read(p, as_version=4) for p in assignment.step("release").glob("*.ipynb")
    }


def solved(assignment: AssignmentFolder) -> dict[str, nbformat.NotebookNode]:
    """The release with the worked solutions in it."""
    notebooks = released(assignment)
    for name, notebook in notebooks.items():
        source = nbformat.read(assignment.step("source") / name, as_version=4)
        answers = {cell.id: cell.source for cell in source.cells}
        for cell in notebook.cells:
            if cell.metadata.nbgrader.solution and cell.cell_type == "code":
                lines = answers[cell.id].splitlines()
                cell.source = "\n".join(x for x in lines if not x.startswith("### "))
    return notebooks


def with_answers(notebooks: dict, answers: dict[str, str]) -> dict:
    """Notebooks with these answers, by exercise, in the place of what is there."""
    changed = copy.deepcopy(notebooks)
    for notebook in changed.values():
        for cell in notebook.cells:
            if cell.id in answers:
                cell.source = answers[cell.id]
    return changed


def kept_answers(assignment: AssignmentFolder, *, right: bool) -> dict[str, list[str]]:
    """Source of the tests' kept answers to the assignment's exercises, under the asked name."""
    names = {}
    for notebook in released(assignment).values():
        for cell in notebook.cells:
            if cell.id.endswith(CHECK):
                names[cell.id.removesuffix(CHECK)] = checked_expression(cell.source)
    return sources_of_kept_answers(names, right=right)


def honest(assignment: AssignmentFolder, count: int) -> dict[str, dict]:
    """Honest submissions: solved, in unusual style, with one or more wrong answers, unfinished."""
    best, blank = solved(assignment), released(assignment)
    right, wrong = kept_answers(assignment, right=True), kept_answers(assignment, right=False)
    exercises = [id for ids in assignment.load().exercises.values() for id in ids]
    made = {}
    for number in range(count):
        kind = ("solved", "style", "one-wrong", "wrong", "half")[number % 5]
        if kind == "solved":
            notebooks = best
        elif kind == "style":
            notebooks = with_answers(best, _pick(right, exercises, number))
        elif kind == "one-wrong":
            id = exercises[number % len(exercises)]
            notebooks = with_answers(best, _pick(wrong, [id], number))
        elif kind == "wrong":
            notebooks = with_answers(best, _pick(wrong, exercises, number))
        else:
            half = with_answers(blank, {})
            first = next(iter(half))
            notebooks = half | {first: best[first]}
        made[f"{kind}-{number:03d}"] = notebooks
    return made


def _pick(answers: dict[str, list[str]], exercises: list[str], number: int) -> dict[str, str]:
    return {id: answers[id][number % len(answers[id])] for id in exercises if id in answers}


def hostile(assignment: AssignmentFolder, names: list[str] | None = None) -> dict[str, dict]:
    """One hostile submission of each kind, of the first notebook alone, to save time.

    It is solved; the code is added to the first answer's cell.
    """
    made = {}
    for name, code in HOSTILE.items():
        if names is None or name in names:
            notebooks = solved(assignment)
            first = next(iter(notebooks.values()))
            cell = next(cell for cell in first.cells if cell.metadata.nbgrader.solution)
            cell.source += "\n\n\n" + code.replace("COURSE", str(assignment.folder))
            made[f"hostile-{name}"] = dict([next(iter(notebooks.items()))])
    return made


def tricks(assignment: AssignmentFolder) -> dict[str, dict]:
    """Submissions whose answers are all wrong, each with a trick that wants marks for them."""
    made = {}
    for name, trick in TRICKS.items():
        notebooks = released(assignment)
        for notebook in notebooks.values():
            asked = answer_names(notebook)
            for cell in notebook.cells:
                if cell.metadata.nbgrader.solution:
                    wrong = wrong_answer(cell.source, asked[cell.id], "0")
                    if "RETURNED" in trick:
                        wrong = "\n".join(f"{n} = RETURNED" for n in sorted(asked[cell.id]))
                    cell.source = f"import numpy as np\n{trick}\n\n\n{wrong}"
        made[f"trick-{name}"] = notebooks
    return made


def write(folder: Path, submissions: dict[str, dict]) -> None:
    """Write each student's notebooks into a folder of their name."""
    for student, notebooks in submissions.items():
        for name, notebook in notebooks.items():
            path = folder / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook, ensure_ascii=False))


def mixed(assignment: AssignmentFolder, count: int, hostile_share: float) -> dict[str, dict]:
    """Honest and hostile submissions, the hostile ones spread among the others."""
    bad = max(1, round(count * hostile_share))
    every = hostile(assignment)
    kinds = itertools.cycle(every.items())
    made = honest(assignment, count - bad)
    for number in range(bad):
        name, notebooks = next(kinds)
        made[f"{name}-{number:03d}"] = notebooks
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", type=Path)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--hostile", type=float, default=0.2, help="share of hostile ones")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write(options.out, mixed(AssignmentFolder(options.assignment), options.count, options.hostile))
    print(f"{options.count} submissions in {options.out}")


if __name__ == "__main__":
    main()
