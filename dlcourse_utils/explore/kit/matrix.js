// Matrices as { rows, cols, data }: data is a Float64Array (or Float32Array), row after row.

/** A matrix of zeros, or around `data`. */
export function matrix(rows, cols, data = new Float64Array(rows * cols)) {
  return { rows, cols, data };
}

/** A @ B. */
export function multiply(a, b) {
  const out = matrix(a.rows, b.cols);
  for (let i = 0; i < a.rows; i += 1) {
    for (let k = 0; k < a.cols; k += 1) {
      const factor = a.data[i * a.cols + k];
      if (factor === 0) continue;
      for (let j = 0; j < b.cols; j += 1)
        out.data[i * b.cols + j] += factor * b.data[k * b.cols + j];
    }
  }
  return out;
}

/** A.T @ B. */
export function transposeMultiply(a, b) {
  const out = matrix(a.cols, b.cols);
  for (let i = 0; i < a.rows; i += 1) {
    for (let k = 0; k < a.cols; k += 1) {
      const factor = a.data[i * a.cols + k];
      for (let j = 0; j < b.cols; j += 1)
        out.data[k * b.cols + j] += factor * b.data[i * b.cols + j];
    }
  }
  return out;
}

/** A @ B.T. */
export function multiplyTranspose(a, b) {
  const out = matrix(a.rows, b.rows);
  for (let i = 0; i < a.rows; i += 1) {
    for (let j = 0; j < b.rows; j += 1) {
      let sum = 0;
      for (let k = 0; k < a.cols; k += 1) sum += a.data[i * a.cols + k] * b.data[j * b.cols + k];
      out.data[i * b.rows + j] = sum;
    }
  }
  return out;
}

/** X @ W + b, `b` an array of W.cols numbers. */
export function affine(x, w, b) {
  const out = multiply(x, w);
  for (let i = 0; i < out.data.length; i += 1) out.data[i] += b[i % w.cols];
  return out;
}

/** The sums of a matrix' columns, as a Float64Array. */
export function columnSums(a) {
  const sums = new Float64Array(a.cols);
  for (let i = 0; i < a.data.length; i += 1) sums[i % a.cols] += a.data[i];
  return sums;
}
