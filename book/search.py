"""The search's index: every section, glossary term and symbol of the book, as one script.

Sphinx's own index knows words and pages. A reader looks for a name and wants its section, its
definition or its symbol, on a page opened from a file as well: so the index is a script, loaded
when the search is first used, and ``assets/search-find.js`` looks things up in it.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import glossary

from book import page_facts
from book.chapter_facts import page_title
from book.mathematics import mathml, plain

_COMMAND = re.compile(r"\\([A-Za-z]+)")
_WORD = re.compile(r"[A-Za-z_]\w+")
_NOTATION = "appendix/notation"
# Their code says nothing about the section they stand in.
_SILENT_CELLS = {"setup", "check", "solution", "quiz"}


def entries_of(doctree: nodes.document) -> list[dict]:
    """What a page has to find: its sections, its glossary's terms, its table's symbols.

    Parameters
    ----------
    doctree : docutils.nodes.document
        A page as Sphinx has read it.

    Returns
    -------
    list of dict
        Sections have ``kind`` "section", ``id``, ``title``, ``under`` (titles of the sections
        around it, without the page's), ``terms`` (its bold words), ``text`` and ``code``.
        Terms and symbols have ``kind``, ``id``, ``title`` and ``text``; symbols also ``html``.
    """
    found = [_section(section) for section in doctree.findall(nodes.section)]
    for item in doctree.findall(nodes.definition_list_item):
        term = item.next_node(nodes.term)
        if "glossary" in item.parent.get("classes", []) and term["ids"]:
            definition = " ".join(_text(item.next_node(nodes.definition)).split())
            name = term.astext().strip()
            found.append({"kind": "term", "id": term["ids"][0], "title": name, "text": definition})
    return found


def symbols_of(doctree: nodes.document) -> Iterator[dict]:
    """The rows of the tables of symbols: first column the symbol, second its meaning."""
    for section in doctree.findall(nodes.section):
        for table in (child for child in section.children if isinstance(child, nodes.table)):
            for row in table.next_node(nodes.tbody).findall(nodes.row):
                symbol, meaning, *others = row.children
                formulas = [node.astext() for node in symbol.findall(nodes.math)]
                # Readers type "eta" or "nabla" where they cannot type the letter.
                names = " ".join(_COMMAND.findall(" ".join(formulas)))
                literals = (node for cell in others for node in cell.findall(nodes.literal))
                code = " ".join(node.astext() for node in literals)
                yield {
                    "kind": "symbol",
                    "id": section["ids"][0],
                    "title": " ".join(plain(mathml(formula)) for formula in formulas),
                    "html": ", ".join(map(mathml, formulas)) or escape(symbol.astext()),
                    "text": _text(meaning).strip(),
                    "code": f"{names} {code}".strip(),
                }


def _section(section: nodes.section) -> dict:
    others = nodes.section | nodes.title
    own = [child for child in section.children if not isinstance(child, others)]
    strong = (node.astext() for child in own for node in child.findall(nodes.strong))
    code = (word for child in own for block in _code(child) for word in _WORD.findall(block))
    return {
        "kind": "section",
        "id": section["ids"][0],
        "title": _title(section),
        "under": _titles_around(section),
        "terms": list(dict.fromkeys(strong)),
        "text": " ".join(" ".join(map(_text, own)).split()),
        "code": " ".join(dict.fromkeys(code)),
    }


def _title(section: nodes.section) -> str:
    return " ".join(section.next_node(nodes.title).astext().split())


def _titles_around(section: nodes.section) -> list[str]:
    titles = []
    while isinstance(section := section.parent, nodes.section):
        titles.insert(0, _title(section))
    return titles[1:]


def _text(node: nodes.Node) -> str:
    """The words a reader sees in a node; code, outputs and drawings are not among them."""
    if isinstance(node, nodes.math | nodes.math_block):
        return plain(mathml(node.astext()))
    if isinstance(node, nodes.Text):
        return node.astext()
    # A glossary's terms are entries of their own.
    if isinstance(node, nodes.literal_block | nodes.raw | nodes.comment | nodes.image | glossary):
        return ""
    if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
        return ""
    inner = "".join(map(_text, node.children))
    return inner if isinstance(node, nodes.Inline) else f"{inner} "


def _code(node: nodes.Node) -> Iterator[str]:
    """The code of a node's cells that show what the section is about."""
    for source in node.findall(nodes.container):
        if source.get("nb_element") == "cell_code_source":
            tags = set(source.parent["cell_metadata"].get("tags", []))
            if not tags & _SILENT_CELLS:
                yield source.astext()


def entries_of_page(doctree: nodes.document, env) -> list[dict]:
    """What a page gives to the index: `entries_of`, and on the page of notation `symbols_of`."""
    symbols = symbols_of(doctree) if env.docname == _NOTATION else ()
    return [_without_empty(entry) for entry in (*entries_of(doctree), *symbols)]


def write_index(app, exception) -> None:
    """Write the index into the finished site."""
    if exception or app.builder.name != "html":
        return
    pages, entries = [], []
    for page, found in page_facts.of_all_pages(app.env, entries_of_page).items():
        entries += [{"page": len(pages), **entry} for entry in found]
        pages.append([page, page_title(app.env, page)])
    index = {"pages": pages, "entries": entries}
    written = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    script = Path(app.outdir, "_static", "search-index.js")
    script.write_text(f"window.dlcourseSearchIndex = {written};\n", "utf-8")


def _without_empty(entry: dict) -> dict:
    return {key: value for key, value in entry.items() if value}


def leave_out_sphinx_search(app) -> None:
    """Build no index of Sphinx's own; the search page is ours."""
    app.builder.search = False


def search_page(app):
    """The page of the search, at the address where Sphinx has its own."""
    if app.builder.name == "html":
        yield "search", {"title": "Search"}, "search.html"


def setup(app) -> None:
    """Register with Sphinx."""
    page_facts.note(app, entries_of_page)
    app.connect("builder-inited", leave_out_sphinx_search)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write_index)
    app.add_css_file("search.css", priority=910)
    app.add_js_file("search.js", loading_method="defer")
