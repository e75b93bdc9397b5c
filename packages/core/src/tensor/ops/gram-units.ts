import type { Matrix } from '@slimbed/runtime'
import { throwIfAborted } from '../../abort.js'
import { blocksOf } from '../../matrix/blocks.js'
import type { GramOptions } from '../types.js'

/** Below it, products that matter may have vanished in float32, whose smallest normal number is about 1e-38. */
const least = 1e-24

/** Whether the largest product on the diagonal of a Gram matrix says that float32 held all products that matter. */
export function isPlain(sum: Float64Array, dim: number): boolean {
  let most = 0
  for (let at = 0; at < sum.length; at += dim + 1) {
    if (!Number.isFinite(sum[at])) return false
    most = Math.max(most, sum[at])
  }
  return most >= least
}

/** Whether each group has rows that weigh something. */
export function usedGroups(rows: number, count: number, { groups, weights }: GramOptions): boolean[] {
  const used = new Array<boolean>(count).fill(false)
  for (let row = 0; row < rows; row++) if (!weights || weights[row] > 0) used[groups ? groups.ids[row] : 0] = true
  return used
}

/** Powers of two, one for each group, near the largest magnitude of its rows, and the largest weight. */
export interface GramUnits {
  readonly values: Float64Array
  readonly weights: Float64Array
}

/** The power of two up to a number; 1 where it is 0 or not finite. */
function powerOf(value: number): number {
  const exponent = Math.floor(Math.log2(value))
  return Number.isFinite(exponent) ? 2 ** exponent : 1
}

/** The units of the groups of rows, from a pass over the matrix. Rejects as the matrix does. */
export async function unitsOf(
  matrix: Matrix,
  count: number,
  { groups, weights, signal }: GramOptions
): Promise<GramUnits> {
  const { dim } = matrix
  const [values, most] = [new Float64Array(count), new Float64Array(count)]
  for await (const block of blocksOf(matrix)) {
    throwIfAborted(signal)
    for (let i = 0, at = 0; i < block.count; i++) {
      const row = block.start + i
      const group = groups ? groups.ids[row] : 0
      let peak = values[group]
      for (const end = at + dim; at < end; at++) peak = Math.max(peak, Math.abs(block.data[at]))
      values[group] = peak
      most[group] = Math.max(most[group], weights ? weights[row] : 1)
    }
  }
  return { values: values.map(powerOf), weights: most.map(powerOf) }
}

/** The rows and their weights in the units of their groups: products of about 1. */
export function inUnits(
  matrix: Matrix,
  units: GramUnits,
  { groups, weights }: GramOptions
): { readonly matrix: Matrix; readonly weights: Float32Array | undefined } {
  const { rows, dim } = matrix
  const groupOf = (row: number) => (groups ? groups.ids[row] : 0)
  return {
    weights: weights?.map((weight, row) => weight / units.weights[groupOf(row)]),
    matrix: {
      rows,
      dim,
      async read(start, count) {
        const data = await matrix.read(start, count)
        const out = new Float32Array(data.length)
        for (let i = 0, at = 0; i < count; i++) {
          const unit = units.values[groupOf(start + i)]
          for (const end = at + dim; at < end; at++) out[at] = data[at] / unit
        }
        return out
      }
    }
  }
}
