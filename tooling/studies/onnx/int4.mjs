import { dense, quantized } from '@slimbed/core'

const [size, most] = [32, 15]

/**
 * A matrix in asymmetric codes of 4 bits, blocks of 32 columns, as the n-bit quantizer of ONNX Runtime makes them (round to nearest): a block's range
 * includes 0; its scale is a 15th of the range, its zero a whole number of steps.
 */
export async function blocksOfInt4({ rows, dim, read }) {
  const data = await read(0, rows)
  const groups = Math.ceil(dim / size)
  if (dim % 2 !== 0) return dense(rows, dim, data)
  const codes = new Uint8Array((rows * dim) / 2)
  const [scale, zero] = [new Float32Array(rows * groups), new Float32Array(rows * groups)]
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) {
      const block = data.subarray(row * dim + group * size, row * dim + Math.min(dim, (group + 1) * size))
      const [low, high] = [Math.min(0, ...block), Math.max(0, ...block)]
      const step = Math.fround((high - low) / most)
      const middle = step === 0 ? 0 : Math.max(0, Math.min(most, Math.round(-low / step)))
      scale[row * groups + group] = step
      zero[row * groups + group] = middle
      for (const [i, value] of block.entries()) {
        const code = step === 0 ? 0 : Math.max(0, Math.min(most, Math.round(value / step) + middle))
        const at = row * dim + group * size + i
        codes[at >> 1] |= code << (4 * (at & 1))
      }
    }
  }
  const grid = (values) => ({ dtype: 'F32', shape: [rows, groups], data: values })
  return quantized({ dim, bits: 4, groupSize: size, codes, scale: grid(scale), zero: grid(zero) })
}

/** Bytes of it with float16 scales and zeros of 4 bits, the smallest form that there is. */
export const int4Bytes = (rows, dim) => rows * (dim / 2 + Math.ceil(dim / size) * 2.5)
