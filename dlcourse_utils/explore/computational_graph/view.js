import { button, legend, numberField, select, slider } from "../kit/controls.js";
import { clamp, format, h, oncePerFrame, svg, uid } from "../kit/dom.js";
import {
  backward,
  compute,
  FUNCTIONS,
  MOST_OPERATIONS,
  RULES,
  readFormula,
} from "../kit/formula.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";

const LARGEST = 100;
const [BOX_WIDTH, BOX_HEIGHT] = [90, 62];
const SMALLEST_SCALE = 0.8;
const PRESETS = {
  "One weight": ["loss = (w*x - y)^2", { w: 1.5, x: 2, y: 1 }],
  "One neuron": [
    "p = sigmoid(w1*x1 + w2*x2 + b); loss = (p - y)^2",
    { w1: 1.5, x1: 1, w2: -1, x2: 2, b: 0.3, y: 1 },
  ],
  "A value used twice": ["(a + b)*b", { a: 2, b: 3 }],
  "Two ReLU units": [
    "h1 = relu(w1*x); h2 = relu(w2*x); loss = (h1 + h2 - y)^2",
    { w1: 0.5, x: 2, w2: -1, y: 3 },
  ],
  "Five sigmoids deep": ["sigmoid(sigmoid(sigmoid(sigmoid(sigmoid(w)))))", { w: 1 }],
};
const OWN = "Your own";

const SYMBOLS = { "-": "−", "*": "×", "/": "÷", negative: "−( )" };

/** Three digits that matter, with a true minus sign. */
function short(value) {
  if (!Number.isFinite(value)) return format(value);
  const size = Math.abs(value);
  if (size && (size < 0.0005 || size >= 1e5)) return value.toExponential(1).replaceAll("-", "−");
  return size >= 100 ? format(value, 0) : `${Number(value.toPrecision(3))}`.replace("-", "−");
}
/** A factor in a sentence or on an edge: negative ones in brackets. */
const bracketed = (value) => (value < 0 ? `(${short(value)})` : short(value));

/**
 * Where the boxes stand: { columns, lanes, places: [[column, lane], …], bends: {"from-to-k": […]} }.
 * A connection over several columns gets a lane of its own in each, so that it crosses no box.
 */
function arrange({ nodes }) {
  const column = nodes.map(() => 0);
  nodes.forEach((node, i) => {
    column[i] = 1 + Math.max(-1, ...node.inputs.map((source) => column[source]));
  });
  nodes.forEach((node, i) => {
    if (node.operation) return;
    const users = nodes.flatMap((user, j) => (user.inputs.includes(i) ? [column[j]] : []));
    column[i] = Math.min(...users) - 1;
  });
  const slots = Array.from({ length: Math.max(...column) + 1 }, () => []); // by column: { wish: [slot], lane }
  const slotOf = [];
  const visit = (i, user) => {
    if (slotOf[i]) {
      if (user) slotOf[i].users.push(user);
      return;
    }
    slotOf[i] = { users: user ? [user] : [] };
    slots[column[i]].push(slotOf[i]);
    nodes[i].inputs.forEach((source, k) => {
      let next = slotOf[i];
      nodes[i].bends ??= [];
      nodes[i].bends[k] = [];
      for (let c = column[i] - 1; c > column[source]; c -= 1) {
        const bend = { users: [next], column: c };
        slots[c].push(bend);
        nodes[i].bends[k].unshift(bend);
        next = bend;
      }
      visit(source, next);
    });
  };
  visit(nodes.length - 1, null);
  // From the output back: each slot beside the mean of those that use it, neighbours one lane apart.
  for (const slotsHere of slots.toReversed()) {
    const groups = [];
    for (const slot of slotsHere) {
      const siblings = slotsHere.filter((other) => other.users[0] === slot.users[0]);
      const middle = slot.users.reduce((all, user) => all + user.lane / slot.users.length, 0);
      groups.push([
        middle + (slot.users.length > 1 ? 0 : siblings.indexOf(slot) - (siblings.length - 1) / 2),
        1,
      ]);
      while (
        groups.length > 1 &&
        groups.at(-1)[0] - groups.at(-2)[0] < (groups.at(-1)[1] + groups.at(-2)[1]) / 2
      ) {
        const [[a, n], [b, m]] = groups.splice(-2);
        groups.push([(a * n + b * m) / (n + m), n + m]);
      }
    }
    const lanes = groups.flatMap(([centre, n]) =>
      Array.from({ length: n }, (_, k) => centre + k - (n - 1) / 2),
    );
    slotsHere.forEach((slot, k) => {
      slot.lane = lanes[k];
    });
  }
  const all = slots.flat().map((slot) => slot.lane);
  const lowest = Math.min(...all);
  return {
    columns: slots.length,
    lanes: Math.max(...all) - lowest + 1,
    place: (i) => [column[i], slotOf[i].lane - lowest],
    bends: (i, k) => nodes[i].bends[k].map((bend) => [bend.column, bend.lane - lowest]),
  };
}

