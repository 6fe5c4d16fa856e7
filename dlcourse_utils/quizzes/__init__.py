"""The chapters' quizzes: one YAML file a chapter, beside this module.

A file looks like this::

    title: "Quiz: neurons"            # optional
    questions:                        # four to six
      - id: why-bias                  # small letters, digits, hyphens; unique in the file
        kind: choice
        text: "What is the bias for?"
        code: "z = w @ x + b"         # optional, shown under the text
        answers:                      # two to six, exactly one of them correct
          - text: It moves the boundary.
            correct: true
            feedback: "Right: ..."
          - text: It turns the boundary.
            feedback: "The weights turn it ..."   # the misconception behind the answer
      - id: count
        kind: number
        text: "How many parameters ...?"
        answer: 61
        tolerance: 0                  # optional: how far off is still right
        unit: parameters              # optional
        feedback_right: "Right: ..."
        feedback_wrong: "Count ..."   # for any other number
        wrong:                        # known wrong numbers with their misconceptions
          - value: 55
            feedback: "You forgot the biases ..."

Texts may hold `code`, *emphasis*, **bold** and $mathematics$ (which the website shows as written);
an empty line starts a paragraph.
"""

from pathlib import Path
from typing import Any

from dlcourse_utils.quizzes.schema import validate

__all__ = ["load", "names", "quiz"]

_FOLDER = Path(__file__).parent


def quiz(name: str) -> Any:
    """Return a chapter's quiz, ready to be shown as the last line of a cell.

    Parameters
    ----------
    name : str
        Name of the quiz, which is the chapter's, such as ``"01-neurons"``.

    Returns
    -------
    dlcourse_utils.explore.QuizView

    Raises
    ------
    ValueError
        If there is no such quiz, naming those there are, or if its file is wrong, naming the
        question and what to mend.

    Examples
    --------
    >>> quiz("01-neurons").title
    'Quiz: ...'
    """
    from dlcourse_utils.explore import QuizView

    content = load(name)
    return QuizView(quiz=name, **content)


def names() -> list[str]:
    """Return the names of all quizzes.

    Returns
    -------
    list of str
        In the order of the chapters.

    Examples
    --------
    >>> names()[0]
    '01-neurons'
    """
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load(name: str, *, folder: Path | None = None) -> dict[str, Any]:
    """Read and validate a quiz.

    Parameters
    ----------
    name : str
        Name of the quiz: its file without ``.yaml``.
    folder : Path, optional
        Where the file lies, if not beside this module.

    Returns
    -------
    dict
        ``{"title": str, "questions": list of dict}`` with every default filled in.

    Raises
    ------
    ValueError
        As in :func:`quiz`.

    Examples
    --------
    >>> load("00-nothing")
    Traceback (most recent call last):
        ...
    ValueError: there is no quiz "00-nothing". There are: ...
    """
    import yaml

    path = (folder or _FOLDER) / f"{name}.yaml"
    if not path.is_file():
        raise ValueError(f'there is no quiz "{name}". There are: ' + ", ".join(names()))
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        raise ValueError(f"{path.name} is not YAML: {problem}") from None
    return validate(content, path.name)
