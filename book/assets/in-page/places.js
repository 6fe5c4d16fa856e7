// Under each exercise: the starter in an editor, and Check. Under a cell that a chapter marks for it:
// a button that makes the cell one to change and run. Until an editor is first focused this file is
// all that a page loads of it. What is typed is kept in this browser alone.
(() => {
  const places = [...document.querySelectorAll(".dl-in-page")];
  if (!places.length) return;
  const HERE = new URL(".", document.currentScript.src);
  const KEY = "dlcourse.code."; // + id of the exercise, or chapter/id of the cell
  const PAGE = document.querySelector(".dl-progress")?.dataset.page ?? "";
  const CHAPTER = location.pathname
    .split("/")
    .pop()
    .replace(/\.html$/, "");
  const MEGABYTE = 1_000_000;
  const FROM_DISK =
    "Python needs the site to be served: browsers refuse it to pages opened as files. In the " +
    "course's folder run “make serve”, or open the book's address.";
  const ENDED = {
    stopped: (verb) => `Stopped. Nothing is lost: change your code and press ${verb}.`,
    timeout: (verb) =>
      `Stopped: it took too long. Is there a loop that never ends? Change your code and press ${verb}.`,
    crash: (verb) =>
      `Python gave up, perhaps for want of memory. Your code is kept; press ${verb}, and Python starts anew.`,
  };

  const SAID = { passed: "Right.", ran: "Done." };

  let loading = null; // a promise of { python, attach, rows }
  /** Loads editor and Python, once a page. */
  function load() {
    loading ??= (async () => {
      const rows = fetch(new URL(`${CHAPTER}.json`, HERE)).then((answer) => answer.json());
      const python = await import(new URL("python.js", HERE));
      python.start().catch(() => {}); // said when an answer is asked for
      const { attach } = await import(new URL("editor.js", HERE));
      return { python, attach, rows: await rows };
    })();
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function stored(id) {
    try {
      const found = JSON.parse(localStorage.getItem(KEY + id));
      return typeof found?.code === "string" ? found : null;
    } catch {
      return null; // refused, or damaged
    }
  }

  /** Keeps code, or forgets it where it is the starter; returns whether the browser took it. */
  function keep(id, code, starter) {
    try {
      if (code === starter) localStorage.removeItem(KEY + id);
      else localStorage.setItem(KEY + id, JSON.stringify({ code, starter }));
      return true;
    } catch {
      return false;
    }
  }

  /** What the editor of an exercise stands for: the starter's cell, the check's, and their labels. */
  function exercise(place) {
    const task = place.closest(".dl-task");
    const starter = task.querySelector(".tag_exercise");
    const check = task.querySelector(".tag_check");
    const labels = [starter, check].map((cell) => cell.previousElementSibling);
    return {
      id: place.dataset.exercise,
      verb: "Check",
      result: "Verdict",
      cells: [starter, check, ...labels.filter((one) => one?.matches(".dl-label"))],
      text: sourceOf(starter),
      ask: ({ given, answer }, code) => ({ exercise: place.dataset.exercise, given, code, answer }),
    };
  }

  /** What the editor of a cell stands for: its code, and what it showed, until it is run anew. */
  function cell(place) {
    const [code, output] = [".cell_input", ".cell_output"].map((part) =>
      place.previousElementSibling.querySelector(part),
    );
    return {
      id: `${CHAPTER}/${place.dataset.cell}`,
      verb: "Run",
      result: "Output",
      cells: [code, output].filter(Boolean),
      output: output?.cloneNode(true),
      text: sourceOf(code),
      ask: ({ given }, typed) => ({ given, code: typed }),
    };
  }

  const sourceOf = (one) => `${one.querySelector("pre").textContent.trimEnd()}\n`;

  function field(rows, title, help) {
    return element("textarea", {
      class: "dl-code",
      "aria-label": `Your code: ${title}`,
      "aria-describedby": help,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      wrap: "off",
      rows: String(Math.max(rows, 4)),
    });
  }

  const button = (words) => element("button", { type: "button", class: "dl-action" }, words);

  function build(place, about) {
    const { title } = place.dataset;
    const { id, cells, text, verb } = about;
    const kept = stored(id);
    const help = `dl-help-${id}`;
    const area = field(text.split("\n").length, title, help);
    area.value = kept?.code ?? text;
    const [check, stop, reset] = [verb, "Stop", "Reset"].map(button);
    stop.hidden = true;
    const status = element("p", { class: "dl-in-page-status", role: "status" });
    const verdict = element("div", {
      class: "dl-verdict",
      role: "region",
      "aria-label": `${about.result}: ${title}`,
    });
    const keys = "Tab indents; press Escape, then Tab, to leave the editor.";
    const note = [place.dataset.note, keys].filter(Boolean).join(" ");
    place.replaceChildren(
      area,
      element("div", { class: "dl-in-page-buttons" }, check, stop, reset),
      status,
      verdict,
      element("p", { class: "dl-in-page-help", id: help }, note),
    );
    if (about.output) verdict.append(about.output);
    place.hidden = false;
    for (const one of cells) one.classList.add("dl-static"); // printed all the same
    return { ...about, row: place.dataset.row, area, check, stop, reset, status, verdict, kept };
  }

  const say = (view, words) => {
    if (view.status.textContent !== words) view.status.textContent = words;
  };

  /** Asks for the editor and Python; says in megabytes how far they are. */
  async function prepare(view) {
    if (location.protocol === "file:") {
      say(view, FROM_DISK);
      return null;
    }
    try {
      const loaded = await load();
      view.editor ??= loaded.attach(view.area).catch(() => null); // the plain field stays
      await view.editor;
      return loaded;
    } catch {
      say(
        view,
        `Python could not be loaded. Is there a connection? Your code is kept; press ${view.verb} to try again.`,
      );
      return null;
    }
  }

  function showProgress(view, python) {
    python.watch(({ kind, bytes }) => {
      if (!view.asked) return;
      if (kind === "loaded") say(view, `Loading Python, once: ${(bytes / MEGABYTE).toFixed(1)} MB`);
      if (kind === "ready") say(view, "Python is ready.");
      if (kind === "running") say(view, "Running …");
    });
  }

  function show(view, found) {
    view.verdict.replaceChildren();
    if (found.status in ENDED) {
      say(view, ENDED[found.status](view.verb));
      return;
    }
    say(view, SAID[found.status] ?? "Checked: see below.");
    if (found.printed) view.verdict.append(element("pre", { class: "dl-printed" }, found.printed));
    view.verdict.insertAdjacentHTML("beforeend", found.html); // the check's own, escaped in Python
    if (found.status === "passed") tick(view.id);
  }

  function tick(id) {
    window.dlcourseProgress?.change(PAGE, (record) => {
      record.exercises = [...new Set([...record.exercises, id])];
    });
  }

  async function answer(view) {
    view.asked = true;
    view.check.disabled = true;
    view.stop.hidden = false;
    say(view, "Starting Python …");
    const loaded = await prepare(view);
    if (loaded) {
      if (!view.watching) showProgress(view, loaded.python);
      view.watching = true;
      try {
        const question = view.ask(loaded.rows[view.row], view.area.value);
        show(view, await loaded.python.ask(question));
      } catch (problem) {
        say(
          view,
          `Python could not start: ${problem.message}. Your code is kept; press ${view.verb} to try again.`,
        );
      }
    }
    view.asked = false;
    view.check.disabled = false;
    view.stop.hidden = true;
  }

  function listen(view) {
    view.area.addEventListener("focus", () => prepare(view), { once: true });
    view.area.addEventListener("input", () => {
      if (!keep(view.id, view.area.value, view.text))
        say(
          view,
          "This browser keeps nothing here: storage is full or switched off. What you type is lost when you leave.",
        );
    });
    view.check.addEventListener("click", () => answer(view));
    view.stop.addEventListener("click", async () => (await load()).python.stop());
    view.reset.addEventListener("click", async () => {
      view.area.value = view.text;
      keep(view.id, view.text, view.text);
      (await view.editor)?.set(view.text);
      view.verdict.replaceChildren(...(view.output ? [view.output] : []));
      say(view, view.output ? "The chapter’s code is back." : "The starter is back.");
    });
    addEventListener("storage", async ({ key }) => {
      if (key !== KEY + view.id || view.area.closest(":focus-within")) return;
      view.area.value = stored(view.id)?.code ?? view.text;
      (await view.editor)?.set(view.area.value);
    });
    if (view.kept && view.kept.starter !== view.text)
      say(
        view,
        "The starter has changed since you wrote this. Yours is kept; Reset shows the new one.",
      );
  }

  /** A cell stays as it is printed until a reader wants to change it, or has. */
  function offer(place) {
    const about = cell(place);
    if (stored(about.id)) {
      listen(build(place, about));
      return;
    }
    const open = element(
      "button",
      {
        type: "button",
        class: "dl-action dl-try",
        "aria-label": `Change and run: ${place.dataset.title}`,
      },
      "Change and run",
    );
    open.addEventListener("click", () => {
      const view = build(place, about);
      listen(view);
      view.area.focus();
    });
    place.append(open);
    place.hidden = false;
  }

  for (const place of places) {
    place.dataset.row = place.dataset.exercise ?? place.dataset.cell;
    if (place.dataset.cell) offer(place);
    else listen(build(place, exercise(place)));
  }
})();
