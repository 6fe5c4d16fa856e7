import { fit, raster } from "../kit/canvas.js";
import { loadNetwork, runNetwork } from "../kit/cnn.js";
import { colours, onTheme, signed, viridis } from "../kit/colours.js";
import { select } from "../kit/controls.js";
import { clamp, format, h, isChord, oncePerFrame, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { centreDigit, grey } from "../kit/images.js";
import { packed } from "../kit/model.js";

const PAD = 280; // pixels of the drawing itself, whatever its size on the screen
const PEN = 22;
const STEP = PAD / 28; // one arrow key
const SIDE = 28;
const SHADES = 256; // colours in a map's table
const SURE = 0.9;
const LIKELY = 0.6;
const NOTHING = "Nothing drawn yet: draw a digit, or choose an example.";
const HINT =
  "Draw with the mouse or a finger. By keyboard: arrow keys move the pen, Space puts it down and lifts it, " +
  "Delete clears.";

function title(text) {
  return h("p", { class: "dl-draw-digit-title" }, text);
}

function named(digit) {
  return digit === 8 ? "an 8" : `a ${digit}`;
}

/** What can be shown as maps: each convolution after its activation, and each pooling. */
function mapLayers(network) {
  const counts = {};
  const found = [];
  network.forEach((layer, i) => {
    if (layer.output.length !== 3 || layer.kind === "activation") return;
    const next = network[i + 1];
    const from = layer.kind === "convolution" && next.kind === "activation" ? next : layer;
    const pooling = `${layer.function === "max" ? "Max" : "Average"} pooling`;
    const kind = layer.kind === "pooling" ? pooling : "Convolution";
    counts[kind] = (counts[kind] ?? 0) + 1;
    found.push({ from, name: `${kind} ${counts[kind]}` });
  });
  return found;
}

const percent = (share) =>
  share > 0.999 ? ">99.9%" : `${format(100 * share, share > 0.99 ? 1 : 0)}%`;

/** The drawing and what the network makes of it: { image, empty, example, clear(), stroke(…), load(index), recognise(), ranked() }. */
function drawingOn(pad, network, examples) {
  const ink = pad.getContext("2d", { willReadFrequently: true });
  ink.lineCap = ink.lineJoin = "round";
  ink.lineWidth = PEN;
  ink.strokeStyle = ink.fillStyle = "white";
  const alphas = new Float32Array(PAD * PAD);
  // What the network sees; the example on the pad, as long as nothing was drawn over it; and whether the
  // pad still shows what it showed when the page opened.
  const drawing = {
    image: new Float32Array(SIDE * SIDE),
    empty: true,
    example: -1,
    untouched: false,
  };
  drawing.clear = () => {
    ink.clearRect(0, 0, PAD, PAD);
    Object.assign(drawing, { empty: true, example: -1, untouched: false });
  };
  drawing.stroke = (x0, y0, x1, y1) => {
    if (drawing.untouched) drawing.clear();
    Object.assign(drawing, { example: -1, empty: false });
    ink.beginPath();
    ink.moveTo(x0, y0);
    ink.lineTo(x1, y1 + (x0 === x1 && y0 === y1 ? 0.01 : 0)); // a tap makes a dot
    ink.stroke();
  };
  drawing.load = (index) => {
    drawing.clear();
    const at = index * SIDE * SIDE;
    const image = Float32Array.from(
      { length: SIDE * SIDE },
      (_, i) => examples.getUint8(at + i) / 255,
    );
    const pixels = raster(SIDE, SIDE);
    pixels.paint((x, y) => [255, 255, 255, 255 * image[y * SIDE + x]]);
    pixels.stamp(ink, 0, 0, PAD, PAD);
    Object.assign(drawing, { image, empty: false, example: index });
  };
  const look = () => {
    const { data } = ink.getImageData(0, 0, PAD, PAD);
    for (let i = 0; i < alphas.length; i++) alphas[i] = data[4 * i + 3] / 255;
    return centreDigit(alphas, PAD, PAD);
  };
  drawing.recognise = () => {
    if (drawing.example < 0)
      drawing.image = (!drawing.empty && look()) || new Float32Array(SIDE * SIDE);
    return runNetwork(network, drawing.image);
  };
  drawing.ranked = () => {
    const { values } = network.at(-1);
    return [...values].map((share, digit) => ({ digit, share })).sort((a, b) => b.share - a.share);
  };
  return drawing;
}

/** The live sentence. */
function sentence({ empty, example, ranked }, labels) {
  if (empty) return NOTHING;
  const [first, second] = ranked();
  const label = example < 0 ? "" : ` Its label is ${labels[example]}.`;
  const name = ({ digit, share }) => `${named(digit)} (${percent(share)})`;
  if (first.share >= SURE) return `I read ${name(first)}.${label}`;
  if (first.share >= LIKELY) return `Probably ${name(first)}, perhaps ${name(second)}.${label}`;
  return `I am not sure: ${name(first)}, or ${name(second)}?${label}`;
}

/** Draw by mouse, pen or one finger; others have no part in its line. Returns whether a line is being drawn. */
function drawByPointer(pad, { stroke, hidePen, settle }) {
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * PAD,
      ((event.clientY - box.top) / box.height) * PAD,
    ];
  };
  let last = null;
  let finger = 0;
  pad.addEventListener("pointerdown", (event) => {
    if (event.button || (last && event.pointerId !== finger)) return;
    finger = event.pointerId;
    pad.setPointerCapture(event.pointerId);
    hidePen();
    last = at(event);
    stroke(...last, ...last);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last || event.pointerId !== finger) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      const next = at(step);
      stroke(...last, ...next);
      last = next;
    }
  });
  const lift = (event) => {
    if (!last || event.pointerId !== finger) return;
    last = null;
    settle();
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  return () => last !== null;
}

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The pen that keys move: { show(), move(keys, far), toggle() }; its place is said. */
function keyboardPen(pen, said, stroke) {
  const cursor = { x: PAD / 2, y: PAD / 4, down: false };
  const show = () => {
    pen.hidden = false;
    pen.classList.toggle("dl-draw-digit-down", cursor.down);
    pen.style.left = `${(cursor.x / PAD) * 100}%`;
    pen.style.top = `${(cursor.y / PAD) * 100}%`;
  };
  const tell = (what) => {
    const place = (value) => Math.round(value / STEP);
    said.textContent = `${what}Column ${place(cursor.x)}, row ${place(cursor.y)} of ${SIDE}.`;
  };
  const move = (keys, far) => {
    const { x, y } = cursor;
    const length = STEP * (far ? 4 : 1);
    for (const key of keys) {
      cursor.x = clamp(cursor.x + WAYS[key][0] * length, STEP, PAD - STEP);
      cursor.y = clamp(cursor.y + WAYS[key][1] * length, STEP, PAD - STEP);
    }
    if (cursor.down) stroke(x, y, cursor.x, cursor.y);
  };
  const toggle = () => {
    cursor.down = !cursor.down;
    if (cursor.down) stroke(cursor.x, cursor.y, cursor.x, cursor.y);
    tell(cursor.down ? "Pen down. " : "Pen up. ");
  };
  const lift = () => {
    cursor.down = false;
  };
  return { show, tell, move, toggle, lift };
}

