import { floatsOf } from '../half.js'
import type { Table } from '../table.js'
import type { Tensor } from '../tensor.js'
import { ownValues, unpackOf } from './unpack.js'

// What can be computed of codes without their rows. Here and not in `quantized`: a bundle that only reads rows does without.

/** Rows from which on sums by byte are worth a table. */
const worthTable = 512

const floats = ({ dtype, shape, data }: Tensor): Float32Array => floatsOf({ dtype, shape, data } as Tensor<'F32' | 'F16'>)

/** How a table of codes is laid out: `(code − zero[g]) · scale[g]` with a g for each row (or one for all) and group of columns. */
interface Layout {
  readonly bits: number
  readonly groupSize: number
  readonly codes: Uint8Array
  readonly rowBytes: number
  readonly scales: Float32Array
  readonly zeros: Float32Array | number
  /** Groups to the next row's; 0 when all rows share them. */
  readonly stride: number
  readonly groups: number
}

function layoutOf({ dim, config, tensors: { codes, scale, zero } }: Table): Layout | undefined {
  if (!(codes?.data instanceof Uint8Array) || !scale) return undefined
  const groupSize = Number(config.groupSize)
  const groups = Math.ceil(dim / groupSize)
  return {
    bits: Number(config.bits),
    groupSize,
    codes: codes.data,
    rowBytes: codes.shape[1]!,
    scales: floats(scale),
    zeros: zero ? floats(zero) : Number(config.zero),
    stride: scale.shape[0] === 1 ? 0 : groups,
    groups
  }
}

/** For each byte of a row, the sum over its codes c of `c · query`: `rowBytes × 256`, for codes that fill bytes. */
function sumsByByte(query: Float64Array, bits: number, rowBytes: number): Float64Array {
  const each = 8 / bits
  const mask = 2 ** bits - 1
  const sums = new Float64Array(rowBytes * 256)
  for (let byte = 0; byte < rowBytes; byte++) {
    for (let value = 1; value < 256; value++) {
      let sum = 0
      for (let i = 0, rest = value; i < each; i++, rest >>= bits) sum += (rest & mask) * (query[byte * each + i] ?? 0)
      sums[byte * 256 + value] = sum
    }
  }
  return sums
}

/** `Σⱼ codeᵢⱼ · query[j]` of every row i, straight from packed codes that fill bytes. */
function dotsByByte({ codes, rowBytes, bits }: Layout, query: Float64Array, out: Float64Array): void {
  const sums = sumsByByte(query, bits, rowBytes)
  for (let i = 0, at = 0; i < out.length; i++) {
    let even = 0
    let odd = 0
    let place = 0
    const end = at + rowBytes
    for (; at + 1 < end; at += 2, place += 512) {
      even += sums[place + codes[at]!]!
      odd += sums[place + 256 + codes[at + 1]!]!
    }
    if (at < end) even += sums[place + codes[at++]!]!
    out[i] = even + odd
  }
}

/** `Σⱼ codeᵢⱼ · query[j]` of every row i, of codes of one byte. */
function dotsOfBytes({ codes }: Layout, query: Float64Array, out: Float64Array): void {
  const dim = query.length
  const four = dim & ~3
  for (let i = 0, at = 0; i < out.length; i++) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0]
    let j = 0
    for (; j < four; j += 4, at += 4) {
      s0 += codes[at]! * query[j]!
      s1 += codes[at + 1]! * query[j + 1]!
      s2 += codes[at + 2]! * query[j + 2]!
      s3 += codes[at + 3]! * query[j + 3]!
    }
    for (; j < dim; j++, at++) s0 += codes[at]! * query[j]!
    out[i] = s0 + s1 + (s2 + s3)
  }
}

/** `Σⱼ codeᵢⱼ · query[j]` of every row i, of codes of any size. */
function codeDots(layout: Layout, query: Float64Array, out: Float64Array): void {
  const { bits, codes, rowBytes } = layout
  if (bits === 8) return dotsOfBytes(layout, query, out)
  if (bits <= 4 && bits !== 3 && out.length >= worthTable) return dotsByByte(layout, query, out)
  const dim = query.length
  const unpack = unpackOf(bits)
  const values = ownValues(bits)
  const row = new Float32Array(dim)
  for (let i = 0; i < out.length; i++) {
    unpack(codes, i * rowBytes, dim, row, values)
    let sum = 0
    for (let j = 0; j < dim; j++) sum += row[j]! * query[j]!
    out[i] = sum
  }
}

const at = (zeros: Float32Array | number, index: number) => (typeof zeros === 'number' ? zeros : zeros[index]!)

/**
 * `dots` of codes, without decoding a row: where rows share their grids, these go into the query; where each row has one, it is
 * applied to the sum. False for several grids a row, where its values are the shorter way.
 */
export function quantizedDots(table: Table, query: Float32Array, out: Float32Array): boolean {
  const layout = layoutOf(table)
  if (!layout || (layout.stride > 0 && layout.groups > 1)) return false
  const { rows, dim } = table
  const { scales, zeros, stride, groupSize } = layout
  const scaled = Float64Array.from(query.subarray(0, dim))
  let offset = 0
  for (let j = 0; j < dim; j++) {
    const g = Math.floor(j / groupSize)
    if (stride === 0) {
      scaled[j]! *= scales[g]!
      offset += at(zeros, g) * scaled[j]!
    } else offset += scaled[j]!
  }
  const sums = new Float64Array(rows)
  codeDots(layout, scaled, sums)
  if (stride === 0) for (let i = 0; i < rows; i++) out[i] = sums[i]! - offset
  else for (let i = 0; i < rows; i++) out[i] = scales[i]! * (sums[i]! - at(zeros, i) * offset)
  return true
}
