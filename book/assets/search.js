// The search: results while you type, in the dialog of every page, on the search's own page, and on
// the page that says an address leads nowhere. No server, also from a file:// address.
(() => {
  const folder = new URL(".", document.currentScript.src).href;
  const root = new URL("..", folder).href;
  const IN_DIALOG = 8;
  const KINDS = { term: "Glossary", symbol: "Notation" };

  const load = (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = folder + name;
      script.async = true;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${name} could not be loaded`));
      document.head.append(script);
    });

  let finder;
  /** The finder; its script and the index are fetched when the first search begins. */
  function ready() {
    finder ??= Promise.all([load("search-find.js"), load("search-index.js")])
      .then(() => window.dlcourseSearch.prepare(window.dlcourseSearchIndex))
      .catch((error) => {
        finder = undefined;
        throw error;
      });
    return finder;
  }

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children);
    return made;
  }

  function marked(text, tokens) {
    return window.dlcourseSearch
      .excerpt(text, tokens)
      .map((part) => (part.hit ? element("mark", "", part.text) : part.text));
  }

  function item(result, tokens) {
    const link = element("a");
    link.href = `${root}${result.page}.html#${result.id}`;
    const title = element("span", "dl-result-title");
    // The markup is our own: book/search.py made it from the book's formulas.
    if (result.html) title.innerHTML = result.html;
    else title.textContent = result.title;
    const trail = [KINDS[result.kind] ?? result.pageTitle, ...(result.under ?? [])];
    const isPage = result.kind === "section" && trail.at(-1).endsWith(result.title);
    if (!isPage) link.append(element("span", "dl-result-trail", `${trail.join(" › ")} › `));
    else title.textContent = result.pageTitle;
    link.append(title);
    const words = result.text ? element("p", "dl-result-text", ...marked(result.text, tokens)) : "";
    return element("li", "", link, words);
  }

  function say(count, query, instead) {
    if (!count)
      return `Nothing found for “${query}”. Try a shorter word, or look through the contents.`;
    const results = `${count} ${count === 1 ? "result" : "results"}`;
    return instead ? `Nothing found for “${query}”. ${results} for “${instead}”:` : results;
  }

  /** Shows results under a form of the search while its field is typed in. */
  function attach(form) {
    const input = form.querySelector("input");
    const inDialog = Boolean(form.closest("dialog"));
    const status = element("p", "dl-results-status");
    status.setAttribute("role", "status");
    const list = element("ol", "dl-results-list");
    const more = element("p", "dl-results-more");
    form.after(element("div", "dl-results", status, list, more));
    let latest = 0;

    async function update() {
      const query = input.value.trim();
      const mine = (latest += 1);
      const begin = performance.now();
      if (!query) {
        status.textContent = "";
        list.replaceChildren();
        more.replaceChildren();
        return;
      }
      let find;
      try {
        find = await ready();
      } catch {
        status.textContent = "The search's index could not be loaded. Load the page again.";
        list.replaceChildren();
        more.replaceChildren();
        return;
      }
      if (mine !== latest) return;
      const { results, tokens, instead } = find(query);
      const shown = inDialog ? results.slice(0, IN_DIALOG) : results;
      list.replaceChildren(...shown.map((result) => item(result, tokens)));
      status.textContent = say(results.length, query, instead);
      more.replaceChildren();
      if (shown.length < results.length) {
        const all = element("a", "", `All ${results.length} results`);
        all.href = `${form.action}?q=${encodeURIComponent(query)}`;
        more.append(all);
      }
      form.dataset.milliseconds = (performance.now() - begin).toFixed(1);
    }

    const links = () => [...form.parentElement.querySelectorAll(".dl-results a")];
    function walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const stops = [input, ...links()];
      const at = stops.indexOf(document.activeElement);
      if (!step || at < 0 || !stops[at + step]) return;
      event.preventDefault();
      stops[at + step].focus();
    }
    form.parentElement.addEventListener("keydown", walk);
    // A result on this page: the dialog makes way.
    form.parentElement.addEventListener("click", (event) => {
      if (event.target.closest(".dl-results a")) form.closest("dialog")?.close();
    });
    input.addEventListener("input", update);
    input.addEventListener("focus", () => ready().catch(() => {}), { once: true });
    if (!inDialog)
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        history.replaceState(null, "", `?q=${encodeURIComponent(input.value.trim())}`);
        update();
      });
    return { input, update };
  }

  /** The words of an address that leads nowhere: "/course/05-optimizers.html" is about optimizers. */
  function wordsOfAddress() {
    let last = location.pathname.split("/").filter(Boolean).at(-1) ?? "";
    try {
      last = decodeURIComponent(last);
    } catch {
      // A lone % is a letter like others.
    }
    return last
      .replace(/\.\w+$/, "")
      .replace(/[^\p{L}]+/gu, " ")
      .trim();
  }

  for (const form of document.querySelectorAll("form.bd-search")) {
    const { input, update } = attach(form);
    if (form.closest("dialog")) continue;
    input.value =
      new URLSearchParams(location.search).get("q") ??
      (form.hasAttribute("data-from-address") ? wordsOfAddress() : "");
    if (input.value) update();
  }
})();
