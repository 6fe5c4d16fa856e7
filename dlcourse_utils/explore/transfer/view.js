import { h, svg, format, oncePerFrame } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { select, legend } from "../kit/controls.js";
import { plot, handle } from "../kit/plot.js";
import { drawPoint } from "../kit/canvas.js";
import { floats, watch, shareable } from "../kit/model.js";

const MARKS = ["circle", "hollow", "triangle"]; // of the learning rates, the lowest first
const NEAR = 0.02; // accuracies closer than this are called equal

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (value) => `${format(100 * value, 0)}%`;

/** What was measured: new(f, r, c) and old(f, r, c) give one accuracy a seed, fresh(c) from scratch. */
function measured({ accuracies, scratch, rates, counts, seeds }) {
  const depths = accuracies.length / (2 * rates * counts * seeds);
  const at = (f, r, c, which) => Array.from({ length: seeds },
    (_, s) => accuracies[(((f * rates + r) * counts + c) * seeds + s) * 2 + which]);
  return { depths, new: (f, r, c) => at(f, r, c, 0), old: (f, r, c) => at(f, r, c, 1),
    fresh: (c) => Array.from(scratch.subarray(c * seeds, (c + 1) * seeds)) };
}

/** What is frozen, as transfer.py says it too. */
function frozenWords(frozen, depths) {
  if (frozen === 0) return "nothing frozen";
  if (frozen === depths - 1) return "all blocks frozen";
  return frozen === 1 ? "block 1 frozen" : `blocks 1–${frozen} frozen`;
}

