import { h, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";

const INLINE =
  /`([^`]+)`|\$([^\s$](?:[^$]*[^\s$])?)\$|\*\*([^*]+)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*/g;

/** Text with `code`, *emphasis*, **bold** and $tex$ as nodes; everything else stays plain text. */
function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [all, code, tex, bold, emphasis] = match;
    nodes.push(text.slice(end, match.index));
    end = match.index + all.length;
    if (code !== undefined) nodes.push(h("code", {}, code));
    else if (bold !== undefined) nodes.push(h("strong", {}, ...inline(bold)));
    else if (emphasis !== undefined) nodes.push(h("em", {}, ...inline(emphasis)));
    // A page that has MathJax sets it; elsewhere the source is readable as code.
    else if (window.MathJax)
      nodes.push(h("span", { class: "math mathjax_process" }, `\\(${tex}\\)`));
    else nodes.push(h("code", { class: "dl-quiz-tex" }, tex));
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

/** Paragraphs of a text, each a <span> shown as a block (so that a legend may hold them). */
function paragraphs(text) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((part) => h("span", { class: "dl-quiz-paragraph" }, ...inline(part)));
}

function typeset(element) {
  window.MathJax?.typesetPromise?.([element]).catch(() => {});
}

/** What is right about a given answer: { right, feedback }, or null when it answers nothing. */
function judge(question, given) {
  if (question.kind === "choice") {
    const answer = question.answers.find(({ text }) => text === given);
    return answer ? { right: Boolean(answer.correct), feedback: answer.feedback } : null;
  }
  if (typeof given !== "number" || !Number.isFinite(given)) return null;
  const near = (value) =>
    Math.abs(given - value) <= (question.tolerance ?? 0) + 1e-12 * Math.abs(value);
  if (near(question.answer)) return { right: true, feedback: question.feedback_right };
  const known = (question.wrong ?? []).find(({ value }) => near(value));
  return { right: false, feedback: known?.feedback ?? question.feedback_wrong };
}

/** What this browser kept of a quiz: { question id: given }; nothing when that is unreadable. */
function storage(model) {
  const key = `dlcourse.quiz.${model.get("quiz")}`;
  const kept = Boolean(model.get("_in_page"));
  return {
    load() {
      try {
        const found = kept ? JSON.parse(localStorage.getItem(key)) : null;
        return found !== null && typeof found === "object" && !Array.isArray(found) ? found : {};
      } catch {
        return {};
      }
    },
    save(answers) {
      try {
        if (!kept) return;
        if (Object.keys(answers).length) localStorage.setItem(key, JSON.stringify(answers));
        else localStorage.removeItem(key);
      } catch {
        // Storage is switched off or full: the quiz works, it forgets on leaving.
      }
    },
  };
}

/** The controls of a question: { inputs, body, read(), set(given) }; read gives undefined for none. */
function answerControls(question) {
  const name = uid("dl-quiz");
  if (question.kind === "choice") {
    const inputs = question.answers.map(({ text }) =>
      h("input", { type: "radio", name, value: text }),
    );
    const body = inputs.map((input, i) =>
      h(
        "label",
        { class: "dl-quiz-answer" },
        input,
        h("span", {}, ...inline(question.answers[i].text)),
      ),
    );
    return {
      inputs,
      body,
      read: () => inputs.find((input) => input.checked)?.value,
      set: (given) => {
        inputs.find((input) => input.value === given).checked = true;
      },
    };
  }
  const input = h("input", {
    type: "number",
    step: "any",
    inputmode: "decimal",
    id: name,
    "data-lm-suppress-shortcuts": "true",
  });
  const body = [
    h(
      "div",
      { class: "dl-quiz-number" },
      h("label", { for: name }, "Your answer"),
      input,
      question.unit ? h("span", {}, question.unit) : null,
    ),
  ];
  return {
    inputs: [input],
    body,
    read: () => (input.value === "" ? undefined : input.valueAsNumber),
    set: (given) => {
      input.value = given;
    },
  };
}

/** Right or wrong and why, or nothing, in the place for it. */
function showVerdict(feedback, verdict) {
  feedback.className = `dl-quiz-feedback ${verdict ? `dl-quiz-${verdict.right ? "right" : "wrong"}` : ""}`;
  const mark = verdict?.right ? "✓ Right. " : "✗ Not yet. ";
  feedback.replaceChildren(
    ...(verdict ? [h("strong", {}, mark), ...inline(verdict.feedback ?? "")] : []),
  );
  typeset(feedback);
}

/** One question; onAnswer(given) when an answer was checked. Returns { el, focus(), clear(), restore(given) }. */
function makeQuestion(question, index, onAnswer) {
  const controls = answerControls(question);
  const feedback = h("p", { class: "dl-quiz-feedback", role: "status" });
  const check = () => {
    const given = controls.read();
    const verdict = judge(question, given);
    showVerdict(feedback, verdict);
    if (verdict) onAnswer(given);
    else
      feedback.textContent =
        question.kind === "choice" ? "Choose an answer first." : "Type a number first.";
  };
  const legend = h(
    "legend",
    {},
    h("span", { class: "dl-quiz-index" }, `${index + 1}. `),
    ...paragraphs(question.text),
  );
  const code = question.code
    ? h("pre", { tabindex: "0" }, h("code", {}, question.code.replace(/\n$/, "")))
    : null;
  const el = h(
    "form",
    {
      class: "dl-quiz-question",
      submit: (event) => {
        event.preventDefault();
        check();
      },
    },
    h(
      "fieldset",
      {},
      legend,
      code,
      ...controls.body,
      h("button", { type: "submit", class: "dl-button" }, "Check"),
      feedback,
    ),
  );
  el.noValidate = true;
  return {
    el,
    focus: () => controls.inputs[0].focus(),
    clear() {
      el.reset();
      showVerdict(feedback, null);
    },
    /** Whether what was given once is still an answer. */
    restore(given) {
      const verdict = judge(question, given);
      if (!verdict) return false;
      controls.set(given);
      showVerdict(feedback, verdict);
      return true;
    },
  };
}

/** How far a reader is: { right, answered, of }. */
function scoreOf(questions, given) {
  const judged = questions.map((question) => judge(question, given[question.id]));
  return {
    right: judged.filter((verdict) => verdict?.right).length,
    answered: judged.filter(Boolean).length,
    of: questions.length,
  };
}

/** The live sentence. */
function sentence({ right, answered, of }) {
  if (answered === 0) return "No answer checked yet.";
  const rest = answered < of ? `, ${of - answered} to go.` : ".";
  return `${right === of ? "✓ " : ""}${right} of ${of} right${rest}`;
}

/** A quiz: native controls, a reason for every answer, a score. */
function render({ model, el }) {
  const questions = model.get("questions");
  const store = storage(model);
  let given = {};
  const remember = () => {
    store.save(given);
    const score = scoreOf(questions, given);
    ui.say(sentence(score));
    model.set("answers", { ...given });
    model.set("score", score.right);
    model.save_changes();
    // The site's page adds it to the reader's progress; elsewhere nobody listens.
    el.dispatchEvent(new CustomEvent("dlcourse:quiz", { bubbles: true, detail: score }));
  };
  const ui = frame(
    { model, el },
    {
      label: model.get("title"),
      resetLabel: "Try again",
      reset: () => {
        given = {};
        forms.forEach((form) => form.clear());
        remember();
        forms[0].focus();
      },
    },
  );
  ui.picture.classList.add("dl-quiz");
  const forms = questions.map((question, i) =>
    makeQuestion(question, i, (answer) => {
      given[question.id] = answer;
      remember();
    }),
  );
  ui.picture.append(...forms.map((form) => form.el));
  const old = store.load();
  forms.forEach((form, i) => {
    const { id } = questions[i];
    if (form.restore(old[id])) given[id] = old[id];
  });
  if (Object.keys(given).length) remember();
  else ui.say(sentence(scoreOf(questions, given)));
  typeset(ui.picture);
  return ui.destroy;
}

export default { render };
