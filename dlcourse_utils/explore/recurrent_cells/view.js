import { css, rgb } from "../kit/colours.js";
import { legend, select, slider } from "../kit/controls.js";
import { clamp, format, h, pointerIn, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, packed, shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";

// Of each gate: weight of the input, weight of the state before, bias; as in recurrent_cells.py.
const LSTM_GATES = { i: [4, 0, -2], f: [1, 0, 0], g: [1, 0.2, 0], o: [1, 0.5, 1] };
const GRU_GATES = { z: [-4, 0, 0], r: [1, 0, 0], g: [1, 0.5, 0] };
const MATTERS = 0.1;
const POWERS = [-7.7, 0.3]; // the powers of ten that the right picture shows
const RANGES = [1.5, 3, 6, 12, 24, 50]; // of the states
const CELLS = {
  LSTM: {
    run: lstm,
    bias: "Forget-gate bias",
    gates: { f: "forget f", i: "input i", o: "output o" },
  },
  GRU: { run: gru, bias: "Update-gate bias", gates: { z: "update z", r: "reset r" } },
};
const LEFT = 66; // room for the names of the gates

const sigmoid = (z) => (1 + Math.tanh(z / 2)) / 2; // no overflow for any z
const zeros = (x) => Array.from(x, () => 0);

/** The plain RNN h = tanh(x + w·h): { h, gradient }, the gradient being dh_T/dx_t for each t. */
function simpleRnn(x, weight) {
  const states = zeros(x);
  const gradient = zeros(x);
  x.forEach((value, t) => {
    states[t] = Math.tanh(value + weight * (states[t - 1] ?? 0));
  });
  let dh = 1;
  for (let t = x.length - 1; t >= 0; t -= 1) {
    gradient[t] = dh * (1 - states[t] ** 2);
    dh = gradient[t] * weight;
  }
  return { h: states, gradient };
}

/** The LSTM with `bias` on top of its forget gate's: { h, c, gates: { i, f, g, o }, gradient }. */
function lstm(x, bias) {
  const [states, cells, gradient] = [zeros(x), zeros(x), zeros(x)];
  const gates = { i: zeros(x), f: zeros(x), g: zeros(x), o: zeros(x) };
  const sum = ([w, u, b], t) => w * x[t] + u * (states[t - 1] ?? 0) + b;
  x.forEach((_, t) => {
    const i = (gates.i[t] = sigmoid(sum(LSTM_GATES.i, t)));
    const f = (gates.f[t] = sigmoid(sum(LSTM_GATES.f, t) + bias));
    const g = (gates.g[t] = Math.tanh(sum(LSTM_GATES.g, t)));
    const o = (gates.o[t] = sigmoid(sum(LSTM_GATES.o, t)));
    cells[t] = f * (cells[t - 1] ?? 0) + i * g;
    states[t] = o * Math.tanh(cells[t]);
  });
  let [dh, dc] = [1, 0];
  for (let t = x.length - 1; t >= 0; t -= 1) {
    const [i, f, g, o] = Object.values(gates).map((values) => values[t]);
    const squashed = Math.tanh(cells[t]);
    dc += dh * o * (1 - squashed ** 2);
    const dz = [
      dc * g * i * (1 - i),
      dc * (cells[t - 1] ?? 0) * f * (1 - f),
      dc * i * (1 - g * g),
      dh * squashed * o * (1 - o),
    ];
    [gradient[t], dh] = [0, 1].map((k) =>
      Object.values(LSTM_GATES).reduce((all, gate, j) => all + dz[j] * gate[k], 0),
    );
    dc *= f;
  }
  return { h: states, c: cells, gates, gradient };
}

/** The GRU with `bias` on top of its update gate's: { h, gates: { z, r, g }, gradient }. */
function gru(x, bias) {
  const [states, gradient] = [zeros(x), zeros(x)];
  const gates = { z: zeros(x), r: zeros(x), g: zeros(x) };
  x.forEach((value, t) => {
    const before = states[t - 1] ?? 0;
    const sum = ([w, u, b], share = 1) => w * value + share * u * before + b;
    const z = (gates.z[t] = sigmoid(sum(GRU_GATES.z) + bias));
    const r = (gates.r[t] = sigmoid(sum(GRU_GATES.r)));
    const g = (gates.g[t] = Math.tanh(sum(GRU_GATES.g, r)));
    states[t] = z * before + (1 - z) * g;
  });
  let dh = 1;
  for (let t = x.length - 1; t >= 0; t -= 1) {
    const [z, r, g] = Object.values(gates).map((values) => values[t]);
    const before = states[t - 1] ?? 0;
    const dg = dh * (1 - z) * (1 - g * g);
    const dz = dh * (before - g) * z * (1 - z);
    const dr = dg * GRU_GATES.g[1] * before * r * (1 - r);
    gradient[t] = dz * GRU_GATES.z[0] + dr * GRU_GATES.r[0] + dg * GRU_GATES.g[0];
    dh = dh * z + dz * GRU_GATES.z[1] + dr * GRU_GATES.r[1] + dg * r * GRU_GATES.g[1];
  }
  return { h: states, gates, gradient };
}

const low = (number) => [...String(number)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");
const high = (number) =>
  [...String(number)].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit])).join("");

