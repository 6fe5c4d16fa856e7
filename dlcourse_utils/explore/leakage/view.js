import { drawPoint } from "../kit/canvas.js";
import { button, select } from "../kit/controls.js";
import { format, h, oncePerFrame, svg, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { plot, ticks } from "../kit/plot.js";
import { seeded } from "../kit/random.js";

// The same as in leakage.py. A setup is a number of four bits, one for each step's second choice.
const STEPS = {
  duplicates: ["before", "after"],
  split: ["patients", "rows"],
  selection: ["after", "before"],
  scaling: ["after", "before"],
};
const MODELS = ["nearest row", "class means"];
const PATIENTS = [20, 40, 60, 120];
const FEATURES = [10, 50, 200, 500, 1000];
const SIGNALS = { none: 0, weak: 0.4, strong: 0.8 };
const [VISITS, INFORMATIVE, KEPT, SPLITS, NEW_PATIENTS] = [3, 5, 10, 24, 300];
const [LIKENESS, COPIED] = [0.8, 0.3];
const [TABLE, NEW, SPLIT] = [0, 2 ** 30, 2 ** 31];

const names = Object.keys(STEPS);
const BIN = 0.02; // of the accuracies in the picture
const FOOLED = 0.1; // a smaller difference may be the luck of one table
// What the reader sees: the question, its choices in the order of time, and the short form of each.
const WORDS = {
  duplicates: {
    label: "Duplicates removed",
    short: "Duplicates",
    choices: { before: "before the split", after: "after it, in each part" },
  },
  split: {
    label: "Table split",
    short: "Split",
    choices: { rows: "row by row", patients: "patient by patient" },
  },
  selection: {
    label: "10 best features chosen",
    short: "Features",
    choices: { before: "before the split", after: "after it, on training rows" },
  },
  scaling: {
    label: "Scaling fitted",
    short: "Scaling",
    choices: { before: "before the split", after: "after it, on training rows" },
  },
};

const upTo = (count) => Array.from({ length: count }, (_, i) => i);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

/** The choices of a setup's number, { duplicates, split, selection, scaling }. */
function choicesOf(number) {
  return Object.fromEntries(names.map((name, place) => [name, STEPS[name][(number >> place) & 1]]));
}

/** A table { X, features, distinct, patients, rows, fresh }: X row after row, without the copies. */
function makeTable({ seed, patients, features, shift }) {
  const distinct = patients * VISITS;
  const X = new Float64Array(distinct * features);
  for (let j = 0; j < features; j += 1) {
    const random = seeded(TABLE + 4096 * seed + j);
    for (let i = 0; i < patients; i += 1) {
      const own =
        Math.sqrt(LIKENESS) * random.normal() + (j < INFORMATIVE ? shift * (2 * (i % 2) - 1) : 0);
      for (let visit = 0; visit < VISITS; visit += 1) {
        X[(i * VISITS + visit) * features + j] = own + Math.sqrt(1 - LIKENESS) * random.normal();
      }
    }
  }
  const copies = Math.round(COPIED * patients) * VISITS;
  const rows = upTo(distinct + copies).map((row) => {
    const original = row < distinct ? row : row - distinct;
    return { original, patient: Math.floor(row / VISITS), y: Math.floor(original / VISITS) % 2 };
  });
  return { seed, shift, X, features, distinct, patients, rows, fresh: new Map() };
}

/** One feature of the patients that are not in the table. */
function freshColumn(table, j) {
  if (!table.fresh.has(j)) {
    const random = seeded(NEW + 4096 * table.seed + j);
    table.fresh.set(
      j,
      Float64Array.from(
        { length: NEW_PATIENTS },
        (_, i) => random.normal() + (j < INFORMATIVE ? table.shift * (2 * (i % 2) - 1) : 0),
      ),
    );
  }
  return table.fresh.get(j);
}

/** The columns that correlate most with the class in `rows`, the best first. */
function bestColumns({ X, features }, rows) {
  const [all, ones, squares] = upTo(3).map(() => new Float64Array(features));
  let positive = 0;
  for (const { original, y } of rows) {
    positive += y;
    for (let j = 0, at = original * features; j < features; j += 1, at += 1) {
      const value = X[at];
      all[j] += value;
      squares[j] += value * value;
      if (y) ones[j] += value;
    }
  }
  const n = rows.length;
  const score = all.map(
    (sum, j) => Math.abs(ones[j] - (positive * sum) / n) / Math.sqrt(squares[j] - (sum * sum) / n),
  );
  return upTo(features)
    .sort((a, b) => score[b] - score[a] || a - b)
    .slice(0, KEPT);
}

/** Which rows are for testing: of each class the third of the units with the lowest numbers. */
function testRows(rows, byPatient, seed) {
  const unit = rows.map((row, i) => (byPatient ? row.patient : i));
  const label = [];
  unit.forEach((u, i) => {
    label[u] = rows[i].y;
  });
  const random = seeded(seed);
  const numbers = label.map(() => random());
  const chosen = new Set(
    [0, 1].flatMap((y) => {
      const units = upTo(label.length)
        .filter((u) => label[u] === y)
        .sort((a, b) => numbers[a] - numbers[b]);
      return units.slice(0, Math.floor(units.length / 3 + 0.5));
    }),
  );
  return unit.map((u) => chosen.has(u));
}

/** `rows` without those that equal an earlier one. */
function distinctRows(rows) {
  const seen = new Set();
  return rows.filter(({ original }) => !seen.has(original) && seen.add(original));
}

/** Share of `count` rows (flat, KEPT wide) whose nearest `known` row has their class. */
function accuracy(asked, classOf, count, known, labels) {
  let right = 0;
  for (let i = 0; i < count; i += 1) {
    let [nearest, least] = [0, Infinity];
    for (let k = 0; k < labels.length; k += 1) {
      let distance = 0;
      for (
        let a = i * KEPT, b = k * KEPT, end = b + KEPT;
        b < end && distance < least;
        a += 1, b += 1
      ) {
        const apart = asked[a] - known[b];
        distance += apart * apart;
      }
      if (distance < least) [nearest, least] = [k, distance];
    }
    right += labels[nearest] === classOf(i);
  }
  return right / count;
}

/** Accuracies { reported, fresh } of all splits for a setup and a model. */
function scores(table, setup, kind) {
  const { X, features } = table;
  const rows = setup.duplicates === "before" ? table.rows.slice(0, table.distinct) : table.rows;
  const ofAll = bestColumns(table, rows);
  const found = { reported: [], fresh: [] };
  for (let number = 0; number < SPLITS; number += 1) {
    const inTest = testRows(rows, setup.split === "patients", SPLIT + 4096 * table.seed + number);
    const test = distinctRows(rows.filter((_, i) => inTest[i]));
    const train = distinctRows(rows.filter((_, i) => !inTest[i]));
    const columns = setup.selection === "before" ? ofAll : bestColumns(table, train);
    const basis = setup.scaling === "before" ? rows : train;
    const scales = columns.map((j) => {
      const values = basis.map(({ original }) => X[original * features + j]);
      return [mean(values), spread(values)];
    });
    const scaled = (count, value) => {
      const flat = new Float64Array(count * KEPT);
      for (let i = 0; i < count; i += 1) {
        for (let c = 0; c < KEPT; c += 1)
          flat[i * KEPT + c] = (value(i, c) - scales[c][0]) / scales[c][1];
      }
      return flat;
    };
    const of = (part) => scaled(part.length, (i, c) => X[part[i].original * features + columns[c]]);
    let known = of(train);
    let labels = train.map(({ y }) => y);
    if (kind === "class means") {
      const means = new Float64Array(2 * KEPT);
      const counts = [0, 1].map((label) => labels.filter((y) => y === label).length);
      known.forEach((value, at) => {
        const y = labels[Math.floor(at / KEPT)];
        means[y * KEPT + (at % KEPT)] += value / counts[y];
      });
      [known, labels] = [means, [0, 1]];
    }
    const fresh = columns.map((j) => freshColumn(table, j));
    found.reported.push(accuracy(of(test), (i) => test[i].y, test.length, known, labels));
    found.fresh.push(
      accuracy(
        scaled(NEW_PATIENTS, (i, c) => fresh[c][i]),
        (i) => i % 2,
        NEW_PATIENTS,
        known,
        labels,
      ),
    );
  }
  return found;
}

const fooledBy = ({ reported, fresh }) => mean(reported) - mean(fresh);
const signedText = (value) => (Number(value.toFixed(2)) > 0 ? "+" : "") + format(value, 2);

const whole = (value) => Number.isInteger(value) && value >= 0 && value <= 9999;

/** The setup of now and those that the reader tried, each a number of four bits. */
function setupsOf(model) {
  const current = () =>
    names.reduce((sum, name, place) => sum + (STEPS[name].indexOf(model.get(name)) << place), 0);
  const tried = () => [...new Set([...model.get("tried").filter(Number.isInteger), current()])];
  return { current, tried };
}

/** The scores of setups on the table of now: lookUp(setup) gives { get(), make() }. */
function scoresOf(model) {
  let known = { key: "" }; // the table, and the scores of setups on it
  return (setup) => {
    const data = Object.fromEntries(
      ["seed", "patients", "features", "signal"].map((key) => [key, model.get(key)]),
    );
    const key = JSON.stringify(data);
    if (known.key !== key) {
      known = {
        key,
        table: makeTable({ ...data, shift: SIGNALS[data.signal] }),
        scores: new Map(),
      };
    }
    const kind = model.get("model");
    const entry = `${kind} ${setup}`;
    return {
      get: () => known.scores.get(entry),
      make: () => known.scores.set(entry, scores(known.table, choicesOf(setup), kind)),
    };
  };
}

function line({ context }, points, colour, width, dashes = []) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dashes);
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.setLineDash([]);
}

