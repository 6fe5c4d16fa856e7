// Small repairs that need the page: names for the theme's dialogs, keys for what scrolls, paper.
(() => {
  const names = {
    "pst-search-dialog": "Search the book",
    "pst-primary-sidebar-modal": "Contents of the book",
    "pst-secondary-sidebar-modal": "On this page",
  };
  for (const [id, name] of Object.entries(names)) {
    document.getElementById(id)?.setAttribute("aria-label", name);
  }

  const wide = [
    ["Formula", document.querySelectorAll(".bd-article div.math")],
    ["Output", document.querySelectorAll(".cell_output .output.text_html")],
  ];
  const reach = () => {
    const scrolling = wide.flatMap(([kind, places]) =>
      [...places].map((place) => [kind, place, place.scrollWidth > place.clientWidth]),
    );
    for (const [kind, place, scrolls] of scrolling) {
      const given = { tabindex: "0", role: "group", "aria-label": `${kind}, scrolls sideways` };
      for (const [name, value] of Object.entries(given)) {
        if (scrolls) place.setAttribute(name, value);
        else place.removeAttribute(name);
      }
    }
  };
  // The theme takes the focus from a button that was pressed; the keyboard would start over.
  for (const button of document.querySelectorAll("button")) button.blur = () => {};

  // Paper is white: figures draw themselves anew in the colours for it, and back afterwards. They hear
  // of it second, whichever script came first: those that capture are called before the others.
  const root = document.documentElement.dataset;
  let screen = root.theme;
  addEventListener(
    "beforeprint",
    () => {
      screen = root.theme;
      root.theme = "light";
    },
    true,
  );
  addEventListener(
    "afterprint",
    () => {
      root.theme = screen;
    },
    true,
  );

  addEventListener("resize", reach);
  addEventListener("load", reach);
})();
