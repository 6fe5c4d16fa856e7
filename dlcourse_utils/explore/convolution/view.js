import { fit, raster } from "../kit/canvas.js";
import { colours, css, onTheme, signed } from "../kit/colours.js";
import { button, checkbox, select } from "../kit/controls.js";
import { clamp, format, h, isChord, oncePerFrame, pointerIn } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { convolve, grey, windowPixels } from "../kit/images.js";
import { floats, shareable, watch } from "../kit/model.js";
import { visibleLoop } from "../kit/visible.js";

const SIZE = 3;
const POSITIONS_PER_SECOND = 60;
const PRESETS = {
  "Horizontal edges": [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  "Vertical edges": [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  "Diagonal edges": [-2, -1, 0, -1, 0, 1, 0, 1, 2],
  Outline: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  Sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "Blur (mean)": Array(9).fill(1 / 9),
  "Blur (Gaussian)": [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16),
  Identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
};
const OWN = "Your own";

const same = (a, b) => a.every((value, i) => Math.abs(value - b[i]) < 1e-6);
const shownWeight = (weight) => Number(weight.toFixed(3));
const short = (value) => format(value, 2).replace(/\.00$/, "");

/** The output map for what is set, and where the window is: computed anew only after a change. */
function mapOf(model) {
  const image = floats(model.get("pixels"));
  const [height, width] = [model.get("height"), model.get("width")];
  const map = { image, height, width, output: null, passed: Infinity }; // outputs made by the sliding window so far
  let known = "";
  map.kernel = () => model.get("weights");
  map.step = () => Math.round(model.get("stride"));
  map.compute = () => {
    const key = JSON.stringify([map.kernel(), map.step(), model.get("padding")]);
    if (key === known) return;
    known = key;
    const output = convolve(image, width, height, map.kernel(), map.step(), model.get("padding"));
    output.largest = output.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    map.output = output;
  };
  map.after = (value) => (model.get("relu") ? Math.max(value, 0) : value);
  map.inside = ([row, column]) => [
    clamp(row, 0, map.output.rows - 1),
    clamp(column, 0, map.output.columns - 1),
  ];
  map.place = () => map.inside([Math.round(model.get("row")), Math.round(model.get("column"))]);
  map.corner = ([row, column]) => {
    const { down, across } = map.output;
    return [row * map.step() - down.before, column * map.step() - across.before];
  };
  /** The place whose window has its corner nearest to (top, left). */
  map.nearest = (top, left) => {
    const { down, across } = map.output;
    return [
      Math.round((top + down.before) / map.step()),
      Math.round((left + across.before) / map.step()),
    ];
  };
  return map;
}

/** A map with its title and its colour bar: { part, canvas, size, bar(colour, words), name(…) }. */
function mapPart(title, map) {
  const canvas = h("canvas", {
    role: "slider",
    tabindex: "0",
    "aria-roledescription": "position in two dimensions",
    "aria-orientation": "horizontal",
    "data-lm-suppress-shortcuts": "true",
  });
  const size = h("span", {});
  const strip = h("canvas", { "aria-hidden": "true" });
  const numbers = h("div", { class: "dl-convolution-numbers" });
  const part = h(
    "div",
    { class: "dl-convolution-part" },
    h("p", { class: "dl-convolution-title" }, title, size),
    canvas,
    h("div", { class: "dl-convolution-bar" }, strip, numbers),
  );
  const bar = (cell, colour, words) => {
    const long = map.width * cell;
    const pixels = raster(64, 1);
    pixels.paint((x) => colour(x / 63));
    pixels.stamp(fit(strip, long, 10), 0, 0, long, 10);
    numbers.replaceChildren(...words.map((word) => h("span", {}, word)));
  };
  const name = (label, text, [row, column]) => {
    const { rows, columns } = map.output;
    canvas.setAttribute("aria-label", label);
    canvas.setAttribute("aria-valuetext", text);
    canvas.setAttribute("aria-valuemin", 0);
    canvas.setAttribute("aria-valuemax", rows * columns - 1);
    canvas.setAttribute("aria-valuenow", row * columns + column);
  };
  return { part, canvas, size, bar, name };
}

/** The nine weights to edit, each with its pixel and its product: { part, cells }. */
function kernelPart(map, { change, save }) {
  const cells = Array.from({ length: SIZE * SIZE }, (_, i) => {
    const position = `row ${Math.floor(i / SIZE) + 1}, column ${(i % SIZE) + 1}`;
    const field = h("input", {
      type: "number",
      step: "any",
      min: -99,
      max: 99,
      inputmode: "decimal",
      "aria-label": `Kernel weight, ${position}`,
      "data-lm-suppress-shortcuts": "true",
      input: () => {
        if (field.value === "" || !field.validity.valid) return;
        change({ weights: map.kernel().map((old, at) => (at === i ? field.valueAsNumber : old)) });
      },
      change: () => {
        field.value = shownWeight(map.kernel()[i]); // also where what was typed is no number
        save();
      },
    });
    const [pixel, product] = [h("span", {}), h("span", {})];
    return {
      field,
      pixel,
      product,
      box: h("div", { class: "dl-convolution-weight" }, pixel, field, product),
    };
  });
  const part = h(
    "div",
    { class: "dl-convolution-part dl-convolution-middle" },
    h("p", { class: "dl-convolution-title" }, "Pixel × weight = product"),
    h(
      "div",
      {
        class: "dl-convolution-kernel",
        role: "group",
        "aria-label": "Kernel, three by three weights",
      },
      ...cells.map((cell) => cell.box),
    ),
  );
  return { part, cells };
}

/** Let pointer and keys move the window; target(x, y) is the output pixel for a place of the canvas. */
function movable(canvas, target, hover, { map, move, stop, save }) {
  const follow = (event) => {
    stop();
    move(target(...pointerIn(canvas, event)));
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons || (hover && event.pointerType === "mouse")) follow(event);
  });
  canvas.addEventListener("pointerup", save);
  const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  canvas.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if ((!way && event.key !== "Home") || isChord(event)) return;
    stop();
    const [down, across] = map.place();
    const steps = event.shiftKey ? 10 : 1;
    move(way ? [down + way[0] * steps, across + way[1] * steps] : [0, 0]);
    event.preventDefault();
    event.stopPropagation();
  });
  canvas.addEventListener("keyup", (event) => {
    if (ways[event.key] || event.key === "Home") save();
  });
}