function cross({ context }, x, y, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
}

function words({ marks }, x, y, text, attributes = {}) {
  marks.append(svg("text", { x, y, "text-anchor": "middle", ...attributes }, text));
}

/** The axis of accuracies, and the line of guessing. */
function drawAxis(view) {
  const { sx, theme, inner } = view;
  const bottom = inner.y + inner.height;
  view.axes.replaceChildren(
    svg("path", { class: "dl-axis", d: `M${inner.x},${bottom}h${inner.width}` }),
    ...ticks(0.4, 1, 3).flatMap(({ value, text }) => [
      svg("path", { class: "dl-axis", d: `M${sx(value)},${bottom}v4` }),
      svg(
        "text",
        { class: "dl-tick", x: sx(value), y: bottom + 17, "text-anchor": "middle" },
        text,
      ),
    ]),
    svg(
      "text",
      { x: inner.x + inner.width / 2, y: bottom + 36, "text-anchor": "middle" },
      `accuracy, ${SPLITS} random splits of one table`,
    ),
  );
  line(
    view,
    [
      [sx(0.5), inner.y],
      [sx(0.5), bottom],
    ],
    theme.line,
    1.5,
    [4, 4],
  );
  words(view, sx(0.5) - 5, bottom - 6, "guessing", { "text-anchor": "end", class: "dl-tick" });
}

