"""When each notebook of a student came, as far as that is known."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dlcourse_teaching.deadline import as_text, now


@dataclass(frozen=True)
class Arrival:
    """What is known of when a notebook came.

    Parameters
    ----------
    digest : str
        Of what is in it.
    handed_in : datetime or None
        When it was handed in; None if nothing says so that can be trusted.
    seen : datetime or None
        When it was collected first: it was handed in before.
    late : bool
        Whether the learning platform calls it late.
    """

    digest: str = ""
    handed_in: datetime | None = None
    seen: datetime | None = None
    late: bool = False


def digest(content: bytes) -> str:
    """A short text that another notebook does not have."""
    return hashlib.sha256(content).hexdigest()[:16]


def merged(note: dict[str, Any], came: dict[str, Arrival]) -> dict[str, dict[str, Any]]:
    """Arrivals by notebook, as plain data for a note: those noted, and what came now.

    Parameters
    ----------
    note : dict
        What was noted before; may be empty.
    came : dict of Arrival
        By the notebook's name. The same content keeps the time at which it was first seen.
    """
    arrivals = dict(note.get("arrivals", {}))
    for name, one in came.items():
        old = arrivals.get(name, {})
        is_same = old.get("digest") == one.digest
        time = as_text(one.handed_in) if one.handed_in else None
        arrivals[name] = {
            "digest": one.digest,
            "handed_in": time or (old["handed_in"] if is_same else None),
            "seen": old["seen"] if is_same else as_text(now()),
            "late": one.late,
        }
    return arrivals


def arrivals(note: dict[str, Any]) -> list[Arrival]:
    """The arrivals in a note; of a note of the first edition what the platform said."""
    noted = note.get("arrivals") or {"": {"late": note.get("late", False)}}
    return [
        Arrival(
            one.get("digest", ""),
            *(datetime.fromisoformat(one[key]) if one.get(key) else None
              for key in ("handed_in", "seen")),
            one.get("late", False),
        )
        for one in noted.values()
    ]  # fmt: skip
