import { h } from "./dom.js";

const QUIET_MS = 500;

/**
 * The frame of every explorable: picture, controls, live sentence with Reset, caption.
 * Returns { root, picture, controls, say(text), cleanup(fn), destroy() }; render returns `destroy`.
 */
export function frame({ model, el }, { label, reset = null, resetLabel = "Reset" }) {
  const inPage = Boolean(model.get("_in_page"));
  const caption = model.get("caption");
  const picture = h("div", { class: "dl-picture" });
  const controls = h("div", { class: "dl-controls" });
  const live = h("p", { class: "dl-live", "aria-live": "polite" });
  const status = h("div", { class: "dl-status" }, live);
  if (reset) {
    status.append(
      h("button", { type: "button", class: "dl-button dl-reset", click: reset }, resetLabel),
    );
  }
  // A page that holds the explorable in a figure of its own already shows the caption there.
  const root = h(
    inPage ? "div" : "figure",
    { class: "dl-frame", role: "group", "aria-label": label },
    picture,
    controls,
    status,
  );
  if (caption && !inPage) root.append(h("figcaption", { class: "dl-caption" }, caption));
  el.classList.add("dl-explorable-root");
  el.replaceChildren(root);

  let quiet = 0;
  const say = (text) => {
    if (live.textContent === text) return;
    // Busy while numbers run, so that a screen reader hears the result and not every frame of it.
    live.setAttribute("aria-busy", "true");
    live.textContent = text;
    clearTimeout(quiet);
    quiet = setTimeout(() => live.removeAttribute("aria-busy"), QUIET_MS);
  };

  const cleanups = [];
  const destroy = () => {
    clearTimeout(quiet);
    while (cleanups.length) cleanups.pop()();
  };
  return { root, picture, controls, say, cleanup: (work) => cleanups.push(work), destroy };
}
