import { fit } from "./canvas.js";
import { colours, onTheme } from "./colours.js";
import { clamp, fill, format, h, isChord, oncePerFrame, pointerIn, svg, uid } from "./dom.js";

/** A linear scale: scale(value) -> pixel, scale.invert(pixel) -> value. */
export function linear([low, high], [from, to]) {
  const scale = (value) => from + ((value - low) / (high - low)) * (to - from);
  scale.invert = (pixel) => low + ((pixel - from) / (to - from)) * (high - low);
  return scale;
}

/** About `count` round numbers between `low` and `high`. */
export function ticks(low, high, count = 5) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step).map((value) => ({
    value,
    text: format(value, digits),
  }));
}

function drawAxes(view) {
  const { axes, sx, sy, width, height, margin, options } = view;
  const bottom = height - margin.bottom;
  const frame = `M${margin.left},${margin.top}V${bottom}H${width - margin.right}`;
  const parts = [svg("path", { class: "dl-axis", d: frame })];
  for (const { value, text } of ticks(...view.x, Math.max(2, Math.round(width / 90)))) {
    parts.push(
      svg("path", { class: "dl-axis", d: `M${sx(value)},${bottom}v4` }),
      svg(
        "text",
        { class: "dl-tick", x: sx(value), y: bottom + 17, "text-anchor": "middle" },
        text,
      ),
    );
  }
  for (const { value, text } of ticks(...view.y, Math.max(2, Math.round(height / 75)))) {
    parts.push(
      svg("path", { class: "dl-axis", d: `M${margin.left},${sy(value)}h-4` }),
      svg(
        "text",
        { class: "dl-tick", x: margin.left - 7, y: sy(value) + 4, "text-anchor": "end" },
        text,
      ),
    );
  }
  if (options.xLabel) {
    parts.push(
      svg(
        "text",
        {
          class: "dl-axis-label",
          x: (margin.left + width - margin.right) / 2,
          y: height - 3,
          "text-anchor": "middle",
        },
        options.xLabel,
      ),
    );
  }
  if (options.yLabel) {
    const middle = (margin.top + bottom) / 2;
    parts.push(
      svg(
        "text",
        {
          class: "dl-axis-label",
          x: 0,
          y: 0,
          "text-anchor": "middle",
          transform: `translate(12,${middle}) rotate(-90)`,
        },
        options.yLabel,
      ),
    );
  }
  axes.replaceChildren(...parts);
}

/** The elements of a plot: { view, canvas, edge }. */
function parts(options, maxWidth) {
  const margin = {
    top: 8,
    right: 8,
    bottom: options.xLabel ? 40 : 24,
    left: options.yLabel ? 48 : 32,
    ...(options.axes === false ? { bottom: 8, left: 8 } : {}),
    ...options.margin,
  };
  const hidden = { "aria-hidden": "true" };
  const canvas = h("canvas", hidden);
  const axes = svg("g", hidden);
  const clip = uid("dl-clip");
  const edge = svg("rect");
  const marks = svg("g", { ...hidden, "clip-path": `url(#${clip})` });
  const handles = svg("g");
  const frame = { role: "group", "aria-label": options.label };
  const sheet = svg("svg", frame, svg("clipPath", { id: clip }, edge), axes, marks, handles);
  const el = h("div", { class: "dl-plot", style: `max-width:${maxWidth}px` }, canvas, sheet);
  const { x, y } = options;
  const view = { el, svg: sheet, axes, marks, handles, margin, options, x, y, points: [] };
  return { view, canvas, edge };
}

/**
 * A plot that is as wide as its place allows: a canvas below (many marks), an SVG above (few marks).
 * Options: x and y [low, high], label (for screen readers), xLabel, yLabel, aspect (width / height),
 * maxWidth in px, axes (false for none), margin, draw(view).
 * `draw` runs at most once a frame: after redraw(), a change of width or of the theme; it finds the
 * canvas cleared (view.context) and view.marks (an SVG group clipped to the plot) empty, view.sx,
 * view.sy, view.theme, view.width, view.height, view.inner {x, y, width, height} fresh.
 * Change the limits with view.limits(x, y). Call view.destroy() in the end.
 */
export function plot(parent, options) {
  const maxWidth = options.maxWidth ?? 440;
  const { view, canvas, edge } = parts(options, maxWidth);
  const { el, svg: sheet, marks, margin } = view;
  parent.append(el);

  const paint = () => {
    const { width, height } = view;
    view.theme = colours(el);
    view.context = fit(canvas, width, height);
    view.inner = {
      x: margin.left,
      y: margin.top,
      width: width - margin.left - margin.right,
      height: height - margin.top - margin.bottom,
    };
    fill(edge, view.inner);
    view.sx = linear(view.x, [margin.left, width - margin.right]);
    view.sy = linear(view.y, [height - margin.bottom, margin.top]);
    if (options.axes !== false) drawAxes(view);
    marks.replaceChildren();
    options.draw?.(view);
    for (const point of view.points) point.place();
  };
  const measure = () => {
    view.width = Math.min(el.clientWidth || maxWidth, maxWidth);
    view.height =
      Math.round((view.width - margin.left - margin.right) / (options.aspect ?? 1)) +
      margin.top +
      margin.bottom;
    sheet.setAttribute("width", view.width);
    sheet.setAttribute("height", view.height);
    paint();
  };
  view.redraw = oncePerFrame(paint);
  view.limits = (x, y) => {
    view.x = x;
    view.y = y;
    view.redraw();
  };
  const resized = new ResizeObserver(() => {
    if (Math.min(el.clientWidth || maxWidth, maxWidth) !== view.width) measure();
  });
  // The first drawing waits until the caller has its `view`; a frame is too late for tests of size.
  queueMicrotask(() => {
    measure();
    resized.observe(el);
  });
  const stopTheme = onTheme(paint);
  view.destroy = () => {
    view.redraw.cancel();
    resized.disconnect();
    stopTheme();
  };
  return view;
}

