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


def memory_problem(notebook: nbformat.NotebookNode) -> SubmissionProblem | None:
    """The problem to report if one of the notebook's cells ran out of memory.

    What a kernel does after that is not to be relied on: what it prints can get lost, it can
    hang or die.
    """
    if not has_error(notebook, "MemoryError"):
        return None
    return SubmissionProblem(
        "memory",
        "a cell used up the memory that a submission may have (an endless print does so too), "
        "and its tests could not be run properly after that",
    )


def has_error(notebook: nbformat.NotebookNode, *names: str) -> bool:
    """Whether one of the notebook's cells ended in an error of one of these names."""
    return any(error.ename in names for cell in notebook.cells for error in errors(cell))


def errors(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The errors among a cell's outputs."""
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]
