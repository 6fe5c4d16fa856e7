import { raster } from "../kit/canvas.js";
import { css, viridis } from "../kit/colours.js";
import { button, select } from "../kit/controls.js";
import { clamp, format, h, oncePerFrame, pointerIn, svg, uid } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { floats, shareable, watch } from "../kit/model.js";
import { plot } from "../kit/plot.js";

const MEAN = -1; // in place of a head: the mean of all heads
const LISTED = 3; // keys that the sentence names,
const WORTH_NAMING = 0.1; // if they have so much weight
const WORTH_LINKING = 0.04;
const LARGEST_CELL = 36;
const SMALLEST_LABELLED_CELL = 8;
const TALLEST = 420;
const LONGEST_LABEL = 9;

/** The weights of a layer and head, or the mean of its heads: queries × keys, row after row. */
function weightsOf(weights, [heads, queries, keys], layer, head) {
  const size = queries * keys;
  const part = (index) =>
    Array.from(
      weights.subarray((layer * heads + index) * size, (layer * heads + index + 1) * size),
    );
  if (head !== MEAN) return part(head);
  const parts = Array.from({ length: heads }, (_, index) => part(index));
  return parts[0].map((_, i) => parts.reduce((sum, values) => sum + values[i], 0) / heads);
}

/** Over how many keys a row spreads: the exponential of its entropy. */
function spread(row) {
  return Math.exp(
    -row.reduce((sum, weight) => (weight > 0 ? sum + weight * Math.log(weight) : sum), 0),
  );
}

/** The weight that gets the brightest colour: the upper quartile of what the rows reach. */
function brightest(map, keys) {
  const tops = Array.from({ length: map.length / keys }, (_, i) =>
    Math.max(...map.slice(i * keys, (i + 1) * keys)),
  );
  return tops.sort((a, b) => a - b)[Math.floor(0.75 * (tops.length - 1))] || 1;
}

const seen = (token) => token.replaceAll(" ", "␣").replaceAll("\n", "⏎") || "∅";
const short = (token) =>
  token.length > LONGEST_LABEL ? `${token.slice(0, LONGEST_LABEL - 1)}…` : token;

