"""What a chapter's outputs were made by, and whether that is still what stands in the repository.

Outputs depend on the chapter's own code, on the files of the course that its kernel had loaded,
and on the libraries in use. Each is noted with its hash or version when a chapter is executed, so
that afterwards one can say which of them differs. Comments and docstrings decide nothing, and nor
do files that the chapter does not use.
"""

import ast
import hashlib
import io
import json
import re
import tokenize
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]
# Import name -> distribution, of the libraries whose version can change what a chapter shows.
LIBRARIES = {
    "IPython": "ipython",
    "anywidget": "anywidget",
    "jax": "jax",
    "keras": "keras",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "optuna": "optuna",
    "pandas": "pandas",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow",
    "torch": "torch",
}
_INSTALLED_FROM = re.compile(r"git\+https://\S+")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE,
    tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip


def code_hash(notebook: nbformat.NotebookNode) -> str:
    """Fingerprint of a notebook's code cells, in order.

    Left out is what changes no output: comments, docstrings, layout, and the address that the
    setup cell installs from.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook of format 4.

    Returns
    -------
    str
        16 hexadecimal digits.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> one = new_notebook(cells=[new_code_cell("1 + 1"), new_markdown_cell("two")])
    >>> other = new_notebook(cells=[new_markdown_cell("zwei"), new_code_cell("1+1  # two")])
    >>> code_hash(one) == code_hash(other)
    True
    """
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return _digest(json.dumps([_cell_code(source) for source in sources], sort_keys=True))


def of_kernel(modules: set[str], files: set[str]) -> dict[str, dict[str, str]]:
    """The part of a fingerprint that only the kernel knows, from what was loaded there.

    Parameters
    ----------
    modules : set of str
        Names of the imported top-level modules.
    files : set of str
        Files of the course that were imported or read, relative to its folder.

    Returns
    -------
    dict
        ``files`` with their hashes, and ``versions`` of the libraries as requirements.txt pins
        them.
    """
    used = sorted(LIBRARIES[name] for name in modules & LIBRARIES.keys())
    return {
        "files": {name: _file_hash(ROOT / name) for name in sorted(files)},
        "versions": {name: pinned_version(name) for name in used},
    }


def changes(notebook: nbformat.NotebookNode) -> list[str]:
    """What differs between now and when a notebook was executed; nothing where it is current.

    Returns
    -------
    list of str
        One reason each, in words that end a sentence "It runs because of …".
    """
    made_by = notebook.metadata.get("dlcourse", {}).get("executed", {})
    if not has_outputs_of_its_code(notebook):
        return ["its own code"]
    if "files" not in made_by:
        return ["a missing record of what it used"]
    files = [
        name for name, known in made_by["files"].items() if _file_hash(ROOT / name) != known
    ]  # fmt: skip
    versions = [
        f"{name} {pinned_version(name)} instead of {known}"
        for name, known in made_by["versions"].items()
        if pinned_version(name) != known
    ]
    return files + versions


def has_outputs_of_its_code(notebook: nbformat.NotebookNode) -> bool:
    """Whether the stored outputs are there, and are those of the code that stands there now."""
    made_by = notebook.metadata.get("dlcourse", {}).get("executed", {})
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return made_by.get("code") == code_hash(notebook) and all(cell.execution_count for cell in code)


def pinned_version(library: str) -> str:
    """The version that requirements.txt pins; several where it depends on Python's own.

    Examples
    --------
    >>> pinned_version("keras").split(".")[0]
    '3'
    """
    return ", ".join(_pins().get(library, ["none"]))


def _pins() -> dict[str, list[str]]:
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if found := re.match(r"([\w.-]+)==([^\s;]+)", line):
            pins.setdefault(found[1].lower(), []).append(found[2])
    return pins


def _file_hash(path: Path) -> str:
    """Fingerprint of a file; of a module, what it does. A file that is gone has none."""
    return _hash_of_version(path, path.stat().st_mtime_ns) if path.is_file() else "none"


@lru_cache(maxsize=1024)
def _hash_of_version(path: Path, _changed: int) -> str:
    if path.suffix == ".py":
        tree = ast.parse(path.read_text("utf-8"))
        return _digest(json.dumps(_what_it_does(tree), sort_keys=True))
    return _digest(path.read_bytes())


def _digest(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()[:16]


def _cell_code(source: str) -> Any:
    from IPython.core.inputtransformer2 import TransformerManager

    source = TransformerManager().transform_cell(_INSTALLED_FROM.sub("git+", source))
    try:
        tree = ast.parse(source)
    except SyntaxError:  # whoever runs it will be told
        return source
    # A semicolon at the end keeps a cell's last value from being shown.
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = [token.string for token in tokens if token.type not in _NO_CODE]
    # Its statements: a text that stands alone is shown, and is no docstring.
    return [_what_it_does(tree.body), code[-1:] == [";"]]


def _what_it_does(node: Any) -> Any:
    """A syntax tree without docstrings as plain lists, the same under each version of Python."""
    if isinstance(node, list):
        return [_what_it_does(one) for one in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
        fields["body"] = node.body[1:]
    # Newer versions have fields that older ones lack: empty, where nothing new is written.
    kept = {name: value for name, value in fields.items() if value not in (None, [])}
    return [type(node).__name__, {name: _what_it_does(value) for name, value in kept.items()}]
