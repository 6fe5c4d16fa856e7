import { drawPoint } from "../kit/canvas.js";
import { css, rgb } from "../kit/colours.js";
import { button, legend, select, slider } from "../kit/controls.js";
import { clamp, format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";
import { seeded } from "../kit/random.js";

// The same as in overfitting.py.
const MOST_UNITS = 30;
const [LEAST_POINTS, MOST_POINTS] = [10, 200];
const VALIDATION_POINTS = 100;
const POWERS = [-6, -5, -4, -3, -2, -1, 0];
const L2 = [
  0,
  ...POWERS.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))),
  10,
];
const STEEPNESS = 6;
const TRACE = 1e-7;
const [GOLDEN, PLASTIC] = [0.6180339887498949, 0.7548776662466927];
const steps = (count, from, by) => Array.from({ length: count }, (_, i) => from + i * by);
const SWEEPS = {
  units: steps(MOST_UNITS, 1, 1),
  points: steps(39, LEAST_POINTS, 5),
  noise: steps(21, 0, 1).map((step) => step / 20),
  l2: L2,
  dropout: [0, 0.01, 0.02, 0.03, ...steps(18, 1, 1).map((step) => step / 20)],
};

const HEIGHT = 2.6; // the left picture shows y from -HEIGHT to HEIGHT
const GRID = steps(241, -1, 1 / 120);
const NO_L2 = -6.8; // where 0 stands among the powers of ten
const NEAR = 0.08; // a validation error this little above the noise is about as low as it gets
const TRIFLE = 0.02; // a training error further above it has not even learned the training points
const KNOBS = {
  units: { label: "Hidden units", ends: [0, 30], place: (v) => v, show: (v) => format(v, 0) },
  points: { label: "Training points", ends: [0, 200], place: (v) => v, show: (v) => format(v, 0) },
  noise: { label: "Noise", ends: [0, 1], place: (v) => v, show: (v) => format(v, 2) },
  l2: {
    label: "L2 (weight decay)",
    axis: "log₁₀ of L2; far left: none",
    ends: [NO_L2 - 0.1, 1.05],
    place: (v) => (v ? Math.log10(v) : NO_L2),
    show: (v) => (v ? String(v) : "none"),
  },
  dropout: {
    label: "Dropout",
    ends: [0, 0.9],
    place: (v) => v,
    show: (v) => (v ? format(v, 2) : "none"),
  },
};

const turn = (value) => 2 * (value % 1) - 1;
const rms = (values) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** One row for each x: a 1 for the bias, then what all hidden units answer. */
function features(xs) {
  return xs.map((x) =>
    Float64Array.from({ length: MOST_UNITS + 1 }, (_, k) =>
      k ? Math.tanh(STEEPNESS * (x - turn(k * GOLDEN))) : 1,
    ),
  );
}

/** All that a seed decides: { training, validation }, each { x, noise (of size 1), rows }. */
function drawn(seed) {
  const random = seeded(seed);
  const numbers = Array.from({ length: MOST_POINTS + VALIDATION_POINTS }, () => random.normal());
  const part = (x, noise) => ({ x, noise, rows: features(x) });
  const fresh = numbers.slice(MOST_POINTS);
  return {
    training: part(
      steps(MOST_POINTS, 0, 1).map((i) => turn(seed * PLASTIC + i * GOLDEN)),
      numbers,
    ),
    validation: part(
      steps(VALIDATION_POINTS, 1, 2).map((i) => i / VALIDATION_POINTS - 1),
      fresh.map((value) => value / rms(fresh)),
    ),
  };
}

const target = ({ x, noise }, i, level) => Math.sin(4 * x[i]) + level * noise[i];

