import { oncePerFrame } from "./dom.js";

const NAMES = ["blue", "orange", "ink", "violet", "green", "red", "paper", "line", "muted"];
const THEME_ATTRIBUTES = [
  "data-theme",
  "theme",
  "data-jp-theme-light",
  "data-vscode-theme-kind",
  "class",
];
const PRINTS = ["beforeprint", "afterprint"];
// Nine samples of matplotlib's viridis, evenly spaced.
const VIRIDIS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

/** The theme's colours as CSS strings: blue, orange, ink, violet, green, red, paper, line, muted. */
export function colours(el) {
  const style = getComputedStyle(el);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--dl-${name}`).trim()]),
  );
}

/**
 * Call `work` when the page changes between light and dark; returns the function that stops it.
 * Around a print at once, since no frame comes between `beforeprint` and the print: `work` draws itself.
 */
export function onTheme(work) {
  const ask = oncePerFrame(work);
  const watcher = new MutationObserver(ask);
  for (const node of [document.documentElement, document.body]) {
    watcher.observe(node, { attributes: true, attributeFilter: THEME_ATTRIBUTES });
  }
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", ask);
  for (const moment of PRINTS) addEventListener(moment, work);
  return () => {
    ask.cancel();
    watcher.disconnect();
    system.removeEventListener("change", ask);
    for (const moment of PRINTS) removeEventListener(moment, work);
  };
}

/** [red, green, blue] in 0..255 of a CSS colour, written as hexadecimal digits or as rgb(…). */
export function rgb(colour) {
  if (colour.startsWith("#")) {
    const digits =
      colour.length === 4
        ? Array.from(colour.slice(1), (d) => d + d)
        : colour.slice(1).match(/../g);
    return digits.slice(0, 3).map((pair) => parseInt(pair, 16));
  }
  return (colour.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
}

/** The colour a part `t` (0..1) of the way from `from` to `to`, all as [red, green, blue]. */
export function mix(from, to, t) {
  return [0, 1, 2].map((i) => Math.round(from[i] + (to[i] - from[i]) * t));
}

/** A magnitude `t` in 0..1 as [red, green, blue] of the perceptual map viridis. */
export function viridis(t) {
  const place = Math.min(1, Math.max(0, t)) * (VIRIDIS.length - 1);
  const index = Math.min(VIRIDIS.length - 2, Math.floor(place));
  return mix(VIRIDIS[index], VIRIDIS[index + 1], place - index);
}

/**
 * A signed amount `t` in -1..1 as [red, green, blue]: blue below, the paper's neighbour at 0,
 * orange above. `theme` is what colours() returned.
 */
export function signed(t, theme) {
  const middle = mix(rgb(theme.paper), rgb(theme.muted), 0.15);
  const amount = Math.min(1, Math.abs(t));
  return mix(middle, rgb(t < 0 ? theme.blue : theme.orange), amount);
}

/** [red, green, blue] as a CSS string, with an optional opacity. */
export function css([red, green, blue], alpha = 1) {
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}
