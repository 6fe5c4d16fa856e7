"""What a chapter's own file says about it: title, goals, times, and the chapters it needs."""

import base64
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dlcourse_utils.explore.base import MIME

_LINK = re.compile(r"\[[^\]]*\]\((?:[\w./-]*/)?(\d\d-[\w-]+)\.ipynb[^)]*\)")
_MINUTES = re.compile(r"\*\*Time\*\*[^\d\n]*(\d+)\s+minutes")
_FIRST_SENTENCE = re.compile(r"\*\*You need\*\*(.*?\.)(?:\s+[A-Z\[]|\s*$)", re.MULTILINE)
# What Markdown adds to words.
_MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|[*`$]|\\(?:mathbf|mathrm|text)\b")


@dataclass(frozen=True)
class Facts:
    """A chapter in short.

    Attributes
    ----------
    name : str
        The file without ending, ``"01-neurons"``.
    title, lead : str
        The heading, and the first paragraph as plain text.
    goals : tuple of str
        What the reader will be able to do.
    minutes : int
        To read and practise.
    seconds : int
        That the code ran when it was last executed, on two CPU cores.
    needs : tuple of str
        The chapters (as `name`) that it builds on.
    picture : bytes
        The PNG of its first explorable; empty if it has none.
    """

    name: str
    title: str
    lead: str
    goals: tuple[str, ...]
    minutes: int
    seconds: int
    needs: tuple[str, ...]
    picture: bytes

    @property
    def number(self) -> int:
        """The chapter's number."""
        return int(self.name[:2])


def read(path: Path) -> Facts:
    """The facts in a notebook's first cell, its metadata and its outputs.

    Raises
    ------
    ValueError
        If the opening does not say how long the chapter takes.
    """
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Facts:
    notebook = json.loads(path.read_text("utf-8"))
    opening = "".join(notebook["cells"][0]["source"])
    minutes = _MINUTES.search(opening)
    if minutes is None:
        raise ValueError(f"{path.name}: the opening says no '**Time** About … minutes'")
    paragraphs = opening.split("\n\n")
    sentence = _FIRST_SENTENCE.search(opening)
    return Facts(
        name=path.stem,
        title=plain(paragraphs[0].removeprefix("# ")),
        lead=plain(paragraphs[1]),
        goals=tuple(plain(goal) for goal in re.findall(r"^- (.*?)[;.]?$", opening, re.MULTILINE)),
        minutes=int(minutes[1]),
        seconds=notebook["metadata"].get("dlcourse", {}).get("seconds", 0),
        needs=tuple(dict.fromkeys(_LINK.findall(sentence[1]))) if sentence else (),
        picture=_picture(notebook),
    )


def plain(markdown: str) -> str:
    """A line of Markdown without its marks.

    Examples
    --------
    >>> plain("A **unit** of [Neurons](01-neurons.ipynb), with `bias`")
    'A unit of Neurons, with bias'
    """
    return " ".join(_MARKS.sub(lambda found: found[1] or "", markdown).split())


def _picture(notebook: dict) -> bytes:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data and "image/png" in data:
                return base64.b64decode("".join(data["image/png"]))
    return b""
