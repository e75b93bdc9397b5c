import type { Candidate, Wanted } from '@slimbed/core'
import { options } from './options.js'

const { min = 0, max = 16 } = options.bits

/** What `trellis` offers a planner: any rate; where weights count, rows by them, or by their square roots, which large errors suit better. */
export function candidates({ bits, followed, weighted }: Wanted): readonly Candidate<typeof options>[] {
  if (followed || bits > max) return []
  const rate = { option: 'bits', at: (wanted: number) => Math.min(max, Math.max(min, wanted)) } as const
  if (!weighted) return [{ options: {}, rate }]
  return [
    { options: { weights: 'frequency' }, rate },
    { options: { weights: 'sqrt' }, rate }
  ]
}
