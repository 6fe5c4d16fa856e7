"""What is imported is declared, what is declared is used, each version is pinned once."""

import ast
import json
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
OURS = {"dlcourse_utils", "dlcourse_teaching", "dlcourse_authoring", "book"}
# Where the two names of a package differ by more than case and hyphens: import -> distribution.
DISTRIBUTIONS = {
    "bs4": "beautifulsoup4",
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
# The two other backends of Keras. Whoever uses one installs it; no chapter and no check needs it.
BACKENDS = {"jax", "torch"}


def declared(file: str, *parts: str) -> set[str]:
    """Distributions that a ``pyproject.toml`` asks for: its "dependencies", or an extra's."""
    project = tomllib.loads((ROOT / file).read_text("utf-8"))["project"]
    lists = {"dependencies": project["dependencies"], **project["optional-dependencies"]}
    return {Requirement(line).name for part in parts for line in lists[part]} - {"dlcourse-utils"}


def distribution(module: str) -> str:
    """The distribution that brings a module."""
    return DISTRIBUTIONS.get(module, module.replace("_", "-").lower())


def imported(sources: list[str]) -> set[str]:
    """Distributions of the modules that sources import, without Python's own and ours."""
    modules = set()
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add(node.module.split(".")[0])
    found = modules - sys.stdlib_module_names - OURS
    assert found, "these sources import nothing: the test looks at the wrong place"
    return {distribution(module) for module in found}


def files(*patterns: str) -> list[str]:
    """Sources of Python files."""
    return [path.read_text("utf-8") for pattern in patterns for path in ROOT.glob(pattern)]


def chapters() -> list[str]:
    """Code cells of the chapters as Python: no lines for IPython, no cells that write a file."""
    cells = [
        "".join(cell["source"])
        for path in ROOT.glob("chapters/*.ipynb")
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    return [
        re.sub(r"^(\s*)[%!].*", r"\1pass", cell, flags=re.M) for cell in cells if cell[:2] != "%%"
    ]


UTILS, TEACHING, AUTHORING = (
    f"{folder}pyproject.toml" for folder in ("", "dlcourse_teaching/", "dlcourse_authoring/")
)
# Part -> what it imports, what is declared for it, where else a declared package may be named.
PARTS = {
    "dlcourse_utils and chapters": (
        lambda: files("dlcourse_utils/**/*.py") + chapters(),
        declared(UTILS, "dependencies", "lab"),
        ("_config.yml",),
    ),
    "dlcourse_teaching": (
        lambda: files("dlcourse_teaching/**/*.py"),
        declared(TEACHING, "dependencies"),
        ("dlcourse_teaching/**/*.py", "dlcourse_utils/device.py"),
    ),
    "dlcourse_authoring": (
        lambda: files("dlcourse_authoring/**/*.py"),
        declared(AUTHORING, "dependencies"),
        ("dlcourse_authoring/**/*.py",),
    ),
    "book": (
        lambda: files("book/**/*.py"),
        declared(AUTHORING, "book"),
        ("Makefile",),
    ),
}


@cache
def imports_of(part: str) -> frozenset[str]:
    """What a part imports."""
    return frozenset(imported(PARTS[part][0]()))


@pytest.mark.parametrize("part", PARTS)
def test_what_is_imported_is_declared(part):
    assert imports_of(part)
    assert imports_of(part) - BACKENDS <= PARTS[part][1], "declare it in pyproject.toml"


def test_what_tests_import_is_declared():
    own = {distribution(path.stem) for path in ROOT.glob("tests/**/*.py")}
    tests = [path for path in ROOT.glob("tests/**/*.py") if "teaching" not in path.parts]
    here = imported([path.read_text("utf-8") for path in tests]) - own
    assert "pytest" in here
    assert here <= (
        declared(AUTHORING, "dependencies", "book", "dev") | declared(UTILS, "dependencies", "lab")
    )
    graded = imported(files("tests/teaching/*.py")) - own
    assert "pytest" in graded
    assert graded <= declared(TEACHING, "dependencies", "test") | declared(UTILS, "dependencies")


@pytest.mark.parametrize("part", PARTS)
def test_what_is_declared_is_used(part):
    _, wanted, elsewhere = PARTS[part]
    named = "\n".join(files(*elsewhere)).lower().replace("_", "-")
    idle = {name for name in wanted - imports_of(part) if name not in named}
    assert not idle, "nothing imports or calls these: take them out of pyproject.toml"


def test_a_version_is_pinned_in_one_place():
    held, asked = set(), []
    for file in (UTILS, TEACHING, AUTHORING):
        content = tomllib.loads((ROOT / file).read_text("utf-8"))
        pins = content["tool"].get("uv", {}).get("constraint-dependencies", [])
        held |= {Requirement(line).name for line in pins}
        project = content["project"]
        for lines in (project["dependencies"], *project["optional-dependencies"].values()):
            asked += map(Requirement, lines)
    assert not [str(wanted) for wanted in asked if "==" in str(wanted)], "pin it in [tool.uv]"
    assert held and held <= {wanted.name for wanted in asked}


LISTS = {
    "requirements.txt": declared(UTILS, "dependencies", "lab")
    | declared(AUTHORING, "dependencies", "book", "dev"),
    "requirements-teaching.txt": declared(UTILS, "dependencies")
    | declared(TEACHING, "dependencies", "test"),
}


@pytest.mark.parametrize("file", LISTS)
def test_each_declared_package_has_an_exact_version(file):
    lines = (ROOT / file).read_text("utf-8").splitlines()
    exact = [Requirement(line) for line in lines if not line.startswith(("#", "-e"))]
    assert all(str(line.specifier).startswith("==") for line in exact)
    assert LISTS[file] <= {line.name for line in exact}, "run `make lock`"


def test_both_lists_agree():
    versions = {}
    for file in LISTS:
        for line in (ROOT / file).read_text("utf-8").splitlines():
            if not line.startswith(("#", "-e")):
                wanted = Requirement(line)
                versions.setdefault(wanted.name, {}).setdefault(file, set()).add(
                    str(wanted.specifier)
                )
    shared = {name: found for name, found in versions.items() if len(found) == 2}
    assert len(shared) > 50
    assert not [n for n, found in shared.items() if len(set(map(frozenset, found.values()))) > 1]


def test_the_three_packages_have_one_version():
    line = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
    found = {
        line.search((ROOT / package / "__init__.py").read_text("utf-8"))[1]
        for package in OURS - {"book"}
    }
    assert len(found) == 1
