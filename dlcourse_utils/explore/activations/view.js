import { css, rgb } from "../kit/colours.js";
import { button, legend, select, slider } from "../kit/controls.js";
import { clamp, format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { matrix, multiply, multiplyTranspose } from "../kit/matrix.js";
import { shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";
import { seeded } from "../kit/random.js";

const DEPTH = 10;
const UNITS = 48;
const EXAMPLES = 32;
const LEAK = 0.2; // as in keras.activations.leaky_relu
const WIDEST = 6;
const SCALES = [0.5, 4];
const SEEDS = [1, 9999];
const POWERS = [-10, 6]; // the powers of ten that the right picture shows
const BINS = 48;
const HEAP_OPACITY = 0.4; // of the bars that show where the z lie

const sigmoid = (z) => (1 + Math.tanh(z / 2)) / 2; // no overflow for any z
/** The share of a standard normal below z; the error is below 1e-7 (Abramowitz & Stegun 7.1.26). */
const normalBelow = (z) => {
  const t = 1 / (1 + 0.3275911 * Math.abs(z) * Math.SQRT1_2);
  const tail =
    ((0.254829592 + (-0.284496736 + (1.421413741 + (-1.453152027 + 1.061405429 * t) * t) * t) * t) *
      t *
      Math.exp((-z * z) / 2)) /
    2;
  return z < 0 ? tail : 1 - tail;
};
const normalDensity = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Name -> [function, derivative]. */
const FUNCTIONS = {
  linear: [(z) => z, () => 1],
  sigmoid: [sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  leaky_relu: [(z) => (z > 0 ? z : LEAK * z), (z) => (z > 0 ? 1 : LEAK)],
  gelu: [(z) => z * normalBelow(z), (z) => normalBelow(z) + z * normalDensity(z)],
};
const BOUNDED = ["sigmoid", "tanh"];

/** A batch, a gradient and the weights of ten layers at scale 1: standard normal numbers / √units. */
function randomLayers(seed) {
  const random = seeded(seed);
  const draw = (rows, cols, factor) =>
    matrix(
      rows,
      cols,
      Float64Array.from({ length: rows * cols }, () => random.normal() * factor),
    );
  const weights = Array.from({ length: DEPTH }, () => draw(UNITS, UNITS, 1 / Math.sqrt(UNITS)));
  return { weights, batch: draw(EXAMPLES, UNITS, 1), gradient: draw(EXAMPLES, UNITS, 1) };
}

/** How much a unit differs from example to example: the root of the mean variance of the columns. */
function spread({ rows, cols, data }) {
  let total = 0;
  for (let j = 0; j < cols; j += 1) {
    let mean = 0;
    for (let i = 0; i < rows; i += 1) mean += data[i * cols + j] / rows;
    for (let i = 0; i < rows; i += 1) total += (data[i * cols + j] - mean) ** 2;
  }
  return Math.sqrt(total / (rows * cols));
}

const size = ({ data }) =>
  Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);

/** Forward and back: { signal, gradient } as shares at layers 0 to 10, and z, one matrix a layer. */
function tenLayers({ weights, batch, gradient }, name, scale) {
  const [activation, slope] = FUNCTIONS[name];
  const z = [];
  let signal = batch;
  const spreads = [spread(batch)];
  for (const weight of weights) {
    const sums = multiply(signal, weight);
    z.push(
      matrix(
        sums.rows,
        sums.cols,
        sums.data.map((value) => value * scale),
      ),
    );
    signal = matrix(sums.rows, sums.cols, z.at(-1).data.map(activation));
    spreads.push(spread(signal));
  }
  let back = gradient;
  const sizes = [size(gradient)];
  for (let layer = DEPTH - 1; layer >= 0; layer -= 1) {
    const through = back.data.map((value, i) => value * slope(z[layer].data[i]) * scale);
    back = multiplyTranspose(matrix(back.rows, back.cols, through), weights[layer]);
    sizes.unshift(size(back));
  }
  return {
    signal: spreads.map((s) => s / spreads[0]),
    gradient: sizes.map((s) => s / sizes[DEPTH]),
    z,
  };
}

/** A factor in words: 0.22, or how many times smaller or larger. */
function factor(value) {
  if (value > 0.105 && value < 9.5) return `multiplied by ${format(value, 2)}`;
  const [word, times] = value < 1 ? ["divided", 1 / value] : ["multiplied", value];
  const round = Number(times.toPrecision(2));
  const name = [
    [1e9, " billion"],
    [1e6, " million"],
  ].find(([least]) => round >= least) ?? [1, ""];
  return `${word} by ${(round / name[0]).toLocaleString("en")}${name[1]}`;
}

/** The ten layers of what is set: a function that computes them anew only after a change. */
function remembered(model) {
  let random = { seed: null };
  let result = null;
  let known = "";
  return () => {
    const [name, scale] = [model.get("activation"), model.get("weight_scale")];
    const seed = Math.round(model.get("seed"));
    const key = `${seed} ${name} ${scale}`;
    if (key === known) return result;
    known = key;
    if (random.seed !== seed) random = { seed, ...randomLayers(seed) };
    result = tenLayers(random, name, scale);
    return result;
  };
}

function stroke({ context }, points, colour, dashes = []) {
  context.setLineDash(dashes);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.setLineDash([]);
}

function rule({ context, theme }, from, to) {
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

/** Bars at the foot of the left picture: where the z of the ten layers lie. */
function drawHeap({ context, theme, inner, sx }, z) {
  const counts = Array(BINS).fill(0);
  for (const { data } of z) {
    for (const value of data)
      counts[clamp(Math.floor(((value + WIDEST) / (2 * WIDEST)) * BINS), 0, BINS - 1)] += 1;
  }
  const most = Math.max(...counts);
  context.fillStyle = css(rgb(theme.muted), HEAP_OPACITY);
  counts.forEach((count, i) => {
    const height = (count / most) * inner.height * 0.3;
    const left = sx(-WIDEST + (2 * WIDEST * i) / BINS);
    context.fillRect(
      left,
      inner.y + inner.height - height,
      sx((2 * WIDEST) / BINS) - sx(0) - 1,
      height,
    );
  });
}

/** Where the handle stands: at the foot of the plot, where it covers neither point. */
const foot = ({ inner }) => inner.y + inner.height - 10;

/** The two points over z, and the line from them down to the handle. */
function drawPoints(view, z, [activation, slope]) {
  const { context, sx, sy, theme } = view;
  const [top, bottom] = [activation(z), slope(z)].map(sy);
  context.lineWidth = 1.5;
  context.strokeStyle = theme.violet;
  context.beginPath();
  context.moveTo(sx(z), Math.min(top, bottom));
  context.lineTo(sx(z), foot(view));
  context.stroke();
  for (const [y, colour] of [
    [bottom, theme.orange],
    [top, theme.blue],
  ]) {
    context.beginPath();
    context.arc(sx(z), y, 5.5, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = theme.paper;
    context.stroke();
  }
}

/** Left: the function and its slope. */
function drawCurves(view, z, functions, result) {
  const { context, inner, sx, sy, theme } = view;
  const [activation, slope] = functions;
  context.save();
  context.beginPath();
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip();
  drawHeap(view, result.z);
  rule(view, [inner.x, sy(0)], [inner.x + inner.width, sy(0)]);
  rule(view, [sx(0), inner.y], [sx(0), inner.y + inner.height]);
  const grid = Array.from({ length: 241 }, (_, i) => -WIDEST + i / 20);
  stroke(
    view,
    grid.map((x) => [sx(x), sy(activation(x))]),
    theme.blue,
  );
  stroke(
    view,
    grid.map((x) => [sx(x), sy(slope(x))]),
    theme.orange,
    [6, 4],
  );
  drawPoints(view, z, functions);
  context.restore();
}

/** Right: signal and gradient of the ten layers. */
function drawLayers(view, result) {
  const { context, inner, sx, sy, theme } = view;
  rule(view, [inner.x, sy(0)], [inner.x + inner.width, sy(0)]);
  const spots = (values) =>
    values.map((value, layer) => [sx(layer), sy(clamp(Math.log10(value), ...POWERS))]);
  const signal = spots(result.signal);
  const gradient = spots(result.gradient);
  stroke(view, gradient, theme.orange, [6, 4]);
  stroke(view, signal, theme.blue);
  context.lineWidth = 1.2;
  context.strokeStyle = theme.paper;
  context.fillStyle = theme.orange;
  for (const [x, y] of gradient) {
    context.beginPath();
    context.moveTo(x, y - 6.5);
    context.lineTo(x + 6, y + 4.5);
    context.lineTo(x - 6, y + 4.5);
    context.closePath();
    context.stroke();
    context.fill();
  }
  context.fillStyle = theme.blue;
  for (const [x, y] of signal) {
    context.beginPath();
    context.arc(x, y, 4.5, 0, 2 * Math.PI);
    context.stroke();
    context.fill();
  }
}

const heights = (name) => (BOUNDED.includes(name) ? [-1.25, 1.25] : [-1.5, 4]);

/** The left picture with its legend and the handle on z. */
function curvesPlot({ model, ui, address, change, result }, part) {
  const functions = () => FUNCTIONS[model.get("activation")];
  const values = () => functions().map((f) => f(model.get("z")));
  const draw = (view) => {
    const layers = result();
    const z = model.get("z");
    drawCurves(view, z, functions(), layers);
    const [output, slope] = values();
    ui.say(
      `At z = ${format(z, 2)} the output is ${format(output, 2)} and the slope ${format(slope, 3)}. ` +
        `Ten layers: signal ${factor(layers.signal[DEPTH])}, gradient ${factor(layers.gradient[0])}.`,
    );
  };
  const view = plot(part, {
    x: [-WIDEST, WIDEST],
    y: heights(model.get("activation")),
    label: "The function and its slope",
    xLabel: "z",
    yLabel: "output, slope",
    aspect: 1.35,
    draw,
  });
  const key = legend(part, [
    { mark: "line", colour: "blue", text: "output φ(z)" },
    { mark: "dashes", colour: "orange", text: "slope φ′(z)" },
    { mark: "circle", colour: "violet", text: "z, to drag" },
    { mark: "line", colour: "line", text: "where the z of the ten layers lie" },
  ]);
  key.lastChild.querySelector("path").replaceWith(
    svg("path", {
      class: "dl-activations-bars",
      d: "M1,16V9h5v7zM7.5,16V2h5v14zM14,16V6h5v10z",
      fill: "var(--dl-muted)",
      "fill-opacity": HEAP_OPACITY,
    }),
  );
  handle(view, {
    label: "Input z",
    at: () => [model.get("z"), view.sy.invert(foot(view))],
    step: [0.1, 0],
    onMove: (x) => change("z", x),
    onEnd: address.save,
    text: () => {
      const [output, slope] = values();
      return `z ${format(model.get("z"), 2)}, output ${format(output, 2)}, slope ${format(slope, 3)}`;
    },
  });
  return view;
}

function layersPlot({ result }, part) {
  const view = plot(part, {
    x: [-0.3, DEPTH + 0.3],
    y: POWERS,
    label: "Signal and gradient, layer by layer",
    xLabel: "layer",
    yLabel: "size, as a power of ten",
    aspect: 1.35,
    draw: (it) => drawLayers(it, result()),
  });
  legend(part, [
    { mark: "circle", colour: "blue", text: "signal, from layer 0 on" },
    { mark: "triangle", colour: "orange", text: "gradient, back from layer 10" },
  ]);
  return view;
}

/** The controls; returns what sets them to the model's values. */
function addControls({ model, ui, address, change }) {
  const choice = select(ui.controls, {
    label: "Activation",
    options: Object.keys(FUNCTIONS),
    value: model.get("activation"),
    onChange: (value) => {
      change("activation", value);
      address.save();
    },
  });
  const scale = slider(ui.controls, {
    label: "Weight scale",
    min: SCALES[0],
    max: SCALES[1],
    step: 0.05,
    value: model.get("weight_scale"),
    onInput: (value) => change("weight_scale", value),
    onChange: address.save,
  });
  button(ui.controls, {
    label: "New weights",
    onClick: () => {
      change("seed", model.get("seed") >= SEEDS[1] ? SEEDS[0] : Math.round(model.get("seed")) + 1);
      address.save();
    },
  });
  return () => {
    choice.set(model.get("activation"));
    scale.set(model.get("weight_scale"));
  };
}

/** An activation function with its slope, and beside it ten layers of it. */
function render({ model, el }) {
  const ui = frame({ model, el }, { label: "Activation functions", reset: () => address.reset() });
  const address = shareable(model, "activations", {
    activation: Object.keys(FUNCTIONS),
    z: [-WIDEST, WIDEST],
    weight_scale: SCALES,
    seed: SEEDS,
  });
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };
  const figure = { model, ui, address, change, result: remembered(model) };
  const [leftPart, rightPart] = [0, 1].map(() => h("div", { class: "dl-activations-part" }));
  ui.picture.append(leftPart, rightPart);
  const left = curvesPlot(figure, leftPart);
  const right = layersPlot(figure, rightPart);
  const setControls = addControls(figure);

  ui.cleanup(left.destroy);
  ui.cleanup(right.destroy);
  ui.cleanup(
    watch(model, ["activation", "z", "weight_scale", "seed"], () => {
      setControls();
      left.limits(left.x, heights(model.get("activation")));
      right.redraw();
    }),
  );
  return ui.destroy;
}

export default { render };
