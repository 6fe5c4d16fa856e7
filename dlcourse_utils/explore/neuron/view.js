import { drawPoint, raster } from "../kit/canvas.js";
import { css, mix, rgb } from "../kit/colours.js";
import { legend, select, slider } from "../kit/controls.js";
import { clamp, format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";

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
  return [
    point[0] - (z * slope[0] * scale[0]) / square,
    point[1] - (z * slope[1] * scale[1]) / square,
  ];
}

/** The drawing of the neuron itself: two inputs, a sum, an activation, an output. */
function diagram(parent) {
  const el = svg("svg", {
    viewBox: "0 0 344 204",
    role: "img",
    "aria-label": "The neuron at the cross",
  });
  parent.append(h("div", { class: "dl-neuron-diagram" }, el));
  const text = (x, y, words, anchor = "middle", kind = "") =>
    svg("text", { x, y, class: kind, "text-anchor": anchor }, words);
  const edge = (x1, y1, weight, limit) =>
    svg("line", {
      x1,
      y1,
      x2: 196,
      y2: 96,
      class: weight < 0 ? "dl-neuron-minus" : "dl-neuron-plus",
      "stroke-width": 1 + 7 * Math.sqrt(Math.abs(weight) / limit),
    });
  return ({ x, weights: [w1, w2], b, z, output, activation, limit, digits, xDigits }) => {
    const words = (value) => format(value, digits);
    const curve = activation === "step" ? "M-14,8H0V-8H14" : "M-14,8C2,8 -2,-8 14,-8";
    el.replaceChildren(
      edge(52, 36, w1, limit),
      edge(52, 156, w2, limit),
      svg("line", { x1: 196, y1: 96, x2: 340, y2: 96, class: "dl-neuron-wire" }),
      svg("line", { x1: 196, y1: 176, x2: 196, y2: 96, class: "dl-neuron-wire" }),
      svg("circle", { cx: 36, cy: 36, r: 26, class: "dl-neuron-node" }),
      svg("circle", { cx: 36, cy: 156, r: 26, class: "dl-neuron-node" }),
      svg("circle", { cx: 196, cy: 96, r: 32, class: "dl-neuron-node" }),
      svg("path", { d: curve, transform: "translate(196,108)", class: "dl-neuron-curve" }),
      text(196, 90, "Σ", "middle", "dl-neuron-sum"),
      text(36, 32, "x₁", "middle", "dl-neuron-name"),
      text(36, 48, format(x[0], xDigits)),
      text(36, 152, "x₂", "middle", "dl-neuron-name"),
      text(36, 168, format(x[1], xDigits)),
      text(118, 50, `w₁ = ${words(w1)}`, "start"),
      text(118, 152, `w₂ = ${words(w2)}`, "start"),
      text(196, 194, `b = ${words(b)}`),
      text(238, 86, `z = ${words(z)}`, "start"),
      text(238, 119, "ŷ =", "start", "dl-neuron-name"),
      text(
        271,
        119,
        format(output, activation === "step" ? 0 : 2),
        "start",
        output > 0.5 ? "dl-neuron-one" : "dl-neuron-zero",
      ),
    );
  };
}

/** What does not change: the examples, their names, the limits and how numbers are written. */
function given(model) {
  const points = floats(model.get("points"));
  const weightLimit = model.get("weight_limit");
  const xs = limits(points.filter((_, i) => i % 2 === 0));
  const ys = limits(points.filter((_, i) => i % 2 === 1));
  return {
    points,
    labels: floats(model.get("labels")),
    weightLimit,
    biasLimit: model.get("bias_limit"),
    names: model.get("feature_names"),
    classes: model.get("class_names"),
    xs,
    ys,
    digits: clamp(3 - Math.round(Math.log10(weightLimit)), 0, 4),
    xDigits: clamp(2 - Math.floor(Math.log10(Math.max(xs[1] - xs[0], ys[1] - ys[0]))), 0, 4),
  };
}

/**
 * The line in hand: { line(), activate(z), set(…), geometry(), turnTo(along), anchor, probe, turning }.
 * `anchor` is where the reader holds the line, `probe` the place whose output the diagram shows,
 * `turning`, while the line is turned, how steep z is and which arm is held.
 */
