// What the reader has done, kept in this browser alone: places, sections read, exercises ticked,
// quiz results, code. The store alone; progress-view.js shows it.
(() => {
  const KEY = "dlcourse.progress";
  const QUIZ_KEY = "dlcourse.quiz."; // where quiz_view.js keeps a quiz's answers
  const CODE_KEY = "dlcourse.code."; // where in-page/places.js keeps what is typed
  const FORMAT = "dlcourse-progress";
  const VERSION = 1;
  const LARGEST_FILE = 5_000_000; // bytes, what a browser keeps at the most
  const PAGE = /^chapters\/[a-z0-9][a-z0-9-]*$/;
  const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u;
  const PLACE = /^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u; // an exercise, or a chapter's cell

  const REFUSED =
    "This browser keeps nothing for this page: a private window, or storage is switched off. " +
    "What you do here is forgotten when you leave.";

  const FULL =
    "This browser has no room for what the file holds. Delete what other sites keep, and load it again.";

  const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const isCount = (value) => Number.isInteger(value) && value >= 0;
  const names = (value) =>
    Array.isArray(value) ? value.filter((one) => typeof one === "string" && NAME.test(one)) : [];
  const union = (one, other) => [...new Set([...one, ...other])];

  /** One page's record with what is valid in it, and every part there. */
  function cleanPage(found) {
    const page = isRecord(found) ? found : {};
    const { right, of } = isRecord(page.quiz) ? page.quiz : {};
    return {
      read: page.read === true,
      sections: names(page.sections),
      exercises: names(page.exercises),
      quiz: isCount(right) && isCount(of) && right <= of && of > 0 ? { right, of } : null,
    };
  }

  function cleanLast(found) {
    if (!isRecord(found) || !PAGE.test(found.page) || typeof found.title !== "string") return null;
    const id = typeof found.id === "string" && NAME.test(found.id) ? found.id : "";
    return { page: found.page, id, title: found.title.slice(0, 200) };
  }

  /** Progress with what is valid in it: { pages: { page: record }, last: { page, id, title } }. */
  function clean(found) {
    const pages = isRecord(found) && isRecord(found.pages) ? Object.entries(found.pages) : [];
    return {
      pages: Object.fromEntries(
        pages.filter(([page]) => PAGE.test(page)).map(([page, one]) => [page, cleanPage(one)]),
      ),
      last: cleanLast(found?.last),
    };
  }

  /** Whether the browser keeps anything for this page. */
  function keeps() {
    try {
      localStorage.setItem(`${KEY}.probe`, "1");
      localStorage.removeItem(`${KEY}.probe`);
      return true;
    } catch {
      return false;
    }
  }

  // Where the browser refuses, the page itself remembers until it is left.
  let unkept = null;
  function load() {
    if (unkept) return unkept;
    try {
      return clean(JSON.parse(localStorage.getItem(KEY)));
    } catch {
      return clean(null); // refused, or damaged
    }
  }

  const watchers = new Set();
  function save(progress) {
    try {
      localStorage.setItem(KEY, JSON.stringify(progress));
      unkept = null;
    } catch {
      unkept = progress; // refused or full: said on the page by `keeps`
    }
    watchers.forEach((work) => work());
  }

  /** Changes one page's record; other tabs may have changed the rest meanwhile. */
  function change(page, work) {
    const progress = load();
    progress.pages[page] ??= cleanPage(null);
    work(progress.pages[page], progress);
    save(progress);
  }

  const namesUnder = (prefix) => {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
    } catch {
      return [];
    }
  };

  /** What can be read of that kept under a prefix: { name: value }. */
  function keptUnder(prefix) {
    const found = {};
    for (const name of namesUnder(prefix)) {
      try {
        found[name] = JSON.parse(localStorage.getItem(prefix + name));
      } catch {
        // Not ours, or damaged: the quiz or the editor itself begins anew then.
      }
    }
    return found;
  }

  /** Everything that is kept, as the text of a file. */
  function exported() {
    const kept = {
      progress: load(),
      quizzes: keptUnder(QUIZ_KEY),
      code: keptUnder(CODE_KEY),
    };
    return `${JSON.stringify({ format: FORMAT, version: VERSION, ...kept }, null, 1)}\n`;
  }

  /** The content of a file that `exported` wrote; throws an Error that tells the reader what is wrong. */
  function parsed(text) {
    if (text.length > LARGEST_FILE)
      throw new Error("This file is too large to be a progress file.");
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      throw new Error(
        "This is not a progress file: it is not JSON, or it is cut off. Choose a file that “Save to a file” wrote.",
      );
    }
    if (
      !isRecord(found) ||
      found.format !== FORMAT ||
      !isRecord(found.progress) ||
      !isRecord(found.progress.pages)
    ) {
      throw new Error(
        "This file holds something else than progress in this course. Choose a file that “Save to a file” wrote.",
      );
    }
    if (found.version !== VERSION) {
      throw new Error(
        `This file has version ${found.version}; this site reads version ${VERSION}. Load the newest site and try again.`,
      );
    }
    const given = isRecord(found.quizzes) ? Object.entries(found.quizzes) : [];
    const typed = isRecord(found.code) ? Object.entries(found.code) : [];
    const isCode = (one) =>
      isRecord(one) && typeof one.code === "string" && typeof one.starter === "string";
    const answers = (quiz) =>
      Object.entries(quiz).filter(
        ([id, answer]) => NAME.test(id) && (typeof answer === "string" || Number.isFinite(answer)),
      );
    return {
      progress: clean(found.progress),
      quizzes: Object.fromEntries(
        given
          .filter(([name, quiz]) => NAME.test(name) && isRecord(quiz))
          .map(([name, quiz]) => [name, Object.fromEntries(answers(quiz))]),
      ),
      code: Object.fromEntries(typed.filter(([place, one]) => PLACE.test(place) && isCode(one))),
    };
  }

  /** Keeps all of [key, value] or, where the browser is full, nothing of it. */
  function writeAll(entries) {
    const before = entries.map(([key]) => [key, localStorage.getItem(key)]);
    try {
      for (const [key, value] of entries) localStorage.setItem(key, JSON.stringify(value));
    } catch {
      for (const [key, value] of before) {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      }
      throw new Error(FULL);
    }
  }

  /** Adds a file's content to what is here; what is here wins, and nothing is removed. */
  function add(text) {
    const from = parsed(text);
    if (!keeps()) throw new Error(REFUSED);
    const here = load();
    for (const [page, other] of Object.entries(from.progress.pages)) {
      const own = here.pages[page] ?? cleanPage(null);
      here.pages[page] = {
        read: own.read || other.read,
        sections: union(own.sections, other.sections),
        exercises: union(own.exercises, other.exercises),
        quiz: own.quiz ?? other.quiz,
      };
    }
    here.last ??= from.progress.last;
    const answered = keptUnder(QUIZ_KEY);
    const typed = keptUnder(CODE_KEY);
    writeAll([
      ...Object.entries(from.quizzes).map(([name, answers]) => [
        QUIZ_KEY + name,
        { ...answers, ...answered[name] },
      ]),
      ...Object.entries(from.code)
        .filter(([place]) => !typed[place])
        .map(([place, { code, starter }]) => [CODE_KEY + place, { code, starter }]),
    ]);
    save(here);
  }

  function remove() {
    for (const prefix of [QUIZ_KEY, CODE_KEY])
      for (const name of namesUnder(prefix)) localStorage.removeItem(prefix + name);
    unkept = null;
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Refused: there was nothing.
    }
    watchers.forEach((work) => work());
  }

  addEventListener("storage", ({ key }) => {
    if (key === null || key === KEY) watchers.forEach((work) => work());
  });

  window.dlcourseProgress = {
    REFUSED,
    load,
    change,
    exported,
    add,
    remove,
    keeps,
    watch: (work) => watchers.add(work),
  };
})();
