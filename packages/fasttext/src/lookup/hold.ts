import { throwIfAborted } from '@slimbed/core'
import type { StoredMatrix } from '../model.js'
import { addQuantizedRow, clusters, normOf, type QuantizedMatrix } from '../quantized.js'
import { readRows } from '../read/matrix.js'

/** Rows in memory, computed with as fastText does: in float32, one column after another. */
export interface HeldRows {
  readonly rows: number
  readonly dim: number
  /** Adds row `row` to `out[0 .. dim)`. */
  add(row: number, out: Float32Array): void
  /** The inner product of row `row` with `by`. */
  dot(row: number, by: Float32Array): number
}

/** About the most values of an array: 256 MiB. */
const blockValues = 2 ** 26
const { fround } = Math

function heldQuantized(matrix: QuantizedMatrix): HeldRows {
  const { rows, dim, codes, codebooks } = matrix
  const { width, parts, centroids } = codebooks
  return {
    rows,
    dim,
    add: (row, out) => addQuantizedRow(matrix, row, out),
    dot(row, by) {
      let sum = 0
      for (let part = 0, at = row * parts; part < parts; part++, at++) {
        const first = part * width
        const own = Math.min(width, dim - first)
        let from = first * clusters + codes[at] * own
        for (let j = first; j < first + own; j++) sum = fround(sum + fround(by[j] * centroids[from++]))
      }
      return fround(sum * normOf(matrix, row))
    }
  }
}

/** Reads a matrix into memory. Rejects with `bad-input` for values that are not finite, and as the source does. */
export async function hold(matrix: StoredMatrix, name: string, signal?: AbortSignal): Promise<HeldRows> {
  if (matrix.kind === 'quantized') return heldQuantized(matrix)
  const { rows, dim } = matrix
  const step = Math.max(1, Math.floor(blockValues / Math.max(1, dim)))
  const blocks: Float32Array[] = []
  for (let start = 0; start < rows; start += step) {
    throwIfAborted(signal)
    blocks.push(await readRows(matrix, start, Math.min(step, rows - start), name))
  }
  return {
    rows,
    dim,
    add(row, out) {
      const block = blocks[Math.floor(row / step)]
      for (let j = 0, at = (row % step) * dim; j < dim; j++) out[j] += block[at++]
    },
    dot(row, by) {
      const block = blocks[Math.floor(row / step)]
      let sum = 0
      for (let j = 0, at = (row % step) * dim; j < dim; j++) sum = fround(sum + fround(by[j] * block[at++]))
      return sum
    }
  }
}
