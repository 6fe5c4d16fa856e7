import { drawPoint, raster } from "../kit/canvas.js";
import { mix, rgb, signed } from "../kit/colours.js";
import { button, legend, numberField, select, slider } from "../kit/controls.js";
import { clamp, format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { affine, columnSums, matrix, multiplyTranspose, transposeMultiply } from "../kit/matrix.js";
import { packed, shareable, watch } from "../kit/model.js";
import { plot } from "../kit/plot.js";
import { seeded } from "../kit/random.js";
import { visibleLoop } from "../kit/visible.js";

const EXAMPLES = 240;
const TRAINING = 160; // the rest is for validation
const SPAN = 2.4; // the plane shown: -SPAN..SPAN in both features
const CELLS = 64; // grid of the decision surface
const SHADES = 64; // steps of a colour map, each way from the middle
const EPOCHS_A_FRAME = 8;
const BUDGET_MS = 8; // of a frame's 16 ms, so that a slow machine trains slower, not jerkier
const PICTURE_MS = 33; // between two pictures while it trains
const PUBLISH_MS = 1000;
const KEPT = 400; // points of the loss curve
const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const SETTINGS = ["dataset", "noise", "hidden", "activation", "seed"];

const within = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const sigmoid = (z) => 1 / (1 + Math.exp(-z));
/** Activation and its derivative, the latter as a function of the activation's own output. */
const ACTIVATIONS = {
  relu: [(z) => Math.max(0, z), (a) => (a > 0 ? 1 : 0)],
  tanh: [Math.tanh, (a) => 1 - a * a],
  sigmoid: [sigmoid, (a) => a * (1 - a)],
  linear: [(z) => z, () => 1],
};

const DATASETS = {
  circles: (label, random) => {
    const [radius, angle] = [
      label ? 1.3 + 0.5 * random() : 0.75 * Math.sqrt(random()),
      2 * Math.PI * random(),
    ];
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  xor: (label, random) => {
    const [x, y] = [0.15 + 1.65 * random(), 0.15 + 1.65 * random()];
    const side = random() < 0.5 ? -1 : 1;
    return [side * x, (label ? -side : side) * y];
  },
  moons: (label, random) => {
    const angle = Math.PI * random();
    return label
      ? [0.6 - 1.2 * Math.cos(angle), 0.35 - 1.2 * Math.sin(angle)]
      : [-0.6 + 1.2 * Math.cos(angle), -0.35 + 1.2 * Math.sin(angle)];
  },
  spirals: (label, random) => {
    const turn = 0.08 + 0.92 * random();
    const angle = 2.6 * Math.PI * turn + (label ? Math.PI : 0);
    return [1.9 * turn * Math.cos(angle), 1.9 * turn * Math.sin(angle)];
  },
  blobs: (label, random) => [
    0.45 * random.normal() + (label ? 0.9 : -0.9),
    0.45 * random.normal() + (label ? 0.7 : -0.7),
  ],
};

/** The examples of a seed: { rows of [x1, x2, class], training { X, y }, validation { X, y } }. */
function makeData({ dataset, noise, seed }) {
  const random = seeded(seed);
  const rows = Array.from({ length: EXAMPLES }, (_, i) => {
    const [x, y] = DATASETS[dataset](i % 2, random);
    // float32, so that Python gets these very numbers.
    return [x + noise * random.normal(), y + noise * random.normal(), i % 2].map(Math.fround);
  });
  random.shuffle(rows);
  const part = (some) => ({
    X: matrix(some.length, 2, Float64Array.from(some.flatMap((row) => row.slice(0, 2)))),
    y: Float64Array.from(some, (row) => row[2]),
  });
  return { rows, training: part(rows.slice(0, TRAINING)), validation: part(rows.slice(TRAINING)) };
}

/** Layers { W, b }: normal weights of variance 2/inputs for ReLU, else 1/inputs; biases 0. */
function makeNetwork({ hidden, activation, seed }) {
  const random = seeded(seed + 1000003);
  const sizes = [2, ...hidden, 1];
  return sizes.slice(1).map((units, i) => {
    const spread = Math.sqrt((activation === "relu" ? 2 : 1) / sizes[i]);
    const W = matrix(sizes[i], units);
    W.data.forEach((_, j) => {
      W.data[j] = Math.fround(spread * random.normal());
    });
    return { W, b: new Float64Array(units) };
  });
}

/** The outputs of every layer, inputs first; the last are logits (before the sigmoid). */
function forward(layers, X, activation) {
  const outputs = [X];
  layers.forEach(({ W, b }, i) => {
    const out = affine(outputs[i], W, b);
    if (i < layers.length - 1)
      out.data.forEach((z, j) => {
        out.data[j] = ACTIVATIONS[activation][0](z);
      });
    outputs.push(out);
  });
  return outputs;
}

/** Mean binary cross-entropy and share of right answers, from logits. */
function measure(logits, y) {
  let [loss, right] = [0, 0];
  logits.forEach((z, i) => {
    loss += Math.max(z, 0) - z * y[i] + Math.log1p(Math.exp(-Math.abs(z)));
    right += (z > 0 ? 1 : 0) === y[i] ? 1 : 0;
  });
  return { loss: loss / y.length, accuracy: right / y.length };
}

/** One epoch of plain gradient descent: one step, along the gradient of all training examples. */
function descend(layers, { X, y }, activation, rate) {
  const outputs = forward(layers, X, activation);
  let delta = matrix(
    X.rows,
    1,
    outputs.at(-1).data.map((z, i) => (sigmoid(z) - y[i]) / X.rows),
  );
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    const { W, b } = layers[i];
    const gradient = transposeMultiply(outputs[i], delta);
    const shift = columnSums(delta);
    if (i > 0) {
      delta = multiplyTranspose(delta, W);
      delta.data.forEach((d, j) => {
        delta.data[j] = d * ACTIVATIONS[activation][1](outputs[i].data[j]);
      });
    }
    gradient.data.forEach((g, j) => {
      W.data[j] -= rate * g;
    });
    shift.forEach((g, j) => {
      b[j] -= rate * g;
    });
  }
}

const GRID = matrix(
  CELLS * CELLS,
  2,
  Float64Array.from({ length: 2 * CELLS * CELLS }, (_, i) => {
    const cell = i >> 1;
    return i % 2
      ? SPAN - (2 * SPAN * (Math.floor(cell / CELLS) + 0.5)) / CELLS
      : -SPAN + (2 * SPAN * ((cell % CELLS) + 0.5)) / CELLS;
  }),
);

/** The run: data, network, losses and the curve; { begin(), advance(), publish(), … }. */
function runOf(model) {
  const get = (key) => model.get(key);
  const run = { data: null, layers: null, epoch: 0, history: [], now: null, published: 0 };
  let stride = 1; // epochs between two points of the curve
  const evaluate = () => {
    const score = ({ X, y }) => measure(forward(run.layers, X, get("activation")).at(-1).data, y);
    run.now = { training: score(run.data.training), validation: score(run.data.validation) };
    run.now.broken = !Number.isFinite(run.now.training.loss);
  };
  const record = () => {
    const { epoch, now } = run;
    if (epoch % stride === 0) run.history.push([epoch, now.training.loss, now.validation.loss]);
    if (run.history.length > KEPT) {
      stride *= 2;
      run.history = run.history.filter(([at]) => at % stride === 0);
    }
  };
  run.publish = () => {
    run.published = performance.now();
    model.set("epoch", run.epoch);
    for (const part of ["training", "validation"]) {
      model.set(`${part}_loss`, run.now.broken ? null : run.now[part].loss);
      model.set(`${part}_accuracy`, run.now.broken ? null : run.now[part].accuracy);
    }
    model.set("weights", packed(run.layers.flatMap(({ W, b }) => [...W.data, ...b])));
    model.save_changes();
  };
  run.advance = () => {
    descend(run.layers, run.data.training, get("activation"), get("learning_rate"));
    run.epoch += 1;
    evaluate();
    record();
  };
  run.begin = () => {
    const chosen = Object.fromEntries(SETTINGS.map((key) => [key, get(key)]));
    run.data = makeData(chosen);
    run.layers = makeNetwork(chosen);
    [run.epoch, run.history, stride] = [0, [], 1];
    evaluate();
    record();
    model.set("data", packed(run.data.rows.flat()));
    run.publish();
  };
  return run;
}

/** The colours of -1..1 for a theme, strong for units, pale for the plane: a function that makes them once. */
function colourMaps() {
  let tints = null;
  return (theme) => {
    if (tints?.paper === theme.paper) return tints;
    const paper = rgb(theme.paper);
    const strong = Array.from({ length: 2 * SHADES + 1 }, (_, i) => signed(i / SHADES - 1, theme));
    tints = { paper: theme.paper, strong, pale: strong.map((colour) => mix(paper, colour, 0.42)) };
    return tints;
  };
}

const shade = (map, t) => map[Math.round((clamp(t || 0, -1, 1) + 1) * SHADES)]; // NaN: 0

/** The plane as the network divides it, and the points. */
function drawPlane(view, { run, outputs, tintsFor, surface }) {
  const { context, inner, sx, sy, theme } = view;
  const { pale } = tintsFor(theme);
  const logits = outputs().at(-1).data;
  surface.paint((column, row) => shade(pale, 2 * sigmoid(logits[row * CELLS + column]) - 1));
  surface.stamp(context, inner.x, inner.y, inner.width, inner.height);
  run.data.rows.forEach(([x, y, label], i) =>
    drawPoint(context, sx(x), sy(y), label, theme, { radius: 3.8, hollow: i >= TRAINING }),
  );
}

/** The weights as lines between the units' places. */
function drawWeights({ context, theme }, layers, place, size) {
  layers.forEach(({ W }, layer) => {
    const largest = Math.max(1, ...W.data.map(Math.abs));
    W.data.forEach((weight, i) => {
      const [x1, y1] = place(layer, Math.floor(i / W.cols));
      const [x2, y2] = place(layer + 1, i % W.cols);
      context.beginPath();
      context.moveTo(x1 + size / 2, y1);
      context.bezierCurveTo((x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2 - size / 2, y2);
      context.strokeStyle = weight < 0 ? theme.blue : theme.orange;
      context.globalAlpha = 0.85;
      context.lineWidth = 0.4 + (5 * Math.abs(weight)) / largest;
      context.stroke();
    });
  });
  context.globalAlpha = 1;
}

/** How a unit's outputs become -1..1 for its picture: a function of one of them. */
function levelOf(values, units, unit, { isInput, isOutput, activation }) {
  if (isOutput) return (value) => 2 * sigmoid(value) - 1;
  if (!isInput && activation === "sigmoid") return (value) => 2 * value - 1;
  let top = 1e-9;
  for (let i = unit; i < values.length; i += units) top = Math.max(top, Math.abs(values[i]));
  return (value) => value / top;
}

const SMALL = CELLS / 2; // a unit's picture takes every second cell

/** The network: each unit with what it answers over the plane. */
function drawNetwork(view, { run, outputs, tintsFor, tile, activation }) {
  const { context, inner, theme } = view;
  const { strong } = tintsFor(theme);
  const sizes = outputs().map((out) => out.cols);
  const size = Math.min(34, (inner.height - 20) / Math.max(...sizes) - 5);
  const place = (layer, unit) => [
    inner.x + size / 2 + 22 + (layer / (sizes.length - 1)) * (inner.width - size - 48),
    inner.y + 20 + ((unit + 0.5) * (inner.height - 20)) / sizes[layer],
  ];
  drawWeights(view, run.layers, place, size);
  context.fillStyle = theme.ink;
  context.font = "13px system-ui, sans-serif";
  context.textAlign = "center";
  sizes.forEach((units, layer) => {
    const [isInput, isOutput] = [layer === 0, layer === sizes.length - 1];
    const words = isInput ? "inputs" : isOutput ? "output" : `layer ${layer}`;
    context.fillText(words, clamp(place(layer, 0)[0], 24, view.width - 24), inner.y + 10);
    for (let unit = 0; unit < units; unit += 1) {
      const values = outputs()[layer].data;
      const level = levelOf(values, units, unit, { isInput, isOutput, activation: activation() });
      tile.paint((column, row) =>
        shade(strong, level(values[2 * (row * CELLS + column) * units + unit])),
      );
      const [x, y] = place(layer, unit);
      tile.stamp(context, x - size / 2, y - size / 2, size, size);
      context.lineWidth = 1;
      context.strokeStyle = theme.muted;
      context.strokeRect(x - size / 2, y - size / 2, size, size);
      if (isInput) context.fillText(`x${"₁₂"[unit]}`, x - size / 2 - 11, y + 4);
      if (isOutput) context.fillText("ŷ", x + size / 2 + 10, y + 4);
    }
  });
}

/** Both losses by epoch. */
function drawLoss({ context, theme, sx, sy, inner, marks }, { epoch, history, now }) {
  context.save();
  context.beginPath();
  context.rect(inner.x, 0, inner.width + 4, inner.y + inner.height);
  context.clip();
  const latest = [epoch, now.training.loss, now.validation.loss];
  const points = history.at(-1)[0] === epoch ? history : [...history, latest];
  for (const [which, colour, dash] of [
    [1, theme.blue, []],
    [2, theme.orange, [6, 4]],
  ]) {
    context.beginPath();
    points
      .filter((point) => Number.isFinite(point[which]))
      .forEach((point) => context.lineTo(sx(point[0]), sy(point[which])));
    context.setLineDash(dash);
    context.lineWidth = 2;
    context.strokeStyle = colour;
    context.stroke();
    context.beginPath();
    context.arc(sx(epoch), sy(points.at(-1)[which]), 3, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
  context.restore();
  if (epoch > 0) return;
  marks.append(
    svg(
      "text",
      {
        class: "dl-tick",
        x: inner.x + inner.width / 2,
        y: inner.y + inner.height * 0.6,
        "text-anchor": "middle",
      },
      "Press Train to see the loss fall",
    ),
  );
}

/** The three pictures with their legends: { plane, network, curve }. */
function addPictures(picture, figure) {
  const left = h("div", { class: "dl-playground-plane" });
  const side = h("div", { class: "dl-playground-side" });
  picture.append(left, side);
  const plane = plot(left, {
    x: [-SPAN, SPAN],
    y: [-SPAN, SPAN],
    label: "The plane as the network divides it",
    xLabel: "x₁",
    yLabel: "x₂",
    maxWidth: 400,
    draw: (view) => drawPlane(view, figure),
  });
  legend(left, [
    { mark: "circle", colour: "blue", text: "class 0" },
    { mark: "triangle", colour: "orange", text: "class 1" },
    { mark: "hollow", colour: "muted", text: "validation" },
  ]);
  const network = plot(side, {
    x: [0, 1],
    y: [0, 1],
    label: "The network",
    axes: false,
    aspect: 1.9,
    maxWidth: 430,
    margin: { top: 4, right: 4, bottom: 4, left: 4 },
    draw: (view) => drawNetwork(view, figure),
  });
  side.append(
    h(
      "p",
      { class: "dl-playground-note" },
      "Each square: a unit's output over the plane. Lines: weights, orange positive, blue negative.",
    ),
  );
  const curve = plot(side, {
    x: [0, 10],
    y: [0, 1],
    label: "Loss by epoch",
    xLabel: "epoch",
    yLabel: "loss",
    aspect: 2.9,
    maxWidth: 430,
    draw: (view) => drawLoss(view, figure.run),
  });
  legend(side, [
    { mark: "line", colour: "blue", text: "training" },
    { mark: "dashes", colour: "orange", text: "validation" },
  ]);
  return { plane, network, curve };
}

/** The live sentence. */
function sentence({ epoch, history, now }) {
  const start = `Epoch ${epoch}: `;
  if (now.broken)
    return `${start}the loss left the range of numbers. Choose a smaller learning rate and restart.`;
  const before = history.findLast(([at]) => at <= epoch - Math.max(5, 0.05 * epoch))?.[1];
  const change = before === undefined ? 0 : now.training.loss / before - 1;
  const way = change < -0.002 ? ", falling" : change > 0.002 ? ", rising" : ", level";
  const trend = before === undefined ? "" : way;
  return (
    `${start}training loss ${format(now.training.loss, 3)}${trend}; validation loss ` +
    `${format(now.validation.loss, 3)}, accuracy ${format(now.validation.accuracy, 2)}.`
  );
}

/** Train, Step and Restart; returns the button that trains. */
function addButtons(controls, { toggle, step, begin }) {
  const buttons = h("div", { class: "dl-buttons" });
  controls.append(buttons);
  const train = button(buttons, { label: "Train", primary: true, onClick: toggle });
  button(buttons, { label: "Step", onClick: step });
  button(buttons, { label: "Restart", onClick: begin });
  return train;
}

/** What a network and its data are made of; returns what sets the fields to the model's values. */
function addFields(controls, get, choose) {
  const list = (label, options, onChange) => select(controls, { label, options, onChange });
  const depth = (count) => {
    const old = get("hidden");
    choose(
      "hidden",
      Array.from({ length: count }, (_, i) => old[i] ?? old.at(-1) ?? 4),
    );
  };
  const units = Array.from({ length: 8 }, (_, i) => String(i + 1));
  const resize = (layer, count) =>
    choose(
      "hidden",
      get("hidden").map((old, i) => (i === layer ? count : old)),
    );
  const fields = {
    dataset: list("Data", Object.keys(DATASETS), (v) => choose("dataset", v)),
    noise: slider(controls, {
      label: "Noise",
      min: 0,
      max: 0.5,
      step: 0.01,
      value: get("noise"),
      onInput: (v) => choose("noise", v),
    }),
    learning_rate: list("Learning rate", RATES.map(String), (v) =>
      choose("learning_rate", Number(v)),
    ),
    depth: list("Hidden layers", ["0", "1", "2", "3"], (v) => depth(Number(v))),
    layers: [0, 1, 2].map((layer) =>
      list(`Units, layer ${layer + 1}`, units, (v) => resize(layer, Number(v))),
    ),
    activation: list("Activation", Object.keys(ACTIVATIONS), (v) => choose("activation", v)),
    seed: numberField(controls, {
      label: "Seed",
      min: 0,
      max: 9999,
      step: 1,
      onChange: (v) => choose("seed", v),
    }),
  };
  return () => {
    for (const key of ["dataset", "noise", "activation", "seed"]) fields[key].set(get(key));
    fields.learning_rate.set(String(get("learning_rate")));
    fields.depth.set(String(get("hidden").length));
    fields.layers.forEach((field, i) => {
      field.box.hidden = i >= get("hidden").length;
      field.set(String(get("hidden")[i] ?? 4));
    });
  };
}

/** What drives a run: { loop, begin(), pause(), toggle(), step() }; show() draws it, label(text) names the button. */
function trainer(picture, run, show, label) {
  let shown = 0;
  const draw = () => {
    shown = performance.now();
    show();
  };
  const loop = visibleLoop(picture, () => {
    const until = performance.now() + BUDGET_MS;
    for (let i = 0; i < EPOCHS_A_FRAME && !run.now.broken && performance.now() < until; i += 1)
      run.advance();
    if (run.now.broken) pause();
    else if (performance.now() - run.published > PUBLISH_MS) run.publish();
    if (run.now.broken || performance.now() - shown > PICTURE_MS) draw();
  });
  const pause = () => {
    if (!loop.running) return;
    loop.stop();
    label("Train");
    run.publish();
  };
  const begin = () => {
    pause();
    run.begin();
    draw();
  };
  const toggle = () => {
    if (loop.running) {
      pause();
      draw();
    } else if (!run.now.broken) {
      label("Pause");
      loop.start();
    }
  };
  const step = () => {
    pause();
    if (!run.now.broken) run.advance();
    run.publish();
    draw();
  };
  return { loop, begin, toggle, step };
}

/** The live playground: a small network trains on points of the plane while one looks. */
function render({ model, el }) {
  const get = (key) => model.get(key);
  const link = shareable(model, "playground", {
    dataset: Object.keys(DATASETS),
    noise: [0, 0.5],
    hidden: (sizes) => sizes.length <= 3 && sizes.every(within(1, 8)),
    activation: Object.keys(ACTIVATIONS),
    learning_rate: (rate) => RATES.includes(rate),
    seed: within(0, 9999),
  });
  const ui = frame(
    { model, el },
    {
      label: "Neural network playground",
      reset: () => {
        link.reset();
        drive.begin();
      },
    },
  );
  const run = runOf(model);
  let outputs = null; // of every layer on the grid
  const figure = {
    run,
    outputs: () => outputs,
    tintsFor: colourMaps(),
    surface: raster(CELLS, CELLS),
    tile: raster(SMALL, SMALL),
    activation: () => get("activation"),
  };
  const { plane, network, curve } = addPictures(ui.picture, figure);
  const show = () => {
    outputs = forward(run.layers, GRID, get("activation"));
    const losses = run.history.flatMap((point) => point.slice(1)).filter(Number.isFinite);
    const most = Math.max(20, run.epoch);
    plane.redraw();
    network.redraw();
    curve.limits([-0.02 * most, most], [0, clamp(Math.max(0.8, ...losses), 0.8, 5)]);
    ui.say(sentence(run));
  };
  const drive = trainer(ui.picture, run, show, (text) => train.set(text));
  const train = addButtons(ui.controls, drive);
  const setFields = addFields(ui.controls, get, (key, value) => {
    model.set(key, value);
    model.save_changes();
    link.save();
  });

  setFields();
  drive.begin();
  ui.cleanup(
    watch(model, SETTINGS, () => {
      setFields();
      drive.begin();
    }),
  );
  ui.cleanup(watch(model, ["learning_rate"], setFields));
  for (const view of [plane, network, curve]) ui.cleanup(view.destroy);
  ui.cleanup(drive.loop.destroy);
  return ui.destroy;
}

export default { render };
