// Small repairs that need the page: names for the theme's dialogs.
(() => {
  const names = {
    "pst-search-dialog": "Search the book",
    "pst-primary-sidebar-modal": "Contents of the book",
    "pst-secondary-sidebar-modal": "On this page",
  };
  for (const [id, name] of Object.entries(names)) {
    document.getElementById(id)?.setAttribute("aria-label", name);
  }
})();