/** A pretrained network: what is frozen, labels, learning rate; the new task and the old one. */
function render({ model, el }) {
  const get = (key) => model.get(key);
  const [counts, rates] = [get("counts"), get("rates")];
  const runs = measured({ accuracies: floats(get("accuracies")), scratch: floats(get("scratch")),
    rates: rates.length, counts: counts.length, seeds: get("seeds") });
  const [newBefore, oldBefore] = floats(get("untouched"));
  const knowsOld = !Number.isNaN(oldBefore);
  const { depths } = runs;
  const address = shareable(model, "transfer", { count: (value) => counts.includes(value),
    rate: (value) => rates.includes(value),
    frozen: (value) => Number.isInteger(value) && value >= 0 && value < depths });
  const ui = frame({ model, el }, { label: "Transfer learning", reset: () => address.reset() });
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
    address.save();
  };
  const place = () => ({ f: get("frozen"), r: rates.indexOf(get("rate")), c: counts.indexOf(get("count")) });

  // ---- the network ----------------------------------------------------------------------------
  const boxes = Array.from({ length: depths }, (_, i) => ({
    name: i < depths - 1 ? `block ${i + 1}` : "head",
    state: h("span", { class: "dl-transfer-state" }),
  }));
  for (const box of boxes) box.el = h("li", { class: "dl-transfer-box" }, h("span", {}, box.name), box.state);
  ui.picture.append(h("ol", { class: "dl-transfer-network", "aria-label": "The network, input first" },
    ...boxes.map((box) => box.el)));
  const drawNetwork = () => boxes.forEach(({ el: box, state }, i) => {
    const frozen = i < get("frozen");
    state.textContent = frozen ? "frozen" : "trained";
    box.classList.toggle("dl-transfer-frozen", frozen);
  });

  // ---- accuracy against labels ----------------------------------------------------------------
  const [left, right] = [h("div", { class: "dl-transfer-part" }), h("div", { class: "dl-transfer-part" })];
  ui.picture.append(left, right);
  const x = (count) => Math.log10(count);
  const ends = [x(counts[0]) - 0.12, x(counts.at(-1)) + 0.12];
  const line = ({ context }, points, colour, { width = 2.5, dashes = [] } = {}) => {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dashes);
    context.beginPath();
    points.forEach(([px, py]) => context.lineTo(px, py));
    context.stroke();
    context.setLineDash([]);
  };
  const axis = (view, low, bottom) => {
    const { axes, inner } = view;
    axes.replaceChildren(svg("path", { class: "dl-axis",
      d: `M${inner.x},${inner.y}V${inner.y + inner.height}H${inner.x + inner.width}` }));
    for (let value = low; value <= 1.001; value += 0.2) {
      axes.append(svg("path", { class: "dl-axis", d: `M${inner.x},${view.sy(value)}h-4` }),
        svg("text", { class: "dl-tick", x: inner.x - 7, y: view.sy(value) + 4, "text-anchor": "end" }, percent(value)));
    }
    for (const [at, text] of bottom) {
      axes.append(svg("path", { class: "dl-axis", d: `M${at},${inner.y + inner.height}v4` }),
        svg("text", { class: "dl-tick", x: at, y: inner.y + inner.height + 17, "text-anchor": "middle" }, text));
    }
  };
  const label = (view, text, name) => view.axes.append(svg("text", { class: "dl-axis-label",
    x: view.inner.x + view.inner.width / 2, y: view.height - 3, "text-anchor": "middle" }, text),
  svg("text", { class: "dl-axis-label", x: view.inner.x - 40, y: 12 }, name));
  const drawCurves = (view) => {
    const { context, sx, sy, theme, inner } = view;
    axis(view, 0, counts.map((count) => [sx(x(count)), String(count)]));
    label(view, "labels", `accuracy on ${get("new_task")}`);
    const { f, r } = place();
    line(view, [[inner.x, sy(newBefore)], [inner.x + inner.width, sy(newBefore)]], theme.muted,
      { width: 2, dashes: [2, 4] });
    const curve = (of, colour, kind, dashes) => {
      line(view, counts.map((count, c) => [sx(x(count)), sy(mean(of(c)))]), colour, { dashes });
      counts.forEach((count, c) => of(c).forEach((value) => drawPoint(context, sx(x(count)), sy(value), kind, theme,
        { radius: 4 })));
    };
    curve((c) => runs.fresh(c), theme.orange, 1, [7, 4]);
    curve((c) => runs.new(f, r, c), theme.blue, 0, []);
    const now = sx(x(get("count")));
    view.marks.append(svg("path", { class: "dl-transfer-now", d: `M${now},${inner.y}V${inner.y + inner.height}` }));
  };
  const margin = { top: 26, left: 46, bottom: 42, right: 14 };
  const curves = plot(left, { x: ends, y: [0, 1.04], label: "Accuracy against the number of labels", xLabel: "labels",
    aspect: 1.15, margin, draw: drawCurves });
  const step = (by) => {
    const next = Math.min(counts.length - 1, Math.max(0, counts.indexOf(get("count")) + by));
    change("count", counts[next]);
  };
  const nearest = (at) => counts.reduce((best, count) => (Math.abs(x(count) - at) < Math.abs(x(best) - at) ? count : best));
  const ofNow = () => {
    const { f, r, c } = place();
    return runs.new(f, r, c);
  };
  handle(curves, { label: "Number of labels", at: () => [x(get("count")), mean(ofNow())],
    value: () => [counts[0], get("count"), counts.at(-1)],
    onMove: (at) => { if (nearest(at) !== get("count")) change("count", nearest(at)); },
    onKey: (across, up) => step(Math.sign(across + up)),
    text: () => `${get("count")} labels, accuracy ${percent(mean(ofNow()))}` });
  legend(left, [{ mark: "circle", colour: "blue", text: "adapted" }, { mark: "triangle", colour: "orange",
    text: "from scratch" }, { mark: "dashes", colour: "muted", text: "as it came" }]);

  // ---- what is won and what is lost -----------------------------------------------------------
  const everyMean = (of) => rates.flatMap((_, r) => Array.from({ length: depths }, (_, f) => counts.map((_, c) => mean(of(f, r, c)))))
    .flat();
  const floor = (values) => Math.max(0, Math.floor((Math.min(...values) - 0.02) * 5) / 5);
  const lowest = { new: floor([...everyMean(runs.new), newBefore]),
    old: knowsOld ? floor([...everyMean(runs.old), oldBefore]) : 0 };
  const drawTrade = (view) => {
    const { context, sx, sy, theme, marks } = view;
    const values = [];
    for (let value = lowest.new; value <= 1.001; value += 0.2) values.push([sx(value), percent(value)]);
    axis(view, lowest.old, values);
    label(view, `accuracy on ${get("new_task")}`, `accuracy on ${get("old_task")}`);
    const now = place();
    const spot = (f, r) => [sx(mean(runs.new(f, r, now.c))), sy(mean(runs.old(f, r, now.c)))];
    rates.forEach((_, r) => {
      const path = Array.from({ length: depths }, (_, f) => spot(f, r));
      line(view, path, theme.line, { width: 1.5 });
    });
    const [bx, by] = [sx(newBefore), sy(oldBefore)];
    line(view, [[bx - 5, by - 5], [bx + 5, by + 5]], theme.ink);
    line(view, [[bx + 5, by - 5], [bx - 5, by + 5]], theme.ink);
    rates.forEach((_, r) => Array.from({ length: depths }, (_, f) => {
      const [px, py] = spot(f, r);
      drawPoint(context, px, py, r === 2 ? 1 : 0, theme, { radius: 5, hollow: r === 1 });
    }));
    const [px, py] = spot(now.f, now.r);
    marks.append(svg("circle", { class: "dl-transfer-ring", cx: px, cy: py, r: 10 }));
  };
  const trade = knowsOld ? plot(right, { x: [lowest.new, 1.03], y: [lowest.old, 1.04],
    label: `Accuracy on ${get("old_task")} against accuracy on ${get("new_task")}`, xLabel: "new", aspect: 1.15, margin,
    draw: drawTrade }) : null;
  if (trade) {
    legend(right, [...rates.map((rate, r) => ({ mark: MARKS[r], colour: r === 2 ? "orange" : "blue", text: `rate ${rate}` })),
      { mark: "ring", colour: "violet", text: "chosen" }]);
    right.append(h("p", { class: "dl-transfer-note" }, "Each mark is a choice of frozen blocks; the cross, the network as it came."));
  } else {
    right.append(h("p", { class: "dl-transfer-note" }, `Accuracy on ${get("old_task")} was not measured here, so this figure `
      + "does not show what the network forgets."));
  }

  // ---- controls and words ---------------------------------------------------------------------
  const choice = (name, key, options) => select(ui.controls, { label: name, options, value: String(get(key)),
    onChange: (value) => change(key, Number(value)) });
  const controls = {
    count: choice("Labels", "count", counts.map(String)),
    frozen: choice("Frozen", "frozen", boxes.map((_, f) => ({ value: String(f), text: frozenWords(f, depths) }))),
    rate: choice("Learning rate", "rate", rates.map(String)),
  };
  const tell = () => {
    const { f, r, c } = place();
    const [found, fresh] = [runs.new(f, r, c), runs.fresh(c)];
    const spread = `${percent(Math.min(...found))} to ${percent(Math.max(...found))} over ${found.length} seeds`;
    const gain = mean(found) - mean(fresh);
    const verdict = Math.abs(gain) < NEAR ? "about as good" : gain > 0 ? "worse" : "better";
    const lost = knowsOld ? ` Accuracy on ${get("old_task")}: ${percent(oldBefore)} before, `
      + `${percent(mean(runs.old(f, r, c)))} after.` : "";
    ui.say(`${get("count")} labels, ${frozenWords(f, depths)}, learning rate ${get("rate")}: ${percent(mean(found))} on `
      + `${get("new_task")} (${spread}). From scratch ${verdict}, ${percent(mean(fresh))}; as it came, ${percent(newBefore)}.${lost}`);
  };
  const refresh = () => {
    Object.entries(controls).forEach(([key, { set }]) => set(String(get(key))));
    drawNetwork();
    curves.redraw();
    trade?.redraw();
    tell();
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