/** The x of A x = b for a symmetric positive definite A, by Cholesky; A and b are overwritten. */
function solve(A, b) {
  const size = b.length;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = A[i][j];
      for (let k = 0; k < j; k += 1) sum -= A[i][k] * A[j][k];
      A[i][j] = i === j ? Math.sqrt(sum) : sum / A[j][j];
    }
  }
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) b[i] -= A[i][k] * b[k];
    b[i] /= A[i][i];
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) b[i] -= A[k][i] * b[k];
    b[i] /= A[i][i];
  }
  return b;
}

/** Bias and weights of the least loss for { units, points, noise, l2, dropout }. */
function leastLoss(data, { units, points, noise, l2, dropout }) {
  const size = units + 1;
  const normal = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  for (let i = 0; i < points; i += 1) {
    const row = data.training.rows[i];
    const y = target(data.training, i, noise) / points;
    for (let j = 0; j < size; j += 1) {
      right[j] += row[j] * y;
      const [sums, factor] = [normal[j], row[j] / points];
      for (let k = 0; k <= j; k += 1) sums[k] += factor * row[k];
    }
  }
  // The diagonal is the mean of unit², which is what dropout's part of the loss needs.
  for (let j = 1; j < size; j += 1) normal[j][j] *= 1 + dropout / (1 - dropout);
  for (let j = 1; j < size; j += 1) normal[j][j] += l2 + TRACE;
  return solve(normal, right);
}

/** The network's answer to one row of features. */
function answer(row, weights) {
  let sum = 0;
  for (let k = 0; k < weights.length; k += 1) sum += weights[k] * row[k];
  return sum;
}

/** Root mean square errors { training, validation } of one fit. */
function errors(data, setting) {
  const weights = leastLoss(data, setting);
  const of = (part, count) =>
    rms(
      steps(count, 0, 1).map((i) => answer(part.rows[i], weights) - target(part, i, setting.noise)),
    );
  return {
    training: of(data.training, setting.points),
    validation: of(data.validation, VALIDATION_POINTS),
  };
}

/** The errors for each value of a knob, all else as it is. */
function sweep(data, setting, knob) {
  return SWEEPS[knob].map((value) => ({ value, ...errors(data, { ...setting, [knob]: value }) }));
}

const KNOB_NAMES = Object.keys(KNOBS);

/** The knob's finest grain: the values that its slider can take. */
const FINE = {
  units: SWEEPS.units,
  l2: L2,
  points: steps(191, LEAST_POINTS, 1),
  noise: steps(101, 0, 1).map((step) => step / 100),
  dropout: steps(91, 0, 1).map((step) => step / 100),
};

/** The value of a knob that stands nearest to a place of its axis. */
function nearest(name, x) {
  const { place } = KNOBS[name];
  return FINE[name].reduce((best, value) =>
    Math.abs(place(value) - x) < Math.abs(place(best) - x) ? value : best,
  );
}

const indexOf = (name, value) => FINE[name].indexOf(nearest(name, KNOBS[name].place(value)));

/** The address keeps four decimals of a number, too few for the smallest L2: there it is text. */
function addressOf(model) {
  const whole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
  const inText = {
    get: (key) => (key === "l2" ? String(model.get("l2")) : model.get(key)),
    set: (key, value) => model.set(key, key === "l2" ? Number(value) : value),
    save_changes: () => model.save_changes(),
  };
  return shareable(inText, "overfitting", {
    units: whole(1, MOST_UNITS),
    points: whole(LEAST_POINTS, MOST_POINTS),
    noise: [0, 1],
    l2: (text) => text !== "" && L2.includes(Number(text)),
    dropout: [0, 0.9],
    against: KNOB_NAMES,
    seed: whole(0, 9999),
  });
}

