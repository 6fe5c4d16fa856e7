"""The folder of one assignment: an nbgrader course folder, and this package's notes in it."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from dlcourse_teaching.deadline import LatePolicy, read_moment

SETTINGS = "assignment.yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEADER = """\
# One assignment. Private: the seed decides the hidden tests. `dlcourse assign` writes this file;
# points, due, late, partial and book may be edited here, and take effect when
# `dlcourse assign --out FOLDER` runs again. For late work, such as:
# late: {grace_minutes: 15, percent_a_day: 10, at_most_days: 3}
"""
_NBGRADER_CONFIG = """\
# For nbgrader's own commands and its formgrader in this folder. `dlcourse grade` does not read it.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course!r}
# A kernel that does not exist unless you install it: nbgrader's own `autograde` refuses to run
# submissions outside the sandbox.
c.Execute.kernel_name = "dlcourse-sandbox"
"""


@dataclass
class Settings:
    """What an assignment consists of.

    Parameters
    ----------
    name, course : str
    exercises : dict of list of str
        Exercise ids by name of the chapter.
    points : dict of float
        Points by exercise id.
    due : str or None
        When the work is due, in ISO 8601; shown to students in words.
    timezone : str or None
        Name of the time zone in which dates are read and shown; None: this machine's.
    late : LatePolicy or None
        What late work loses; None: nothing.
    partial : bool
        Whether an answer that is right on most inputs gives a part of its points.
    book : str
        Address of the course's website, for links in feedback.
    seed : str
        Private; the hidden tests are drawn from it.
    written : list of dict
        The questions that people mark, as `written.read_questions` gives them.
    """

    name: str
    course: str
    exercises: dict[str, list[str]]
    points: dict[str, float]
    due: str | None = None
    timezone: str | None = None
    late: LatePolicy | None = None
    partial: bool = False
    book: str = ""
    seed: str = field(default_factory=lambda: secrets.token_hex(16))
    written: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> float:
        """Points of the whole assignment."""
        by_machine = sum(self.points[id] for ids in self.exercises.values() for id in ids)
        return by_machine + sum(p for one in self.written for p, _ in one["rubric"])

    @property
    def tasks(self) -> list[str]:
        """Ids of all that has points: the exercises, then the written questions."""
        return [id for ids in self.exercises.values() for id in ids] + [
            one["id"] for one in self.written
        ]

    @property
    def deadline(self) -> datetime | None:
        """The moment at which the work is due; None if it never is.

        Raises
        ------
        ValueError
            If what stands there is no date.
        """
        if self.due is None:
            return None
        return read_moment(self.due, self.timezone, f"{SETTINGS}: due")


class AssignmentFolder:
    """The paths of an assignment's folder, and the notes kept there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    @property
    def settings_path(self) -> Path:
        return self.folder / SETTINGS

    @property
    def gradebook(self) -> Path:
        return self.folder / "gradebook.db"

    def keep_private(self) -> None:
        """Let nobody else enter the folder, and Git pass it by.

        A group that the instructor gave access on purpose keeps it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        mode = self.folder.stat().st_mode
        if mode & 0o007 and self.folder.stat().st_uid == os.geteuid():
            self.folder.chmod(mode & ~0o007)
        ignore = self.folder / ".gitignore"
        if not ignore.exists():
            write(ignore, b"# Names, marks and the secret seed.\n*\n")

    def load(self) -> Settings:
        """Read the settings.

        Raises
        ------
        ValueError
            If the folder is not an assignment's, or its settings cannot be read.
        """
        if not self.settings_path.is_file():
            raise ValueError(
                f"{self.folder} is no assignment: it has no {SETTINGS}. "
                "Make one with `dlcourse assign`."
            )
        try:
            plain = yaml.safe_load(self.settings_path.read_text(encoding="utf-8"))
            if plain.get("due") is not None:  # YAML takes a date without quotation marks for one
                plain["due"] = str(plain["due"])
            if plain.get("late") is not None:
                plain["late"] = LatePolicy.from_settings(plain["late"])
            return Settings(**plain)
        except (yaml.YAMLError, TypeError, AttributeError, ValueError) as problem:
            raise ValueError(f"{self.settings_path}: {problem}") from None

    def save(self, settings: Settings) -> None:
        """Write the settings and nbgrader's configuration."""
        text = _HEADER + yaml.safe_dump(asdict(settings), sort_keys=False, allow_unicode=True)
        write(self.settings_path, text.encode())
        config = _NBGRADER_CONFIG.format(course=settings.course)
        write(self.folder / "nbgrader_config.py", config.encode())

    def step(self, name: str, student: str | None = None) -> Path:
        """Folder of a step (source, release, submitted, autograded, feedback) of nbgrader."""
        base = self.folder / name
        return (base / student if student else base) / self.load().name

    def students(self) -> list[str]:
        """Everyone whose work was collected, in alphabetical order."""
        submitted = self.folder / "submitted"
        return sorted(p.name for p in submitted.iterdir()) if submitted.is_dir() else []

    def note(self, kind: str, student: str) -> dict[str, Any]:
        """What was noted of a student's work: ``kind`` is collected or grading; {} if nothing."""
        path = self.folder / kind / "notes" / f"{student}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def save_note(self, kind: str, student: str, note: dict[str, Any]) -> None:
        """Write such a note, whole or not at all."""
        text = json.dumps(note, indent=1, ensure_ascii=False, sort_keys=True)
        write(self.folder / kind / "notes" / f"{student}.json", text.encode())


def write(path: Path, content: bytes, mode: int = 0o600) -> bool:
    """Write a file whole or not at all; leave one alone that holds the same. True if written.

    Only its owner can read it, unless `mode` says otherwise.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.touch(mode=mode)
    half.write_bytes(content)
    os.replace(half, path)
    return True


def checked_name(text: str, what: str) -> str:
    """Return a name that is safe as part of a path.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not _NAME.fullmatch(text):
        raise ValueError(
            f"{what} {text!r}: use letters, digits, dots, hyphens and underscores, at most 64."
        )
    return text
