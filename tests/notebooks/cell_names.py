"""Which names a cell binds and which it needs: read from its code, nothing is run."""

import ast
import dis
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import CodeType

from IPython.core.inputtransformer2 import TransformerManager


@dataclass
class CellNames:
    """What one code cell does with the notebook's names.

    Attributes
    ----------
    binds : dict of str to list of str
        Names that it binds, each with the statements that do so.
    changes : dict of str to list of str
        Names of which it sets an item, as in ``losses["mine"] = 2``, each with the statements.
    loads : set of str
        Names that it uses.
    needs : set of str
        Those of `loads` that it has not bound before: they come from cells above.
    whole : set of str
        Those of which it uses more than an item: not ``losses["mine"]``.
    looks_up : dict of str to set of str
        For a name that it binds: the names that functions in those statements use when called.
    """

    binds: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    loads: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    looks_up: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@cache
def names_of(source: str) -> CellNames:
    """Read the names of one cell.

    Parameters
    ----------
    source : str
        Python, with IPython's commands such as ``%pip`` or without.

    Returns
    -------
    CellNames

    Examples
    --------
    >>> names = names_of("for x in inputs:\\n    total = total + x\\ndef f(): return rate * x")
    >>> sorted(names.binds), sorted(names.needs), sorted(names.looks_up["f"])
    (['f', 'total', 'x'], ['inputs', 'total'], ['rate', 'x'])
    """
    names = CellNames()
    for statement in _statements(source):
        text, bound, inner = ast.unparse(statement), set(), set()
        # Bytecode has loads and stores in the order in which Python runs them: so it says whether
        # `for x in xs: x` needs an x from above without knowing each kind of statement.
        for step in dis.get_instructions(compile(ast.Module([statement], []), "cell", "exec")):
            if step.opname == "STORE_NAME":
                bound.add(step.argval)
                names.binds[step.argval].append(text)
            elif step.opname == "LOAD_NAME":
                _load(names, {step.argval})
            elif isinstance(step.argval, CodeType):
                inner |= _global_names(step.argval)
                if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                    _load(names, _global_names(step.argval))  # a lambda may run at once
        for name in bound:
            names.looks_up[name] |= inner
        items = _items(statement)
        for table, item in items.items():
            if isinstance(item.ctx, ast.Store) and table.id in names.loads:
                names.changes[table.id].append(text)
        used = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        names.whole |= {node.id for node in used if node not in items}
    return names


def needs_from_above(cell: CellNames, above: Iterable[CellNames]) -> set[str]:
    """Find the names that a cell needs from others, also through the functions that it calls.

    Parameters
    ----------
    cell : CellNames
    above : iterable of CellNames
        The cells above it, from top to bottom.

    Returns
    -------
    set of str
        Without builtins and other names that no cell above binds.

    Examples
    --------
    >>> above = [names_of("rate = 2"), names_of("def f(x): return rate * x")]
    >>> sorted(needs_from_above(names_of("y = 3\\nprint(f(y))"), above))
    ['f', 'rate']
    """
    looks_up = {name: names for other in above for name, names in other.looks_up.items()}
    waiting, seen, found = set(cell.loads), set(), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        own = name in cell.binds and name not in cell.needs
        if not own and name in looks_up:
            found.add(name)
        waiting |= (cell.looks_up if own else looks_up).get(name, set()) - seen
    return found


def _statements(source: str) -> Iterator[ast.stmt]:
    for statement in ast.parse(TransformerManager().transform_cell(source)).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            # One for each name: what else an import brings does not matter to it.
            for alias in statement.names:
                one = {**dict(ast.iter_fields(statement)), "names": [alias]}
                yield ast.copy_location(type(statement)(**one), statement)
        else:
            yield statement


def _items(statement: ast.stmt) -> dict[ast.Name, ast.Subscript]:
    """Where it takes or sets an item of a name, such as ``losses["mine"]``."""
    return {
        node.value: node
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)
    }


def _load(names: CellNames, loaded: set[str]) -> None:
    names.loads |= loaded
    names.needs |= loaded - names.binds.keys()


def _global_names(code: CodeType) -> set[str]:
    """What a function or class looks up outside itself; a class body loads its own names too."""
    loaded, own = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            loaded.add(step.argval)
        elif step.opname == "STORE_NAME":
            own.add(step.argval)
        elif isinstance(step.argval, CodeType):
            loaded |= _global_names(step.argval)
    return loaded - own
