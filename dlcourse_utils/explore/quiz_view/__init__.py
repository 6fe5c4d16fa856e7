"""A chapter's quiz: native controls, a reason for every answer, a score."""

import re
import textwrap
from collections.abc import Sequence
from typing import Any

from traitlets import Dict, Int, List, Unicode, validate

from dlcourse_utils.explore.base import Explorable
from dlcourse_utils.explore.traits import WrongInput
from dlcourse_utils.palette import BLUE, GREY

_LINE = 96  # characters a line of the still picture
_LINE_HEIGHT = 0.235  # inches


def _plain(text: str) -> str:
    """`text` without marks for code, bold, emphasis and mathematics, on one line."""
    return " ".join(re.sub(r"`|\*\*|\*(?=\S)|(?<=\S)\*|\$", "", text).split())


class QuizView(Explorable):
    """Show questions, check answers and say why each is right or wrong.

    Parameters
    ----------
    quiz : str
        Id of the quiz, for example ``"01-neurons"``; the reader's browser keeps results under it.
    questions : sequence of dict
        As `dlcourse_utils.quizzes` reads them. Of kind ``"choice"``: ``id``, ``text``, ``answers``
        (each ``text``, ``correct``, ``feedback``), optionally ``code``. Of kind ``"number"``:
        ``id``, ``text``, ``answer``, ``tolerance``, ``feedback_right``, ``feedback_wrong``,
        optionally ``code``, ``unit`` and ``wrong`` (known wrong numbers: ``value``, ``feedback``).
    title : str
        Heading of the quiz.
    caption : str, optional
        The line under the quiz.

    Raises
    ------
    ValueError
        If there are no questions, two have one id, or a kind is unknown.

    Examples
    --------
    >>> quiz = QuizView("sums", [{"id": "two", "kind": "number", "text": "1 + 1?", "answer": 2,
    ...                           "feedback_right": "Yes.", "feedback_wrong": "Count again."}])
    >>> quiz.score
    0
    """

    quiz = Unicode(help="Id of the quiz.").tag(sync=True)
    title = Unicode("Quiz", help="Heading of the quiz.").tag(sync=True)
    questions = List(Dict(), help="The questions, in order.").tag(sync=True)
    answers = Dict(help="Question id -> what the reader gave.").tag(sync=True)
    score = Int(0, help="How many questions are answered right.").tag(sync=True)

    def __init__(
        self,
        quiz: str,
        questions: Sequence[dict[str, Any]],
        *,
        title: str = "Quiz",
        caption: str | None = None,
    ) -> None:
        questions = list(questions)
        if not questions:
            raise WrongInput(f"quiz {quiz!r} has no questions")
        count = "One question" if len(questions) == 1 else f"{len(questions)} questions"
        super().__init__(
            quiz=quiz,
            title=title,
            questions=questions,
            caption=caption or f"{count}; every answer gets its reason.",
        )

    @classmethod
    def example(cls) -> "QuizView":
        """Two questions, one of each kind."""
        choice = {
            "id": "bias",
            "kind": "choice",
            "text": "What does a larger bias do to the line `w·x + b = 0`?",
            "answers": [
                {"text": "It turns the line.", "feedback": "That takes another `w`."},
                {"text": "It moves the line.", "correct": True, "feedback": "`w` stays."},
            ],
        }
        number = {
            "id": "sum",
            "kind": "number",
            "text": "1 + 1?",
            "answer": 2,
            "feedback_right": "Yes.",
            "feedback_wrong": "Count again.",
        }
        return cls("example", [choice, number], title="Example")

    @validate("questions")
    def _can_be_asked(self, proposal: Any) -> list[dict]:
        questions = proposal.value
        ids = [question.get("id") for question in questions]
        if len(set(ids)) != len(ids) or None in ids:
            raise WrongInput(
                f"each question of quiz {self.quiz!r} needs an id of its own, got {ids}"
            )
        for question in questions:
            if question.get("kind") not in ("choice", "number"):
                raise WrongInput(
                    f'question {question["id"]!r} of quiz {self.quiz!r}: kind must be "choice" or '
                    f'"number", got {question.get("kind")!r}'
                )
        return questions

    def draw_preview(self, figure: Any) -> None:
        # (text, indent, is code) of every line; a question starts with its number.
        lines: list[tuple[str, float, bool]] = []
        for number, question in enumerate(self.questions, start=1):
            wrapped = textwrap.wrap(f"{number}. {_plain(question['text'])}", _LINE)
            lines += [("", 0, False)] + [(line, 0, False) for line in wrapped]
            lines += [(line, 0.3, True) for line in question.get("code", "").splitlines()]
            for answer in question.get("answers", []):
                text = _plain(answer["text"])
                lines += [
                    (("○ " if i == 0 else "   ") + line, 0.2, False)
                    for i, line in enumerate(textwrap.wrap(text, _LINE - 6))
                ]
        height = _LINE_HEIGHT * (len(lines) + 2)
        figure.set_size_inches(7, height)
        figure.set_layout_engine("none")

        def write(text: str, x: float, line: int, **style: Any) -> None:
            figure.text(
                x / 7, 1 - _LINE_HEIGHT * (line + 0.9) / height, text, parse_math=False, **style
            )

        write(self.title, 0.1, 0, color=BLUE, weight="bold")
        for row, (text, indent, is_code) in enumerate(lines):
            family = "DejaVu Sans Mono" if is_code else "DejaVu Sans"
            write(text, 0.1 + indent, row + 1, color=GREY, family=family, size=9.5)
