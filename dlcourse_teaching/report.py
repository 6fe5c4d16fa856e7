"""The instructor's report on an assignment: points, exercises, reasons, what is worth a look."""

import statistics
from collections import Counter
from pathlib import Path

from dlcourse_teaching import engine, similarity
from dlcourse_teaching.assignment_folder import AssignmentFolder, write
from dlcourse_teaching.feedback import page_template
from dlcourse_teaching.results import graded_notebooks
from dlcourse_utils.chapter import read_all

_BINS = 10
_MOST_REASONS = 5


def write_report(assignment: AssignmentFolder, book: Path) -> Path:
    """Write ``report.html`` into the assignment's folder.

    Raises
    ------
    ValueError
        If nothing was graded yet.
    """
    settings = assignment.load()
    marks = engine.marks(assignment, settings)
    graded, attention, signs = [], [], []
    for student in assignment.students():
        note = assignment.note("grading", student)
        if note.get("signs"):
            signs.append((student, note["signs"]))
        if note.get("status") == "graded":
            graded.append(student)
        elif note:
            attention.append((student, note["reason"]))
    if not graded and not attention:
        raise ValueError(f"nothing was graded yet: run `dlcourse grade {assignment.folder}`.")
    results = {student: graded_notebooks(assignment, settings, student) for student in graded}
    ids = [id for chosen in settings.exercises.values() for id in chosen]
    # Who still waits for a mark by hand has no total yet.
    whole = [s for s in graded if all(id in marks[s] for id in settings.tasks)]
    totals = [sum(marks[student].values()) for student in whole] or [0.0]
    quarters = statistics.quantiles(totals, n=4) if len(totals) > 1 else totals * 3
    exercises = {e.id: e for c in read_all(book / "chapters") for e in c.exercises}
    answers = {
        student: [result.code for found in notebooks.values() for result in found.values()]
        for student, notebooks in results.items()
    }
    known = [text for id in ids for text in (exercises[id].starter, exercises[id].solution)]
    page = page_template("report.html.j2").render(
        assignment=settings.name,
        graded=len(graded),
        attention=attention,
        signs=signs,
        most=settings.total,
        late=settings.late is not None,
        median=statistics.median(totals),
        low=quarters[0],
        high=quarters[2],
        waiting=len(graded) - len(whole),
        bins=_bins(totals if whole else [], settings.total),
        exercises=[_row(id, results) for id in ids],
        pairs=similarity.alike(answers, known),
        alike={
            "share": similarity.LEAST_SHARE,
            "pieces": similarity.LEAST_PIECES,
            "tokens": similarity.TOKENS,
            "common": similarity.most_common(len(answers)),
        },
    )
    path = assignment.folder / "report.html"
    write(path, page.encode())
    return path


def _bins(totals: list[float], most: float) -> list[dict]:
    counts = [0] * _BINS
    for total in totals:
        counts[min(int(_BINS * total / most), _BINS - 1) if most else 0] += 1
    edges = [most * i / _BINS for i in range(_BINS + 1)]
    highest = max([*counts, 1])
    return [
        {
            "label": f"{edges[i]:.3g} to {edges[i + 1]:.3g}",
            "count": counts[i],
            "share": round(100 * counts[i] / highest),
        }
        for i in range(_BINS)
    ]


def _row(id: str, results: dict) -> dict:
    found = [r[id] for notebooks in results.values() for r in notebooks.values() if id in r]
    right = sum(result.verdict == "passed" for result in found)
    reasons = Counter(result.reason for result in found if result.reason)
    return {
        "id": id,
        "right": right,
        "all": len(found),
        "share": round(100 * right / max(len(found), 1)),
        "reasons": reasons.most_common(_MOST_REASONS),
    }
