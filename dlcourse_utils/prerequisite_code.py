"""Which lines of a chapter an exercise needs, so that an assignment runs in seconds without it.

A chapter defines names as it goes; a worked solution may use some of them. Those statements, and
what they use in turn, are given in the assignment. Training runs and figures are not.
"""

import ast
import builtins
import re
import symtable
from collections.abc import Iterable, Iterator

from dlcourse_utils.chapter import Cell

_NOT_GIVEN = {"setup", "explorable", "figure", "quiz", "exercise", "check", "solution", "live"}
# What every chapter has at hand without an import of its own in each exercise.
_ALWAYS = "import numpy as np"
_DEFINITION = (ast.FunctionDef, ast.ClassDef)


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
    wanted = {
        (name, len(statements)) for source in sources for name in _free_names(ast.parse(source))
    }
    chosen: set[int] = set()
    while wanted:
        name, before = wanted.pop()
        definitions = (i for i in range(before) if name in _defined(statements[i][0]))
        position = max(definitions, default=None)
        if position is not None and position not in chosen:
            chosen.add(position)
            needed = _free_names(statements[position][0])
            # A function looks its names up when it is called, wherever they were defined.
            before = (
                len(statements) if isinstance(statements[position][0], _DEFINITION) else position
            )
            wanted |= {(name, before) for name in needed}
    imports, rest = [_ALWAYS], []
    for position in sorted(chosen):
        node, text = statements[position]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(text)
        else:
            blank = "\n\n" if isinstance(node, _DEFINITION) else ""
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
    if isinstance(node, _DEFINITION):
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
    """Names that code looks up outside itself."""
    top = symtable.symtable(ast.unparse(tree), "code", "exec")
    own = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    if isinstance(tree, ast.Assign):  # `images = images / 255` needs the old ones
        own -= {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    used = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    for inner in _inner(top):
        used |= {one.get_name() for one in inner.get_symbols() if one.is_global()}
    return used - own - set(dir(builtins))


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """The scopes of functions, classes and comprehensions in a scope."""
    for child in table.get_children():
        yield child
        yield from _inner(child)
