import { drawPoint } from "../kit/canvas.js";
import { legend, select } from "../kit/controls.js";
import { format, h, oncePerFrame, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";

const MARKS = ["circle", "hollow", "triangle"]; // of the learning rates, the lowest first
const NEAR = 0.02; // accuracies closer than this are called equal

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value) => `${format(100 * value, 0)}%`;

/** What was measured: new(f, r, c) and old(f, r, c) give one accuracy a seed, fresh(c) from scratch. */
function measured({ accuracies, scratch, rates, counts, seeds }) {
  const depths = accuracies.length / (2 * rates * counts * seeds);
  const at = (f, r, c, which) =>
    Array.from(
      { length: seeds },
      (_, s) => accuracies[(((f * rates + r) * counts + c) * seeds + s) * 2 + which],
    );
  return {
    depths,
    new: (f, r, c) => at(f, r, c, 0),
    old: (f, r, c) => at(f, r, c, 1),
    fresh: (c) => Array.from(scratch.subarray(c * seeds, (c + 1) * seeds)),
  };
}

/** What is frozen, as transfer.py says it too. */
function frozenWords(frozen, depths) {
  if (frozen === 0) return "nothing frozen";
  if (frozen === depths - 1) return "all blocks frozen";
  return frozen === 1 ? "block 1 frozen" : `blocks 1–${frozen} frozen`;
}

const log = (count) => Math.log10(count);
const MARGIN = { top: 26, left: 46, bottom: 42, right: 14 };

/** The network as boxes, input first; returns their names and what shows which are frozen. */
function networkBoxes(parent, depths) {
  const boxes = Array.from({ length: depths }, (_, i) => {
    const state = h("span", { class: "dl-transfer-state" });
    const name = i < depths - 1 ? `block ${i + 1}` : "head";
    return { state, el: h("li", { class: "dl-transfer-box" }, h("span", {}, name), state) };
  });
  parent.append(
    h(
      "ol",
      { class: "dl-transfer-network", "aria-label": "The network, input first" },
      ...boxes.map((box) => box.el),
    ),
  );
  return (count) =>
    boxes.forEach(({ el, state }, i) => {
      state.textContent = i < count ? "frozen" : "trained";
      el.classList.toggle("dl-transfer-frozen", i < count);
    });
}

function line({ context }, points, colour, { width = 2.5, dashes = [] } = {}) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dashes);
  context.beginPath();
  points.forEach(([x, y]) => context.lineTo(x, y));
  context.stroke();
  context.setLineDash([]);
}

/** Axes in percent upwards from `low`, and with the marks [place, text] of `bottom`. */
function axis({ axes, inner, sy }, low, bottom) {
  const foot = inner.y + inner.height;
  axes.replaceChildren(
    svg("path", { class: "dl-axis", d: `M${inner.x},${inner.y}V${foot}H${inner.x + inner.width}` }),
  );
  const tick = (x, y, anchor, text) =>
    svg("text", { class: "dl-tick", x, y, "text-anchor": anchor }, text);
  for (let value = low; value <= 1.001; value += 0.2) {
    axes.append(
      svg("path", { class: "dl-axis", d: `M${inner.x},${sy(value)}h-4` }),
      tick(inner.x - 7, sy(value) + 4, "end", percent(value)),
    );
  }
  for (const [at, text] of bottom) {
    axes.append(
      svg("path", { class: "dl-axis", d: `M${at},${foot}v4` }),
      tick(at, foot + 17, "middle", text),
    );
  }
}

function nameAxes({ axes, inner, height }, below, above) {
  axes.append(
    svg(
      "text",
      {
        class: "dl-axis-label",
        x: inner.x + inner.width / 2,
        y: height - 3,
        "text-anchor": "middle",
      },
      below,
    ),
    svg("text", { class: "dl-axis-label", x: inner.x - 40, y: 12 }, above),
  );
}

