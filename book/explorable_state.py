"""The large state of an explorable stands in a script of its own, which its figure asks for.

A page then begins with its text; a digit network's weights (65 kB packed) come when the figure is
near. A script and not JSON, because a page opened from a file may fetch no other file.
"""

import hashlib
import re
from pathlib import Path

LARGEST_IN_PAGE = 8_000  # characters; below it a request costs more than the bytes
_FOLDER = "_static/explore/states"
_STATE = re.compile(
    r'(?<=<div class="dl-host"></div>\n)<script type="application/json">(.*?)</script>', re.DOTALL
)


def _move(app, pagename, templatename, context, doctree) -> None:
    if app.builder.name != "html" or "dl-host" not in context.get("body", ""):
        return

    def moved(found: re.Match) -> str:
        state = found[1]
        if len(state) <= LARGEST_IN_PAGE:
            return found[0]
        key = hashlib.sha256(state.encode()).hexdigest()[:16]
        file = Path(app.outdir, _FOLDER, f"{key}.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'dlcourse.define("states/{key}", {state});\n', "utf-8")
        return f'<script type="application/json" data-state="{key}"></script>'

    context["body"] = _STATE.sub(moved, context["body"])


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", _move, priority=600)