/** A heap of the 24 accuracies over `base`, with a line at their mean; draw(x, y) makes one mark. */
function drawHeap(view, values, base, colour, title, draw) {
  const { sx, sy, inner } = view;
  const bins = values.map((value) => Math.floor(value / BIN + 0.5));
  const before = bins.map((bin, i) => bins.slice(0, i).filter((other) => other === bin).length);
  const step = Math.min(0.075, 0.62 / Math.max(...before, 1));
  const middle = sx(mean(values));
  line(
    view,
    [
      [middle, sy(base - 0.06)],
      [middle, sy(base + 0.72)],
    ],
    colour,
    2.5,
  );
  bins.forEach((bin, i) => draw(sx(bin * BIN), sy(base + step * before[i])));
  words(view, middle, sy(base + 0.76), format(mean(values), 2), { class: "dl-leakage-mean" });
  words(view, inner.x, sy(base + 0.5), title, {
    "text-anchor": "start",
    class: "dl-leakage-title",
  });
}

/** The two scores, and between their means by how much one is fooled. */
function drawScores(view, now) {
  const { context, sx, sy, theme } = view;
  drawAxis(view);
  drawHeap(view, now.reported, 1.15, theme.orange, "What you would report", (x, y) =>
    drawPoint(context, x, y, 1, theme, { radius: 4.2 }),
  );
  drawHeap(view, now.fresh, 0, theme.ink, "On new patients", (x, y) =>
    cross(view, x, y, theme.ink),
  );
  const gap = fooledBy(now);
  const fooled = gap >= FOOLED;
  const ends = [mean(now.fresh), mean(now.reported)];
  line(
    view,
    ends.map((end) => [sx(end), sy(0.97)]),
    fooled ? theme.red : theme.muted,
    3,
  );
  words(view, sx(mean(ends)), sy(0.97) - 5, signedText(gap), {
    class: fooled ? "dl-leakage-gap dl-leakage-fooled" : "dl-leakage-gap",
  });
}

