"""What pieces of a notebook's code define, use and add: students' code, read and never run."""

import ast
import re
from collections.abc import Iterator

_DEFINITION = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)|^(\w+)\s*(?::[^=]+)?=(?!=)", re.M)
# Lines that IPython understands and Python does not.
_MAGIC = re.compile(r"^(\s*)[%!?].*$|^(\s*)\w+\?+$", re.M)


def bound_names(source: str) -> set[str]:
    """Names that code defines at its top level, inside `if`, `try` and loops too.

    Examples
    --------
    >>> sorted(bound_names("if True:\\n    def f(): x = 1\\nelse:\\n    g = 2"))
    ['f', 'g']
    """
    tree = _parsed(source)
    if tree is None:  # no Python: what looks like a definition
        return {name for found in _DEFINITION.findall(source) for name in found if name}
    return {name for node in _top_level(tree.body) for name in _bound_by(node)}


def used_names(source: str) -> set[str]:
    """Names that code reads.

    Examples
    --------
    >>> sorted(used_names("verify('id', slope)"))
    ['slope', 'verify']
    """
    tree = _parsed(source)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} if tree else set()


def added_statements(own: str, edited: str) -> str:
    """The statements of an edited piece of code that the original does not have.

    Examples
    --------
    >>> added_statements("import os\\nx = 1", "import os\\nimport math\\nx=1")
    'import math'
    """
    first, second = _parsed(own), _parsed(edited)
    if first is None or second is None:
        lines = {line.strip() for line in own.splitlines()}
        return "\n".join(line for line in edited.splitlines() if line.strip() not in lines)
    known = {ast.dump(node) for node in [*first.body, ast.Pass()]}
    return "\n".join(_text(node, edited) for node in second.body if ast.dump(node) not in known)


def without(source: str, names: set[str]) -> str:
    """Code without the statements that define one of these names.

    Examples
    --------
    >>> without("SIZE = 3\\ndef f(): ...", {"f"})
    'SIZE = 3'
    """
    tree = _parsed(source)
    if tree is None:
        return ""
    return "\n".join(_text(node, source) for node in tree.body if not names & set(_bound_by(node)))


def _parsed(source: str) -> ast.Module | None:
    for text in (source, _MAGIC.sub(r"\1\2pass", source)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _text(node: ast.stmt, source: str) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min(part.lineno for part in (node, *decorators))
    return "\n".join(source.splitlines()[first - 1 : node.end_lineno])


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _top_level(getattr(node, part, []))
        for handler in getattr(node, "handlers", []):
            yield from _top_level(handler.body)


def _bound_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for part in (part for target in targets for part in ast.walk(target)):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