const symbol = (node) =>
  node.operation === "^" ? `^${node.exponent}` : (SYMBOLS[node.operation] ?? node.operation);

function title(node) {
  if (!node.operation) return node.name ?? short(node.constant);
  return node.name ? `${node.name} = ${symbol(node)}` : symbol(node);
}

const readable = (text) => {
  try {
    return Boolean(readFormula(text));
  } catch {
    return false;
  }
};

/** The graph that is shown: { graph, layout, edited, read(), inputs(), steps(), step() }. */
function shownGraph(model) {
  const shown = { graph: null, layout: null, edited: null }; // edited: { name, from, to, before, promised }
  shown.read = () => {
    const text = model.get("formula");
    shown.graph = readFormula(text);
    shown.layout = arrange(shown.graph);
    shown.graph.text = text;
  };
  shown.inputs = () => shown.graph.names.map((_, i) => model.get("values")[i] ?? 1);
  shown.steps = () => 2 * shown.graph.operations.length + 1;
  shown.step = () => clamp(Math.round(model.get("step")), 0, shown.steps());
  return shown;
}

/** All that is known at the step of now: numbers, what has them, and which box and edges are lit. */
function situation({ graph, edited, inputs, steps, step: stepNow }) {
  const step = stepNow();
  const { nodes, operations } = graph;
  const count = operations.length;
  const output = nodes.length - 1;
  const found = compute(graph, inputs());
  const done = new Set(operations.slice(0, step)); // forwards
  const handed = new Set(operations.toReversed().slice(0, Math.max(0, step - count - 1)));
  const isUsed = (i) => nodes.some((node, user) => handed.has(user) && node.inputs.includes(i));
  const active = () => {
    if (edited || step === 0) return -1;
    if (step <= count) return operations[step - 1];
    return step === count + 1 ? output : operations[steps() - step];
  };
  return {
    ...found,
    step,
    count,
    output,
    active: active(),
    gradients: backward(graph, found.slopes, step - count - 1),
    isKnown: (i) => !nodes[i].operation || done.has(i),
    hasGradient: (i) => step > count && (i === output || isUsed(i)),
    isBackward: step > count + 1 && !edited,
    begins: step === count + 1,
  };
}

// ---- words --------------------------------------------------------------------------------------
const called = ({ nodes }, i) =>
  nodes[i].name ?? (i === nodes.length - 1 ? "the output" : symbol(nodes[i]));

/** An operation with the numbers that it takes. */
function inWords({ nodes }, i, values) {
  const { operation, inputs: sources, exponent } = nodes[i];
  const given = sources.map((source, k) => (k ? bracketed(values[source]) : short(values[source])));
  if (operation === "^") return `${bracketed(values[sources[0]])}^${exponent}`;
  return RULES[operation][2]?.(...given) ?? `${operation}(${given[0]})`;
}

