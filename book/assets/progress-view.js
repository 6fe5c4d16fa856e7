// Shows the reader's progress and notes it: ticks, sections read, the place to continue at.
(() => {
  const store = window.dlcourseProgress;
  const block = document.querySelector(".dl-progress");
  if (!store || !block) return;
  const root = new URL("..", new URL(".", document.currentScript.src)).href;
  const page = block.dataset.page;
  const isChapter = page.startsWith("chapters/");
  const totals = JSON.parse(block.dataset.chapters); // page → { title, sections, exercises, questions }
  const AT_REST = 1000; // milliseconds without scrolling after which what is on the screen counts as read

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  const some = (count, of, what) => `${count} of ${of} ${what}`;

  // --- What the reader does on a chapter's page ---------------------------------------------------
  const sections = isChapter
    ? [...document.querySelectorAll("article.bd-article > section > section")]
    : [];

  /** The place to continue at, on this page. */
  const place = () => ({ page, ...window.dlcoursePlace() });

  function notePlace(progress) {
    // A page that was only opened does not take the place that was left.
    if (scrollY > 0 || progress.last === null) progress.last = place();
  }

  function noteRest() {
    if (document.visibilityState !== "visible") return;
    const ended = sections.filter((section) => {
      const { bottom } = section.getBoundingClientRect();
      return bottom > 0 && bottom <= innerHeight + 1;
    });
    store.change(page, (record, progress) => {
      notePlace(progress);
      record.sections = [...new Set([...record.sections, ...ended.map(({ id }) => id)])];
      if (sections.every(({ id }) => record.sections.includes(id))) record.read = true;
    });
  }

  function showStored(tick) {
    tick.closest("p").querySelector(".dl-tick-note")?.remove();
    if (tick.checked && !store.keeps()) {
      tick
        .closest("p")
        .append(element("span", { class: "dl-tick-note", role: "status" }, store.REFUSED));
    }
  }

  function listen() {
    let waiting;
    const wait = () => {
      clearTimeout(waiting);
      waiting = setTimeout(noteRest, AT_REST);
    };
    addEventListener("scroll", wait, { passive: true });
    addEventListener("resize", wait);
    document.addEventListener("visibilitychange", wait);
    addEventListener("pagehide", () => store.change(page, (_, progress) => notePlace(progress)));
    wait();
    document.addEventListener("change", ({ target }) => {
      if (!target.closest(".dl-tick")) return;
      store.change(page, (record) => {
        const { exercise } = target.dataset;
        if (exercise === undefined) {
          record.read = target.checked;
          record.sections = target.checked ? sections.map(({ id }) => id) : [];
        } else {
          record.exercises = record.exercises.filter((one) => one !== exercise);
          if (target.checked) record.exercises.push(exercise);
        }
      });
      showStored(target);
    });
    document.addEventListener("dlcourse:quiz", ({ detail }) => {
      store.change(page, (record) => {
        record.quiz = detail.answered ? { right: detail.right, of: detail.of } : null;
      });
    });
  }

  function showTicks(progress) {
    const record = progress.pages[page];
    for (const tick of document.querySelectorAll(".dl-tick input")) {
      tick.closest("p").hidden = false;
      tick.checked =
        tick.dataset.exercise === undefined
          ? Boolean(record?.read)
          : Boolean(record?.exercises.includes(tick.dataset.exercise));
    }
  }

  // --- What every page shows ----------------------------------------------------------------------
  function sums(progress) {
    const known = Object.keys(totals);
    const sum = (work) =>
      known.reduce((total, name) => total + work(progress.pages[name], totals[name]), 0);
    return {
      chapters: known.length,
      read: sum((record) => (record?.read ? 1 : 0)),
      exercises: sum((_, { exercises }) => exercises),
      solved: sum((record) => record?.exercises.length ?? 0),
      questions: sum((_, { questions }) => questions),
      right: sum((record) => record?.quiz?.right ?? 0),
    };
  }

  /** A link to the place where the reader stopped, or nothing where there is none in this edition. */
  function continued(progress) {
    const { last } = progress;
    if (last === null || !(last.page in totals)) return null;
    const title = totals[last.page].title + (last.title ? ` › ${last.title}` : "");
    return element("a", { href: `${root}${last.page}.html${last.id ? `#${last.id}` : ""}` }, title);
  }

  let left; // the link to the place that was left before this page was opened

  function showBlock(progress) {
    const { read, chapters } = sums(progress);
    // Whoever reads a chapter needs no link to where they are, and its coming would move the contents.
    if (left === undefined || !isChapter) left = continued(progress);
    const link = left;
    const begun = link !== null || read > 0;
    block.querySelector(".dl-progress-count").textContent = begun
      ? some(read, chapters, "chapters read")
      : "";
    const place = block.querySelector(".dl-progress-continue");
    place.hidden = link === null;
    if (link) place.replaceChildren("Continue where you stopped: ", link);
  }

  /** A sign before each chapter in the contents, with its words for those who listen. */
  function showMarks(progress) {
    for (const link of document.querySelectorAll(".dl-sidebar .bd-toc-item a, .dl-card-title a")) {
      const name =
        link.getAttribute("href") === "#"
          ? page
          : Object.keys(totals).find((one) => link.href.startsWith(`${root}${one}.html`));
      if (!(name in totals)) continue;
      const record = progress.pages[name];
      const begun = record && (record.sections.length || record.exercises.length || record.quiz);
      const [sign, words] = record?.read ? ["✓", "read"] : begun ? ["•", "begun"] : ["", ""];
      link.querySelector(".dl-mark")?.remove();
      if (!sign) continue;
      const spoken = element("span", { class: "visually-hidden" }, `, ${words}`);
      link.append(
        element(
          "span",
          { class: `dl-mark dl-mark-${words}` },
          element("span", { "aria-hidden": "true" }, sign),
          spoken,
        ),
      );
    }
  }

  function showCover(progress) {
    const cover = document.querySelector(".dl-progress-cover");
    const link = continued(progress);
    if (!cover || !link) {
      cover?.replaceChildren();
      return;
    }
    const { read, chapters, solved, exercises, right, questions } = sums(progress);
    const counts = [
      some(read, chapters, "chapters read"),
      some(solved, exercises, "exercises solved"),
      some(right, questions, "quiz questions right"),
    ].join(", ");
    cover.replaceChildren(
      element("p", { class: "dl-progress-place" }, "Continue where you stopped", link),
      element(
        "p",
        {},
        `${counts}. `,
        element("a", { href: `${root}progress.html` }, "Your progress"),
      ),
    );
  }

  function showTable(progress) {
    for (const row of document.querySelectorAll("tr[data-chapter]")) {
      const { sections: all, exercises, questions } = totals[row.dataset.chapter];
      const record = progress.pages[row.dataset.chapter];
      const cells = row.querySelectorAll("td");
      const sectionsRead = record?.read ? all : Math.min(record?.sections.length ?? 0, all);
      cells[0].textContent = `${record?.read ? "✓ " : ""}${sectionsRead} of ${all}`;
      cells[1].textContent = `${Math.min(record?.exercises.length ?? 0, exercises)} of ${exercises}`;
      cells[2].textContent = record?.quiz
        ? `${record.quiz.right} of ${record.quiz.of}`
        : `– of ${questions}`;
    }
  }

  // --- The page of the progress: save, load, delete -----------------------------------------------
  function manage(box) {
    const status = box.querySelector("[role=status]");
    const file = box.querySelector("input[type=file]");
    const dialog = box.querySelector("dialog");
    if (!store.keeps()) box.querySelector(".dl-refused").textContent = store.REFUSED;
    box.querySelector(".dl-from-file").hidden = location.protocol !== "file:";

    box.querySelector("[data-work=save]").addEventListener("click", () => {
      const address = URL.createObjectURL(
        new Blob([store.exported()], { type: "application/json" }),
      );
      const name = `deep-learning-progress-${new Date().toISOString().slice(0, 10)}.json`;
      element("a", { href: address, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      status.textContent = `Saved as ${name}, where your browser keeps downloads.`;
    });
    box.querySelector("[data-work=load]").addEventListener("click", () => file.click());
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      try {
        store.add(await chosen.text());
        status.textContent = `Added what ${chosen.name} holds to what was here.`;
      } catch (error) {
        status.textContent = `Nothing was changed. ${error.message}`;
      }
      file.value = "";
    });
    box.querySelector("[data-work=delete]").addEventListener("click", () => dialog.showModal());
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "delete") return;
      dialog.returnValue = "";
      store.remove();
      status.textContent = "Deleted. Nothing of your progress is left in this browser.";
    });
  }

  function show() {
    const progress = store.load();
    showBlock(progress);
    showMarks(progress);
    showCover(progress);
    showTable(progress);
    if (isChapter) showTicks(progress);
  }

  if (isChapter) listen();
  const box = document.querySelector(".dl-progress-page");
  if (box) manage(box);
  store.watch(show);
  show();
})();
