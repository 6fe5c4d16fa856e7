"""The course's own prose as one plain text.

A language model learns from it where there is no Shakespeare.
"""

import re
from pathlib import Path

import nbformat

FILE_NAME = "course_prose.txt"

# Typography that a small model would meet too rarely to learn.
_PLAIN = str.maketrans({"–": "-", "−": "-", "×": "x", "·": "x", "’": "'", "½": "1/2", "…": "..."})


def prose(markdown: str) -> str:
    """The whole sentences of a Markdown text, without formulas, code, tables and marks.

    Parameters
    ----------
    markdown : str
        Markdown as the chapters have it.

    Returns
    -------
    str
        One paragraph a line. A sentence with a formula in it, or with code other than a name, is
        left out, as it would not be whole without it; so is one with a character outside ASCII.

    Examples
    --------
    >>> prose("# Neurons\\n\\nA **neuron** adds. It has $n$ weights. See [here](x.md).")
    'Neurons\\nA neuron adds. See here.'
    """
    text = re.sub(r"```.*?```|\$\$.*?\$\$", "$", markdown, flags=re.DOTALL)
    text = re.sub(r"`([A-Za-z]+)`", r"\1", text)  # a name in code reads like a word
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)  # a link leaves its words
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
    paragraphs = [_paragraph(line) for line in lines]
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


def _paragraph(line: str) -> str:
    line = re.sub(r"^\s*(#+|>|[-*]|\d+\.)\s+", "", line.translate(_PLAIN))
    line = re.sub(r"Exercise ★+ ", "", line)
    line = re.sub(r"\*\*?|(?<!\w)_|_(?!\w)", "", line)
    sentences = re.split(r"(?<=[.?!:])\s+(?=[A-Z\"$`])", line)
    return " ".join(s for s in sentences if s.isascii() and not set(s) & set("$`"))


def export_prose(notebooks: list[Path], folder: Path) -> Path:
    """Write the prose of chapters into the course's data.

    Parameters
    ----------
    notebooks : list of Path
        The chapters, in the order wanted.
    folder : Path
        Where ``course_prose.txt`` goes.

    Returns
    -------
    Path
        The file that was written: the chapters' Markdown cells, a blank line after each.
    """
    cells = [
        prose(cell.source)
        for path in notebooks
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    target = folder / FILE_NAME
    text = "\n\n".join(cell for cell in cells if cell) + "\n"
    target.write_text(text, encoding="utf-8", newline="\n")
    return target