/** Whether node `source` had a share of its gradient before operation i handed on to its k-th input. */
function touched({ nodes, operations }, source, count, i, k) {
  const before = operations.toReversed().slice(0, count);
  return (
    nodes[i].inputs.slice(0, k).includes(source) ||
    before.some((user) => nodes[user].inputs.includes(source))
  );
}

/** One step of the backward pass: what each input gets. */
function backwardWords(graph, { step, count, slopes }, i, isLast) {
  const before = backward(graph, slopes, step - count - 2);
  const node = graph.nodes[i];
  const parts = node.inputs.flatMap((source, k) => {
    if (graph.nodes[source].constant !== undefined) return [];
    const share = before[i] * slopes[i][k];
    const sum = before[source] + share;
    before[source] = sum;
    const inAll = touched(graph, source, step - count - 2, i, k) ? `, ${short(sum)} in all` : "";
    return [
      `${called(graph, source)} gets ${short(before[i])} · ${bracketed(slopes[i][k])} = ${short(share)}${inAll}`,
    ];
  });
  const end = isLast ? " Every input has its gradient." : "";
  return `Backward through ${node.name ?? symbol(node)}: ${parts.join("; ") || "only a constant"}.${end}`;
}

/** The live sentence. */
function sentence({ graph, edited, steps }, now) {
  const { step, count, values, output } = now;
  const result = called(graph, output);
  if (edited) {
    return (
      `${edited.name} from ${short(edited.from)} to ${short(edited.to)}: ${result} changed by ` +
      `${short(values[output] - edited.before)}. Gradient × change had promised ${short(edited.promised)}.`
    );
  }
  if (step === 0) return "The inputs are known. Press Next to compute the first value.";
  if (step <= count) {
    const i = graph.operations[step - 1];
    const name = graph.nodes[i].name ? `${graph.nodes[i].name} = ` : "";
    return `Forward: ${name}${inWords(graph, i, values)} = ${short(values[i])}.`;
  }
  if (now.begins) return `Backward begins: the gradient of ${result} with respect to itself is 1.`;
  return backwardWords(graph, now, graph.operations[steps() - step], step === steps());
}

/** The list for screen readers: every number that is known. */
function listItems({ nodes }, { values, gradients, isKnown, hasGradient }) {
  return nodes.flatMap((node, i) => {
    if (node.constant !== undefined) return [];
    const value = isKnown(i) ? short(values[i]) : "not computed yet";
    const gradient = hasGradient(i) ? `, gradient ${short(gradients[i])}` : "";
    return [h("li", {}, `${title(node)}: ${value}${gradient}`)];
  });
}

// ---- drawing ------------------------------------------------------------------------------------
/** How a layout stands in a width: { at([column, lane]), upright, wide, high }. */
function placing({ columns, lanes }, width) {
  const gapAlong = (width - columns * BOX_WIDTH - 8) / Math.max(1, columns - 1);
  const upright = gapAlong < 30; // too narrow: from top to bottom
  const pitch = upright
    ? [BOX_WIDTH + 4, BOX_HEIGHT + 34]
    : [BOX_WIDTH + Math.min(gapAlong, 72), BOX_HEIGHT + 14];
  const at = ([column, lane]) => {
    const [x, y] = upright ? [lane, column] : [column, lane];
    return [4 + BOX_WIDTH / 2 + x * pitch[0], 4 + BOX_HEIGHT / 2 + y * pitch[1]];
  };
  const size = at([columns - 1, lanes - 1]);
  return { at, upright, wide: size[0] + BOX_WIDTH / 2 + 4, high: size[1] + BOX_HEIGHT / 2 + 4 };
}

