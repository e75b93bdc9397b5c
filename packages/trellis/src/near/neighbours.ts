import type { Context, Dense, Matrix } from '@slimbed/core'
import type { Near } from './directions.js'
import { nearestRows } from './nearest-rows.js'
import { unitsOf } from './units.js'

/** Which errors of the rows of a table count more. */
export interface Neighbours {
  readonly near: Near
  /** The nearest rows of each of `count` rows from `start` on. */
  readonly of: (start: number, count: number) => Uint32Array
}

/** How much more a squared error counts along the direction to a neighbour than across all of them. */
const weight = 3

/** The `count` nearest rows of each row, by cosine, and all rows along the axes in which they are coded; undefined for none. */
export async function neighboursOf(
  matrix: Matrix,
  axes: Dense,
  wanted: number,
  context: Context
): Promise<Neighbours | undefined> {
  const count = Math.min(wanted, matrix.rows - 1)
  if (!(count >= 1)) return undefined
  const units = await unitsOf(matrix, axes, context)
  const ids = await nearestRows(units, count, context)
  return {
    near: { units: units.data, unit: units.unit, count, weight },
    of: (start, rows) => ids.slice(start * count, (start + rows) * count)
  }
}
