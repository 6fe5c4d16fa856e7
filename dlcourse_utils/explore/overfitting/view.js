import { h, svg, clamp, format } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { slider, select, button, legend } from "../kit/controls.js";
import { plot, handle } from "../kit/plot.js";
import { drawPoint } from "../kit/canvas.js";
import { css, rgb } from "../kit/colours.js";
import { seeded } from "../kit/random.js";
import { watch, shareable } from "../kit/model.js";

// The same as in overfitting.py.
const MOST_UNITS = 30;
const [LEAST_POINTS, MOST_POINTS] = [10, 200];
const VALIDATION_POINTS = 100;
const POWERS = [-6, -5, -4, -3, -2, -1, 0];
const L2 = [0, ...POWERS.flatMap((power) => [1, 2, 5].map((digit) => Number(`${digit}e${power}`))), 10];
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
  l2: { label: "L2 (weight decay)", axis: "log₁₀ of L2; far left: none", ends: [NO_L2 - 0.1, 1.05],
    place: (v) => (v ? Math.log10(v) : NO_L2), show: (v) => (v ? String(v) : "none") },
  dropout: { label: "Dropout", ends: [0, 0.9], place: (v) => v, show: (v) => (v ? format(v, 2) : "none") },
};

const turn = (value) => 2 * (value % 1) - 1;
const rms = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** One row for each x: a 1 for the bias, then what all hidden units answer. */
function features(xs) {
  return xs.map((x) => Float64Array.from({ length: MOST_UNITS + 1 },
    (_, k) => (k ? Math.tanh(STEEPNESS * (x - turn(k * GOLDEN))) : 1)));
}

/** All that a seed decides: { training, validation }, each { x, noise (of size 1), rows }. */
function drawn(seed) {
  const random = seeded(seed);
  const numbers = Array.from({ length: MOST_POINTS + VALIDATION_POINTS }, () => random.normal());
  const part = (x, noise) => ({ x, noise, rows: features(x) });
  const fresh = numbers.slice(MOST_POINTS);
  return { training: part(steps(MOST_POINTS, 0, 1).map((i) => turn(seed * PLASTIC + i * GOLDEN)), numbers),
    validation: part(steps(VALIDATION_POINTS, 1, 2).map((i) => i / VALIDATION_POINTS - 1),
      fresh.map((value) => value / rms(fresh))) };
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
  const of = (part, count) => rms(steps(count, 0, 1).map((i) => answer(part.rows[i], weights)
    - target(part, i, setting.noise)));
  return { training: of(data.training, setting.points), validation: of(data.validation, VALIDATION_POINTS) };
}

/** The errors for each value of a knob, all else as it is. */
function sweep(data, setting, knob) {
  return SWEEPS[knob].map((value) => ({ value, ...errors(data, { ...setting, [knob]: value }) }));
}

