// Plain JavaScript: engines use it in worker threads too, from the sources and from the build.

/**
 * The transpose of a row-major `rows × dim` matrix, in `out` if given, which has room for it.
 * @param {Float32Array} data
 * @param {number} rows
 * @param {number} dim
 * @param {Float32Array} [out]
 */
export function transpose(data, rows, dim, out = new Float32Array(rows * dim)) {
  // 16 rows at a time: what is written fills whole cache lines.
  for (let first = 0; first < rows; first += 16) {
    const end = Math.min(first + 16, rows)
    for (let j = 0; j < dim; j++) {
      for (let i = first; i < end; i++) out[j * rows + i] = data[i * dim + j]
    }
  }
  return out
}