function lineOf(model, { xs, ys, weightLimit, biasLimit }) {
  const middle = () => [(xs[0] + xs[1]) / 2, (ys[0] + ys[1]) / 2];
  const start = [xs[0] + 0.82 * (xs[1] - xs[0]), ys[0] + 0.78 * (ys[1] - ys[0])];
  const hand = { anchor: middle(), probe: start, turning: null, view: null };
  hand.line = () => [model.get("w1"), model.get("w2"), model.get("b")];
  hand.activate = (z) => ACTIVATIONS[model.get("activation")](z);
  hand.reset = () => Object.assign(hand, { anchor: middle(), probe: start });
  /** Put the line's numbers into the model; too large ones shrink together, which is the same line. */
  hand.set = (w1, w2, b) => {
    const excess = Math.max(
      1,
      Math.abs(w1) / weightLimit,
      Math.abs(w2) / weightLimit,
      Math.abs(b) / biasLimit,
    );
    model.set("w1", w1 / excess);
    model.set("w2", w2 / excess);
    model.set("b", b / excess);
    model.save_changes();
  };
  /** Where the handles are, in pixels: the anchor, the way along the line and how steep z is. */
  hand.geometry = () => {
    const { view } = hand;
    const [w1, w2, b] = hand.line();
    const scale = [view.sx(1) - view.sx(0), view.sy(1) - view.sy(0)];
    const slope = [w1 / scale[0], w2 / scale[1]];
    const steep = Math.hypot(...slope);
    if (steep === 0) return null;
    let held = project(view, [w1, w2, b], hand.anchor);
    const outside = (p) => p[0] < xs[0] || p[0] > xs[1] || p[1] < ys[0] || p[1] > ys[1];
    if (outside(held)) held = project(view, [w1, w2, b], middle());
    const spot = [view.sx(held[0]), view.sy(held[1])];
    const along = [-slope[1] / steep, slope[0] / steep];
    const arm =
      hand.turning?.arm ?? (room(view, spot, along, 1) >= room(view, spot, along, -1) ? 1 : -1);
    return { held, lost: outside(held), spot, along, slope, steep, scale, arm };
  };
  hand.turnTo = (along) => {
    const { held, scale, steep, arm } = hand.geometry();
    hand.turning ??= { steep, arm };
    const w1 = along[1] * hand.turning.steep * scale[0];
    const w2 = -along[0] * hand.turning.steep * scale[1];
    hand.anchor = held;
    hand.set(w1, w2, -(w1 * held[0] + w2 * held[1]));
  };
  return hand;
}

/** How far the end of an arm lies inside of the plot. */
function room({ inner }, spot, along, side) {
  return Math.min(
    ...[0, 1].map((i) => {
      const end = spot[i] + side * ARM * along[i];
      const [from, size] = i ? [inner.y, inner.height] : [inner.x, inner.width];
      return Math.min(end - from, from + size - end);
    }),
  );
}

