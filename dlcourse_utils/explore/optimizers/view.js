import { h, svg, clamp, format, pointerIn } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { slider, select, button } from "../kit/controls.js";
import { plot, handle } from "../kit/plot.js";
import { raster } from "../kit/canvas.js";
import { css, mix, rgb } from "../kit/colours.js";
import { watch, shareable } from "../kit/model.js";
import { visibleLoop } from "../kit/visible.js";

const TILT = 0.15; // of the two hollows
const FAR = 1e4; // a path that gets so far has diverged
const MOST_STEPS = 300;
const STEPS_PER_SECOND = 30;
const CELLS = 120;
const BANDS = 10;
const LOWEST = 1e-4; // of what the loss curve shows above the lowest point

/** Each: limits, start, lowest points, loss and gradient. The same as in optimizers.py. */
const SURFACES = {
  "narrow valley": { x: [-6, 6], y: [-3, 3], start: [-5, 1.5], lowest: [[0, 0]],
    loss: (x, y) => (x * x + 20 * y * y) / 2, gradient: (x, y) => [x, 20 * y] },
  "curved valley": { x: [-2, 2], y: [-1, 3], start: [-1.5, 2.5], lowest: [[1, 1]],
    loss: (x, y) => (1 - x) ** 2 / 2 + 5 * (y - x * x) ** 2,
    gradient: (x, y) => [x - 1 - 20 * x * (y - x * x), 10 * (y - x * x)] },
  saddle: { x: [-2, 2], y: [-1.5, 1.5], start: [0.02, 1.2], lowest: [[-1, 0], [1, 0]],
    loss: (x, y) => (x * x - 1) ** 2 / 4 + 2 * y * y, gradient: (x, y) => [x ** 3 - x, 4 * y] },
  "two hollows": { x: [-2.5, 2.5], y: [-1.5, 1.5], start: [2.2, 1], lowest: [[-1.067923, 0]],
    loss: (x, y) => (x * x - 1) ** 2 / 4 + TILT * x + (y * y) / 2, gradient: (x, y) => [x ** 3 - x + TILT, y] },
};

/** Each makes a function (gradient, rate) -> [dx, dy], which keeps what it remembers. */
const OPTIMIZERS = {
  "gradient descent": () => (g, rate) => g.map((slope) => -rate * slope),
  momentum: () => {
    const velocity = [0, 0];
    return (g, rate) => g.map((slope, i) => (velocity[i] = 0.9 * velocity[i] - rate * slope));
  },
  RMSprop: () => {
    const v = [0, 0];
    return (g, rate) => g.map((slope, i) => {
      v[i] = 0.9 * v[i] + 0.1 * slope * slope;
      return (-rate * slope) / Math.sqrt(v[i] + 1e-7);
    });
  },
  Adam: () => {
    const [m, v] = [[0, 0], [0, 0]];
    let t = 0;
    return (g, rate) => {
      t += 1;
      const correction = Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
      return g.map((slope, i) => {
        m[i] = 0.9 * m[i] + 0.1 * slope;
        v[i] = 0.999 * v[i] + 0.001 * slope * slope;
        return (-rate * correction * m[i]) / (Math.sqrt(v[i]) + 1e-7);
      });
    };
  },
};
// Plain gradient descent is the wide line: where paths coincide it shows beside the others.
const STYLES = {
  "gradient descent": { colour: "blue", width: 5, dash: [], mark: "M-6,0A6,6 0 1 0 6,0A6,6 0 1 0 -6,0Z" },
  momentum: { colour: "orange", width: 2, dash: [8, 4], mark: "M0,-7.5L7,5.5H-7Z" },
  RMSprop: { colour: "green", width: 2, dash: [2.5, 3.5], mark: "M-5.5,-5.5H5.5V5.5H-5.5Z" },
  Adam: { colour: "ink", width: 2, dash: [9, 3, 2.5, 3], mark: "M0,-7.5L7.5,0L0,7.5L-7.5,0Z" },
};

/** The points that an optimiser visits: steps + 1 of them, or fewer where it diverged. */
function walk(surface, name, rate, start, steps) {
  const { gradient } = SURFACES[surface];
  const move = OPTIMIZERS[name]();
  const path = [start];
  for (let t = 0; t < steps; t += 1) {
    const [x, y] = path.at(-1);
    const [dx, dy] = move(gradient(x, y), rate);
    const next = [x + dx, y + dy];
    if (!next.every((value) => Math.abs(value) < FAR)) break;
    path.push(next);
  }
  return path;
}

/** A learning rate in three digits, without trailing zeros. */
const rateWords = (rate) => String(Number(rate.toPrecision(2)));
const lossWords = (value) => {
  if (value < LOWEST) return "< 0.0001";
  return value < 1000 ? format(value, value < 0.1 ? 4 : 2) : "> 1000";
};

