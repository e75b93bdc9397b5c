import type { Candidate, Wanted } from '@slimbed/core'
import { options } from './options.js'

const { min = 0, max = 16 } = options.bits

/** What `trellis` offers a planner: any rate, in codes alone; rows by their weights where these count. */
export function candidates({ bits, followed, weighted }: Wanted): readonly Candidate<typeof options>[] {
  if (followed || bits > max) return []
  const rate = { option: 'bits', at: (wanted: number) => Math.min(max, Math.max(min, wanted)) } as const
  return [{ options: weighted ? { weights: 'frequency' } : {}, rate }]
}
