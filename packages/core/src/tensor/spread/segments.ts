import { rowsPerJob } from '../threads/rows-per-job.js'
import type { Tally } from '../types.js'

/** Jobs of a segment, and its rows for each column, at least: so the sums of products are at most a quarter of the values. */
const [jobs, perColumn] = [8, 8]

/**
 * Rows whose sums are added up by themselves, before they are added to those of all rows: about 32 MB, a multiple of the rows of a
 * job. A function of the number of columns alone, since the rounding of sums depends on it.
 */
export function rowsPerSegment(dim: number): number {
  const own = rowsPerJob(dim)
  return own * Math.max(jobs, Math.ceil((perColumn * dim) / own))
}

/** A tally that is kept, segment by segment. */
export interface KeptTally {
  /** Adds the sums of the next rows, all of one segment. */
  add(start: number, sums: Float64Array): void
  /** Adds the totals of the next rows: a whole segment, or its beginning if no rows come after it. */
  addTotals(totals: Float64Array): void
  /** The totals of all rows so far. */
  totals(): Float64Array
}

/** Keeps a tally of rows in order, the first of which begins a segment of `step` rows. */
export function keepTally({ size, add, merge }: Tally, step: number): KeptTally {
  const totals = new Float64Array(size)
  const segment = new Float64Array(size)
  let current = -1
  const close = () => {
    if (current >= 0) merge(totals, segment)
    segment.fill(0)
  }
  return {
    add(start, sums) {
      const index = Math.floor(start / step)
      if (index !== current) close()
      current = index
      add(segment, start, sums)
    },
    addTotals(own) {
      close()
      current = -1
      merge(totals, own)
    },
    totals() {
      close()
      current = -1
      return totals
    }
  }
}
