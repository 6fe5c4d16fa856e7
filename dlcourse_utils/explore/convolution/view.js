import { h, clamp, format, isChord, oncePerFrame, pointerIn } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, shareable, watch } from "../kit/model.js";
import { select, checkbox, button } from "../kit/controls.js";
import { colours, css, onTheme, signed } from "../kit/colours.js";
import { fit, raster } from "../kit/canvas.js";
import { visibleLoop } from "../kit/visible.js";
import { convolve, grey, windowPixels } from "../kit/images.js";

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

function render({ model, el }) {
  const image = floats(model.get("pixels"));
  const [height, width] = [model.get("height"), model.get("width")];
  const view = frame({ model, el }, { label: "Convolution", reset: () => {
    stop();
    address.reset();
  } });
  const address = shareable(model, "convolution", {
    weights: [-99, 99], row: [0, height], column: [0, width], stride: [1, 2], padding: ["valid", "same"], relu: [],
  });

  if (model.get("weights").length !== SIZE * SIZE) address.reset(); // an address cut short

  let output = null; // the whole map for the present kernel, stride and padding
  let passed = Infinity; // how many outputs the sliding window has made so far
  const kernel = () => model.get("weights");
  const stepNow = () => Math.round(model.get("stride"));
  const place = () => [
    clamp(Math.round(model.get("row")), 0, output.rows - 1),
    clamp(Math.round(model.get("column")), 0, output.columns - 1),
  ];
  const corner = ([row, column]) => {
    const step = stepNow();
    return [row * step - output.down.before, column * step - output.across.before];
  };
  const change = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };

  // ---- the picture: input, kernel, output --------------------------------------------------------
  const input = mapPart("Input");
  const result = mapPart("Output");
  const cells = Array.from({ length: SIZE * SIZE }, (_, i) => {
    const position = `row ${Math.floor(i / SIZE) + 1}, column ${(i % SIZE) + 1}`;
    const field = h("input", { type: "number", step: "any", min: -99, max: 99, inputmode: "decimal",
      "aria-label": `Kernel weight, ${position}`, "data-lm-suppress-shortcuts": "true",
      input: () => {
        if (field.value === "" || !field.validity.valid) return;
        change({ weights: kernel().map((old, at) => (at === i ? field.valueAsNumber : old)) });
      },
      change: () => {
        field.value = shownWeight(kernel()[i]); // also where what was typed is no number
        address.save();
      } });
    const [pixel, product] = [h("span", {}), h("span", {})];
    return { field, pixel, product, box: h("div", { class: "dl-convolution-weight" }, pixel, field, product) };
  });
  const kernelPart = h("div", { class: "dl-convolution-part dl-convolution-middle" },
    h("p", { class: "dl-convolution-title" }, "Pixel × weight = product"),
    h("div", { class: "dl-convolution-kernel", role: "group", "aria-label": "Kernel, three by three weights" },
      ...cells.map((cell) => cell.box)));
  const sum = h("p", { class: "dl-convolution-sum" });
  const row = h("div", { class: "dl-convolution-row" }, input.part, kernelPart, result.part);
  view.picture.append(h("div", { class: "dl-convolution" }, row, sum));

  // ---- controls ---------------------------------------------------------------------------------
  const play = button(view.controls, { label: "Slide", primary: true, onClick: () => (loop.running ? stop() : slide()) });
  const preset = select(view.controls, { label: "Kernel", options: [...Object.keys(PRESETS), OWN], value: OWN,
    onChange: (name) => {
      if (PRESETS[name]) change({ weights: PRESETS[name] });
      showKernel();
      address.save();
    } });
  const stride = select(view.controls, { label: "Stride", options: ["1", "2"], value: "1",
    onChange: (value) => settle({ stride: Number(value) }) });
  const padding = select(view.controls, { label: "Padding", value: "valid",
    options: ["valid", "same"],
    onChange: (value) => settle({ padding: value }) });
  const relu = checkbox(view.controls, { label: "ReLU", onChange: (on) => settle({ relu: on }) });

  /** A setting that changes the size of the output: keep the window where it is in the image. */
  function settle(values) {
    stop();
    const [top, left] = corner(place());
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    compute();
    const step = stepNow();
    change({
      row: clamp(Math.round((top + output.down.before) / step), 0, output.rows - 1),
      column: clamp(Math.round((left + output.across.before) / step), 0, output.columns - 1),
    });
    address.save();
  }

  // ---- moving the window ------------------------------------------------------------------------
  const move = (to) => change({ row: clamp(to[0], 0, output.rows - 1), column: clamp(to[1], 0, output.columns - 1) });
  const fromInput = (y, x) => {
    const step = stepNow();
    return [Math.round((y - SIZE / 2 + output.down.before) / step),
      Math.round((x - SIZE / 2 + output.across.before) / step)];
  };
  movable(input.canvas, (x, y) => fromInput(y / cell - 1, x / cell - 1), false);
  movable(result.canvas, (x, y) => {
    const [top, left] = outputCorner();
    return [Math.floor((y - top) / cell), Math.floor((x - left) / cell)];
  }, true);

  function movable(canvas, target, hover) {
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
    canvas.addEventListener("pointerup", address.save);
    const ways = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    canvas.addEventListener("keydown", (event) => {
      const way = ways[event.key];
      if ((!way && event.key !== "Home") || isChord(event)) return;
      stop();
      const [down, across] = place();
      const steps = event.shiftKey ? 10 : 1;
      move(way ? [down + way[0] * steps, across + way[1] * steps] : [0, 0]);
      event.preventDefault();
      event.stopPropagation();
    });
    canvas.addEventListener("keyup", (event) => {
      if (ways[event.key] || event.key === "Home") address.save();
    });
  }

  let before = 0;
  const loop = visibleLoop(view.root, () => {
    const now = performance.now();
    const steps = Math.floor(((now - before) / 1000) * POSITIONS_PER_SECOND);
    if (!steps) return;
    before = now;
    passed = Math.min(passed + Math.min(steps, 4), output.rows * output.columns);
    move([Math.floor((passed - 1) / output.columns), (passed - 1) % output.columns]);
    if (passed === output.rows * output.columns) stop();
  });
  function slide() {
    passed = 0;
    before = performance.now();
    play.set("Stop");
    loop.start();
  }
  function stop() {
    if (!loop.running) return;
    loop.stop();
    passed = Infinity;
    play.set("Slide");
    draw();
  }

  // ---- computing and drawing --------------------------------------------------------------------
  let cell = 8;
  let theme = colours(view.root);
  let known = "";
  function compute() {
    const key = JSON.stringify([kernel(), stepNow(), model.get("padding")]);
    if (key === known) return;
    known = key;
    output = convolve(image, width, height, kernel(), stepNow(), model.get("padding"));
    output.largest = output.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  }
  const after = (value) => (model.get("relu") ? Math.max(value, 0) : value);
  const outputCorner = () => [((height + 2 - output.rows) / 2) * cell, ((width + 2 - output.columns) / 2) * cell];

  function showKernel() {
    kernel().forEach((weight, i) => {
      if (cells[i].field !== document.activeElement) cells[i].field.value = shownWeight(weight);
    });
    preset.set(Object.keys(PRESETS).find((name) => same(PRESETS[name], kernel())) ?? OWN);
  }

  function paintMaps(row, column, top, left) {
    const context = fit(input.canvas, (width + 2) * cell, (height + 2) * cell);
    inputPixels.stamp(context, cell, cell, width * cell, height * cell, false);
    if (model.get("padding") === "same") {
      context.setLineDash([3, 3]);
      context.strokeStyle = theme.muted;
      const { down, across } = output;
      context.strokeRect((1 - across.before) * cell + 0.5, (1 - down.before) * cell + 0.5,
        (width + across.before + across.after) * cell - 1, (height + down.before + down.after) * cell - 1);
    }
    ring(context, (left + 1) * cell, (top + 1) * cell, SIZE * cell);

    const [y, x] = outputCorner();
    const paper = fit(result.canvas, (width + 2) * cell, (height + 2) * cell);
    paper.setLineDash([3, 3]);
    paper.strokeStyle = theme.muted;
    paper.strokeRect(cell + 0.5, cell + 0.5, width * cell - 1, height * cell - 1);
    const pixels = raster(output.columns, output.rows);
    pixels.paint((j, i) => {
      const at = i * output.columns + j;
      return at < passed ? signed(after(output.values[at]) / output.largest, theme) : [0, 0, 0, 0];
    });
    pixels.stamp(paper, x, y, output.columns * cell, output.rows * cell, false);
    ring(paper, x + column * cell, y + row * cell, cell);
  }

  function ring(context, x, y, size) {
    context.setLineDash([]);
    for (const [colour, line] of [["#fff", 5], [theme.violet, 3]]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x - 1, y - 1, size + 2, size + 2);
    }
  }

  function showProducts(pixels, total) {
    const terms = pixels.map((pixel, i) => pixel * kernel()[i]);
    cells.forEach(({ box, pixel, product }, i) => {
      pixel.textContent = `${format(pixels[i], 2)} ×`;
      product.textContent = `= ${format(terms[i], 2)}`;
      const shade = grey(pixels[i]);
      box.style.background = css(shade);
      box.style.color = shade[0] > 118 ? "#000" : "#fff"; // at least 4.5:1 on every grey
    });
    const words = terms.map((term, i) => h("span", {},
      `${i === 0 ? (term < -0.005 ? "−" : "") : term < -0.005 ? "− " : "+ "}${short(Math.abs(term))}`));
    const end = model.get("relu") ? `= ${format(total, 2)} → ReLU → ${format(after(total), 2)}` : `= ${format(total, 2)}`;
    sum.replaceChildren(...words.flatMap((word) => [word, " "]), h("strong", {}, h("span", {}, end)));
  }

  function drawNow() {
    compute();
    const [row, column] = place();
    const [top, left] = corner([row, column]);
    const total = output.values[row * output.columns + column];
    paintMaps(row, column, top, left);
    showProducts(windowPixels(image, width, height, SIZE, top, left), total);
    showKernel();
    stride.set(String(stepNow()));
    padding.set(model.get("padding"));
    relu.set(model.get("relu"));
    input.size.textContent = `${height} × ${width}`;
    result.size.textContent = `${output.rows} × ${output.columns}`;
    input.bar((t) => grey(t), ["0 black", "1 white"]);
    const most = short(output.largest);
    result.bar((t) => signed(2 * t - 1, theme), [`−${most}`, "0", most]);
    const shown = `output[${row}, ${column}] = ${format(after(total), 2)}`;
    input.name(`Window over the input, top left corner at row ${top}, column ${left}`, shown, [row, column]);
    result.name(`Output pixel`, shown, [row, column]);
    const cut = model.get("relu") && total < 0 ? ` (ReLU cuts off ${format(total, 2)})` : "";
    const inside = top >= 0 && left >= 0 && top + SIZE <= height && left + SIZE <= width;
    const source = inside ? `input[${top}:${top + SIZE}, ${left}:${left + SIZE}]` : "the edge and the zeros around it";
    view.say(loop.running ? "Each stop of the window makes one output pixel." : `${shown}${cut}, made from ${source}.`);
  }
  const draw = oncePerFrame(drawNow);

  function mapPart(title) {
    const canvas = h("canvas", { role: "slider", tabindex: "0", "aria-roledescription": "position in two dimensions",
      "aria-orientation": "horizontal", "data-lm-suppress-shortcuts": "true" });
    const size = h("span", {});
    const strip = h("canvas", { "aria-hidden": "true" });
    const numbers = h("div", { class: "dl-convolution-numbers" });
    const part = h("div", { class: "dl-convolution-part" }, h("p", { class: "dl-convolution-title" }, title, size), canvas,
      h("div", { class: "dl-convolution-bar" }, strip, numbers));
    const bar = (colour, words) => {
      const long = width * cell;
      const pixels = raster(64, 1);
      pixels.paint((x) => colour(x / 63));
      pixels.stamp(fit(strip, long, 10), 0, 0, long, 10);
      numbers.replaceChildren(...words.map((word) => h("span", {}, word)));
    };
    const name = (label, text, [row, column]) => {
      canvas.setAttribute("aria-label", label);
      canvas.setAttribute("aria-valuetext", text);
      canvas.setAttribute("aria-valuemin", 0);
      canvas.setAttribute("aria-valuemax", output.rows * output.columns - 1);
      canvas.setAttribute("aria-valuenow", row * output.columns + column);
    };
    return { part, canvas, size, bar, name };
  }

  const inputPixels = raster(width, height);
  inputPixels.paint((x, y) => grey(image[y * width + x]));
  const measure = () => {
    const next = Math.max(input.part.clientWidth, 120) / (Math.max(width, height) + 2);
    if (Math.abs(next - cell) < 0.01) return;
    cell = next;
    row.style.setProperty("--dl-cell", `${cell}px`);
    draw();
  };
  const resized = new ResizeObserver(measure);
  resized.observe(row);
  view.cleanup(() => resized.disconnect());
  view.cleanup(onTheme(() => {
    theme = colours(view.root);
    drawNow();
  }));
  view.cleanup(watch(model, ["weights", "row", "column", "stride", "padding", "relu"], draw));
  view.cleanup(() => draw.cancel());
  view.cleanup(loop.destroy);
  compute();
  queueMicrotask(() => {
    measure();
    drawNow();
  });
  return view.destroy;
}

export default { render };
