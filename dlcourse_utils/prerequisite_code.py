"""Which lines of a chapter an exercise needs, so that an assignment runs in seconds without it.

A chapter defines names as it goes; a worked solution may use some of them. Those statements, and
what they use in turn, are given in the assignment. Training runs and figures are not.
"""

import ast
import builtins
import re
from collections.abc import Iterable

from dlcourse_utils.chapter import Cell

_NOT_GIVEN = {"setup", "explorable", "figure", "quiz", "exercise", "check", "solution", "live"}
# What every chapter has at hand without an import of its own in each exercise.
_ALWAYS = "import numpy as np"


def lesson_code(cells: Iterable[Cell]) -> list[str]:
    """The sources of those code cells whose definitions an exercise may use.

    Parameters
    ----------
    cells : iterable of Cell
        Cells of a chapter.

    Returns
    -------
    list of str
        Those of lessons: no setup, figures, exercises or quizzes.

    Examples
    --------
    >>> lesson = Cell("area", "code", "area = 2", frozenset(), {}, {}, [])
    >>> figure = Cell("plot", "code", "plot(area)", frozenset({"figure"}), {}, {}, [])
    >>> lesson_code([lesson, figure])
    ['area = 2']
    """
    return [cell.source for cell in cells if cell.kind == "code" and not _NOT_GIVEN & cell.tags]


def prerequisite_code(lesson: Iterable[str], sources: Iterable[str]) -> str:
    """Return the chapter's statements that pieces of code need, in the chapter's order.

    Parameters
    ----------
    lesson : iterable of str
        The chapter's cells before the code in question, as `lesson_code` gives them.
    sources : iterable of str
        The code: starters and solutions.

    Returns
    -------
    str
        Python source; at least NumPy's import.

    Examples
    --------
    >>> print(prerequisite_code(["side = 2\\nname = 'square'", "area = side**2"], ["area + 1"]))
    import numpy as np
    <BLANKLINE>
    side = 2
    area = side**2
    """
    statements = [(node, text) for source in lesson for node, text in _statements(source)]
    wanted = set().union(*(_free_names(ast.parse(source)) for source in sources))
    chosen: set[int] = set()
    while wanted:
        name = wanted.pop()
        for position in range(len(statements) - 1, -1, -1):
            if name in _defined(statements[position][0]):
                if position not in chosen:
                    chosen.add(position)
                    wanted |= _free_names(statements[position][0])
                break
    imports, rest = [_ALWAYS], []
    for position in sorted(chosen):
        node, text = statements[position]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(text)
        else:
            blank = "\n\n" if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else ""
            rest.append(blank + text)
    code = "\n".join([*dict.fromkeys(imports), "", *rest]).strip()
    return re.sub(r"\n{4,}", "\n\n\n", code)


def _statements(source: str) -> list[tuple[ast.stmt, str]]:
    lines = source.splitlines()
    found = []
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell of IPython's own, such as %%writefile, defines no names
        return []
    for node in tree.body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        found.append((node, "\n".join(lines[first - 1 : node.end_lineno])))
    return found


def _defined(node: ast.stmt) -> set[str]:
    """Names that a statement binds in its module."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return {
            part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        }
    return set()


def _free_names(tree: ast.AST) -> set[str]:
    """Names that code uses and does not bind itself: more rather than fewer."""
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            bound |= {a.arg for a in [*every, arguments.vararg, arguments.kwarg] if a is not None}
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= _defined(node)
    if isinstance(tree, ast.Assign):
        bound -= _defined(tree) & used
    return used - bound - set(dir(builtins))