/** Draw by keyboard. Two arrow keys held together move the pen diagonally. */
function drawByKeys(pad, pen, { clear, ask, settle, hidePen, isDrawing, isUntouched }) {
  const held = new Set();
  pad.addEventListener("keydown", (event) => {
    if (isChord(event)) return;
    if (WAYS[event.key]) {
      held.add(event.key);
      pen.move(held, event.shiftKey);
    } else if (event.key === " " || event.key === "Enter") {
      if (!event.repeat) pen.toggle();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear();
      pen.lift();
      ask();
    } else return;
    pen.show();
    event.preventDefault();
    event.stopPropagation();
  });
  pad.addEventListener("keyup", (event) => {
    held.delete(event.key);
    if (WAYS[event.key]) pen.tell("");
    if (!isDrawing() && !isUntouched()) settle();
  });
  pad.addEventListener("focus", () => {
    if (pad.matches(":focus-visible") && !isDrawing()) pen.show();
  });
  pad.addEventListener("blur", () => {
    held.clear();
    pen.lift();
    hidePen();
  });
}

/** The bars of the ten probabilities: { table, show(found, best, empty) }. */
function answerBars() {
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("div", { class: "dl-draw-digit-bar" });
    const number = h("td", { class: "dl-draw-digit-number" });
    const line = h(
      "tr",
      {},
      h("th", { scope: "row" }, String(digit)),
      h("td", { class: "dl-draw-digit-track" }, bar),
      number,
    );
    return { bar, number, line };
  });
  const names = ["digit", "bar", "probability"].map((name) => h("th", { scope: "col" }, name));
  const table = h(
    "table",
    {},
    h("thead", { class: "dl-hidden" }, h("tr", {}, ...names)),
    h("tbody", {}, ...bars.map(({ line }) => line)),
  );
  const show = (found, best, empty) =>
    bars.forEach(({ bar, number, line }, digit) => {
      const share = empty ? 0 : found[digit];
      bar.style.transform = `scaleX(${share})`;
      number.textContent = empty ? "–" : percent(share);
      line.classList.toggle("dl-draw-digit-best", !empty && digit === best);
    });
  return { table, show };
}

