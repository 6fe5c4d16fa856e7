import { h, svg, uid, clamp, format, oncePerFrame } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { select, slider, numberField, button, legend } from "../kit/controls.js";

const MOST_INPUTS = 10;
const MOST_OPERATIONS = 24;
const LARGEST = 100;
const [BOX_WIDTH, BOX_HEIGHT] = [90, 62];
const SMALLEST_SCALE = 0.8;
const PRESETS = {
  "One weight": ["loss = (w*x - y)^2", { w: 1.5, x: 2, y: 1 }],
  "One neuron": ["p = sigmoid(w1*x1 + w2*x2 + b); loss = (p - y)^2", { w1: 1.5, x1: 1, w2: -1, x2: 2, b: 0.3, y: 1 }],
  "A value used twice": ["(a + b)*b", { a: 2, b: 3 }],
  "Two ReLU units": ["h1 = relu(w1*x); h2 = relu(w2*x); loss = (h1 + h2 - y)^2", { w1: 0.5, x: 2, w2: -1, y: 3 }],
  "Five sigmoids deep": ["sigmoid(sigmoid(sigmoid(sigmoid(sigmoid(w)))))", { w: 1 }],
};
const OWN = "Your own";

const logistic = (a) => 1 / (1 + Math.exp(-a));
// Value, derivative with respect to each input, and the value in words.
const RULES = {
  "+": [(a, b) => a + b, () => [1, 1], (a, b) => `${a} + ${b}`],
  "-": [(a, b) => a - b, () => [1, -1], (a, b) => `${a} − ${b}`],
  "*": [(a, b) => a * b, (a, b) => [b, a], (a, b) => `${a} · ${b}`],
  "/": [(a, b) => a / b, (a, b) => [1 / b, -a / b ** 2], (a, b) => `${a} ÷ ${b}`],
  negative: [(a) => -a, () => [-1], (a) => `−(${a})`],
  exp: [Math.exp, (a) => [Math.exp(a)]],
  log: [Math.log, (a) => [1 / a]],
  sin: [Math.sin, (a) => [Math.cos(a)]],
  cos: [Math.cos, (a) => [-Math.sin(a)]],
  tanh: [Math.tanh, (a) => [1 - Math.tanh(a) ** 2]],
  sigmoid: [logistic, (a) => [logistic(a) * (1 - logistic(a))]],
  relu: [(a) => Math.max(a, 0), (a) => [a > 0 ? 1 : 0]],
};
const FUNCTIONS = Object.keys(RULES).filter((name) => /^[a-z]/.test(name) && name !== "negative");
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
 * The graph of a formula: { nodes, names, operations }. A node is { inputs, name?, operation?,
 * constant?, exponent? }; each comes after its inputs and the last is the output. Throws an Error
 * that says in words what cannot be read.
 */
