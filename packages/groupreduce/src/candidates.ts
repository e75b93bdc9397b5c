import type { Candidate, Wanted } from '@slimbed/core'
import { options } from './options.js'

/** What `groupreduce` offers a planner: any ratio, for tables of enough rows. */
export function candidates({ rows, bits, weighted }: Wanted): readonly Candidate<typeof options>[] {
  const fewest = 10 * options.groups.default
  if (bits >= 32 || rows < fewest) return []
  const at = (wanted: number) => Math.max(1, 32 / wanted)
  return [{ options: { weights: weighted ? 'frequency' : 'none' }, rate: { option: 'ratio', at } }]
}
