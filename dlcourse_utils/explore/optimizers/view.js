import { raster } from "../kit/canvas.js";
import { css, mix, rgb } from "../kit/colours.js";
import { button, select, slider } from "../kit/controls.js";
import { clamp, format, h, pointerIn, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";
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
  "narrow valley": {
    x: [-6, 6],
    y: [-3, 3],
    start: [-5, 1.5],
    lowest: [[0, 0]],
    loss: (x, y) => (x * x + 20 * y * y) / 2,
    gradient: (x, y) => [x, 20 * y],
  },
  "curved valley": {
    x: [-2, 2],
    y: [-1, 3],
    start: [-1.5, 2.5],
    lowest: [[1, 1]],
    loss: (x, y) => (1 - x) ** 2 / 2 + 5 * (y - x * x) ** 2,
    gradient: (x, y) => [x - 1 - 20 * x * (y - x * x), 10 * (y - x * x)],
  },
  saddle: {
    x: [-2, 2],
    y: [-1.5, 1.5],
    start: [0.02, 1.2],
    lowest: [
      [-1, 0],
      [1, 0],
    ],
    loss: (x, y) => (x * x - 1) ** 2 / 4 + 2 * y * y,
    gradient: (x, y) => [x ** 3 - x, 4 * y],
  },
  "two hollows": {
    x: [-2.5, 2.5],
    y: [-1.5, 1.5],
    start: [2.2, 1],
    lowest: [[-1.067923, 0]],
    loss: (x, y) => (x * x - 1) ** 2 / 4 + TILT * x + (y * y) / 2,
    gradient: (x, y) => [x ** 3 - x + TILT, y],
  },
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
    return (g, rate) =>
      g.map((slope, i) => {
        v[i] = 0.9 * v[i] + 0.1 * slope * slope;
        return (-rate * slope) / Math.sqrt(v[i] + 1e-7);
      });
  },
  Adam: () => {
    const [m, v] = [
      [0, 0],
      [0, 0],
    ];
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
  "gradient descent": {
    colour: "blue",
    width: 5,
    dash: [],
    mark: "M-6,0A6,6 0 1 0 6,0A6,6 0 1 0 -6,0Z",
  },
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

/** The race as it is set: paths, heights above the lowest point, and how far it has been run. */
function raceOf(model) {
  const race = { names: model.get("optimizers"), shown: Infinity }; // steps run so far
  race.surface = () => SURFACES[model.get("surface")];
  race.start = () => [
    clamp(model.get("x"), ...race.surface().x),
    clamp(model.get("y"), ...race.surface().y),
  ];
  race.steps = () => Math.round(model.get("steps"));
  race.lowest = () => race.surface().loss(...race.surface().lowest[0]);
  race.heightOf = (point) => race.surface().loss(...point) - race.lowest();
  race.paths = () =>
    race.names.map((name, i) =>
      walk(
        model.get("surface"),
        name,
        model.get("rates")[i],
        race.start(),
        Math.min(race.steps(), race.shown),
      ),
    );
  return race;
}

/** A function that paints a surface into a raster: the deeper, the lighter, in bands. */
function fieldPainter(field) {
  let painted = ""; // surface and theme that the raster holds
  return ({ theme }, name) => {
    if (`${name} ${theme.paper}` === painted) return;
    painted = `${name} ${theme.paper}`;
    const { x, y, loss, lowest } = SURFACES[name];
    const least = loss(...lowest[0]);
    const at = (column, row) =>
      loss(
        x[0] + ((column + 0.5) / CELLS) * (x[1] - x[0]),
        y[1] - ((row + 0.5) / CELLS) * (y[1] - y[0]),
      );
    const depth = (value) => Math.log(value - least + 0.02);
    const last = CELLS - 1;
    const top = depth(Math.max(at(0, 0), at(last, 0), at(0, last), at(last, last)));
    const bottom = depth(least);
    const [paper, ink] = [rgb(theme.paper), rgb(theme.muted)];
    const tints = Array.from({ length: BANDS + 1 }, (_, i) => mix(paper, ink, 0.38 * (i / BANDS)));
    const band = (value) =>
      clamp(Math.floor((BANDS * (depth(value) - bottom)) / (top - bottom)), 0, BANDS);
    field.paint((column, row) => tints[band(at(column, row))]);
  };
}

/** Paths in the styles of their optimisers, with a mark at the end of each. */
function trace(view, paths, names) {
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
  for (const [points, { width }] of styled)
    line(points, width + 2.4, css(rgb(theme.paper), 0.75), []);
  for (const [points, { width, colour, dash }] of styled) {
    line(points, width, css(rgb(theme[colour]), width > 2 ? 0.65 : 1), dash);
  }
  context.restore();
  const ends = styled.map(([points, { colour, mark }]) =>
    svg("path", {
      d: mark,
      transform: `translate(${sx(points.at(-1)[0])},${sy(points.at(-1)[1])})`,
      style: `fill:var(--dl-${colour});stroke:var(--dl-paper);stroke-width:1.5`,
    }),
  );
  view.marks.append(...ends);
}

/** The map from above: surface, paths, and over them, since the paths end there, the lowest points. */
function mapPlot(parent, model, race, onDraw) {
  const field = raster(CELLS, CELLS);
  const paintField = fieldPainter(field);
  const draw = (view) => {
    const { context, inner, marks } = view;
    paintField(view, model.get("surface"));
    field.stamp(context, inner.x, inner.y, inner.width, inner.height);
    const paths = race.paths();
    trace(view, paths, race.names);
    for (const [x, y] of race.surface().lowest) {
      const cross = (part) =>
        svg("path", {
          d: "M-9,-9L9,9M-9,9L9,-9",
          class: `dl-optimizers-${part}`,
          transform: `translate(${view.sx(x)},${view.sy(y)})`,
        });
      marks.append(...["halo", "lowest"].map(cross));
    }
    onDraw(paths);
  };
  return plot(parent, {
    x: race.surface().x,
    y: race.surface().y,
    label: "Loss surface, seen from above",
    xLabel: "first parameter",
    yLabel: "second parameter",
    aspect: 1.25,
    maxWidth: 480,
    draw,
  });
}

/** The loss at each step. */
function curvesPlot(parent, race) {
  const logHeight = (point) => Math.log10(Math.max(race.heightOf(point), LOWEST));
  const draw = (view) => {
    view.x = [0, 1.03 * race.steps()];
    trace(
      view,
      race.paths().map((path) => path.map((point, step) => [step, logHeight(point)])),
      race.names,
    );
  };
  return plot(parent, {
    x: [0, race.steps()],
    y: [Math.log10(LOWEST), 2.5],
    label: "Loss at each step",
    xLabel: "step",
    yLabel: "log₁₀ of loss above lowest",
    aspect: 1.05,
    maxWidth: 340,
    draw,
  });
}

/** The live sentence, and the word beside each optimiser. */
function tell(ui, race, outcome, paths) {
  const steps = Math.min(race.steps(), race.shown);
  const results = paths.map((path, i) => ({
    name: race.names[i],
    diverged: path.length <= steps,
    height: race.heightOf(path.at(-1)),
  }));
  results.forEach(({ diverged, height }, i) => {
    outcome[i].textContent = diverged ? "✗ diverged" : `loss ${lossWords(height)}`;
  });
  const left = results.filter(({ diverged }) => !diverged).sort((a, b) => a.height - b.height);
  const lost = results.filter(({ diverged }) => diverged).map(({ name }) => name);
  const after = `After ${steps} ${steps === 1 ? "step" : "steps"}`;
  const alone = race.names.length === 1;
  const gone = lost.length ? (alone ? " It diverged." : ` Diverged: ${lost.join(", ")}.`) : "";
  if (left.length === 0) ui.say(`${after} nobody is left.${gone}`);
  else {
    const height = lossWords(left[0].height);
    const best = alone
      ? `the loss is ${height} above the lowest`
      : `${left[0].name} is lowest, ${height} above the bottom`;
    ui.say(`${after} ${best}.${gone}`);
  }
}

/** The start: chosen by a click on the map (a finger that scrolls sends none), or moved as a handle. */
function addStart(map, race, moveTo, save) {
  map.svg.classList.add("dl-optimizers-map");
  map.svg.addEventListener("click", (event) => {
    const [left, top] = pointerIn(map.svg, event);
    const [x, y] = [left - map.inner.x, top - map.inner.y];
    const outside = x < 0 || y < 0 || x > map.inner.width || y > map.inner.height;
    if (outside || event.target.closest(".dl-handle")) return;
    moveTo(map.sx.invert(left), map.sy.invert(top));
    save();
  });
  handle(map, {
    label: "Start",
    at: race.start,
    onMove: moveTo,
    onEnd: save,
    text: () => {
      const place = race
        .start()
        .map((value) => format(value, 2))
        .join(", ");
      return `${place}, loss ${format(race.surface().loss(...race.start()), 2)}`;
    },
  });
}

/** A row of its own for each optimiser: its line, its rate, its outcome. */
function addRates(controls, model, names, outcome, { change, save }) {
  return names.map((name, i) => {
    const { colour, width, dash, mark } = STYLES[name];
    const row = h("div", { class: "dl-optimizers-row" });
    row.append(
      svg(
        "svg",
        { width: 44, height: 16, "aria-hidden": "true" },
        svg("path", {
          d: "M0,8H44",
          stroke: `var(--dl-${colour})`,
          "stroke-width": width,
          "stroke-opacity": width > 2 ? 0.65 : null,
          "stroke-dasharray": dash.join(" ") || null,
        }),
        svg("path", { d: mark, transform: "translate(22,8)", fill: `var(--dl-${colour})` }),
      ),
    );
    const control = slider(row, {
      label: `${name[0].toUpperCase()}${name.slice(1)}`,
      min: -3,
      max: 1,
      step: 0.005,
      value: 0,
      show: (power) => `η = ${rateWords(10 ** power)}`,
      onInput: (power) => {
        const rates = [...model.get("rates")];
        rates[i] = clamp(Number((10 ** power).toPrecision(3)), 0.001, 10);
        change({ rates });
      },
      onChange: save,
    });
    row.append(outcome[i]);
    controls.append(row);
    return control;
  });
}

/** Race, surface and steps. */
function addSettings(controls, model, race, { change, save, stop, toggle }) {
  const rest = () => {
    stop();
    race.shown = Infinity;
  };
  const play = button(controls, { label: "Race", primary: true, onClick: toggle });
  const choice = select(controls, {
    label: "Surface",
    options: Object.keys(SURFACES),
    value: model.get("surface"),
    onChange: (name) => {
      rest();
      const [x, y] = SURFACES[name].start;
      change({ surface: name, x, y });
      save();
    },
  });
  const length = slider(controls, {
    label: "Steps",
    min: 1,
    max: MOST_STEPS,
    step: 1,
    value: race.steps(),
    show: (value) => format(value, 0),
    onInput: (value) => {
      rest();
      change({ steps: value });
    },
    onChange: save,
  });
  return { play, choice, length };
}

/** The loop that runs the race on: { loop, run(), stop() }; draw() shows it, label(text) names the button. */
function runner(root, race, draw, label) {
  let before = 0;
  const loop = visibleLoop(root, () => {
    const now = performance.now();
    const more = Math.floor(((now - before) / 1000) * STEPS_PER_SECOND);
    if (!more) return;
    before = now;
    race.shown += Math.min(more, 4);
    if (race.shown >= race.steps()) stop();
    draw();
  });
  const stop = () => {
    if (!loop.running) return;
    loop.stop();
    label("Race");
  };
  const run = () => {
    race.shown = 0;
    before = performance.now();
    label("Stop");
    loop.start();
  };
  return { loop, stop, toggle: () => (loop.running ? stop() : run()) };
}

/** Optimisers that race over a surface from the point that the reader chooses. */
function render({ model, el }) {
  const race = raceOf(model);
  const { names } = race;
  const inside = (axis) => (value) => Number.isFinite(value) && Math.abs(value) <= (axis ? 3 : 6);
  const link = shareable(model, "optimizers", {
    surface: Object.keys(SURFACES),
    x: inside(0),
    y: inside(1),
    rates: [0.001, 10],
    steps: [1, MOST_STEPS],
  });
  if (model.get("rates").length !== names.length) link.reset(); // an address cut short
  const ui = frame(
    { model, el },
    {
      label: "Optimiser race",
      reset: () => {
        stop();
        race.shown = Infinity;
        link.reset();
      },
    },
  );
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  const save = () => link.save();
  const outcome = names.map(() => h("span", { class: "dl-optimizers-outcome" }));
  const map = mapPlot(ui.picture, model, race, (paths) => {
    tell(ui, race, outcome, paths);
    curves.redraw();
  });
  const curves = curvesPlot(ui.picture, race);
  const { loop, stop, toggle } = runner(ui.root, race, map.redraw, (text) =>
    settings.play.set(text),
  );
  addStart(
    map,
    race,
    (x, y) => {
      race.shown = Infinity;
      stop();
      change({ x: clamp(x, ...race.surface().x), y: clamp(y, ...race.surface().y) });
    },
    save,
  );
  const sliders = addRates(ui.controls, model, names, outcome, { change, save });
  const settings = addSettings(ui.controls, model, race, { change, save, stop, toggle });

  const refresh = () => {
    names.forEach((_, i) => sliders[i].set(Math.log10(model.get("rates")[i])));
    settings.choice.set(model.get("surface"));
    settings.length.set(race.steps());
    map.limits(race.surface().x, race.surface().y);
  };
  refresh();
  ui.cleanup(watch(model, ["surface", "rates", "x", "y", "steps"], refresh));
  ui.cleanup(map.destroy);
  ui.cleanup(curves.destroy);
  ui.cleanup(loop.destroy);
  return ui.destroy;
}

export default { render };
