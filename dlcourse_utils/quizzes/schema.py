"""What a quiz file must hold. Every complaint names the file, the question and what to mend."""

import re
from collections.abc import Collection
from typing import Any

_QUESTIONS = range(4, 7)
_ANSWERS = range(2, 7)
_FIELDS = {
    "choice": {"id", "kind", "text", "code", "answers"},
    "number": {
        "id",
        "kind",
        "text",
        "code",
        "answer",
        "tolerance",
        "unit",
        "feedback_right",
        "feedback_wrong",
        "wrong",
    },
}


def validate(content: Any, file: str) -> dict[str, Any]:
    """Return the content of a quiz file with every default filled in.

    Parameters
    ----------
    content : object
        What YAML made of the file.
    file : str
        Its name, for the messages.

    Returns
    -------
    dict
        ``title`` and ``questions``, of JSON types only.

    Raises
    ------
    ValueError
        Naming the file, the question and what to mend.

    Examples
    --------
    >>> validate({"questions": []}, "21-sums.yaml")
    Traceback (most recent call last):
    ValueError: 21-sums.yaml: questions must be 4 to 6, not 0
    """
    content = _mapping(content, {"title", "questions"}, file)
    questions = _list(content, "questions", _QUESTIONS, file)
    valid = [
        _question(question, f"{file}, question {number}")
        for number, question in enumerate(questions, start=1)
    ]
    ids = [question["id"] for question in valid]
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f'{file}: two questions have the id "{id}"; rename one')
    title = _text(content, "title", file) if "title" in content else "Quiz"
    return {"title": title, "questions": valid}


def _question(question: Any, place: str) -> dict[str, Any]:
    every_field = set.union(*_FIELDS.values())
    question = _mapping(question, every_field, place)
    id = _text(question, "id", place)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id):
        raise ValueError(f'{place}: the id "{id}" may hold small letters, digits and hyphens only')
    place = f'{place} ("{id}")'
    kind = question.get("kind")
    if kind not in _FIELDS:
        raise ValueError(f"{place}: kind must be choice or number, not {kind!r}")
    _mapping(question, _FIELDS[kind], place)
    valid = {"id": id, "kind": kind, "text": _text(question, "text", place)}
    if "code" in question:
        valid["code"] = _text(question, "code", place)
    return valid | (_choice(question, place) if kind == "choice" else _number(question, place))


def _choice(question: dict, place: str) -> dict[str, Any]:
    answers: list[dict[str, Any]] = []
    for number, answer in enumerate(_list(question, "answers", _ANSWERS, place), start=1):
        here = f"{place}, answer {number}"
        answer = _mapping(answer, {"text", "correct", "feedback"}, here)
        correct = answer.get("correct", False)
        if not isinstance(correct, bool):
            raise ValueError(f"{here}: correct must be true or false, not {correct!r}")
        answers.append(
            {
                "text": _text(answer, "text", here),
                "correct": correct,
                "feedback": _text(answer, "feedback", here),
            }
        )
    right = sum(answer["correct"] for answer in answers)
    if right != 1:
        raise ValueError(f"{place}: exactly one answer must have correct: true, not {right}")
    _require_different([answer["text"] for answer in answers], "answers", place)
    wrong = [answer["feedback"] for answer in answers if not answer["correct"]]
    _require_different(wrong, "wrong answers' feedback", place)
    return {"answers": answers}


def _number(question: dict, place: str) -> dict[str, Any]:
    answer = _real(question, "answer", place)
    tolerance = _real(question, "tolerance", place) if "tolerance" in question else 0
    if tolerance < 0:
        raise ValueError(f"{place}: tolerance must not be negative")
    valid: dict[str, Any] = {
        "answer": answer,
        "tolerance": tolerance,
        "feedback_right": _text(question, "feedback_right", place),
        "feedback_wrong": _text(question, "feedback_wrong", place),
    }
    if "unit" in question:
        valid["unit"] = _text(question, "unit", place)
    if "wrong" in question:
        valid["wrong"] = [
            _known_wrong(wrong, answer, tolerance, f"{place}, wrong number {number}")
            for number, wrong in enumerate(_list(question, "wrong", range(1, 13), place), start=1)
        ]
        _require_different([wrong["value"] for wrong in valid["wrong"]], "wrong numbers", place)
    return valid


def _known_wrong(wrong: Any, answer: float, tolerance: float, place: str) -> dict[str, Any]:
    wrong = _mapping(wrong, {"value", "feedback"}, place)
    value = _real(wrong, "value", place)
    if abs(value - answer) <= tolerance:
        raise ValueError(f"{place}: {value} counts as right (answer {answer} ± {tolerance})")
    return {"value": value, "feedback": _text(wrong, "feedback", place)}


def _mapping(value: Any, fields: Collection[str], place: str) -> dict:
    if not isinstance(value, dict):
        raise ValueError(f"{place}: expected `name: value` lines, found {value!r}")
    unknown = [str(name) for name in value if name not in fields]
    if unknown:
        raise ValueError(
            f"{place}: unknown field {', '.join(unknown)}; there are {', '.join(sorted(fields))}"
        )
    return value


def _list(mapping: dict, name: str, lengths: range, place: str) -> list:
    value = mapping.get(name)
    if not isinstance(value, list):
        raise ValueError(f"{place}: {name} must be a list (lines that begin with a hyphen)")
    if len(value) not in lengths:
        raise ValueError(
            f"{place}: {name} must be {lengths.start} to {lengths.stop - 1}, not {len(value)}"
        )
    return value


def _text(mapping: dict, name: str, place: str) -> str:
    if name not in mapping:
        raise ValueError(f"{place}: {name} is missing")
    value = mapping[name]
    if not isinstance(value, str):
        raise ValueError(f"{place}: {name} must be text, not {value!r}; put it in quotes")
    if not value.strip():
        raise ValueError(f"{place}: {name} is empty")
    return value.strip("\n")


def _real(mapping: dict, name: str, place: str) -> int | float:
    if name not in mapping:
        raise ValueError(f"{place}: {name} is missing")
    value = mapping[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise ValueError(f"{place}: {name} must be a number, not {value!r}")
    return value


def _require_different(values: list, what: str, place: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{place}: two {what} are the same: {value!r}")
