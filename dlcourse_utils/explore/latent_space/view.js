import { fit, raster } from "../kit/canvas.js";
import { rgb } from "../kit/colours.js";
import { select } from "../kit/controls.js";
import { clamp, format, h, oncePerFrame, pointerIn, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { grey } from "../kit/images.js";
import { floats, packed, shareable, watch } from "../kit/model.js";
import { handle, plot } from "../kit/plot.js";

const SIDE = 28;
const NEAR = 10; // codes that are asked which digit the point is among
const FAR = 4; // so many times as far from the codes as they are from each other: in a gap
const BUDGET_MS = 8; // of a frame's 16 ms; what is left of the strip waits for the next frame
const LEAST_TILE = 44; // px of an image in the strip

/** Layers with their weights, and room for what each puts out. */
function loadDecoder(layers, numbers) {
  const size = (shape) => shape.reduce((a, b) => a * b, 1);
  let start = 0;
  const take = (count) => numbers.subarray(start, (start += count));
  return layers.map((layer) => {
    const units = layer.output.at(-1);
    const loaded = { ...layer, values: new Float32Array(size(layer.output)) };
    if (layer.kind === "scale") loaded.weights = take(units);
    else if (layer.kind === "dense") loaded.weights = take(layer.input[0] * units);
    else if (layer.kernel) loaded.weights = take(size(layer.kernel) * layer.input[2] * units);
    if (loaded.weights) loaded.bias = take(units);
    return loaded;
  });
}

const COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

const RUN = {
  dense({ input, output, weights, bias, values }, x) {
    const units = output[0];
    values.set(bias);
    for (let i = 0; i < input[0]; i += 1) {
      if (x[i] === 0) continue;
      for (let u = 0; u < units; u += 1) values[u] += x[i] * weights[i * units + u];
    }
  },
  scale({ weights, bias, values }, x) {
    for (let i = 0; i < x.length; i += 1)
      values[i] = x[i] * weights[i % weights.length] + bias[i % bias.length];
  },
  upsampling({ input, output, size, values }, x) {
    const [rows, columns, channels] = output;
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const from =
          (Math.floor(row / size[0]) * input[1] + Math.floor(column / size[1])) * channels;
        for (let c = 0; c < channels; c += 1, at += 1) values[at] = x[from + c];
      }
    }
  },
  convolution: (layer, x) => slide(layer, x, layer.output, layer.input, false),
  transpose: (layer, x) => slide(layer, x, layer.input, layer.output, true),
  activation({ function: name, slope, values }, x) {
    for (let i = 0; i < x.length; i += 1) {
      const z = x[i];
      if (name === "tanh") values[i] = Math.tanh(z);
      else if (name === "sigmoid") values[i] = 1 / (1 + Math.exp(-z));
      else if (z > 0) values[i] = z;
      else values[i] = name === "elu" ? slope * Math.expm1(z) : slope * z; // relu: slope 0
    }
  },
};

/**
 * A convolution gathers from the large side into the small one; a transposed one scatters the other
 * way, along the same pairs of cells.
 */
function slide({ kernel, stride, padding, weights, bias, values }, x, small, large, scatter) {
  const [inputs, units] = scatter ? [small[2], large[2]] : [large[2], small[2]];
  for (let at = 0; at < values.length; at += units) values.set(bias, at);
  for (let row = 0; row < small[0]; row += 1) {
    for (let i = 0; i < kernel[0]; i += 1) {
      const y = row * stride[0] - padding[0] + i;
      if (y < 0 || y >= large[0]) continue;
      for (let column = 0; column < small[1]; column += 1) {
        for (let j = 0; j < kernel[1]; j += 1) {
          const left = column * stride[1] - padding[1] + j;
          if (left < 0 || left >= large[1]) continue;
          const [one, other] = [row * small[1] + column, y * large[1] + left];
          const from = (scatter ? one : other) * inputs;
          const to = (scatter ? other : one) * units;
          for (let c = 0; c < inputs; c += 1) {
            const signal = x[from + c];
            if (signal === 0) continue; // what ReLU cut off
            const base = ((i * kernel[1] + j) * inputs + c) * units;
            for (let u = 0; u < units; u += 1) values[to + u] += signal * weights[base + u];
          }
        }
      }
    }
  }
}

/** The image of one point, 28·28 numbers (valid until the next call). */
function decode(decoder, point) {
  let values = Float32Array.from(point);
  for (const layer of decoder) {
    RUN[layer.kind](layer, values);
    values = layer.values;
  }
  return values;
}