/** From the score on new patients to the one reported, as a small picture. */
function gapBar(found) {
  const place = (value) => `${Math.max(0, (value - 0.4) / 0.6) * 100}%`;
  const [from, to] = [mean(found.fresh), mean(found.reported)].map(place);
  const mark = (at, path) =>
    h(
      "span",
      { class: "dl-leakage-mark", style: `left:${at}` },
      svg("svg", { width: 12, height: 12, viewBox: "-6 -6 12 12" }, path),
    );
  return h(
    "span",
    { class: "dl-leakage-bar", "aria-hidden": "true" },
    h("span", {
      class: "dl-leakage-between",
      style: `left:min(${from},${to});right:calc(100% - max(${from},${to}))`,
    }),
    mark(to, svg("path", { d: "M0,-5L4.7,3.5H-4.7Z", fill: "var(--dl-orange)" })),
    mark(
      from,
      svg("path", { d: "M-4,-4L4,4M4,-4L-4,4", stroke: "var(--dl-ink)", "stroke-width": 2 }),
    ),
  );
}

/** One line of the list: a setup and by how much it fools. */
function setupRow(setup, found, here) {
  const gap = found ? fooledBy(found) : 0;
  const number = h(
    "td",
    { class: gap >= FOOLED ? "dl-leakage-number dl-leakage-fooled" : "dl-leakage-number" },
    ...(found ? [gapBar(found), signedText(gap)] : ["…"]),
  );
  return h(
    "tr",
    { class: here ? "dl-leakage-here" : null, "aria-current": here ? "true" : null },
    ...Object.values(choicesOf(setup)).map((choice) => h("td", {}, choice)),
    number,
  );
}

/**
 * What was tried: { fill(), showRow() }.
 * Of a fixed height: what is tried must not push the controls away under the reader's finger.
 */
function triedList(parent, { current, tried }, lookUp) {
  const title = "Setups that you have tried";
  const body = h("tbody");
  const hint = h(
    "p",
    { class: "dl-leakage-hint" },
    "Change a step: what you have tried stays here.",
  );
  const box = h("div", {
    class: "dl-leakage-list",
    tabindex: "0",
    role: "region",
    "aria-label": title,
  });
  parent.append(h("p", { class: "dl-leakage-heading", "aria-hidden": "true" }, title), box);
  box.append(
    h(
      "table",
      { class: "dl-leakage-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...names.map((name) => h("th", { scope: "col" }, WORDS[name].short)),
          h("th", { scope: "col", class: "dl-leakage-number" }, "Fooled by"),
        ),
      ),
      body,
    ),
    hint,
  );
  return {
    fill() {
      body.replaceChildren(
        ...tried().map((setup) => setupRow(setup, lookUp(setup).get(), setup === current())),
      );
      hint.hidden = tried().length > 1;
    },
    showRow() {
      const row = body.querySelector(".dl-leakage-here");
      box.scrollTop = row.offsetTop + row.offsetHeight - box.clientHeight;
    },
  };
}

