import { format, h, isChord, svg, uid } from "./dom.js";

function labelled(parent, label, input, ...more) {
  input.id = uid("dl-control");
  const text = h("label", { for: input.id }, label);
  const box = h("div", { class: "dl-control" }, text, input, ...more);
  parent.append(box);
  return box;
}

/**
 * A range input with its value beside it. onInput(value) while it moves, onChange(value) when it is
 * let go. `show(value)` words the value; `step` is the finest grain, an arrow key moves by it or by
 * a hundredth of the range, whichever is more. Returns { box, input, set(value) }; set calls nothing
 * back.
 */
export function slider(
  parent,
  { label, min, max, step, value, show = (v) => format(v, 2), onInput, onChange },
) {
  const output = h("span", { class: "dl-value", "aria-hidden": "true" });
  const input = h("input", { type: "range", min, max, step, "data-lm-suppress-shortcuts": "true" });
  const box = labelled(parent, label, input, output);
  box.classList.add("dl-slider");
  const name = () => {
    output.textContent = show(input.valueAsNumber);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  const set = (next) => {
    input.value = next;
    name();
  };
  input.addEventListener("input", () => {
    name();
    onInput?.(input.valueAsNumber);
  });
  input.addEventListener("change", () => onChange?.(input.valueAsNumber));
  const stride = Math.max(step, (max - min) / 100);
  const ways = { ArrowLeft: -stride, ArrowDown: -stride, ArrowRight: stride, ArrowUp: stride };
  input.addEventListener("keydown", (event) => {
    if (!(event.key in ways) || isChord(event)) return;
    event.preventDefault();
    set(input.valueAsNumber + ways[event.key]);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  set(value);
  return { box, input, set };
}

/** A select; options are strings or { value, text }. Returns { box, input, set(value) }. */
export function select(parent, { label, options, value, onChange }) {
  const input = h(
    "select",
    {},
    ...options.map((option) =>
      h("option", { value: option.value ?? option }, option.text ?? option),
    ),
  );
  const box = labelled(parent, label, input);
  input.addEventListener("change", () => onChange?.(input.value));
  input.value = value;
  return {
    box,
    input,
    set: (next) => {
      input.value = next;
    },
  };
}

/**
 * A number field; onChange(value) gets only numbers that are allowed, and in place of any other the
 * last one comes back. With `between`, arrows go in steps and numbers between them may be typed.
 * Returns { box, input, set(value) }.
 */
export function numberField(
  parent,
  { label, min, max, step = "any", between = false, value = "", onChange },
) {
  const input = h("input", {
    type: "number",
    inputmode: "decimal",
    min,
    max,
    step,
    value,
    "data-lm-suppress-shortcuts": "true",
  });
  const box = labelled(parent, label, input);
  let last = value;
  const set = (next) => {
    last = next;
    input.value = next;
  };
  input.addEventListener("change", () => {
    const { valid, stepMismatch } = input.validity;
    const { valueAsNumber: number } = input;
    const allowed = valid || (between && stepMismatch && number >= min && number <= max);
    if (!Number.isFinite(number) || !allowed) return set(last);
    last = input.value;
    onChange?.(number);
  });
  return { box, input, set };
}

/** A checkbox; onChange(checked). Returns { box, input, set(checked) }. */
export function checkbox(parent, { label, value = false, onChange }) {
  const input = h("input", { type: "checkbox" });
  const box = labelled(parent, label, input);
  box.classList.add("dl-check");
  box.prepend(input);
  input.checked = value;
  input.addEventListener("change", () => onChange?.(input.checked));
  return {
    box,
    input,
    set: (next) => {
      input.checked = next;
    },
  };
}

/** A button; `primary` for the one a reader starts with. Returns { input, set(label) }. */
export function button(parent, { label, primary = false, onClick }) {
  const input = h(
    "button",
    { type: "button", class: primary ? "dl-button dl-primary" : "dl-button", click: onClick },
    label,
  );
  parent.append(input);
  return {
    input,
    set: (next) => {
      input.textContent = next;
    },
  };
}

/**
 * A row that explains marks: items { mark, colour, text } with mark "circle", "triangle", "ring",
 * "hollow", "line" or "dashes" and colour a palette name such as "blue". Returns the element.
 */
export function legend(parent, items) {
  const shapes = {
    circle: (c) => svg("circle", { cx: 10, cy: 8, r: 5, fill: c }),
    triangle: (c) => svg("path", { d: "M10,2L15.9,12.3H4.1Z", fill: c }),
    ring: (c) => svg("circle", { cx: 10, cy: 8, r: 6, fill: "none", stroke: c, "stroke-width": 2 }),
    hollow: (c) =>
      svg("circle", { cx: 10, cy: 8, r: 4.5, fill: "none", stroke: c, "stroke-width": 1.8 }),
    line: (c) => svg("path", { d: "M0,8H20", stroke: c, "stroke-width": 2.5 }),
    dashes: (c) =>
      svg("path", { d: "M0,8H20", stroke: c, "stroke-width": 2.5, "stroke-dasharray": "5 2.5" }),
  };
  const list = h(
    "ul",
    { class: "dl-legend" },
    ...items.map(({ mark, colour, text }) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { width: 20, height: 16, "aria-hidden": "true" },
          shapes[mark](`var(--dl-${colour})`),
        ),
        text,
      ),
    ),
  );
  parent.append(list);
  return list;
}
