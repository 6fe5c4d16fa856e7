import { h } from "./dom.js";

/** Fit a canvas to `width` x `height` CSS pixels at the screen's own resolution; returns its context. */
export function fit(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/**
 * A raster of `columns` x `rows` cells that `paint(colourOf)` fills, colourOf(column, row) giving
 * [red, green, blue] or [red, green, blue, alpha 0..255]; `stamp` draws it scaled into a context.
 */
export function raster(columns, rows) {
  const canvas = h("canvas", { width: columns, height: rows });
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const paint = (colourOf) => {
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 4) {
        const colour = colourOf(column, row); // taken apart by index: this runs for every pixel
        image.data[at] = colour[0];
        image.data[at + 1] = colour[1];
        image.data[at + 2] = colour[2];
        image.data[at + 3] = colour[3] ?? 255;
      }
    }
    context.putImageData(image, 0, 0);
  };
  const stamp = (target, x, y, width, height, smooth = true) => {
    target.imageSmoothingEnabled = smooth;
    target.drawImage(canvas, x, y, width, height);
  };
  return { canvas, paint, stamp };
}

/** Draw one example: class 0 a blue circle, class 1 an orange triangle; a red ring when `wrong`. */
export function drawPoint(
  context,
  x,
  y,
  label,
  theme,
  { radius = 5, wrong = false, hollow = false } = {},
) {
  const colour = label ? theme.orange : theme.blue;
  context.beginPath();
  if (label) {
    const size = radius * 1.25;
    context.moveTo(x, y - size);
    context.lineTo(x + size * 0.94, y + size * 0.68);
    context.lineTo(x - size * 0.94, y + size * 0.68);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.fillStyle = hollow ? theme.paper : colour;
  context.strokeStyle = hollow ? colour : theme.paper;
  context.lineWidth = hollow ? 1.8 : 1.2;
  context.stroke();
  context.fill();
  if (!wrong) return;
  context.beginPath();
  context.arc(x, y, radius + 3.5, 0, 2 * Math.PI);
  context.strokeStyle = theme.red;
  context.lineWidth = 1.8;
  context.stroke();
}
