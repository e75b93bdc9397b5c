import type { Candidate, Wanted } from '@slimbed/core'
import type { options } from './options.js'

/** Numbers of rows that the others share. */
const shared = [1, 256]

/** What `prune` offers a planner: any ratio, with one row that the others share, and with more. */
export function candidates({ rows, bits }: Wanted): readonly Candidate<typeof options>[] {
  if (bits >= 32) return []
  const at = (wanted: number) => Math.max(1, 32 / wanted)
  const some = shared.filter((clusters) => clusters * 8 <= rows)
  return some.map((clusters) => ({ options: { clusters }, rate: { option: 'ratio', at } }))
}