/** A smooth line through the points, leaving and arriving along the axis of the graph. */
function curve(points, axis, half) {
  let path = `M${points[0]}`;
  points.slice(1).forEach((to, k) => {
    const from = [...points[k]];
    const end = [...to];
    if (k > 0) {
      // past the boxes of this column in a straight line
      from[axis] += half;
      path += `L${from}`;
    }
    if (k < points.length - 2) end[axis] -= half;
    const middle = (from[axis] + end[axis]) / 2;
    const [one, two] = [[...from], [...end]];
    one[axis] = middle;
    two[axis] = middle;
    path += `C${one} ${two} ${end}`;
  });
  return path;
}

/** The arrow to the k-th input of node i: { edge, label }; the label, its local derivative, where it is lit backward. */
function arrow(
  { graph, layout },
  { active, isBackward, slopes },
  { at, upright },
  arrowIds,
  [i, k],
) {
  const node = graph.nodes[i];
  const points = [layout.place(node.inputs[k]), ...layout.bends(i, k), layout.place(i)].map(at);
  const half = upright ? BOX_HEIGHT / 2 : BOX_WIDTH / 2;
  const axis = upright ? 1 : 0;
  points[0][axis] += half + 1;
  points.at(-1)[axis] -= half + 1;
  // Inputs of one box arrive side by side.
  points.at(-1)[1 - axis] += (k - (node.inputs.length - 1) / 2) * (upright ? 24 : 18);
  const lit = i === active;
  const back = lit && isBackward;
  const colour = back ? "orange" : lit ? "blue" : "muted";
  const edge = svg("path", {
    d: curve(points, axis, half),
    class: "dl-graph-edge",
    "stroke-width": lit ? 2.5 : 1.3,
    stroke: `var(--dl-${colour})`,
    "stroke-dasharray": back ? "6 4" : null,
    [back ? "marker-start" : "marker-end"]: `url(#${arrowIds[colour]})`,
  });
  const [from, to] = points.slice(-2);
  const label = back
    ? svg(
        "text",
        {
          class: "dl-graph-slope",
          x: (from[0] + to[0]) / 2,
          y: (from[1] + to[1]) / 2 - 3,
          "text-anchor": "middle",
        },
        `× ${bracketed(slopes[i][k])}`,
      )
    : null;
  return { edge, label };
}

/** The box of node i with what is known of it. */
function box(node, i, now, [x, y]) {
  const isConstant = node.constant !== undefined;
  const text = (height, kind, words) =>
    svg("text", { y: height, "text-anchor": "middle", class: `dl-graph-${kind}` }, words);
  const lines = [text(isConstant ? 5 : -14, "title", title(node))];
  if (!isConstant && now.isKnown(i)) lines.push(text(5, "value", short(now.values[i])));
  if (!isConstant && now.hasGradient(i))
    lines.push(text(23, "gradient", `∂ ${short(now.gradients[i])}`));
  const lit = now.isBackward || now.begins ? "orange" : "blue";
  return svg(
    "g",
    { transform: `translate(${x},${y})` },
    svg("rect", {
      x: -BOX_WIDTH / 2,
      y: -BOX_HEIGHT / 2,
      width: BOX_WIDTH,
      height: BOX_HEIGHT,
      rx: node.operation ? 10 : 2,
      class: "dl-graph-box",
      stroke: `var(--dl-${i === now.active ? lit : "muted"})`,
      "stroke-width": i === now.active ? 3 : 1.3,
    }),
    ...lines,
  );
}