/** What is computed of what is set: { data, now, curves, setting(), knob(), compute() }. */
function resultsOf(model) {
  const results = { data: { seed: null }, now: null, curves: [] }; // errors as all is set, and against the knob
  let known = "";
  results.setting = () => Object.fromEntries(KNOB_NAMES.map((name) => [name, model.get(name)]));
  results.knob = () => model.get("against");
  results.compute = () => {
    const [seed, knob, setting] = [model.get("seed"), results.knob(), results.setting()];
    if (results.data.seed !== seed) results.data = { seed, ...drawn(seed) };
    results.now = errors(results.data, setting);
    const others = KNOB_NAMES.filter((name) => name !== knob).map((name) => setting[name]);
    const key = JSON.stringify([seed, knob, others]);
    if (key !== known) results.curves = sweep(results.data, setting, knob);
    known = key;
  };
  /** How high the right picture reaches. */
  results.top = () => 1 + (results.knob() === "noise" ? 1 : model.get("noise"));
  return results;
}

function stroke({ context, inner }, points, colour, { width = 2.5, dashes = [] } = {}) {
  context.save();
  context.beginPath();
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip();
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.restore();
}

/** Points, fitted network and the curve without noise. */
function drawFit(view, { data, setting }, gridRows) {
  const { context, sx, sy, theme, inner } = view;
  const { noise, points } = setting();
  const weights = leastLoss(data, setting());
  const dots = (part, count, label, options) =>
    steps(count, 0, 1).forEach((i) => {
      const y = target(part, i, noise);
      if (Math.abs(y) <= HEIGHT) drawPoint(context, sx(part.x[i]), sy(y), label, theme, options);
    });
  stroke(
    view,
    GRID.map((x) => [sx(x), sy(Math.sin(4 * x))]),
    css(rgb(theme.muted), 0.45),
    { width: 6 },
  );
  context.globalAlpha = 0.5;
  dots(data.validation, VALIDATION_POINTS, 1, { radius: 2.6 });
  context.globalAlpha = 1;
  const inSight = (y) => clamp(sy(y), inner.y - 50, inner.y + inner.height + 50);
  stroke(
    view,
    gridRows.map((row, i) => [sx(GRID[i]), inSight(answer(row, weights))]),
    theme.blue,
  );
  dots(data.training, points, 0, { radius: points > 60 ? 3.5 : 5 });
}

/** Both errors against the knob. */
function drawErrors(view, { curves, now, knob, setting }) {
  const { inner, sx, sy, theme } = view;
  const { place } = KNOBS[knob()];
  const line = (read) =>
    curves.map((point) => [sx(place(point.value)), clamp(sy(read(point)), inner.y - 20, 1e4)]);
  const noise = ({ value }) => (knob() === "noise" ? value : setting().noise);
  stroke(view, line(noise), css(rgb(theme.muted), 0.7), { width: 4 });
  stroke(
    view,
    line((point) => point.training),
    theme.blue,
  );
  stroke(
    view,
    line((point) => point.validation),
    theme.orange,
    { dashes: [7, 4] },
  );
  const x = sx(place(setting()[knob()]));
  view.marks.append(
    svg("path", { d: `M${x},${inner.y}V${inner.y + inner.height}`, class: "dl-overfitting-now" }),
    svg("circle", { cx: x, cy: sy(now.training), r: 5, class: "dl-overfitting-training" }),
  );
}

function fitPlot(parent, results) {
  const gridRows = features(GRID);
  const view = plot(parent, {
    x: [-1, 1],
    y: [-HEIGHT, HEIGHT],
    label: "Points and fitted network",
    xLabel: "x",
    yLabel: "y",
    aspect: 1.3,
    draw: (it) => drawFit(it, results, gridRows),
  });
  legend(parent, [
    { mark: "circle", colour: "blue", text: "training points" },
    { mark: "triangle", colour: "orange", text: "validation points" },
    { mark: "line", colour: "blue", text: "network" },
    { mark: "line", colour: "muted", text: "without noise" },
  ]);
  return view;
}

