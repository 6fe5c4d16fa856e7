"""A quiz on paper: its questions where the quiz stands, its answers among the solutions."""

import re

from docutils import nodes

# The markup that the quizzes use, as in `dlcourse_utils/explore/quiz_view.js`.
_INLINE = re.compile(
    r"`([^`]+)`|\$([^\s$](?:[^$]*[^\s$])?)\$|\*\*([^*]+)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*"
)


def inline(text: str) -> list[nodes.Node]:
    """A text with `code`, $tex$, **bold** and *emphasis* as nodes.

    Examples
    --------
    >>> [type(node).__name__ for node in inline("Is $x$ **not** `0`?")]
    ['Text', 'math', 'Text', 'strong', 'Text', 'literal', 'Text']
    """
    found, end = [], 0
    for match in _INLINE.finditer(text):
        code, tex, bold, emphasis = match.groups()
        found.append(nodes.Text(text[end : match.start()]))
        end = match.end()
        if code is not None:
            found.append(nodes.literal("", code))
        elif tex is not None:
            found.append(nodes.math("", tex))
        elif bold is not None:
            found.append(nodes.strong("", "", *inline(bold)))
        else:
            found.append(nodes.emphasis("", "", *inline(emphasis)))
    found.append(nodes.Text(text[end:]))
    return [node for node in found if node.astext()]


def questions(quiz: dict) -> nodes.enumerated_list:
    """The questions of a stored quiz with what there is to choose from."""
    listed = nodes.enumerated_list(enumtype="arabic", classes=["dl-quiz"])
    for question in quiz["questions"]:
        item = nodes.list_item()
        for part in re.split(r"\n\s*\n", question["text"].strip()):
            item += nodes.paragraph("", "", *inline(part))
        if question.get("code"):
            code = question["code"].rstrip("\n")
            item += nodes.literal_block(code, code, language="python")
        if question["kind"] == "choice":
            answers = nodes.enumerated_list(enumtype="loweralpha")
            answers += [
                nodes.list_item("", nodes.paragraph("", "", *inline(answer["text"])))
                for answer in question["answers"]
            ]
            item += answers
        else:
            unit = question.get("unit") or ""
            item += nodes.paragraph("", f"Your answer: ________ {unit}".strip())
        listed += item
    return listed


def answers(quiz: dict) -> nodes.enumerated_list:
    """The right answer of each question, and why it is right."""
    listed = nodes.enumerated_list(enumtype="arabic", classes=["dl-quiz"])
    for question in quiz["questions"]:
        if question["kind"] == "choice":
            place = next(i for i, one in enumerate(question["answers"]) if one.get("correct"))
            right, why = "abcdefgh"[place], question["answers"][place].get("feedback", "")
        else:
            right, why = f"{question['answer']:g}", question.get("feedback_right", "")
        text = nodes.paragraph("", "", nodes.strong("", right), nodes.Text(". "), *inline(why))
        listed += nodes.list_item("", text)
    return listed
