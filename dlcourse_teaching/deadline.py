"""When work is due: read from a date, told in words; and what lateness costs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LAST_MINUTE = time(23, 59)  # what a date without a time means


@dataclass(frozen=True)
class LatePolicy:
    """What late work loses.

    Parameters
    ----------
    grace_minutes : float
        So much later is not late.
    percent_a_day : float
        What is taken off the points for each day, or part of one, after the due date.
    at_most_days : int or None
        Work that is later than this gets no points; None: there is no such day.

    Examples
    --------
    >>> policy = LatePolicy(grace_minutes=15, percent_a_day=10, at_most_days=3)
    >>> policy.percent(2), policy.percent(4)
    (20, 100)
    >>> print(policy.in_words())
    Late work loses 10% of its points for each day or part of a day, and gets none after 3 days.
    """

    grace_minutes: float = 0
    percent_a_day: float = 0
    at_most_days: int | None = None

    @classmethod
    def from_settings(cls, given: Any) -> "LatePolicy":
        """The policy that stands in the settings, as plain data.

        Raises
        ------
        ValueError
            If it is no policy; the message says how to write one.
        """
        how = (
            "late: write it as {grace_minutes: 15, percent_a_day: 10, at_most_days: 3}, or what "
            "you need of these"
        )
        if not isinstance(given, dict) or not set(given) <= set(cls.__dataclass_fields__):
            raise ValueError(f"{how}, not as {given!r}.")
        for name, number in given.items():
            if name == "at_most_days" and number is None:
                continue
            if type(number) not in (int, float) or number < 0:
                raise ValueError(f"{how}; {name} {number!r} is no number of at least 0.")
        if given.get("percent_a_day", 0) > 100:
            raise ValueError(f"{how}; percent_a_day is at most 100.")
        return cls(**given)

    def days(self, handed_in: datetime, due: datetime) -> int:
        """Days late, a part of one counting as one; 0 for what came in time or soon after.

        Examples
        --------
        >>> due = datetime(2026, 12, 12, 18, tzinfo=UTC)
        >>> [LatePolicy(grace_minutes=15).days(due + timedelta(hours=h), due) for h in (0.2, 1, 25)]
        [0, 1, 2]
        """
        # In UTC: the difference of two times of one zone forgets that clocks are changed.
        late = handed_in.astimezone(UTC) - due.astimezone(UTC)
        if late <= timedelta(minutes=self.grace_minutes):
            return 0
        return -(-late // timedelta(days=1))

    def percent(self, days: int) -> float:
        """What work that is so many days late loses."""
        if self.at_most_days is not None and days > self.at_most_days:
            return 100
        return min(self.percent_a_day * days, 100)

    def in_words(self) -> str:
        """The rule as students read it.

        Examples
        --------
        >>> LatePolicy(at_most_days=0).in_words()
        'Late work gets no points.'
        """
        daily = f"loses {self.percent_a_day:g}% of its points for each day or part of a day"
        most = self.at_most_days
        if most is None:
            return f"Late work {daily if self.percent_a_day else 'loses nothing'}."
        last = f" after {most:g} day{'' if most == 1 else 's'}" if most else ""
        if not self.percent_a_day or not most:
            return f"Late work gets no points{last}."
        return f"Late work {daily}, and gets none{last}."


def read_moment(text: str, timezone: str | None, what: str) -> datetime:
    """Read a date, with or without a time.

    Parameters
    ----------
    text : str
        As ISO 8601 has it. Without a time, the day's last minute is meant.
    timezone : str or None
        A time zone's name, for a text that has none; None: that of this machine.
    what : str
        What it is, for the message.

    Raises
    ------
    ValueError
        If it is no date, or there is no such time zone.

    Examples
    --------
    >>> read_moment("2026-12-12 18:00", "Europe/Berlin", "--due").isoformat()
    '2026-12-12T18:00:00+01:00'
    >>> read_moment("2026-12-12", "UTC", "--due").isoformat()
    '2026-12-12T23:59:00+00:00'
    """
    zone = read_zone(timezone)
    text = text.strip()
    try:
        moment = datetime.combine(date.fromisoformat(text), _LAST_MINUTE)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(
                f'{what} {text!r} is no date: write it as "2026-12-12 18:00", or "2026-12-12" for '
                "the end of that day."
            ) from None
    if moment.tzinfo is not None:
        return moment.astimezone(zone) if zone else moment
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def read_zone(name: str | None) -> tzinfo | None:
    """A time zone by its name; None for none.

    Raises
    ------
    ValueError
        If there is none of this name.
    """
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"there is no time zone {name!r}: write it as --timezone Europe/Berlin, or UTC."
        ) from None


def as_text(moment: datetime) -> str:
    """A moment as the settings have it: to the minute, with its distance from UTC."""
    return moment.isoformat(sep=" ", timespec="minutes")


def in_words(moment: datetime) -> str:
    """A moment as students read it.

    Examples
    --------
    >>> print(in_words(read_moment("2026-12-12 18:00", "Europe/Berlin", "due")))
    Saturday, 12 December 2026, 18:00 (Europe/Berlin)
    """
    zone = getattr(moment.tzinfo, "key", None) or f"UTC{moment.isoformat()[-6:]}"
    return f"{moment:%A}, {moment.day} {moment:%B %Y}, {moment:%H:%M} ({zone})"


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
