import { blocksOf, type Context, codeBytes, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { coded } from './fit.js'
import { sweep, weigh } from './sweep.js'

/** Bytes of projected rows made at a time: enough for several threads. */
const blockBytes = 32 * 2 ** 20

/** What rows are projected on to be encoded, one above the other. */
export interface Bases {
  /** The removed directions, if their coordinates are wanted: `remove × dim`. */
  readonly removed: Dense
  /** The rotated directions whose signs are the codes: `bits × dim`. */
  readonly signs: Dense
  /** What the codes are coordinates on, where that is not `signs`, and its products `basis · basisᵀ`. */
  readonly fitted: { readonly basis: Dense; readonly gram: Dense; readonly sweeps: number } | undefined
}

/** What a pass over all rows makes. */
export interface Encoded {
  /** `rows × ⌈bits / 8⌉`, packed as `quantized` holds them. */
  readonly codes: Uint8Array
  /** `rows × remove`: the coordinates on the removed directions. */
  readonly removed: Float32Array
  /** For each row, its inner product with what its codes ±1 stand for, and the squared norm of that. */
  readonly magnitudes: Float32Array
  readonly norms: Float32Array
}

/** Columns `first .. first + count` of rows of `width` values. */
function columns(data: Float32Array, width: number, first: number, count: number): Float32Array {
  const rows = data.length / width
  const out = new Float32Array(rows * count)
  for (let i = 0; i < rows; i++) out.set(data.subarray(i * width + first, i * width + first + count), i * count)
  return out
}

/** Packs rows of codes ±1 to `out` from its row `row` on. */
function pack(codes: Float32Array, bits: number, out: Uint8Array, row: number): void {
  const size = codeBytes(bits, 1)
  for (let at = 0, to = row * size; at < codes.length; to += size) {
    for (let j = 0; j < bits; j++) if (codes[at++]! > 0) out[to + (j >> 3)]! |= 1 << (j & 7)
  }
}

const stacked = (dim: number, parts: readonly Dense[]): Dense => {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const data = new Float32Array(rows * dim)
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  return { rows, dim, data }
}

/** Encodes all rows in one pass over them; what codes stand for has the norm `√bits` unless a basis is fitted. */
export async function encode(
  rows: Matrix,
  { removed, signs, fitted }: Bases,
  context: Context,
  progress: (done: number) => void
): Promise<Encoded> {
  const { tensor, signal } = context
  const bits = signs.rows
  const out: Encoded = {
    codes: new Uint8Array(rows.rows * codeBytes(bits, 1)),
    removed: new Float32Array(rows.rows * removed.rows),
    magnitudes: new Float32Array(rows.rows),
    norms: new Float32Array(rows.rows).fill(bits)
  }
  const basis = stacked(rows.dim, [removed, signs, ...(fitted ? [fitted.basis] : [])])
  const width = basis.rows
  const projected = await tensor.project(rows, basis, { signal })
  for await (const { start, count, data } of blocksOf(projected, blockBytes)) {
    throwIfAborted(signal)
    if (removed.rows > 0) out.removed.set(columns(data, width, 0, removed.rows), start * removed.rows)
    const z = columns(data, width, removed.rows, bits)
    const codes = z.map((value) => (value < 0 ? -1 : 1))
    const magnitudes = out.magnitudes.subarray(start, start + count)
    if (fitted) {
      const products = columns(data, width, removed.rows + bits, bits)
      const own = await coded({ rows: count, dim: bits, data: codes }, products, fitted.gram, context)
      for (let done = 0; done < fitted.sweeps; done++) sweep(own, fitted.gram.data)
      weigh(own, magnitudes, out.norms.subarray(start, start + count))
    } else weighSigns(z, bits, magnitudes)
    pack(codes, bits, out.codes, start)
    progress(start + count)
  }
  return out
}

/** `Σ|z|` of each row. */
function weighSigns(z: Float32Array, bits: number, magnitudes: Float32Array): void {
  for (let row = 0, at = 0; at < z.length; row++) {
    let sum = 0
    for (const end = at + bits; at < end; at++) sum += Math.abs(z[at]!)
    magnitudes[row] = sum
  }
}