/** The window that slides over the whole image: { loop, toggle(), stop() }. */
function slidingWindow(root, map, { move, label, redraw }) {
  let before = 0;
  const loop = visibleLoop(root, () => {
    const now = performance.now();
    const steps = Math.floor(((now - before) / 1000) * POSITIONS_PER_SECOND);
    if (!steps) return;
    before = now;
    const { rows, columns } = map.output;
    map.passed = Math.min(map.passed + Math.min(steps, 4), rows * columns);
    move([Math.floor((map.passed - 1) / columns), (map.passed - 1) % columns]);
    if (map.passed === rows * columns) stop();
  });
  const stop = () => {
    if (!loop.running) return;
    loop.stop();
    map.passed = Infinity;
    label("Slide");
    redraw();
  };
  const slide = () => {
    map.passed = 0;
    before = performance.now();
    label("Stop");
    loop.start();
  };
  return { loop, stop, toggle: () => (loop.running ? stop() : slide()) };
}

function ring(context, x, y, size, theme) {
  context.setLineDash([]);
  for (const [colour, line] of [
    ["white", 5],
    [theme.violet, 3],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(x - 1, y - 1, size + 2, size + 2);
  }
}

/** The input with the window's ring, and the dashed frame of what padding adds. */
function paintInput(canvas, pixels, { map, padded, cell, theme }, [top, left]) {
  const { height, width } = map;
  const context = fit(canvas, (width + 2) * cell, (height + 2) * cell);
  pixels.stamp(context, cell, cell, width * cell, height * cell, false);
  if (padded) {
    const { down, across } = map.output;
    context.setLineDash([3, 3]);
    context.strokeStyle = theme.muted;
    context.strokeRect(
      (1 - across.before) * cell + 0.5,
      (1 - down.before) * cell + 0.5,
      (width + across.before + across.after) * cell - 1,
      (height + down.before + down.after) * cell - 1,
    );
  }
  ring(context, (left + 1) * cell, (top + 1) * cell, SIZE * cell, theme);
}

/** Where the output map begins on its canvas, in CSS pixels: [top, left]. */
function outputCorner({ height, width, output }, cell) {
  return [((height + 2 - output.rows) / 2) * cell, ((width + 2 - output.columns) / 2) * cell];
}

/** The output in the middle of the input's dashed frame, and the ring of the pixel looked at. */
function paintOutput(canvas, { map, cell, theme }, [row, column]) {
  const { height, width, output, passed } = map;
  const [y, x] = outputCorner(map, cell);
  const paper = fit(canvas, (width + 2) * cell, (height + 2) * cell);
  paper.setLineDash([3, 3]);
  paper.strokeStyle = theme.muted;
  paper.strokeRect(cell + 0.5, cell + 0.5, width * cell - 1, height * cell - 1);
  const pixels = raster(output.columns, output.rows);
  pixels.paint((j, i) => {
    const at = i * output.columns + j;
    return at < passed
      ? signed(map.after(output.values[at]) / output.largest, theme)
      : [0, 0, 0, 0];
  });
  pixels.stamp(paper, x, y, output.columns * cell, output.rows * cell, false);
  ring(paper, x + column * cell, y + row * cell, cell, theme);
}

/** Each pixel times its weight in the kernel's cells, and their sum below. */
function showProducts(pixels, total, map, cells, sum, cutsOff) {
  const terms = pixels.map((pixel, i) => pixel * map.kernel()[i]);
  cells.forEach(({ box, pixel, product }, i) => {
    pixel.textContent = `${format(pixels[i], 2)} ×`;
    product.textContent = `= ${format(terms[i], 2)}`;
    const shade = grey(pixels[i]);
    box.style.background = css(shade);
    box.style.color = shade[0] > 118 ? "black" : "white"; // at least 4.5:1 on every grey
  });
  const sign = (term, i) => (term < -0.005 ? (i ? "− " : "−") : i ? "+ " : "");
  const words = terms.map((term, i) => h("span", {}, `${sign(term, i)}${short(Math.abs(term))}`));
  const end = `= ${format(total, 2)}${cutsOff ? ` → ReLU → ${format(map.after(total), 2)}` : ""}`;
  sum.replaceChildren(...words.flatMap((word) => [word, " "]), h("strong", {}, h("span", {}, end)));
}

/** The controls; returns what sets them to the model's values, and the button's label. */
function addControls(controls, model, map, { change, settle, toggle, save }) {
  const play = button(controls, { label: "Slide", primary: true, onClick: toggle });
  const preset = select(controls, {
    label: "Kernel",
    options: [...Object.keys(PRESETS), OWN],
    value: OWN,
    onChange: (name) => {
      if (PRESETS[name]) change({ weights: PRESETS[name] });
      setPreset();
      save();
    },
  });
  const stride = select(controls, {
    label: "Stride",
    options: ["1", "2"],
    value: "1",
    onChange: (value) => settle({ stride: Number(value) }),
  });
  const padding = select(controls, {
    label: "Padding",
    value: "valid",
    options: ["valid", "same"],
    onChange: (value) => settle({ padding: value }),
  });
  const relu = checkbox(controls, { label: "ReLU", onChange: (on) => settle({ relu: on }) });
  const setPreset = () =>
    preset.set(Object.keys(PRESETS).find((name) => same(PRESETS[name], map.kernel())) ?? OWN);
  const set = () => {
    setPreset();
    stride.set(String(map.step()));
    padding.set(model.get("padding"));
    relu.set(model.get("relu"));
  };
  return { set, label: play.set };
}

/** Words for the window: what the output pixel is and what it was made from. */
function sentence(map, [row, column], [top, left], total, cutsOff) {
  const shown = `output[${row}, ${column}] = ${format(map.after(total), 2)}`;
  const cut = cutsOff && total < 0 ? ` (ReLU cuts off ${format(total, 2)})` : "";
  const inside = top >= 0 && left >= 0 && top + SIZE <= map.height && left + SIZE <= map.width;
  const source = inside
    ? `input[${top}:${top + SIZE}, ${left}:${left + SIZE}]`
    : "the edge and the zeros around it";
  return { shown, whole: `${shown}${cut}, made from ${source}.` };
}

/** Draw all of it: maps, kernel, sum, bars, names and the live sentence. */
function drawAll({ model, view, map, parts, controls, pixels, sliding }, cell, theme) {
  map.compute();
  const { input, result, kernel, sum } = parts;
  const place = map.place();
  const [top, left] = map.corner(place);
  const total = map.output.values[place[0] * map.output.columns + place[1]];
  const relu = model.get("relu");
  paintInput(input.canvas, pixels, { map, padded: model.get("padding") === "same", cell, theme }, [
    top,
    left,
  ]);
  paintOutput(result.canvas, { map, cell, theme }, place);
  showProducts(
    windowPixels(map.image, map.width, map.height, SIZE, top, left),
    total,
    map,
    kernel.cells,
    sum,
    relu,
  );
  map.kernel().forEach((weight, i) => {
    const { field } = kernel.cells[i];
    if (field !== document.activeElement) field.value = shownWeight(weight);
  });
  controls.set();
  input.size.textContent = `${map.height} × ${map.width}`;
  result.size.textContent = `${map.output.rows} × ${map.output.columns}`;
  input.bar(cell, (t) => grey(t), ["0 black", "1 white"]);
  const most = short(map.output.largest);
  result.bar(cell, (t) => signed(2 * t - 1, theme), [`−${most}`, "0", most]);
  const { shown, whole } = sentence(map, place, [top, left], total, relu);
  input.name(`Window over the input, top left corner at row ${top}, column ${left}`, shown, place);
  result.name("Output pixel", shown, place);
  view.say(sliding() ? "Each stop of the window makes one output pixel." : whole);
}

/** Call draw(cell, theme) for every size of a cell and every theme: { draw, drawNow, cell(), watchSize() }. */
function sized(view, row, part, map, drawWith) {
  let cell = 8;
  let theme = colours(view.root);
  const drawNow = () => drawWith(cell, theme);
  const draw = oncePerFrame(drawNow);
  const measure = () => {
    const next = Math.max(part.clientWidth, 120) / (Math.max(map.width, map.height) + 2);
    if (Math.abs(next - cell) < 0.01) return;
    cell = next;
    row.style.setProperty("--dl-cell", `${cell}px`);
    draw();
  };
  const watchSize = () => {
    const resized = new ResizeObserver(measure);
    resized.observe(row);
    view.cleanup(() => resized.disconnect());
    view.cleanup(
      onTheme(() => {
        theme = colours(view.root);
        drawNow();
      }),
    );
    view.cleanup(() => draw.cancel());
    queueMicrotask(() => {
      measure();
      drawNow();
    });
  };
  return { draw, cell: () => cell, watchSize };
}

/** What the reader can do: { change, move, settle, save }. */
function actsOn(model, map, address, stop) {
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  const move = (to) => {
    const [row, column] = map.inside(to);
    change({ row, column });
  };
  const save = () => address.save();
  /** A setting that changes the size of the output: keep the window where it is in the image. */
  const settle = (values) => {
    stop();
    const corner = map.corner(map.place());
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    map.compute();
    move(map.nearest(...corner));
    save();
  };
  return { map, change, move, settle, save, stop };
}

/** A kernel that slides over an image: its nine products, their sum, and the map of all sums. */
function render({ model, el }) {
  const map = mapOf(model);
  const view = frame(
    { model, el },
    {
      label: "Convolution",
      reset: () => {
        stop();
        address.reset();
      },
    },
  );
  const address = shareable(model, "convolution", {
    weights: [-99, 99],
    row: [0, map.height],
    column: [0, map.width],
    stride: [1, 2],
    padding: ["valid", "same"],
    relu: [],
  });
  if (model.get("weights").length !== SIZE * SIZE) address.reset(); // an address cut short

  const stop = () => sliding.stop();
  const acts = actsOn(model, map, address, stop);
  const parts = {
    input: mapPart("Input", map),
    result: mapPart("Output", map),
    kernel: kernelPart(map, acts),
    sum: h("p", { class: "dl-convolution-sum" }),
  };
  const { input, result, kernel, sum } = parts;
  const row = h("div", { class: "dl-convolution-row" }, input.part, kernel.part, result.part);
  view.picture.append(h("div", { class: "dl-convolution" }, row, sum));
  const controls = addControls(view.controls, model, map, {
    ...acts,
    toggle: () => sliding.toggle(),
  });
  const pixels = raster(map.width, map.height);
  pixels.paint((x, y) => grey(map.image[y * map.width + x]));
  const figure = { model, view, map, parts, controls, pixels, sliding: () => sliding.loop.running };
  const { draw, cell, watchSize } = sized(view, row, input.part, map, (size, theme) =>
    drawAll(figure, size, theme),
  );
  const sliding = slidingWindow(view.root, map, {
    move: acts.move,
    label: controls.label,
    redraw: draw,
  });

  const half = SIZE / 2;
  movable(
    input.canvas,
    (x, y) => map.nearest(y / cell() - 1 - half, x / cell() - 1 - half),
    false,
    acts,
  );
  movable(
    result.canvas,
    (x, y) => {
      const [top, left] = outputCorner(map, cell());
      return [Math.floor((y - top) / cell()), Math.floor((x - left) / cell())];
    },
    true,
    acts,
  );
  map.compute();
  watchSize();
  view.cleanup(watch(model, ["weights", "row", "column", "stride", "padding", "relu"], draw));
  view.cleanup(sliding.loop.destroy);
  return view.destroy;
}

export default { render };
