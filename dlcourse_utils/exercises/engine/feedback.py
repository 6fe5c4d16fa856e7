"""What a learner is told about an answer, as text and as modest HTML."""

from dataclasses import dataclass, field
from functools import partial
from html import escape
from textwrap import wrap as wrap_words
from typing import Literal

from dlcourse_utils.exercises.engine.wording import shorten
from dlcourse_utils.palette import LIGHT, NOT_STARTED

Status = Literal["passed", "failed", "not-started"]

_MARKS = {"passed": "✓", "failed": "✗", "not-started": "○"}
# A disc in one of these colours under a white mark keeps 4.5:1 on a light and on a dark page.
_COLOURS = {"passed": LIGHT["green"], "failed": LIGHT["red"], "not-started": NOT_STARTED}
_TEXT_WIDTH = 88
_MOST = 500  # characters of one value
# Ids have hyphens, and an id torn in two is no id.
_wrap = partial(wrap_words, width=_TEXT_WIDTH, break_on_hyphens=False)


@dataclass(frozen=True)
class CounterExample:
    """The smallest input on which an answer is wrong, every part already written as text.

    Parameters
    ----------
    inputs : tuple of (str, str)
        Name and value of each input, in the order of the arguments.
    expected, got : str
        What a right answer gives for them and what the learner's gave.
    """

    inputs: tuple[tuple[str, str], ...]
    expected: str
    got: str

    def __post_init__(self) -> None:
        # Whatever a learner's code makes, what is shown of it fits the page.
        object.__setattr__(self, "inputs", tuple((n, shorten(v, _MOST)) for n, v in self.inputs))
        object.__setattr__(self, "expected", shorten(self.expected, _MOST))
        object.__setattr__(self, "got", shorten(self.got, _MOST))

    def lines(self) -> list[str]:
        """Return the example as lines of text, short inputs sharing a line."""
        lines: list[str] = []
        for name, value in self.inputs:
            entry = f"{name} = {value}"
            joined = f"{lines[-1]}   {entry}" if lines else entry
            if lines and "\n" not in joined and len(joined) <= _TEXT_WIDTH - 10:
                lines[-1] = joined
            else:
                lines.append(entry)
        named = [*lines, f"expected  {self.expected}", f"got       {self.got}"]
        return [line for entry in named for line in _align(entry)]


@dataclass(frozen=True)
class Feedback:
    """The verdict on one answer. ``print`` shows it as text, a notebook as HTML.

    Parameters
    ----------
    exercise : str
        Id of the exercise.
    status : {"passed", "failed", "not-started"}
    message : str
        What is right, wrong or missing, in words for the learner.
    counter_example : CounterExample, optional
        The smallest input on which the answer is wrong.
    misconception : str, optional
        Short name of the reason, such as ``"missing-bias"`` or ``"raised"``; None if unknown.
    next_question : str, optional
        What to ask oneself after passing.
    notes : tuple of str
        Remarks that do not change the verdict, such as what the code printed.

    Examples
    --------
    >>> print(Feedback("weighted-sum", "passed", "right."))
    ✓ weighted-sum: right.
    """

    exercise: str
    status: Status
    message: str
    counter_example: CounterExample | None = None
    misconception: str | None = None
    next_question: str | None = None
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", shorten(self.message, 2 * _MOST))

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    def raise_unless_passed(self) -> None:
        """Turn the verdict into what a grader understands.

        Raises
        ------
        AssertionError
            Unless the answer is right; its text is the whole feedback.
        """
        if not self.passed:
            raise AssertionError(str(self))

    def _headline(self) -> str:
        return (
            f"{self.exercise}: not yet"
            if self.counter_example
            else (f"{self.exercise}: {self.message}")
        )

    def _remarks(self) -> list[str]:
        remarks = [self.message] if self.counter_example else []
        remarks.extend(self.notes)
        if self.next_question:
            remarks.append(f"Ask yourself: {self.next_question}")
        return remarks

    def __str__(self) -> str:
        lines = _wrap(f"{_MARKS[self.status]} {self._headline()}", subsequent_indent="  ")
        if self.counter_example:
            for line in self.counter_example.lines():
                lines.extend(
                    [f"    {line}"]
                    if len(line) <= _TEXT_WIDTH
                    else _wrap(line, initial_indent="    ", subsequent_indent=" " * 14)
                )
        for remark in self._remarks():
            lines.extend(_wrap(remark, initial_indent="  ", subsequent_indent="  "))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        colour = _COLOURS[self.status]
        mark = (
            f'<span style="display:inline-block;width:1.5em;line-height:1.5em;margin-right:.5em;'
            f"border-radius:50%;background:{colour};color:{LIGHT['paper']};text-align:center;"
            f'font-weight:700">{_MARKS[self.status]}</span>'
        )
        name, _, rest = self._headline().partition(": ")
        parts = [
            f'<div style="margin:0">{mark}<strong>{escape(name)}</strong>: '
            f"{_code_marks(rest)}</div>"
        ]
        if self.counter_example:
            example = escape("\n".join(self.counter_example.lines()))
            parts.append(
                '<pre style="margin:8px 0;padding:0;border:0;background:none;color:inherit;'
                f'white-space:pre-wrap;overflow-wrap:anywhere">{example}</pre>'
            )
        parts.extend(
            f'<div style="margin:4px 0 0">{_code_marks(remark)}</div>' for remark in self._remarks()
        )
        return (
            f'<div class="dl-feedback dl-{self.status}" style="border-left:4px solid {colour};'
            f'padding:4px 0 4px 12px;margin:8px 0">{"".join(parts)}</div>'
        )


def _align(entry: str) -> list[str]:
    """Indent the further lines of a matrix so that they stand under its first."""
    first, *rest = entry.split("\n")
    start = max(first.find("["), 0)
    return [first, *(" " * start + line for line in rest)]


def _code_marks(text: str) -> str:
    """Escape text for HTML and turn its `code` into ``<code>``."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # an unpaired backtick: leave the text alone
        return escape(text)
    return "".join(
        f"<code>{piece}</code>" if position % 2 else piece for position, piece in enumerate(pieces)
    )