/** The sheet with its heads of arrows, and the list for screen readers: { ruler, draw(shown, now) }. */
function graphSheet(parent) {
  const arrowIds = { muted: uid("dl-arrow"), blue: uid("dl-arrow"), orange: uid("dl-arrow") };
  const heads = Object.entries(arrowIds).map(([colour, id]) =>
    svg(
      "marker",
      {
        id,
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 9,
        markerHeight: 9,
        markerUnits: "userSpaceOnUse",
        orient: "auto-start-reverse",
      },
      svg("path", { d: "M0,0L8,4L0,8Z", fill: `var(--dl-${colour})` }),
    ),
  );
  const drawing = svg("g");
  const sheet = svg("svg", { role: "img" }, svg("defs", {}, ...heads), drawing);
  const scroller = h("div", { class: "dl-graph-scroller" }, sheet);
  const list = h("ul", { class: "dl-hidden" });
  const ruler = h("div");
  const holder = h("div", { class: "dl-graph" }, ruler, scroller, list);
  parent.append(holder);
  legend(holder, [
    { mark: "line", colour: "blue", text: "value, forward" },
    {
      mark: "dashes",
      colour: "orange",
      text: "∂ gradient of the output, backward; on an arrow: the local derivative",
    },
  ]);
  const draw = (shown, now) => {
    const width = ruler.clientWidth || 700;
    const places = placing(shown.layout, width);
    const scale = clamp(width / places.wide, SMALLEST_SCALE, 1);
    sheet.setAttribute("viewBox", `0 0 ${places.wide} ${places.high}`);
    sheet.setAttribute("width", places.wide * scale);
    sheet.setAttribute("height", places.high * scale);
    scroller.toggleAttribute("tabindex", false);
    if (places.wide * scale > width + 1) scroller.setAttribute("tabindex", "0");
    const { nodes, text } = shown.graph;
    const arrows = nodes.flatMap((node, i) =>
      node.inputs.map((_, k) => arrow(shown, now, places, arrowIds, [i, k])),
    );
    const boxes = nodes.map((node, i) => box(node, i, now, places.at(shown.layout.place(i))));
    drawing.replaceChildren(
      ...arrows.map(({ edge }) => edge),
      ...boxes,
      ...arrows.flatMap(({ label }) => label ?? []),
    );
    list.replaceChildren(...listItems(shown.graph, now));
    sheet.setAttribute(
      "aria-label",
      `Graph of ${text}: ${now.count} operations, step ${now.step} of ${shown.steps()}. ` +
        "The list after it has all numbers.",
    );
  };
  return { ruler, draw };
}

// ---- controls -----------------------------------------------------------------------------------
/** Buttons and slider for the step; returns what sets them. */
function addSteps(controls, model, shown, go) {
  const walk = h("div", { class: "dl-buttons" });
  controls.append(walk);
  const back = button(walk, { label: "Back", onClick: () => go(shown.step() - 1) });
  const next = button(walk, { label: "Next", primary: true, onClick: () => go(shown.step() + 1) });
  const all = button(walk, { label: "All steps", onClick: () => go(shown.steps()) });
  const position = slider(controls, {
    label: "Step",
    min: 0,
    max: 1,
    step: 1,
    value: 0,
    show: (value) => `${value} of ${shown.graph ? shown.steps() : 1}`,
    onInput: (value) => {
      shown.edited = null;
      model.set("step", value);
    },
    onChange: go,
  });
  return () => {
    position.input.max = shown.steps();
    position.set(shown.step());
    back.input.disabled = shown.step() === 0;
    next.input.disabled = all.input.disabled = shown.step() === shown.steps();
  };
}

/** Presets and a formula of one's own; use(text, known) shows another. Returns what sets both. */
function addFormula(controls, shown, use) {
  const preset = select(controls, {
    label: "Graph",
    options: [...Object.keys(PRESETS), OWN],
    value: OWN,
    onChange: (name) => {
      if (PRESETS[name]) use(...PRESETS[name]);
      else field.focus();
    },
  });
  const field = h("input", {
    type: "text",
    id: uid("dl-control"),
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "data-lm-suppress-shortcuts": "true",
    change: () =>
      use(
        field.value,
        Object.fromEntries(shown.graph.names.map((name, i) => [name, shown.inputs()[i]])),
      ),
  });
  controls.append(
    h(
      "div",
      { class: "dl-control dl-graph-formula" },
      h("label", { for: field.id }, "Formula"),
      field,
    ),
  );
  return (text) => {
    field.value = text;
    preset.set(Object.keys(PRESETS).find((name) => PRESETS[name][0] === text) ?? OWN);
  };
}

