import { legend, numberField, select, slider } from "../kit/controls.js";
import { clamp, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { plot } from "../kit/plot.js";

// The same as in budget.py, which says where the formulas come from.
const NETWORKS = {
  MLP: {
    start: [3, 512, 784, 128],
    layers: "Hidden layers",
    width: "Units a layer",
    size: "Inputs",
    note: "Dense layers with ReLU, then 10 classes.",
    sizes: [16, 32, 64, 128, 256, 512, 784, 1024, 2048, 3072, 4096],
  },
  CNN: {
    start: [8, 64, 32, 128],
    layers: "Convolutions",
    width: "Filters each",
    size: "Side of the images",
    note: "Convolutions 3 × 3 on colour images, pooling after every second one, then 10 classes.",
    sizes: [16, 28, 32, 64, 96, 128, 224, 256, 384, 512],
  },
  transformer: {
    start: [12, 768, 1024, 16],
    layers: "Blocks",
    width: "Width",
    size: "Context (tokens)",
    note: "A decoder like GPT-2: 50,257 tokens in the vocabulary, heads of 64 numbers.",
    sizes: [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384],
  },
};
const PRECISIONS = ["float32", "TF32", "mixed 16-bit"];
const OPTIMIZERS = { SGD: 0, "SGD with momentum": 1, Adam: 2 };
const [CLASSES, VOCABULARY, HEAD] = [10, 50257, 64];
const powers = (from, to, factor) =>
  Array.from({ length: to - from + 1 }, (_, i) => factor * 2 ** (from + i));
const WIDTHS = [...powers(5, 14, 1), ...powers(4, 12, 3)].sort((a, b) => a - b);
const BATCHES = powers(0, 16, 1);
const LIMITS = {
  layers: [1, 96],
  examples: [1, 1e9],
  epochs: [1, 1e4],
  price: [0, 1e4],
  share: [0.05, 1],
};

const SHAPE = ["layers", "width", "size", "batch"];
const SETTINGS = [
  "network",
  ...SHAPE,
  "precision",
  "optimizer",
  "device",
  "examples",
  "epochs",
  "share",
  "price",
];
const PARTS = ["weights", "gradients", "optimizer", "activations"];
const PART_NAMES = {
  weights: "weights",
  gradients: "gradients",
  optimizer: "optimiser state",
  activations: "activations",
};
const INTENSITIES = [-1, 4]; // powers of ten, FLOP a byte
const SPEEDS = [9.5, 15.3]; // powers of ten, FLOP a second

/** Parameters of a network; forward FLOPs, kept activations and logits of one example. */
function work(network, layers, width, size) {
  if (network === "transformer") {
    const heads = Math.max(1, Math.floor(width / HEAD));
    const flops = 24 * layers * width ** 2 + 4 * layers * size * width + 2 * VOCABULARY * width;
    const kept = layers * (16 * width + heads * size) + 2 * width;
    return {
      parameters: (VOCABULARY + size + 2) * width + layers * (12 * width ** 2 + 13 * width),
      flops: size * flops,
      activations: size * kept,
      outputs: size * VOCABULARY,
    };
  }
  let [parameters, flops] = [0, 0];
  let kept;
  if (network === "MLP") {
    let inputs = size;
    kept = size;
    for (let layer = 0; layer < layers; layer += 1) {
      parameters += (inputs + 1) * width;
      flops += 2 * inputs * width;
      kept += width;
      inputs = width;
    }
  } else {
    let [side, channels] = [size, 3];
    kept = 3 * size ** 2;
    for (let layer = 1; layer <= layers; layer += 1) {
      parameters += (9 * channels + 1) * width;
      flops += 18 * channels * width * side ** 2;
      kept += side ** 2 * width;
      channels = width;
      if (layer % 2 === 0 && side >= 8) {
        side = Math.floor(side / 2);
        kept += side ** 2 * width;
      }
    }
    kept += width;
  }
  return {
    parameters: parameters + (width + 1) * CLASSES,
    flops: flops + 2 * width * CLASSES,
    activations: kept,
    outputs: CLASSES,
  };
}

const peakOf = (device, precision) => (device.peak[precision] ?? device.peak.float32) * 1e12;

/** The run on paper: bytes, operations, seconds. `setting` holds the traits, `device` one of them. */
function estimate(setting, device) {
  const {
    network,
    layers,
    width,
    size,
    batch,
    precision,
    optimizer,
    examples,
    epochs,
    share,
    price,
  } = setting;
  const {
    parameters,
    flops: forward,
    activations: kept,
    outputs,
  } = work(network, layers, width, size);
  const peak = peakOf(device, precision);
  const bandwidth = device.bandwidth * 1e9;
  const mixed = precision === PRECISIONS[2];
  const number = mixed ? 2 : 4;
  const slots = OPTIMIZERS[optimizer];
  const parts = {
    weights: parameters * (mixed ? 6 : 4),
    gradients: parameters * number,
    optimizer: parameters * 4 * slots,
    activations: batch * (kept * number + outputs * 4),
  };
  const memory = PARTS.reduce((sum, part) => sum + parts[part], 0);
  const traffic =
    parameters * (4 * number + 8 * (1 + slots) + (mixed ? number : 0)) + 5 * parts.activations;
  const flops = 3 * forward * batch;
  const [computing, moving] = [flops / peak, traffic / bandwidth];
  const steps = Math.ceil(examples / batch) * epochs;
  const seconds = Math.max(computing, moving) / share;
  return {
    parameters,
    ...parts,
    memory,
    flops,
    traffic,
    intensity: flops / traffic,
    peak,
    bandwidth,
    bound: computing >= moving ? "arithmetic" : "memory bandwidth",
    fits: memory <= device.memory * 1e9,
    step_seconds: seconds,
    steps,
    run_seconds: seconds * steps,
    cost: ((seconds * steps) / 3600) * price,
  };
}

// ---- words ------------------------------------------------------------------------------------
/** Three digits that matter. */
const three = (value) =>
  value === 0
    ? "0"
    : value >= 1e6
      ? Math.round(value).toLocaleString("en")
      : Number(value.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
/** A number with a unit that suits it: units as [size, name], largest first. */
const scaled = (value, units) => {
  const [unit, name] = units.find(([least]) => value >= 0.9995 * least) ?? units.at(-1);
  return `${three(value / unit)} ${name}`;
};
const bytes = (value) =>
  scaled(value, [
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ]);
const operations = (value) =>
  scaled(value, [
    [1e18, "exaFLOP"],
    [1e15, "petaFLOP"],
    [1e12, "teraFLOP"],
    [1e9, "gigaFLOP"],
    [1e6, "megaFLOP"],
  ]);
const duration = (value) =>
  scaled(value, [
    [31557600, "years"],
    [86400, "days"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
    [1e-3, "ms"],
    [1e-6, "µs"],
  ]);

const money = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });

const inWords = (value) => value.toLocaleString("en");

const whole = (key) => (value) =>
  Number.isInteger(value) && value >= LIMITS[key][0] && value <= LIMITS[key][1];

/** What an address may hold. */
function rules(devices) {
  return {
    network: Object.keys(NETWORKS),
    layers: whole("layers"),
    width: (value) => WIDTHS.includes(value),
    size: (value) => Object.values(NETWORKS).some(({ sizes }) => sizes.includes(value)),
    batch: (value) => BATCHES.includes(value),
    precision: PRECISIONS,
    optimizer: Object.keys(OPTIMIZERS),
    device: devices,
    examples: whole("examples"),
    epochs: whole("epochs"),
    share: LIMITS.share,
    price: LIMITS.price,
  };
}

const ROWS = [
  "Parameters",
  "Arithmetic a step",
  "Memory traffic a step",
  "Arithmetic intensity",
  "A step takes",
  "Steps",
  "The run takes",
  "The run costs",
];

/** Bar and table of a run; returns what shows an estimate in them. */
function numbersPart(parent) {
  const strips = PARTS.map((part) => h("div", { class: `dl-budget-${part}` }));
  const limit = h("div", { class: "dl-budget-limit" });
  const title = h("p", { class: "dl-budget-title" });
  const partValues = PARTS.map(() => h("span"));
  const note = h("p", { class: "dl-budget-note" });
  const values = ROWS.map(() => h("td"));
  parent.append(
    title,
    h("div", { class: "dl-budget-bar", "aria-hidden": "true" }, ...strips, limit),
    h(
      "ul",
      { class: "dl-budget-key" },
      ...PARTS.map((part, i) =>
        h(
          "li",
          {},
          h("span", { class: `dl-budget-swatch dl-budget-${part}` }),
          `${PART_NAMES[part]} `,
          partValues[i],
        ),
      ),
    ),
    h(
      "table",
      { class: "dl-budget-table" },
      h(
        "tbody",
        {},
        ...ROWS.map((name, i) => h("tr", {}, h("th", { scope: "row" }, name), values[i])),
      ),
    ),
    note,
  );
  return (now, device, price, kind) => {
    const capacity = device.memory * 1e9;
    const widest = Math.max(now.memory, capacity) * 1.02;
    strips.forEach((strip, i) => {
      strip.style.width = `${(100 * now[PARTS[i]]) / widest}%`;
    });
    limit.style.left = `${(100 * capacity) / widest}%`;
    title.replaceChildren(
      `Memory: ${bytes(now.memory)} of ${three(device.memory)} GB `,
      now.fits
        ? h("strong", { class: "dl-budget-fits" }, "✓ fits")
        : h("strong", { class: "dl-budget-full" }, "✗ does not fit"),
    );
    partValues.forEach((value, i) => {
      value.textContent = bytes(now[PARTS[i]]);
    });
    const words = [
      inWords(now.parameters),
      operations(now.flops),
      bytes(now.traffic),
      `${three(now.intensity)} FLOP a byte`,
      duration(now.step_seconds),
      inWords(now.steps),
      duration(now.run_seconds),
      price ? money(now.cost) : "no price given",
    ];
    values.forEach((value, i) => {
      value.textContent = words[i];
    });
    note.textContent = `${kind.note} What the framework keeps for itself comes on top.`;
  };
}

/** The roof of a device as a path: bandwidth rising, then the peak. */
function roofPath(device, precision, { sx, sy }) {
  const log = Math.log10;
  const peak = peakOf(device, precision);
  const ridge = peak / (device.bandwidth * 1e9);
  const start = 10 ** INTENSITIES[0] * device.bandwidth * 1e9;
  return `M${sx(INTENSITIES[0])},${sy(log(start))}L${sx(log(ridge))},${sy(log(peak))}H${sx(INTENSITIES[1])}`;
}

/** All devices' roofs, and where a step stands under that of the chosen one. */
function drawRoof(view, now, { devices, device, precision, share }) {
  const { sx, sy, marks, inner } = view;
  const log = Math.log10;
  for (const which of devices) {
    if (which.name === device.name) continue;
    marks.append(svg("path", { d: roofPath(which, precision, view), class: "dl-budget-other" }));
  }
  const ridge = clamp(sx(log(now.peak / now.bandwidth)), inner.x, inner.x + inner.width);
  const bottom = inner.y + inner.height;
  const x = clamp(sx(log(now.intensity)), inner.x + 8, inner.x + inner.width - 8);
  const y = (speed) => clamp(sy(log(speed)), inner.y + 8, bottom - 8);
  const attainable = Math.min(now.peak, now.intensity * now.bandwidth);
  const [onRoof, reached] = [attainable, attainable * share].map(y);
  marks.append(
    svg("path", { d: `M${ridge},${inner.y}V${bottom}`, class: "dl-budget-ridge" }),
    svg("path", { d: roofPath(device, precision, view), class: "dl-budget-roof" }),
    svg("path", { d: `M${x},${onRoof}V${reached}`, class: "dl-budget-drop" }),
    svg("circle", { cx: x, cy: onRoof, r: 5.5, class: "dl-budget-attainable" }),
    svg("circle", { cx: x, cy: reached, r: 6.5, class: "dl-budget-reached" }),
  );
  const side = (text, at, anchor) =>
    svg("text", { x: at, y: bottom - 8, "text-anchor": anchor, class: "dl-tick" }, text);
  if (ridge - inner.x > 70) marks.append(side("bandwidth", ridge - 6, "end"));
  if (inner.x + inner.width - ridge > 70) marks.append(side("arithmetic", ridge + 6, "start"));
}

function showKey(key, device) {
  key.replaceChildren();
  legend(key, [
    { mark: "line", colour: "blue", text: `${device}: its roof` },
    { mark: "line", colour: "line", text: "other devices" },
    { mark: "hollow", colour: "violet", text: "this step at the roof" },
    { mark: "circle", colour: "violet", text: "reached" },
    { mark: "dashes", colour: "muted", text: "what limits: left bandwidth, right arithmetic" },
  ]);
}

/** The live sentence. */
function sentence(now, device, price) {
  const cost = price ? ` and ${now.fits ? "costs" : "cost"} ${money(now.cost)}` : "";
  const [fit, take] = now.fits ? ["fits", "takes"] : ["does not fit", "would take"];
  return (
    `${bytes(now.memory)} of ${three(device.memory)} GB: it ${fit}. A step ${take} ` +
    `${duration(now.step_seconds)}, limited by ${now.bound}; ` +
    `the run ${take} ${duration(now.run_seconds)}${cost}.`
  );
}

/** What is chosen from a list. A new network brings its own usual shape. */
function addSelects(controls, get, names, { change, save }) {
  const choices = {
    network: Object.keys(NETWORKS),
    device: names,
    precision: PRECISIONS,
    optimizer: Object.keys(OPTIMIZERS),
  };
  const labels = {
    network: "Network",
    device: "Device",
    precision: "Precision",
    optimizer: "Optimiser",
  };
  return Object.entries(choices).map(([name, options]) => ({
    name,
    ...select(controls, {
      label: labels[name],
      options,
      value: get(name),
      onChange: (value) => {
        const shape =
          name === "network" ? SHAPE.map((part, i) => [part, NETWORKS[value].start[i]]) : [];
        change({ [name]: value, ...Object.fromEntries(shape) });
        save();
      },
    }),
  }));
}

/** Sliders over the places of lists, some of which change with the network; returns what sets them. */
function addSliders(controls, get, kindNow, { change, save }) {
  const listed = (name, values, show = inWords) => ({
    name,
    values,
    ...slider(controls, {
      label: name,
      min: 0,
      max: values().length - 1,
      step: 1,
      value: values().indexOf(get(name)),
      show: (i) => show(values()[Math.min(i, values().length - 1)]),
      onInput: (i) => change({ [name]: values()[i] }),
      onChange: save,
    }),
  });
  const counting = Array.from({ length: LIMITS.layers[1] }, (_, i) => i + 1);
  const shares = Array.from({ length: 96 }, (_, i) => (i + 5) / 100);
  const nearestShare = () => clamp(Math.round(get("share") * 100) - 5, 0, shares.length - 1);
  const sliders = [
    listed("layers", () => counting),
    listed("width", () => WIDTHS),
    listed("size", () => kindNow().sizes),
    listed("batch", () => BATCHES),
  ];
  const share = listed(
    "share",
    () => shares,
    (value) => `${Math.round(value * 100)} %`,
  );
  share.box.querySelector("label").textContent = "Reached share of the roof";
  return () => {
    for (const { name, set, values, input, box } of sliders) {
      input.max = values().length - 1;
      set(values().indexOf(get(name)));
      box.querySelector("label").textContent = kindNow()[name] ?? "Batch";
    }
    share.set(nearestShare());
  };
}

function addFields(controls, get, { change, save }) {
  return [
    ["examples", "Training examples", 1],
    ["epochs", "Epochs", 1],
    ["price", "Price an hour", "any"],
  ].map(([name, label, step]) => ({
    name,
    ...numberField(controls, {
      label,
      step,
      min: LIMITS[name][0],
      max: LIMITS[name][1],
      value: get(name),
      onChange: (value) => {
        change({ [name]: value });
        save();
      },
    }),
  }));
}

/** Will it fit, how long, what does it cost: memory, roofline and run of one training. */
function render({ model, el }) {
  const get = (key) => model.get(key);
  const names = get("devices").map(({ name }) => name);
  const link = shareable(model, "budget", rules(names));
  const kindNow = () => NETWORKS[get("network")];
  // An address may name a network and leave out its size.
  if (!kindNow().sizes.includes(get("size"))) model.set("size", kindNow().start[2]);

  const ui = frame({ model, el }, { label: "Budget of a training run", reset: () => link.reset() });
  const acts = {
    change(values) {
      for (const [key, value] of Object.entries(values)) model.set(key, value);
      model.save_changes();
    },
    save: () => link.save(),
  };
  const device = () => get("devices").find(({ name }) => name === get("device"));
  let now = null;
  const [left, right] = [0, 1].map(() => h("div", { class: "dl-budget-part" }));
  ui.picture.append(left, right);
  const showNumbers = numbersPart(left);
  const roofline = plot(right, {
    x: INTENSITIES,
    y: SPEEDS,
    label: "Roofline of the device",
    xLabel: "FLOP a byte, as a power of ten",
    yLabel: "FLOP a second, as a power of ten",
    aspect: 1.25,
    draw: (view) =>
      drawRoof(view, now, {
        devices: get("devices"),
        device: device(),
        precision: get("precision"),
        share: get("share"),
      }),
  });
  const key = h("div");
  right.append(key);

  ui.controls.classList.add("dl-in-columns", "dl-budget-controls");
  const selects = addSelects(ui.controls, get, names, acts);
  const setSliders = addSliders(ui.controls, get, kindNow, acts);
  const fields = addFields(ui.controls, get, acts);
  const refresh = () => {
    if (!kindNow().sizes.includes(get("size"))) return; // between two changes of a new network
    now = estimate(Object.fromEntries(SETTINGS.map((name) => [name, get(name)])), device());
    for (const { name, set } of [...selects, ...fields]) set(get(name));
    setSliders();
    showNumbers(now, device(), get("price"), kindNow());
    showKey(key, get("device"));
    roofline.redraw();
    ui.say(sentence(now, device(), get("price")));
  };
  refresh();
  ui.cleanup(watch(model, SETTINGS, refresh));
  ui.cleanup(roofline.destroy);
  return ui.destroy;
}

export default { render };
