"""A chapter's quiz for learning platforms: QTI for Canvas and others, XML for Moodle."""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from dlcourse_utils import quizzes

_TEXT_SIGNS = str.maketrans({"\n": " "})


def export_quiz(name: str, form: str, folder: Path) -> Path:
    """Write a quiz.

    Parameters
    ----------
    name : str
        The chapter's, such as ``"04-backpropagation"``.
    form : {"qti", "moodle"}
    folder : Path

    Returns
    -------
    Path
        ``NAME.zip`` for QTI, ``NAME.xml`` for Moodle.
    """
    content = quizzes.load(name)
    folder.mkdir(parents=True, exist_ok=True)
    return (_qti if form == "qti" else _moodle)(name, content, folder)


def text2qti_source(content: dict) -> str:
    """A quiz in the plain-text form that text2qti reads."""
    lines = [f"Quiz title: {_line(content['title'])}", ""]
    for number, question in enumerate(content["questions"], start=1):
        lines.append(f"{number}.  {_indented(_text(question))}")
        if question["kind"] == "choice":
            right = next(a for a in question["answers"] if a["correct"])
            lines.append(f"+   {_indented(right['feedback'])}")
            for letter, answer in zip("abcdef", question["answers"], strict=False):
                lines.append(f"{'*' * answer['correct']}{letter})  {_indented(answer['text'])}")
                if not answer["correct"]:
                    lines.append(f"...  {_indented(answer['feedback'], 5)}")
        else:
            lines.append(f"+   {_indented(question['feedback_right'])}")
            lines.append(f"-   {_indented(question['feedback_wrong'])}")
            lines.append(f"=   {question['answer']:.15g} +- {question['tolerance']:.15g}")
        lines.append("")
    return "\n".join(lines)


def moodle_xml(name: str, content: dict) -> bytes:
    """A quiz in Moodle's XML: answers with their feedback, numbers with known wrong ones."""
    root = ET.Element("quiz")
    category = ET.SubElement(root, "question", type="category")
    _child(category, "category", f"$course$/top/{content['title']}")
    for question in content["questions"]:
        kind = {"choice": "multichoice", "number": "numerical"}[question["kind"]]
        node = ET.SubElement(root, "question", type=kind)
        _child(node, "name", f"{name}: {question['id']}")
        _formatted(node, "questiontext", _text(question))
        _plain(node, "defaultgrade", "1")
        if kind == "multichoice":
            _plain(node, "single", "true")
            _plain(node, "shuffleanswers", "true")
            _plain(node, "answernumbering", "abc")
            for answer in question["answers"]:
                share = "100" if answer["correct"] else "0"
                _answer(node, share, answer["text"], answer["feedback"])
        else:
            number, tolerance = f"{question['answer']:.15g}", f"{question['tolerance']:.15g}"
            _answer(node, "100", number, question["feedback_right"], tolerance)
            for wrong in question.get("wrong", []):
                _answer(node, "0", f"{wrong['value']:.15g}", wrong["feedback"], "0")
            _answer(node, "0", "*", question["feedback_wrong"])
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _qti(name: str, content: dict, folder: Path) -> Path:
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, f"{name}.txt")
        source.write_text(text2qti_source(content), encoding="utf-8")
        program = Path(sys.executable).with_name("text2qti")
        done = subprocess.run([program, source.name], cwd=work, capture_output=True, text=True)
        made = Path(work, f"{name}.zip")
        if done.returncode or not made.is_file():
            raise ValueError(f"text2qti cannot read {name}: {done.stdout}{done.stderr}")
        target = folder / made.name
        target.write_bytes(made.read_bytes())
    return target


def _moodle(name: str, content: dict, folder: Path) -> Path:
    target = folder / f"{name}.xml"
    target.write_bytes(moodle_xml(name, content))
    return target


def _text(question: dict) -> str:
    text = question["text"]
    if "code" in question:
        text += "\n\n```\n" + question["code"] + "\n```"
    if question.get("unit"):
        text += f" ({question['unit']})"
    return text


def _line(text: str) -> str:
    return text.translate(_TEXT_SIGNS)


def _indented(text: str, by: int = 4) -> str:
    return text.replace("\n", "\n" + " " * by)


def _formatted(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    node = ET.SubElement(parent, name, format="html", **attributes)
    # Moodle's MathJax filter reads \( \) and not $ $.
    _plain(node, "text", _moodle_math(markdown2html_mistune(text)))
    return node


def _moodle_math(text: str) -> str:
    parts = text.split("$")
    if len(parts) % 2 == 0:
        return text
    return "".join(f"\\({p}\\)" if i % 2 else p for i, p in enumerate(parts))


def _answer(
    parent: ET.Element, share: str, text: str, feedback: str, tolerance: str | None = None
) -> None:
    if parent.get("type") == "multichoice":
        node = _formatted(parent, "answer", text, fraction=share)
    else:
        node = ET.SubElement(parent, "answer", fraction=share)
        _plain(node, "text", text)
    _formatted(node, "feedback", feedback)
    if tolerance is not None:
        _plain(node, "tolerance", tolerance)


def _child(parent: ET.Element, name: str, text: str) -> None:
    _plain(ET.SubElement(parent, name), "text", text)


def _plain(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