function readFormula(text) {
  const tokens = text.match(/(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[a-z_]\w*|\*\*|[\n;]+|[^\s]/gi) ?? [];
  const nodes = [];
  const names = [];
  const known = new Map();
  let at = 0;
  const add = (node) => nodes.push({ inputs: [], ...node }) - 1;
  const fail = () => {
    throw new Error(at < tokens.length ? `I cannot read “${tokens[at].trim() || "line end"}” here`
      : "The formula ends too early");
  };
  const take = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
  const need = (token) => take(token) ?? fail();
  const isName = (token) => /^[a-z_]/i.test(token ?? "");
  const isNumber = (token) => /^[\d.]/.test(token ?? "") && Number.isFinite(Number(token));

  const atom = () => {
    const token = tokens[at];
    if (isNumber(token)) return add({ constant: Number(tokens[at++]) });
    if (take("(")) {
      const inner = sum();
      need(")");
      return inner;
    }
    if (!isName(token)) fail();
    at += 1;
    if (FUNCTIONS.includes(token)) {
      need("(");
      const inputs = [sum()];
      need(")");
      return add({ operation: token, inputs });
    }
    if (!known.has(token)) {
      known.set(token, add({ name: token }));
      names.push(token);
    }
    return known.get(token);
  };
  const power = () => {
    const base = atom();
    if (!take("^", "**")) return base;
    const sign = take("-") ? -1 : 1;
    if (!isNumber(tokens[at])) fail();
    return add({ operation: "^", inputs: [base], exponent: sign * Number(tokens[at++]) });
  };
  const signedFactor = () => (take("-") ? add({ operation: "negative", inputs: [signedFactor()] }) : power());
  const chain = (part, ...signs) => {
    let left = part();
    for (let sign = take(...signs); sign; sign = take(...signs)) left = add({ operation: sign, inputs: [left, part()] });
    return left;
  };
  const product = () => chain(signedFactor, "*", "/");
  const sum = () => chain(product, "+", "-");

  const isEnd = () => /^[\n;]/.test(tokens[at] ?? "");
  while (isEnd()) at += 1;
  for (let last = false; !last;) {
    const name = isName(tokens[at]) && tokens[at + 1] === "=" ? tokens[at] : null;
    if (name) at += 2;
    const index = sum();
    if (name) {
      if (known.has(name) || FUNCTIONS.includes(name)) throw new Error(`The name ${name} is taken`);
      if (!nodes[index].operation || nodes[index].name) throw new Error(`${name} must be computed by an operation`);
      nodes[index].name = name;
      known.set(name, index);
    }
    if (at < tokens.length && !isEnd()) fail();
    while (isEnd()) at += 1;
    last = at >= tokens.length;
    if (!last && !name) throw new Error("Only the last expression may go without a name");
  }
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const unused = nodes.slice(0, -1).find((node, i) => !used.has(i));
  if (unused) throw new Error(`${unused.name ?? "A value"} is never used`);
  const operations = nodes.flatMap((node, i) => (node.operation ? [i] : []));
  if (!nodes.at(-1).operation) throw new Error("There is nothing to compute");
  if (names.length > MOST_INPUTS || operations.length > MOST_OPERATIONS) {
    throw new Error(`At most ${MOST_INPUTS} inputs and ${MOST_OPERATIONS} operations can be drawn`);
  }
  return { nodes, names, operations };
}

/** Each node's number, and the local derivatives of each operation. */
function compute({ nodes, names }, inputs) {
  const values = [];
  const slopes = nodes.map(({ operation, constant, exponent, name, inputs: sources }, i) => {
    const given = sources.map((source) => values[source]);
    if (!operation) values[i] = constant ?? inputs[names.indexOf(name)];
    else values[i] = operation === "^" ? given[0] ** exponent : RULES[operation][0](...given);
    if (!operation) return [];
    return operation === "^" ? [exponent * given[0] ** (exponent - 1)] : RULES[operation][1](...given);
  });
  return { values, slopes };
}

/** The gradients after the first `count` operations, from the output on, have handed theirs on. */
function backward({ nodes, operations }, slopes, count) {
  const gradients = nodes.map(() => 0);
  gradients[nodes.length - 1] = 1;
  for (const i of operations.toReversed().slice(0, count)) {
    nodes[i].inputs.forEach((source, k) => { gradients[source] += gradients[i] * slopes[i][k]; });
  }
  return gradients;
}

/**
 * Where the boxes stand: { columns, lanes, places: [[column, lane], …], bends: {"from-to-k": […]} }.
 * A connection over several columns gets a lane of its own in each, so that it crosses no box.
 */
function arrange({ nodes }) {
  const column = nodes.map(() => 0);
  nodes.forEach((node, i) => { column[i] = 1 + Math.max(-1, ...node.inputs.map((source) => column[source])); });
  nodes.forEach((node, i) => {
    if (!node.operation) column[i] = Math.min(...nodes.flatMap((user, j) => (user.inputs.includes(i) ? [column[j]] : []))) - 1;
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
      groups.push([middle + (slot.users.length > 1 ? 0 : siblings.indexOf(slot) - (siblings.length - 1) / 2), 1]);
      while (groups.length > 1 && groups.at(-1)[0] - groups.at(-2)[0] < (groups.at(-1)[1] + groups.at(-2)[1]) / 2) {
        const [[a, n], [b, m]] = groups.splice(-2);
        groups.push([(a * n + b * m) / (n + m), n + m]);
      }
    }
    const lanes = groups.flatMap(([centre, n]) => Array.from({ length: n }, (_, k) => centre + k - (n - 1) / 2));
    slotsHere.forEach((slot, k) => { slot.lane = lanes[k]; });
  }
  const all = slots.flat().map((slot) => slot.lane);
  const lowest = Math.min(...all);
  return {
    columns: slots.length, lanes: Math.max(...all) - lowest + 1,
    place: (i) => [column[i], slotOf[i].lane - lowest],
    bends: (i, k) => nodes[i].bends[k].map((bend) => [bend.column, bend.lane - lowest]),
  };
}

function render({ model, el }) {
  const view = frame({ model, el }, { label: "Computational graph", reset: () => {
    edited = null;
    address.reset();
    read();
    draw();
  } });
  const readable = (text) => {
    try {
      return Boolean(readFormula(text));
    } catch {
      return false;
    }
  };
  const address = shareable(model, "computational_graph", {
    formula: readable, values: [-LARGEST, LARGEST], step: [0, 2 * MOST_OPERATIONS + 1],
  });

  let graph = null;
  let layout = null;
  let edited = null; // what changing an input at the end did: { name, from, to, before, promised }
  let fields = [];
  const inputs = () => graph.names.map((_, i) => model.get("values")[i] ?? 1);
  const steps = () => 2 * graph.operations.length + 1;
  const stepNow = () => clamp(Math.round(model.get("step")), 0, steps());
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
    address.save();
  };

  // ---- parts ------------------------------------------------------------------------------------
  const arrowIds = { muted: uid("dl-arrow"), blue: uid("dl-arrow"), orange: uid("dl-arrow") };
  const drawing = svg("g");
  const sheet = svg("svg", { role: "img" },
    svg("defs", {}, ...Object.entries(arrowIds).map(([colour, id]) => svg("marker", { id, viewBox: "0 0 8 8", refX: 7,
      refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" },
    svg("path", { d: "M0,0L8,4L0,8Z", fill: `var(--dl-${colour})` })))), drawing);
  const scroller = h("div", { class: "dl-graph-scroller" }, sheet);
  const list = h("ul", { class: "dl-hidden" });
  const ruler = h("div");
  let drawnWidth = 0;
  const holder = h("div", { class: "dl-graph" }, ruler, scroller, list);
  view.picture.append(holder);
  legend(holder, [
    { mark: "line", colour: "blue", text: "value, forward" },
    { mark: "dashes", colour: "orange", text: "∂ gradient of the output, backward; on an arrow: the local derivative" },
  ]);

  const walk = h("div", { class: "dl-buttons" });
  view.controls.append(walk);
  const go = (to) => {
    edited = null;
    change({ step: clamp(to, 0, steps()) });
  };
  const back = button(walk, { label: "Back", onClick: () => go(stepNow() - 1) });
  const next = button(walk, { label: "Next", primary: true, onClick: () => go(stepNow() + 1) });
  const all = button(walk, { label: "All steps", onClick: () => go(steps()) });
  const position = slider(view.controls, { label: "Step", min: 0, max: 1, step: 1, value: 0,
    show: (value) => `${value} of ${graph ? steps() : 1}`, onInput: (value) => {
      edited = null;
      model.set("step", value);
    }, onChange: (value) => go(value) });
  const preset = select(view.controls, { label: "Graph", options: [...Object.keys(PRESETS), OWN], value: OWN,
    onChange: (name) => {
      if (PRESETS[name]) use(PRESETS[name][0], PRESETS[name][1], 0);
      else formulaField.focus();
    } });
  const formulaField = h("input", { type: "text", id: uid("dl-control"), spellcheck: "false", autocapitalize: "off",
    autocomplete: "off", "data-lm-suppress-shortcuts": "true", change: () => {
      const old = Object.fromEntries(graph.names.map((name, i) => [name, inputs()[i]]));
      use(formulaField.value, old, 0);
    } });
  view.controls.append(h("div", { class: "dl-control dl-graph-formula" },
    h("label", { for: formulaField.id }, "Formula"), formulaField));
  const numbers = h("div", { class: "dl-controls dl-graph-numbers", role: "group", "aria-label": "Inputs" });
  view.controls.after(numbers);

  /** Show another formula, with the numbers of `known` for its inputs and 1 for the rest. */
  function use(text, known, step) {
    try {
      const { names } = readFormula(text);
      edited = null;
      change({ formula: text, values: names.map((name) => known[name] ?? 1), step });
      read();
      draw();
    } catch (problem) {
      view.say(`${problem.message}. Use names, numbers, + − * / ^ and ${FUNCTIONS.join(", ")}; the last graph is kept.`);
    }
  }

  /** Take the formula from the model and lay its graph out. */
  function read() {
    const text = model.get("formula");
    graph = readFormula(text);
    layout = arrange(graph);
    graph.text = text;
    numbers.replaceChildren();
    fields = graph.names.map((name, i) => numberField(numbers, { label: name, min: -LARGEST, max: LARGEST,
      step: 0.1, between: true, onChange: (value) => edit(i, value) }));
    formulaField.value = text;
    position.input.max = steps();
    preset.set(Object.keys(PRESETS).find((name) => PRESETS[name][0] === text) ?? OWN);
  }

  function edit(i, value) {
    const before = inputs();
    const { values, slopes } = compute(graph, before);
    const name = graph.names[i];
    const gradient = backward(graph, slopes, Infinity)[graph.nodes.findIndex((node) => node.name === name)];
    edited = stepNow() < steps() || value === before[i] ? null
      : { name, from: before[i], to: value, before: values.at(-1), promised: gradient * (value - before[i]) };
    change({ values: before.map((old, k) => (k === i ? value : old)) });
    draw();
  }

  // ---- words ------------------------------------------------------------------------------------
  const symbol = (node) => (node.operation === "^" ? `^${node.exponent}` : SYMBOLS[node.operation] ?? node.operation);
  const title = (node) => {
    if (!node.operation) return node.name ?? short(node.constant);
    return node.name ? `${node.name} = ${symbol(node)}` : symbol(node);
  };
  const called = (i) => graph.nodes[i].name ?? (i === graph.nodes.length - 1 ? "the output" : symbol(graph.nodes[i]));
  const inWords = (i, values) => {
    const { operation, inputs: sources, exponent } = graph.nodes[i];
    const given = sources.map((source, k) => (k ? bracketed(values[source]) : short(values[source])));
    if (operation === "^") return `${bracketed(values[sources[0]])}^${exponent}`;
    return RULES[operation][2]?.(...given) ?? `${operation}(${given[0]})`;
  };

  function sentence(step, { values, slopes }) {
    const count = graph.operations.length;
    const output = graph.nodes.length - 1;
    const result = called(output);
    if (edited) {
      const changed = values[output] - edited.before;
      return `${edited.name} from ${short(edited.from)} to ${short(edited.to)}: ${result} changed by ${short(changed)}. `
        + `Gradient × change had promised ${short(edited.promised)}.`;
    }
    if (step === 0) return "The inputs are known. Press Next to compute the first value.";
    if (step <= count) {
      const i = graph.operations[step - 1];
      const name = graph.nodes[i].name ? `${graph.nodes[i].name} = ` : "";
      return `Forward: ${name}${inWords(i, values)} = ${short(values[i])}.`;
    }
    if (step === count + 1) return `Backward begins: the gradient of ${result} with respect to itself is 1.`;
    const i = graph.operations[steps() - step];
    const before = backward(graph, slopes, step - count - 2);
    const parts = graph.nodes[i].inputs.flatMap((source, k) => {
      if (graph.nodes[source].constant !== undefined) return [];
      const share = `${short(before[i])} · ${bracketed(slopes[i][k])} = ${short(before[i] * slopes[i][k])}`;
      const sum = before[source] + before[i] * slopes[i][k];
      before[source] = sum;
      return [`${called(source)} gets ${share}${touched(source, step, i, k) ? `, ${short(sum)} in all` : ""}`];
    });
    const end = step === steps() ? " Every input has its gradient." : "";
    return `Backward through ${graph.nodes[i].name ?? symbol(graph.nodes[i])}: ${parts.join("; ") || "only a constant"}.${end}`;
  }

  /** Whether node `source` had a share of its gradient before operation i handed on to its k-th input. */
  const touched = (source, step, i, k) => graph.nodes[i].inputs.slice(0, k).includes(source)
    || graph.operations.toReversed().slice(0, step - graph.operations.length - 2)
      .some((user) => graph.nodes[user].inputs.includes(source));

  // ---- drawing ----------------------------------------------------------------------------------
  function drawNow() {
    if (graph.text !== model.get("formula")) read();
    const step = stepNow();
    const count = graph.operations.length;
    const found = compute(graph, inputs());
    const gradients = backward(graph, found.slopes, step - count - 1);
    const done = new Set(graph.operations.slice(0, step)); // forwards
    const handed = new Set(graph.operations.toReversed().slice(0, Math.max(0, step - count - 1)));
    const hasGradient = (i) => step > count && (i === graph.nodes.length - 1
      || graph.nodes.some((node, user) => handed.has(user) && node.inputs.includes(i)));
    const active = edited || step === 0 ? -1 : step <= count ? graph.operations[step - 1]
      : step === count + 1 ? graph.nodes.length - 1 : graph.operations[steps() - step];
    const isBackward = step > count + 1 && !edited;

    drawnWidth = ruler.clientWidth;
    const width = drawnWidth || 700;
    const gapAlong = (width - layout.columns * BOX_WIDTH - 8) / Math.max(1, layout.columns - 1);
    const upright = gapAlong < 30; // too narrow: from top to bottom
    const pitch = upright ? [BOX_WIDTH + 4, BOX_HEIGHT + 34] : [BOX_WIDTH + Math.min(gapAlong, 72), BOX_HEIGHT + 14];
    const at = ([column, lane]) => {
      const [x, y] = upright ? [lane, column] : [column, lane];
      return [4 + BOX_WIDTH / 2 + x * pitch[0], 4 + BOX_HEIGHT / 2 + y * pitch[1]];
    };
    const size = at([layout.columns - 1, layout.lanes - 1]);
    const [wide, high] = [size[0] + BOX_WIDTH / 2 + 4, size[1] + BOX_HEIGHT / 2 + 4];
    const scale = clamp(width / wide, SMALLEST_SCALE, 1);
    sheet.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    sheet.setAttribute("width", wide * scale);
    sheet.setAttribute("height", high * scale);
    scroller.toggleAttribute("tabindex", false);
    if (wide * scale > width + 1) scroller.setAttribute("tabindex", "0");

    const [edges, boxes, labels] = [[], [], []];
    graph.nodes.forEach((node, i) => {
      const [x, y] = at(layout.place(i));
      node.inputs.forEach((source, k) => {
        const points = [layout.place(source), ...layout.bends(i, k), layout.place(i)].map(at);
        const half = upright ? BOX_HEIGHT / 2 : BOX_WIDTH / 2;
        const axis = upright ? 1 : 0;
        // Inputs of one box arrive side by side.
        const spread = (k - (node.inputs.length - 1) / 2) * (upright ? 24 : 18);
        points[0][axis] += half + 1;
        points.at(-1)[axis] -= half + 1;
        points.at(-1)[1 - axis] += spread;
        const lit = i === active;
        const colour = !lit ? "muted" : isBackward ? "orange" : "blue";
        const shape = { d: curve(points, axis, half), class: "dl-graph-edge", "stroke-width": lit ? 2.5 : 1.3,
          stroke: `var(--dl-${colour})`, "stroke-dasharray": lit && isBackward ? "6 4" : null };
        shape[lit && isBackward ? "marker-start" : "marker-end"] = `url(#${arrowIds[colour]})`;
        edges.push(svg("path", shape));
        if (lit && isBackward) {
          const [from, to] = points.slice(-2);
          labels.push(svg("text", { class: "dl-graph-slope", x: (from[0] + to[0]) / 2, y: (from[1] + to[1]) / 2 - 3,
            "text-anchor": "middle" }, `× ${bracketed(found.slopes[i][k])}`));
        }
      });
      const known = !node.operation || done.has(i);
      const isConstant = node.constant !== undefined;
      const lines = [svg("text", { y: isConstant ? 5 : -14, "text-anchor": "middle", class: "dl-graph-title" }, title(node))];
      if (!isConstant && known) lines.push(svg("text", { y: 5, "text-anchor": "middle", class: "dl-graph-value" }, short(found.values[i])));
      if (!isConstant && hasGradient(i)) {
        lines.push(svg("text", { y: 23, "text-anchor": "middle", class: "dl-graph-gradient" }, `∂ ${short(gradients[i])}`));
      }
      boxes.push(svg("g", { transform: `translate(${x},${y})` },
        svg("rect", { x: -BOX_WIDTH / 2, y: -BOX_HEIGHT / 2, width: BOX_WIDTH, height: BOX_HEIGHT, rx: node.operation ? 10 : 2,
          class: "dl-graph-box", stroke: `var(--dl-${i !== active ? "muted" : isBackward || step === count + 1 ? "orange" : "blue"})`,
          "stroke-width": i === active ? 3 : 1.3 }), ...lines));
    });
    drawing.replaceChildren(...edges, ...boxes, ...labels);

    list.replaceChildren(...graph.nodes.flatMap((node, i) => (node.constant !== undefined ? [] : [h("li", {},
      `${title(node)}: ${!node.operation || done.has(i) ? short(found.values[i]) : "not computed yet"}`
      + (hasGradient(i) ? `, gradient ${short(gradients[i])}` : ""))])));
    sheet.setAttribute("aria-label", `Graph of ${graph.text}: ${count} operations, step ${step} of ${steps()}. `
      + "The list after it has all numbers.");
    fields.forEach((field, i) => {
      if (field.input !== document.activeElement || field.input.valueAsNumber !== inputs()[i]) field.set(Number(inputs()[i].toFixed(4)));
    });
    position.set(step);
    back.input.disabled = step === 0;
    next.input.disabled = all.input.disabled = step === steps();
    view.say(sentence(step, found));
  }
  const draw = oncePerFrame(drawNow);

  /** A smooth line through the points, leaving and arriving along the axis of the graph. */
  function curve(points, axis, half) {
    let path = `M${points[0]}`;
    points.slice(1).forEach((to, k) => {
      const from = [...points[k]];
      const end = [...to];
      if (k > 0) { // past the boxes of this column in a straight line
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