/** Accuracy against labels: adapted, from scratch, and as it came. */
function drawCurves(view, { get, counts, runs, place, before }) {
  const { context, sx, sy, theme, inner } = view;
  axis(
    view,
    0,
    counts.map((count) => [sx(log(count)), String(count)]),
  );
  nameAxes(view, "labels", `accuracy on ${get("new_task")}`);
  const { f, r } = place();
  line(
    view,
    [
      [inner.x, sy(before.new)],
      [inner.x + inner.width, sy(before.new)],
    ],
    theme.muted,
    { width: 2, dashes: [2, 4] },
  );
  const curve = (of, colour, kind, dashes) => {
    line(
      view,
      counts.map((count, c) => [sx(log(count)), sy(mean(of(c)))]),
      colour,
      { dashes },
    );
    counts.forEach((count, c) =>
      of(c).forEach((value) =>
        drawPoint(context, sx(log(count)), sy(value), kind, theme, { radius: 4 }),
      ),
    );
  };
  curve((c) => runs.fresh(c), theme.orange, 1, [7, 4]);
  curve((c) => runs.new(f, r, c), theme.blue, 0, []);
  const now = sx(log(get("count")));
  view.marks.append(
    svg("path", { class: "dl-transfer-now", d: `M${now},${inner.y}V${inner.y + inner.height}` }),
  );
}

function curvesPlot(parent, figure) {
  const { get, counts, runs, place, change } = figure;
  const ends = [log(counts[0]) - 0.12, log(counts.at(-1)) + 0.12];
  const view = plot(parent, {
    x: ends,
    y: [0, 1.04],
    label: "Accuracy against the number of labels",
    xLabel: "labels",
    aspect: 1.15,
    margin: MARGIN,
    draw: (it) => drawCurves(it, figure),
  });
  const step = (by) => {
    const next = Math.min(counts.length - 1, Math.max(0, counts.indexOf(get("count")) + by));
    change("count", counts[next]);
  };
  const nearest = (at) =>
    counts.reduce((best, count) =>
      Math.abs(log(count) - at) < Math.abs(log(best) - at) ? count : best,
    );
  const ofNow = () => {
    const { f, r, c } = place();
    return mean(runs.new(f, r, c));
  };
  handle(view, {
    label: "Number of labels",
    at: () => [log(get("count")), ofNow()],
    value: () => [counts[0], get("count"), counts.at(-1)],
    onMove: (at) => {
      if (nearest(at) !== get("count")) change("count", nearest(at));
    },
    onKey: (across, up) => step(Math.sign(across + up)),
    text: () => `${get("count")} labels, accuracy ${percent(ofNow())}`,
  });
  legend(parent, [
    { mark: "circle", colour: "blue", text: "adapted" },
    { mark: "triangle", colour: "orange", text: "from scratch" },
    { mark: "dashes", colour: "muted", text: "as it came" },
  ]);
  return view;
}

/** Where the axis of a task begins: a round number below all its means. */
function floorOf(of, before, { rates, counts, runs }) {
  const means = rates.flatMap((_, r) =>
    Array.from({ length: runs.depths }, (_, f) => counts.map((_, c) => mean(of(f, r, c)))).flat(),
  );
  return Math.max(0, Math.floor((Math.min(...means, before) - 0.02) * 5) / 5);
}

/** What is won and what is lost: every choice of frozen blocks and rate, by both accuracies. */
function drawTrade(view, lowest, { get, rates, runs, place, before }) {
  const { context, sx, sy, theme, marks } = view;
  const values = [];
  for (let value = lowest.new; value <= 1.001; value += 0.2)
    values.push([sx(value), percent(value)]);
  axis(view, lowest.old, values);
  nameAxes(view, `accuracy on ${get("new_task")}`, `accuracy on ${get("old_task")}`);
  const now = place();
  const spot = (f, r) => [sx(mean(runs.new(f, r, now.c))), sy(mean(runs.old(f, r, now.c)))];
  const depths = Array.from({ length: runs.depths }, (_, f) => f);
  rates.forEach((_, r) =>
    line(
      view,
      depths.map((f) => spot(f, r)),
      theme.line,
      { width: 1.5 },
    ),
  );
  const [bx, by] = [sx(before.new), sy(before.old)];
  for (const side of [-1, 1])
    line(
      view,
      [
        [bx + 5 * side, by - 5],
        [bx - 5 * side, by + 5],
      ],
      theme.ink,
    );
  rates.forEach((_, r) =>
    depths.forEach((f) => {
      const [px, py] = spot(f, r);
      drawPoint(context, px, py, r === 2 ? 1 : 0, theme, { radius: 5, hollow: r === 1 });
    }),
  );
  const [px, py] = spot(now.f, now.r);
  marks.append(svg("circle", { class: "dl-transfer-ring", cx: px, cy: py, r: 10 }));
}