/** A number field for each input: { make(), set() }; make when there is another graph. */
function inputFields(controls, shown, edit) {
  const numbers = h("div", {
    class: "dl-controls dl-graph-numbers",
    role: "group",
    "aria-label": "Inputs",
  });
  controls.after(numbers);
  let fields = [];
  return {
    make() {
      numbers.replaceChildren();
      fields = shown.graph.names.map((name, i) =>
        numberField(numbers, {
          label: name,
          min: -LARGEST,
          max: LARGEST,
          step: 0.1,
          between: true,
          onChange: (value) => edit(i, value),
        }),
      );
    },
    set() {
      const values = shown.inputs();
      fields.forEach((field, i) => {
        const typing =
          field.input === document.activeElement && field.input.valueAsNumber === values[i];
        if (!typing) field.set(Number(values[i].toFixed(4)));
      });
    },
  };
}

/** What a changed input does at the end of all steps, to compare with what its gradient promised. */
function comparison({ graph, inputs, step, steps }, i, value) {
  const before = inputs();
  if (step() < steps() || value === before[i]) return null;
  const { values, slopes } = compute(graph, before);
  const name = graph.names[i];
  const gradient = backward(graph, slopes, Infinity)[
    graph.nodes.findIndex((node) => node.name === name)
  ];
  return {
    name,
    from: before[i],
    to: value,
    before: values.at(-1),
    promised: gradient * (value - before[i]),
  };
}

/** A formula as a graph to step through: forward for values, backward for gradients. */
function render({ model, el }) {
  const view = frame(
    { model, el },
    {
      label: "Computational graph",
      reset: () => {
        shown.edited = null;
        address.reset();
        read();
        draw();
      },
    },
  );
  const address = shareable(model, "computational_graph", {
    formula: readable,
    values: [-LARGEST, LARGEST],
    step: [0, 2 * MOST_OPERATIONS + 1],
  });
  const shown = shownGraph(model);
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
    address.save();
  };
  const { ruler, draw: drawSheet } = graphSheet(view.picture);
  const setSteps = addSteps(view.controls, model, shown, (to) => {
    shown.edited = null;
    change({ step: clamp(to, 0, shown.steps()) });
  });
  /** Show another formula, with the numbers of `known` for its inputs and 1 for the rest. */
  const setFormula = addFormula(view.controls, shown, (text, known) => {
    try {
      const { names } = readFormula(text);
      shown.edited = null;
      change({ formula: text, values: names.map((name) => known[name] ?? 1), step: 0 });
      read();
      draw();
    } catch (problem) {
      view.say(
        `${problem.message}. Use names, numbers, + − * / ^ and ${FUNCTIONS.join(", ")}; the last graph is kept.`,
      );
    }
  });
  const fields = inputFields(view.controls, shown, (i, value) => {
    shown.edited = comparison(shown, i, value);
    change({ values: shown.inputs().map((old, k) => (k === i ? value : old)) });
    draw();
  });
  /** Take the formula from the model and lay its graph out. */
  const read = () => {
    shown.read();
    fields.make();
    setFormula(shown.graph.text);
  };
  let drawnWidth = 0;
  const drawNow = () => {
    if (shown.graph.text !== model.get("formula")) read();
    const now = situation(shown);
    drawnWidth = ruler.clientWidth;
    drawSheet(shown, now);
    fields.set();
    setSteps();
    view.say(sentence(shown, now));
  };
  const draw = oncePerFrame(drawNow);

  // At once and not in the next frame, so that no frame shows a graph laid out for another width. The
  // ruler has no height: drawing does not change what is observed.
  const resized = new ResizeObserver(() => {
    if (ruler.clientWidth !== drawnWidth) drawNow();
  });
  resized.observe(ruler);
  view.cleanup(() => resized.disconnect());
  view.cleanup(watch(model, ["formula", "values", "step"], draw));
  view.cleanup(() => draw.cancel());
  read();
  queueMicrotask(drawNow);
  return view.destroy;
}

export default { render };
