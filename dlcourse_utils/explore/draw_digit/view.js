import { h, clamp, format, isChord, oncePerFrame, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { packed } from "../kit/model.js";
import { select } from "../kit/controls.js";
import { colours, onTheme, signed, viridis } from "../kit/colours.js";
import { fit, raster } from "../kit/canvas.js";
import { centreDigit, grey } from "../kit/images.js";
import { loadNetwork, runNetwork } from "../kit/cnn.js";

const PAD = 280; // pixels of the drawing itself, whatever its size on the screen
const PEN = 22;
const STEP = PAD / 28; // one arrow key
const SIDE = 28;
const SHADES = 256; // colours in a map's table
const SURE = 0.9;
const LIKELY = 0.6;
const NOTHING = "Nothing drawn yet: draw a digit, or choose an example.";
const HINT = "Draw with the mouse or a finger. By keyboard: arrow keys move the pen, Space puts it down and lifts it, "
  + "Delete clears.";

function render({ model, el }) {
  const bytes = (key) => {
    const view = model.get(key);
    return view instanceof DataView ? view : new DataView(view.buffer ?? view);
  };
  const network = loadNetwork(model.get("layers"), bytes("weights"));
  const examples = bytes("examples");
  const labels = model.get("example_labels");
  const view = frame({ model, el }, { label: "Draw a digit", reset: () => {
    clear();
    recognise();
    sync();
  } });
  let image = new Float32Array(SIDE * SIDE); // what the network sees
  let empty = true;
  let example = -1; // the example on the pad, as long as nothing was drawn over it
  let untouched = false; // the pad still shows what it showed when the page opened

  // ---- the picture ------------------------------------------------------------------------------
  const pad = h("canvas", { class: "dl-draw-digit-pad", width: PAD, height: PAD, tabindex: "0", role: "application",
    "aria-roledescription": "drawing pad", "aria-label": "Drawing pad", "data-lm-suppress-shortcuts": "true" });
  const pen = h("div", { class: "dl-draw-digit-pen", hidden: true });
  const said = h("p", { class: "dl-hidden", "aria-live": "polite" });
  const hint = h("p", { class: "dl-draw-digit-hint", id: uid("dl-draw-digit-hint") }, HINT);
  pad.setAttribute("aria-describedby", hint.id);
  const ink = pad.getContext("2d", { willReadFrequently: true });
  ink.lineCap = ink.lineJoin = "round";
  ink.lineWidth = PEN;
  ink.strokeStyle = ink.fillStyle = "#fff";

  const seen = h("canvas", { role: "img", "aria-label": "What the network sees: 28 by 28 pixels" });
  const seenPixels = raster(SIDE, SIDE);
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("div", { class: "dl-draw-digit-bar" });
    const number = h("td", { class: "dl-draw-digit-number" });
    const line = h("tr", {}, h("th", { scope: "row" }, String(digit)),
      h("td", { class: "dl-draw-digit-track" }, bar), number);
    return { bar, number, line };
  });
  const maps = h("canvas", { role: "img" });
  const scale = h("canvas", { "aria-hidden": "true" });
  const [low, high] = [h("span", {}), h("span", {})];
  const mapsTitle = title("");
  const mapsPart = h("div", { class: "dl-draw-digit-maps" }, mapsTitle, maps,
    h("div", { class: "dl-draw-digit-scale" }, low, scale, high));
  view.picture.append(h("div", { class: "dl-draw-digit" },
    h("div", { class: "dl-draw-digit-row" },
      h("div", { class: "dl-draw-digit-draw" }, title("Draw here"), h("div", { class: "dl-draw-digit-board" }, pad, pen)),
      h("div", { class: "dl-draw-digit-seen" }, title("Network input"), seen, hint),
      h("div", { class: "dl-draw-digit-answer" }, title("Network output"), h("table", {},
        h("thead", { class: "dl-hidden" }, h("tr", {}, ...["digit", "bar", "probability"].map((name) =>
          h("th", { scope: "col" }, name)))),
        h("tbody", {}, ...bars.map(({ line }) => line))))),
    mapsPart), said);

  const choices = mapLayers(network);
  const chosen = select(view.controls, { label: "Example", onChange: (value) => value !== "" && take(Number(value)),
    options: [{ value: "", text: "choose…" }, ...labels.map((digit, i) => ({ value: i, text: `${i + 1}: ${named(digit)}` }))] });
  const layer = select(view.controls, { label: "Feature maps", value: "0", onChange: fitAll,
    options: choices.map(({ name }, i) => ({ value: i, text: name })) });

  if (!choices.length) { // dense layers only
    mapsPart.remove();
    layer.box.remove();
  }

  // ---- drawing ----------------------------------------------------------------------------------
  function clear() {
    ink.clearRect(0, 0, PAD, PAD);
    empty = true;
    example = -1;
    untouched = false;
    chosen.set("");
  }

  function stroke(x0, y0, x1, y1) {
    if (untouched) clear();
    example = -1;
    empty = false;
    chosen.set("");
    ink.beginPath();
    ink.moveTo(x0, y0);
    ink.lineTo(x1, y1 + (x0 === x1 && y0 === y1 ? 0.01 : 0)); // a tap makes a dot
    ink.stroke();
    ask();
  }

  function load(index) {
    clear();
    image = Float32Array.from({ length: SIDE * SIDE }, (_, i) => examples.getUint8(index * SIDE * SIDE + i) / 255);
    const pixels = raster(SIDE, SIDE);
    pixels.paint((x, y) => [255, 255, 255, 255 * image[y * SIDE + x]]);
    pixels.stamp(ink, 0, 0, PAD, PAD);
    empty = false;
    example = index;
    chosen.set(index);
    recognise();
  }

  function take(index) {
    load(index);
    sync();
  }

  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * PAD, ((event.clientY - box.top) / box.height) * PAD];
  };
  let last = null;
  let finger = 0; // the pointer that draws; others have no part in its line
  pad.addEventListener("pointerdown", (event) => {
    if (event.button || (last && event.pointerId !== finger)) return;
    finger = event.pointerId;
    pad.setPointerCapture(event.pointerId);
    pen.hidden = true;
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
    ask.cancel();
    recognise();
    sync();
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);

  // By keyboard. Two arrow keys held together move the pen diagonally.
  const cursor = { x: PAD / 2, y: PAD / 4, down: false };
  const held = new Set();
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function showPen() {
    pen.hidden = false;
    pen.classList.toggle("dl-draw-digit-down", cursor.down);
    pen.style.left = `${(cursor.x / PAD) * 100}%`;
    pen.style.top = `${(cursor.y / PAD) * 100}%`;
  }
  function tell(what) {
    const place = (value) => Math.round(value / STEP);
    said.textContent = `${what}Column ${place(cursor.x)}, row ${place(cursor.y)} of ${SIDE}.`;
  }
  pad.addEventListener("keydown", (event) => {
    if (isChord(event)) return;
    if (ways[event.key]) {
      held.add(event.key);
      const { x, y } = cursor;
      const length = STEP * (event.shiftKey ? 4 : 1);
      for (const key of held) {
        cursor.x = clamp(cursor.x + ways[key][0] * length, STEP, PAD - STEP);
        cursor.y = clamp(cursor.y + ways[key][1] * length, STEP, PAD - STEP);
      }
      if (cursor.down) stroke(x, y, cursor.x, cursor.y);
    } else if (event.key === " " || event.key === "Enter") {
      if (!event.repeat) {
        cursor.down = !cursor.down;
        if (cursor.down) stroke(cursor.x, cursor.y, cursor.x, cursor.y);
        tell(cursor.down ? "Pen down. " : "Pen up. ");
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear();
      cursor.down = false;
      ask();
    } else return;
    showPen();
    event.preventDefault();
    event.stopPropagation();
  });
  pad.addEventListener("keyup", (event) => {
    held.delete(event.key);
    if (ways[event.key]) tell("");
    if (last || untouched) return;
    ask.cancel();
    recognise();
    sync();
  });
  pad.addEventListener("focus", () => {
    if (pad.matches(":focus-visible") && !last) showPen();
  });
  pad.addEventListener("blur", () => {
    held.clear();
    cursor.down = false;
    pen.hidden = true;
  });

  // ---- recognising ------------------------------------------------------------------------------
  const drawn = new Float32Array(PAD * PAD);
  function look() {
    const data = ink.getImageData(0, 0, PAD, PAD).data;
    for (let i = 0; i < drawn.length; i++) drawn[i] = data[4 * i + 3] / 255;
    return centreDigit(drawn, PAD, PAD);
  }

  function recognise() {
    const start = performance.now();
    if (example < 0) image = (!empty && look()) || new Float32Array(SIDE * SIDE);
    const found = runNetwork(network, image);
    showSeen();
    showBars(found);
    showMaps();
    // For `make bench`: how long one drawn digit takes, all of it.
    view.root.dataset.milliseconds = (performance.now() - start).toFixed(2);
  }
  const ask = oncePerFrame(recognise);

  function sync() {
    model.set("pixels", packed(image));
    model.set("prediction", empty ? -1 : ranked()[0].digit);
    model.save_changes();
  }

  function ranked() {
    const { values } = network[network.length - 1];
    return [...values].map((share, digit) => ({ digit, share })).sort((a, b) => b.share - a.share);
  }

  const percent = (share) => (share > 0.999 ? ">99.9%" : `${format(100 * share, share > 0.99 ? 1 : 0)}%`);
  function sentence() {
    if (empty) return NOTHING;
    const [first, second] = ranked();
    const label = example < 0 ? "" : ` Its label is ${labels[example]}.`;
    const name = ({ digit, share }) => `${named(digit)} (${percent(share)})`;
    if (first.share >= SURE) return `I read ${name(first)}.${label}`;
    if (first.share >= LIKELY) return `Probably ${name(first)}, perhaps ${name(second)}.${label}`;
    return `I am not sure: ${name(first)}, or ${name(second)}?${label}`;
  }

  // ---- showing ----------------------------------------------------------------------------------
  // Sizes are taken once, in fitAll; what runs on every stroke only paints and asks for no layout.
  let [seenSide, seenContext, shown, mapsContext, scaleContext] = [];
  const scalePixels = raster(SHADES, 1);
  let tables = {};

  function fitAll() {
    const theme = colours(view.root);
    tables = {
      magnitude: Array.from({ length: SHADES }, (_, i) => viridis(i / (SHADES - 1))),
      signed: Array.from({ length: SHADES }, (_, i) => signed((2 * i) / (SHADES - 1) - 1, theme)),
    };
    seenSide = seen.parentElement.clientWidth;
    seenContext = fit(seen, seenSide, seenSide);
    scaleContext = fit(scale, 120, 10);
    showSeen();
    if (!choices.length) return;
    const { from, name } = choices[Number(layer.input.value)];
    const [height, width, count] = from.output;
    const room = mapsPart.clientWidth;
    const across = room < 500 || count <= 8 ? 8 : 16;
    const gap = 4;
    const side = (room - gap * (across - 1)) / across;
    const words = `${name}: ${count} feature maps of ${height} × ${width}`;
    mapsContext = fit(maps, room, Math.ceil(count / across) * (side + gap) - gap);
    shown = { from, height, width, count, across, side, pitch: side + gap, words, pixels: raster(width, height * count) };
    mapsTitle.textContent = words;
    showMaps();
  }

  function showSeen() {
    seenPixels.paint((x, y) => grey(image[y * SIDE + x]));
    seenPixels.stamp(seenContext, 0, 0, seenSide, seenSide, false);
  }

  function showBars(found) {
    const best = ranked()[0].digit;
    bars.forEach(({ bar, number, line }, digit) => {
      const share = empty ? 0 : found[digit];
      bar.style.transform = `scaleX(${share})`;
      number.textContent = empty ? "–" : percent(share);
      line.classList.toggle("dl-draw-digit-best", !empty && digit === best);
    });
    view.say(sentence());
  }

  function showMaps() {
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
    mapsContext.imageSmoothingEnabled = false;
    for (let i = 0; i < count; i++) {
      mapsContext.drawImage(pixels.canvas, 0, i * height, width, height,
        (i % across) * pitch, Math.floor(i / across) * pitch, side, side);
    }
    scalePixels.paint((x) => table[x]);
    scalePixels.stamp(scaleContext, 0, 0, 120, 10);
    low.textContent = bottom ? format(bottom, 2) : "0";
    high.textContent = format(top, 2);
    maps.setAttribute("aria-label", `${words}, values from ${format(least, 2)} to ${format(most, 2)}`);
  }

  const again = oncePerFrame(fitAll);
  const resized = new ResizeObserver(again);
  resized.observe(seen.parentElement);
  resized.observe(mapsPart); // it can become narrower while the other does not
  view.cleanup(() => resized.disconnect());
  view.cleanup(onTheme(fitAll));
  view.cleanup(ask.cancel);
  view.cleanup(again.cancel);
  queueMicrotask(() => {
    fitAll();
    load(0); // not into the model: a second view of a pad leaves the drawing that Python has
    untouched = true;
  });
  return view.destroy;
}

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
    const kind = layer.kind === "pooling" ? `${layer.function === "max" ? "Max" : "Average"} pooling` : "Convolution";
    counts[kind] = (counts[kind] ?? 0) + 1;
    found.push({ from, name: `${kind} ${counts[kind]}` });
  });
  return found;
}

export default { render };