/** The four steps as radios, then the data; returns what sets them to the model's values, and their keys. */
function addControls(controls, model, change) {
  const radios = names.map((name) => {
    const group = uid("dl-leakage");
    const inputs = Object.entries(WORDS[name].choices).map(([value, text]) => {
      const input = h("input", {
        type: "radio",
        name: group,
        value,
        "data-lm-suppress-shortcuts": "true",
        change: () => change(name, value),
      });
      return { input, box: h("label", {}, input, h("span", {}, text)) };
    });
    const legend = h("legend", {}, WORDS[name].label);
    return { name, inputs, box: h("fieldset", {}, legend, ...inputs.map(({ box }) => box)) };
  });
  controls.append(h("div", { class: "dl-leakage-steps" }, ...radios.map(({ box }) => box)));
  const choice = (label, key, options, read = (value) => value) =>
    select(controls, {
      label,
      options: options.map(String),
      value: String(model.get(key)),
      onChange: (value) => change(key, read(value)),
    });
  const selects = {
    model: choice("Model", "model", MODELS),
    features: choice("Features to choose from", "features", FEATURES, Number),
    patients: choice("Patients", "patients", PATIENTS, Number),
    signal: choice("Signal in 5 of them", "signal", Object.keys(SIGNALS)),
  };
  button(controls, {
    label: "New table",
    onClick: () => change("seed", (model.get("seed") + 1) % 10000),
  });
  const set = () => {
    for (const { name, inputs } of radios) {
      for (const { input } of inputs) input.checked = input.value === model.get(name);
    }
    Object.entries(selects).forEach(([key, one]) => one.set(String(model.get(key))));
  };
  return { set, keys: Object.keys(selects) };
}

/** The live sentence. */
function sentence(now) {
  const gap = fooledBy(now);
  const size = format(Math.abs(gap), 2);
  const little =
    gap <= -FOOLED
      ? `You report ${size} too little.`
      : `The difference, ${size}, may be the luck of this table.`;
  const verdict = gap >= FOOLED ? `You are fooled by ${size}.` : little;
  return (
    `You would report an accuracy of ${format(mean(now.reported), 2)} ± ${format(spread(now.reported), 2)}; on new ` +
    `patients the same models reach ${format(mean(now.fresh), 2)} ± ${format(spread(now.fresh), 2)}. ${verdict}`
  );
}

/** Four steps to do before or after a split, the score reported and the score on new patients. */
function render({ model, el }) {
  const address = shareable(model, "leakage", {
    ...STEPS,
    model: MODELS,
    patients: (value) => PATIENTS.includes(value),
    features: (value) => FEATURES.includes(value),
    signal: Object.keys(SIGNALS),
    seed: whole,
    tried: [0, 15],
  });
  const ui = frame({ model, el }, { label: "Leakage", reset: () => address.reset() });
  const setups = setupsOf(model);
  const lookUp = scoresOf(model);
  const change = (key, value) => {
    model.set(key, value);
    if (!model.get("tried").includes(setups.current())) model.set("tried", setups.tried());
    model.save_changes();
    address.save();
  };
  let now = null;
  const [left, right] = [0, 1].map(() => h("div", { class: "dl-leakage-part" }));
  ui.picture.append(left, right);
  const picture = plot(left, {
    x: [0.28, 1.02],
    y: [-0.12, 2.08],
    label: "Accuracy of 24 splits, reported and on new patients",
    axes: false,
    aspect: 1.35,
    margin: { bottom: 40 },
    draw: (view) => drawScores(view, now),
  });
  const list = triedList(right, setups, lookUp);
  const controls = addControls(ui.controls, model, change);

  // The setup of now comes at once, the others of the list one a frame.
  const fillIn = oncePerFrame(() => {
    const missing = setups
      .tried()
      .map(lookUp)
      .find(({ get }) => !get());
    if (!missing) return;
    missing.make();
    list.fill();
    fillIn();
  });
  const refresh = () => {
    const wanted = lookUp(setups.current());
    if (!wanted.get()) wanted.make();
    now = wanted.get();
    controls.set();
    list.fill();
    list.showRow();
    picture.redraw();
    ui.say(sentence(now));
    fillIn();
  };
  refresh();
  const settle = oncePerFrame(refresh); // one change may set several traits
  ui.cleanup(watch(model, [...names, ...controls.keys, "seed", "tried"], settle));
  ui.cleanup(settle.cancel);
  ui.cleanup(fillIn.cancel);
  ui.cleanup(picture.destroy);
  return ui.destroy;
}

export default { render };
