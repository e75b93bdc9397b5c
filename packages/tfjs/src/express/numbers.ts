import { codeBytes, type Tensor } from '@slimbed/core'
import { type Builder, bytesOf } from './builder.js'
import { firstColumns, floats, gather, multiply, reshape, rowsOf, type subtract, wholes } from './operations.js'

/** Codes of rows: a little-endian stream of bits for each, which begins on a byte. */
export interface Codes {
  readonly rows: number
  readonly dim: number
  readonly bits: number
  /** `rows × ⌈dim · bits / 8⌉`. */
  readonly codes: Uint8Array
}

/** How many codes of so many bits are one number of 16 bits: graphs have no integer of 8 bits in memory. */
const codesPerNumber = (bits: number): number => Math.max(1, Math.floor(16 / bits))

/** The codes of each row, several in a number: `rows × ⌈dim / each⌉`. */
function numbersOf({ rows, dim, bits, codes }: Codes): Uint16Array {
  const each = codesPerNumber(bits)
  const width = Math.ceil(dim / each)
  const out = new Uint16Array(rows * width)
  const [rowBytes, mask] = [codeBytes(dim, bits), 2 ** bits - 1]
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < dim; j++) {
      const bit = j * bits
      const at = row * rowBytes + (bit >> 3)
      const word = codes[at] | ((codes[at + 1] ?? 0) << 8) | ((codes[at + 2] ?? 0) << 16)
      const code = (word >> (bit & 7)) & mask
      out[row * width + Math.floor(j / each)] |= code << (bits * (j % each))
    }
  }
  return out
}

/** The codes themselves, int32: `[ids, dim]`. Up to 16 bits. */
export function codeNumbers(b: Builder, key: string, given: Codes, ids: string | undefined): string {
  const { rows, dim, bits } = given
  const each = codesPerNumber(bits)
  const width = Math.ceil(dim / each)
  const taken = rowsOf(b, wholes(b, `${key}/codes`, [rows, width], numbersOf(given)), ids)
  if (each === 1) return taken
  const steps = Array.from({ length: each }, (_, i) => 2 ** (bits * i))
  const shifted = b.node('FloorDiv', [reshape(b, taken, [-1, width, 1]), b.whole(steps)])
  const codes = reshape(b, b.node('FloorMod', [shifted, b.whole([2 ** bits], [])]), [-1, width * each])
  return width * each === dim ? codes : firstColumns(b, codes, dim)
}

/** A constant of the values of a tensor: half floats stay so in the file. */
export function floatTensor(
  b: Builder,
  key: string,
  shape: readonly number[],
  { dtype, data }: Pick<Tensor, 'dtype' | 'data'>
): string {
  if (data instanceof Float32Array) return floats(b, key, shape, data)
  if (dtype !== 'F16') throw new TypeError(`no floats: ${dtype}`)
  return b.weight(key, shape, 'float32', bytesOf(data), { dtype: 'float16' })
}

/** Numbers that groups of columns share: one row for all rows of a table, or one for each. */
export interface Grid {
  readonly tensor: Pick<Tensor, 'dtype' | 'data'>
  readonly groupSize: number
  readonly dim: number
}

/** Every value with the number of its group: times it, or less it. */
export function withGrid(
  b: Builder,
  key: string,
  op: typeof multiply | typeof subtract,
  x: string,
  { tensor, groupSize, dim }: Grid,
  ids: string | undefined
): string {
  const groups = Math.ceil(dim / groupSize)
  const rows = tensor.data.length / groups
  const stored = floatTensor(b, key, [rows, groups], tensor)
  const own = rows === 1 ? stored : rowsOf(b, stored, ids)
  if (groups === 1) return op(b, x, own)
  const spread = reshape(b, own, [-1, groups, 1])
  if (dim % groupSize === 0) {
    return reshape(b, op(b, reshape(b, x, [-1, groups, groupSize]), spread), [-1, dim])
  }
  // The last group has fewer columns. Taking columns by number fails on wasm where there are no rows.
  const ones = floats(b, `ones_${groupSize}`, [groupSize], new Float32Array(groupSize).fill(1))
  const wide = reshape(b, multiply(b, spread, ones), [-1, groups * groupSize])
  return op(b, x, firstColumns(b, wide, dim))
}

/** One whole number of each row: `[ids]`. */
export const numberRows = (b: Builder, key: string, numbers: ArrayLike<number>, ids: string | undefined): string =>
  rowsOf(b, wholes(b, key, [numbers.length], numbers), ids)

/** What numbers stand for, of a list. */
export const listed = (b: Builder, key: string, list: Float32Array, numbers: string): string =>
  gather(b, floats(b, key, [list.length], list), numbers)
