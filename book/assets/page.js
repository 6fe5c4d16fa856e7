// Small repairs that need the page: names for the theme's dialogs, keys for figures that scroll.
(() => {
  const names = {
    "pst-search-dialog": "Search the book",
    "pst-primary-sidebar-modal": "Contents of the book",
    "pst-secondary-sidebar-modal": "On this page",
  };
  for (const [id, name] of Object.entries(names)) {
    document.getElementById(id)?.setAttribute("aria-label", name);
  }

  const figures = document.querySelectorAll(".cell.tag_figure .cell_output");
  const reach = () => {
    for (const figure of figures) {
      const scrolls = figure.scrollWidth > figure.clientWidth;
      const given = { tabindex: "0", role: "group", "aria-label": "Figure, scrolls sideways" };
      for (const [name, value] of Object.entries(given)) {
        if (scrolls) figure.setAttribute(name, value);
        else figure.removeAttribute(name);
      }
    }
  };
  addEventListener("resize", reach);
  addEventListener("load", reach);
})();
