import { checkRange, findRange, type Range } from './covering.js'
import type { VisitRun } from './passes.js'

/** What is known of sets of values, each of which shares a grid: one number for each set. */
export interface Extents {
  readonly min: Float32Array
  readonly max: Float32Array
  readonly sum: Float64Array
  /** Values of a set. */
  readonly count: number
}

/** Extents of `sets` sets of `count` values, before any is known: both ends are 0 where there are none. */
export const createExtents = (sets: number, count: number): Extents => ({
  min: new Float32Array(sets).fill(count > 0 ? Infinity : 0),
  max: new Float32Array(sets).fill(count > 0 ? -Infinity : 0),
  sum: new Float64Array(sets),
  count
})

/** A visitor of runs that finds the extent of each set. Throws `bad-input` for NaN and Infinity. */
export function measuring({ min, max, sum }: Extents): VisitRun {
  const range: Range = { min: 0, max: 0 }
  return (set, x, at, size, row, step) => {
    findRange(x, at, size, range)
    checkRange(range, x, at, size, row, set, step === 1)
    min[set] = Math.min(min[set], range.min)
    max[set] = Math.max(max[set], range.max)
    let all = sum[set]
    for (let i = at; i < at + size; i++) all += x[i]
    sum[set] = all
  }
}
