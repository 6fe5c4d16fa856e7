// Runs before the first paint, so that a page in the dark does not flash white.
(() => {
  const page = document.documentElement.dataset;
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || mode;
    // Keeps room for what progress-view.js will show.
    if (localStorage.getItem("dlcourse.progress")) page.returning = "";
  } catch {
    // Storage is closed to this page: the system's colours hold.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  page.mode = mode;
  page.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
})();
