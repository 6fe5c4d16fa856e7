"""docs/chapter-format.md lists each tag and key that chapters and code use, and no other."""

import ast
import json
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from book.admonitions import KINDS as REMARKS
from dlcourse_authoring.course_copy import copy_course
from dlcourse_authoring.new_chapter import new_chapter
from dlcourse_utils.chapter import KINDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "chapter-format.md").read_text("utf-8")
CODE = [
    path
    for package in ("book", "dlcourse_utils", "dlcourse_teaching", "dlcourse_authoring")
    for path in sorted((ROOT / package).rglob("*.py"))
]
# Methods of a dictionary: what follows a name of metadata, but is no key of it.
METHODS = {"get", "pop", "setdefault", "update", "items", "keys", "values", "copy"}
# The names under which code holds metadata -> where in it they begin.
BASES = {"metadata": (), "cell_metadata": (), "facts": ("dlcourse",)}


def listed(heading: str) -> list[str]:
    """First cells of the tables whose first column has this heading."""
    names = []
    for table in re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        names += re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert names, f"the page has no table of {heading}"
    return names


KEYS = listed("key")
TAGS = listed("tag")
OUTPUT_KEYS = listed("key of an output's metadata")


def paths(metadata: dict) -> set[str]:
    """Dotted paths to the values of nested metadata."""
    found = set()
    for key, value in metadata.items():
        inner = paths(value) if isinstance(value, dict) else set()
        found |= {f"{key}.{path}" for path in inner} or {key}
    return found


class Used:
    """What notebooks hold: keys and tags of cells, kinds of outputs, keys of their metadata."""

    def __init__(self, files: list[Path]) -> None:
        self.keys, self.tags, self.kinds, self.output_keys = set(), set(), set(), set()
        for file in files:
            notebook = json.loads(file.read_text("utf-8"))
            self.keys |= paths(notebook["metadata"])
            for cell in notebook["cells"]:
                self.keys |= paths(cell["metadata"])
                self.tags |= set(cell["metadata"].get("tags", []))
                for output in cell.get("outputs", []):
                    self.kinds |= set(output.get("data", {}))
                    self.output_keys |= paths(output.get("metadata", {}))


@cache
def chapters() -> Used:
    return Used(sorted((ROOT / "chapters").glob("*.ipynb")))


def keys_in(tree: ast.AST) -> set[str]:
    """Dotted paths of metadata that code reads or writes; ``*`` where a key is a variable."""
    found = set()
    for node in ast.walk(tree):
        path = _path(node)
        if path:
            found.add(".".join(path))
    return found


def _path(node: ast.AST) -> tuple[str, ...] | None:
    """The path that an expression leads to, None if it does not begin at metadata."""
    if isinstance(node, ast.Name):  # a variable `facts` may be of anything
        return BASES.get(node.id) if node.id != "facts" else None
    if isinstance(node, ast.Attribute):
        inner = _path(node.value)
        if inner is None or node.attr in METHODS:
            return BASES.get(node.attr) if inner is None else inner
        return (*inner, node.attr)
    if isinstance(node, ast.Subscript):
        inner, key = _path(node.value), _constant(node.slice)
        return BASES.get(key) if inner is None else (*inner, key)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        inner = _path(node.func.value)
        if inner is None or node.func.attr not in ("get", "pop", "setdefault"):
            return BASES.get(_constant(node.args[0])) if node.func.attr == "get" else inner
        return (*inner, _constant(node.args[0]))
    return None


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else "*"


