"""Why a submission needs attention, in plain words."""

import nbformat


class SubmissionProblem(Exception):
    """A submission that cannot be graded by machine.

    Parameters
    ----------
    kind : str
        A short word for it, stable: hangs, output, died, memory, ….
    words : str
        The reason, for an instructor, as the rest of a sentence that begins with the student.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(kind, words)
        self.kind, self.words = kind, words

    def __str__(self) -> str:
        return self.words


def errors(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The errors among a cell's outputs."""
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]
