// Elements, ids and one redraw per frame.

const SVG = "http://www.w3.org/2000/svg";

/** Set attributes (functions as listeners, null and false left out) and append children. */
export function fill(element, attributes = {}, ...children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** An HTML element: h("p", { class: "note", click: onClick }, "text", child). */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, ...children);
}

/** An SVG element, made as h makes HTML. */
export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, ...children);
}

/** An id that no other explorable of the page has; the same on every load of the page. */
export function uid(prefix = "dl") {
  const key = Symbol.for("dlcourse.ids");
  globalThis[key] = (globalThis[key] ?? 0) + 1;
  return `${prefix}-${globalThis[key]}`;
}

/** Wrap `work` so that many calls before the next frame cause one run in it; `.cancel()` drops it. */
export function oncePerFrame(work) {
  let waiting = 0;
  const ask = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      work();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(waiting);
    waiting = 0;
  };
  return ask;
}

/** Whether a key is pressed with Alt, Ctrl or Meta: the browser's own, such as Alt+Left for Back. */
export function isChord(event) {
  return event.altKey || event.ctrlKey || event.metaKey;
}

/** Where a pointer is in an element, in the element's own pixels: slides are shown scaled. */
export function pointerIn(element, event) {
  const box = element.getBoundingClientRect();
  const ratio = box.width / element.clientWidth;
  const scale = Math.abs(ratio - 1) < 0.01 ? 1 : ratio; // clientWidth is rounded
  return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
}

/** `value` held between `low` and `high`. */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** A number with `digits` decimals, a true minus sign, and no "-0". */
export function format(value, digits = 2) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}