/** Ten hues of one lightness, so that no digit stands out; the numerals tell them apart in grey. */
const tint = (digit, dark) =>
  `oklch(${dark ? "0.8 0.13" : "0.5 0.16"} ${(digit * 108 + 25) % 360})`;
const named = (digit) => (digit === 8 ? "an 8" : `a ${digit}`);
const bytes = (view) =>
  view ? [...new Uint8Array(view.buffer ?? view, view.byteOffset ?? 0, view.byteLength)] : [];

/** The plane: its codes and what can be said of a place among them. */
function planeOf(model) {
  const flat = floats(model.get("codes"));
  const labels = bytes(model.get("labels"));
  const codes = Array.from({ length: flat.length / 2 }, (_, i) => ({
    x: flat[2 * i],
    y: flat[2 * i + 1],
    digit: labels[i],
  }));
  const span = model.get("span");
  const [xs, ys] = [span.slice(0, 2), span.slice(2)];
  // Distances in shares of the plane, as the reader sees them.
  const distance = (a, b) =>
    Math.hypot((a.x - b.x) / (xs[1] - xs[0]), (a.y - b.y) / (ys[1] - ys[0]));
  const around = (spot, skip) =>
    codes
      .filter((code) => code !== skip)
      .map((code) => ({ code, away: distance(code, spot) }))
      .sort((a, b) => a.away - b.away);
  /** The code nearest to the median of a digit's codes: a typical one that really exists. */
  const typical = (digit) => {
    const mine = codes.filter((code) => code.digit === digit);
    const median = (key) => mine.map((code) => code[key]).sort((a, b) => a - b)[mine.length >> 1];
    const middle = { x: median("x"), y: median("y") };
    return mine.reduce((best, code) =>
      distance(code, middle) < distance(best, middle) ? code : best,
    );
  };
  return {
    xs,
    ys,
    codes,
    digits: [...new Set(labels)].sort(),
    around,
    typical,
    usual: usualGap(codes, around),
  };
}

/** How far a code is from its next one, the median of some. */
function usualGap(codes, around) {
  const some = codes.filter((_, i) => i % Math.ceil(codes.length / 60) === 0);
  const gaps = some.map((code) => around(code, code)[0]?.away ?? 0).sort((a, b) => a - b);
  return Math.max(gaps[gaps.length >> 1] ?? 0, 0.01);
}

/** Which digits the nearest codes are, in words; undefined without labels. */
function neighbours({ digits, around, usual }, [x, y]) {
  if (!digits.length) return undefined;
  const near = around({ x, y }).slice(0, NEAR);
  if (near[0].away > FAR * usual) return "No real digit has its code near here.";
  const votes = new Map();
  for (const { code } of near) votes.set(code.digit, (votes.get(code.digit) ?? 0) + 1);
  const kinds = [...votes].sort((a, b) => b[1] - a[1]);
  if (kinds.length === 1) return `The ${near.length} nearest real digits are all ${kinds[0][0]}s.`;
  const words = kinds
    .slice(0, 3)
    .map(([digit, times]) => `${COUNTS[times]} ${digit}${times > 1 ? "s" : ""}`);
  return `Nearest ${near.length} real digits: ${words.join(", ")}${kinds.length > 3 ? " and others" : ""}.`;
}

const where = ([x, y]) => `${format(x, 2)}, ${format(y, 2)}`;

/** The live sentence. */
function sentence(field, point) {
  const far = field.codes.length ? "" : `, ${format(Math.hypot(...point), 2)} from the middle`;
  return `Point ${where(point)}${far}. ${neighbours(field, point) ?? ""}`.trim();
}

/** A sheet with the codes, drawn once and copied while a point moves: a function that brings it up to date. */
function codesSheet(codes) {
  const sheet = h("canvas");
  let drawn = ""; // what the sheet holds
  return ({ width, height, theme, sx, sy }, shown) => {
    const wanted = `${width} ${devicePixelRatio} ${theme.paper} ${shown}`;
    if (drawn === wanted) return sheet;
    drawn = wanted;
    const context = fit(sheet, width, height);
    context.font = "600 11px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const dark = rgb(theme.paper)[0] < 128;
    for (const { x, y, digit } of codes) {
      context.globalAlpha = shown !== "" && digit !== Number(shown) ? 0.16 : 1;
      if (digit === undefined) {
        context.beginPath();
        context.arc(sx(x), sy(y), 2.4, 0, 2 * Math.PI);
        context.fillStyle = theme.muted;
        context.fill();
      } else {
        context.fillStyle = tint(digit, dark);
        context.fillText(String(digit), sx(x), sy(y));
      }
    }
    return sheet;
  };
}

