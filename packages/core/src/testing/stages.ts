import { dense, partition, quantized, type Tensor } from '@slimbed/runtime'
import { defineCompressor } from '../plugin/define.js'
import { option } from '../plugin/option.js'

/** A stage for tests: rows alternate between two dense parts, so that what follows meets two leaves. */
export const halves = defineCompressor({
  name: 'halves',
  summary: 'alternate rows in two dense parts (for tests)',
  options: {},
  async compress(matrix) {
    const { rows, dim } = matrix
    const all = await matrix.read(0, rows)
    const group = Uint8Array.from({ length: rows }, (_, row) => row % 2)
    const parts = [0, 1].map((part) => {
      const own = new Float32Array(Math.ceil((rows - part) / 2) * dim)
      for (let row = part, at = 0; row < rows; row += 2, at += dim) {
        own.set(all.subarray(row * dim, (row + 1) * dim), at)
      }
      return dense(own.length / dim, dim, own)
    })
    return partition(group, parts)
  }
})

/** A stage for tests: every value becomes its sign times one scale for the table, 1 bit each. */
export const signs = defineCompressor({
  name: 'signs',
  summary: 'the sign of each value times one scale (for tests)',
  options: { gain: option.number({ help: 'factor on the scale', min: 0.5, max: 2, default: 1 }) },
  async compress(matrix, { gain }) {
    const { rows, dim } = matrix
    const all = await matrix.read(0, rows)
    const rowBytes = Math.ceil(dim / 8)
    const codes = new Uint8Array(rows * rowBytes)
    let sum = 0
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < dim; j++) {
        const x = all[i * dim + j]
        sum += Math.abs(x)
        if (x >= 0) codes[i * rowBytes + (j >> 3)] |= 1 << (j & 7)
      }
    }
    const data = Float32Array.of((2 * gain * sum) / Math.max(1, rows * dim))
    const scale: Tensor<'F32'> = { dtype: 'F32', shape: [1, 1], data }
    return quantized({ dim, bits: 1, groupSize: dim, codes, scale, zero: 0.5 })
  }
})
