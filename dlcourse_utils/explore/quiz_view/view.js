import { h, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";

const INLINE = /`([^`]+)`|\$([^\s$](?:[^$]*[^\s$])?)\$|\*\*([^*]+)\*\*|\*([^\s*](?:[^*]*[^\s*])?)\*/g;

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
    else if (window.MathJax) nodes.push(h("span", { class: "math mathjax_process" }, `\\(${tex}\\)`));
    else nodes.push(h("code", { class: "dl-quiz-tex" }, tex));
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

/** Paragraphs of a text, each a <span> shown as a block (so that a legend may hold them). */
function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).map((part) => h("span", { class: "dl-quiz-paragraph" }, ...inline(part)));
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
  const near = (value) => Math.abs(given - value) <= (question.tolerance ?? 0) + 1e-12 * Math.abs(value);
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

/** A quiz: native controls, a reason for every answer, a score. */
function render({ model, el }) {
  const questions = model.get("questions");
  const store = storage(model);
  let given = {};

  const score = () => {
    const judged = questions.map((question) => judge(question, given[question.id]));
    const right = judged.filter((verdict) => verdict?.right).length;
    const answered = judged.filter(Boolean).length;
    ui.say(answered === 0 ? "No answer checked yet."
      : `${right === questions.length ? "✓ " : ""}${right} of ${questions.length} right`
        + (answered < questions.length ? `, ${questions.length - answered} to go.` : "."));
    return { right, answered, of: questions.length };
  };
  const remember = () => {
    store.save(given);
    const result = score();
    model.set("answers", { ...given });
    model.set("score", result.right);
    model.save_changes();
    // The site's page adds it to the reader's progress; elsewhere nobody listens.
    el.dispatchEvent(new CustomEvent("dlcourse:quiz", { bubbles: true, detail: result }));
  };

  const ui = frame({ model, el }, { label: model.get("title"), resetLabel: "Try again", reset: () => {
    given = {};
    forms.forEach((form) => form.clear());
    remember();
    forms[0].focus();
  } });

  const makeQuestion = (question, index) => {
    const name = uid("dl-quiz");
    const feedback = h("p", { class: "dl-quiz-feedback", role: "status" });
    let inputs;
    let body;
    if (question.kind === "choice") {
      inputs = question.answers.map(({ text }) => h("input", { type: "radio", name, value: text }));
      body = inputs.map((input, i) => h("label", { class: "dl-quiz-answer" }, input,
        h("span", {}, ...inline(question.answers[i].text))));
    } else {
      inputs = [h("input", { type: "number", step: "any", inputmode: "decimal", id: name,
        "data-lm-suppress-shortcuts": "true" })];
      body = [h("div", { class: "dl-quiz-number" }, h("label", { for: name }, "Your answer"), inputs[0],
        question.unit ? h("span", {}, question.unit) : null)];
    }
    const read = () => {
      if (question.kind === "choice") return inputs.find((input) => input.checked)?.value;
      return inputs[0].value === "" ? undefined : inputs[0].valueAsNumber;
    };
    const showVerdict = (verdict) => {
      feedback.className = `dl-quiz-feedback ${verdict ? `dl-quiz-${verdict.right ? "right" : "wrong"}` : ""}`;
      feedback.replaceChildren(...(verdict ? [h("strong", {}, verdict.right ? "✓ Right. " : "✗ Not yet. "),
        ...inline(verdict.feedback ?? "")] : []));
      typeset(feedback);
    };
    const check = () => {
      const verdict = judge(question, read());
      if (!verdict) {
        showVerdict(null);
        feedback.textContent = question.kind === "choice" ? "Choose an answer first." : "Type a number first.";
        return;
      }
      given[question.id] = read();
      showVerdict(verdict);
      remember();
    };
    const form = h("form", { class: "dl-quiz-question", submit: (event) => {
      event.preventDefault();
      check();
    } }, h("fieldset", {},
      h("legend", {}, h("span", { class: "dl-quiz-index" }, `${index + 1}. `), ...paragraphs(question.text)),
      question.code ? h("pre", { tabindex: "0" }, h("code", {}, question.code.replace(/\n$/, ""))) : null,
      ...body, h("button", { type: "submit", class: "dl-button" }, "Check"), feedback));
    form.noValidate = true;
    ui.picture.append(form);
    return {
      focus: () => inputs[0].focus(),
      clear() {
        form.reset();
        showVerdict(null);
      },
      restore(value) {
        const verdict = judge(question, value);
        if (!verdict) return;
        given[question.id] = value;
        if (question.kind === "choice") inputs.find((input) => input.value === value).checked = true;
        else inputs[0].value = value;
        showVerdict(verdict);
      },
    };
  };

  ui.picture.classList.add("dl-quiz");
  const forms = questions.map(makeQuestion);
  const old = store.load();
  forms.forEach((form, i) => form.restore(old[questions[i].id]));
  if (Object.keys(given).length) remember();
  else score();
  typeset(ui.picture);
  return ui.destroy;
}

export default { render };