/** A size from 0 up with two digits that matter: 0.0035 or 8.6 × 10⁻⁵. */
function digits(value) {
  if (value < 1e-30) return "0";
  if (value >= 0.00095) return format(value, clamp(1 - Math.floor(Math.log10(value)), 2, 4));
  const [mantissa, power] = value.toExponential(1).split("e");
  return `${mantissa} × 10${high(Number(power))}`;
}

const factor = (value) => (value < 0 ? `(${format(value, 2)})` : format(value, 2));

/** The inputs and what both cells make of them: { length, x, plain, gated, kind(), step(), compute(), inputs() }. */
function cellsOf(model) {
  const inputs = () => [...floats(model.get("inputs"))];
  const length = inputs().length;
  const cells = { inputs, length, x: [], plain: null, gated: null };
  cells.kind = () => model.get("cell");
  cells.step = () => clamp(Math.round(model.get("step")), 1, length);
  cells.compute = () => {
    cells.x = inputs();
    cells.plain = simpleRnn(cells.x, model.get("recurrent_weight"));
    cells.gated = CELLS[cells.kind()].run(cells.x, model.get("gate_bias"));
  };
  cells.compute();
  return cells;
}

/** The address knows lists of numbers, the model bytes. */
function addressOf(model, { inputs, length }) {
  const inNumbers = {
    get: (key) =>
      key === "inputs" ? inputs().map((value) => Number(value.toFixed(4))) : model.get(key),
    set: (key, value) => {
      if (key !== "inputs") model.set(key, value);
      else if (value.length === length) model.set(key, packed(value));
    },
    save_changes: () => model.save_changes(),
  };
  return shareable(inNumbers, "recurrent_cells", {
    cell: Object.keys(CELLS),
    gate_bias: [-2, 6],
    recurrent_weight: [0, 2],
    step: [1, length],
    inputs: [-1, 1],
  });
}

// ---- drawing: every picture has the steps across ------------------------------------------------
/** The chosen step, as a band. */
function band({ context, inner, sx, theme }, step) {
  context.fillStyle = css(rgb(theme.violet), 0.2);
  context.fillRect(sx(step - 0.5), inner.y, sx(1) - sx(0), inner.height);
}

function level({ context, inner, sy }, height, colour, dashes = []) {
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(inner.x, sy(height));
  context.lineTo(inner.x + inner.width, sy(height));
  context.stroke();
  context.setLineDash([]);
}

function bars({ context, sx, sy }, values, base, colour) {
  const width = Math.max(2, (sx(1) - sx(0)) * 0.7);
  context.fillStyle = colour;
  values.forEach((value, t) =>
    context.fillRect(sx(t + 1) - width / 2, sy(base), width, sy(base + value) - sy(base)),
  );
}

