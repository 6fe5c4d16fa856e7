"""Signs that a notebook tries to change how it is graded: reasons to look, never a mark.

Nothing that a submission's process does decides its marks, see `dlcourse_teaching.judge`. So these
signs can be simple, and what a student hides from them gains nothing. Each comes with its evidence.
"""

import ast
import builtins
import sys
from typing import Any

import numpy as np

# Functions that checks and graders are known to rest on.
_WATCHED = {
    "builtins": ("zip", "all", "any", "abs", "len", "isinstance", "max", "min", "sum", "float",
                 "round", "range", "map", "getattr", "type", "__import__"),
    "numpy": ("allclose", "isclose", "array_equal", "array_equiv", "asarray", "array", "abs",
              "absolute", "all", "any", "max", "isfinite", "linspace"),
    "numpy.random": ("default_rng", "Generator", "seed", "RandomState"),
    "numpy.testing": ("assert_allclose", "assert_array_equal", "assert_almost_equal"),
    "math": ("isclose", "isnan", "isfinite"),
    "dlcourse_utils.exercises": ("check", "verify"),
    "dlcourse_utils.exercises.engine.feedback": ("Feedback",),
    "dlcourse_utils.exercises.engine.answer": ("LocalAnswer", "as_answer"),
    "dlcourse_utils.exercises.engine.safe_call": ("call", "Call"),
}  # fmt: skip
# What code says that reaches for its caller, its checks or the machinery around them.
_TELLING = {
    "_getframe": "reads its callers' variables",
    "currentframe": "reads its callers' variables",
    "f_back": "reads its callers' variables",
    "f_locals": "reads its callers' variables",
    "get_objects": "searches the memory",
    "get_referrers": "searches the memory",
    "setprofile": "follows what other code does",
    "settrace": "follows what other code does",
    "meta_path": "changes how modules are loaded",
    "path_hooks": "changes how modules are loaded",
    "ast_transformers": "changes the code of other cells",
    "input_transformers_cleanup": "changes the code of other cells",
    "input_transformers_post": "changes the code of other cells",
    "set_custom_exc": "hides errors",
    "run_code": "changes how cells run",
    "pre_run_cell": "looks at other cells",
    "raise_unless_passed": "changes the checks",
    "misconception": "reaches into the checks",
}


def snapshot(shell: Any) -> dict[str, Any]:
    """What the watched functions are now, by their names."""
    found = {}
    for module, names in _WATCHED.items():
        loaded = sys.modules.get(module)
        for name in names if loaded is not None else ():
            found[f"{module}.{name}"] = getattr(loaded, name, None)
    found["the list of import hooks"] = tuple(filter(_is_of_interest, map(_class, sys.meta_path)))
    found["the transformers of cells"] = (
        len(shell.ast_transformers),
        len(shell.input_transformers_cleanup),
        len(shell.input_transformers_post),
    )
    found["IPython's way to run a cell"] = type(shell).run_code
    found["the profile function"] = sys.getprofile()
    found["the trace function"] = sys.gettrace()
    return found


def _class(hook: Any) -> type:
    return hook if isinstance(hook, type) else type(hook)


def _is_of_interest(hook: type) -> bool:
    """Python's own, and a notebook's; libraries such as TensorFlow bring honest ones."""
    return hook.__module__ in ("__main__", "_frozen_importlib", "_frozen_importlib_external")


def changed(before: dict[str, Any], shell: Any) -> list[str]:
    """Names of what is no longer what it was."""
    now = snapshot(shell)
    return [name for name in before if not _same(now.get(name), before[name])]


def _same(now: Any, before: Any) -> bool:
    return now is before or (isinstance(before, tuple) and now == before)


def telling(source: str, *, own: str = "") -> list[str]:
    """What a cell's code says that has no place in an answer, with its line.

    Parameters
    ----------
    source : str
        The cell's.
    own : str
        Code of the release, whose statements tell nothing wherever they stand.

    Returns
    -------
    list of str

    Examples
    --------
    >>> telling("right = sys._getframe(1)")
    ["line 1, `_getframe`: reads its callers' variables"]
    """
    try:
        tree = ast.parse(source)
        known = {ast.dump(statement) for statement in ast.parse(own).body}
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: dict[str, str] = {}
    tree.body = [statement for statement in tree.body if ast.dump(statement) not in known]
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value
        elif isinstance(node, ast.FunctionDef) and node.name == "__array__":
            found.setdefault("acts", f"line {node.lineno}, `__array__`: acts when it is compared")
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [getattr(node, "module", None) or ""] + [a.name for a in node.names]
            if any("exercises" in m and "dlcourse" in ".".join(modules) for m in modules):
                line = f"line {node.lineno}, `dlcourse_utils.exercises`: reaches into the checks"
                found.setdefault("reaches into the checks", line)
        if name in _TELLING and _TELLING[name] not in found:
            found[_TELLING[name]] = f"line {node.lineno}, `{name}`: {_TELLING[name]}"
    return list(found.values())


assert builtins and np  # both are loaded before a snapshot is taken, or there is nothing to watch