/** The feature maps of a layer with their scale: { part, fitTo(layer, theme), show(empty) }. */
function featureMaps() {
  const maps = h("canvas", { role: "img" });
  const scale = h("canvas", { "aria-hidden": "true" });
  const [low, high] = [h("span", {}), h("span", {})];
  const heading = title("");
  const part = h(
    "div",
    { class: "dl-draw-digit-maps" },
    heading,
    maps,
    h("div", { class: "dl-draw-digit-scale" }, low, scale, high),
  );
  let [shown, context, scaleContext, tables] = [];
  const scalePixels = raster(SHADES, 1);
  // Sizes are taken once, here; what runs on every stroke only paints and asks for no layout.
  const fitTo = ({ from, name }, theme) => {
    const shades = (colourOf) => Array.from({ length: SHADES }, (_, i) => colourOf(i));
    const last = SHADES - 1;
    tables = {
      magnitude: shades((i) => viridis(i / last)),
      signed: shades((i) => signed((2 * i) / last - 1, theme)),
    };
    scaleContext = fit(scale, 120, 10);
    const [height, width, count] = from.output;
    const room = part.clientWidth;
    const across = room < 500 || count <= 8 ? 8 : 16;
    const gap = 4;
    const side = (room - gap * (across - 1)) / across;
    const words = `${name}: ${count} feature maps of ${height} × ${width}`;
    context = fit(maps, room, Math.ceil(count / across) * (side + gap) - gap);
    shown = {
      from,
      height,
      width,
      count,
      across,
      side,
      pitch: side + gap,
      words,
      pixels: raster(width, height * count),
    };
    heading.textContent = words;
  };
  const show = (empty) => {
    if (!shown) return;
    const { from, height, width, count, across, side, pitch, words, pixels } = shown;
    const values = empty ? new Float32Array(from.values.length) : from.values;
    let [least, most] = [0, 0];
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const top = Math.max(most, -least) || 1;
    // From −top or 0 at the table's first colour to top at its last.
    const bottom = least < 0 ? -top : 0;
    const table = least < 0 ? tables.signed : tables.magnitude;
    const steps = (SHADES - 1) / (top - bottom);
    pixels.paint((x, y) => {
      const value = values[((y % height) * width + x) * count + Math.floor(y / height)];
      return table[Math.round((value - bottom) * steps)];
    });
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < count; i++) {
      const [x, y] = [(i % across) * pitch, Math.floor(i / across) * pitch];
      context.drawImage(pixels.canvas, 0, i * height, width, height, x, y, side, side);
    }
    scalePixels.paint((x) => table[x]);
    scalePixels.stamp(scaleContext, 0, 0, 120, 10);
    low.textContent = bottom ? format(bottom, 2) : "0";
    high.textContent = format(top, 2);
    maps.setAttribute(
      "aria-label",
      `${words}, values from ${format(least, 2)} to ${format(most, 2)}`,
    );
  };
  return { part, fitTo, show };
}

/** What the network sees, as it is now: { el, fit(), show(image) }. */
function seenImage(hint) {
  const canvas = h("canvas", {
    role: "img",
    "aria-label": "What the network sees: 28 by 28 pixels",
  });
  const el = h("div", { class: "dl-draw-digit-seen" }, title("Network input"), canvas, hint);
  const pixels = raster(SIDE, SIDE);
  let [side, context] = [];
  return {
    el,
    fit() {
      side = el.clientWidth;
      context = fit(canvas, side, side);
    },
    show(image) {
      pixels.paint((x, y) => grey(image[y * SIDE + x]));
      pixels.stamp(context, 0, 0, side, side, false);
    },
  };
}

/** The pad with its pen, the words for it, and the rest of the picture. */
function addPicture(picture) {
  const hint = h("p", { class: "dl-draw-digit-hint", id: uid("dl-draw-digit-hint") }, HINT);
  const pad = h("canvas", {
    class: "dl-draw-digit-pad",
    width: PAD,
    height: PAD,
    tabindex: "0",
    role: "application",
    "aria-roledescription": "drawing pad",
    "aria-label": "Drawing pad",
    "data-lm-suppress-shortcuts": "true",
    "aria-describedby": hint.id,
  });
  const pen = h("div", { class: "dl-draw-digit-pen", hidden: true });
  const said = h("p", { class: "dl-hidden", "aria-live": "polite" });
  const [seen, bars, maps] = [seenImage(hint), answerBars(), featureMaps()];
  const board = h("div", { class: "dl-draw-digit-board" }, pad, pen);
  const row = h(
    "div",
    { class: "dl-draw-digit-row" },
    h("div", { class: "dl-draw-digit-draw" }, title("Draw here"), board),
    seen.el,
    h("div", { class: "dl-draw-digit-answer" }, title("Network output"), bars.table),
  );
  picture.append(h("div", { class: "dl-draw-digit" }, row, maps.part), said);
  return { pad, pen, said, seen, bars, maps };
}