/** A network fitted to noisy points, and both its errors against any of five knobs. */
function render({ model, el }) {
  const names = Object.keys(KNOBS);
  const whole = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
  // The address keeps four decimals of a number, too few for the smallest L2: there it is text.
  const link = shareable({
    get: (key) => (key === "l2" ? String(model.get("l2")) : model.get(key)),
    set: (key, value) => model.set(key, key === "l2" ? Number(value) : value),
    save_changes: () => model.save_changes(),
  }, "overfitting", { units: whole(1, MOST_UNITS), points: whole(LEAST_POINTS, MOST_POINTS),
    noise: [0, 1], l2: (text) => text !== "" && L2.includes(Number(text)), dropout: [0, 0.9], against: names,
    seed: whole(0, 9999) });
  const ui = frame({ model, el }, { label: "Overfitting", reset: () => link.reset() });
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };
  const setting = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const knob = () => model.get("against");

  let data = { seed: null };
  let now = null; // errors as everything is set
  let curves = []; // and against the knob
  let known = "";
  const compute = () => {
    const seed = model.get("seed");
    if (data.seed !== seed) data = { seed, ...drawn(seed) };
    now = errors(data, setting());
    const others = names.filter((name) => name !== knob()).map((name) => model.get(name));
    const key = JSON.stringify([seed, knob(), others]);
    if (key !== known) curves = sweep(data, setting(), knob());
    known = key;
  };

  // ---- pictures -------------------------------------------------------------------------------
  const stroke = ({ context, inner }, points, colour, { width = 2.5, dashes = [] } = {}) => {
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
  };
  const gridRows = features(GRID);
  const drawFit = (view) => {
    const { context, sx, sy, theme, inner } = view;
    const { noise, points } = setting();
    const weights = leastLoss(data, setting());
    const dots = (part, count, label, options) => steps(count, 0, 1).forEach((i) => {
      const y = target(part, i, noise);
      if (Math.abs(y) <= HEIGHT) drawPoint(context, sx(part.x[i]), sy(y), label, theme, options);
    });
    stroke(view, GRID.map((x) => [sx(x), sy(Math.sin(4 * x))]), css(rgb(theme.muted), 0.45), { width: 6 });
    context.globalAlpha = 0.5;
    dots(data.validation, VALIDATION_POINTS, 1, { radius: 2.6 });
    context.globalAlpha = 1;
    stroke(view, gridRows.map((row, i) => [sx(GRID[i]),
      clamp(sy(answer(row, weights)), inner.y - 50, inner.y + inner.height + 50)]), theme.blue);
    dots(data.training, points, 0, { radius: points > 60 ? 3.5 : 5 });
  };
  const top = () => 1 + (knob() === "noise" ? 1 : model.get("noise"));
  const drawErrors = (view) => {
    const { inner, sx, sy, theme } = view;
    const { place } = KNOBS[knob()];
    const line = (read) => curves.map((point) => [sx(place(point.value)), clamp(sy(read(point)), inner.y - 20, 1e4)]);
    stroke(view, line(({ value }) => (knob() === "noise" ? value : model.get("noise"))),
      css(rgb(theme.muted), 0.7), { width: 4 });
    stroke(view, line((point) => point.training), theme.blue);
    stroke(view, line((point) => point.validation), theme.orange, { dashes: [7, 4] });
    const x = sx(place(model.get(knob())));
    view.marks.append(svg("path", { d: `M${x},${inner.y}V${inner.y + inner.height}`, class: "dl-overfitting-now" }),
      svg("circle", { cx: x, cy: sy(now.training), r: 5, class: "dl-overfitting-training" }));
  };

  const leftPart = h("div", { class: "dl-overfitting-part" });
  const rightPart = h("div", { class: "dl-overfitting-part" });
  ui.picture.append(leftPart, rightPart);
  const picture = plot(leftPart, { x: [-1, 1], y: [-HEIGHT, HEIGHT], label: "Points and fitted network",
    xLabel: "x", yLabel: "y", aspect: 1.3, draw: drawFit });
  legend(leftPart, [{ mark: "circle", colour: "blue", text: "training points" },
    { mark: "triangle", colour: "orange", text: "validation points" },
    { mark: "line", colour: "blue", text: "network" },
    { mark: "line", colour: "muted", text: "without noise" }]);
  const chart = plot(rightPart, { x: [0, 1], y: [0, 1], label: "Errors against one knob", xLabel: "knob",
    yLabel: "error (root mean square)", aspect: 1.3, draw: drawErrors });
  legend(rightPart, [{ mark: "line", colour: "blue", text: "training error" },
    { mark: "dashes", colour: "orange", text: "validation error" }, { mark: "line", colour: "muted", text: "noise" }]);

  /** The knob's finest grain: the values that its slider can take. */
  const fine = (name) => ({ units: SWEEPS.units, l2: L2, points: steps(191, LEAST_POINTS, 1),
    noise: steps(101, 0, 1).map((step) => step / 100), dropout: steps(91, 0, 1).map((step) => step / 100) })[name];
  const nearest = (name, x) => {
    const { place } = KNOBS[name];
    return fine(name).reduce((best, value) => (Math.abs(place(value) - x) < Math.abs(place(best) - x) ? value : best));
  };
  const index = (name) => fine(name).indexOf(nearest(name, KNOBS[name].place(model.get(name))));
  handle(chart, { label: "Knob of this picture",
    at: () => [KNOBS[knob()].place(model.get(knob())), Math.min(now.validation, top())],
    onMove: (x) => change(knob(), nearest(knob(), x)), onEnd: () => link.save(),
    onKey: (right, up) => {
      const values = fine(knob());
      change(knob(), values[clamp(index(knob()) + right + up, 0, values.length - 1)]);
    },
    text: () => `${KNOBS[knob()].label} ${KNOBS[knob()].show(model.get(knob()))}, `
      + `validation error ${format(now.validation, 2)}` });

  // ---- words ----------------------------------------------------------------------------------
  const tell = () => {
    const noise = model.get("noise");
    const verdict = now.validation <= noise + NEAR ? "Close to the best possible."
      : now.training > noise + TRIFLE ? "It underfits." : "It overfits.";
    ui.say(`Training error ${format(now.training, 2)}, validation error ${format(now.validation, 2)}, `
      + `noise ${format(noise, 2)}. ${verdict}`);
  };

  // ---- controls -------------------------------------------------------------------------------
  ui.controls.classList.add("dl-in-columns");
  const sliders = names.map((name) => {
    const values = fine(name);
    return slider(ui.controls, { label: KNOBS[name].label, min: 0, max: values.length - 1, step: 1, value: index(name),
      show: (i) => KNOBS[name].show(values[i]), onInput: (i) => change(name, values[i]), onChange: () => link.save() });
  });
  const choice = select(ui.controls, { label: "Errors against",
    options: names.map((value) => ({ value, text: KNOBS[value].label.toLowerCase().replace("l2", "L2") })),
    value: knob(),
    onChange: (name) => {
      change("against", name);
      link.save();
    } });
  button(ui.controls, { label: "New points", onClick: () => {
    change("seed", (model.get("seed") + 1) % 10000);
    link.save();
  } });

  const refresh = () => {
    compute();
    const { label, axis, ends } = KNOBS[knob()];
    chart.options.xLabel = axis ?? label.toLowerCase();
    chart.limits(ends, [0, top()]);
    picture.redraw();
    names.forEach((name, i) => sliders[i].set(index(name)));
    choice.set(knob());
    tell();
  };
  refresh();
  ui.cleanup(watch(model, [...names, "against", "seed"], refresh));
  ui.cleanup(picture.destroy);
  ui.cleanup(chart.destroy);
  return ui.destroy;
}

export default { render };
