"""Each term of the glossary leads to the section of a chapter that explains it."""

from docutils import nodes

from book.search import page_title

_GLOSSARY = "appendix/glossary"


def explained_in(env) -> dict[str, tuple[str, str]]:
    """Where each bold term first stands: term in lower case -> (page, section's id).

    Chapters print a term bold where they define it, and a term that two of them print belongs to
    the earlier one.
    """
    places: dict[str, tuple[str, str]] = {}
    for page in sorted(page for page in env.found_docs if page.startswith("chapters/")):
        for bold in env.get_doctree(page).findall(nodes.strong):
            section = bold.parent
            while not isinstance(section, nodes.section):
                section = section.parent
            places.setdefault(bold.astext().lower(), (page, section["ids"][0]))
    return places


def link_terms(app, doctree: nodes.document, page: str) -> None:
    """Put a link to its section behind each definition of the glossary."""
    if page != _GLOSSARY:
        return
    places = explained_in(app.env)
    for item in doctree.findall(nodes.definition_list_item):
        term = item.next_node(nodes.term).astext().strip().lower()
        # A chapter may need the plural first.
        place = places.get(term) or places.get(f"{term}s")
        if place is None:
            continue
        target, section = place
        address = f"{app.builder.get_relative_uri(page, target)}#{section}"
        link = nodes.reference("", page_title(app.env, target), refuri=address, internal=True)
        last = item.next_node(nodes.definition)[-1]
        last += [nodes.Text(" → "), link]


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("doctree-resolved", link_terms)
