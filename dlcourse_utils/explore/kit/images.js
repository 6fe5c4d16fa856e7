// Grey images: convolution, and the way MNIST's digits were scaled and centred.

/** Where the windows of a convolution lie along one side, in Keras' convention for "same". */
export function windowPlan(size, kernel, stride, padding) {
  if (padding === "valid")
    return { count: Math.floor((size - kernel) / stride) + 1, before: 0, after: 0 };
  const count = Math.ceil(size / stride);
  const total = Math.max((count - 1) * stride + kernel - size, 0);
  const before = Math.floor(total / 2);
  return { count, before, after: total - before };
}

/** The pixels under the window of output (row, column); outside of the image they are 0. */
export function windowPixels(image, width, height, size, top, left) {
  const pixels = [];
  for (let i = top; i < top + size; i++) {
    for (let j = left; j < left + size; j++) {
      const inside = i >= 0 && i < height && j >= 0 && j < width;
      pixels.push(inside ? image[i * width + j] : 0);
    }
  }
  return pixels;
}

/** What deep learning calls a convolution: slide a square kernel, sum the products. */
export function convolve(image, width, height, kernel, stride, padding) {
  const size = Math.sqrt(kernel.length);
  const down = windowPlan(height, size, stride, padding);
  const across = windowPlan(width, size, stride, padding);
  const values = new Float32Array(down.count * across.count);
  for (let row = 0; row < down.count; row++) {
    for (let column = 0; column < across.count; column++) {
      const top = row * stride - down.before;
      const left = column * stride - across.before;
      const pixels = windowPixels(image, width, height, size, top, left);
      values[row * across.count + column] = pixels.reduce(
        (sum, pixel, i) => sum + pixel * kernel[i],
        0,
      );
    }
  }
  return { values, rows: down.count, columns: across.count, down, across };
}

/** Shrink (or enlarge) part of an image; each new pixel is the mean of the area it covers. */
export function resampleArea(image, width, box, outWidth, outHeight) {
  const overlap = (a, b, c, d) => Math.max(Math.min(b, d) - Math.max(a, c), 0);
  const tall = box.height / outHeight;
  const wide = box.width / outWidth;
  const result = new Float32Array(outWidth * outHeight);
  for (let row = 0; row < outHeight; row++) {
    const [top, bottom] = [box.top + row * tall, box.top + (row + 1) * tall];
    for (let column = 0; column < outWidth; column++) {
      const [left, right] = [box.left + column * wide, box.left + (column + 1) * wide];
      let sum = 0;
      for (let i = Math.floor(top); i < bottom; i++) {
        for (let j = Math.floor(left); j < right; j++) {
          const ink = image[i * width + j];
          if (ink) sum += ink * overlap(i, i + 1, top, bottom) * overlap(j, j + 1, left, right);
        }
      }
      result[row * outWidth + column] = sum / (tall * wide);
    }
  }
  return result;
}

/**
 * Prepare a drawing as MNIST's digits were: its bounding box scaled into 20×20 with its shape kept,
 * then placed in 28×28 with its centre of mass in the middle. Returns null for an empty drawing.
 */
export function centreDigit(ink, width, height) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      if (!ink[i * width + j]) continue;
      top = Math.min(top, i);
      bottom = Math.max(bottom, i);
      left = Math.min(left, j);
      right = Math.max(right, j);
    }
  }
  if (bottom < 0) return null;
  const box = { top, left, height: bottom + 1 - top, width: right + 1 - left };
  const scale = 20 / Math.max(box.height, box.width);
  const tall = Math.max(Math.round(box.height * scale), 1);
  const wide = Math.max(Math.round(box.width * scale), 1);
  const small = resampleArea(ink, width, box, wide, tall);
  let [mass, massDown, massAcross] = [0, 0, 0];
  small.forEach((value, i) => {
    mass += value;
    massDown += value * (Math.floor(i / wide) + 0.5);
    massAcross += value * ((i % wide) + 0.5);
  });
  // By whole pixels, so that nothing is blurred a second time: in MNIST the centre of mass always
  // lies between 14 and 15. Never over the edge.
  const place = (centre, length) => Math.min(Math.max(Math.ceil(14 - centre), 0), 28 - length);
  const down = place(massDown / mass, tall);
  const across = place(massAcross / mass, wide);
  const digit = new Float32Array(28 * 28);
  for (let i = 0; i < tall; i++) {
    digit.set(small.subarray(i * wide, (i + 1) * wide), (down + i) * 28 + across);
  }
  return digit;
}

/** A grey level, 0 black to 1 white, as [red, green, blue]. */
export function grey(value) {
  const level = Math.round(255 * Math.min(Math.max(value, 0), 1));
  return [level, level, level];
}
