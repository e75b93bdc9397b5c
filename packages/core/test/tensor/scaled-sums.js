/**
 * A job as a compressor brings it: for each row the sum of `factors[row] · Σx`, and what is shifted by; the product with a row of ones tells Σx.
 */
export const scaledSums = {
  url: import.meta.url,
  name: 'scaledSums',
  /**
   * @param {{ start: number, rows: number, dim: number, data: Float32Array }} rows
   * @param {{ factors: Float32Array, shift: number }} given
   * @param {(a: Float32Array, b: Float32Array, m: number, k: number, n: number) => Promise<Float32Array>} product
   */
  async run({ start, rows, dim, data }, { factors, shift }, product) {
    if (Number.isNaN(shift)) throw new Error('no shift')
    const ones = new Float32Array(dim).fill(1)
    const found = await product(data, ones, rows, dim, 1)
    const sums = Float64Array.from({ length: rows }, (_, i) => {
      return found[i] * factors[(start + i) % factors.length] + (shift === start ? 1 : 0)
    })
    return { sums }
  }
}