def tags_in(tree: ast.Module) -> set[str]:
    """Tags that code asks for: constants, and names of the module's own, beside ``tags``."""
    named = {
        target.id: _strings(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):  # for tag in _TAGS: …
        if isinstance(node, (ast.For, ast.comprehension)):
            source = {name for n in ast.walk(node.iter) for name in named.get(_name(n), ())}
            first = node.target.elts[0] if isinstance(node.target, ast.Tuple) else node.target
            named.setdefault(_name(first), source)
    found = set()
    for node in ast.walk(tree):
        sides = ()
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            sides = (node.left, node.comparators[0])
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            sides = (node.left, node.right)
        for one, other in (sides, sides[::-1]) if sides else ():
            if re.search(r"\b_?tags\b", ast.unparse(other)):
                found |= _strings(one) | set(named.get(_name(one), ()))
    return found


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _strings(node: ast.AST) -> set[str]:
    """Strings that a constant is, or holds; of a dictionary its keys."""
    if isinstance(node, ast.Dict):
        return {_constant(key) for key in node.keys if key} - {"*"}
    if isinstance(node, (ast.Set, ast.Tuple, ast.List)):
        return {_constant(item) for item in node.elts} - {"*"}
    return {_constant(node)} - {"*"}


def is_listed(path: str, names: list[str]) -> bool:
    """Whether a path, or what lies under it, is among the names; ``*`` stands for any key."""
    return any(
        fnmatch(name, path) or fnmatch(path, name) or name.startswith(f"{path}.") for name in names
    )


def trees() -> list[tuple[str, ast.Module]]:
    """The code that may read notebooks; elsewhere `metadata` are those of a package."""
    parsed = [(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in CODE]
    return [
        (name, ast.parse(source))
        for name, source in parsed
        if "from importlib import metadata" not in source
    ]


def test_what_chapters_hold_is_listed():
    used = chapters()
    assert not {key for key in used.keys if not is_listed(key, KEYS)}
    assert used.tags <= set(TAGS)
    assert used.kinds <= set(listed("kind"))
    assert used.output_keys <= set(OUTPUT_KEYS)


def test_what_the_template_of_a_chapter_holds_is_listed(tmp_path):
    copy_course(ROOT, tmp_path)
    used = Used(new_chapter(tmp_path, 15, "a-new-one")[:1])
    assert not {key for key in used.keys if not is_listed(key, KEYS)}
    assert used.tags <= set(TAGS)


def test_keys_that_code_reads_are_listed():
    unknown = {
        (name, path)
        for name, tree in trees()
        for path in keys_in(tree)
        if not is_listed(path, KEYS + OUTPUT_KEYS)
    }
    assert not unknown


def test_tags_that_code_asks_for_are_listed():
    asked = {(name, tag) for name, tree in trees() for tag in tags_in(tree)}
    assert len({tag for _, tag in asked}) > 5, "the test has lost sight of the code"
    assert not {(name, tag) for name, tag in asked if tag not in TAGS}


@pytest.mark.parametrize("name", [*KEYS, *OUTPUT_KEYS, *TAGS, *listed("kind")])
def test_nothing_is_listed_that_nobody_uses(name):
    used = chapters()
    held = used.keys | used.tags | used.kinds | used.output_keys
    assert name in held or _is_written(name), "take it off the page"


@cache
def _words() -> frozenset[str]:
    return frozenset(
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_written(name: str) -> bool:
    """Whether code has each part of a key as a string, as what makes assignments has."""
    return set(name.split(".")) - {"*"} <= _words() | {"nbgrader"}


def test_remarks_and_kinds_are_those_of_the_code():
    assert listed("remark") == list(REMARKS)
    (line,) = re.findall(r"^\| `dlcourse\.kind` \| .*$", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == list(KINDS)


def test_a_key_or_tag_that_only_code_knows_would_be_noticed():
    code = 'def f(cell, tags):\n    cell.metadata.get("mystnb", {})["new"]\n    "newer" in tags'
    assert keys_in(ast.parse('cell.facts["newest"]; facts["another"]')) == {
        "dlcourse",
        "dlcourse.newest",
    }
    assert "mystnb.new" in keys_in(ast.parse(code)) and not is_listed("mystnb.new", KEYS)
    assert tags_in(ast.parse(code)) == {"newer"}