/** Black or white, whichever is easier to read on [red, green, blue]. */
function textOn(colour) {
  const [r, g, b] = colour.map((value) =>
    value <= 10 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "black" : "white";
}

/** What is shown: tokens, weights, and what the reader chose or points at. */
function stateOf(model) {
  const queries = model.get("query_tokens").map(seen);
  const keys = model.get("key_tokens").map(seen);
  const names = model.get("layer_names");
  const heads = model.get("heads");
  const weights = floats(model.get("weights"));
  const index = (key, lowest, count) => clamp(Math.round(model.get(key)), lowest, count - 1);
  const state = { queries, keys, names, heads, map: [], most: 1, pointed: null }; // pointed: [query, key or null]
  state.layer = () => index("layer", 0, names.length);
  state.head = () => index("head", MEAN, heads);
  state.chosen = () => index("query", 0, queries.length);
  state.shown = () => state.pointed?.[0] ?? state.chosen();
  state.rowOf = (query) => state.map.slice(query * keys.length, (query + 1) * keys.length);
  state.colourOf = (weight) => viridis(weight / state.most);
  state.compute = () => {
    state.map = weightsOf(
      weights,
      [heads, queries.length, keys.length],
      state.layer(),
      state.head(),
    );
    state.most = brightest(state.map, keys.length);
  };
  return state;
}

/** The curves from the query that is shown up to the keys that it looks at. */
function linkPaths(state, from, keyBoxes) {
  const [x0, y0] = [from.offsetLeft + from.offsetWidth / 2, from.offsetTop];
  return state.rowOf(state.shown()).flatMap((weight, i) => {
    if (weight < WORTH_LINKING) return [];
    const to = keyBoxes[i];
    const [x1, y1] = [to.offsetLeft + to.offsetWidth / 2, to.offsetTop + to.offsetHeight];
    const middle = (y0 + y1) / 2;
    return svg("path", {
      d: `M${x0},${y0}C${x0},${middle} ${x1},${middle} ${x1},${y1}`,
      "stroke-width": 0.8 + 7 * weight,
      opacity: 0.3 + 0.7 * weight,
    });
  });
}

/** The keys above, the queries to choose from below, the links between them. */
function tokenRows(state, { change, point, mouse }) {
  const { queries, keys } = state;
  const links = svg("svg", { class: "dl-attention-links", "aria-hidden": "true" });
  const shares = keys.map(() => h("small"));
  const keyBoxes = keys.map((token, i) =>
    h("li", { class: "dl-attention-key" }, h("span", {}, token), shares[i]),
  );
  const group = uid("dl-query");
  const radios = queries.map((token, i) =>
    h("input", {
      type: "radio",
      name: group,
      class: "dl-hidden",
      "aria-label": `${token}, ${i + 1} of ${queries.length}`,
      "data-lm-suppress-shortcuts": "true",
      change: () => change("query", i),
    }),
  );
  const queryBoxes = queries.map((token, i) =>
    h(
      "label",
      {
        class: "dl-attention-query",
        pointerenter: (event) => mouse(event, [i, null]),
        pointerleave: () => point(null),
      },
      radios[i],
      h("span", {}, token),
    ),
  );
  const el = h(
    "div",
    { class: "dl-attention-tokens" },
    links,
    h("p", { class: "dl-attention-title", id: `${group}-keys` }, "Keys: what is looked at"),
    h("ul", { class: "dl-attention-row", "aria-labelledby": `${group}-keys` }, ...keyBoxes),
    h(
      "fieldset",
      { class: "dl-attention-queries" },
      h("legend", { class: "dl-hidden" }, "Query: the token that looks"),
      h("div", { class: "dl-attention-row" }, ...queryBoxes),
    ),
    h(
      "p",
      { class: "dl-attention-title", "aria-hidden": "true" },
      "Queries: who looks (choose one)",
    ),
  );
  const drawLinks = oncePerFrame(() => {
    links.replaceChildren(...linkPaths(state, queryBoxes[state.shown()], keyBoxes));
  });
  const draw = () => {
    state.rowOf(state.shown()).forEach((weight, i) => {
      const colour = state.colourOf(weight);
      keyBoxes[i].style.background = css(colour);
      keyBoxes[i].style.color = textOn(colour);
      shares[i].textContent = weight < 0.005 ? "" : format(weight, 2).replace(/^0/, "");
    });
    queryBoxes.forEach((box, i) =>
      box.classList.toggle("dl-attention-pointed", i === state.pointed?.[0]),
    );
    drawLinks();
  };
  return { el, radios, draw, drawLinks };
}

const lengthOf = (tokens) => Math.max(...tokens.map((token) => short(token).length));

/** The tokens along the edges of the map; the shown query and its key in bold. */
function mapLabels({ queries, keys, shown }, best, { inner, sx, sy }) {
  const width = sx(1) - sx(0);
  const label = (text, here, place) => {
    if (!here && width < SMALLEST_LABELLED_CELL) return [];
    const style = `font-size:${clamp(width * 1.05, 9.5, 13)}px;${here ? "font-weight:700;" : ""}`;
    return [svg("text", { ...place, class: "dl-attention-label", style }, short(text))];
  };
  const above = (i) =>
    lengthOf(keys) === 1
      ? { x: sx(i + 0.5), y: inner.y - 7, "text-anchor": "middle" }
      : { transform: `translate(${sx(i + 0.5) + 4},${inner.y - 6}) rotate(-90)` };
  return [
    ...queries.flatMap((token, i) =>
      label(token, i === shown(), { x: inner.x - 5, y: sy(i + 0.5) + 4, "text-anchor": "end" }),
    ),
    ...keys.flatMap((token, i) => label(token, i === best, above(i))),
  ];
}

function drawMap(view, state, cells) {
  const { context, inner, sx, sy, theme } = view;
  const { keys, pointed } = state;
  cells.paint((column, row) => state.colourOf(state.map[row * keys.length + column]));
  cells.stamp(context, inner.x, inner.y, inner.width, inner.height, false);
  const row = state.rowOf(state.shown());
  const best = pointed?.[1] ?? row.indexOf(Math.max(...row));
  view.axes.replaceChildren(...mapLabels(state, best, view));
  const ring = (x, y, across, down) => {
    for (const [line, colour] of [
      [4.5, theme.paper],
      [2.5, theme.violet],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.strokeRect(x - 2, y - 2, across + 4, down + 4); // around the cells, not over them
    }
  };
  const height = sy(1) - sy(0);
  ring(inner.x, sy(state.shown()), inner.width, height);
  if (pointed && pointed[1] !== null)
    ring(sx(pointed[1]), sy(state.shown()), sx(1) - sx(0), height);
}

/** The map of all weights, read by pointing and chosen from by a click. */
function weightMap(parent, state, { change, point, mouse }) {
  const { queries, keys } = state;
  const cells = raster(keys.length, queries.length);
  const top = lengthOf(keys) === 1 ? 24 : 12 + 7.5 * lengthOf(keys);
  const margin = { left: 12 + 7.5 * lengthOf(queries), right: 6, bottom: 6, top };
  const cell = Math.min(LARGEST_CELL, TALLEST / Math.max(queries.length, keys.length));
  const heat = plot(parent, {
    x: [0, keys.length],
    y: [queries.length, 0],
    label: "Map of all weights: queries down, keys across",
    axes: false,
    margin,
    aspect: keys.length / queries.length,
    maxWidth: margin.left + margin.right + cell * keys.length,
    draw: (view) => drawMap(view, state, cells),
  });
  heat.svg.classList.add("dl-attention-map");
  const cellAt = (event) => {
    const [x, y] = pointerIn(heat.svg, event);
    const at = [heat.sy.invert(y), heat.sx.invert(x)].map(Math.floor);
    return at.every((value, i) => value >= 0 && value < [queries, keys][i].length) ? at : null;
  };
  heat.svg.addEventListener("pointermove", (event) => mouse(event, cellAt(event)));
  heat.svg.addEventListener("pointerleave", () => point(null));
  heat.svg.addEventListener("click", (event) => {
    const at = cellAt(event);
    if (at) change("query", at[0]);
  });
  return heat;
}

/** The colours' scale under the map; returns what writes its upper end. */
function addScale(parent, state) {
  const stops = Array.from({ length: 9 }, (_, i) => css(viridis(i / 8))).join();
  const end = h("span");
  parent.append(
    h(
      "div",
      { class: "dl-attention-scale" },
      h("span", {}, "weight 0"),
      h("span", { class: "dl-attention-bar", style: `background:linear-gradient(90deg,${stops})` }),
      end,
    ),
  );
  return () => {
    const more = state.map.some((weight) => weight > state.most + 0.005) ? " and more" : "";
    end.textContent = `${format(state.most, 2)}${more}`;
  };
}

/** The live sentence: at which keys the chosen query looks. */
function sentence({ queries, keys, chosen, rowOf }) {
  const row = rowOf(chosen());
  const order = row.map((weight, i) => [weight, i]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  const named = order
    .slice(0, LISTED)
    .filter(([weight], i) => weight > 0 && (!i || weight >= WORTH_NAMING))
    .map(([weight, i]) => `${i + 1} “${keys[i]}” ${format(weight, 2)}`);
  const who = `Query ${chosen() + 1} of ${queries.length}, “${queries[chosen()]}”,`;
  if (!named.length) return `${who} looks at nothing.`;
  return (
    `${who} looks most at key ${named.join(", then ")}. ` +
    `Spread like ${format(spread(row), 1)} equal weights, of ${keys.length}.`
  );
}

/** What is read off the map, under it. */
function noteText({ queries, keys, map, pointed }) {
  const [query, key] = pointed ?? [];
  if (key === undefined || key === null) return "Point at the map to read any weight.";
  const weight = format(map[query * keys.length + key], 3);
  return `“${queries[query]}” looks at ${key + 1} “${keys[key]}” with weight ${weight}.`;
}

/** Selects and buttons; returns what sets the selects to the model's values. */
function addControls(controls, state, { model, change }) {
  const { names, heads, queries } = state;
  const selects = [];
  const choice = (label, key, options) => {
    if (options.length < 2) return;
    const { set } = select(controls, {
      label,
      options,
      value: String(model.get(key)),
      onChange: (value) => change(key, Number(value)),
    });
    selects.push(() => set(String(state[key]())));
  };
  const number = (i) => ({ value: String(i), text: String(i + 1) });
  choice(
    "Layer",
    "layer",
    names.map((text, i) => ({ value: String(i), text })),
  );
  choice("Head", "head", [
    ...Array.from({ length: heads }, (_, i) => number(i)),
    ...(heads > 1 ? [{ value: String(MEAN), text: "mean of all" }] : []),
  ]);
  const steps = h("div", { class: "dl-buttons" });
  controls.append(steps);
  const step = (by) => change("query", (state.chosen() + by + queries.length) % queries.length);
  button(steps, { label: "Previous query", onClick: () => step(-1) });
  button(steps, { label: "Next query", primary: true, onClick: () => step(1) });
  return () => selects.forEach((set) => set());
}

/** Attention of a trained model: the keys that one query looks at, and the map of all queries. */
function render({ model, el }) {
  const state = stateOf(model);
  const ui = frame({ model, el }, { label: "Attention", reset: () => address.reset() });
  ui.root.classList.add("dl-attention");
  const address = shareable(model, "attention", {
    layer: [0, state.names.length - 1],
    head: [MEAN, state.heads - 1],
    query: [0, state.queries.length - 1],
  });
  const change = (key, value) => {
    model.set(key, value);
    model.save_changes();
    address.save();
  };
  const point = (cell) => {
    if (state.pointed?.join() === cell?.join()) return;
    state.pointed = cell;
    draw();
  };
  const acts = {
    change,
    point,
    mouse: (event, cell) => point(event.pointerType === "mouse" ? cell : null),
  };
  const tokens = tokenRows(state, acts);
  const side = h("div", { class: "dl-attention-side" });
  ui.picture.append(tokens.el, side);
  const heat = weightMap(side, state, acts);
  const writeScale = addScale(side, state);
  const note = h("p", { class: "dl-attention-note" });
  side.append(note);
  const setSelects = addControls(ui.controls, state, { model, change });

  const draw = () => {
    tokens.draw();
    heat.redraw();
    note.textContent = noteText(state);
  };
  const refresh = () => {
    state.compute();
    setSelects();
    tokens.radios[state.chosen()].checked = true;
    writeScale();
    draw();
    ui.say(sentence(state));
  };
  refresh();
  const resized = new ResizeObserver(tokens.drawLinks);
  resized.observe(tokens.el);
  ui.cleanup(() => resized.disconnect());
  ui.cleanup(tokens.drawLinks.cancel);
  ui.cleanup(heat.destroy);
  ui.cleanup(watch(model, ["layer", "head", "query"], refresh));
  return ui.destroy;
}

export default { render };
