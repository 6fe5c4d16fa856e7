import { h, svg, clamp, format } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { slider, select, legend } from "../kit/controls.js";
import { plot, handle } from "../kit/plot.js";
import { raster, drawPoint } from "../kit/canvas.js";
import { rgb, mix, css } from "../kit/colours.js";
import { floats, watch, shareable } from "../kit/model.js";

const ACTIVATIONS = {
  step: (z) => (z > 0 ? 1 : 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
};
const SHADE = 0.3; // how much of a class' colour the plane takes
const ARM = 80; // pixels from the handle that moves the line to the one that turns it
const FAR = 4000; // pixels, beyond every plot
const TURN = Math.PI / 60; // 3 degrees a key press
const CELLS = 56;
const TINTS = 64;

/** Limits of an axis that holds `values`, with some air. */
function limits(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = (high - low || 1) * 0.08;
  return [low - air, high + air];
}

/** The point of the line z = 0 nearest to `point` as seen on the screen, or null without a line. */
function project(view, [w1, w2, b], point) {
  const scale = [1 / (view.sx(1) - view.sx(0)), 1 / (view.sy(1) - view.sy(0))];
  const slope = [w1 * scale[0], w2 * scale[1]]; // change of z a pixel
  const square = slope[0] ** 2 + slope[1] ** 2;
  if (square === 0) return null;
  const z = w1 * point[0] + w2 * point[1] + b;
  return [point[0] - (z * slope[0] * scale[0]) / square, point[1] - (z * slope[1] * scale[1]) / square];
}

/** The drawing of the neuron itself: two inputs, a sum, an activation, an output. */
function diagram(parent) {
  const el = svg("svg", { viewBox: "0 0 344 204", role: "img", "aria-label": "The neuron at the cross" });
  parent.append(h("div", { class: "dl-neuron-diagram" }, el));
  const text = (x, y, words, anchor = "middle", kind = "") => svg("text", { x, y, class: kind,
    "text-anchor": anchor }, words);
  const edge = (x1, y1, weight, limit) => svg("line", { x1, y1, x2: 196, y2: 96,
    class: weight < 0 ? "dl-neuron-minus" : "dl-neuron-plus",
    "stroke-width": 1 + 7 * Math.sqrt(Math.abs(weight) / limit) });
  return ({ x, weights: [w1, w2], b, z, output, activation, limit, digits, xDigits }) => {
    const words = (value) => format(value, digits);
    const curve = activation === "step" ? "M-14,8H0V-8H14" : "M-14,8C2,8 -2,-8 14,-8";
    el.replaceChildren(
      edge(52, 36, w1, limit), edge(52, 156, w2, limit),
      svg("line", { x1: 196, y1: 96, x2: 340, y2: 96, class: "dl-neuron-wire" }),
      svg("line", { x1: 196, y1: 176, x2: 196, y2: 96, class: "dl-neuron-wire" }),
      svg("circle", { cx: 36, cy: 36, r: 26, class: "dl-neuron-node" }),
      svg("circle", { cx: 36, cy: 156, r: 26, class: "dl-neuron-node" }),
      svg("circle", { cx: 196, cy: 96, r: 32, class: "dl-neuron-node" }),
      svg("path", { d: curve, transform: "translate(196,108)", class: "dl-neuron-curve" }),
      text(196, 90, "Σ", "middle", "dl-neuron-sum"),
      text(36, 32, "x₁", "middle", "dl-neuron-name"), text(36, 48, format(x[0], xDigits)),
      text(36, 152, "x₂", "middle", "dl-neuron-name"), text(36, 168, format(x[1], xDigits)),
      text(118, 50, `w₁ = ${words(w1)}`, "start"), text(118, 152, `w₂ = ${words(w2)}`, "start"),
      text(196, 194, `b = ${words(b)}`), text(238, 86, `z = ${words(z)}`, "start"),
      text(238, 119, "ŷ =", "start", "dl-neuron-name"),
      text(271, 119, format(output, activation === "step" ? 0 : 2), "start",
        output > 0.5 ? "dl-neuron-one" : "dl-neuron-zero"),
    );
  };
}

/** One neuron on two features: weights by slider, or the line by its handles. */
function render({ model, el }) {
  const points = floats(model.get("points"));
  const labels = floats(model.get("labels"));
  const count = labels.length;
  const weightLimit = model.get("weight_limit");
  const biasLimit = model.get("bias_limit");
  const names = model.get("feature_names");
  const classes = model.get("class_names");
  const digits = clamp(3 - Math.round(Math.log10(weightLimit)), 0, 4);
  const xs = limits(points.filter((_, i) => i % 2 === 0));
  const ys = limits(points.filter((_, i) => i % 2 === 1));
  const xDigits = clamp(2 - Math.floor(Math.log10(Math.max(xs[1] - xs[0], ys[1] - ys[0]))), 0, 4);

  const link = shareable(model, "neuron", { w1: [-weightLimit, weightLimit],
    w2: [-weightLimit, weightLimit], b: [-biasLimit, biasLimit], activation: Object.keys(ACTIVATIONS) });
  const line = () => [model.get("w1"), model.get("w2"), model.get("b")];
  const activate = (z) => ACTIVATIONS[model.get("activation")](z);

  const ui = frame({ model, el }, { label: "One neuron", reset: () => {
    anchor = middle();
    probe = start;
    link.reset();
    view.redraw();
  } });
  const column = h("div", { class: "dl-neuron-plot" });
  const side = h("div", { class: "dl-neuron-side" });
  ui.picture.append(column, side);

  const middle = () => [(xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2];
  const start = [xs[0] + 0.82 * (xs[1] - xs[0]), ys[0] + 0.78 * (ys[1] - ys[0])];
  let anchor = middle(); // where the reader holds the line
  let probe = start; // the place whose output the diagram shows
  let turning = null; // while the line is turned: how steep z is, and which arm is held
  const shades = raster(CELLS, CELLS);

  /** Put the line's numbers into the model; too large ones shrink together, which is the same line. */
  const setLine = (w1, w2, b) => {
    const excess = Math.max(1, Math.abs(w1) / weightLimit, Math.abs(w2) / weightLimit, Math.abs(b) / biasLimit);
    model.set("w1", w1 / excess);
    model.set("w2", w2 / excess);
    model.set("b", b / excess);
    model.save_changes();
  };

  /** Where the handles are, in pixels: the anchor, the way along the line and how steep z is. */
  const geometry = () => {
    const [w1, w2, b] = line();
    const scale = [view.sx(1) - view.sx(0), view.sy(1) - view.sy(0)];
    const slope = [w1 / scale[0], w2 / scale[1]];
    const steep = Math.hypot(...slope);
    if (steep === 0) return null;
    let held = project(view, [w1, w2, b], anchor);
    const outside = (p) => p[0] < xs[0] || p[0] > xs[1] || p[1] < ys[0] || p[1] > ys[1];
    if (outside(held)) held = project(view, [w1, w2, b], middle());
    const lost = outside(held);
    const spot = [view.sx(held[0]), view.sy(held[1])];
    const along = [-slope[1] / steep, slope[0] / steep];
    const room = (side) => Math.min(...[0, 1].map((i) => {
      const end = spot[i] + side * ARM * along[i];
      const [from, size] = i ? [view.inner.y, view.inner.height] : [view.inner.x, view.inner.width];
      return Math.min(end - from, from + size - end);
    }));
    const arm = turning?.arm ?? (room(1) >= room(-1) ? 1 : -1);
    return { held, lost, spot, along, slope, steep, scale, arm };
  };

  const turnTo = (along) => {
    const { held, scale, steep } = geometry();
    turning ??= { steep, arm: geometry().arm };
    const w1 = along[1] * turning.steep * scale[0];
    const w2 = -along[0] * turning.steep * scale[1];
    anchor = held;
    setLine(w1, w2, -(w1 * held[0] + w2 * held[1]));
  };

  const shadePlane = (place) => {
    const { context, theme, inner, sx, sy } = view;
    const paper = rgb(theme.paper);
    const colourOf = (y) => mix(paper, rgb(y > 0.5 ? theme.orange : theme.blue), SHADE * Math.abs(2 * y - 1));
    const [w1, w2, b] = line();
    context.save();
    context.beginPath();
    context.rect(inner.x, inner.y, inner.width, inner.height);
    context.clip();
    if (model.get("activation") === "step") {
      context.fillStyle = css(colourOf(place ? 0 : activate(b)));
      context.fillRect(inner.x, inner.y, inner.width, inner.height);
      if (place) {
        const [[x, y], [ax, ay]] = [place.spot, place.along];
        const [nx, ny] = place.slope.map((s) => (s / place.steep) * FAR);
        context.beginPath();
        context.moveTo(x + ax * FAR, y + ay * FAR);
        context.lineTo(x - ax * FAR, y - ay * FAR);
        context.lineTo(x - ax * FAR + nx, y - ay * FAR + ny);
        context.lineTo(x + ax * FAR + nx, y + ay * FAR + ny);
        context.fillStyle = css(colourOf(1));
        context.fill();
      }
    } else {
      const tints = Array.from({ length: TINTS + 1 }, (_, i) => colourOf(i / TINTS));
      const z = (column, row) => w1 * sx.invert(inner.x + ((column + 0.5) / CELLS) * inner.width)
        + w2 * sy.invert(inner.y + ((row + 0.5) / CELLS) * inner.height) + b;
      shades.paint((column, row) => tints[Math.round(TINTS * activate(z(column, row)))]);
      shades.stamp(context, inner.x, inner.y, inner.width, inner.height);
    }
    context.restore();
  };

  const drawLine = ({ spot: [x, y], along: [ax, ay], slope, steep }) => {
    const { marks } = view;
    const stroke = (kind, shift) => {
      const [cx, cy] = [x + (shift * slope[0]) / steep, y + (shift * slope[1]) / steep];
      marks.append(svg("line", { class: kind, x1: cx - ax * FAR, y1: cy - ay * FAR,
        x2: cx + ax * FAR, y2: cy + ay * FAR }));
    };
    // A sigmoid gets from 0.5 to 0.9 while z grows by ln 9.
    if (model.get("activation") === "sigmoid") {
      for (const side of [-1, 1]) stroke("dl-neuron-contour", (side * Math.log(9)) / steep);
    }
    stroke("dl-neuron-line", 0);
    const [nx, ny] = slope.map((s) => s / steep);
    const tip = [x + nx * 44, y + ny * 44];
    marks.append(svg("line", { class: "dl-neuron-arrow", x1: x, y1: y, x2: x + nx * 38, y2: y + ny * 38 }),
      svg("path", { class: "dl-neuron-tip", d: `M${tip}L${tip[0] - nx * 11 + ax * 6},${tip[1] - ny * 11 + ay * 6}`
        + `L${tip[0] - nx * 11 - ax * 6},${tip[1] - ny * 11 - ay * 6}Z` }));
  };

  const draw = () => {
    const [w1, w2, b] = line();
    const place = geometry();
    shadePlane(place);
    let right = 0;
    const outcome = Array.from(labels, (label, i) => {
      const wrong = (activate(w1 * points[2 * i] + w2 * points[2 * i + 1] + b) > 0.5 ? 1 : 0) !== label;
      right += wrong ? 0 : 1;
      return wrong;
    });
    labels.forEach((label, i) => drawPoint(view.context, view.sx(points[2 * i]), view.sy(points[2 * i + 1]),
      label, view.theme, { radius: count > 150 ? 3.6 : 5, wrong: outcome[i] }));
    if (place && !place.lost) drawLine(place);
    key.lastChild.hidden = model.get("activation") !== "sigmoid";

    const z = w1 * probe[0] + w2 * probe[1] + b;
    showNeuron({ x: probe, weights: [w1, w2], b, z, output: activate(z), activation: model.get("activation"),
      limit: weightLimit, digits, xDigits });
    const term = (value, name) => `${value < 0 ? "−" : "+"} ${format(Math.abs(value), digits)}${name}`;
    const score = right === count ? `✓ All ${count} right.`
      : `${right} of ${count} right (${format((100 * right) / count, 0)}%).`;
    const remark = place === null ? " Without weights there is no line."
      : place.lost ? " The line is outside the picture." : "";
    const sum = `${format(w1, digits)}·x₁ ${term(w2, "·x₂")} ${term(b, "")}`;
    ui.say(`${score}${remark} ŷ = ${model.get("activation")}(${sum})`);
  };

  const view = plot(column, { x: xs, y: ys, label: `Examples by ${names[0]} and ${names[1]}`,
    xLabel: `x₁: ${names[0]}`, yLabel: `x₂: ${names[1]}`, aspect: 1.1, maxWidth: 470, draw });
  const key = legend(column, [{ mark: "circle", colour: "blue", text: `${classes[0]} (0)` },
    { mark: "triangle", colour: "orange", text: `${classes[1]} (1)` },
    { mark: "ring", colour: "red", text: "on the wrong side" },
    { mark: "circle", colour: "violet", text: "moves the line" },
    { mark: "ring", colour: "violet", text: "turns it" },
    { mark: "dashes", colour: "muted", text: "output 0.1 and 0.9" }]);
  const showNeuron = diagram(side);
  side.append(h("p", { class: "dl-neuron-note" }, "The neuron at the cross. Drag the cross to ask elsewhere."));

  const letGo = () => {
    turning = null;
    link.save();
    view.redraw();
  };
  handle(view, { label: "Cross: the place whose output is shown", shape: "probe", at: () => probe,
    onMove: (x, y) => { probe = [x, y]; },
    text: () => {
      const [w1, w2, b] = line();
      return `x1 ${format(probe[0], xDigits)}, x2 ${format(probe[1], xDigits)}, output `
        + format(activate(w1 * probe[0] + w2 * probe[1] + b), 2);
    } });
  handle(view, { label: "Move the line",
    at: () => {
      const held = geometry()?.held;
      return held ? [clamp(held[0], ...xs), clamp(held[1], ...ys)] : null;
    },
    onMove: (x, y) => {
      const [w1, w2] = line();
      anchor = [x, y];
      setLine(w1, w2, -(w1 * x + w2 * y));
    },
    onEnd: letGo,
    value: () => [-biasLimit, model.get("b"), biasLimit],
    text: () => `b ${format(model.get("b"), digits)}` });
  handle(view, { label: "Turn the line", shape: "turn", free: true,
    at: () => {
      const place = geometry();
      if (!place || place.lost) return null;
      return [view.sx.invert(place.spot[0] + place.arm * ARM * place.along[0]),
        view.sy.invert(place.spot[1] + place.arm * ARM * place.along[1])];
    },
    onMove: (x, y) => {
      const { spot, arm } = geometry();
      const way = [view.sx(x) - spot[0], view.sy(y) - spot[1]];
      const length = Math.hypot(...way);
      if (length > 0) turnTo(way.map((part) => (arm * part) / length));
    },
    onKey: (right, up) => {
      const { along: [x, y] } = geometry();
      const angle = (right - up) * TURN;
      turnTo([x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)]);
    },
    onEnd: letGo,
    value: () => {
      const { along } = geometry();
      return [-180, (Math.atan2(-along[1], along[0]) * 180) / Math.PI, 180];
    },
    text: () => `w1 ${format(model.get("w1"), digits)}, w2 ${format(model.get("w2"), digits)}` });

  const numberSlider = (key, label, limit) => slider(ui.controls, { label, min: -limit, max: limit,
    step: 10 ** -digits, value: model.get(key), show: (value) => format(value, digits),
    onInput: (value) => {
      model.set(key, value);
      model.save_changes();
    },
    onChange: () => link.save() });
  const sliders = { w1: numberSlider("w1", "w₁", weightLimit), w2: numberSlider("w2", "w₂", weightLimit),
    b: numberSlider("b", "b", biasLimit) };
  const choice = select(ui.controls, { label: "Activation", options: Object.keys(ACTIVATIONS),
    value: model.get("activation"), onChange: (value) => {
      model.set("activation", value);
      model.save_changes();
      link.save();
    } });

  ui.cleanup(view.destroy);
  ui.cleanup(watch(model, ["w1", "w2", "b", "activation"], () => {
    for (const key of Object.keys(sliders)) sliders[key].set(model.get(key));
    choice.set(model.get("activation"));
    view.redraw();
  }));
  return ui.destroy;
}

export default { render };
