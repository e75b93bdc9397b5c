import { blocksOf, type Context, codeBytes, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { transpose } from './directions.js'
import type { Plan } from './options.js'

/** Bytes of projected rows made at a time: enough for several threads. */
const blockBytes = 32 * 2 ** 20

/** What a pass over all rows makes. */
export interface Encoded {
  /** `rows × ⌈bits / 8⌉`, packed as `quantized` holds them. */
  readonly codes: Uint8Array
  /** `rows × remove`: the coordinates on the removed directions; none unless asked for. */
  readonly removed: Float32Array
  /** For each row, `Σ|z|` of its projection z, and the squared norm of what its codes ±1 stand for. */
  readonly magnitudes: Float32Array
  readonly norms: Float32Array
}

/** Bit j of a row is whether `z[j] ≥ 0`; resolves to `Σ|z|`. */
function packSigns(z: Float32Array, at: number, bits: number, codes: Uint8Array, to: number): number {
  let magnitude = 0
  for (let j = 0; j < bits; j++) {
    const value = z[at + j]!
    magnitude += Math.abs(value)
    if (!(value < 0)) codes[to + (j >> 3)]! |= 1 << (j & 7)
  }
  return magnitude
}

/** The signs of columns `first …` of rows of `width` values, `count × bits`. */
function signsOf(z: Float32Array, width: number, first: number, bits: number): Dense {
  const rows = z.length / width
  const data = new Float32Array(rows * bits)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < bits; j++) data[i * bits + j] = z[i * width + first + j]! < 0 ? -1 : 1
  }
  return { rows, dim: bits, data }
}

/**
 * Encodes all rows in one pass: `basis` is the removed directions, if their coordinates are wanted, above the `bits` rows
 * that are projected on for the codes.
 */
export async function encode(
  rows: Matrix,
  basis: Dense,
  rotation: Dense,
  { kept, bits }: Plan,
  context: Context,
  progress: (done: number) => void
): Promise<Encoded> {
  const { tensor, signal } = context
  const first = basis.rows - bits
  const rowBytes = codeBytes(bits, 1)
  const codes = new Uint8Array(rows.rows * rowBytes)
  const removed = new Float32Array(rows.rows * first)
  const magnitudes = new Float32Array(rows.rows)
  const norms = new Float32Array(rows.rows).fill(bits)
  const back = kept < bits ? transpose(rotation) : undefined
  const projected = await tensor.project(rows, basis, { signal })
  for await (const { start, count, data } of blocksOf(projected, blockBytes)) {
    throwIfAborted(signal)
    const width = basis.rows
    for (let i = 0; i < count; i++) {
      const row = start + i
      removed.set(data.subarray(i * width, i * width + first), row * first)
      magnitudes[row] = packSigns(data, i * width + first, bits, codes, row * rowBytes)
    }
    if (back) {
      const made = (await tensor.matmul(signsOf(data, width, first, bits), back)).data
      for (let i = 0; i < count; i++) {
        let sum = 0
        for (let at = i * kept; at < (i + 1) * kept; at++) sum += made[at]! ** 2
        norms[start + i] = sum
      }
    }
    progress(start + count)
  }
  return { codes, removed, magnitudes, norms }
}
