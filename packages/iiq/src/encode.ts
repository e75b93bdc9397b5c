import { blocksOf, type Context, codeBytes, type Dense, type Matrix, throwIfAborted } from '@slimbed/core'
import { coded } from './fit-basis.js'
import { sweep, weigh } from './sweep.js'

/** Bytes of projected rows that are computed at a time. */
const blockBytes = 8 * 2 ** 20
/** Blocks read while one is in use: with two, threads that make them are not out of work between them. */
const depth = 2

/** The bases that rows are projected on to encode them, stacked. */
export interface Bases {
  /** The removed directions, if their coordinates are wanted: `remove × dim`. */
  readonly removed: Dense
  /** The rotated directions whose signs are the codes: `bits × dim`. */
  readonly signs: Dense
  /** What the codes are coordinates on, where that is not `signs`, and its products `basis · basisᵀ`. */
  readonly fitted: { readonly basis: Dense; readonly gram: Dense; readonly sweeps: number } | undefined
  /** Whether magnitudes and norms are wanted. */
  readonly weighed: boolean
}

/** The result of a pass over all rows. */
export interface Encoded {
  /** `rows × ⌈bits / 8⌉`, packed as `quantized` holds them. */
  readonly codes: Uint8Array
  /** `rows × remove`: the coordinates on the removed directions. */
  readonly removed: Float32Array
  /** For each row, its inner product with what its codes ±1 stand for, and the squared norm of that; empty where not wanted. */
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

/** 0 for the bits of a float32 below 0, otherwise 1, also for -0. Without a branch, because half of them would be mispredicted. */
const codeOf = (bits: number) => ((bits & -(bits & 0x7fffffff)) >>> 31) ^ 1

/** Packs the signs of columns `first .. first + bits` of rows of `width` values to `out` from its row `row` on. */
function pack(data: Float32Array, width: number, first: number, bits: number, out: Uint8Array, row: number): void {
  const v = new Int32Array(data.buffer, data.byteOffset, data.length)
  for (let from = first, to = row * codeBytes(bits, 1); from < v.length; from += width) {
    const end = from + bits
    let at = from
    for (; at + 8 <= end; at += 8) {
      const low = codeOf(v[at]) | (codeOf(v[at + 1]) << 1) | (codeOf(v[at + 2]) << 2) | (codeOf(v[at + 3]) << 3)
      const high = codeOf(v[at + 4]) | (codeOf(v[at + 5]) << 1) | (codeOf(v[at + 6]) << 2) | (codeOf(v[at + 7]) << 3)
      out[to++] = low | (high << 4)
    }
    if (at === end) continue
    let rest = 0
    for (let j = 0; at < end; j++) rest |= codeOf(v[at++]) << j
    out[to++] = rest
  }
}

/** `Σ|z|` over columns `first .. first + bits` of each row. */
function weighSigns(data: Float32Array, width: number, first: number, bits: number, magnitudes: Float32Array): void {
  for (let row = 0, from = first; from < data.length; row++, from += width) {
    let sum = 0
    for (let at = from; at < from + bits; at++) sum += Math.abs(data[at])
    magnitudes[row] = sum
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

/** What centring adds to the products of rows with a basis: minus the products of the mean. */
async function offsetsOf(mean: Float32Array, basis: Dense, { tensor }: Context): Promise<Float32Array> {
  const products = await tensor.matmul(basis, { rows: basis.dim, dim: 1, data: mean })
  return products.data.map((value) => -value)
}

/** Encodes all rows in one pass, minus `mean` if given. Decoded codes have the norm `√bits` unless a basis is fitted. */
export async function encode(
  rows: Matrix,
  mean: Float32Array | undefined,
  { removed, signs, fitted, weighed }: Bases,
  context: Context,
  progress: (done: number) => void
): Promise<Encoded> {
  const { tensor, signal } = context
  const bits = signs.rows
  const first = removed.rows
  const many = weighed ? rows.rows : 0
  const out: Encoded = {
    codes: new Uint8Array(rows.rows * codeBytes(bits, 1)),
    removed: new Float32Array(rows.rows * first),
    magnitudes: new Float32Array(many),
    norms: new Float32Array(many).fill(bits)
  }
  const basis = stacked(rows.dim, [removed, signs, ...(fitted ? [fitted.basis] : [])])
  const width = basis.rows
  const offsets = mean && (await offsetsOf(mean, basis, context))
  const projected = await tensor.project(rows, basis, { signal, offsets })
  for await (const { start, count, data } of blocksOf(projected, blockBytes, depth)) {
    throwIfAborted(signal)
    if (first > 0) out.removed.set(columns(data, width, 0, first), start * first)
    const magnitudes = out.magnitudes.subarray(start, start + count)
    if (fitted) {
      const codes = columns(data, width, first, bits).map((value) => (value < 0 ? -1 : 1))
      const products = columns(data, width, first + bits, bits)
      const own = await coded({ rows: count, dim: bits, data: codes }, products, fitted.gram, context)
      for (let done = 0; done < fitted.sweeps; done++) sweep(own, fitted.gram.data)
      if (weighed) weigh(own, magnitudes, out.norms.subarray(start, start + count))
      pack(codes, bits, 0, bits, out.codes, start)
    } else {
      if (weighed) weighSigns(data, width, first, bits, magnitudes)
      pack(data, width, first, bits, out.codes, start)
    }
    progress(start + count)
  }
  return out
}