/** Behind a step: one side of the line in the colour of class 1, the other in that of class 0. */
function shadeHalves({ context, inner }, place, colourOf, alone) {
  context.fillStyle = css(colourOf(place ? 0 : alone));
  context.fillRect(inner.x, inner.y, inner.width, inner.height);
  if (!place) return;
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

/** The output at every place of the plane, as a tint. */
function shadePlane(view, hand, place, isStep, shades) {
  const { context, theme, inner, sx, sy } = view;
  const paper = rgb(theme.paper);
  const colourOf = (y) =>
    mix(paper, rgb(y > 0.5 ? theme.orange : theme.blue), SHADE * Math.abs(2 * y - 1));
  const [w1, w2, b] = hand.line();
  context.save();
  context.beginPath();
  context.rect(inner.x, inner.y, inner.width, inner.height);
  context.clip();
  if (isStep) shadeHalves(view, place, colourOf, hand.activate(b));
  else {
    const tints = Array.from({ length: TINTS + 1 }, (_, i) => colourOf(i / TINTS));
    const z = (column, row) =>
      w1 * sx.invert(inner.x + ((column + 0.5) / CELLS) * inner.width) +
      w2 * sy.invert(inner.y + ((row + 0.5) / CELLS) * inner.height) +
      b;
    shades.paint((column, row) => tints[Math.round(TINTS * hand.activate(z(column, row)))]);
    shades.stamp(context, inner.x, inner.y, inner.width, inner.height);
  }
  context.restore();
}

/** The line with its arrow to the side of class 1; for a sigmoid also where it gives 0.1 and 0.9. */
function drawLine({ marks }, { spot: [x, y], along: [ax, ay], slope, steep }, isStep) {
  const stroke = (kind, shift) => {
    const [cx, cy] = [x + (shift * slope[0]) / steep, y + (shift * slope[1]) / steep];
    marks.append(
      svg("line", {
        class: kind,
        x1: cx - ax * FAR,
        y1: cy - ay * FAR,
        x2: cx + ax * FAR,
        y2: cy + ay * FAR,
      }),
    );
  };
  // A sigmoid gets from 0.5 to 0.9 while z grows by ln 9.
  if (!isStep) {
    for (const side of [-1, 1]) stroke("dl-neuron-contour", (side * Math.log(9)) / steep);
  }
  stroke("dl-neuron-line", 0);
  const [nx, ny] = slope.map((s) => s / steep);
  const tip = [x + nx * 44, y + ny * 44];
  marks.append(
    svg("line", { class: "dl-neuron-arrow", x1: x, y1: y, x2: x + nx * 38, y2: y + ny * 38 }),
    svg("path", {
      class: "dl-neuron-tip",
      d:
        `M${tip}L${tip[0] - nx * 11 + ax * 6},${tip[1] - ny * 11 + ay * 6}` +
        `L${tip[0] - nx * 11 - ax * 6},${tip[1] - ny * 11 - ay * 6}Z`,
    }),
  );
}

/** All examples, the wrong ones ringed; returns how many are right. */
function drawExamples(view, hand, { points, labels }) {
  const [w1, w2, b] = hand.line();
  let right = 0;
  labels.forEach((label, i) => {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    const wrong = (hand.activate(w1 * x + w2 * y + b) > 0.5 ? 1 : 0) !== label;
    right += wrong ? 0 : 1;
    drawPoint(view.context, view.sx(x), view.sy(y), label, view.theme, {
      radius: labels.length > 150 ? 3.6 : 5,
      wrong,
    });
  });
  return right;
}

/** The live sentence. */
function sentence([w1, w2, b], right, count, place, { digits, activation }) {
  const term = (value, name) =>
    `${value < 0 ? "−" : "+"} ${format(Math.abs(value), digits)}${name}`;
  const score =
    right === count
      ? `✓ All ${count} right.`
      : `${right} of ${count} right (${format((100 * right) / count, 0)}%).`;
  const remark =
    place === null
      ? " Without weights there is no line."
      : place.lost
        ? " The line is outside the picture."
        : "";
  const sum = `${format(w1, digits)}·x₁ ${term(w2, "·x₂")} ${term(b, "")}`;
  return `${score}${remark} ŷ = ${activation}(${sum})`;
}

/** The plane with its legend. */
function planePlot(parent, { model, ui, hand, facts }, showNeuron) {
  const { names, classes, xs, ys, weightLimit, digits, xDigits, labels } = facts;
  const shades = raster(CELLS, CELLS);
  const draw = (view) => {
    const activation = model.get("activation");
    const place = hand.geometry();
    shadePlane(view, hand, place, activation === "step", shades);
    const right = drawExamples(view, hand, facts);
    if (place && !place.lost) drawLine(view, place, activation === "step");
    key.lastChild.hidden = activation !== "sigmoid";
    const [w1, w2, b] = hand.line();
    const z = w1 * hand.probe[0] + w2 * hand.probe[1] + b;
    showNeuron({
      x: hand.probe,
      weights: [w1, w2],
      b,
      z,
      output: hand.activate(z),
      activation,
      limit: weightLimit,
      digits,
      xDigits,
    });
    ui.say(sentence([w1, w2, b], right, labels.length, place, { digits, activation }));
  };
  const view = plot(parent, {
    x: xs,
    y: ys,
    label: `Examples by ${names[0]} and ${names[1]}`,
    xLabel: `x₁: ${names[0]}`,
    yLabel: `x₂: ${names[1]}`,
    aspect: 1.1,
    maxWidth: 470,
    draw,
  });
  const key = legend(parent, [
    { mark: "circle", colour: "blue", text: `${classes[0]} (0)` },
    { mark: "triangle", colour: "orange", text: `${classes[1]} (1)` },
    { mark: "ring", colour: "red", text: "on the wrong side" },
    { mark: "circle", colour: "violet", text: "moves the line" },
    { mark: "ring", colour: "violet", text: "turns it" },
    { mark: "dashes", colour: "muted", text: "output 0.1 and 0.9" },
  ]);
  return view;
}

/** The cross, and the handle that moves the line. */
function addMovers(view, { model, hand, facts }, letGo) {
  const { xs, ys, biasLimit, digits, xDigits } = facts;
  handle(view, {
    label: "Cross: the place whose output is shown",
    shape: "probe",
    at: () => hand.probe,
    onMove: (x, y) => {
      hand.probe = [x, y];
    },
    text: () => {
      const [w1, w2, b] = hand.line();
      const output = hand.activate(w1 * hand.probe[0] + w2 * hand.probe[1] + b);
      return `x1 ${format(hand.probe[0], xDigits)}, x2 ${format(hand.probe[1], xDigits)}, output ${format(output, 2)}`;
    },
  });
  handle(view, {
    label: "Move the line",
    at: () => {
      const held = hand.geometry()?.held;
      return held ? [clamp(held[0], ...xs), clamp(held[1], ...ys)] : null;
    },
    onMove: (x, y) => {
      const [w1, w2] = hand.line();
      hand.anchor = [x, y];
      hand.set(w1, w2, -(w1 * x + w2 * y));
    },
    onEnd: letGo,
    value: () => [-biasLimit, model.get("b"), biasLimit],
    text: () => `b ${format(model.get("b"), digits)}`,
  });
}

/** The handle at the end of an arm, which turns the line. */
function addTurner(view, { model, hand, facts: { digits } }, letGo) {
  handle(view, {
    label: "Turn the line",
    shape: "turn",
    free: true,
    at: () => {
      const place = hand.geometry();
      if (!place || place.lost) return null;
      return [
        view.sx.invert(place.spot[0] + place.arm * ARM * place.along[0]),
        view.sy.invert(place.spot[1] + place.arm * ARM * place.along[1]),
      ];
    },
    onMove: (x, y) => {
      const { spot, arm } = hand.geometry();
      const way = [view.sx(x) - spot[0], view.sy(y) - spot[1]];
      const length = Math.hypot(...way);
      if (length > 0) hand.turnTo(way.map((part) => (arm * part) / length));
    },
    onKey: (right, up) => {
      const [x, y] = hand.geometry().along;
      const angle = (right - up) * TURN;
      hand.turnTo([
        x * Math.cos(angle) - y * Math.sin(angle),
        x * Math.sin(angle) + y * Math.cos(angle),
      ]);
    },
    onEnd: letGo,
    value: () => {
      const { along } = hand.geometry();
      return [-180, (Math.atan2(-along[1], along[0]) * 180) / Math.PI, 180];
    },
    text: () => `w1 ${format(model.get("w1"), digits)}, w2 ${format(model.get("w2"), digits)}`,
  });
}

/** Sliders and select; returns what sets them to the model's values. */
function addControls(controls, model, link, { weightLimit, biasLimit, digits }) {
  const numberSlider = (key, label, limit) =>
    slider(controls, {
      label,
      min: -limit,
      max: limit,
      step: 10 ** -digits,
      value: model.get(key),
      show: (value) => format(value, digits),
      onInput: (value) => {
        model.set(key, value);
        model.save_changes();
      },
      onChange: () => link.save(),
    });
  const sliders = {
    w1: numberSlider("w1", "w₁", weightLimit),
    w2: numberSlider("w2", "w₂", weightLimit),
    b: numberSlider("b", "b", biasLimit),
  };
  const choice = select(controls, {
    label: "Activation",
    options: Object.keys(ACTIVATIONS),
    value: model.get("activation"),
    onChange: (value) => {
      model.set("activation", value);
      model.save_changes();
      link.save();
    },
  });
  return () => {
    for (const key of Object.keys(sliders)) sliders[key].set(model.get(key));
    choice.set(model.get("activation"));
  };
}

/** One neuron on two features: weights by slider, or the line by its handles. */
function render({ model, el }) {
  const facts = given(model);
  const { weightLimit, biasLimit } = facts;
  const link = shareable(model, "neuron", {
    w1: [-weightLimit, weightLimit],
    w2: [-weightLimit, weightLimit],
    b: [-biasLimit, biasLimit],
    activation: Object.keys(ACTIVATIONS),
  });
  const hand = lineOf(model, facts);
  const ui = frame(
    { model, el },
    {
      label: "One neuron",
      reset: () => {
        hand.reset();
        link.reset();
        view.redraw();
      },
    },
  );
  const figure = { model, ui, hand, facts };
  const column = h("div", { class: "dl-neuron-plot" });
  const side = h("div", { class: "dl-neuron-side" });
  ui.picture.append(column, side);
  const view = planePlot(column, figure, diagram(side));
  hand.view = view;
  side.append(
    h(
      "p",
      { class: "dl-neuron-note" },
      "The neuron at the cross. Drag the cross to ask elsewhere.",
    ),
  );
  const letGo = () => {
    hand.turning = null;
    link.save();
    view.redraw();
  };
  addMovers(view, figure, letGo);
  addTurner(view, figure, letGo);
  const setControls = addControls(ui.controls, model, link, facts);

  ui.cleanup(view.destroy);
  ui.cleanup(
    watch(model, ["w1", "w2", "b", "activation"], () => {
      setControls();
      view.redraw();
    }),
  );
  return ui.destroy;
}

export default { render };
