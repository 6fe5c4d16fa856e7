"""How a check says what it found."""

from dataclasses import dataclass

from dlcourse_utils.exercises.engine.feedback import CounterExample


class Wrong(Exception):
    """Raised by a check: the answer is wrong, and this is why."""

    def __init__(
        self,
        message: str,
        *,
        counter_example: CounterExample | None = None,
        misconception: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.counter_example = counter_example
        self.misconception = misconception
        self.notes = notes


class NotStarted(Exception):
    """Raised by a check: the `...` of the starter is still there."""


@dataclass(frozen=True)
class Passed:
    """Returned by a check: the answer is right; what to say of it besides that."""

    message: str = "right."
    notes: tuple[str, ...] = ()
