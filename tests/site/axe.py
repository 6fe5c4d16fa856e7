"""What axe-core finds on a page.

Nine tenths of its time go into contrast, which it works out anew for every piece of text. What can
be read depends on colours, size and what lies behind, so one piece of each look answers for all.
"""

from pathlib import Path

import axe_playwright_python

_SCRIPT = Path(axe_playwright_python.__file__).with_name("axe.min.js")

# One visible element of each look that text has on the page.
_LOOKS = """() => {
  const kinds = new Map();
  for (const one of document.body.querySelectorAll("*")) {
    const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!hasText || !one.checkVisibility()) continue;
    const { color, fill, fontSize, fontWeight } = getComputedStyle(one);
    const look = [one.namespaceURI, color, fill, fontSize, fontWeight];
    for (let behind = one; behind; behind = behind.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(behind);
      look.push(backgroundColor, backgroundImage, opacity);
    }
    const key = look.filter((part) => part !== "rgba(0, 0, 0, 0)" && part !== "none").join();
    if (!kinds.has(key)) kinds.set(key, one);
  }
  return [...kinds.values()];
}"""


def violations(page) -> list[tuple[str, list[str]]]:
    """Every rule on the whole page: the broken rules, each with the start of its elements."""
    return _run(page, "document", {})


def violations_but_contrast(page) -> list[tuple[str, list[str]]]:
    """Every rule but that of contrast, on the whole page."""
    return _run(page, "document", {"rules": {"color-contrast": {"enabled": False}}})


def violations_of_contrast(page) -> list[tuple[str, list[str]]]:
    """Whether text can be told from what lies behind it, for one piece of each look."""
    return _run(page, f"({_LOOKS})()", {"runOnly": ["color-contrast"]})


def _run(page, where: str, options: dict) -> list[tuple[str, list[str]]]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_SCRIPT.read_text("utf-8"))
    looked_at, found = page.evaluate(
        f"""async (options) => {{
          const {{ passes, violations }} = await axe.run({where}, options);
          const start = ({{ html }}) => html.slice(0, 160);
          return [passes.length,
            violations.map(({{ id, nodes }}) => [id, nodes.slice(0, 5).map(start)])];
        }}""",
        {"resultTypes": ["violations"], "selectors": False, **options},
    )
    assert looked_at or found, "axe found nothing to look at"
    return [(rule, elements) for rule, elements in found]
