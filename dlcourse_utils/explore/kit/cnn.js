// A convolutional network in the page: the layers that digit_network.py describes, one image at a
// time. Activations are kept as (height, width, channels), as Keras keeps them.

/** Decode little-endian float16 numbers by hand: Float16Array is missing in many browsers. */
export function float16s(view) {
  const values = new Float32Array(view.byteLength / 2);
  for (let i = 0; i < values.length; i++) {
    const bits = view.getUint16(2 * i, true);
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const size =
      exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    values[i] = bits & 0x8000 ? -size : size;
  }
  return values;
}

/** Layer descriptions and their float16 parameters → a network with room for its activations. */
export function loadNetwork(layers, weights) {
  const numbers = float16s(weights);
  let start = 0;
  const take = (count) => numbers.subarray(start, (start += count));
  const product = (shape) => shape.reduce((a, b) => a * b, 1);
  return layers.map((layer) => {
    const loaded = { ...layer, values: new Float32Array(product(layer.output)) };
    if (layer.kind === "convolution" || layer.kind === "dense") {
      const units = layer.output[layer.output.length - 1];
      const inputs =
        layer.kind === "dense" ? layer.input[0] : product(layer.kernel) * layer.input[2];
      loaded.weights = take(inputs * units);
      loaded.bias = take(units);
    }
    return loaded;
  });
}

/** Run one image (28·28 numbers) through the network; each layer keeps its `values`. */
export function runNetwork(network, image) {
  let values = image;
  for (const layer of network) {
    if (layer.kind === "convolution") convolutionLayer(layer, values);
    else if (layer.kind === "dense") denseLayer(layer, values);
    else if (layer.kind === "pooling") poolingLayer(layer, values);
    else activationLayer(layer, values);
    values = layer.values;
  }
  return values;
}

function convolutionLayer({ input, output, kernel, stride, padding, weights, bias, values }, x) {
  const [height, width, channels] = input;
  const [rows, columns, filters] = output;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * filters;
      values.set(bias, at);
      for (let i = 0; i < kernel[0]; i++) {
        const y = row * stride[0] - padding[0] + i;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < kernel[1]; j++) {
          const left = column * stride[1] - padding[1] + j;
          if (left < 0 || left >= width) continue;
          for (let c = 0; c < channels; c++) {
            const signal = x[(y * width + left) * channels + c];
            if (signal === 0) continue; // paper, and what ReLU cut off: more than half of all
            const from = ((i * kernel[1] + j) * channels + c) * filters;
            for (let f = 0; f < filters; f++) values[at + f] += signal * weights[from + f];
          }
        }
      }
    }
  }
}

function denseLayer({ input, output, weights, bias, values }, x) {
  const units = output[0];
  values.set(bias);
  for (let i = 0; i < input[0]; i++) {
    if (x[i] === 0) continue;
    for (let u = 0; u < units; u++) values[u] += x[i] * weights[i * units + u];
  }
}

function poolingLayer({ input, output, kernel, stride, padding, values, function: name }, x) {
  const [height, width, channels] = input;
  const [rows, columns] = output;
  for (let row = 0; row < rows; row++) {
    const top = Math.max(row * stride[0] - padding[0], 0);
    const bottom = Math.min(row * stride[0] - padding[0] + kernel[0], height);
    for (let column = 0; column < columns; column++) {
      const left = Math.max(column * stride[1] - padding[1], 0);
      const right = Math.min(column * stride[1] - padding[1] + kernel[1], width);
      for (let c = 0; c < channels; c++) {
        let largest = -Infinity;
        let sum = 0;
        for (let i = top; i < bottom; i++) {
          for (let j = left; j < right; j++) {
            const value = x[(i * width + j) * channels + c];
            if (value > largest) largest = value;
            sum += value;
          }
        }
        const mean = sum / ((bottom - top) * (right - left));
        values[(row * columns + column) * channels + c] = name === "max" ? largest : mean;
      }
    }
  }
}

function activationLayer({ values, function: name }, x) {
  if (name === "softmax") {
    const highest = x.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += values[i] = Math.exp(x[i] - highest);
    for (let i = 0; i < x.length; i++) values[i] /= sum;
    return;
  }
  for (let i = 0; i < x.length; i++) {
    if (name === "relu") values[i] = x[i] > 0 ? x[i] : 0;
    else if (name === "tanh") values[i] = Math.tanh(x[i]);
    else values[i] = 1 / (1 + Math.exp(-x[i]));
  }
}
