import { type Dense, dense, floatsOf, gather, product, quantized, sum, type Table, type Tensor } from '@slimbed/core'
import { toFloat16 } from '@slimbed/core/numbers'
import type { Encoded } from './encode.js'

/** A scale that all codes share. */
const shared = (value: number): Tensor<'F32'> => ({ dtype: 'F32', shape: [1, 1], data: Float32Array.of(value) })

/** The table of ±1: `rows × bits`. */
export const codesTable = ({ codes }: Encoded, bits: number): Table =>
  quantized({ dim: bits, bits: 1, groupSize: bits, codes, scale: shared(2), zero: 0.5 })

/** A scale for each row, float16 where that is exact to three digits. */
function perRow(values: Float32Array): Tensor<'F32' | 'F16'> {
  const shape = [values.length, 1]
  const fits = values.every((value) => value === 0 || (value > 2 ** -14 && value <= 65504))
  return fits ? { dtype: 'F16', shape, data: toFloat16(values) } : { dtype: 'F32', shape, data: values }
}

/** The distance between the two values of a code, of least squared error: for all rows, or for each. */
function scaleOf({ magnitudes, norms }: Encoded, by: 'row' | 'table'): Tensor<'F32' | 'F16'> {
  const factor = (magnitude: number, norm: number) => (norm > 0 ? (2 * magnitude) / norm : 0)
  if (by === 'row') return perRow(magnitudes.map((magnitude, i) => factor(magnitude, norms[i])))
  const total = (values: Float32Array) => values.reduce((all, value) => all + value, 0)
  return shared(factor(total(magnitudes), total(norms)))
}

/** What `vectorsTable` puts together. */
export interface Parts {
  readonly encoded: Encoded
  /** `bits × dim`: what the codes are coordinates on. */
  readonly basis: Dense
  /** The removed directions, `remove × dim`. */
  readonly removed: Dense
  /** Undefined when rows were not centred. */
  readonly mean: Float32Array | undefined
  readonly scale: 'row' | 'table'
  /** Rows of zeros, which stay so. */
  readonly zeroRows: readonly number[]
}

/** Codes times their basis, without what all rows share. */
export function decodedTable({ codes }: Encoded, { rows: bits, dim, data }: Dense): Table {
  const left = quantized({ dim: bits, bits: 1, groupSize: bits, codes, scale: shared(2), zero: 0.5 })
  return product(left, dense(bits, dim, data))
}

/** A scale for each of the rows, 0 for those of zeros; the scale itself if there are none. */
function silenced(scale: Tensor<'F32' | 'F16'>, rows: number, zeroRows: readonly number[]): Tensor<'F32' | 'F16'> {
  if (zeroRows.length === 0) return scale
  const values = floatsOf(scale)
  const own = values.length === 1 ? new Float32Array(rows).fill(values[0]) : values.slice()
  for (const row of zeroRows) own[row] = 0
  return scale.dtype === 'F32' ? { dtype: 'F32', shape: [rows, 1], data: own } : perRow(own)
}

/** A mean for every row, and none for rows of zeros. */
function meanOf(mean: Float32Array, rows: number, zeroRows: readonly number[]): Table {
  const index = new Uint8Array(rows)
  for (const row of zeroRows) index[row] = 1
  const source = new Float32Array(mean.length * (zeroRows.length > 0 ? 2 : 1))
  source.set(mean)
  return gather(index, dense(source.length / mean.length, mean.length, source))
}

/** The approximation of the rows: codes on their basis, what was removed on its own, and the mean. */
export function vectorsTable({ encoded, basis, removed, mean, scale, zeroRows }: Parts): Table {
  const { rows: bits, dim } = basis
  const rows = encoded.magnitudes.length
  const left = quantized({
    dim: bits,
    bits: 1,
    groupSize: bits,
    codes: encoded.codes,
    scale: silenced(scaleOf(encoded, scale), rows, zeroRows),
    zero: 0.5
  })
  const terms = [product(left, dense(bits, dim, basis.data))]
  if (removed.rows > 0) {
    for (const row of zeroRows) encoded.removed.fill(0, row * removed.rows, (row + 1) * removed.rows)
    terms.push(product(dense(rows, removed.rows, encoded.removed), dense(removed.rows, dim, removed.data)))
  }
  if (mean) terms.push(meanOf(mean, rows, zeroRows))
  return terms.length > 1 ? sum(terms) : terms[0]
}
