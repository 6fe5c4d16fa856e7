"""What a lesson's cell shows, it shows again when a learner runs it twice in a row.

Chapters take their turns, a third of them each day, as in `make test-notebooks`; ``ALL=1`` takes
all. Cells for which it does not hold yet stand in `exempt.yaml`, a list that may only shrink.
"""

import os
import re
from datetime import date
from functools import cache
from pathlib import Path

import nbformat
import psutil
import pytest
import yaml
from cell_names import names_of, needs_from_above
from nbclient import NotebookClient

from dlcourse_authoring.due import due, third_of
from dlcourse_authoring.execution import LIVE_MIME_TYPES

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
# Number of a chapter -> cells that are not run twice.
EXEMPT = yaml.safe_load(Path(__file__).with_name("exempt.yaml").read_text("utf-8"))["run_twice"]
NOT_LESSON = {"setup", "quiz", "exercise", "check", "solution", "live"}
CHEAP = 10  # seconds of the processor, which a busy machine does not lengthen
CLOCK = re.compile(r"\bperf_counter\b|\bprocess_time\b|\bdl\.measuring\b|%timeit")
# Times, and addresses in memory.
CHANGES_EACH_TIME = re.compile(r"\d[\d.,e−-]*(?= ?(?:µs|ms|s|seconds|minutes)\b)|0x[0-9a-f]{6,}")


@cache
def paths_due() -> set[Path]:
    return set(due(CHAPTERS, None if os.environ.get("ALL") else third_of(date.today())))


@pytest.mark.nightly
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_cheap_lesson_run_twice_shows_the_same(path):
    if path not in paths_due():
        pytest.skip("it is not its turn; ALL=1 takes all chapters")
    exempt = EXEMPT.get(int(path.stem[:2]), ())
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    found, lessons, tried = [], 0, 0
    with client.setup_kernel():
        kernel = psutil.Process(client.km.provisioner.process.pid)
        for place, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            before = sum(kernel.cpu_times()[:2])
            client.execute_cell(cell, place)
            is_cheap = sum(kernel.cpu_times()[:2]) - before < CHEAP
            if NOT_LESSON & set(cell.metadata.tags):
                continue
            lessons += 1
            # One that is exempt would change what those after it find.
            if is_cheap and cell.id not in exempt:
                tried += 1
                first = shown(cell)
                client.allow_errors = True
                client.execute_cell(cell, place)
                client.allow_errors = False
                found += difference(cell, first, measures(notebook.cells, place))
    assert not found, "\n".join([f"{path.name}: make anew what the cell changes:", *found])
    assert tried > lessons / 2, f"only {tried} of {lessons} cells of lessons were cheap"


def test_what_is_exempt_is_a_lesson():
    for number, exempt in EXEMPT.items():
        (path,) = (path for path in CHAPTERS if path.name.startswith(f"{number:02}-"))
        cells = [
            cell for cell in nbformat.read(path, as_version=4).cells if "tags" in cell.metadata
        ]
        lessons = {cell.id for cell in cells if not NOT_LESSON & set(cell.metadata.tags)}
        assert set(exempt) <= lessons, f"{path.name}: take what is no lesson's cell off the list"


def difference(cell: nbformat.NotebookNode, first: list[str], measured: bool) -> list[str]:
    """A sentence if a cell shows something else than at `first`; measured times may differ."""
    second = shown(cell)
    raised = any(output.output_type == "error" for output in cell.outputs)
    if first == second or (measured and not raised):
        return []
    pairs = [(old, new) for old, new in zip(first, second, strict=False) if old != new]
    old, new = pairs[0] if pairs else (f"{len(first)} outputs", f"{len(second)} outputs")
    same = len(os.path.commonprefix([old, new]))
    old, new = (text[max(0, same - 30) : same + 50] for text in (old, new))
    return [f"{cell.id}: {old!r}, then {new!r}"]


def measures(cells: list[nbformat.NotebookNode], place: int) -> bool:
    """Whether a cell reads a clock, itself or in a function that it calls."""
    *above, own = [names_of(cell.source) for cell in cells[: place + 1] if cell.cell_type == "code"]
    made = {name: texts for other in above for name, texts in other.binds.items()}
    functions = [
        text
        for name in needs_from_above(own, above)
        for text in made[name]
        if text.startswith("def ")
    ]
    return any(CLOCK.search(code) for code in [cells[place].source, *functions])


def shown(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell shows, without what may differ from one run to the next."""
    pieces = []
    for output in cell.outputs:
        if output.output_type == "error":
            pieces.append(f"{output.ename}: {output.evalue}")
        pieces.append(output.get("text", ""))
        for kind, content in output.get("data", {}).items():
            if kind not in LIVE_MIME_TYPES:
                pieces.append(f"{kind}: {content}")
    return [CHANGES_EACH_TIME.sub("#", piece) for piece in pieces]