/** Which example, and which layer's maps. */
function addControls(controls, labels, choices, { take, fitAll }) {
  const examples = labels.map((digit, i) => ({ value: i, text: `${i + 1}: ${named(digit)}` }));
  const chosen = select(controls, {
    label: "Example",
    onChange: (value) => value !== "" && take(Number(value)),
    options: [{ value: "", text: "choose…" }, ...examples],
  });
  const layer = select(controls, {
    label: "Feature maps",
    value: "0",
    onChange: fitAll,
    options: choices.map(({ name }, i) => ({ value: i, text: name })),
  });
  if (!choices.length) layer.box.remove(); // dense layers only
  return { chosen, layer };
}

/** What is done with the drawing; show(found) draws the answer, choose(value) sets the select of examples. */
function actsOn(model, drawing, { show, choose, root }) {
  const recognise = () => {
    const start = performance.now();
    show(drawing.recognise());
    // For `make bench`: how long one drawn digit takes, all of it.
    root.dataset.milliseconds = (performance.now() - start).toFixed(2);
  };
  const ask = oncePerFrame(recognise);
  const sync = () => {
    model.set("pixels", packed(drawing.image));
    model.set("prediction", drawing.empty ? -1 : drawing.ranked()[0].digit);
    model.save_changes();
  };
  const settle = () => {
    ask.cancel();
    recognise();
    sync();
  };
  const clear = () => {
    drawing.clear();
    choose("");
  };
  const stroke = (...ends) => {
    drawing.stroke(...ends);
    choose("");
    ask();
  };
  const load = (index) => {
    drawing.load(index);
    choose(index);
    recognise();
  };
  return { recognise, ask, sync, settle, clear, stroke, load };
}

/** Draw a digit: the network's answer, and what its layers make of it. */
function render({ model, el }) {
  const bytes = (key) => {
    const view = model.get(key);
    return view instanceof DataView ? view : new DataView(view.buffer ?? view);
  };
  const network = loadNetwork(model.get("layers"), bytes("weights"));
  const labels = model.get("example_labels");
  const view = frame(
    { model, el },
    {
      label: "Draw a digit",
      reset: () => {
        acts.clear();
        acts.recognise();
        acts.sync();
      },
    },
  );
  const { pad, pen, said, seen, bars, maps } = addPicture(view.picture);
  const drawing = drawingOn(pad, network, bytes("examples"));
  const choices = mapLayers(network);
  if (!choices.length) maps.part.remove();

  const acts = actsOn(model, drawing, {
    show(found) {
      seen.show(drawing.image);
      bars.show(found, drawing.ranked()[0].digit, drawing.empty);
      view.say(sentence(drawing, labels));
      maps.show(drawing.empty);
    },
    choose: (value) => chosen.set(value),
    root: view.root,
  });
  const fitAll = () => {
    seen.fit();
    seen.show(drawing.image);
    if (!choices.length) return;
    maps.fitTo(choices[Number(layer.input.value)], colours(view.root));
    maps.show(drawing.empty);
  };
  const take = (index) => {
    acts.load(index);
    acts.sync();
  };
  const { chosen, layer } = addControls(view.controls, labels, choices, { take, fitAll });
  const hidePen = () => {
    pen.hidden = true;
  };
  const isDrawing = drawByPointer(pad, { ...acts, hidePen });
  drawByKeys(pad, keyboardPen(pen, said, acts.stroke), {
    ...acts,
    hidePen,
    isDrawing,
    isUntouched: () => drawing.untouched,
  });

  const again = oncePerFrame(fitAll);
  const resized = new ResizeObserver(again);
  // Either can become narrower while the other does not.
  for (const part of [seen.el, maps.part]) resized.observe(part);
  view.cleanup(() => resized.disconnect());
  view.cleanup(onTheme(fitAll));
  view.cleanup(acts.ask.cancel);
  view.cleanup(again.cancel);
  queueMicrotask(() => {
    fitAll();
    acts.load(0); // not into the model: a second view of a pad leaves the drawing that Python has
    drawing.untouched = true;
  });
  return view.destroy;
}

export default { render };