/** The plane with its codes and the walk between its two handles. */
function planePlot(parent, { field, start, point, shown, set, settle }) {
  const upToDate = codesSheet(field.codes);
  const walk = svg("path", { class: "dl-latent-space-walk" });
  const draw = (view) => {
    const sheet = upToDate(view, shown());
    const { context, inner } = view;
    context.save();
    context.beginPath();
    context.rect(inner.x, inner.y, inner.width, inner.height);
    context.clip();
    context.drawImage(sheet, 0, 0, view.width, view.height);
    context.restore();
    const [[x0, y0], [x1, y1]] = [start(), point()].map(([x, y]) => [view.sx(x), view.sy(y)]);
    walk.setAttribute("d", `M${x0},${y0}L${x1},${y1}`);
    const halo = walk.cloneNode();
    halo.classList.add("dl-latent-space-halo");
    view.marks.append(halo, walk);
  };
  const plane = plot(parent, {
    x: field.xs,
    y: field.ys,
    label: "The latent plane",
    xLabel: "first latent number",
    yLabel: "second latent number",
    maxWidth: 460,
    draw,
  });
  plane.svg.classList.add("dl-latent-space-map");
  plane.svg.addEventListener("click", (event) => {
    // a finger that scrolls the page sends none
    const [x, y] = pointerIn(plane.svg, event);
    const { inner } = plane;
    const outside =
      x < inner.x || y < inner.y || x > inner.x + inner.width || y > inner.y + inner.height;
    if (outside || event.target.closest(".dl-handle")) return;
    set({ x: plane.sx.invert(x), y: plane.sy.invert(y) });
    settle();
  });
  handle(plane, {
    label: "Ring: where the walk begins",
    at: start,
    shape: "turn",
    text: () => where(start()),
    onMove: (x, y) => set({ start_x: x, start_y: y }),
    onEnd: settle,
  });
  handle(plane, {
    label: "Disc: the point that is decoded",
    at: point,
    text: () => `${where(point())}. ${neighbours(field, point()) ?? ""}`,
    onMove: (x, y) => set({ x, y }),
    onEnd: settle,
  });
  return plane;
}

/** The places of the images beside and under the plane. */
function imageParts() {
  const image = h("canvas", { role: "img", "aria-label": "The decoded image, 28 by 28 pixels" });
  const right = h(
    "div",
    { class: "dl-latent-space-image" },
    h("p", { class: "dl-latent-space-title" }, "The decoder draws"),
    image,
  );
  const strip = h("canvas", {
    role: "img",
    "aria-label": "What the decoder draws on the way between the two points",
  });
  const walkPart = h(
    "div",
    { class: "dl-latent-space-strip" },
    h("p", { class: "dl-latent-space-title" }, "On the straight way from the ring to the disc"),
    strip,
  );
  return { image, right, strip, walkPart };
}

/** A canvas of a new size that shows, stretched, what it showed, until that is drawn anew. */
function resize(canvas, width, height) {
  const before = canvas.cloneNode();
  before.getContext("2d").drawImage(canvas, 0, 0);
  const context = fit(canvas, width, height);
  context.drawImage(before, 0, 0, width, height);
  return context;
}

/**
 * What draws the image of the point and, image by image within a budget of time, the strip of the walk.
 * onDraw() is called with each new image of the point. Returns { ask(), fitAll(), cancel() }.
 */
function imageDrawer({ image, right, strip, walkPart }, { decoder, start, point }, onDraw) {
  const lowest = decoder.at(-1).function === "tanh" ? -1 : 0;
  const pixels = raster(SIDE, SIDE);
  const stamp = (context, values, x, side) => {
    pixels.paint((column, row) => grey((values[row * SIDE + column] - lowest) / (1 - lowest)));
    pixels.stamp(context, x, 0, side, side, false);
  };
  let [imageContext, stripContext, imageSide, tile, count] = [];
  let next = 0; // the first image of the strip that is out of date
  let place = ""; // what the strip shows, or is about to
  let stale = 0; // images of the strip still to be drawn
  const drawStrip = (until) => {
    do {
      const share = next / (count - 1);
      const spot = start().map((value, axis) => value + share * (point()[axis] - value));
      stamp(stripContext, decode(decoder, spot), next * (tile.side + tile.gap), tile.side);
      next = (next + 1) % count;
      stale -= 1;
    } while (stale > 0 && performance.now() < until);
    if (stale > 0) more();
  };
  const more = oncePerFrame(() => drawStrip(performance.now() + BUDGET_MS));
  const paint = oncePerFrame(() => {
    if (!imageContext) return;
    const until = performance.now() + BUDGET_MS;
    const here = [start(), point()].flat().join();
    if (here !== place) [place, next] = [here, next % count]; // goes on where it was: no image starves
    stamp(imageContext, decode(decoder, point()), 0, imageSide);
    onDraw();
    drawStrip(until);
  });
  const ask = () => {
    stale = count ?? 0;
    more.cancel();
    paint();
  };
  const fitAll = () => {
    imageSide = right.clientWidth;
    const room = walkPart.clientWidth;
    if (!imageSide || !room) return; // not on the page: a canvas without pixels cannot be copied
    imageContext = resize(image, imageSide, imageSide);
    count = clamp(Math.floor(room / LEAST_TILE), 5, 11);
    const gap = 6;
    tile = { side: Math.min((room - gap * (count - 1)) / count, 76), gap };
    stripContext = resize(strip, count * (tile.side + gap) - gap, tile.side);
    next = 0; // there may be fewer images than before
    ask();
  };
  return {
    ask,
    fitAll,
    cancel() {
      more.cancel();
      paint.cancel();
    },
  };
}

