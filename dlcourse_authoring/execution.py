"""Executing chapters in place, so that the outputs in a file are those of the code in it."""

import hashlib
import json
import os
import re
import time
from pathlib import Path

import nbformat

# Outputs of these kinds are live views of a running kernel: dead weight in a stored file. The
# explorable's own state and picture, which stand beside them, are what the website shows.
LIVE_MIME_TYPES = ("application/vnd.jupyter.widget-view+json",)
INSTALLED_FROM = re.compile(r"git\+https://\S+")


class NotebookError(ValueError):
    """A chapter did not run to its end, or left something that must not be committed."""


def code_hash(notebook: nbformat.NotebookNode) -> str:
    """Fingerprint of everything that decides a notebook's outputs: its code cells, in order.

    The address that the setup cell installs from is left out: a course under another address has
    the same outputs.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook of format 4.

    Returns
    -------
    str
        64 hexadecimal digits (SHA-256).

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> one = new_notebook(cells=[new_code_cell("1 + 1"), new_markdown_cell("two")])
    >>> other = new_notebook(cells=[new_markdown_cell("zwei"), new_code_cell("1 + 1")])
    >>> code_hash(one) == code_hash(other)
    True
    """
    sources = [
        INSTALLED_FROM.sub("git+", cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def is_current(notebook: nbformat.NotebookNode) -> bool:
    """Whether the stored outputs were made by the code that stands in the notebook now."""
    return notebook.metadata.get("dlcourse", {}).get("executed") == code_hash(notebook)


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
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # what a slow cell prints in parts is one output on the page
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    start = time.perf_counter()
    try:
        client.execute(env=os.environ | {FOR_PHONES: "yes"})
    except CellExecutionError as error:
        raise NotebookError(f"{path}: a cell failed, nothing was written.\n{error}") from None
    seconds = time.perf_counter() - start

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
        executed=code_hash(notebook), seconds=round(seconds)
    )
    nbformat.write(notebook, path)
    return seconds


def execute_changed(paths: list[Path], *, force: bool = False) -> None:
    """Run those notebooks whose code changed since their outputs were made; say what is done."""
    for path in paths:
        if not force and is_current(nbformat.read(path, as_version=4)):
            print(f"{path}: unchanged")
            continue
        print(f"{path}: running …", flush=True)
        print(f"{path}: {execute(path):.0f} s")
