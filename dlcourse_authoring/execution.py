"""Executing chapters in place, so that the outputs in a file are those of the code in it."""

import json
import os
import time
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from dlcourse_authoring import fingerprint

# Outputs of these kinds are live views of a running kernel: dead weight in a stored file. The
# explorable's own state and picture, which stand beside them, are what the website shows.
LIVE_MIME_TYPES = ("application/vnd.jupyter.widget-view+json",)
# Asked when a chapter has run; the cell itself is not stored.
_ASK_RECORDER = "from dlcourse_authoring import recorder\nprint(recorder.report())"


class NotebookError(ValueError):
    """A chapter did not run to its end, or left something that must not be committed."""


def execute(path: Path, *, timeout: float = 600) -> float:
    """Run a notebook from top to bottom and write it back with its outputs.

    Nothing is written when a cell fails, so the file on disk is never half-executed.

    Parameters
    ----------
    path : Path
        The ``.ipynb`` file; it is executed in its own folder.
    timeout : float
        Seconds that one cell may take.

    Returns
    -------
    float
        Seconds the run took.

    Raises
    ------
    NotebookError
        If a cell raises, cannot show its output or writes to stderr.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    from dlcourse_utils.plotting.style import FOR_PHONES

    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(_ASK_RECORDER))
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # what a slow cell prints in parts is one output on the page
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.extra_extensions=dlcourse_authoring.recorder"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    start = time.perf_counter()
    try:
        client.execute(env=os.environ | {FOR_PHONES: "yes"})
    except CellExecutionError as error:
        raise NotebookError(f"{path}: a cell failed, nothing was written.\n{error}") from None
    seconds = time.perf_counter() - start
    made_by = _made_by(notebook.cells.pop())

    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise NotebookError(f"{path}: cell {cell.id} wrote to stderr:\n{output.text}")
            if output.output_type == "error":  # of drawing a figure, after the cell itself
                words = f"{output.ename}: {output.evalue}"
                raise NotebookError(f"{path}: cell {cell.id} could not show its output.\n{words}")
            for mime_type in LIVE_MIME_TYPES:
                output.get("data", {}).pop(mime_type, None)
    notebook.metadata.pop("widgets", None)
    # The kernel's own version is a fact about one machine, not about the chapter.
    notebook.metadata.language_info = {"name": "python"}
    notebook.metadata.setdefault("dlcourse", {}).update(
        executed={"code": fingerprint.code_hash(notebook), **made_by}, seconds=round(seconds)
    )
    nbformat.write(notebook, path)
    return seconds


def _made_by(asked: nbformat.NotebookNode) -> dict[str, dict[str, str]]:
    """What the recorder said in the last cell, with hashes and versions.

    Raises
    ------
    NotebookError
        If another version of a library is installed than the course is tested with.
    """
    used = json.loads(asked.outputs[0].text)
    made_by = fingerprint.of_kernel(set(used["modules"]), set(used["files"]))
    for library, pinned in made_by["versions"].items():
        if version(library) not in pinned.split(", "):
            raise NotebookError(
                f"{library} {version(library)} is installed, requirements.txt has {pinned}: "
                "outputs that are stored come from the versions there. Run `make book` first."
            )
    return made_by


def execute_changed(paths: list[Path], *, force: bool = False) -> None:
    """Run those notebooks whose outputs would be others now; say what is done, and why."""
    for path in paths:
        reasons = fingerprint.changes(nbformat.read(path, as_version=4))
        if not reasons and not force:
            print(f"{path}: unchanged")
            continue
        why = f"because of {', '.join(reasons)}" if reasons else "as you wish"
        print(f"{path}: running, {why} …", flush=True)
        print(f"{path}: {execute(path):.0f} s")