/** Let the first button of a pointer drag `el`; move(x, y) in the plot's units. */
function draggable(el, view, { at, move, onEnd }) {
  let grip = null; // from the pointer to the middle of the handle
  const release = () => {
    if (!grip) return;
    grip = null;
    el.classList.remove("dl-dragging");
    onEnd?.();
  };
  el.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = at();
    const [left, top] = pointerIn(view.svg, event);
    grip = [view.sx(x) - left, view.sy(y) - top];
    el.setPointerCapture(event.pointerId);
    el.focus({ preventScroll: true });
    el.classList.add("dl-dragging");
    event.preventDefault();
  });
  el.addEventListener("pointermove", (event) => {
    if (!event.buttons) release(); // let go where no pointerup came from, as over a menu
    if (!grip) return;
    const [left, top] = pointerIn(view.svg, event);
    move(view.sx.invert(left + grip[0]), view.sy.invert(top + grip[1]));
  });
  el.addEventListener("pointerup", release);
  el.addEventListener("pointercancel", release);
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Let arrow keys call onKey(right, up) in steps, ten of them with Shift. */
function byKeys(el, { onKey, onEnd }) {
  el.addEventListener("keydown", (event) => {
    if (!ARROWS[event.key] || isChord(event)) return;
    event.preventDefault();
    event.stopPropagation();
    onKey(...ARROWS[event.key].map((way) => way * (event.shiftKey ? 10 : 1)));
  });
  el.addEventListener("keyup", (event) => {
    if (ARROWS[event.key]) onEnd?.();
  });
}

/**
 * A point the reader drags, or focuses and moves by arrow keys (Shift: ten steps).
 * at() -> [x, y] in the plot's units, or null to hide it; onMove(x, y) while it moves; onEnd() when
 * let go; text() -> what a screen reader says of it; value() -> [lowest, now, highest] where that is
 * not its x; step: [x, y] of one key press, or onKey(right, up) in steps for a handle that does not
 * move that way; free: true lets it leave the plot. shape: "move" (a disc), "turn" (a ring) or
 * "probe" (a cross). Returns { el, place() }.
 */
export function handle(
  view,
  { label, at, onMove, onEnd, text, value, step, onKey, shape = "move", free = false },
) {
  const el = svg(
    "g",
    {
      class: `dl-handle dl-handle-${shape}`,
      role: "slider",
      tabindex: "0",
      "aria-label": label,
      "aria-roledescription": "draggable point",
      "aria-orientation": "horizontal",
      "data-lm-suppress-shortcuts": "true",
    },
    svg("circle", { class: "dl-handle-target", r: 22 }),
    svg("circle", { class: "dl-handle-focus", r: 15 }),
    shape === "probe"
      ? svg("path", { class: "dl-handle-mark", d: "M-8,0H8M0,-8V8" })
      : svg("circle", { class: "dl-handle-mark", r: 9 }),
  );
  view.handles.append(el);

  const place = () => {
    const spot = at();
    el.style.display = spot ? "" : "none";
    if (!spot) return;
    const [low, now, high] = value?.() ?? [view.x[0], spot[0], view.x[1]];
    el.setAttribute("transform", `translate(${view.sx(spot[0])},${view.sy(spot[1])})`);
    el.setAttribute("aria-valuemin", low.toFixed(2));
    el.setAttribute("aria-valuenow", now.toFixed(2));
    el.setAttribute("aria-valuemax", high.toFixed(2));
    el.setAttribute("aria-valuetext", text?.() ?? `${format(spot[0])}, ${format(spot[1])}`);
  };
  const move = (x, y) => {
    if (free) onMove(x, y);
    else onMove(clamp(x, ...view.x), clamp(y, ...view.y));
    view.redraw();
  };

  draggable(el, view, { at, move, onEnd });
  const steps = step ?? [(view.x[1] - view.x[0]) / 50, (view.y[1] - view.y[0]) / 50];
  byKeys(el, {
    onKey: (right, up) => {
      if (onKey) onKey(right, up);
      else move(at()[0] + right * steps[0], at()[1] + up * steps[1]);
      place();
      view.redraw();
    },
    onEnd,
  });
  const point = { el, place };
  view.points.push(point);
  return point;
}
