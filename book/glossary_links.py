"""Each term of the glossary leads to the section of a chapter that explains it."""

from docutils import nodes

from book import page_facts
from book.chapter_facts import number_of, page_title

GLOSSARY = "appendix/glossary"
Places = dict[str, tuple[str, str]]


def bold_terms_of(doctree: nodes.document, env) -> dict[str, str]:
    """The terms that a chapter defines: what it prints bold, in lower case -> section's id."""
    found: dict[str, str] = {}
    for bold in doctree.findall(nodes.strong) if number_of(env.docname) else ():
        section = bold.parent
        while not isinstance(section, nodes.section):
            section = section.parent
        found.setdefault(bold.astext().lower(), section["ids"][0])
    return found


def explained_in(env) -> Places:
    """Where each bold term first stands: term in lower case -> (page, section's id).

    A term that two chapters print bold belongs to the earlier one.
    """
    places: Places = {}
    for page, terms in page_facts.of_all_pages(env, bold_terms_of).items():
        for term, section in terms.items():
            places.setdefault(term, (page, section))
    return places


def link_terms(app, doctree: nodes.document, page: str) -> None:
    """Put a link to its section behind each definition of the glossary."""
    if page != GLOSSARY:
        return
    places = explained_in(app.env)
    for item in doctree.findall(nodes.definition_list_item):
        term = item.next_node(nodes.term).astext().strip().lower()
        # A chapter may need the plural first.
        found = [places[word] for word in (term, f"{term}s") if word in places]
        if not found:
            continue
        target, section = min(found, key=lambda place: place[0])
        address = f"{app.builder.get_relative_uri(page, target)}#{section}"
        link = nodes.reference("", page_title(app.env, target), refuri=address, internal=True)
        last = item.next_node(nodes.definition)[-1]
        last += [nodes.Text(" → "), link]


def setup(app) -> None:
    """Register with Sphinx."""
    page_facts.note(app, bold_terms_of)
    app.connect("doctree-resolved", link_terms)