/** The right picture with the handle that moves its knob. */
function errorsPlot(parent, model, results, { change, save }) {
  const view = plot(parent, {
    x: [0, 1],
    y: [0, 1],
    label: "Errors against one knob",
    xLabel: "knob",
    yLabel: "error (root mean square)",
    aspect: 1.3,
    draw: (it) => drawErrors(it, results),
  });
  legend(parent, [
    { mark: "line", colour: "blue", text: "training error" },
    { mark: "dashes", colour: "orange", text: "validation error" },
    { mark: "line", colour: "muted", text: "noise" },
  ]);
  const { knob } = results;
  const value = () => model.get(knob());
  handle(view, {
    label: "Knob of this picture",
    at: () => [KNOBS[knob()].place(value()), Math.min(results.now.validation, results.top())],
    onMove: (x) => change(knob(), nearest(knob(), x)),
    onEnd: save,
    onKey: (right, up) => {
      const values = FINE[knob()];
      change(knob(), values[clamp(indexOf(knob(), value()) + right + up, 0, values.length - 1)]);
    },
    text: () =>
      `${KNOBS[knob()].label} ${KNOBS[knob()].show(value())}, validation error ${format(results.now.validation, 2)}`,
  });
  return view;
}

/** The live sentence. */
function sentence({ training, validation }, noise) {
  const fits = training > noise + TRIFLE ? "It underfits." : "It overfits.";
  const verdict = validation <= noise + NEAR ? "Close to the best possible." : fits;
  return `Training error ${format(training, 2)}, validation error ${format(validation, 2)}, noise ${format(noise, 2)}. ${verdict}`;
}

/** The controls; returns what sets them to the model's values. */
function addControls(controls, model, { change, save }) {
  controls.classList.add("dl-in-columns");
  const sliders = KNOB_NAMES.map((name) =>
    slider(controls, {
      label: KNOBS[name].label,
      min: 0,
      max: FINE[name].length - 1,
      step: 1,
      value: indexOf(name, model.get(name)),
      show: (i) => KNOBS[name].show(FINE[name][i]),
      onInput: (i) => change(name, FINE[name][i]),
      onChange: save,
    }),
  );
  const choice = select(controls, {
    label: "Errors against",
    value: model.get("against"),
    options: KNOB_NAMES.map((value) => ({
      value,
      text: KNOBS[value].label.toLowerCase().replace("l2", "L2"),
    })),
    onChange: (name) => {
      change("against", name);
      save();
    },
  });
  button(controls, {
    label: "New points",
    onClick: () => {
      change("seed", (model.get("seed") + 1) % 10000);
      save();
    },
  });
  return () => {
    KNOB_NAMES.forEach((name, i) => sliders[i].set(indexOf(name, model.get(name))));
    choice.set(model.get("against"));
  };
}

/** A network fitted to noisy points, and both its errors against any of five knobs. */
function render({ model, el }) {
  const link = addressOf(model);
  const ui = frame({ model, el }, { label: "Overfitting", reset: () => link.reset() });
  const acts = {
    change(key, value) {
      model.set(key, value);
      model.save_changes();
    },
    save: () => link.save(),
  };
  const results = resultsOf(model);
  const [leftPart, rightPart] = [0, 1].map(() => h("div", { class: "dl-overfitting-part" }));
  ui.picture.append(leftPart, rightPart);
  const picture = fitPlot(leftPart, results);
  const chart = errorsPlot(rightPart, model, results, acts);
  const setControls = addControls(ui.controls, model, acts);

  const refresh = () => {
    results.compute();
    const { label, axis, ends } = KNOBS[results.knob()];
    chart.options.xLabel = axis ?? label.toLowerCase();
    chart.limits(ends, [0, results.top()]);
    picture.redraw();
    setControls();
    ui.say(sentence(results.now, model.get("noise")));
  };
  refresh();
  ui.cleanup(watch(model, [...KNOB_NAMES, "against", "seed"], refresh));
  ui.cleanup(picture.destroy);
  ui.cleanup(chart.destroy);
  return ui.destroy;
}

export default { render };
