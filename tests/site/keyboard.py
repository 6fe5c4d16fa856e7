"""A walk through a page with the Tab key."""

# What the keyboard can reach, in the order of the page.
_LIST = """() => {
  const chosen = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  window.places = [...document.querySelectorAll(chosen)].filter((one) =>
    !one.disabled && one.tabIndex >= 0 &&
    one.checkVisibility({ visibilityProperty: true }) &&
    // Of the answers to a question the keyboard stops at one: the chosen, else the first.
    !(one.type === "radio" && one !== ["input:checked", "input"]
      .map((which) => one.closest("fieldset").querySelector(which)).find(Boolean)));
  document.activeElement.blur();
  return places.length;
}"""

# Place in that list of what has the focus, whether it is seen to have it, and its start.
_FOCUSED = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = one.getBoundingClientRect();
  const there = box.bottom > 0 && box.top < innerHeight;
  return [places.indexOf(one), ring && there, one.outerHTML.slice(0, 120)];
}"""


def the_keyboard_reaches_everything_in_order_and_is_seen(page) -> None:
    # The theme finds out after a pause what scrolls, and lets the keyboard stop there alone.
    page.wait_for_timeout(400)
    page.evaluate("scrollTo(0, 0)")
    reachable = page.evaluate(_LIST)
    assert reachable > 10
    seen, unseen = [], []
    for _ in range(2 * reachable):
        page.keyboard.press("Tab")
        place, shown, words = page.evaluate(_FOCUSED)
        if words.startswith("<body") or (seen and place == seen[0]):
            break
        # The browser also stops at what scrolls, which the list need not name.
        if place >= 0:
            seen.append(place)
        if not shown:
            # A list that scrolls brings it into view with the next frame.
            page.wait_for_timeout(100)
            shown = page.evaluate(_FOCUSED)[1]
        if not shown:
            unseen.append(words)
    assert unseen == []
    # The skip link comes first wherever it stands; everything else in reading order.
    assert seen == sorted(seen)
    missed = sorted(set(range(reachable)) - set(seen))
    # The list of contents opens the section that is read and closes it again behind the reader.
    starts = """all => all.map((one) => places[one]).filter((one) => one.checkVisibility())
      .map((one) => one.outerHTML.slice(0, 120))"""
    assert page.evaluate(starts, missed) == []
