"""How the site is seen by others: search engines, and people to whom a link is sent.

Every page gets a title, a description, an address, a card (`book.cards`) and what schema.org calls
it. The site's address follows from the repository's in ``_config.yml``, or is ``html.baseurl``
there.
"""

import html
import json
import re
from datetime import date
from pathlib import Path

from docutils import nodes

from book import cards
from book.addresses import site_address
from book.chapter_facts import chapter_of, chapters_of

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LONGEST = 160  # characters that a search engine shows of a description
_FUNCTIONAL = {
    "search": "Search every section, term and symbol of the course.",
    "genindex": "The index of the course.",
    "progress": "What you have read, solved and answered, kept in your browser alone.",
    "404": "The page for an address that leads nowhere in the course.",
}


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The whole sentences of a text that fit, or its words up to there.

    Examples
    --------
    >>> shortened("One neuron. Two neurons do more. Three do most.", 35)
    'One neuron. Two neurons do more.'
    >>> shortened("A sentence that is too long", 16)
    'A sentence that…'
    """
    if len(text) <= longest:
        return text
    whole = re.match(rf"(.{{1,{longest - 1}}}[.?!])\s", text)
    return whole[1] if whole else text[:longest].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def _address_site(app, config) -> None:
    repository = config.html_theme_options.get("repository_url", "")
    config.html_baseurl = site_address(config.html_baseurl, repository)


def _describe(app, pagename, templatename, context, doctree) -> None:
    """Give the page's template its title, description, address, card and structured data."""
    chapter = chapter_of(app.env, pagename)
    course = app.config.html_title
    context["page_description"] = description = _description(pagename, doctree)
    if pagename == app.config.root_doc:
        title = f"{course}: an interactive course"
    else:
        # The search and the index get their titles in their own templates.
        heading = html.unescape(context.get("title") or pagename.capitalize())
        title = f"{f'{chapter.number} {chapter.title}' if chapter else heading} · {course}"
    context["page_title"] = title
    context["site_url"] = base = app.config.html_baseurl
    if doctree is None:
        return
    # Sphinx makes the canonical address of it.
    context["pageurl"] = f"{base}{_path(app, pagename)}" if base else ""
    card = cards.write(app, pagename, chapter.title if chapter else context["title"], chapter)
    context["card_url"] = f"{base}{card}" if base else ""
    context["card_words"] = f"{title}: {description}"
    data = _structured(app, pagename, title, description, chapter, context)
    # Inside a script element only "<" can end it.
    context["structured_data"] = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _path(app, pagename: str) -> str:
    return "" if pagename == app.config.root_doc else f"{pagename}.html"


def _description(pagename: str, doctree) -> str:
    if doctree is None:
        return _FUNCTIONAL.get(pagename, "A page of the course.")
    texts = (p.astext() for p in doctree.findall(nodes.paragraph))
    return shortened(" ".join(next(texts, "A page of the course.").split()))


def _structured(app, pagename, title, description, chapter, context) -> dict:
    """The page as schema.org describes courses and what they are made of."""
    base, config = app.config.html_baseurl, app.config
    shared = {
        "@context": "https://schema.org",
        "name": title.removesuffix(f" · {config.html_title}"),
        "description": description,
        "url": context["pageurl"],
        "image": context["card_url"],
        "inLanguage": "en-GB",
        "license": _LICENCE,
        "isAccessibleForFree": True,
        "author": {"@type": "Organization", "name": config.author},
    }
    course = {"@type": "Course", "name": config.html_title, "url": base}
    if pagename == config.root_doc:
        chapters = chapters_of(app.env)
        minutes = sum(one.minutes for one in chapters)
        return shared | {
            "@type": "Course",
            "name": config.html_title,
            "provider": {"@type": "Organization", "name": config.author, "url": base},
            "educationalLevel": "University",
            "coursePrerequisites": "Python, NumPy arrays and school calculus",
            "about": ["Deep learning", "Neural networks", "Keras", "NumPy"],
            "offers": {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR"},
            "hasCourseInstance": {
                "@type": "CourseInstance",
                "courseMode": "Online",
                "courseWorkload": f"PT{minutes}M",
            },
            "hasPart": [
                {
                    "@type": "LearningResource",
                    "name": f"{one.number} {one.title}",
                    "url": f"{base}chapters/{one.name}.html",
                }
                for one in chapters
            ],
        }
    page = shared | {"@type": "LearningResource", "isPartOf": course}
    if chapter is None:
        return page | {"learningResourceType": "reference"}
    return page | {
        "learningResourceType": "chapter",
        "interactivityType": "mixed",
        "educationalLevel": "University",
        "position": chapter.number,
        "timeRequired": f"PT{chapter.minutes}M",
        "teaches": list(chapter.goals),
    }


def _write_sitemap(app, exception) -> None:
    """List the pages for search engines."""
    base = app.config.html_baseurl
    if exception or app.builder.name != "html" or not base:
        return
    day = date.today().isoformat()
    pages = "".join(
        f"<url><loc>{html.escape(base + _path(app, name))}</loc><lastmod>{day}</lastmod></url>\n"
        for name in sorted(app.env.found_docs)
    )
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{pages}</urlset>\n',
        "utf-8",
    )
    Path(app.outdir, "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", "utf-8"
    )


def setup(app) -> None:
    """Register with Sphinx."""
    # After Jupyter Book has read the repository's address.
    app.connect("config-inited", _address_site, priority=900)
    app.connect("html-page-context", _describe, priority=600)
    app.connect("build-finished", _write_sitemap)
