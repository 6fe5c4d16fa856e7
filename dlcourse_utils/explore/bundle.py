"""One script out of an explorable's ES module and the kit files that it imports.

An explorable is written as small modules, but anywidget takes one module, a page opened from
``file://`` takes only classic scripts, and a notebook output takes neither addresses nor files.
So the imports are replaced by what they import; no build step is needed.
"""

import html
import json
import re
from functools import cache
from pathlib import Path

from dlcourse_utils.explore import parts
from dlcourse_utils.palette import figure_rules

_IMPORT = re.compile(r'^import \{[^}]+\} from "(\.\.?/[a-z0-9_/]+\.js)";\n', re.MULTILINE)
_DEFAULT = re.compile(r"^export default \{ render \};\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE
)
# What is left of module syntax after the replacements was written in a way this file cannot read.
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*", re.MULTILINE)


def _gather(path: Path, codes: dict[Path, str]) -> None:
    """Put `path`'s code into `codes`, after the code of what it imports."""
    if path in codes:
        return
    if not path.is_file():
        raise ValueError(f"explore/{path.relative_to(parts.HERE)}: no such module")
    source = path.read_text(encoding="utf-8")
    for imported in _IMPORT.findall(source):
        _gather((path.parent / imported).resolve(), codes)
    codes[path] = _EXPORT.sub("", _DEFAULT.sub("", _IMPORT.sub("", source))).strip() + "\n"


@cache
def body(name: str) -> str:
    """The statements that define ``render``: the kit files in use, then the module itself.

    Parameters
    ----------
    name : str
        The module's name, for example ``"neuron"`` for ``explore/neuron/view.js``.

    Raises
    ------
    ValueError
        If there is no such module, if two files of the bundle declare the same name at top level,
        or if an import or export is not written as `explore` wants it.
    """
    return _statements(parts.part(name, "view.js"))


def _statements(*modules: Path) -> str:
    """The modules' code after that of the kit files in use; no name is declared twice."""
    codes: dict[Path, str] = {}
    for module in modules:
        _gather(module.resolve(), codes)
    owner: dict[str, Path] = {}
    for path, code in codes.items():
        where = f"explore/{path.relative_to(parts.HERE)}"
        if left := _LEFT_OVER.search(code):
            raise ValueError(
                f"{where}: cannot bundle {left.group().strip()!r}; write imports as "
                '`import { a, b } from "../kit/file.js";`, exports as `export function …`, and end '
                "the module with `export default { render };`"
            )
        if "</script" in code.lower():
            raise ValueError(f"{where}: '</script' would end the page's script element")
        for declared in _DECLARED.findall(code):
            if declared in owner:
                other = owner[declared].relative_to(parts.HERE)
                raise ValueError(f"{where}: {declared!r} is declared in explore/{other} too")
            owner[declared] = path
    return "\n".join(codes.values())


def _scoped(statements: str) -> str:
    """`statements` as a classic script that leaves no name behind on the page."""
    return f'(() => {{\n"use strict";\n{statements}\n}})();\n'


@cache
def module_source(name: str) -> str:
    """The explorable as one ES module without imports: anywidget's ``_esm``.

    Examples
    --------
    >>> "import " in module_source("neuron")
    False
    """
    return f"{body(name)}\nexport default {{ render }};\n"


@cache
def classic_source(name: str) -> str:
    """The explorable as a classic script that hands itself to the website's host script.

    Examples
    --------
    >>> classic_source("neuron").rstrip().endswith('dlcourse.define("neuron", { render });\\n})();')
    True
    """
    return _scoped(f'{body(name)}\ndlcourse.define("{name}", {{ render }});')


@cache
def standalone_source(name: str) -> str:
    """The explorable as a classic script that renders its places on a page without a host."""
    view = parts.part(name, "view.js")
    statements = _statements(view, parts.HERE / parts.KIT / "standalone.js")
    return _scoped(f'{statements}\nstandalone("{name}", render);')


@cache
def style(*names: str) -> str:
    """The style sheet of one or several explorables: colours, what all share, their own rules.

    Parameters
    ----------
    *names : str
        The folders, for example ``"neuron"``; all of them for the site.

    Examples
    --------
    >>> ".dl-neuron-line" in style("neuron"), ".dl-neuron-line" in style("losses")
    (True, False)
    """
    sheets = [parts.HERE / parts.KIT / "style.css", *(parts.part(n, "style.css") for n in names)]
    return figure_rules() + "\n".join(sheet.read_text("utf-8") for sheet in sheets)


def standalone(stored: dict, still: str) -> str:
    """An explorable as HTML that needs nothing else: no kernel, no files, no network.

    Parameters
    ----------
    stored : dict
        What a notebook stores of it: ``module`` (str) and ``state`` (dict).
    still : str
        HTML of its still picture and caption, for readers that take scripts out.

    Returns
    -------
    str
        Any number of them may stand on one page.
    """
    # "<" is escaped so that no text in the state can end the script element.
    state = json.dumps(stored["state"], sort_keys=True).replace("<", "\\u003c")
    module = stored["module"]
    return (
        f'<div class="dl-standalone" data-module="{html.escape(module)}">'
        f"<div>{still}</div>"
        f'<script type="application/json">{state}</script></div>\n'
        f"<style>{style(module)}</style>\n"
        f"<script>{standalone_source(module)}</script>"
    )