/** The right picture; null where the old task was not measured. */
function tradePlot(parent, figure) {
  const { get, rates, runs, before } = figure;
  const note = (text) => parent.append(h("p", { class: "dl-transfer-note" }, text));
  if (Number.isNaN(before.old)) {
    note(
      `Accuracy on ${get("old_task")} was not measured here, so this figure does not show what the network forgets.`,
    );
    return null;
  }
  const lowest = {
    new: floorOf(runs.new, before.new, figure),
    old: floorOf(runs.old, before.old, figure),
  };
  const view = plot(parent, {
    x: [lowest.new, 1.03],
    y: [lowest.old, 1.04],
    label: `Accuracy on ${get("old_task")} against accuracy on ${get("new_task")}`,
    xLabel: "new",
    aspect: 1.15,
    margin: MARGIN,
    draw: (it) => drawTrade(it, lowest, figure),
  });
  legend(parent, [
    ...rates.map((rate, r) => ({
      mark: MARKS[r],
      colour: r === 2 ? "orange" : "blue",
      text: `rate ${rate}`,
    })),
    { mark: "ring", colour: "violet", text: "chosen" },
  ]);
  note("Each mark is a choice of frozen blocks; the cross, the network as it came.");
  return view;
}

/** The live sentence. */
function sentence({ get, runs, place, before }) {
  const { f, r, c } = place();
  const [found, fresh] = [runs.new(f, r, c), runs.fresh(c)];
  const spread = `${percent(Math.min(...found))} to ${percent(Math.max(...found))} over ${found.length} seeds`;
  const gain = mean(found) - mean(fresh);
  const verdict = Math.abs(gain) < NEAR ? "about as good" : gain > 0 ? "worse" : "better";
  const lost = Number.isNaN(before.old)
    ? ""
    : ` Accuracy on ${get("old_task")}: ${percent(before.old)} before, ${percent(mean(runs.old(f, r, c)))} after.`;
  return (
    `${get("count")} labels, ${frozenWords(f, runs.depths)}, learning rate ${get("rate")}: ${percent(mean(found))} on ` +
    `${get("new_task")} (${spread}). From scratch ${verdict}, ${percent(mean(fresh))}; as it came, ${percent(before.new)}.${lost}`
  );
}

function addControls(controls, { get, counts, rates, runs, change }) {
  const choice = (label, key, options) =>
    select(controls, {
      label,
      options,
      value: String(get(key)),
      onChange: (value) => change(key, Number(value)),
    });
  const frozen = Array.from({ length: runs.depths }, (_, f) => ({
    value: String(f),
    text: frozenWords(f, runs.depths),
  }));
  return {
    count: choice("Labels", "count", counts.map(String)),
    frozen: choice("Frozen", "frozen", frozen),
    rate: choice("Learning rate", "rate", rates.map(String)),
  };
}

/** A pretrained network: what is frozen, labels, learning rate; the new task and the old one. */
function render({ model, el }) {
  const get = (key) => model.get(key);
  const [counts, rates] = [get("counts"), get("rates")];
  const runs = measured({
    accuracies: floats(get("accuracies")),
    scratch: floats(get("scratch")),
    rates: rates.length,
    counts: counts.length,
    seeds: get("seeds"),
  });
  const [newBefore, oldBefore] = floats(get("untouched"));
  const address = shareable(model, "transfer", {
    count: (value) => counts.includes(value),
    rate: (value) => rates.includes(value),
    frozen: (value) => Number.isInteger(value) && value >= 0 && value < runs.depths,
  });
  const ui = frame({ model, el }, { label: "Transfer learning", reset: () => address.reset() });
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
    address.save();
  };
  const place = () => ({
    f: get("frozen"),
    r: rates.indexOf(get("rate")),
    c: counts.indexOf(get("count")),
  });
  const figure = {
    get,
    change,
    counts,
    rates,
    runs,
    place,
    before: { new: newBefore, old: oldBefore },
  };

  const showFrozen = networkBoxes(ui.picture, runs.depths);
  const [left, right] = [0, 1].map(() => h("div", { class: "dl-transfer-part" }));
  ui.picture.append(left, right);
  const curves = curvesPlot(left, figure);
  const trade = tradePlot(right, figure);
  const controls = addControls(ui.controls, figure);
  const refresh = () => {
    Object.entries(controls).forEach(([key, { set }]) => set(String(get(key))));
    showFrozen(get("frozen"));
    curves.redraw();
    trade?.redraw();
    ui.say(sentence(figure));
  };
  refresh();
  const settle = oncePerFrame(refresh); // one change may set several traits
  ui.cleanup(watch(model, Object.keys(controls), settle));
  ui.cleanup(settle.cancel);
  ui.cleanup(curves.destroy);
  if (trade) ui.cleanup(trade.destroy);
  return ui.destroy;
}

export default { render };
