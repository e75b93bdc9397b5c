import { fail } from '../check.js'
import type { RemoteParts, Selection } from '../remote/node.js'
import { floatsOf } from '../table/half.js'
import type { BlockTools, Codes, Matrix, Quantized } from '../table/matrix.js'
import type { Table, Tensors } from '../table/table.js'
import type { Tensor } from '../table/tensor.js'
import { checkRows, rowByRow } from './blocks.js'
import { type NodeParts, tensorOf } from './kind.js'
import { ownValues, unpackOf } from './unpack.js'

// What can be computed from codes without their rows. It is not in `quantized`, so that a bundle that only reads rows does not
// contain it.

type GridTensor = Tensor<'F32' | 'F16'>
const gridTypes = ['F32', 'F16'] as const

/** The tensors of a `quantized` table. */
const own = ({ tensors }: Table) =>
  tensors as Tensors & { readonly codes: Tensor<'U8'>; readonly scale: GridTensor; readonly zero?: GridTensor }

/** The codes and grids of a `quantized` table. */
export function quantizedCodes(table: Table): Quantized {
  const { dim, config } = table
  const { codes, scale, zero = Number(config.zero) } = own(table)
  return { dim, bits: Number(config.bits), groupSize: Number(config.groupSize), codes: codes.data, scale, zero }
}

/** From this many rows on, a table of the sums for each byte pays off. */
const worthTable = 512

/** `Σⱼ codeᵢⱼ · query[j]` of every row i, of 1, 2 or 4 bits: each byte of a row looks up the sum over its codes. */
function dotsByByte(codes: Uint8Array, bits: number, query: Float64Array, out: Float64Array): void {
  const rowBytes = codes.length / out.length
  const each = 8 / bits
  const sums = new Float64Array(rowBytes * 256)
  for (let at = 0; at < sums.length; at++) {
    const first = (at >> 8) * each
    for (let i = 0; i < each; i++) sums[at] += ((at >> (i * bits)) & (2 ** bits - 1)) * (query[first + i] ?? 0)
  }
  for (let i = 0, at = 0; i < out.length; i++) {
    let sum = 0
    for (let place = 0; place < sums.length; place += 256) sum += sums[place + codes[at++]]
    out[i] = sum
  }
}

/** `Σⱼ codeᵢⱼ · query[j]` of every row i, of codes of any size. */
function dotsByCode(codes: Uint8Array, bits: number, query: Float64Array, out: Float64Array): void {
  const dim = query.length
  const unpack = unpackOf(bits)
  const values = ownValues(bits)
  const row = new Float32Array(dim)
  for (let i = 0; i < out.length; i++) {
    const start = (i * codes.length) / out.length
    const bytes = bits === 8 ? codes.subarray(start, start + dim) : row
    if (bits !== 8) unpack(codes, start, dim, row, values)
    let even = 0
    let odd = 0
    let j = 0
    for (; j + 1 < dim; j += 2) {
      even += bytes[j] * query[j]
      odd += bytes[j + 1] * query[j + 1]
    }
    if (j < dim) even += bytes[j] * query[j]
    out[i] = even + odd
  }
}

/**
 * `dots` of codes, without decoding a row: where rows share their grids, these go into the query; where each row has one, it is
 * applied to the sum. False for several grids per row: computing from the values is faster then.
 */
export function quantizedDots(table: Table, query: Float64Array, out: Float64Array): boolean {
  const { rows, dim, config } = table
  const { codes, scale, zero } = own(table)
  const [bits, groupSize] = [Number(config.bits), Number(config.groupSize)]
  const shared = scale.shape[0] === 1
  if (!shared && groupSize < dim) return false
  const scales = floatsOf(scale)
  const zeros = zero ? floatsOf(zero) : scales.map(() => Number(config.zero))
  const scaled = Float64Array.from(query)
  let offset = 0
  for (let j = 0; j < dim; j++) {
    const g = Math.floor(j / groupSize)
    if (shared) scaled[j] *= scales[g]
    offset += (shared ? zeros[g] : 1) * scaled[j]
  }
  const sums = new Float64Array(rows)
  const byByte = rows >= worthTable && (bits === 1 || bits === 2 || bits === 4)
  const add = byByte ? dotsByByte : dotsByCode
  add(codes.data, bits, scaled, sums)
  for (let i = 0; i < rows; i++) out[i] = shared ? sums[i] - offset : scales[i] * (sums[i] - zeros[i] * offset)
  return true
}

/** The same codes with scales and zeros as float32. */
export const floatCodes = ({ scale, zero, ...others }: Quantized): Codes => ({
  ...others,
  scale: floatsOf(scale),
  zero: typeof zero === 'number' ? zero : floatsOf(zero)
})

/** A `quantized` table in blocks: a whole block is decoded at once if possible. */
export function expandQuantized(table: Table, _: unknown, { decode }: BlockTools): Matrix {
  const { rows, dim } = table
  const codes = floatCodes(quantizedCodes(table))
  const slow = rowByRow(table)
  return {
    rows,
    dim,
    async read(start, count, into) {
      checkRows(rows, start, count)
      const out = into ?? new Float32Array(count * dim)
      return decode(codes, start, count, out) ? out : slow.read(start, count, out)
    }
  }
}

/** Every row is a row of the codes, and of the scales and zeros where it has its own. */
export function selectQuantized({ config, tensors }: RemoteParts): Selection {
  const codes = tensorOf(tensors, 'codes', ['U8'], 2)
  const [rows, dim] = [codes.shape[0], Number(config.dim)]
  const scale = tensorOf(tensors, 'scale', gridTypes, 2)
  const [scaleRows] = scale.shape
  if (scaleRows === 1) return { rows, dim, take: [codes] }
  if (scaleRows !== rows) fail('bad-input', `quantized: expected a scale of 1 or ${rows} rows, got ${scaleRows}`)
  return { rows, dim, take: [codes, scale, tensors.zero] }
}

/** `8 bits, a scale (F32) per row`. */
export function quantizedSummary({ dim, config, tensors: { scale } }: NodeParts): string {
  const { bits, groupSize } = config
  const [rows = 1, groups = 1] = scale?.shape ?? []
  const whole = groups === 1 ? 'table' : groups === dim ? 'column' : `${groupSize} columns`
  const each = rows === 1 ? whole : groups === 1 ? 'row' : `${groupSize} columns of a row`
  return `${bits} bit${bits === 1 ? '' : 's'}, a scale (${scale?.dtype}) per ${each}`
}
