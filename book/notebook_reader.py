"""The hook that reads a notebook for the site: stored explorables become figures, prompts words."""

import re

import nbformat

from book.explorables import MIME, figure_html

# What the button over a hidden cell says, by the cell's tag.
_PROMPTS = {
    "solution": ("Show the solution", "Hide the solution"),
    "setup": ("Show the setup", "Hide the setup"),
    "hide-input": ("Show the code", "Hide the code"),
}
_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
# Only a running kernel can fill these; the site shows the picture or the live figure instead.
_KERNEL_ONLY = ("application/vnd.jupyter.widget-view+json", MIME)


def read(text: str) -> nbformat.NotebookNode:
    """Read a notebook as the site shows it; the file itself stays as it is.

    Parameters
    ----------
    text : str
        The content of an ``.ipynb`` file.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with explorables as HTML figures and a worded prompt on each hidden cell.
    """
    notebook = nbformat.reads(text, as_version=4)
    places: dict[str, int] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        _word_the_prompt(cell)
        # Colab's own line that folds a cell under a title.
        cell.source = cell.source.removeprefix("# @title Solution\n")
        for output in cell.outputs:
            _show_for_the_site(output, places)
    return notebook


def _word_the_prompt(cell: nbformat.NotebookNode) -> None:
    tags = cell.metadata.get("tags", [])
    for tag, (show, hide) in _PROMPTS.items():
        if tag in tags:
            options = cell.metadata.setdefault("mystnb", nbformat.NotebookNode())
            options.update(code_prompt_show=show, code_prompt_hide=hide)
            return


def _show_for_the_site(output: nbformat.NotebookNode, places: dict[str, int]) -> None:
    data = output.get("data", {})
    if MIME in data:
        stored = data[MIME]
        module = stored["module"]
        places[module] = places.get(module, 0) + 1
        place = module if places[module] == 1 else f"{module}-{places[module]}"
        data["text/html"] = figure_html(stored, place)
    if "text/html" in data:
        # pandas brings a style sheet with each table; the site has its own, and forbids others.
        data["text/html"] = _STYLE.sub("", "".join(data["text/html"]))
    for mime in _KERNEL_ONLY:
        data.pop(mime, None)
