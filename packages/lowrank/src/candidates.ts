import type { Candidate, Wanted } from '@slimbed/core'
import type { options } from './options.js'

/** What `lowrank` offers a planner: the rank at which both factors, in float32, take the bits that are wanted. */
export function candidates({ rows, dim, bits, weighted }: Wanted): readonly Candidate<typeof options>[] {
  const most = Math.min(rows, dim)
  const rankFor = (wanted: number) => Math.floor(((wanted / 32) * rows * dim) / (rows + dim))
  if (rankFor(bits) < 1 || rankFor(bits) >= most) return []
  const at = (wanted: number) => Math.max(1, Math.min(most, rankFor(wanted)))
  return [{ options: weighted ? { weighted } : {}, fitted: true, rate: { option: 'rank', at } }]
}