/** Optimisers that race over a surface from the point that the reader chooses. */
function render({ model, el }) {
  const names = model.get("optimizers");
  const inside = (axis) => (value) => Number.isFinite(value) && Math.abs(value) <= (axis ? 3 : 6);
  const link = shareable(model, "optimizers", { surface: Object.keys(SURFACES), x: inside(0), y: inside(1),
    rates: [0.001, 10], steps: [1, MOST_STEPS] });
  if (model.get("rates").length !== names.length) link.reset(); // an address cut short

  const ui = frame({ model, el }, { label: "Optimiser race", reset: () => {
    stop();
    shown = Infinity;
    link.reset();
  } });
  const surface = () => SURFACES[model.get("surface")];
  const start = () => [clamp(model.get("x"), ...surface().x), clamp(model.get("y"), ...surface().y)];
  const stepsNow = () => Math.round(model.get("steps"));
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };

  let shown = Infinity; // how many steps of the race have been run so far
  const field = raster(CELLS, CELLS);
  let painted = ""; // surface and theme that the raster holds

  const lowestLoss = () => surface().loss(...surface().lowest[0]);
  const pathsNow = () => names.map((name, i) => walk(model.get("surface"), name, model.get("rates")[i], start(),
    Math.min(stepsNow(), shown)));

  const paintField = (view) => {
    const key = `${model.get("surface")} ${view.theme.paper}`;
    if (key === painted) return;
    painted = key;
    const { x, y, loss } = surface();
    const at = (column, row) => loss(x[0] + ((column + 0.5) / CELLS) * (x[1] - x[0]),
      y[1] - ((row + 0.5) / CELLS) * (y[1] - y[0]));
    const depth = (value) => Math.log(value - lowestLoss() + 0.02);
    const top = depth(Math.max(at(0, 0), at(CELLS - 1, 0), at(0, CELLS - 1), at(CELLS - 1, CELLS - 1)));
    const bottom = depth(lowestLoss());
    const [paper, ink] = [rgb(view.theme.paper), rgb(view.theme.muted)];
    const tints = Array.from({ length: BANDS + 1 }, (_, i) => mix(paper, ink, 0.38 * (i / BANDS)));
    field.paint((column, row) => tints[clamp(Math.floor(
      (BANDS * (depth(at(column, row)) - bottom)) / (top - bottom)), 0, BANDS)]);
  };

  const trace = (view, paths) => {
    const { context, theme, sx, sy } = view;
    context.save();
    context.beginPath();
    context.rect(view.inner.x, view.inner.y, view.inner.width, view.inner.height);
    context.clip();
    const line = (points, width, style, dashes) => {
      context.beginPath();
      points.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](sx(x), sy(y)));
      context.setLineDash(dashes);
      context.lineWidth = width;
      context.strokeStyle = style;
      context.lineJoin = "round";
      context.stroke();
    };
    const styled = paths.map((points, i) => [points, STYLES[names[i]]]);
    for (const [points, { width }] of styled) line(points, width + 2.4, css(rgb(theme.paper), 0.75), []);
    for (const [points, { width, colour, dash }] of styled) {
      line(points, width, css(rgb(theme[colour]), width > 2 ? 0.65 : 1), dash);
    }
    context.restore();
    view.marks.append(...styled.map(([points, { colour, mark }]) => svg("path", { d: mark,
      transform: `translate(${sx(points.at(-1)[0])},${sy(points.at(-1)[1])})`,
      style: `fill:var(--dl-${colour});stroke:var(--dl-paper);stroke-width:1.5` })));
  };

  const drawMap = () => {
    const { context, inner, marks } = map;
    paintField(map);
    field.stamp(context, inner.x, inner.y, inner.width, inner.height);
    const paths = pathsNow();
    trace(map, paths);
    for (const [x, y] of surface().lowest) { // last, since the paths end there
      marks.append(...["halo", "lowest"].map((part) => svg("path", { d: "M-9,-9L9,9M-9,9L9,-9",
        class: `dl-optimizers-${part}`, transform: `translate(${map.sx(x)},${map.sy(y)})` })));
    }
    tell(paths);
    curves.redraw();
  };

  const heightOf = (point) => surface().loss(...point) - lowestLoss();
  const logHeight = (point) => Math.log10(Math.max(heightOf(point), LOWEST));
  const drawCurves = () => {
    const paths = pathsNow();
    curves.x = [0, 1.03 * stepsNow()];
    trace(curves, paths.map((path) => path.map((point, step) => [step, logHeight(point)])));
  };

  const tell = (paths) => {
    const steps = Math.min(stepsNow(), shown);
    const results = paths.map((path, i) => ({ name: names[i], diverged: path.length <= steps,
      height: heightOf(path.at(-1)) }));
    results.forEach(({ diverged, height }, i) => {
      outcome[i].textContent = diverged ? "✗ diverged" : `loss ${lossWords(height)}`;
    });
    const left = results.filter(({ diverged }) => !diverged).sort((a, b) => a.height - b.height);
    const lost = results.filter(({ diverged }) => diverged).map(({ name }) => name);
    const after = `After ${steps} ${steps === 1 ? "step" : "steps"}`;
    const best = left.length === 0 ? `${after} nobody is left.`
      : names.length === 1 ? `${after} the loss is ${lossWords(left[0].height)} above the lowest.`
        : `${after} ${left[0].name} is lowest, ${lossWords(left[0].height)} above the bottom.`;
    ui.say(`${best}${lost.length && names.length > 1 ? ` Diverged: ${lost.join(", ")}.` : lost.length ? " It diverged." : ""}`);
  };

  const map = plot(ui.picture, { x: surface().x, y: surface().y, label: "Loss surface, seen from above",
    xLabel: "first parameter", yLabel: "second parameter", aspect: 1.25, maxWidth: 480, draw: drawMap });
  const curves = plot(ui.picture, { x: [0, stepsNow()], y: [Math.log10(LOWEST), 2.5], label: "Loss at each step",
    xLabel: "step", yLabel: "log₁₀ of loss above lowest", aspect: 1.05, maxWidth: 340, draw: drawCurves });

  const moveTo = (x, y) => {
    shown = Infinity;
    stop();
    change({ x: clamp(x, ...surface().x), y: clamp(y, ...surface().y) });
  };
  map.svg.classList.add("dl-optimizers-map");
  map.svg.addEventListener("click", (event) => { // a finger that scrolls the page sends none
    const [left, top] = pointerIn(map.svg, event);
    const [x, y] = [left - map.inner.x, top - map.inner.y];
    if (event.target.closest(".dl-handle") || x < 0 || y < 0 || x > map.inner.width || y > map.inner.height) return;
    moveTo(map.sx.invert(left), map.sy.invert(top));
    link.save();
  });
  handle(map, { label: "Start", at: start, onMove: moveTo, onEnd: () => link.save(),
    text: () => `${start().map((value) => format(value, 2)).join(", ")}, loss ${format(surface().loss(...start()), 2)}` });

  // ---- controls: a row for each optimiser, then the race --------------------------------------
  const outcome = names.map(() => h("span", { class: "dl-optimizers-outcome" }));
  const sliders = names.map((name, i) => {
    const { colour, width, dash, mark } = STYLES[name];
    const row = h("div", { class: "dl-optimizers-row" });
    row.append(svg("svg", { width: 44, height: 16, "aria-hidden": "true" },
      svg("path", { d: "M0,8H44", stroke: `var(--dl-${colour})`, "stroke-width": width,
        "stroke-opacity": width > 2 ? 0.65 : null, "stroke-dasharray": dash.join(" ") || null }),
      svg("path", { d: mark, transform: "translate(22,8)", fill: `var(--dl-${colour})` })));
    const control = slider(row, { label: `${name[0].toUpperCase()}${name.slice(1)}`, min: -3, max: 1, step: 0.005,
      value: 0, show: (power) => `η = ${rateWords(10 ** power)}`,
      onInput: (power) => {
        const rates = [...model.get("rates")];
        rates[i] = clamp(Number((10 ** power).toPrecision(3)), 0.001, 10);
        change({ rates });
      },
      onChange: () => link.save() });
    row.append(outcome[i]);
    ui.controls.append(row);
    return control;
  });
  const race = button(ui.controls, { label: "Race", primary: true, onClick: () => (loop.running ? stop() : run()) });
  const choice = select(ui.controls, { label: "Surface", options: Object.keys(SURFACES), value: model.get("surface"),
    onChange: (name) => {
      stop();
      shown = Infinity;
      const [x, y] = SURFACES[name].start;
      change({ surface: name, x, y });
      link.save();
    } });
  const length = slider(ui.controls, { label: "Steps", min: 1, max: MOST_STEPS, step: 1, value: stepsNow(),
    show: (value) => format(value, 0), onInput: (value) => {
      stop();
      shown = Infinity;
      change({ steps: value });
    }, onChange: () => link.save() });

  let before = 0;
  const loop = visibleLoop(ui.root, () => {
    const now = performance.now();
    const steps = Math.floor(((now - before) / 1000) * STEPS_PER_SECOND);
    if (!steps) return;
    before = now;
    shown += Math.min(steps, 4);
    if (shown >= stepsNow()) stop();
    map.redraw();
  });
  function run() {
    shown = 0;
    before = performance.now();
    race.set("Stop");
    loop.start();
  }
  function stop() {
    if (!loop.running) return;
    loop.stop();
    race.set("Race");
  }

  const refresh = () => {
    names.forEach((_, i) => sliders[i].set(Math.log10(model.get("rates")[i])));
    choice.set(model.get("surface"));
    length.set(stepsNow());
    map.limits(surface().x, surface().y);
  };
  refresh();
  ui.cleanup(watch(model, ["surface", "rates", "x", "y", "steps"], refresh));
  ui.cleanup(map.destroy);
  ui.cleanup(curves.destroy);
  ui.cleanup(loop.destroy);
  return ui.destroy;
}

export default { render };