function line(
  { context, sx, sy },
  values,
  colour,
  { width = 2, dashes = [], mark = null, paper = "" } = {},
) {
  const spots = values.map((value, t) => [sx(t + 1), sy(value)]);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.setLineDash(dashes);
  context.beginPath();
  spots.forEach((spot) => context.lineTo(...spot));
  context.stroke();
  context.setLineDash([]);
  if (mark) marks(context, spots, colour, mark, paper);
}

function marks(context, spots, colour, mark, paper) {
  context.lineWidth = 1.5;
  for (const [px, py] of spots) {
    context.beginPath();
    if (mark === "triangle") {
      context.moveTo(px, py - 4.5);
      context.lineTo(px + 4.2, py + 3.2);
      context.lineTo(px - 4.2, py + 3.2);
      context.closePath();
    } else context.arc(px, py, 3, 0, 2 * Math.PI);
    context.fillStyle = mark === "hollow" ? paper : colour;
    context.fill();
    if (mark === "hollow") context.stroke();
  }
}

/** Words left of a plot, each [text, height]. */
function words(view, items) {
  view.axes.replaceChildren(
    ...items.map(([text, y]) =>
      svg("text", { class: "dl-tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }, text),
    ),
  );
}

function clipped({ context, inner }, work) {
  context.save();
  context.beginPath();
  context.rect(inner.x - 5, inner.y - 5, inner.width + 10, inner.height + 10);
  context.clip();
  work();
  context.restore();
}

function drawInputs(view, { x, step }) {
  band(view, step());
  level(view, 0, view.theme.line);
  bars(view, x, 0, view.theme.muted);
  words(view, [
    ["1", view.sy(1)],
    ["input x", view.sy(0)],
    ["−1", view.sy(-1)],
  ]);
}

function drawGates(view, { kind, gated, step }) {
  const names = Object.entries(CELLS[kind()].gates);
  const { context, inner, sy, theme } = view;
  band(view, step());
  names.forEach(([letter], row) => {
    const base = (names.length - 1 - row) / names.length;
    const share = 0.84 / names.length;
    context.fillStyle = css(rgb(theme.muted), 0.14);
    context.fillRect(inner.x, sy(base + share), inner.width, sy(base) - sy(base + share));
    bars(
      view,
      gated.gates[letter].map((value) => value * share),
      base,
      theme.blue,
    );
  });
  words(
    view,
    names.map(([, name], row) => [name, sy((names.length - 1 - row + 0.42) / names.length)]),
  );
}

const thin = (theme) => ({ width: 1.4, dashes: [2, 3], mark: "hollow", paper: theme.paper });

function drawStates(view, { plain, gated, step }) {
  const { theme } = view;
  band(view, step());
  level(view, 0, theme.line);
  clipped(view, () => {
    if (gated.c) line(view, gated.c, css(rgb(theme.blue), 0.45), { width: 6 });
    line(view, plain.h, theme.blue, thin(theme));
    line(view, gated.h, theme.blue, { mark: "circle" });
  });
}

function drawGradient(view, { plain, gated, step }) {
  const { theme } = view;
  const sizes = ({ gradient }) =>
    gradient.map((value) => Math.log10(Math.max(Math.abs(value), 1e-40)));
  band(view, step());
  level(view, Math.log10(MATTERS), theme.muted, [6, 4]);
  clipped(view, () => {
    line(view, sizes(plain), theme.orange, thin(theme));
    line(view, sizes(gated), theme.orange, { mark: "triangle" });
  });
}

/** The four plots; a click on any chooses a step. */
function addPlots(leftPart, rightPart, cells, onStep) {
  const x = [0.4, cells.length + 0.6];
  const side = { left: LEFT, right: 8 };
  const on = (parent, draw, options) =>
    plot(parent, { x, draw: (view) => draw(view, cells), ...options });
  const parts = [
    on(leftPart, drawInputs, {
      y: [-1, 1],
      label: "Inputs",
      axes: false,
      margin: { ...side, top: 12 },
      aspect: 5.2,
    }),
    on(leftPart, drawGates, { y: [0, 1], label: "Gates", axes: false, margin: side, aspect: 3.6 }),
    on(leftPart, drawStates, {
      y: [-1.5, 1.5],
      label: "States",
      xLabel: "step",
      yLabel: "state",
      margin: side,
      aspect: 1.9,
    }),
    on(rightPart, drawGradient, {
      y: POWERS,
      label: "Gradient of the last state, step by step",
      xLabel: "step t",
      yLabel: `|∂h${low(cells.length)}/∂xₜ|, as a power of ten`,
      aspect: 1.3,
    }),
  ];
  for (const view of parts) {
    view.svg.classList.add("dl-cells-plot");
    view.svg.addEventListener("click", (event) => {
      if (!event.target.closest(".dl-handle"))
        onStep(view.sx.invert(pointerIn(view.svg, event)[0]));
    });
  }
  return parts;
}

// ---- words --------------------------------------------------------------------------------------
/** The sums of the chosen step, one text each. */
function sums({ x, plain, gated, kind, step }, weight) {
  const t = step() - 1;
  const [now, ago] = [low(t + 1), low(t)];
  const before = (values) => factor(values[t - 1] ?? 0);
  const gate = (letter) => factor(gated.gates[letter][t]);
  const rnn =
    `RNN: h${now} = tanh(w·h${ago} + x${now}) = tanh(${factor(weight)} · ${before(plain.h)} + ` +
    `${factor(x[t])}) = ${format(plain.h[t], 2)}`;
  if (kind() === "GRU") {
    return [
      rnn,
      `GRU: h${now} = z·h${ago} + (1 − z)·g = ${gate("z")} · ${before(gated.h)} + ` +
        `${factor(1 - gated.gates.z[t])} · ${gate("g")} = ${format(gated.h[t], 2)}`,
    ];
  }
  return [
    rnn,
    `LSTM: c${now} = f·c${ago} + i·g = ${gate("f")} · ${before(gated.c)} + ${gate("i")} · ${gate("g")} = ` +
      `${format(gated.c[t], 2)}`,
    `LSTM: h${now} = o·tanh c${now} = ${gate("o")} · ${factor(Math.tanh(gated.c[t]))} = ${format(gated.h[t], 2)}`,
  ];
}

/** The live sentence: how far the chosen input reaches. */
function sentence({ length, plain, gated, kind, step }) {
  const t = step() - 1;
  const steps = length - step();
  const [mine, theirs] = [gated, plain].map(({ gradient }) => Math.abs(gradient[t]));
  const inPlain = theirs >= MATTERS ? "the plain RNN only" : "neither";
  const inGated = theirs >= MATTERS ? "both" : `the ${kind()} only`;
  const later = steps ? `, ${steps} ${steps === 1 ? "step" : "steps"} later,` : "";
  return (
    `A small change of x${low(t + 1)} changes h${low(length)}${later} ${digits(mine)} times as much in the ${kind()}, ` +
    `${digits(theirs)} times in the plain RNN: x${low(t + 1)} matters in ${mine >= MATTERS ? inGated : inPlain}.`
  );
}

/** The legends under the left and the right plots, for the cell that is chosen. */
function showLegends(forward, backward, { kind, gated }) {
  if (forward.dataset.cell === kind()) return;
  forward.dataset.cell = kind();
  forward.replaceChildren();
  legend(forward, [
    { mark: "circle", colour: "blue", text: `${kind()}, state h` },
    ...(gated.c ? [{ mark: "line", colour: "blue", text: "LSTM, cell state c (thick)" }] : []),
    { mark: "hollow", colour: "blue", text: "plain RNN, state h" },
  ]);
  backward.replaceChildren();
  legend(backward, [
    { mark: "triangle", colour: "orange", text: kind() },
    { mark: "hollow", colour: "orange", text: "plain RNN" },
    { mark: "dashes", colour: "muted", text: `${MATTERS}: from here up an input matters` },
  ]);
}

/** The controls; returns what sets them to the model's values. */
function addControls(controls, model, cells, { change, setStep, setInput, save }) {
  const { kind, length } = cells;
  controls.classList.add("dl-cells-controls");
  const choice = select(controls, {
    label: "Gated cell",
    options: Object.keys(CELLS),
    value: kind(),
    onChange: (value) => {
      change("cell", value);
      save();
    },
  });
  const bias = slider(controls, {
    label: CELLS[kind()].bias,
    min: -2,
    max: 6,
    step: 0.05,
    value: model.get("gate_bias"),
    onInput: (value) => change("gate_bias", value),
    onChange: save,
  });
  const weight = slider(controls, {
    label: "RNN weight w",
    min: 0,
    max: 2,
    step: 0.01,
    value: model.get("recurrent_weight"),
    onInput: (value) => change("recurrent_weight", value),
    onChange: save,
  });
  const step = slider(controls, {
    label: "Step",
    min: 1,
    max: length,
    step: 1,
    value: cells.step(),
    show: (value) => `${value} of ${length}`,
    onInput: setStep,
    onChange: save,
  });
  const input = slider(controls, {
    label: "Input at this step",
    min: -1,
    max: 1,
    step: 0.05,
    value: 0,
    onInput: setInput,
    onChange: save,
  });
  return () => {
    bias.box.querySelector("label").textContent = CELLS[kind()].bias;
    bias.set(model.get("gate_bias"));
    weight.set(model.get("recurrent_weight"));
    step.set(cells.step());
    input.set(cells.x[cells.step() - 1]);
    choice.set(kind());
  };
}

/** What the reader can do to the cells. */
function actsOn(model, { length, inputs, step }, address) {
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };
  const setInput = (value) => {
    const values = inputs();
    values[step() - 1] = clamp(Math.round(value * 20) / 20, -1, 1);
    change("inputs", packed(values));
  };
  return {
    change,
    setInput,
    setStep: (next) => change("step", clamp(Math.round(next), 1, length)),
    save: () => address.save(),
  };
}

/** One-unit recurrent cells over an editable input: gates and states, and the gradient's reach. */
function render({ model, el }) {
  const ui = frame(
    { model, el },
    { label: "Recurrent cells through time", reset: () => address.reset() },
  );
  const cells = cellsOf(model);
  const address = addressOf(model, cells);
  cells.compute();
  const acts = actsOn(model, cells, address);
  const { setStep, setInput, save } = acts;
  const now = () => cells.x[cells.step() - 1];
  const sumsNow = () => sums(cells, model.get("recurrent_weight"));

  const [leftPart, rightPart] = [0, 1].map(() => h("div", { class: "dl-cells-part" }));
  ui.picture.append(leftPart, rightPart);
  const parts = addPlots(leftPart, rightPart, cells, (step) => {
    setStep(step);
    save();
  });
  handle(parts[0], {
    label: "Input",
    at: () => [cells.step(), now()],
    onMove: (_, y) => setInput(y),
    onKey: (right, up) => (right ? setStep(cells.step() + right) : setInput(now() + up * 0.05)),
    onEnd: save,
    value: () => [-1, now(), 1],
    text: () => `step ${cells.step()}, input ${format(now(), 2)}. ${sumsNow().join(". ")}`,
  });
  const [forward, backward] = [h("div"), h("div")];
  leftPart.append(forward);
  const working = h("div", { class: "dl-cells-sums" });
  rightPart.append(backward, working);
  const setControls = addControls(ui.controls, model, cells, acts);

  const refresh = () => {
    cells.compute();
    const largest = Math.max(...(cells.gated.c ?? [0]).map(Math.abs));
    const range = RANGES.find((most) => most >= largest) ?? RANGES.at(-1);
    parts[2].limits(parts[2].x, [-range, range]);
    parts.forEach((view) => view.redraw());
    setControls();
    showLegends(forward, backward, cells);
    ui.say(sentence(cells));
    working.replaceChildren(...sumsNow().map((text) => h("p", {}, text)));
  };
  refresh();
  ui.cleanup(watch(model, ["inputs", "cell", "recurrent_weight", "gate_bias", "step"], refresh));
  parts.forEach((view) => ui.cleanup(view.destroy));
  return ui.destroy;
}

export default { render };
