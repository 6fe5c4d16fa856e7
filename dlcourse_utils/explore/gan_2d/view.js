import { drawPoint, raster } from "../kit/canvas.js";
import { css, mix, rgb, signed } from "../kit/colours.js";
import { button, checkbox, legend, numberField, select, slider } from "../kit/controls.js";
import { format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { affine, columnSums, matrix, multiplyTranspose, transposeMultiply } from "../kit/matrix.js";
import { packed, shareable, watch } from "../kit/model.js";
import { plot } from "../kit/plot.js";
import { seeded } from "../kit/random.js";
import { visibleLoop } from "../kit/visible.js";

const BATCH = 64;
const SHOWN = 256; // generated points that are drawn and counted
const REAL = 240; // real points that are drawn
const PUSHED = 72; // generated points that carry an arrow
const SPAN = 2.4; // the plane shown: -SPAN..SPAN both ways
const CELLS = 56; // grid of the discriminator's surface
const SHADES = 64; // steps of the colour map, each way from the middle
const SPREAD = 0.1; // standard deviation of the data around their Gaussians or curve
const ON_DATA = 0.35; // as near as this to the data counts as on them
const STEPS_A_FRAME = 8;
const BUDGET_MS = 9; // of a frame's 16 ms, so that a slow machine trains slower, not jerkier
const PICTURE_MS = 33;
const PUBLISH_MS = 1000;
const KEPT = 300; // points of the curves
const RATES = [0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1];
const SIZES = { generator: [2, 24, 24, 2], discriminator: [2, 24, 24, 1] };
const LEAK = 0.2; // slope of the leaky ReLU below 0
const [BETA_1, BETA_2, EPSILON] = [0.5, 0.999, 1e-7];
const BEGINS = ["dataset", "seed"]; // what starts the training anew; all else changes it as it runs
const RUNNING = ["generator_rate", "discriminator_rate", "discriminator_steps", "loss", "noise"];

/** Learning rates that tell the story; the rest of a setting is as plain as it can be. */
const SETTINGS = {
  balanced: [0.003, 0.003],
  "generator runs ahead": [0.01, 0.0003],
  "discriminator keeps up": [0.01, 0.01],
};

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
const within = (low, high) => (value) => Number.isInteger(value) && value >= low && value <= high;
const range = (count, work) => Array.from({ length: count }, (_, i) => work(i));

/**
 * The real points: at(part, share) is the place `share` (0..1) of the way through a part of the
 * data, before the noise; `anchors` to a part say where one counts as being on it.
 */
const DATASETS = {
  ring: {
    text: "ring of 8",
    parts: 8,
    noun: "modes",
    anchors: 1,
    at: (part) => [1.5 * Math.cos((part * Math.PI) / 4), 1.5 * Math.sin((part * Math.PI) / 4)],
  },
  grid: {
    text: "grid of 9",
    parts: 9,
    noun: "modes",
    anchors: 1,
    at: (part) => [1.4 * ((part % 3) - 1), 1.4 * (Math.floor(part / 3) - 1)],
  },
  moons: {
    text: "two moons",
    parts: 8,
    noun: "stretches",
    anchors: 5,
    at: (part, share) => {
      const angle = (Math.PI * ((part % 4) + share)) / 4;
      const side = part < 4 ? 1 : -1;
      return [side * (1.2 * Math.cos(angle) - 0.6), side * (1.2 * Math.sin(angle) - 0.35)];
    },
  },
  line: {
    text: "a line",
    parts: 8,
    noun: "stretches",
    anchors: 3,
    at: (part, share) => {
      const along = 3.6 * ((part + share) / 8) - 1.8;
      return [along, 0.6 * along];
    },
  },
};

function drawReal({ parts, at }, random, count) {
  const X = matrix(count, 2);
  for (let i = 0; i < count; i += 1) {
    const [x, y] = at(Math.floor(parts * random()), random());
    X.data[2 * i] = x + SPREAD * random.normal();
    X.data[2 * i + 1] = y + SPREAD * random.normal();
  }
  return X;
}

function drawNormal(random, rows, spread = 1) {
  const X = matrix(rows, 2);
  X.data.forEach((_, i) => {
    X.data[i] = spread * random.normal();
  });
  return X;
}

/** A network with its optimiser: normal weights of variance 2/inputs (1/inputs in the last layer). */
function makeNetwork(sizes, random) {
  const layers = sizes.slice(1).map((units, i) => {
    const spread = Math.sqrt((i < sizes.length - 2 ? 2 : 1) / sizes[i]);
    const W = matrix(sizes[i], units);
    W.data.forEach((_, j) => {
      W.data[j] = Math.fround(spread * random.normal());
    });
    return { W, b: new Float64Array(units) };
  });
  const parameters = layers.flatMap(({ W, b }) => [W.data, b]);
  const zeros = () => parameters.map((values) => new Float64Array(values.length));
  return { layers, parameters, m: zeros(), v: zeros(), t: 0 };
}

/** The outputs of every layer, inputs first; hidden layers after their leaky ReLU. */
function forward({ layers }, X) {
  const outputs = [X];
  layers.forEach(({ W, b }, i) => {
    const out = affine(outputs[i], W, b);
    if (i < layers.length - 1) {
      for (let j = 0; j < out.data.length; j += 1) if (out.data[j] < 0) out.data[j] *= LEAK;
    }
    outputs.push(out);
  });
  return outputs;
}

/** From the gradient of the outputs: those of all parameters, and that of the inputs. */
function backward({ layers }, outputs, delta) {
  const gradients = [];
  for (let i = layers.length - 1; i >= 0; i -= 1) {
    gradients.unshift(transposeMultiply(outputs[i], delta).data, columnSums(delta));
    delta = multiplyTranspose(delta, layers[i].W);
    if (i === 0) break;
    for (let j = 0; j < delta.data.length; j += 1)
      if (outputs[i].data[j] <= 0) delta.data[j] *= LEAK;
  }
  return { gradients, inputs: delta };
}

function adam(network, gradients, rate) {
  network.t += 1;
  const length = (rate * Math.sqrt(1 - BETA_2 ** network.t)) / (1 - BETA_1 ** network.t);
  gradients.forEach((gradient, k) => {
    const [values, m, v] = [network.parameters[k], network.m[k], network.v[k]];
    for (let j = 0; j < values.length; j += 1) {
      m[j] += (1 - BETA_1) * (gradient[j] - m[j]);
      v[j] += (1 - BETA_2) * (gradient[j] ** 2 - v[j]);
      values[j] -= (length * m[j]) / (Math.sqrt(v[j]) + EPSILON);
    }
  });
}

function blur(X, random, noise) {
  if (noise > 0)
    X.data.forEach((_, i) => {
      X.data[i] += noise * random.normal();
    });
  return X;
}

function stack(above, below) {
  const both = matrix(above.rows + below.rows, 2);
  both.data.set(above.data);
  both.data.set(below.data, above.data.length);
  return both;
}

/** The gradient of the generator's loss at one logit of the discriminator, for a batch of one. */
const pull = (z, loss) => (loss === "saturating" ? -sigmoid(z) : sigmoid(z) - 1);

/** One step of the contest; returns the losses before the updates, { discriminator, generator }. */
function contest({ generator, discriminator, random }, data, settings) {
  const { noise, loss } = settings;
  const losses = {};
  for (let k = 0; k < settings.discriminator_steps; k += 1) {
    const real = drawReal(data, random, BATCH);
    const X = blur(
      stack(real, forward(generator, drawNormal(random, BATCH)).at(-1)),
      random,
      noise,
    );
    const outputs = forward(discriminator, X);
    const logits = outputs.at(-1).data;
    losses.discriminator =
      logits.reduce((sum, z, i) => sum + softplus(i < BATCH ? -z : z), 0) / (2 * BATCH);
    const delta = matrix(
      2 * BATCH,
      1,
      logits.map((z, i) => (sigmoid(z) - (i < BATCH ? 1 : 0)) / (2 * BATCH)),
    );
    adam(
      discriminator,
      backward(discriminator, outputs, delta).gradients,
      settings.discriminator_rate,
    );
  }
  const trace = forward(generator, drawNormal(random, BATCH));
  const judged = forward(
    discriminator,
    blur(matrix(BATCH, 2, trace.at(-1).data.slice()), random, noise),
  );
  const logits = judged.at(-1).data;
  losses.generator =
    logits.reduce((sum, z) => sum + (loss === "saturating" ? -softplus(z) : softplus(-z)), 0) /
    BATCH;
  const delta = matrix(
    BATCH,
    1,
    logits.map((z) => pull(z, loss) / BATCH),
  );
  const { inputs } = backward(discriminator, judged, delta);
  adam(generator, backward(generator, trace, inputs).gradients, settings.generator_rate);
  return losses;
}

/** How many parts of the data some points cover, and which share of the points lies on the data. */
function coverage({ parts, anchors, at }, points) {
  const counts = Array(parts).fill(0);
  const places = range(parts * anchors, (i) => [
    ...at(Math.floor(i / anchors), ((i % anchors) + 0.5) / anchors),
    Math.floor(i / anchors),
  ]);
  for (let i = 0; i < points.rows; i += 1) {
    let [nearest, part] = [ON_DATA, -1];
    for (const [x, y, its] of places) {
      const distance = Math.hypot(points.data[2 * i] - x, points.data[2 * i + 1] - y);
      if (distance < nearest) [nearest, part] = [distance, its];
    }
    if (part >= 0) counts[part] += 1;
  }
  // Covered: at least a quarter of the points that a perfect generator would put there.
  return {
    covered: counts.filter((count) => count >= points.rows / parts / 4).length,
    onData: counts.reduce((a, b) => a + b, 0) / points.rows,
  };
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

/** The contest: both networks, the points drawn and the curves; { begin(), advance(), evaluate(), publish(), … }. */
function contestOf(model) {
  const get = (key) => model.get(key);
  const run = {
    state: null,
    real: null,
    step: 0,
    history: [],
    losses: null,
    points: null,
    now: null,
    published: 0,
  };
  let probe; // the noise behind the generated points drawn
  let stride; // steps between two points of the curves
  run.data = () => DATASETS[get("dataset")];
  run.evaluate = () => {
    run.points = forward(run.state.generator, probe).at(-1);
    run.now = coverage(run.data(), run.points);
  };
  run.broken = () => {
    if (run.losses === null) return false;
    const { discriminator, generator } = run.losses;
    return ![discriminator, generator, run.points.data[0]].every(Number.isFinite);
  };
  run.latest = () => [run.step, run.now.covered / run.data().parts, run.now.onData];
  const record = () => {
    run.history.push(run.latest());
    if (run.history.length > KEPT) {
      stride *= 2;
      run.history = run.history.filter(([at]) => at % stride === 0);
    }
  };
  run.publish = () => {
    run.published = performance.now();
    const finite = (value) => (Number.isFinite(value) ? value : null);
    const numbers = ({ parameters }) => parameters.flatMap((values) => [...values]);
    const results = {
      step: run.step,
      covered: run.now.covered,
      on_data: run.now.onData,
      discriminator_loss: finite(run.losses?.discriminator),
      generator_loss: finite(run.losses?.generator),
      weights: packed([run.state.generator, run.state.discriminator].flatMap(numbers)),
      points: packed([...run.points.data]),
    };
    for (const [key, value] of Object.entries(results)) model.set(key, value);
    model.save_changes();
  };
  run.advance = () => {
    run.losses = contest(
      run.state,
      run.data(),
      Object.fromEntries(RUNNING.map((key) => [key, get(key)])),
    );
    run.step += 1;
    if (run.step % stride) return;
    run.evaluate();
    record();
  };
  run.begin = () => {
    const random = seeded(get("seed") + 1000003);
    run.state = {
      generator: makeNetwork(SIZES.generator, random),
      discriminator: makeNetwork(SIZES.discriminator, random),
      random: seeded(get("seed") + 2000003),
    };
    const drawn = seeded(get("seed"));
    run.real = drawReal(run.data(), drawn, REAL);
    probe = drawNormal(drawn, SHOWN);
    Object.assign(run, { step: 0, history: [], losses: null });
    stride = 10;
    run.evaluate();
    record();
    run.publish();
  };
  return run;
}

/** Real points as crosses, with a halo of paper. */
function drawReals({ context, theme, sx, sy }, { data }) {
  const spots = range(REAL, (i) => [sx(data[2 * i]), sy(data[2 * i + 1])]);
  for (const [width, style] of [
    [3.2, css(rgb(theme.paper), 0.6)],
    [1.4, theme.ink],
  ]) {
    context.beginPath();
    for (const [x, y] of spots) {
      context.moveTo(x - 3, y - 3);
      context.lineTo(x + 3, y + 3);
      context.moveTo(x - 3, y + 3);
      context.lineTo(x + 3, y - 3);
    }
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

/** Where the discriminator's slope tells points to go: against the gradient of the loss. */
function drawPushes({ context, sx, sy, theme }, { points, state }, loss) {
  const some = matrix(PUSHED, 2, points.data.slice(0, 2 * PUSHED));
  const outputs = forward(state.discriminator, some);
  const delta = matrix(
    PUSHED,
    1,
    outputs.at(-1).data.map((z) => pull(z, loss)),
  );
  const { inputs } = backward(state.discriminator, outputs, delta);
  context.beginPath();
  for (let i = 0; i < PUSHED; i += 1) {
    const [dx, dy] = [-inputs.data[2 * i], inputs.data[2 * i + 1]]; // y runs down on the screen
    const size = Math.hypot(dx, dy);
    const length = Math.min(26, 12 * size);
    if (!(length > 3)) continue;
    const [ux, uy] = [dx / size, dy / size];
    const [x, y] = [sx(some.data[2 * i]), sy(some.data[2 * i + 1])];
    const [tx, ty] = [x + (4 + length) * ux, y + (4 + length) * uy];
    context.moveTo(x, y);
    context.lineTo(tx, ty);
    for (const side of [-1, 1]) {
      context.moveTo(tx, ty);
      context.lineTo(tx - 5 * ux + side * 3 * uy, ty - 5 * uy - side * 3 * ux);
    }
  }
  for (const [width, style] of [
    [3.4, css(rgb(theme.paper), 0.75)],
    [1.7, theme.orange],
  ]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

/** A painter of what the discriminator judges over the plane. */
function judgement() {
  const surface = raster(CELLS, CELLS);
  let tints = null;
  return ({ context, inner, theme }, discriminator) => {
    if (tints?.paper !== theme.paper) {
      const paper = rgb(theme.paper);
      tints = {
        paper: theme.paper,
        map: range(2 * SHADES + 1, (i) => mix(paper, signed(i / SHADES - 1, theme), 0.5)),
      };
    }
    const logits = forward(discriminator, GRID).at(-1).data;
    const shadeOf = (z) => tints.map[Math.round(2 * SHADES * (sigmoid(z) || 0))];
    surface.paint((column, row) => shadeOf(logits[row * CELLS + column]));
    surface.stamp(context, inner.x, inner.y, inner.width, inner.height);
  };
}

/** A small picture of a legend, drawn by a path. */
const sign = (attributes) =>
  svg(
    "svg",
    { width: 20, height: 16, "aria-hidden": "true" },
    svg("path", { "stroke-width": 1.8, ...attributes }),
  );

/** The plane with both kinds of points; loss() and withArrows() say how it is drawn now. */
function planePlot(parent, run, { loss, withArrows }) {
  const drawJudgement = judgement();
  const draw = (view) => {
    const { context, inner, sx, sy, theme } = view;
    drawJudgement(view, run.state.discriminator);
    context.save();
    context.beginPath();
    context.rect(inner.x, inner.y, inner.width, inner.height);
    context.clip();
    drawReals(view, run.real);
    if (withArrows()) drawPushes(view, run, loss());
    const { data } = run.points;
    for (let i = 0; i < SHOWN; i += 1)
      drawPoint(context, sx(data[2 * i]), sy(data[2 * i + 1]), 0, theme, { radius: 3.4 });
    context.restore();
  };
  const plane = plot(parent, {
    x: [-SPAN, SPAN],
    y: [-SPAN, SPAN],
    label: "Real and generated points, and the discriminator",
    xLabel: "x₁",
    yLabel: "x₂",
    maxWidth: 440,
    draw,
  });
  const key = legend(parent, [{ mark: "circle", colour: "blue", text: "generated" }]);
  key.prepend(h("li", {}, sign({ d: "M6,4l8,8M6,12l8,-8", stroke: "var(--dl-ink)" }), "real"));
  const patch = (colour, text) =>
    h("li", {}, h("span", { class: `dl-gan-2d-patch dl-gan-2d-${colour}` }), text);
  const arrow = sign({ d: "M1,8H18M13,5L18,8L13,11", fill: "none", stroke: "var(--dl-orange)" });
  key.append(
    h("li", {}, arrow, "where it is pushed"),
    patch("orange", "judged real"),
    patch("blue", "judged generated"),
  );
  return plane;
}

/** The curves of what is covered, and the losses in words: { curves, show(loss) }. */
function curvesPart(parent, run) {
  const draw = ({ context, theme, sx, sy }) => {
    const line = [...run.history, run.latest()];
    for (const [which, colour, dash] of [
      [1, theme.blue, []],
      [2, theme.green, [6, 4]],
    ]) {
      context.beginPath();
      line.forEach((point) => context.lineTo(sx(point[0]), sy(point[which])));
      context.setLineDash(dash);
      context.lineWidth = 2.2;
      context.strokeStyle = colour;
      context.stroke();
      context.beginPath();
      context.arc(sx(run.step), sy(line.at(-1)[which]), 3.2, 0, 2 * Math.PI);
      context.fillStyle = colour;
      context.fill();
    }
    context.setLineDash([]);
  };
  const curves = plot(parent, {
    x: [0, 500],
    y: [0, 1.02],
    label: "Coverage by step",
    xLabel: "step",
    yLabel: "share",
    aspect: 1.7,
    maxWidth: 400,
    draw,
  });
  const key = legend(parent, [
    { mark: "line", colour: "blue", text: "" },
    { mark: "dashes", colour: "green", text: "generated points on the data" },
  ]);
  const note = h("p", { class: "dl-gan-2d-note" });
  parent.append(note);
  const show = (loss) => {
    curves.limits([0, 500 * Math.ceil(Math.max(run.step, 1) / 500)], [0, 1.02]);
    key.firstChild.lastChild.textContent = `${run.data().noun} covered`;
    const guess = format((loss === "saturating" ? -1 : 1) * Math.LN2, 2);
    note.textContent = run.step
      ? `Loss: discriminator ${format(run.losses.discriminator, 2)}, generator ` +
        `${format(run.losses.generator, 2)}. Against a discriminator that only guesses: 0.69 and ${guess}.`
      : "";
  };
  return { curves, show };
}

/** The live sentence. */
function sentence(run) {
  if (run.broken())
    return `Step ${run.step}: the numbers left their range. Choose smaller learning rates and restart.`;
  const { parts, noun } = run.data();
  const share = Math.round(100 * run.now.onData);
  return `Step ${run.step}: ${run.now.covered} of ${parts} ${noun} covered; ${share}% of the generated points lie on the data.`;
}

/** What drives the contest: { loop, begin(), toggle(), step() }; show() draws it, label(text) names the button. */
function trainer(picture, run, show, label) {
  let shown = 0;
  const draw = () => {
    shown = performance.now();
    run.evaluate();
    show();
  };
  const loop = visibleLoop(picture, () => {
    const until = performance.now() + BUDGET_MS;
    for (let i = 0; i < STEPS_A_FRAME && performance.now() < until; i += 1) run.advance();
    if (performance.now() - shown > PICTURE_MS) draw();
    if (run.broken()) pause();
    else if (performance.now() - run.published > PUBLISH_MS) run.publish();
  });
  const pause = () => {
    if (!loop.running) return;
    loop.stop();
    label("Train");
    run.evaluate();
    run.publish();
    draw();
  };
  const begin = () => {
    pause();
    run.begin();
    draw();
  };
  const toggle = () => {
    if (loop.running) pause();
    else if (!run.broken()) {
      label("Pause");
      loop.start();
    }
  };
  const step = () => {
    pause();
    if (!run.broken()) run.advance();
    draw();
    run.publish();
  };
  return { loop, begin, toggle, step };
}

/** Train, Step and Restart; returns the button that trains. */
function addButtons(controls, { toggle, step, begin }) {
  const buttons = h("div", { class: "dl-buttons" });
  controls.classList.add("dl-in-columns");
  controls.append(buttons);
  const train = button(buttons, { label: "Train", primary: true, onClick: toggle });
  button(buttons, { label: "Step", onClick: step });
  button(buttons, { label: "Restart", onClick: begin });
  return train;
}

const PLAIN = { discriminator_steps: 1, loss: "non-saturating", noise: 0 };

/** What the contest is made of; returns what sets the fields to the model's values. */
function addFields(controls, get, { choose, begin }) {
  const rateSlider = (who, name) =>
    slider(controls, {
      label: `${who} rate`,
      min: 0,
      max: RATES.length - 1,
      step: 1,
      value: 0,
      show: (i) => String(RATES[i]),
      onInput: (i) => choose({ [name]: RATES[i] }),
    });
  const fields = {
    setting: select(controls, {
      label: "Setting",
      options: ["own choice", ...Object.keys(SETTINGS)],
      onChange: (v) => {
        if (!SETTINGS[v]) return;
        choose({ ...PLAIN, generator_rate: SETTINGS[v][0], discriminator_rate: SETTINGS[v][1] });
        begin();
      },
    }),
    dataset: select(controls, {
      label: "Data",
      onChange: (v) => choose({ dataset: v }),
      options: Object.entries(DATASETS).map(([value, { text }]) => ({ value, text })),
    }),
    generator_rate: rateSlider("Generator", "generator_rate"),
    discriminator_rate: rateSlider("Discriminator", "discriminator_rate"),
    discriminator_steps: slider(controls, {
      label: "Discriminator steps",
      min: 1,
      max: 5,
      step: 1,
      value: 1,
      show: (v) => format(v, 0),
      onInput: (v) => choose({ discriminator_steps: v }),
    }),
    noise: slider(controls, {
      label: "Instance noise",
      min: 0,
      max: 0.6,
      step: 0.05,
      value: 0,
      onInput: (v) => choose({ noise: v }),
    }),
    loss: select(controls, {
      label: "Generator's loss",
      options: ["non-saturating", "saturating"],
      onChange: (v) => choose({ loss: v }),
    }),
    seed: numberField(controls, {
      label: "Seed",
      min: 0,
      max: 9999,
      step: 1,
      onChange: (v) => choose({ seed: v }),
    }),
  };
  return () => {
    for (const name of ["dataset", "loss", "seed", "discriminator_steps", "noise"])
      fields[name].set(get(name));
    for (const name of ["generator_rate", "discriminator_rate"])
      fields[name].set(RATES.indexOf(get(name)));
    const same = ([, rates]) =>
      rates[0] === get("generator_rate") &&
      rates[1] === get("discriminator_rate") &&
      Object.entries(PLAIN).every(([name, value]) => get(name) === value);
    fields.setting.set(Object.entries(SETTINGS).find(same)?.[0] ?? "own choice");
  };
}

/** A GAN in the plane: generator and discriminator train against each other while one looks. */
function render({ model, el }) {
  const get = (key) => model.get(key);
  const rate = (value) => RATES.includes(value);
  const link = shareable(model, "gan_2d", {
    dataset: Object.keys(DATASETS),
    generator_rate: rate,
    discriminator_rate: rate,
    discriminator_steps: within(1, 5),
    loss: ["non-saturating", "saturating"],
    noise: [0, 0.6],
    seed: within(0, 9999),
  });
  const ui = frame(
    { model, el },
    {
      label: "A GAN on points of the plane",
      reset: () => {
        link.reset();
        drive.begin();
      },
    },
  );
  const run = contestOf(model);
  const left = h("div", { class: "dl-gan-2d-plane" });
  const side = h("div", { class: "dl-gan-2d-side" });
  ui.picture.append(left, side);
  const plane = planePlot(left, run, {
    loss: () => get("loss"),
    withArrows: () => arrows.input.checked,
  });
  const { curves, show: showCurves } = curvesPart(side, run);
  const show = () => {
    plane.redraw();
    showCurves(get("loss"));
    ui.say(sentence(run));
  };
  const drive = trainer(ui.picture, run, show, (text) => train.set(text));
  const choose = (values) => {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
    link.save();
  };
  const train = addButtons(ui.controls, drive);
  const setFields = addFields(ui.controls, get, { choose, begin: drive.begin });
  const arrows = checkbox(ui.controls, {
    label: "Arrows",
    value: true,
    onChange: () => plane.redraw(),
  });

  setFields();
  drive.begin();
  ui.cleanup(
    watch(model, BEGINS, () => {
      setFields();
      drive.begin();
    }),
  );
  ui.cleanup(
    watch(model, RUNNING, () => {
      setFields();
      plane.redraw();
    }),
  );
  for (const view of [plane, curves]) ui.cleanup(view.destroy);
  ui.cleanup(drive.loop.destroy);
  return ui.destroy;
}

export default { render };
