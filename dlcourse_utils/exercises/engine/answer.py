"""A learner's answer, as a check may use it: called and asked, never touched.

A check sees an `Answer` and no more. `LocalAnswer` is one that lives in this process. A grader may
put another in its place, whose code runs elsewhere and from which plain data comes back; a check
cannot tell the two apart.
"""

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from dlcourse_utils.exercises.engine import names, placeholders, safe_call
from dlcourse_utils.exercises.engine.models import ModelFacts, describe_model, run_model
from dlcourse_utils.exercises.engine.safe_call import Call
from dlcourse_utils.exercises.engine.time_limit import Clock
from dlcourse_utils.exercises.engine.wording import Other, kind_of, shorten


@dataclass(frozen=True)
class Signature:
    """What a function takes.

    Parameters
    ----------
    text : str
        The parameters as they stand in the code: ``x, w, b=0``.
    names : tuple of str
    least, most : int
        How many arguments may be given by position; ``most`` is large where any number may be, and
        smaller than ``least`` where none will do.
    """

    text: str
    names: tuple[str, ...]
    least: int
    most: int

    def accepts(self, count: int) -> bool:
        """Whether a call with so many arguments fits."""
        return self.least <= count <= self.most


class Answer(ABC):
    """All that a check may do with a learner's object.

    Attributes
    ----------
    kind : str
        What it is, in words a learner knows: ``"a function"``.
    name : str
        What the learner calls it; ``"yours"`` if it has no name.
    """

    kind: str
    name: str

    # What it is

    @abstractmethod
    def is_function(self) -> bool:
        """Whether it can be called and is no class."""

    @abstractmethod
    def is_untouched(self) -> bool:
        """Whether it is the starter: `...`, something that holds it, or a function without code."""

    @abstractmethod
    def keeps_placeholder(self) -> bool:
        """Whether its code still has a `...` where a value belongs."""

    @abstractmethod
    def signature(self) -> Signature | None:
        """What it takes; None where Python does not know."""

    @abstractmethod
    def names(self) -> frozenset[str]:
        """What its code uses from elsewhere: see `names.used_names`."""

    @abstractmethod
    def data(self) -> Any:
        """The answer itself where it is no function: a number, a letter, a list, an array."""

    # What it does

    @abstractmethod
    def call(
        self,
        arguments: tuple,
        clock: Clock,
        *,
        strict: bool = False,
        items: int = 0,
        returns_function: bool = False,
    ) -> Call:
        """Call it on copies of the arguments.

        Parameters
        ----------
        arguments : tuple
            Plain data, random generators, or functions that take and return plain data.
        clock : Clock
            Says how long it may take.
        strict : bool
            Make an overflow, a division by zero and an invalid operation of NumPy errors.
        items : int
            Where the function yields, or returns an iterator: return at most so many of its items
            as a list.
        returns_function : bool
            Where the function returns a function, make that the call's value, as an `Answer`.
        """

    # Only for exercises on a trained Keras model

    @abstractmethod
    def model(self) -> ModelFacts | None:
        """What is to know of a Keras model; None if it is none."""

    @abstractmethod
    def predict(self, images: Any) -> Call:
        """Return the model's outputs for these images as an array, in the call's value."""


class LocalAnswer(Answer):
    """An answer in this very process: in a notebook, in the tests."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.kind = kind_of(answer)
        self.name = _name_of(answer)

    @property
    def object(self) -> Any:
        """The learner's own object, for who holds it in the process that made it."""
        return self._answer

    def is_function(self) -> bool:
        return callable(self._answer) and not isinstance(self._answer, type)

    def is_untouched(self) -> bool:
        return placeholders.is_placeholder(self._answer) or placeholders.has_empty_body(
            self._answer
        )

    def keeps_placeholder(self) -> bool:
        return placeholders.keeps_placeholder(self._answer)

    def signature(self) -> Signature | None:
        try:
            found = inspect.signature(self._answer)
        except Exception:  # some functions written in C have none; an object may answer anything
            return None
        return _described(found)

    def names(self) -> frozenset[str]:
        return names.used_names(self._answer)

    def data(self) -> Any:
        made = safe_call.call(lambda: self._answer, (), Clock())
        return Other(self.kind) if made.error else made.value

    def call(
        self,
        arguments: tuple,
        clock: Clock,
        *,
        strict: bool = False,
        items: int = 0,
        returns_function: bool = False,
    ) -> Call:
        made = safe_call.call(
            self._answer, arguments, clock, strict=strict, items=items, keep=returns_function
        )
        return made.with_value(LocalAnswer(made.value)) if callable(made.value) else made

    def model(self) -> ModelFacts | None:
        return describe_model(self._answer)

    def predict(self, images: Any) -> Call:
        return safe_call.call(lambda: run_model(self._answer, images), (), None)


def as_answer(answer: Any) -> Answer:
    """Return an Answer as it is, and any other object of a learner as a `LocalAnswer`."""
    return answer if isinstance(answer, Answer) else LocalAnswer(answer)


def _written(parameter: inspect.Parameter) -> str:
    try:
        return str(parameter)
    except Exception:  # a default value may be unable to say what it is
        return parameter.name


def _name_of(answer: Any) -> str:
    try:
        name = answer.__name__
    except Exception:  # most objects have none
        return "yours"
    return name if isinstance(name, str) else "yours"


def _described(signature: inspect.Signature) -> Signature:
    parameters = list(signature.parameters.values())
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    least = sum(p.default is p.empty for p in positional)
    most = len(positional)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        most = 10**6
    if any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in parameters):
        least, most = 1, 0
    text = shorten(", ".join(map(_written, parameters)))
    return Signature(text, tuple(p.name for p in parameters), least, most)
