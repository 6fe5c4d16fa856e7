"""How the repository's own Python is kept: whose names are whose, what importing costs."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("book", "dlcourse_authoring", "dlcourse_teaching", "dlcourse_utils", "tests")
FILES = sorted(path for folder in OURS for path in (ROOT / folder).rglob("*.py"))
# Not `__init__`, which is Python's, nor `_repr_html_`, which is IPython's.
PRIVATE = re.compile(r"_(?!_)\w*(?<!_)")
# Documented for use by others in spite of their line: a named tuple's methods, a widget's module.
PUBLIC_ALL_THE_SAME = {"_asdict", "_fields", "_make", "_replace", "_css", "_esm"}
# Functions that take a name as text, as in `monkeypatch.setattr(module, "_name", value)`.
BY_NAME = {"setattr", "getattr", "delattr", "hasattr"}
# What stands still to be mended; the list may only shrink.
EXEMPT = {
    "dlcourse_teaching/report.py": {"_template"},
    "dlcourse_teaching/slides.py": {"_template"},
    "tests/explore/conftest.py": {"_module"},
    "tests/explore/test_leakage.py": {"_drawn"},
    "tests/explore/test_losses.py": {"_pair"},
    "tests/teaching/test_grade.py": {
        "_cluster", "_kit", "_known", "_require_out_of_sight", "_results",
    },
}  # fmt: skip


class File:
    """The private names that a file binds, and those that it fetches, each with its line."""

    def __init__(self, source: str):
        self.binds: set[str] = set()
        self.fetches: list[tuple[int, str]] = []
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    self.binds.add(name)
                case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                    self.binds.add(name)
                case ast.Attribute(attr=name):
                    self.fetches.append((node.lineno, name))
                case ast.Import(names=names) | ast.ImportFrom(names=names):
                    paths = [getattr(node, "module", None) or "", *(a.name for a in names)]
                    self.fetches += [(node.lineno, w) for path in paths for w in path.split(".")]
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in BY_NAME:
                    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                    words = [text.rpartition(".")[2] for text in texts if isinstance(text, str)]
                    self.fetches += [(node.lineno, word) for word in words]


def crossings(sources: dict[str, str]) -> list[tuple[str, int, str]]:
    """File, line and name where a private name is used that only another file binds."""
    files = {name: File(source) for name, source in sources.items()}
    bound = {Path(name).stem for name in sources}.union(*(file.binds for file in files.values()))
    return [
        (name, line, word)
        for name, file in files.items()
        for line, word in file.fetches
        if PRIVATE.fullmatch(word)
        and word in bound - file.binds - PUBLIC_ALL_THE_SAME
        and f"{Path(name).with_name(word)}.py" not in sources  # a module of its own package
    ]


def test_no_private_name_crosses_a_file():
    sources = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in FILES}
    assert len(sources) > 200, "the repository's files were not found"
    found = [
        f"{file}:{line} {name}"
        for file, line, name in crossings(sources)
        if name not in EXEMPT.get(file, ())
    ]
    assert not found, "make the name public, or do without it:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "use",
    [
        "from a import _secret",
        "import a\na._secret()",
        'import a\nmonkeypatch.setattr(a, "_secret", 1)',
        'monkeypatch.setattr("package.a._secret", 1)',
        "from inner._hidden import x",
    ],
)
def test_a_private_name_that_crosses_is_seen(use):
    sources = {"a.py": "def _secret(): ...", "inner/_hidden.py": "x = 1", "b.py": use}
    assert crossings(sources)


@pytest.mark.parametrize(
    "use", ["class B:\n    _secret = 1\nB()._secret", "f._repr_html_()", "os._exit(1)"]
)
def test_what_is_a_files_own_or_a_librarys_may_be_used(use):
    sources = {"a.py": "def _secret(): ...\ndef _repr_html_(): ...", "b.py": use}
    assert not crossings(sources)
