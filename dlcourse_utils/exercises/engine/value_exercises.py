"""Exercises whose answer is a number, a small array or the letter of a choice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse_utils.exercises.engine.answer import Answer
from dlcourse_utils.exercises.engine.results import fit
from dlcourse_utils.exercises.engine.verdicts import NotStarted, Passed, Wrong


@dataclass(frozen=True)
class WrongValue:
    """A wrong answer that is known: the number, array or letter, and what to say."""

    id: str
    value: Any
    words: str


@dataclass(frozen=True, kw_only=True)
class NumberExercise:
    """An exercise whose answer is a number or a small array, worked out by hand.

    A wrong answer is never told the right one.

    Parameters
    ----------
    expected : array_like
        The right number or numbers.
    decimals : int
        How many decimals are asked for; 0 where whole numbers are.
    misconceptions : tuple of WrongValue
        Known wrong answers.
    next_question : str, optional
        What to ask oneself after passing.

    Examples
    --------
    >>> from dlcourse_utils.exercises.engine.answer import as_answer
    >>> loss = NumberExercise(expected=np.log(2), decimals=2)
    >>> loss.check(as_answer(0.69), None).message
    'right.'
    """

    expected: Any
    decimals: int = 2
    misconceptions: tuple[WrongValue, ...] = ()
    next_question: str | None = None

    def check(self, answer: Answer, rng: np.random.Generator | None) -> Passed:
        """Check a number or an array.

        Raises
        ------
        Wrong, NotStarted
        """
        if answer.is_untouched():
            raise NotStarted
        if answer.is_function():
            raise Wrong(
                "this exercise checks numbers, and you passed a function. Pass what it returns.",
                misconception="wrong-type",
            )
        expected = np.asarray(self.expected, dtype=float)
        given = fit(answer.data(), expected.shape, "your answer")
        if self._is(given, expected):
            return Passed()
        for known in self.misconceptions:
            if self._is(given, np.asarray(known.value, dtype=float)):
                raise Wrong(known.words, misconception=known.id)
        reason, words = self._general_pattern(given, expected)
        raise Wrong(words, misconception=reason)

    def _is(self, given: np.ndarray, wanted: np.ndarray) -> bool:
        """Whether it is the number as it is or rounded as asked for, and no further off."""
        tolerance = 0.51 * 10.0**-self.decimals if self.decimals else 1e-6
        return given.shape == wanted.shape and bool(np.all(np.abs(given - wanted) <= tolerance))

    def _general_pattern(self, given: np.ndarray, expected: np.ndarray) -> tuple[str | None, str]:
        several = expected.size > 1
        if np.any(expected) and self._is(-given, expected):
            return "opposite-sign", "The size is right, the sign is not."
        if np.any(expected) and self._is(given / 100, expected):
            return "percent", "You give percent. Give the share: 1 for 100%."
        if np.all(np.abs(given - expected) <= 5 * 10.0**-self.decimals) and self.decimals:
            return "rounded-too-early", (
                f"Almost. Keep more digits on the way, and give {self.decimals} decimals at the "
                "end."
            )
        if several and expected.ndim == 2 and self._is(given.T, expected):
            return "transposed", "The numbers are right, but rows and columns are swapped."
        if several and self._is(np.sort(given, axis=None), np.sort(expected, axis=None)):
            return "order", "The numbers are right, their order is not."
        if several:
            right = np.count_nonzero(
                np.abs(given - expected) <= (0.51 * 10.0**-self.decimals if self.decimals else 1e-6)
            )
            return None, (
                f"Not yet: {right} of {expected.size} numbers are right. Work it out once more, "
                "step by step."
            )
        return None, "Not yet. Work it out once more, step by step."


@dataclass(frozen=True, kw_only=True)
class ChoiceExercise:
    """An exercise whose answer is the letter of one of the choices in the text.

    Parameters
    ----------
    expected : str
        The right letter, such as ``"b"``.
    misconceptions : tuple of WrongValue
        Each other letter, with what is wrong about that choice: all that are not the right one.
    next_question : str, optional
        What to ask oneself after passing.

    Raises
    ------
    ValueError
        If a letter comes twice, or the letters do not run from a without a gap.

    Examples
    --------
    >>> from dlcourse_utils.exercises.engine.answer import as_answer
    >>> plot = ChoiceExercise(
    ...     expected="b",
    ...     misconceptions=(WrongValue("too-fast", "a", "This one falls at once."),),
    ... )
    >>> plot.check(as_answer("B"), None).message
    'right.'
    """

    expected: str
    misconceptions: tuple[WrongValue, ...]
    next_question: str | None = None

    def __post_init__(self) -> None:
        letters = self.letters
        if letters != [chr(ord("a") + place) for place in range(len(letters))]:
            raise ValueError(
                f"the choices are {', '.join(letters)}; give each letter from a on once: the right "
                "one as `expected`, every other as a WrongValue with what is wrong about it"
            )

    @property
    def letters(self) -> list[str]:
        """The letters of all choices."""
        return sorted([self.expected, *(known.value for known in self.misconceptions)])

    def check(self, answer: Answer, rng: np.random.Generator | None) -> Passed:
        """Check a letter.

        Raises
        ------
        Wrong, NotStarted
        """
        if answer.is_untouched():
            raise NotStarted
        letter = self._letter(answer)
        if letter == self.expected:
            return Passed()
        known = next(known for known in self.misconceptions if known.value == letter)
        raise Wrong(known.words, misconception=known.id)

    def _letter(self, answer: Answer) -> str:
        given = answer.data()
        listed = _listed([f'"{letter}"' for letter in self.letters])
        if not isinstance(given, str):
            raise Wrong(
                f"answer with the letter of your choice, in quotation marks: {listed}. You passed "
                f"{answer.kind}.",
                misconception="wrong-type",
            )
        letter = given.strip().strip("().").lower()
        if letter not in self.letters:
            raise Wrong(
                f'"{given[:20]}" is none of the choices. Answer with {listed}.',
                misconception="no-choice",
            )
        return letter


def _listed(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
