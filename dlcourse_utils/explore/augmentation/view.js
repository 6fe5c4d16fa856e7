import { raster } from "../kit/canvas.js";
import { button, select, slider } from "../kit/controls.js";
import { clamp, format, h, isChord } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, shareable, watch } from "../kit/model.js";
import { seeded } from "../kit/random.js";

// The same as in augmentation.py.
const DRAWS = 24;
const LARGEST = {
  rotation: 180,
  shift: 0.5,
  flip: 1,
  zoom: 0.8,
  crop: 0.8,
  brightness: 1,
  noise: 0.5,
};
const FILLS = ["black", "edge", "mirror"];
const NOISE = 2 ** 31;

const COLUMNS = 6;
const share = (value) => `${format(100 * value, 0)} %`;
const unlessZero = (words) => (value) => (value ? words(value) : "none");
const WORDS = {
  rotation: { label: "Rotation", step: 1, show: unlessZero((value) => `±${format(value, 0)}°`) },
  shift: { label: "Shift", step: 0.01, show: unlessZero((value) => `±${share(value)}`) },
  flip: { label: "Flip left–right", step: 0.01, show: unlessZero((value) => `in ${share(value)}`) },
  zoom: { label: "Zoom", step: 0.01, show: unlessZero((value) => `±${share(value)}`) },
  crop: { label: "Crop", step: 0.01, show: unlessZero((value) => `≤ ${share(value)}`) },
  brightness: {
    label: "Brightness",
    step: 0.01,
    show: unlessZero((value) => `±${format(value, 2)}`),
  },
  noise: { label: "Noise", step: 0.01, show: unlessZero((value) => format(value, 2)) },
};
const names = Object.keys(WORDS);

/** What draw `number` does: { flipped, angle, zoom, shift, crop, brightness } as in Python. */
function parametersOf(number, set, [height, width]) {
  const random = seeded(4096 * set.seed + number);
  const chance = Array.from({ length: 9 }, () => random());
  const eitherWay = chance.map((value) => 2 * value - 1);
  const side = 1 - set.crop * chance[5];
  return {
    flipped: chance[3] < set.flip,
    angle: set.rotation * eitherWay[0],
    zoom: 1 + set.zoom * eitherWay[4],
    shift: [set.shift * width * eitherWay[1], set.shift * height * eitherWay[2]],
    crop: [(1 - side) * width * chance[6], (1 - side) * height * chance[7], side],
    brightness: set.brightness * eitherWay[8],
  };
}

/** A pixel's number along one side, brought inside of the image. */
function inside(index, size, fill) {
  if (fill !== "mirror") return clamp(index, 0, size - 1);
  const turn = ((index % (2 * size)) + 2 * size) % (2 * size);
  return Math.min(turn, 2 * size - 1 - turn);
}