/** Selects for where labels are known: { filter, forget() }; forget takes back a digit that a point has left. */
function addControls(controls, model, { digits, typical }, { set, settle, filterTo }) {
  if (!digits.length) return { filter: null, forget() {} };
  const jump = (label, [keyX, keyY]) => {
    const options = [
      { value: "", text: "choose…" },
      ...digits.map((digit) => ({ value: digit, text: named(digit) })),
    ];
    const choice = select(controls, {
      label,
      value: "",
      options,
      onChange: (value) => {
        if (value === "") return;
        const { x, y } = typical(Number(value));
        set({ [keyX]: x, [keyY]: y });
        settle();
        choice.set(value);
      },
    });
    return choice;
  };
  const jumps = [
    ["Ring to", ["start_x", "start_y"]],
    ["Disc to", ["x", "y"]],
  ].map(([label, keys]) => ({ choice: jump(label, keys), keys }));
  const filter = select(controls, {
    label: "Codes shown",
    value: "",
    options: [
      { value: "", text: "all digits" },
      ...digits.map((digit) => ({ value: digit, text: `only ${digit}` })),
    ],
    onChange: filterTo,
  });
  const forget = () => {
    for (const {
      choice,
      keys: [keyX, keyY],
    } of jumps) {
      if (choice.input.value === "") continue;
      const spot = typical(Number(choice.input.value));
      if (spot.x !== model.get(keyX) || spot.y !== model.get(keyY)) choice.set("");
    }
  };
  return { filter, forget };
}

/** The plane of a decoder: every point is an image. */
function render({ model, el }) {
  const decoder = loadDecoder(model.get("layers"), floats(model.get("weights")));
  const field = planeOf(model);
  const { xs, ys } = field;
  const link = shareable(model, "latent_space", { x: xs, y: ys, start_x: xs, start_y: ys });
  const point = () => [model.get("x"), model.get("y")];
  const start = () => [model.get("start_x"), model.get("start_y")];
  let shown = ""; // the digit that is shown alone
  const ui = frame(
    { model, el },
    {
      label: "Latent space",
      reset: () => {
        link.reset();
        shown = "";
        filter?.set("");
        publish();
        drawer.ask();
      },
    },
  );
  const set = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
    drawer.ask();
  };
  const publish = () => {
    model.set("pixels", packed(decode(decoder, point())));
    model.save_changes();
  };
  const settle = () => {
    publish();
    link.save();
  };
  const left = h("div", { class: "dl-latent-space-plane" });
  const places = imageParts();
  ui.picture.append(left, places.right, places.walkPart);
  const plane = planePlot(left, { field, start, point, shown: () => shown, set, settle });
  const drawer = imageDrawer(places, { decoder, start, point }, () => {
    plane.redraw();
    ui.say(sentence(field, point()));
  });
  const { filter, forget } = addControls(ui.controls, model, field, {
    set,
    settle,
    filterTo: (value) => {
      shown = value;
      plane.redraw();
    },
  });

  const again = oncePerFrame(drawer.fitAll);
  const resized = new ResizeObserver(again);
  resized.observe(places.right);
  resized.observe(places.walkPart);
  ui.cleanup(() => resized.disconnect());
  ui.cleanup(
    watch(model, ["x", "y", "start_x", "start_y"], () => {
      forget();
      drawer.ask();
    }),
  );
  ui.cleanup(again.cancel);
  ui.cleanup(drawer.cancel);
  ui.cleanup(plane.destroy);
  queueMicrotask(drawer.fitAll);
  return ui.destroy;
}

export default { render };