/** The image flipped, turned, zoomed, shifted and cropped, in one bilinear resampling. */
function warp(image, [height, width, channels], draw, fill) {
  const [left, top, side] = draw.crop;
  const angle = (draw.angle * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const mirror = draw.flipped ? -1 : 1;
  const result = new Float64Array(image.length);
  for (let i = 0, at = 0; i < height; i += 1) {
    const y = top + side * (i + 0.5) - height / 2 - draw.shift[1];
    for (let j = 0; j < width; j += 1, at += channels) {
      const x = left + side * (j + 0.5) - width / 2 - draw.shift[0];
      const column = ((x * cosine - y * sine) / draw.zoom) * mirror + (width - 1) / 2;
      const row = (x * sine + y * cosine) / draw.zoom + (height - 1) / 2;
      const [firstRow, firstColumn] = [Math.floor(row), Math.floor(column)];
      for (let r = firstRow; r <= firstRow + 1; r += 1) {
        for (let c = firstColumn; c <= firstColumn + 1; c += 1) {
          const outside = r < 0 || r >= height || c < 0 || c >= width;
          if (outside && fill === "black") continue;
          const weight = (1 - Math.abs(row - r)) * (1 - Math.abs(column - c));
          const from =
            (outside ? inside(r, height, fill) * width + inside(c, width, fill) : r * width + c) *
            channels;
          for (let k = 0; k < channels; k += 1) result[at + k] += weight * image[from + k];
        }
      }
    }
  }
  return result;
}

/** Draw `number`, values from 0 to 1; `noiseOf(number)` gives its standard normal numbers. */
function augmented(image, shape, number, set, noiseOf) {
  const draw = parametersOf(number, set, shape);
  const values = warp(image, shape, draw, set.fill);
  const noise = set.noise ? noiseOf(number) : null;
  for (let at = 0; at < values.length; at += 1) {
    values[at] = clamp(values[at] + draw.brightness + (noise ? set.noise * noise[at] : 0), 0, 1);
  }
  return values;
}

/** The noise of a draw before it is given a strength. */
function makeNoise(seed, number, count) {
  const random = seeded(NOISE + 4096 * seed + number);
  return Float64Array.from({ length: count }, () => random.normal());
}

/** A draw in words: only what it does. */
function described(draw, set) {
  const [right, down] = draw.shift;
  const side = (value, positive, negative) =>
    `${format(Math.abs(value), 1)} px ${value < 0 ? negative : positive}`;
  const parts = [
    draw.flipped && "flipped",
    set.rotation &&
      `turned ${format(Math.abs(draw.angle), 0)}° ${draw.angle < 0 ? "clockwise" : "anticlockwise"}`,
    set.zoom && `zoomed to ${share(draw.zoom)}`,
    set.shift && `moved ${side(right, "right", "left")} and ${side(down, "down", "up")}`,
    set.crop && `cropped to ${share(draw.crop[2])} of its sides`,
    set.brightness &&
      `${draw.brightness < 0 ? "darker" : "brighter"} by ${format(Math.abs(draw.brightness), 2)}`,
    set.noise && `noise ${format(set.noise, 2)}`,
  ].filter(Boolean);
  return parts.join(", ") || "nothing changed";
}

const markedIn = (model) => [...new Set(model.get("marked").map(Math.round))].sort((a, b) => a - b);

/** A source of the noise of each draw, kept while the seed is the same. */
function keptNoise(model, count) {
  let noise = { seed: null };
  return (number) => {
    const seed = model.get("seed");
    if (noise.seed !== seed) noise = { seed, of: new Map() };
    if (!noise.of.has(number)) noise.of.set(number, makeNoise(seed, number, count));
    return noise.of.get(number);
  };
}

/** A function that puts an image's values into a raster. */
function painter([, width, channels]) {
  return ({ paint: onto }, values) =>
    onto((column, row) => {
      const at = (row * width + column) * channels;
      return channels === 3
        ? [255 * values[at], 255 * values[at + 1], 255 * values[at + 2]]
        : Array(3).fill(255 * values[at]);
    });
}

/** The image and one draw, large; { el, show(number, draw) }. */
function largePair(image, [height, width], paint) {
  const large = (title) => {
    const cells = raster(width, height);
    const text = h("p", { class: "dl-augmentation-title" }, title);
    return { cells, text, part: h("div", {}, text, cells.canvas) };
  };
  const original = large("The image");
  const one = large("Draw 1");
  paint(original.cells, image);
  const note = h("p", { class: "dl-augmentation-note" });
  const el = h(
    "div",
    { class: "dl-augmentation-side", "aria-hidden": "true" },
    h("div", { class: "dl-augmentation-pair" }, original.part, one.part),
    note,
  );
  const show = (number, { values, words }) => {
    one.text.textContent = `Draw ${number + 1}`;
    paint(one.cells, values);
    note.textContent = words.replace(/^./, (first) => first.toUpperCase());
  };
  return { el, show };
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

/** The buttons of all draws: { picture, input } each; arrow keys go from one to the next. */
function drawButtons([height, width], { look, toggle }) {
  const move = (event, number) => {
    const next =
      event.key === "Home" ? 0 : event.key === "End" ? DRAWS - 1 : number + STEPS[event.key];
    if (!(next >= 0 && next < DRAWS) || isChord(event)) return;
    event.preventDefault();
    event.stopPropagation();
    cells[next].input.focus();
  };
  const cells = Array.from({ length: DRAWS }, (_, number) => {
    const picture = raster(width, height);
    const input = h(
      "button",
      {
        type: "button",
        class: "dl-augmentation-draw",
        "data-lm-suppress-shortcuts": "true",
        click: () => toggle(number),
        focus: () => look(number),
        pointerenter: (event) => event.pointerType === "mouse" && look(number),
        keydown: (event) => move(event, number),
      },
      picture.canvas,
    );
    return { picture, input };
  });
  return cells;
}

function drawsPart(cells, named) {
  return h(
    "div",
    { class: "dl-augmentation-draws" },
    h("p", { class: "dl-augmentation-title" }, `24 draws: mark those that are not ${named}`),
    h(
      "div",
      {
        class: "dl-augmentation-grid",
        role: "group",
        "aria-label": "24 draws, move by arrow keys",
      },
      ...cells.map(({ input }) => input),
    ),
  );
}

/** The controls; returns what sets them to a setting. */
function addControls(controls, model, { change, save }) {
  const sliders = names.map((name) =>
    slider(controls, {
      ...WORDS[name],
      min: 0,
      max: LARGEST[name],
      value: model.get(name),
      onInput: (value) => change(name, value),
      onChange: save,
    }),
  );
  controls.classList.add("dl-in-columns");
  const fill = select(controls, {
    label: "Outside of the image",
    value: model.get("fill"),
    options: [
      { value: "black", text: "black" },
      { value: "edge", text: "last pixels" },
      { value: "mirror", text: "mirrored" },
    ],
    onChange: (value) => {
      change("fill", value);
      save();
    },
  });
  button(controls, {
    label: "New draws",
    onClick: () => {
      change("seed", (model.get("seed") + 1) % 10000);
      save();
    },
  });
  return (set) => {
    names.forEach((name, i) => sliders[i].set(set[name]));
    fill.set(set.fill);
  };
}

/** The live sentence: what is turned up, and how many labels lie. */
function verdict(model, named) {
  const wrong = markedIn(model).length;
  const on = names
    .filter((name) => model.get(name))
    .map(
      (name) =>
        `${WORDS[name].label.split(" ")[0].toLowerCase()} ${WORDS[name].show(model.get(name))}`,
    )
    .join(", ");
  const judged = wrong
    ? `You marked ${wrong} of ${DRAWS} as not ${named}: with these strengths ${share(wrong / DRAWS)} of the labels lie.`
    : "No draw is marked: all labels are taken for true.";
  return `${on ? on[0].toUpperCase() + on.slice(1) : "Nothing changes the image"}. ${judged}`;
}

const seedRule = (value) => Number.isInteger(value) && value >= 0 && value <= 9999;

/** One image, random draws of its augmentation, and the reader's verdict on their label. */
function render({ model, el }) {
  const image = floats(model.get("pixels"));
  const shape = ["height", "width", "channels"].map((key) => model.get(key));
  const label = model.get("label");
  const named = label ? `“${label}”` : "what the label says";
  const address = shareable(model, "augmentation", {
    ...Object.fromEntries(names.map((name) => [name, [0, LARGEST[name]]])),
    fill: FILLS,
    seed: seedRule,
    marked: [0, DRAWS - 1],
  });
  const ui = frame({ model, el }, { label: "Augmentation", reset: () => address.reset() });
  /** Other draws: what was said of the old ones is void. */
  const change = (key, value) => {
    model.set(key, value);
    if (model.get("marked").length) model.set("marked", []);
    model.save_changes();
  };
  const toggle = (number) => {
    const now = markedIn(model);
    const next = now.includes(number) ? now.filter((other) => other !== number) : [...now, number];
    model.set(
      "marked",
      next.sort((a, b) => a - b),
    );
    model.save_changes();
    address.save();
  };

  const noiseOf = keptNoise(model, image.length);
  const paint = painter(shape);
  const pair = largePair(image, shape, paint);
  let looked = 0; // the draw that is shown large
  let draws = [];
  const look = (number) => {
    looked = number;
    cells.forEach(({ input }, i) => {
      input.tabIndex = i === looked ? 0 : -1;
      input.classList.toggle("dl-augmentation-looked", i === looked);
    });
    pair.show(looked, draws[looked]);
  };
  const cells = drawButtons(shape, { look, toggle });
  ui.picture.append(pair.el, drawsPart(cells, named));
  const setControls = addControls(ui.controls, model, { change, save: () => address.save() });

  const judge = () => {
    const wrong = markedIn(model);
    cells.forEach(({ input }, number) => {
      input.setAttribute("aria-pressed", wrong.includes(number));
      input.setAttribute("aria-label", `Draw ${number + 1}, not ${named}: ${draws[number].words}`);
    });
    ui.say(verdict(model, named));
  };
  const refresh = () => {
    const set = Object.fromEntries([...names, "fill", "seed"].map((key) => [key, model.get(key)]));
    draws = cells.map((_, number) => ({
      values: augmented(image, shape, number, set, noiseOf),
      words: described(parametersOf(number, set, shape), set),
    }));
    cells.forEach(({ picture }, number) => paint(picture, draws[number].values));
    setControls(set);
    look(looked);
    judge();
  };
  refresh();
  ui.cleanup(watch(model, [...names, "fill", "seed"], refresh));
  ui.cleanup(watch(model, ["marked"], judge));
  return ui.destroy;
}

export default { render };
